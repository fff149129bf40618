"""Follow-up of decisions: lists read in, numbers per unit, and who sees what."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from hjulet.core.clocks import local_date
from hjulet.core.models import Event, EventValue
from hjulet.org.models import Unit
from hjulet.samples import actions, followed
from hjulet.samples.actions import Line
from hjulet.samples.jobs import erase_samples
from hjulet.samples.models import Decision, DecisionMonth

pytestmark = [pytest.mark.django_db, pytest.mark.capability("CHK-5")]
Browse = Callable[[str], Client]
HEAD = ["Ärende", "Utförare", "Lag", "Beslutsdatum", "Senast uppföljt", "Genomförandeplan", "Planen uppföljd"]
OLD, NEW = date(2025, 1, 10), date(2026, 11, 1)


@pytest.fixture
def listed(actor: Callable[..., Any], unit: Callable[[str], Unit], at: datetime) -> list[Line]:
    """Twelve decisions at Ekbacken: 2 late, 1 without a plan, 3 plans to follow up; one decided just now."""
    here = unit("ekbacken").pk
    lines = [Line(here, "sol", f"B-{n}", NEW, None, NEW, None) for n in range(6)]
    lines += [Line(here, "sol", f"B-{n}", OLD, OLD if n == 6 else None, NEW, NEW) for n in (6, 7)]
    lines += [Line(here, "lss", "B-8", date(2026, 9, 1)), Line(here, "sol", "B-9", date(2026, 11, 5))]
    lines += [Line(here, "sol", "B-10", OLD, NEW, date(2026, 1, 1)), Line(here, "sol", "B-11", OLD, NEW, OLD, OLD)]
    actions.read_in(unit("ekbacken"), lines, actor=actor("asa"), at=at)
    return lines


def test_a_quirky_workbook_is_read_in_and_replaced_by_the_next(
    browse: Browse, workbook: Callable[..., Any], unit: Callable[[str], Unit], actor: Callable[..., Any]
) -> None:
    rows: list[list[Any]] = [["Beslut att följa upp"], [], HEAD]
    rows += [
        ["B-1", "Ekbacken", "SoL", "2025-01-10", "", "", ""],
        ["B-2", "EKBACKEN", "LSS 9 §", 45_962, "", "2026-02-01", ""],
    ]
    asa, here = browse("asa"), unit("ekbacken").pk
    answer = asa.post("/uppfoljning-beslut/las-in/", {"unit": here, "file": workbook(rows)})
    assert answer.status_code == 302, answer.content.decode()
    found = {row.reference: row for row in Decision.objects.visible_to(actor("asa"))}
    assert found["B-2"].decided_on == date(2025, 11, 1) and found["B-2"].track == "lss"
    assert found["B-1"].plan_on is None
    asa.post("/uppfoljning-beslut/las-in/", {"unit": here, "file": workbook(rows[:4])})
    assert Decision.objects.visible_to(actor("asa")).get().reference == "B-1"
    assert DecisionMonth.objects.visible_to(actor("asa")).get().late == 1
    event = Event.objects.filter(verb="decision_list.read_in").latest("id")
    assert EventValue.objects.get(event=event).values == {"before": 2, "now": 1, "laws": ["sol", "lss"]}


def test_each_bad_row_is_told_and_nothing_is_lost(
    browse: Browse,
    csv_file: Callable[..., Any],
    unit: Callable[[str], Unit],
    actor: Callable[..., Any],
    listed: list[Line],
) -> None:
    good = ["B-1", "ekbacken", "sol", "2026-01-10", "", "", ""]
    bad = {
        "Referens: är ett personnummer": ["19121212-1212", *good[1:]],
        "Referens: B-1 står redan på rad 2": good,
        "Enhet: Norrgården finns inte": ["B-3", "Norrgården", *good[2:]],
        "Lag: skriv SoL, LSS": ["B-4", "ekbacken", "HSL", *good[3:]],
        "Beslutsdatum: i går är inget datum": ["B-5", "ekbacken", "sol", "i går", "", "", ""],
        "Beslutsdatum: saknas": ["B-6", "ekbacken", "sol", "", "", "", ""],
        "Senast uppföljt: ligger före beslutet": ["B-7", "ekbacken", "sol", "2026-01-10", "2026-01-09", "", ""],
        "Senast uppföljt: ligger i framtiden": ["B-8", "ekbacken", "sol", "2026-01-10", "2027-01-09", "", ""],
        "Genomförandeplan uppföljd: ligger före planen": ["B-9", "ekbacken", "sol", "2026-01-10", "", "", "2026-02-01"],
    }
    asa, here = browse("asa"), unit("ekbacken").pk

    def send(**more: str) -> Any:
        return asa.post(
            "/uppfoljning-beslut/las-in/", {"unit": here, "file": csv_file([HEAD, good, *bad.values()])} | more
        )

    answer = send()
    page = answer.content.decode()
    assert answer.status_code == 422 and "9 rader går inte att läsa" in page and "19121212" not in page
    for number, words in enumerate(bad, start=3):
        assert f"Rad {number}. {words}" in page, words
    assert Decision.objects.visible_to(actor("asa")).count() == len(listed)
    assert send(skip_bad="on").status_code == 302
    assert Decision.objects.visible_to(actor("asa")).get().reference == "B-1"


def test_numbers_follow_the_times_in_the_law_room(
    listed: list[Line], actor: Callable[..., Any], unit: Callable[[str], Unit], at: datetime, browse: Browse
) -> None:
    asa, today = actor("asa"), local_date(at)
    (row,) = followed.units_of(asa, today)
    assert (row.decisions, row.late, row.without_plan, row.plans_late, row.share) == (12, 2, 1, 2, "83 %")
    figures = followed.figures(asa, unit("ekbacken"), today)
    assert (figures.decisions, figures.late, figures.read_in_on) == (12, 2, today)
    page = browse("asa").get("/uppfoljning-beslut/").content.decode()
    assert "10 av 12 beslut är uppföljda i tid" in page and "12 månader" in page
    late = browse("asa").get("/uppfoljning-beslut/beslut/?visa=sena&enhet=ekbacken").content.decode()
    assert "B-6" in late and "B-7" in late and "B-10" not in late
    read = Event.objects.filter(kind="read", object_type="decision").latest("id")
    assert len(read.refs) == 2


def test_who_counts_does_not_read_and_small_numbers_are_hidden(
    listed: list[Line], browse: Browse, actor: Callable[..., Any], at: datetime
) -> None:
    today = local_date(at)
    for login in ("klara", "nils"):  # the director counts, the committee sees masked numbers
        page = browse(login).get("/uppfoljning-beslut/").content.decode()
        assert "Ekbacken" in page and "B-6" not in page
        assert browse(login).get("/uppfoljning-beslut/beslut/").status_code == 404
        assert not Decision.objects.visible_to(actor(login)).exists()
    (masked,) = followed.units_of(actor("nils"), today)
    assert masked.masked and followed.figures(actor("nils"), Unit.objects.get(code="ekbacken"), today).late is None
    assert "dolt" in page and not followed.months(actor("nils"), today)
    assert followed.units_of(actor("fatima"), today) == []  # HSL sees no decision by SoL or LSS
    assert followed.units_of(actor("sara"), today) == []  # another provider's manager


def test_a_list_from_elsewhere_is_refused(actor: Callable[..., Any], unit: Callable[[str], Unit], at: datetime) -> None:
    from hjulet.core.flow import Refused

    elsewhere = Unit.objects.exclude(path__startswith=unit("ekbacken").path).filter(path__isnull=False).first()
    assert elsewhere is not None
    with pytest.raises(Refused, match="annan enhet"):
        actions.read_in(unit("ekbacken"), [Line(elsewhere.pk, "sol", "B", NEW)], actor=actor("asa"), at=at)
    with pytest.raises(Refused, match="läser inte in"):
        actions.read_in(unit("ekbacken"), [Line(unit("ekbacken").pk, "sol", "B", NEW)], actor=actor("fatima"), at=at)


def test_a_list_nobody_replaced_is_erased(listed: list[Line], actor: Callable[..., Any], at: datetime) -> None:
    assert erase_samples(at + timedelta(days=700)) == 0
    assert erase_samples(at + timedelta(days=800)) == 12
    assert not Decision.objects.visible_to(actor("asa")).exists()


def test_pages_ask_few_questions(
    listed: list[Line], browse: Browse, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    asa = browse("asa")
    for address in ("/uppfoljning-beslut/", "/uppfoljning-beslut/beslut/?visa=alla", "/stickprov/"):
        asa.get(address)
        with django_assert_max_num_queries(12):
            asa.get(address)
