"""Self-checks from the plan to what a result means: who may, what is asked for, and how places compare (CHK-1, CHK-2)."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from hjulet.checks import actions, answering, listing
from hjulet.checks.actions import CheckPlan
from hjulet.checks.answering import Told
from hjulet.checks.content import ready_checklists
from hjulet.checks.content_types import sheet_of
from hjulet.checks.jobs import remind_checks
from hjulet.checks.models import Checklist, Round, SelfCheck
from hjulet.checks.sheets import problems_of, read
from hjulet.core.clocks import STOCKHOLM
from hjulet.core.flow import Refused, Stale
from hjulet.measures.models import Measure
from hjulet.notify.models import Notice
from hjulet.org.models import Unit
from hjulet.wheel.choices import WheelReach

pytestmark = [pytest.mark.django_db, pytest.mark.capability("CHK-1"), pytest.mark.capability("CHK-2")]


@pytest.fixture
def unit() -> Any:
    return lambda code: Unit.objects.get(code=code)


@pytest.fixture
def nutrition(unit: Any, at: Any) -> Checklist:
    made = actions.take_ready(unit("forvaltningen"), ready_checklists()["nutrition"], actor=None, at=at)
    actions.publish(made.versions.get(), seen=None, actor=None, at=at)
    return made


@pytest.fixture
def planned(nutrition: Checklist, unit: Any, at: Any) -> SelfCheck:
    plan = CheckPlan(nutrition, "half-yearly", Decimal("1.6"), reach=WheelReach.UNITS)
    return actions.plan_check(unit("forvaltningen"), at.year, plan, actor=None, at=at)


@pytest.fixture
def sent(planned: SelfCheck, unit: Any, actor: Any, at: Any) -> Any:
    """Åsa's unit has handed in this half-year's round, with the same points for every question."""

    def hand_in(points: int) -> Round:
        round_ = planned.rounds.get(unit=unit("ekbacken"), opens_on=date(2026, 7, 1))
        for code in answering.questions_of(sheet_of(round_.version)):
            told = Told(points=Decimal(points))
            answering.answer(round_, code, told, key=uuid.uuid4(), seen=0, actor=actor("asa"), at=at)
        return answering.send(round_, actor=actor("asa"), at=at)

    return hand_in


@pytest.mark.parametrize("ready", ready_checklists().values(), ids=lambda ready: ready.code)
def test_a_ready_list_may_be_published_as_it_is(ready: Any) -> None:
    assert problems_of(ready.content) == []
    codes = [question["code"] for area in ready.content["areas"] for question in area["questions"]]
    assert len(codes) == len(set(codes)) == ready.questions > 5
    assert all(question["text_en"] for area in ready.content["areas"] for question in area["questions"])
    assert "kontrolleras" not in str(ready.content) and "LOKAL" not in str(ready.content)


def test_rounds_are_made_for_those_who_do_it_and_for_what_is_left_of_the_year(planned: SelfCheck, unit: Any) -> None:
    rounds = list(planned.rounds.select_related("unit"))
    assert {one.opens_on for one in rounds} == {date(2026, 7, 1)}  # the first half was over when it was planned
    assert {one.unit.kind for one in rounds} == {"unit"} and unit("ekbacken") in {one.unit for one in rounds}
    assert not any(one.unit.code == unit("ivars").code for one in rounds) if Unit.objects.filter(code="ivars") else True


def test_a_unit_that_begins_later_gets_its_rounds_and_one_that_ceases_is_left_out(
    planned: SelfCheck, unit: Any, actor: Any, at: Any
) -> None:
    asas = unit("ekbacken")
    new = Unit.objects.create(
        principal=asas.principal, parent=asas.parent, code="ny-enhet", name="Ny", kind="unit",
        path=f"{asas.path[:-6]}800001", valid_from=at.date(),
    )  # fmt: skip
    assert actions.make_rounds(planned, at) == 1 and actions.make_rounds(planned, at) == 0
    shown = Round.objects.seen_by(actor("klara")).alive()
    assert shown.filter(unit=new).exists()
    Unit.objects.filter(pk=new.pk).update(valid_to=at.date() + timedelta(days=3))
    assert not shown.filter(unit=new).exists()


def test_a_plan_is_changed_where_nobody_has_begun(planned: SelfCheck, sent: Any, unit: Any, at: Any) -> None:
    sent(2)
    plan = CheckPlan(planned.checklist, "quarterly", Decimal("1.8"), reach=WheelReach.UNITS)
    actions.change_check(planned, plan, version=1, actor=None, at=at)
    kept = planned.rounds.get(unit=unit("ekbacken"), opens_on=date(2026, 7, 1))
    assert (kept.state, kept.target) == ("sent", Decimal("1.60"))
    assert planned.rounds.filter(opens_on=date(2026, 10, 1), target=Decimal("1.80")).count() > 2
    with pytest.raises(Stale):
        actions.change_check(planned, replace(plan, often="monthly"), version=1, actor=None, at=at)
    with pytest.raises(Refused):
        actions.remove_check(planned, actor=None, at=at)


def test_next_year_in_one_step(planned: SelfCheck, unit: Any, at: Any) -> None:
    place = unit("forvaltningen")
    assert actions.plan_next_year(place, 2026, actor=None, at=at) == 1
    assert actions.plan_next_year(place, 2026, actor=None, at=at) == 0
    made = SelfCheck.objects.get(unit=place, year=2027)
    assert {one.opens_on for one in made.rounds.all()} == {date(2027, 1, 1), date(2027, 7, 1)}


def test_who_may_plan_write_and_analyse(
    planned: SelfCheck, nutrition: Checklist, sent: Any, actor: Any, unit: Any, at: Any
) -> None:
    plan = CheckPlan(nutrition, "yearly", Decimal("1.6"))
    for login in ("juno", "cilla", "sara", "goran"):
        with pytest.raises(Refused):
            actions.plan_check(unit("ekbacken"), 2026, plan, actor=actor(login), at=at)
        with pytest.raises(Refused):
            actions.new_checklist(unit("ekbacken"), "Vår egen", actor=actor(login), at=at)
    round_ = sent(2)
    for login in ("juno", "cilla", "ivar"):
        with pytest.raises(Refused):
            actions.analyse(round_, actions.Analysis("Det gick bra."), actor=actor(login), at=at)
    assert actions.analyse(round_, actions.Analysis("Det gick bra."), actor=actor("asa"), at=at).state == "analysed"


def test_a_result_is_told_and_under_the_target_something_is_done(sent: Any, actor: Any, person: Any, at: Any) -> None:
    round_, asa = sent(1), actor("asa")
    assert (round_.mean, round_.reached) == (Decimal("1.0000"), False)
    assert set(round_.means.values()) == {"1.0000"}
    with pytest.raises(Refused, match="Målet är inte nått"):
        actions.analyse(round_, actions.Analysis("Nattfastan är för lång."), actor=asa, at=at)
    new = actions.NewMeasure("Sen kvällsmacka", "Nattfasta under 11 timmar", "medium", person("asa"), at.date(), "sol")
    done = actions.analyse(round_, actions.Analysis("Nattfastan är för lång.", measure=new), actor=asa, at=at)
    made = Measure.objects.visible_to(asa).get(source_type="check-round", source_id=done.pk)
    assert (done.state, made.title) == ("analysed", "Sen kvällsmacka")
    actions.analyse(done, actions.Analysis("Nattfastan är för lång, mest på helger."), actor=asa, at=at)


def test_also_a_good_result_is_told(sent: Any, browse: Any) -> None:
    round_ = sent(2)
    page = browse("asa")
    assert "Analysera resultatet" in page.get(round_.get_absolute_url()).content.decode()
    address = f"{round_.get_absolute_url()}analys/"
    assert page.post(address, {"text": " "}).status_code == 422
    assert page.post(address, {"text": "Vi håller i det vi gör."}).status_code == 302
    shown = page.get(round_.get_absolute_url()).content.decode()
    assert "Vi håller i det vi gör." in shown and "Målet är nått." in shown
    assert browse("cilla").get(address).status_code == 404


def test_a_measure_is_proposed_from_the_page(sent: Any, browse: Any, person: Any) -> None:
    round_ = sent(0)
    address = f"{round_.get_absolute_url()}analys/"
    page = browse("asa")
    told = {"text": "Vi hann inte.", "then": "measure", "track": "sol", "m-title": "Schema för vägning"}
    again = page.post(address, told)
    assert again.status_code == 422 and "Vi hann inte." in again.content.decode()
    whole = {
        "m-expected_effect": "Alla vägs",
        "m-strength": "medium",
        "m-owner": person("asa").pk,
        "m-due": "2026-12-01",
    }
    assert page.post(address, told | whole).status_code == 302
    assert "Schema för vägning" in page.get(round_.get_absolute_url()).content.decode()


def test_a_ready_list_is_taken_in_once_where_it_holds(unit: Any, actor: Any, browse: Any, at: Any) -> None:
    ready, mona = ready_checklists()["nutrition"], actor("mona")
    made = actions.take_ready(unit("forvaltningen"), ready, actor=mona, at=at)
    for who in ("asa", "ivar"):  # a draft is nobody else's: neither told of nor in their way
        assert "Finns redan" not in browse(who).get("/egenkontroll/checklistor/ny/").content.decode()
    actions.publish(made.versions.get(), seen=None, actor=mona, at=at)
    for code, who in (("forvaltningen", "mona"), ("ekbacken", "asa")):
        with pytest.raises(Refused, match="finns redan"):
            actions.take_ready(unit(code), ready, actor=actor(who), at=at)
    page = browse("asa").get("/egenkontroll/checklistor/ny/?enhet=ekbacken").content.decode()
    assert "Finns redan hos Vård- och omsorgsförvaltningen" in page and f"/egenkontroll/checklistor/{made.pk}/" in page
    assert browse("asa").get(f"/egenkontroll/checklistor/{made.pk}/").status_code == 200
    assert "Finns redan" not in browse("ivar").get("/egenkontroll/checklistor/ny/").content.decode()
    sent = browse("asa").post("/egenkontroll/checklistor/ny/?enhet=ekbacken", {"fardig": "nutrition"})
    assert sent.status_code == 409 and "finns redan här" in sent.content.decode()
    actions.end_checklist(made, actor=mona, at=at)
    assert actions.take_ready(unit("ekbacken"), ready, actor=actor("asa"), at=at).pk != made.pk


def test_the_words_of_the_scale_are_in_the_readers_language(unit: Any, actor: Any, at: Any) -> None:
    for ready in ready_checklists().values():
        scale = ready.content["scale"]
        assert scale["anchors"].keys() == scale["anchors_en"].keys() and all(scale["anchors_en"].values())
    made = actions.take_ready(unit("forvaltningen"), ready_checklists()["nutrition"], actor=actor("mona"), at=at)
    draft = made.versions.get()
    with override("en"):
        assert sheet_of(draft).scale.words["0"] == draft.content["scale"]["anchors_en"]["0"]
    changed = read({"anchor0": "Finns inte alls"}, draft.content)["scale"]
    assert changed["anchors_en"].keys() == {"1", "2"}  # an English word never tells what the Swedish no longer says


def test_a_list_that_nobody_has_planned_is_there_for_who_writes_it(browse: Any, unit: Any) -> None:
    mona = browse("mona")
    made = mona.post("/egenkontroll/checklistor/ny/?enhet=forvaltningen", {"fardig": "medication"})
    assert made.status_code == 302 and mona.get(made["Location"]).status_code == 200
    assert "Läkemedelshantering" in mona.get("/egenkontroll/checklistor/").content.decode()
    assert browse("juno").get(made["Location"]).status_code == 404


def test_a_list_is_written_published_and_changed_and_old_rounds_keep_theirs(
    planned: SelfCheck, sent: Any, browse: Any, unit: Any
) -> None:
    round_, page = sent(2), browse("mona")
    edit = f"/egenkontroll/checklistor/{planned.checklist.pk}/andra/"
    assert page.get(edit).status_code == 200
    draft = planned.checklist.versions.get(state="draft")
    added = page.post(edit, {"do": "add", "version": draft.seen, "title": "Mat och näring"}).content.decode()
    assert "Område 5" in added
    refused = page.post(edit, {"do": "publish", "version": draft.seen + 1})
    assert refused.status_code == 422 and "Skriv vad område 5 heter." in refused.content.decode()
    stale = page.post(edit, {"do": "save", "version": 1, "a4-label": "Dryck"})
    assert stale.status_code == 409 and "Dryck" in stale.content.decode()
    draft.refresh_from_db()
    whole = {"do": "publish", "version": draft.seen, "a4-label": "Dryck", "a4q0-text": "Finns vatten framme?"}
    assert page.post(edit, whole).status_code == 302
    round_.refresh_from_db()
    assert round_.version.number == 1
    other = planned.rounds.exclude(unit=round_.unit).first()
    assert other is not None and other.version.number == 2  # nobody had begun it
    assert browse("juno").get(edit).status_code == 404


def test_lists_have_a_next_step_and_their_filters(planned: SelfCheck, sent: Any, browse: Any) -> None:
    asa = browse("asa")
    todo = asa.get("/egenkontroll/").content.decode()
    assert "Mat, näring" in todo and "Att göra nu" in todo
    sent(2)
    assert "Väntar på analys" in asa.get("/egenkontroll/").content.decode()
    assert "Inga egenkontroller" not in asa.get("/egenkontroll/?visa=klara").content.decode()
    assert "Inget stämmer" in asa.get("/egenkontroll/?lage=late").content.decode()
    assert (
        "1,60" in asa.get("/egenkontroll/jamfor/").content.decode()
        or "2,00" in asa.get("/egenkontroll/jamfor/").content.decode()
    )
    plan = asa.get("/egenkontroll/plan/").content.decode()
    assert "Planerad av" in plan and "Planera samma" not in plan
    assert browse("ivar").get("/egenkontroll/").status_code == 200
    assert "Mat, näring" not in browse("ivar").get("/egenkontroll/?visa=alla").content.decode()
    assert "Mat, näring" not in browse("sara").get("/egenkontroll/?visa=alla").content.decode()


def test_four_hundred_units_and_twelve_rounds_in_few_questions(
    planned: SelfCheck, unit: Any, browse: Any, at: Any
) -> None:
    top = unit("sarskilt-boende")
    new = [
        Unit(
            principal=top.principal, parent=top, code=f"m{n}", name=f"Enhet {n}", kind="unit",
            path=f"{top.path}{800000 + n}", valid_from=date(2011, 1, 1),
        )
        for n in range(400)
    ]  # fmt: skip
    Unit.objects.bulk_create(new)
    version = planned.checklist.versions.get(state="published")
    spans = [span for year in (2025, 2026) for span in actions.windows(year, "half-yearly")] + actions.windows(
        2024, "quarterly"
    )
    Round.objects.bulk_create(
        Round(
            version=version, unit=one, opens_on=first, due_on=last, state="sent", sent_at=at,
            mean=Decimal(n % 200) / 100, target=Decimal("1.6"),
        )
        for n, one in enumerate(new)
        for first, last in spans
    )  # fmt: skip
    klara = browse("klara")
    for address in (
        "/egenkontroll/jamfor/?enhet=forvaltningen",
        "/egenkontroll/?visa=alla&enhet=forvaltningen",
        "/egenkontroll/plan/?enhet=forvaltningen",
    ):
        klara.get(address)
        with CaptureQueriesContext(connection) as captured:
            assert klara.get(address).status_code == 200
        assert len(captured) <= 12, "\n".join(query["sql"][:120] for query in captured)


def test_what_waits(planned: SelfCheck, sent: Any, actor: Any, at: Any) -> None:
    assert [one.state for one in listing.waits_for(actor("juno"), at.date())] == ["open"]
    sent(1)
    assert list(listing.waits_for(actor("juno"), at.date())) == []
    assert [one.state for one in listing.waits_for(actor("asa"), at.date())] == ["sent"]


def test_each_is_reminded_of_a_check_once_in_time_and_once_when_late(
    planned: SelfCheck, sent: Any, person: Any
) -> None:
    sent(2)  # Åsa has done hers
    last = datetime(2026, 12, 31, 9, tzinfo=STOCKHOLM)
    assert remind_checks(last - timedelta(days=60)) == 0
    told = remind_checks(last - timedelta(days=5))
    soon = Notice.objects.filter(kind="check.due_soon")
    assert told == soon.values("person").distinct().count() > 1 and not soon.filter(person=person("asa")).exists()
    assert remind_checks(last - timedelta(days=4)) == 0
    assert remind_checks(last + timedelta(days=1)) == told == Notice.objects.filter(kind="check.overdue").count()
    assert remind_checks(last + timedelta(days=2)) == 0
