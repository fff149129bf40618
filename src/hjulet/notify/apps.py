from django.apps import AppConfig


class NotifyConfig(AppConfig):
    name = "hjulet.notify"
    label = "notify"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from hjulet.core.kept import WATCHED
        from hjulet.notify import jobs  # noqa: F401 - registers them
        from hjulet.notify.models import Preference, QuietHours, unread_of_person
        from hjulet.org.login import KNOWN_WITH_PERSON

        KNOWN_WITH_PERSON["unread"] = unread_of_person
        WATCHED.update({Preference: (), QuietHours: ()})
