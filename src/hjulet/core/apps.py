from datetime import timedelta

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CoreConfig(AppConfig):
    name = "hjulet.core"
    label = "core"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from hjulet.core import jobs, kept, policies, words_index

        post_migrate.connect(words_index.keep, sender=self, dispatch_uid="words-index")
        post_migrate.connect(policies.keep, sender=self, dispatch_uid="policies")
        post_migrate.connect(kept.keep, sender=self, dispatch_uid="kept")
        jobs.scheduled("forget-marks", every=timedelta(days=1))(lambda at: kept.forget_marks())
