from django.urls import URLPattern, path

from hjulet.law import web

urlpatterns: list[URLPattern] = [
    path("lagar/", web.law_list, name="law-list"),
    path("lagar/tider/", web.law_clocks, name="law-clocks"),
]
