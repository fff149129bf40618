from django.apps import AppConfig


class RestConfig(AppConfig):
    name = "hjulet.rest"
    label = "rest"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from hjulet.rest import jobs  # noqa: F401 - registers it
