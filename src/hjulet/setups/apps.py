from django.apps import AppConfig


class SetupsConfig(AppConfig):
    name = "hjulet.setups"
    label = "setups"
    default_auto_field = "django.db.models.BigAutoField"
