from django.urls import path

from hjulet.audit import web

urlpatterns = [
    path("logg/", web.read_log, name="read-log"),
    path("logg/granskning/", web.log_review, name="log-review"),
    path("logg/granskning/<int:pk>/", web.log_review_one, name="log-review-one"),
    path("logg/granskning/<int:pk>/avsluta/", web.log_review_close, name="log-review-close"),
    path("nodatkomst/", web.break_glass, name="break-glass"),
    path("nodatkomst/<int:pk>/", web.break_glass_decide, name="break-glass-decide"),
]
