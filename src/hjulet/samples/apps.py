from django.apps import AppConfig


class SamplesConfig(AppConfig):
    name = "hjulet.samples"
    label = "samples"
    default_auto_field = "django.db.models.BigAutoField"
