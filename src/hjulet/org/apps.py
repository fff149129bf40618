from django.apps import AppConfig


class OrgConfig(AppConfig):
    name = "hjulet.org"
    label = "org"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from hjulet.core.kept import WATCHED
        from hjulet.org import (
            exports,  # noqa: F401 - offers its lists
            jobs,  # noqa: F401 - registers them
            models,
            sessions,  # noqa: F401 - registers its job
        )

        changes_often = ("last_login", "password", "sessions_ended_at", "break_glass_until")
        of_people = (models.Role, models.RoleDuty, models.Assignment, models.Deputy, models.ReceivingRule)
        seldom = (models.Principal, models.Unit, *of_people)
        WATCHED.update(dict.fromkeys(seldom, ()) | {models.Person: changes_often})
