from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "hjulet.files"
    label = "files"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from hjulet.files import jobs  # noqa: F401 - registers them
