"""Promises become things to check: who, what when not kept, reminders, and what measures and statistics add (ORG-6)."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from hjulet.core.flow import Refused, Stale
from hjulet.core.jobs import JOBS
from hjulet.core.models import Event
from hjulet.measures.actions import assess_effect, mark_done
from hjulet.measures.models import Measure
from hjulet.notify.models import Notice
from hjulet.services.actions import Finding, NewMeasure, record_check
from hjulet.services.choices import Outcome
from hjulet.services.jobs import plan_checks, remind_checks
from hjulet.services.models import PromiseCheck
from hjulet.services.registry import FIGURES

pytestmark = [pytest.mark.django_db, pytest.mark.capability("ORG-6")]
EVIDENCE = "Räknat för hand."
BROKEN = {"value": "80", "evidence": EVIDENCE, "analysis": "Ingen hade det som sin uppgift."}
MEASURE = {"title": "Löftet in i introduktionen", "expected_effect": "Alla nya får samtalet", "strength": "medium",
           "due": "2026-12-20"}  # fmt: skip


def fresh(check: PromiseCheck) -> PromiseCheck:
    found: PromiseCheck = PromiseCheck.objects.unscoped(reason="test").get(pk=check.pk)
    return found


def seen_by(actor: Any) -> set[str]:
    return set(PromiseCheck.objects.visible_to(actor).values_list("unit__code", flat=True))


def test_a_kept_promise(waiting: Any, actor: Any, at: datetime) -> None:
    check = record_check(waiting(), Finding(Decimal("97.5"), evidence=EVIDENCE), version=1, actor=actor("asa"), at=at)
    assert (check.outcome, check.result_told, check.version) == (Outcome.MET, "97,5 procent", 2)
    event = Event.objects.get(verb="promise.checked", object_id=check.pk)
    assert event.unit_id == check.unit_id and event.value.values["outcome"] == "met"


def test_who_sees_and_who_says(waiting: Any, actor: Any, at: datetime) -> None:
    assert seen_by(actor("asa")) == {"ekbacken"} and seen_by(actor("juno")) == {"ekbacken"}
    assert seen_by(actor("ivar")) == {"backangen"} and seen_by(actor("sara")) == {"fyren"}
    assert seen_by(actor("root")) == set() and seen_by(actor("goran")) == set()
    assert {"ekbacken", "hemtjanst-norr"} < seen_by(actor("mona"))
    kept = Finding(Decimal(99), evidence=EVIDENCE)
    for login in ("juno", "dag", "lars", "hanna"):
        with pytest.raises(Refused, match="leder enheten"):
            record_check(waiting(), kept, version=1, actor=actor(login), at=at)
    with pytest.raises(PromiseCheck.DoesNotExist):
        record_check(waiting(), kept, version=1, actor=actor("cilla"), at=at)


@pytest.mark.parametrize(
    ("finding", "words"),
    [
        (Finding(evidence=EVIDENCE), "som ett tal"),
        (Finding(possible=False), "inte gick att kontrollera"),
        (Finding(Decimal(80), evidence=EVIDENCE), "varför det blev så"),
        (Finding(Decimal(80), evidence=EVIDENCE, analysis="Sjukdom"), "åtgärd"),
    ],
)
def test_what_is_not_enough(finding: Finding, words: str, waiting: Any, actor: Any, at: datetime) -> None:
    with pytest.raises(Refused, match=words):
        record_check(waiting(), finding, version=1, actor=actor("asa"), at=at)
    assert fresh(waiting()).waits


def test_not_kept_becomes_a_measure_in_the_register(waiting: Any, browse: Any, actor: Any, person: Any) -> None:
    check, asa = waiting(), browse("asa")
    address = f"/loften/{check.pk}/"
    refused = asa.post(address, BROKEN | {"version": "1"})
    assert refused.status_code == 422 and "Ingen hade det som sin uppgift." in refused.content.decode()
    assert "Föreslå en åtgärd" in refused.content.decode() and fresh(check).waits
    wrong = asa.post(address, BROKEN | MEASURE | {"version": "1", "then": "measure", "due": "2026-01-01"})
    assert "Datumet har redan varit" in wrong.content.decode()
    given = BROKEN | MEASURE | {"version": "1", "then": "measure", "owner": person("asa").pk}
    assert asa.post(address, given).status_code == 302
    measure = Measure.objects.visible_to(actor("asa")).get(source_type="promise-check", source_id=check.pk)
    assert (measure.title, measure.unit_id, measure.track) == (MEASURE["title"], check.unit_id, "sol")
    assert MEASURE["title"] in asa.get(address).content.decode()
    assert "Löfte: Vi har ett ankomstsamtal" in asa.get(f"/atgarder/{measure.pk}/").content.decode()


def test_a_measure_without_effect_is_told_where_the_check_is(
    waiting: Any, actor: Any, person: Any, at: datetime
) -> None:
    asa, new = actor("asa"), NewMeasure("Lista", "Alla får samtal", "weak", person("asa"), at.date())
    finding = Finding(Decimal(80), evidence=EVIDENCE, analysis="Sjukdom", measure=new)
    check = record_check(waiting(), finding, version=1, actor=asa, at=at)
    measure = Measure.objects.visible_to(asa).get(source_id=check.pk, source_type="promise-check")
    measure = mark_done(measure, done_on=at.date(), note="Gjord", version=1, actor=asa, at=at)
    measure = assess_effect(
        measure, effect="no", note="Samma sak", new_cause="För få på plats", area="staffing",
        due=at.date() + timedelta(days=30), version=measure.version, actor=asa, at=at,
    )  # fmt: skip
    assert measure.reopened == 1
    assert Event.objects.filter(verb="promise.no-effect", object_id=check.pk).exists()


def test_a_reason_instead_of_a_measure(waiting: Any, browse: Any) -> None:
    check, asa = waiting(), browse("asa")
    given = BROKEN | {"then": "none", "version": "1"}
    assert "Skriv varför ingen åtgärd behövs" in asa.post(f"/loften/{check.pk}/", given).content.decode()
    assert asa.post(f"/loften/{check.pk}/", given | {"reason": "Snöoväder en vecka."}).status_code == 302
    assert fresh(check).no_measure_reason == "Snöoväder en vecka."


def test_a_personal_number_is_warned_for_once(waiting: Any, browse: Any) -> None:
    check, asa = waiting(), browse("asa")
    given = {"value": "97", "evidence": "Gällde 19121212-1212.", "version": "1"}
    answer = asa.post(f"/loften/{check.pk}/", given)
    assert answer.status_code == 422 and "personnummer" in answer.content.decode()


def test_putting_right_needs_a_reason_and_minds_the_other(waiting: Any, actor: Any, at: datetime) -> None:
    asa = actor("asa")
    check = record_check(waiting(), Finding(Decimal(97), evidence=EVIDENCE), version=1, actor=asa, at=at)
    again = Finding(Decimal(96), evidence=EVIDENCE)
    with pytest.raises(Stale):
        record_check(check, again, version=1, actor=asa, at=at)
    with pytest.raises(Refused, match="redan gjord"):
        record_check(check, again, version=2, actor=asa, at=at)
    right = Finding(Decimal(96), evidence=EVIDENCE, correction="Räknade en person två gånger.")
    assert record_check(check, right, version=2, actor=asa, at=at).value == Decimal(96)
    told = Event.objects.get(verb="promise.corrected", object_id=check.pk).value.values
    assert told["correction"] == "Räknade en person två gånger."


def test_judged_with_words(waiting: Any, browse: Any) -> None:
    check, wilma = waiting("housing_support_p2", "boendestod", "2026H2"), browse("wilma")
    assert "Svara om löftet hölls" in wilma.post(f"/loften/{check.pk}/", {"evidence": EVIDENCE}).content.decode()
    assert wilma.post(f"/loften/{check.pk}/", {"evidence": EVIDENCE, "met": "yes"}).status_code == 302
    assert (fresh(check).outcome, fresh(check).value) == ("met", None)


def test_what_is_to_be_checked_appears_with_each_period(at: datetime) -> None:
    assert plan_checks(at) == plan_checks(at) == 0 or plan_checks(at) == 0
    december = at + timedelta(days=22)
    assert plan_checks(december) > 0 and plan_checks(december) == 0
    rows = PromiseCheck.objects.unscoped(reason="test").filter(period_first=december.date().replace(day=1))
    assert set(rows.values_list("promise__every", flat=True)) == {"month"}
    assert {row.due_on - row.period_last for row in rows} == {timedelta(days=14)}
    assert {"plan-promise-checks", "remind-promise-checks"} <= set(JOBS)


def test_reminders_come_once_in_time_and_once_when_late(waiting: Any, at: datetime, person: Any) -> None:
    check = waiting()
    rows = PromiseCheck.objects.unscoped(reason="test")
    rows.exclude(pk=check.pk).delete()

    def told(day: int) -> list[str]:
        remind_checks(at.replace(month=10, day=day))
        mine = Notice.objects.filter(person=person("asa"), kind__startswith="promise.")
        return list(mine.order_by("pk").values_list("kind", flat=True))

    assert check.due_on.isoformat() == "2026-10-14"
    assert told(6) == [] and told(7) == ["promise.due_soon"] and told(13) == ["promise.due_soon"]
    assert told(15) == ["promise.due_soon", "promise.overdue"] and len(told(30)) == 2


def test_the_list_of_what_is_late(browse: Any, waiting: Any) -> None:
    asa = browse("asa")
    assert "Ekbacken" in asa.get("/loften/?val=sena").content.decode()
    assert "Inget att kontrollera just nu" in browse("juno").get("/loften/").content.decode()
    assert browse("cilla").get(f"/loften/{waiting().pk}/").status_code == 404
    assert "Spara kontrollen" not in browse("juno").get(f"/loften/{waiting().pk}/").content.decode()
    assert browse("juno").post(f"/loften/{waiting().pk}/", {"value": "1"}).status_code == 404
    assert b"".join(asa.get("/loften/?val=alla&format=xlsx").streaming_content).startswith(b"PK")


def test_what_the_records_tell_is_filled_in(waiting: Any, browse: Any, actor: Any, at: datetime, assessed: Any) -> None:
    figure = FIGURES["reports-answered"]
    assert figure.read(actor("asa"), "ekbacken", waiting().period, at.date()) is None  # nothing reported
    assessed("sol", at=at.replace(month=8))
    reading = figure.read(actor("asa"), "ekbacken", waiting().period, at.date())
    assert reading is not None and reading.value == 0 and "0 av 1" in reading.words
    assert figure.read(actor("hanna"), "ekbacken", waiting().period, at.date()) is None  # so few are hidden
    own = waiting("nursing_home_p4")
    page = browse("asa").get(f"/loften/{own.pk}/").content.decode()
    assert "Hjulet kan inte räkna ut resultatet" in page


def test_the_api_checks_and_refuses(waiting: Any, program: Any) -> None:
    asa, check = program("asa"), waiting()
    address = f"/promise-checks/{check.pk}"
    listed = asa.get("/promise-checks?overdue=true").json()
    assert {row["unit"] for row in listed["items"]} == {"ekbacken"}
    short = asa.post(address, {"value": 80, "evidence": EVIDENCE})
    assert short.status_code == 422 and {e["field"] for e in short.json()["errors"]} == {"analysis", "measure"}
    done = asa.post(address, {"value": 80, "evidence": EVIDENCE, "analysis": "Sjukdom", "reason": "Snö"})
    assert done.status_code == 200 and done.json()["outcome"] == "not-met"
    assert asa.post(address, {"value": 97, "evidence": EVIDENCE}).status_code == 422
    promises = asa.get("/services/nursing_home/promises").json()
    assert promises[0]["code"] == "nursing_home_p1" and (promises[0]["kept"], promises[0]["checked"]) == (0, 1)
