from django.urls import path

from hjulet.checks import answering_web

urlpatterns = [
    path("sw.js", answering_web.service_worker, name="service-worker"),
    path("egenkontroll/omgang/<int:pk>/", answering_web.summary, name="check-round"),
    path("egenkontroll/omgang/<int:pk>/fyll-i/", answering_web.fill_in, name="check-answer"),
    path("egenkontroll/omgang/<int:pk>/inskickad/", answering_web.summary, name="check-answered"),
    path("egenkontroll/omgang/<int:pk>/lage/", answering_web.state, name="check-answer-state"),
    path("egenkontroll/omgang/<int:pk>/svar/", answering_web.save_answer, name="check-answer-save"),
    path("egenkontroll/omgang/<int:pk>/bild/", answering_web.save_photo, name="check-answer-photo"),
    path("egenkontroll/omgang/<int:pk>/bild/<int:number>/", answering_web.photo, name="check-photo"),
    path("egenkontroll/omgang/<int:pk>/skicka/", answering_web.send, name="check-answer-send"),
]
