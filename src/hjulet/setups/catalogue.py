"""Every local setting of a principal: its value, whence it comes, since when, and who changed it last."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Max, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from hjulet.cases.choices import CaseKind
from hjulet.cases.models import ExpertRule, LocalProcedure, PublicDoor
from hjulet.cases.procedures import places, step_words
from hjulet.core.models import Event
from hjulet.core.swedish_time import limit_words, minutes_words, urgency_words
from hjulet.law.choices import Status
from hjulet.law.models import LawRow, ServiceLevel
from hjulet.law.rules import reason_locked
from hjulet.notify.models import QuietHours
from hjulet.org.choices import Duty, Track
from hjulet.org.dated import holding
from hjulet.org.duties import MISCONDUCT
from hjulet.org.models import ReceivingRule
from hjulet.stats.models import DEFAULT_SOURCE, MaskingRule

QUIET, MASKING, EXPERT, STAGES, PHONE = "tysta-timmar", "sma-tal", "expert", "steg-", "telefon"


@dataclass(frozen=True)
class Line:
    """One row of a setting, `own` when the principal made it.

    `about` is what its event in the log is about, `changed` that event.
    """

    value: str
    source: str
    standing: str
    since: date | None = None
    until: date | None = None
    own: bool = False
    law: LawRow | None = None
    about: tuple[str, int] | None = None
    changed: Event | None = None


@dataclass(frozen=True)
class Setting:
    """`key` is its address. `locked` says why it cannot be changed, `elsewhere` is its own page for changing it."""

    key: str
    group: str
    label: str
    now: Line
    coming: Line | None = None
    history: tuple[Line, ...] = ()
    locked: str = ""
    elsewhere: str = ""


def all_settings(principal_id: int, today: date) -> list[Setting]:
    """In the order they are shown. A fixed number of queries, however many rows there are."""
    found = [
        *_times(principal_id, today),
        _expert(principal_id, today),
        *_stages(principal_id, today),
        _masking(principal_id, today),
        _quiet(principal_id),
        _phone(principal_id),
        *_receivers(principal_id),
        *_installation(),
    ]
    return _with_events(found, principal_id)


def find_setting(key: str, principal_id: int, today: date) -> Setting | None:
    return next((each for each in all_settings(principal_id, today) if each.key == key), None)


# Rows with dates ----------------------------------------------------------------------------------------------


def _times(principal_id: int, today: date) -> list[Setting]:
    laws = {law.code: law for law in LawRow.objects.on(today)}
    rows: dict[str, list[ServiceLevel]] = defaultdict(list)
    for row in ServiceLevel.objects.open_to(principal_id):
        rows[row.code].append(row)
    found = [_time(code, each, laws, today) for code, each in rows.items()]
    steps = {code: min(row.pk for row in each) for code, each in rows.items()}
    groups = list(dict.fromkeys(ServiceLevel._meta.get_field("procedure").flatchoices))
    places = {str(label): place for place, (_code, label) in enumerate(groups)}
    shown = [one for one in found if one is not None]
    return sorted(shown, key=lambda one: (places.get(one.group, 99), steps[one.key]))


def _time(code: str, rows: list[ServiceLevel], laws: dict[str, LawRow], today: date) -> Setting | None:
    held = holding(rows, today)
    if held is None:
        return None
    common = holding([row for row in rows if row.principal_id is None], today)
    lines = {row.pk: _time_line(row, laws) for row in rows}
    coming = next((row for row in rows if row.valid_from > today), None)
    return Setting(
        key=code,
        group=held.get_procedure_display(),
        label=held.label,
        now=lines[held.pk],
        coming=lines[coming.pk] if coming else None,
        history=_newest_first(lines.values()),
        locked=reason_locked(common) if common else "",
    )


def _time_line(row: ServiceLevel, laws: dict[str, LawRow]) -> Line:
    word = urgency_words(row.urgency) if row.amount is None else ""
    law = laws.get(row.basis)
    standing = _("Kommunens eget beslut") if row.principal_id else row.get_status_display()
    if law is not None and row.status in {Status.LAW, Status.REGULATION}:
        standing = f"{standing}. {law.get_verified_display()}"
    return Line(
        value=f"{word} {limit_words(row.limit)}".strip(),
        source=row.source,
        standing=standing,
        since=row.valid_from,
        until=row.valid_to,
        own=row.principal_id is not None,
        law=law,
        about=("servicelevel", row.pk),
    )


def _expert(principal_id: int, today: date) -> Setting:
    rows = list(ExpertRule.objects.filter(_own_or_common(principal_id)))
    held = holding(rows, today) or ExpertRule(valid_from=today)
    label = _("När MAS, MAR eller SAS får frågan")
    return _dated(EXPERT, _("Bedömning"), label, rows, held, expert_words, today)


def _stages(principal_id: int, today: date) -> list[Setting]:
    rows: dict[str, list[LocalProcedure]] = defaultdict(list)
    for row in LocalProcedure.objects.filter(principal_id=principal_id):
        rows[row.kind].append(row)
    found = []
    for kind in (kind for kind in CaseKind if places(kind)):  # praise is thanked, and that is all
        source = _("Lagens och Hjulets steg gäller. Kommunen kan lägga till egna.")
        held = holding(rows[kind], today) or LocalProcedure(kind=kind, valid_from=today, source=source)
        label = _("Egna steg: %(kind)s") % {"kind": kind.label}
        group = _("Egna steg i handläggningen")
        found.append(_dated(f"{STAGES}{kind.value}", group, label, rows[kind], held, stages_words, today))
    return found


def _masking(principal_id: int, today: date) -> Setting:
    rows = list(MaskingRule.objects.filter(_own_or_common(principal_id)))
    held = holding(rows, today) or MaskingRule(valid_from=today, source=DEFAULT_SOURCE)
    label = _("Små tal som döljs för nämnd och andra utanför")
    return _dated(MASKING, _("Statistik"), label, rows, held, masking_words, today)


def _own_or_common(principal_id: int) -> Q:
    return Q(principal_id=principal_id) | Q(principal__isnull=True)


def _dated(key: str, group: str, label: str, rows: list[Any], held: Any, words: Any, today: date) -> Setting:
    lines = {row.pk: _rule_line(row, words) for row in rows}
    coming = next((row for row in rows if row.valid_from > today), None)
    return Setting(
        key=key,
        group=group,
        label=label,
        now=lines[held.pk] if held.pk else _rule_line(held, words),
        coming=lines[coming.pk] if coming else None,
        history=_newest_first(lines.values()),
    )


def _rule_line(row: Any, words: Any) -> Line:
    return Line(
        value=words(row),
        source=row.source,
        standing=_("Kommunens eget beslut") if row.principal_id else str(Status.DESIGN.label),
        since=row.valid_from if row.pk else None,
        until=row.valid_to,
        own=row.principal_id is not None,
        about=(row._meta.model_name, row.pk) if row.pk else None,
    )


def expert_words(row: ExpertRule) -> str:
    words = {"score": row.score, "severity": row.severity}
    return _("Allvar gånger sannolikhet är minst %(score)s, eller allvaret minst %(severity)s") % words


def masking_words(row: MaskingRule) -> str:
    words = {"threshold": row.threshold, "whole": row.min_denominator}
    return _("Tal under %(threshold)s döljs, och procent av färre än %(whole)s ärenden") % words


def stages_words(row: LocalProcedure) -> str:
    told = [
        _("%(stage)s, före ”%(step)s”") % {"stage": stage["label"], "step": step_words(row.kind, stage["before"])}
        for stage in row.stages
    ]
    return "; ".join(told) or _("Inga egna steg")


def _newest_first(lines: Iterable[Line]) -> tuple[Line, ...]:
    return tuple(sorted(lines, key=lambda line: line.since or date.min, reverse=True))


# Settings without dates ---------------------------------------------------------------------------------------


def _quiet(principal_id: int) -> Setting:
    row = QuietHours.objects.filter(principal_id=principal_id).first()
    line = Line(
        value=quiet_words(row or QuietHours()),
        source=_("Ingen lag. Mejl om akut fara går alltid direkt."),
        standing=str(Status.DESIGN.label),
        about=("quiethours", row.pk) if row else None,
    )
    return Setting(QUIET, _("Mejl"), _("Tysta timmar"), line)


def quiet_words(row: QuietHours) -> str:
    if row.starts == row.ends:
        return _("Inga tysta timmar")
    return _("Från %(starts)s till %(ends)s") % {"starts": f"{row.starts:%H.%M}", "ends": f"{row.ends:%H.%M}"}


def _phone(principal_id: int) -> Setting:
    row = PublicDoor.objects.filter(principal_id=principal_id).first()
    own = row.phone if row else ""
    line = Line(
        value=phone_words(own),
        source=_("Ingen lag. Den som inte kan skriva själv ska få hjälp (FL 6 §)."),
        standing=_("Kommunens eget beslut") if own else _("Gäller för hela installationen"),
        own=bool(own),
        about=("publicdoor", row.pk) if row else None,
    )
    return Setting(PHONE, _("Sidan för synpunkter"), _("Telefon för den som vill ha hjälp att skriva"), line)


def phone_words(own: str) -> str:
    """What the page says, with the principal's own number or without one."""
    return own or settings.PUBLIC_PHONE or _("Kommunens växel")


