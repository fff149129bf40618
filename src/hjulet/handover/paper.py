"""The receipt as a document: what passed from whom to whom, by number, with nothing that is told of a case."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from hjulet.core import pdf
from hjulet.core.actor import Actor
from hjulet.core.swedish_time import moment_short
from hjulet.handover.listing import passed_rows, told_of, totals, words_of
from hjulet.handover.models import Handover
from hjulet.org.choices import Track

TEMPLATE = Path(__file__).parent / "templates" / "receipt.typ"
MOST_ROWS = 2_000


def receipt_pdf(handover: Handover, actor: Actor | None, at: datetime) -> bytes:
    """In Swedish, with the rows the actor sees; without an actor (the command line) all. Raises PdfFailed."""
    with translation.override("sv"):
        data = _data(handover, actor)
        return pdf.make(TEMPLATE, data, title=_("Kvitto på överlämning"), at=at)


def _data(handover: Handover, actor: Actor | None) -> dict[str, Any]:
    receipt: dict[str, Any] = handover.receipt or {}
    rows = passed_rows(handover, actor)
    count = rows.count()
    shown = told_of(list(rows[:MOST_ROWS]), None)
    return {
        "lead": [],
        "page": _("Sida"),
        "boxed_words": _("□ står för ett tecken som inte går att skriva ut."),
        "facts": _facts(handover, receipt),
        "posts_heading": _("Uppdrag"),
        "posts": _posts(receipt),
        "counts_heading": _("Vad som lämnades över"),
        "counts_heads": ["", _("Efterträdaren"), _("Andra"), _("Blev kvar"), _("Ingen kunde ta över")],
        "counts": [
            [str(one.label), *map(str, (one.successor, one.others, one.stay, one.nobody))] for one in totals(handover)
        ],
        "rows_heading": _("Rad för rad"),
        "rows_heads": [_("Nummer"), _("Lag"), _("Till"), _("Skäl")],
        "rows": [[one.row.label, _law(one.row.law), one.where, one.row.reason] for one in shown],
        "more": _more(handover, count),
        "words_heading": _("Det som den som slutade skrev"),
        "words": [list(pair) for pair in words_of(handover)],
    }


def _facts(handover: Handover, receipt: dict[str, Any]) -> list[list[str]]:
    def named(who: dict[str, str]) -> str:
        return ", ".join(part for part in (who["name"], who["title"]) if part)

    facts = [
        [_("Från"), named(receipt["leaving"])],
        [_("Till"), named(receipt["successor"])],
        [_("Enheter"), ", ".join(unit["name"] for unit in receipt["units"])],
        [_("Efterträdarens första dag"), receipt["first_day"]],
        [_("Genomförd"), f"{_moment(handover.carried_out_at)}, {receipt['by'] or _('Systemet')}"],
    ]
    taken = _moment(handover.confirmed_at) if handover.confirmed_at else _("Inte än")
    return [*facts, [_("Efterträdaren har bekräftat"), taken]]


def _moment(at: datetime | None) -> str:
    return moment_short(at, today=date(1900, 1, 1)) if at else ""


def _posts(receipt: dict[str, Any]) -> list[str]:
    had = _("hade uppdraget redan")
    posts = [f"{post['role']}, {post['unit']}" + (f" ({had})" if post["had"] else "") for post in receipt["posts"]]
    ended = _("Delegation som slutade: %(what)s")
    return posts + [ended % {"what": f"{row['reference']}, {row['unit']}"} for row in receipt["delegations"]]


def _law(track: str) -> str:
    return str(dict(Track.choices).get(track, ""))


def _more(handover: Handover, count: int) -> list[str]:
    unseen = sum(total.all for total in totals(handover)) - count
    lines = []
    if count > MOST_ROWS:
        lines.append(_("Och %(n)s rader till, som står i Hjulet.") % {"n": count - MOST_ROWS})
    if unseen > 0:
        lines.append(_("%(n)s rader visas bara för den som har rätt att se dem.") % {"n": unseen})
    return lines
