from django.urls import URLPattern, path

from hjulet.stats import web

urlpatterns: list[URLPattern] = [
    path("statistik/", web.statistics, name="statistics"),
    path("statistik/export/", web.export, name="statistics-export"),
]