def _receivers(principal_id: int) -> list[Setting]:
    known = {(row.track, row.misconduct): row for row in ReceivingRule.objects.filter(principal_id=principal_id)}
    found = []
    for track in (Track.SOL, Track.LSS, Track.HSL, Track.SEVERAL, Track.UNSURE, Track.NONE):
        for word, misconduct in MISCONDUCT.items():
            rule = known.get((track.value, misconduct))
            line = Line(
                value=str(Duty(rule.duty).label) if rule else _("Inget är bestämt"),
                source=_receiver_source(track, misconduct),
                standing=_("Kommunens uppsättning"),
                about=("receivingrule", rule.pk) if rule else None,
            )
            label = (_("%(law)s, misstänkt missförhållande") if misconduct else _("%(law)s, annan rapport")) % {
                "law": track.label
            }
            address = reverse("receiver-change", args=[track.value, word])
            key = f"mottagare-{track.value}-{word}"
            found.append(Setting(key, _("Vem som först tar emot en rapport"), label, line, elsewhere=address))
    return found


def _receiver_source(track: Track, misconduct: bool) -> str:
    if misconduct and track in {Track.SOL, Track.LSS, Track.SEVERAL, Track.UNSURE}:
        return _("SoL 27 kap. 2 § och LSS 24 b § säger att det ska rapporteras. Vem som tar emot bestämmer kommunen")
    return _("SOSFS 2011:9 5 kap. säger att rapporter ska tas om hand. Vem som gör det bestämmer kommunen")


