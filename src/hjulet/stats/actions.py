"""The rule for small numbers: a principal's own from a day."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from hjulet.core.actor import Actor
from hjulet.core.flow import Refused
from hjulet.org import dated
from hjulet.stats.models import LEAST_DENOMINATOR, LEAST_THRESHOLD, MaskingRule


def own_rules(principal_id: int) -> QuerySet[MaskingRule]:
    return MaskingRule.objects.filter(principal_id=principal_id)


def set_masking_rule(
    *,
    threshold: int,
    min_denominator: int,
    source: str,
    day: date,
    seen: str | None = None,
    actor: Actor,
    at: datetime,
) -> MaskingRule:
    """From a day to come smaller numbers than `threshold` are hidden. Raises Refused, Stale."""
    if threshold < LEAST_THRESHOLD or min_denominator < LEAST_DENOMINATOR:
        raise Refused(_("Talet är för lågt för att skydda den enskilde."))
    held = MaskingRule.of(actor.principal_id, day)
    new = MaskingRule(
        principal_id=actor.principal_id,
        threshold=threshold,
        min_denominator=min_denominator,
        source=source,
        valid_from=day,
    )
    changes = {
        "threshold": [held.threshold, threshold],
        "min_denominator": [held.min_denominator, min_denominator],
        "source": source,
    }
    return dated.begin(new, own_rules(actor.principal_id), changes, seen=seen, actor=actor, at=at)
