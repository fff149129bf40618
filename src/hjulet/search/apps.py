from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "hjulet.search"
    label = "search"
