from django.urls import URLPattern, path

from hjulet.stats import development, web

urlpatterns: list[URLPattern] = [
    path("statistik/", web.statistics, name="statistics"),
    path("statistik/export/", web.export, name="statistics-export"),
    path("statistik/utveckling/", development.development, name="development"),
    path("statistik/utveckling/export/", development.export, name="development-export"),
]
