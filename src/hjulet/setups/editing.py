"""How each setting is changed: its form, its verb, and what a change means in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from hjulet.cases import expert, procedures
from hjulet.cases.choices import Likelihood, Severity
from hjulet.cases.clocks import FEEDBACK
from hjulet.cases.dossier import FLOWS
from hjulet.cases.models import ExpertRule, LocalProcedure
from hjulet.cases.public_phone import own_phone, set_public_phone, stamp_of
from hjulet.core.actor import Actor
from hjulet.core.clocks import Limit
from hjulet.core.swedish_time import limit_words
from hjulet.law import actions as law
from hjulet.law.rules import service_level
from hjulet.notify.actions import set_quiet_hours
from hjulet.notify.models import QuietHours
from hjulet.org.dated import ONE_DAY, stamp_of_rows
from hjulet.org.forms import OrgForm
from hjulet.setups.catalogue import (
    EXPERT,
    MASKING,
    PHONE,
    QUIET,
    STAGES,
    expert_words,
    masking_words,
    phone_words,
    quiet_words,
)
from hjulet.setups.forms import ExpertForm, MaskingForm, PhoneForm, QuietForm, StagesForm, TimeForm
from hjulet.stats import actions as stats
from hjulet.stats.models import MaskingRule

Values = dict[str, Any]


@dataclass(frozen=True)
class Editor:
    """`own` are the principal's rows where the setting has dates; `fixed` goes to the verb beside what is filled in."""

    form: OrgForm
    verb: Callable[..., object]
    fixed: dict[str, Any]
    stamp: str
    means: Callable[[Values], list[str]]
    own: QuerySet[Any] | None = None


def editor_of(key: str, *, actor: Actor, today: date, data: Any = None) -> Editor:
    """The editor of a setting that may be changed here. Raises NoSuchLevel when there is no time with the key."""
    known = {QUIET: _quiet, PHONE: _phone, MASKING: _masking, EXPERT: _expert}
    if key.startswith(STAGES):
        return _stages(key.removeprefix(STAGES), actor, today, data)
    return known[key](actor, today, data) if key in known else _time(key, actor, today, data)


def own_rows(key: str, principal_id: int) -> QuerySet[Any] | None:
    """The principal's rows of a setting with dates."""
    if key in {QUIET, PHONE}:
        return None
    if key.startswith(STAGES):
        return procedures.own_procedures(principal_id, key.removeprefix(STAGES))
    known = {MASKING: stats.own_rules, EXPERT: expert.own_rules}
    return known[key](principal_id) if key in known else law.own_levels(key, principal_id)


def _time(code: str, actor: Actor, today: date, data: Any) -> Editor:
    held = service_level(code, principal_id=actor.principal_id, day=today)
    start = {"amount": held.amount, "unit": held.unit, "warn_before": held.warn_before, "day": today + ONE_DAY}
    own = law.own_levels(code, actor.principal_id)

    def means(values: Values) -> list[str]:
        new = limit_words(Limit(values["unit"], values["amount"]))
        lines = [
            _changed(limit_words(held.limit), new, values["day"]),
            _("Klockor som börjar gå från den dagen får den nya tiden. De som redan går behåller sin tid."),
        ]
        if code == FEEDBACK:
            lines.append(_("Statistiken bedömer varje rapport efter den tid som gällde när den kom in."))
        return lines

    return Editor(TimeForm(data, initial=start), law.set_service_level, {"code": code}, stamp_of_rows(own), means, own)


def _expert(actor: Actor, today: date, data: Any) -> Editor:
    held = ExpertRule.of(actor.principal_id, today)
    start = {"score": held.score, "severity": held.severity, "day": today + ONE_DAY}
    own = expert.own_rules(actor.principal_id)

    def means(values: Values) -> list[str]:
        new = ExpertRule(score=values["score"], severity=values["severity"])
        asked = sum(new.asks(*pair) for pair in product(Severity.values, Likelihood.values))
        return [
            _changed(expert_words(held), expert_words(new), values["day"]),
            _("Frågan ställs då för %(count)s av 16 bedömningar i matrisen.") % {"count": asked},
            _(
                "Gäller ärenden som rapporteras från den dagen. "
                "Vad händelsen är i lagens mening avgör alltid en människa."
            ),
        ]

    return Editor(ExpertForm(data, initial=start), expert.set_expert_rule, {}, stamp_of_rows(own), means, own)


