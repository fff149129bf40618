from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class StatsConfig(AppConfig):
    name = "hjulet.stats"
    label = "stats"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from hjulet.cases.registry import BULK_FOLLOWERS, FOLLOWERS
        from hjulet.core.policies import TABLES
        from hjulet.org.registry import MOVES
        from hjulet.processes.registry import LEAST, SIGNS, SINCE
        from hjulet.receipts.registry import least_shown
        from hjulet.stats import (
            case_totals,
            jobs,  # noqa: F401 - registers them
            promises,  # noqa: F401 - promises may be followed by what is counted
        )
        from hjulet.stats.came_in import came_in_since
        from hjulet.stats.heat import cases_in_steps, least_told
        from hjulet.stats.models import CaseFact, CaseTotal, MaskingRule, StepFact, StepTotal
        from hjulet.stats.step_facts import follow_many_steps, follow_move, follow_steps
        from hjulet.stats.writer import follow, follow_many

        least_shown.append(lambda principal_id, on: MaskingRule.of(principal_id, on).threshold)
        TABLES[CaseFact._meta.db_table] = CaseFact.net
        TABLES[CaseTotal._meta.db_table] = CaseTotal.net
        TABLES[StepFact._meta.db_table] = StepFact.net
        TABLES[StepTotal._meta.db_table] = StepTotal.net
        FOLLOWERS.extend((follow, follow_steps))
        MOVES.extend((follow_move, case_totals.follow_move))
        BULK_FOLLOWERS.extend((follow_many, follow_many_steps))
        SIGNS.append(cases_in_steps)
        LEAST.append(least_told)
        SINCE.append(came_in_since)
        post_migrate.connect(_keep_default_rule, sender=self, dispatch_uid="stats-default-rule")


def _keep_default_rule(using: str, **_kwargs: Any) -> None:
    from datetime import date

    from hjulet.stats.models import DEFAULT_SOURCE, MaskingRule

    rules = MaskingRule.objects.using(using)
    if not rules.filter(principal__isnull=True).exists():
        rules.create(valid_from=date(1990, 1, 1), source=DEFAULT_SOURCE)
