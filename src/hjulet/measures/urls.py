from django.urls import path

from hjulet.measures import web

urlpatterns = [
    path("atgarder/", web.measure_list, name="measures"),
    path("atgarder/<int:pk>/", web.measure, name="measure"),
    path("atgarder/<int:pk>/andra/", web.change, name="measure-change"),
    path("atgarder/<int:pk>/klar/", web.done, name="measure-done"),
    path("atgarder/<int:pk>/effekt/", web.effect, name="measure-effect"),
    path("atgarder/<int:pk>/aterkalla/", web.cancel, name="measure-cancel"),
]
