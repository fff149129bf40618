from django.urls import URLPattern, path

from hjulet.search import web

urlpatterns: list[URLPattern] = [
    path("sok/", web.search, name="search"),
    path("sok/forslag/", web.suggestions, name="search-suggestions"),
]
