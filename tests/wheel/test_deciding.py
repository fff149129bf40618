"""Who decides a unit's year: handed over, sent back with what must change, taken back, and decided (YEAR-1)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from hjulet.core.flow import Refused, Stale
from hjulet.core.models import Event
from hjulet.learning_stops import actions as stops
from hjulet.learning_stops.models import Theme
from hjulet.notify.models import Notice
from hjulet.org.models import RoleDuty
from hjulet.wheel import actions
from hjulet.wheel.actions.marking import Answer
from hjulet.wheel.content import wheels
from hjulet.wheel.flows import PLAN
from hjulet.wheel.listing import decisions_for
from hjulet.wheel.models import Activity, Plan
from tests.wheel.conftest import VALUES

pytestmark = [pytest.mark.django_db, pytest.mark.capability("YEAR-1")]
DECISION = actions.Decision("Nämnden", "§ 9", date(2026, 11, 1))
WHERE = "enhet=forvaltningen&ar=2027"


@pytest.fixture
def proposal(unit: Any, actor: Any, at: Any) -> Plan:
    return actions.plan_ready(unit("forvaltningen"), 2027, wheels()["budget"], actor=actor("mona"), at=at)


@pytest.fixture
def asked(proposal: Plan, actor: Any, at: Any) -> Plan:
    return actions.ask(proposal, version=proposal.version, actor=actor("mona"), at=at)


def kinds(login: str) -> list[str]:
    return list(Notice.objects.filter(person__login=login).order_by("id").values_list("kind", flat=True))


def test_whoever_decides_is_told_and_has_it_on_the_start_page(asked: Plan, actor: Any, browse: Any, at: Any) -> None:
    assert asked.asked and kinds("klara") == ["wheel.plan_asked"] and kinds("lars") == []
    assert [plan.pk for plan in decisions_for(actor("klara"))] == [asked.pk]
    assert all(decisions_for(actor(login)) == [] for login in ("mona", "lars", "asa", "juno", "ivar"))
    assert "Besluta om årsplanen 2027 för Vård- och omsorgsförvaltningen" in browse("klara").get("/").content.decode()
    done = actions.adopt(asked, DECISION, version=asked.version, actor=actor("klara"), at=at)
    assert done.adopted and kinds("mona") == ["wheel.plan_adopted"] and decisions_for(actor("klara")) == []


def test_where_nobody_decides_it_is_said_at_once(proposal: Plan, actor: Any, at: Any) -> None:
    RoleDuty.objects.filter(duty="decide_year").delete()
    with pytest.raises(Refused, match="Ingen har en roll som beslutar"):
        actions.ask(proposal, version=None, actor=actor("mona"), at=at)


def test_a_proposal_that_waits_stays_as_it_was_handed_over(
    asked: Plan, unit: Any, actor: Any, browse: Any, at: Any
) -> None:
    place, mona, one = unit("forvaltningen"), actor("mona"), asked.activities.first()
    values = VALUES | {"starts_on": date(2027, 3, 1), "ends_on": date(2027, 3, 5)}
    for change in (
        lambda: actions.plan_ready(place, 2027, wheels()["tertials"], actor=mona, at=at),
        lambda: actions.new_activity(place, 2027, values, actor=mona, at=at),
        lambda: actions.change_activity(one, values, version=None, actor=mona, at=at),
        lambda: actions.remove_activity(one, "", version=None, actor=mona, at=at),
    ):
        with pytest.raises(Refused, match="väntar på beslut"):
            change()
    where = "enhet=forvaltningen&ar=2027"
    page = browse("mona").get(f"/arshjul/mallar/?{where}&mall=tertials").content.decode()
    assert "väntar på beslut" in page and "valjer" not in page
    assert "/andra/" not in browse("mona").get(f"/arshjul/{one.pk}/?enhet=forvaltningen").content.decode()
    back = actions.take_back(asked, version=asked.version, actor=mona, at=at)
    assert not back.asked and actions.new_activity(place, 2027, values, actor=mona, at=at).pk


def test_what_is_sent_back_tells_what_must_change(asked: Plan, actor: Any, at: Any) -> None:
    klara = actor("klara")
    with pytest.raises(Refused, match="Skriv vad"):
        actions.send_back(asked, "  ", version=None, actor=klara, at=at)
    with pytest.raises(Refused, match="får inte"):
        actions.send_back(asked, "Nej", version=None, actor=actor("mona"), at=at)
    with pytest.raises(Stale):
        actions.send_back(asked, "Nej", version=99, actor=klara, at=at)
    back = actions.send_back(asked, "Marsdagarna krockar.", version=None, actor=klara, at=at)
    assert (back.state, back.answer) == ("proposed", "Marsdagarna krockar.") and kinds("mona") == [
        "wheel.plan_sent_back"
    ]
    assert Event.objects.filter(verb="wheel.sent-back", object_id=asked.pk).count() == 1
    again = actions.ask(back, version=None, actor=actor("mona"), at=at)
    assert again.asked and again.answer == ""


def test_only_the_steps_of_the_table_from_where_it_is(proposal: Plan, actor: Any, at: Any) -> None:
    mona, klara, asa = actor("mona"), actor("klara"), actor("asa")
    names = lambda who: {offer.step.name for offer in actions.offers(proposal, actor=who)}  # noqa: E731
    assert names(mona) == {"ask"} and names(klara) == {"ask", "adopt"} and names(asa) == set()
    for step in ("take_back", "send_back"):
        more = ("x",) if step == "send_back" else ()
        with pytest.raises(Refused):
            getattr(actions, step)(proposal, *more, version=None, actor=klara, at=at)
    proposal.activities.all().delete()
    with pytest.raises(Refused, match="tom"):
        actions.ask(proposal, version=None, actor=mona, at=at)
    assert PLAN.step("adopt").final


def test_a_manager_decides_her_own_unit_and_no_other(unit: Any, actor: Any, at: Any) -> None:
    asa = actor("asa")
    own = actions.plan_ready(unit("ekbacken"), 2027, wheels()["generic"], actor=asa, at=at)
    with pytest.raises(Refused, match="får inte"):
        actions.adopt(own, DECISION, version=None, actor=actor("cilla"), at=at)
    assert actions.adopt(own, DECISION, version=None, actor=asa, at=at).adopted


def test_by_the_pages_from_handing_over_to_decision(proposal: Plan, browse: Any) -> None:
    mona, klara = browse("mona"), browse("klara")
    page = mona.get(f"/arshjul/?{WHERE}&forslag=1").content.decode()
    assert "Lämna till beslut" in page and "Skriv in beslutet" not in page and "beslutas av Klara" in page
    assert mona.get(f"/arshjul/till-beslut/?{WHERE}").status_code == 405
    assert mona.post(f"/arshjul/till-beslut/?{WHERE}").status_code == 302
    page = mona.get(f"/arshjul/?{WHERE}&forslag=1").content.decode()
    assert "Ta tillbaka förslaget" in page and "Ny aktivitet" not in page
    page = klara.get(f"/arshjul/?{WHERE}&forslag=1").content.decode()
    assert "Skriv in beslutet" in page and "Skicka tillbaka" in page and "Ta tillbaka förslaget" not in page
    assert klara.post(f"/arshjul/skicka-tillbaka/?{WHERE}", {"reason": ""}).status_code == 422
    named = klara.post(f"/arshjul/skicka-tillbaka/?{WHERE}", {"reason": "Fråga 850709-9805.", "version": "2"})
    assert named.status_code == 422 and "personnummer" in named.content.decode()
    sent = klara.post(f"/arshjul/skicka-tillbaka/?{WHERE}", {"reason": "Flytta mars.", "version": "2"})
    assert sent.status_code == 302 and "Flytta mars." in mona.get(f"/arshjul/?{WHERE}&forslag=1").content.decode()
    nothing = klara.get(f"/arshjul/skicka-tillbaka/?{WHERE}").content.decode()
    assert "inte lämnat till beslut" in nothing and "Planen är beslutad" not in nothing
    assert browse("juno").post(f"/arshjul/till-beslut/?{WHERE}").status_code == 404
    assert mona.post(f"/arshjul/ta-tillbaka/?{WHERE}", follow=True).status_code == 200
    assert "går inte i det läge" in mona.post(f"/arshjul/ta-tillbaka/?{WHERE}", follow=True).content.decode()
    assert mona.post("/arshjul/till-beslut/?enhet=ekbacken&ar=2031").status_code == 404


def test_a_learning_stop_is_done_when_it_is_signed_and_not_before(unit: Any, actor: Any, browse: Any, at: Any) -> None:
    plan = actions.plan_ready(unit("forvaltningen"), 2026, wheels()["learning-stops"], actor=None, at=at)
    actions.adopt(plan, DECISION, version=None, actor=None, at=at)
    one, place, asa = Activity.objects.get(series="stop-risk", plan=plan), unit("ekbacken"), actor("asa")
    done = Answer("done", produced="Klart")
    with pytest.raises(Refused, match="skriver under hållplatsen"):
        actions.mark(one, place, done, actor=asa, at=at)
    page = browse("asa").get(f"/arshjul/{one.pk}/?enhet=ekbacken").content.decode()
    assert "Öppna hållplatsen" in page and "/klar/" not in page and "/utgar/" in page
    theme = Theme.objects.get(principal=plan.principal, series="stop-risk")
    stop = stops.begin(place, theme, 2026, actor=asa, at=at)
    stops.sign(stop, people=4, took_part="Alla", rest_empty=True, version=None, actor=asa, at=at)
    actions.undo(one, place, actor=asa, at=at)
    assert actions.mark(one, place, done, actor=asa, at=at).said == "done"
    Activity.objects.filter(pk=one.pk).update(reach="all")
    assert actions.mark(one, unit("forvaltningen"), done, actor=actor("mona"), at=at).pk  # a level sums those below


def test_only_those_who_lead_have_the_duty_from_the_start(db: None) -> None:
    held = set(RoleDuty.objects.filter(duty="decide_year").values_list("role__code", flat=True))
    assert held == {"unit_manager", "provider_manager", "department_manager", "director"}
