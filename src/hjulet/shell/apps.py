from django.apps import AppConfig


class ShellConfig(AppConfig):
    name = "hjulet.shell"
    label = "shell"
    default_auto_field = "django.db.models.BigAutoField"
