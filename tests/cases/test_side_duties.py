"""Duties beside the case, each with its own clock (rulebook 2; DEV-3)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from hjulet.cases import actions
from hjulet.cases.dossier import Dossier
from hjulet.cases.jobs import remind
from hjulet.core.clocks import due_at
from hjulet.core.flow import Refused

pytestmark = [pytest.mark.django_db, pytest.mark.capability("DEV-3")]
YES = {"answer": "yes", "text": "Listan låg framme."}


def asked(case: Any) -> set[str]:
    return {entry.code for entry in Dossier.of(case).asked if entry.group == "side"}


def test_a_data_breach_is_reported_within_72_hours_of_knowing(assessed, actor, at) -> None:
    case = assessed("sol")
    actions.enter(case, "side-breach", data=YES, actor=actor("asa"), at=at)
    clock = case.clocks.get(code="side.breach")
    assert due_at(clock.limit, clock.started_at) is not None
    assert (clock.unit, clock.amount, clock.due_on, clock.status) == ("hours", 72, date(2026, 11, 15), "law")


def test_the_72_hours_count_from_the_day_it_was_known_not_from_when_it_was_written(assessed, actor, at) -> None:
    case = assessed("sol")
    known = YES | {"day": date(2026, 11, 10)}
    actions.enter(case, "side-breach", data=known, actor=actor("asa"), at=at)
    assert case.clocks.get(code="side.breach").due_on == date(2026, 11, 13)


def test_sending_it_stops_the_clock(assessed, actor, at) -> None:
    case = assessed("sol")
    actions.enter(case, "side-breach", data=YES, actor=actor("asa"), at=at)
    sent = {"who": "Integritetsskyddsmyndigheten", "day": at.date(), "reference": "PU-1", "text": ""}
    actions.enter(case, "side-breach-sent", data=sent, actor=actor("asa"), at=at)
    assert case.clocks.get(code="side.breach").stopped_at


def test_a_cyber_incident_is_warned_of_within_a_day(assessed, actor, at) -> None:
    case = assessed("hsl")
    actions.enter(case, "side-cyber", data=YES, actor=actor("asa"), at=at)
    clock = case.clocks.get(code="side.cyber")
    assert (clock.amount, clock.due_on) == (24, date(2026, 11, 13))


def told(day: date) -> dict[str, Any]:
    return {"who": "Tillsynsmyndigheten", "day": day, "reference": "C-1", "text": ""}


def due(case: Any) -> dict[str, Any]:
    """The running clocks of a cyber incident and their days."""
    rows = case.clocks.filter(code__startswith="side.cyber", stopped_at__isnull=True)
    return dict(rows.values_list("code", "due_on"))


def test_a_cyber_incident_has_three_clocks_each_done_by_itself(assessed, actor, at) -> None:
    case, asa = assessed("hsl"), actor("asa")
    known = date(2026, 11, 11)
    actions.enter(case, "side-cyber", data=YES | {"day": known}, actor=asa, at=at)
    assert due(case) == {"side.cyber": date(2026, 11, 12), "side.cyber_notify": date(2026, 11, 14)}
    actions.enter(case, "side-cyber-notified", data=told(date(2026, 11, 12)), actor=asa, at=at)
    assert due(case) == {"side.cyber": date(2026, 11, 12), "side.cyber_final": date(2026, 12, 14)}  # the 12th: Saturday
    actions.enter(case, "side-cyber-sent", data=told(date(2026, 11, 12)), actor=asa, at=at)
    assert due(case) == {"side.cyber_final": date(2026, 12, 14)}
    actions.enter(case, "side-cyber-final", data=told(date(2026, 11, 12)), actor=asa, at=at)
    assert due(case) == {}


def test_the_final_report_is_asked_for_once_the_incident_is_notified(assessed, actor, at) -> None:
    case, asa = assessed("sol"), actor("asa")
    actions.enter(case, "side-cyber", data=YES, actor=asa, at=at)
    assert {"side-cyber-sent", "side-cyber-notified"} <= asked(case) and "side-cyber-final" not in asked(case)
    actions.enter(case, "side-cyber-notified", data=told(at.date()), actor=asa, at=at)
    assert "side-cyber-final" in asked(case)
    missing = Dossier.of(case).missing(Dossier.of(case).flow.step("close"))
    reasons = [one.reason for one in missing]
    assert "Det här är inte gjort: slutrapport om it-incidenten." in reasons
    assert "Det här är inte gjort: anmälan av it-incidenten." not in reasons


def test_no_cyber_incident_after_all_ends_all_three_clocks(assessed, actor, at) -> None:
    case, asa = assessed("sol"), actor("asa")
    actions.enter(case, "side-cyber", data=YES, actor=asa, at=at)
    actions.enter(case, "side-cyber-notified", data=told(at.date()), actor=asa, at=at)
    assert len(due(case)) == 2
    actions.enter(case, "side-cyber", data={"answer": "no", "text": ""}, actor=asa, at=at)
    assert due(case) == {} and not {"side-cyber-sent", "side-cyber-notified", "side-cyber-final"} & asked(case)


def test_each_clock_of_a_cyber_incident_is_reminded_of(assessed, actor, at) -> None:
    case, asa = assessed("sol"), actor("asa")
    actions.enter(case, "side-cyber", data=YES, actor=asa, at=at)
    remind(at + timedelta(days=1))
    reminded = case.clocks.filter(code__startswith="side.cyber", reminded_on__isnull=False)
    assert set(reminded.values_list("code", flat=True)) == {"side.cyber", "side.cyber_notify"}


def test_the_page_of_the_case_shows_each_part_of_a_cyber_incident(assessed, actor, at, browse) -> None:
    case = assessed("sol")
    actions.enter(case, "side-cyber", data=YES, actor=actor("asa"), at=at)
    page = browse("asa").get(f"/arenden/{case.ref}/").content.decode()
    for label in ("Varna om it-incidenten", "Anmäla it-incidenten", "Anmälan av it-incidenten"):
        assert label in page
    form = browse("asa").get(f"/arenden/{case.ref}/uppgift/side-cyber-notified/").content.decode()
    assert "också när ni redan har varnat" in form


def test_a_medical_device_is_reported_without_waiting_and_without_a_day(assessed, actor, at) -> None:
    case = assessed("hsl")
    actions.enter(case, "side-device", data=YES, actor=actor("asa"), at=at)
    clock = case.clocks.get(code="side.device")
    assert (clock.due_on, clock.urgency, clock.status) == (None, "asap", "regulation")


def test_devices_and_drugs_are_only_asked_about_in_health_care(assessed) -> None:
    assert {"side-device", "side-drug"} <= asked(assessed("hsl"))
    assert not {"side-device", "side-drug"} & asked(assessed("sol"))


def test_it_was_none_after_all_takes_the_clock_away(assessed, actor, at) -> None:
    case = assessed("sol")
    actions.enter(case, "side-breach", data=YES, actor=actor("asa"), at=at)
    actions.enter(case, "side-breach", data={"answer": "no", "text": ""}, actor=actor("asa"), at=at)
    assert case.clocks.get(code="side.breach").stopped_at
    assert "side-breach-sent" not in asked(case)


def test_the_police_have_no_clock_but_the_case_does_not_end_without_it(assessed, actor, at) -> None:
    case = assessed("sol")
    actions.enter(case, "side-police", data=YES, actor=actor("asa"), at=at)
    assert not case.clocks.filter(code__startswith="side.").exists()
    dossier = Dossier.of(case)
    missing = [one.reason for one in dossier.missing(dossier.flow.step("close"))]
    assert "Det här är inte gjort: polisanmälan." in missing


def test_harm_to_staff_is_shown_the_way_to_the_work_environment(assessed, actor, at, browse) -> None:
    case = assessed("sol")
    actions.enter(case, "side-work", data=YES, actor=actor("asa"), at=at)
    page = browse("asa").get(f"/arenden/{case.ref}/uppgift/side-work-sent/").content.decode()
    assert "skyddsombudet" in page and "Arbetsmiljöverket" in page


def test_it_is_not_sent_before_it_applies(assessed, actor, at) -> None:
    with pytest.raises(Refused, match="kan du inte fylla i"):
        actions.enter(assessed("sol"), "side-breach-sent", data={}, actor=actor("asa"), at=at)
