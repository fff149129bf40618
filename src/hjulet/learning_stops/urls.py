from django.urls import path

from hjulet.learning_stops import editing, web

ONE = "hallplatser/<int:pk>/"

urlpatterns = [
    path("hallplatser/", web.stops, name="learning-stops"),
    path("hallplatser/oppna/", editing.begin, name="learning-stop-begin"),
    path("hallplatser/niva/", web.level, name="learning-level"),
    path("hallplatser/teman/", editing.themes, name="learning-themes"),
    path("hallplatser/teman/<slug:code>/", editing.theme, name="learning-theme"),
    path(ONE, web.stop, name="learning-stop"),
    path(f"{ONE}svar/<slug:code>/", editing.save, name="learning-stop-save"),
    path(f"{ONE}siffror/", editing.figures, name="learning-stop-figures"),
    path(f"{ONE}skriv-under/", editing.sign, name="learning-stop-sign"),
    path(f"{ONE}oppna-igen/", editing.reopen, name="learning-stop-reopen"),
    path(f"{ONE}lamna/", editing.hand_over, name="learning-stop-hand-over"),
    path(f"{ONE}namnden/", web.board, name="learning-stop-board"),
    path(f"{ONE}pdf/", web.pdf, name="learning-stop-pdf"),
]