def _stages(kind: str, actor: Actor, today: date, data: Any) -> Editor:
    held = procedures.held_on(actor.principal_id, kind, today)
    own = procedures.own_procedures(actor.principal_id, kind)
    form = StagesForm(data, kind=kind, held=held, initial={"day": today + ONE_DAY})

    def means(values: Values) -> list[str]:
        kept = {stage["code"] for stage in values["stages"]}
        ended = [stage["label"] for stage in held if stage["code"] not in kept]
        return [
            _("Ordningen blir: %(steps)s.") % {"steps": " → ".join(_way(kind, values["stages"]))},
            *(_("”%(stage)s” tas bort.") % {"stage": label} for label in ended),
            _("Gäller ärenden som kommer in från %(day)s. De som redan är inne följer den ordning de började med.")
            % {"day": values["day"].isoformat()},
            _("Lagens tider går som förut, också medan ett eget steg väntar."),
        ]

    return Editor(form, _save_stages, {"kind": kind}, stamp_of_rows(own), means, own)


def _way(kind: str, stages: list[procedures.Stage]) -> Iterator[str]:
    """The steps of the way forward in order, each own stage where it stands."""
    for step in FLOWS[kind].steps:
        before = [stage["label"] for stage in stages if stage["before"] == step.name]
        yield from (_("%(stage)s (eget)") % {"stage": label} for label in before)
        if step.main or before:
            yield str(step.label)


def _save_stages(*, kind: str, stages: Any, source: str, day: date, **who: Any) -> LocalProcedure:
    known = {name: who[name] for name in ("seen", "actor", "at")}  # the form's single lines are already in `stages`
    return procedures.set_stages(kind=kind, stages=stages, source=source, day=day, **known)


def _masking(actor: Actor, today: date, data: Any) -> Editor:
    held = MaskingRule.of(actor.principal_id, today)
    start = {"threshold": held.threshold, "min_denominator": held.min_denominator, "day": today + ONE_DAY}
    own = stats.own_rules(actor.principal_id)

    def means(values: Values) -> list[str]:
        new = MaskingRule(threshold=values["threshold"], min_denominator=values["min_denominator"])
        lines = [
            _changed(masking_words(held), masking_words(new), values["day"]),
            _(
                "Gäller alla tabeller som visas från den dagen, också för tidigare år. "
                "Chefer ser sin egen del som förut."
            ),
        ]
        if new.threshold < held.threshold:
            lines.append(
                _(
                    "Talet blir lägre än i dag. Den som har sparat äldre tabeller kan då se tal som var dolda. "
                    "Stäm av med dataskyddsombudet först."
                )
            )
        return lines

    return Editor(MaskingForm(data, initial=start), stats.set_masking_rule, {}, stamp_of_rows(own), means, own)


def _quiet(actor: Actor, today: date, data: Any) -> Editor:
    held = QuietHours.objects.filter(principal_id=actor.principal_id).first() or QuietHours()

    def means(values: Values) -> list[str]:
        new = QuietHours(starts=values["starts"], ends=values["ends"])
        words = {"old": quiet_words(held), "new": quiet_words(new)}
        return [
            _("I dag: %(old)s. Från nu: %(new)s.") % words,
            _(
                "Mejl som redan väntar går när de skulle. Akut fara mejlas alltid direkt, "
                "och i Hjulet syns allt genast."
            ),
        ]

    start = {"starts": held.starts, "ends": held.ends}
    return Editor(QuietForm(data, initial=start), set_quiet_hours, {}, held.stamp, means)


def _phone(actor: Actor, today: date, data: Any) -> Editor:
    held = own_phone(actor.principal_id)

    def means(values: Values) -> list[str]:
        words = {"old": phone_words(held), "new": phone_words(values["phone"])}
        return [
            _("I dag: %(old)s. Från nu: %(new)s.") % words,
            _("Numret syns på er sida för synpunkter, på alla språk."),
        ]

    return Editor(PhoneForm(data, initial={"phone": held}), set_public_phone, {}, stamp_of(held), means)


def _changed(old: str, new: str, day: date) -> str:
    return _("I dag: %(old)s. Från %(day)s: %(new)s.") % {"old": old, "new": new, "day": day.isoformat()}
