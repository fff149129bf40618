"""Laws, steering documents and agreements (SOSFS 2011:9 4 kap. 2–6 §§)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hjulet.documents.models import Document
from hjulet.law.choices import Kind
from hjulet.law.models import LawRow
from hjulet.management_system.content import More, Note, Paragraph, Piece, table
from hjulet.management_system.registry import Asked
from hjulet.org.choices import UnitKind

OF_ONE_UNIT = (UnitKind.UNIT, UnitKind.WARD, UnitKind.PROVIDER)
AGREEMENT = "agreement"


def _documents(asked: Asked) -> Any:
    """What holds that day."""
    found = Document.objects.in_force(asked.day).filter(principal_id=asked.principal_id)
    return found.filter(for_providers=True) if asked.for_providers else found


def laws(asked: Asked) -> Iterator[Piece]:
    used = Counter(code for codes in _documents(asked).values_list("laws", flat=True) for code in codes)
    rows = sorted(LawRow.objects.on(asked.day), key=lambda row: (Kind.values.index(row.kind), _natural(row.citation)))
    told = ngettext("%(n)s bestämmelse gäller i dag.", "%(n)s bestämmelser gäller i dag.", len(rows))
    yield Paragraph(told % {"n": len(rows)} + " " + _("Författningens egen text gäller, inte den här listan."))
    for kind, some in groupby(rows, key=lambda row: row.kind):
        heads = (_("Lagrum"), _("Vad det gäller"), _("Dokument hos oss"))
        lines = (((row.citation, row.title, str(used[row.code] or "–")), _law(row)) for row in some)
        yield table(str(Kind(kind).label), heads, lines, swedish=(0, 1))
    yield More(_("Lagar"), reverse("law-list"))


def _law(row: LawRow) -> str:
    return f"{reverse('law-list')}?{urlencode({'q': row.citation})}"


def _natural(citation: str) -> list[tuple[int, str]]:
    """Chapter 5 before chapter 27, and 8 § before 8 b §."""
    plain = citation.replace("§", "").strip()
    return [(int(part) if part.isdigit() else 0, part) for part in re.split(r"(\d+)", plain)]


def documents(asked: Asked) -> Iterator[Piece]:
    """Those that hold for more than one unit, by type; how many the units have besides."""
    rows = _documents(asked).select_related("type", "unit", "current")
    shared = list(
        rows.exclude(unit__kind__in=OF_ONE_UNIT).exclude(type__code=AGREEMENT).order_by("type__place", "title")
    )
    if not shared:
        yield Note(_("Inget styrande dokument gäller för mer än en enhet."), gap=True)
    heads = (_("Dokument"), _("Version"), _("Fastställt av"), _("Gäller från"), _("Ses över"))
    for _place, some in groupby(shared, key=lambda row: row.type.place):
        group = list(some)
        yield table(
            str(group[0].type), heads, ((_document(row), row.get_absolute_url()) for row in group), swedish=(0, 2)
        )
    late = sum(row.review_on is not None and row.review_on < asked.day for row in shared)
    if late:
        told = ngettext(
            "%(n)s dokument skulle redan ha setts över.", "%(n)s dokument skulle redan ha setts över.", late
        )
        yield Note(told % {"n": late}, gap=True)
    own = rows.filter(unit__kind__in=OF_ONE_UNIT).count()
    if own and not asked.for_providers:
        told = ngettext(
            "Enheterna har därutöver %(n)s eget dokument.", "Enheterna har därutöver %(n)s egna dokument.", own
        )
        yield Paragraph(told % {"n": own})
    yield More(_("Dokument"), reverse("documents"))


def _document(row: Document) -> tuple[str, ...]:
    version = row.current
    assert version is not None  # in_force() asks for it
    adopted = ", ".join(part for part in (version.adopted_role, version.reference) if part)
    first = version.valid_from.isoformat() if version.valid_from else "–"
    return row.title, str(version.number), adopted or "–", first, row.review_on.isoformat() if row.review_on else "–"


def cooperation(asked: Asked) -> Iterator[Piece]:
    rows = list(_documents(asked).filter(type__code=AGREEMENT).select_related("unit", "current").order_by("title"))
    if not rows:
        yield Note(_("Ingen överenskommelse med andra är inlagd som dokument."), gap=True)
        return
    heads = (_("Överenskommelse"), _("Version"), _("Fastställd av"), _("Gäller från"), _("Ses över"))
    told = ((_document(row), row.get_absolute_url()) for row in rows)
    yield table(_("Överenskommelser"), heads, told, swedish=(0, 2))
