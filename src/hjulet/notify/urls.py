from django.urls import path

from hjulet.notify import web

urlpatterns = [
    path("aviseringar/", web.notices, name="notices"),
    path("aviseringar/lasta/", web.notices_read, name="notices-read"),
    path("aviseringar/<int:pk>/", web.notice, name="notice"),
    path("konto/aviseringar/", web.notice_preferences, name="notice-preferences"),
]