def _installation() -> list[Setting]:
    """What whoever runs Hjulet sets for the whole installation."""
    rows = (
        ("utloggning", _("Utloggning när ingen gör något"), settings.IDLE_MINUTES),
        ("losenord-igen", _("Så länge räcker lösenordet för ett beslut"), settings.REAUTH_MINUTES),
    )
    locked = _("Sätts för hela installationen av den som driver Hjulet.")
    lines = {
        key: Line(minutes_words(minutes), _("Ingen lag anger en tid"), str(Status.DESIGN.label))
        for key, _label, minutes in rows
    }
    return [Setting(key, _("Inloggning"), label, lines[key], locked=locked) for key, label, _minutes in rows]


# Who changed ---------------------------------------------------------------------------------------------------


def _with_events(found: list[Setting], principal_id: int) -> list[Setting]:
    wanted = {line.about for each in found for line in (each.now, each.coming, *each.history) if line and line.about}
    kinds = {kind for kind, _pk in wanted}
    newest = (
        Event.objects.filter(principal_id=principal_id, kind=Event.Kind.WRITE, object_type__in=kinds)
        .order_by()
        .values("object_type", "object_id")
        .annotate(newest=Max("id"))
    )
    events = Event.objects.filter(pk__in=newest.values("newest"))
    known = {(event.object_type, event.object_id): event for event in events}

    def told(line: Line) -> Line:
        return replace(line, changed=known.get(line.about or ("", 0)))

    return [
        replace(
            each,
            now=told(each.now),
            coming=told(each.coming) if each.coming else None,
            history=tuple(told(line) for line in each.history),
        )
        for each in found
    ]
