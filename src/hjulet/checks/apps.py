from django.apps import AppConfig


class ChecksConfig(AppConfig):
    name = "hjulet.checks"
    label = "checks"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from hjulet.checks import answering_hooks

        answering_hooks.offer()
