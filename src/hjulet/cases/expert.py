"""The limit for asking an expert: a principal's own rule from a day."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from hjulet.cases.choices import Likelihood, Severity
from hjulet.cases.models import ExpertRule
from hjulet.core.actor import Actor
from hjulet.core.flow import Refused
from hjulet.org import dated

HIGHEST = max(Severity.values) * max(Likelihood.values)


def own_rules(principal_id: int) -> QuerySet[ExpertRule]:
    return ExpertRule.objects.filter(principal_id=principal_id)


def set_expert_rule(
    *, score: int, severity: int, source: str, day: date, seen: str | None = None, actor: Actor, at: datetime
) -> ExpertRule:
    """From a day to come an expert is asked at this score or this severity. Raises Refused, Stale."""
    if not 1 <= score <= HIGHEST or severity not in Severity.values:
        raise Refused(_("Välj en gräns som matrisen har."))
    held = ExpertRule.of(actor.principal_id, day)
    new = ExpertRule(principal_id=actor.principal_id, score=score, severity=severity, source=source, valid_from=day)
    changes = {"score": [held.score, score], "severity": [held.severity, severity], "source": source}
    return dated.begin(new, own_rules(actor.principal_id), changes, seen=seen, actor=actor, at=at)
