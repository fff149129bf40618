"""What has happened in the steps of a process: chosen for a case, counted in the same write, shown to those who may."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.db.models import Sum
from pypdf import PdfReader

from hjulet.cases import actions as cases
from hjulet.cases.hurting import measures_in_steps
from hjulet.cases.models import Case, Category, CauseMeasure
from hjulet.core.actor import ALL_TRACKS, Grant
from hjulet.core.clocks import local_date
from hjulet.core.flow import Refused, Stale
from hjulet.measures import actions as measures
from hjulet.org import actions as organisation
from hjulet.org.choices import Duty
from hjulet.org.models import Unit, path_end
from hjulet.processes import actions
from hjulet.processes.activities import activities_with, activity_on
from hjulet.processes.bpmn import editing
from hjulet.processes.hurting import picture
from hjulet.processes.hurts import ORDERS, chosen_processes, hurting
from hjulet.processes.models import Process
from hjulet.stats import step_facts
from hjulet.stats.heat import cases_in_steps
from hjulet.stats.jobs import sum_up_steps
from hjulet.stats.models import StepFact, StepTotal
from hjulet.stats.step_facts import rebuild_steps, verify_steps
from tests.conftest import ASSESSMENT
from tests.test_access_matrix import EVERYBODY

from .conftest import draft, publish

pytestmark = [pytest.mark.django_db, pytest.mark.capability("PRO-3"), pytest.mark.capability("DEV-4")]
STEP = "fran-larm-till-hjalp/steg_1"


@pytest.fixture
def alarm(written: Any, actor: Any, at: Any) -> Process:
    """Published by Klara for the whole administration."""
    made = written("Från larm till hjälp", login="klara", unit="forvaltningen")
    return publish(made, actor("klara"), at - timedelta(days=30))


@pytest.fixture
def handled(reported: Any, actor: Any, at: Any) -> Any:
    """A case that Åsa has received and assessed, with the severity that is said."""

    def make(severity: int = 2, when: Any = at) -> Case:
        case, who = reported(at=when), actor("asa")
        cases.perform(case, "receive", actor=who, at=at)
        category = Category.objects.filter(track="sol", parent__isnull=False).first()
        told = ASSESSMENT | {"tracks": ["sol"], "category_id": category.pk, "severity": severity}  # type: ignore[union-attr]
        cases.perform(case, "assess", actor=who, at=at, data=told)
        found: Case = Case.objects.visible_to(who).get(pk=case.pk)
        return found

    return make


def test_a_case_is_tied_to_a_step_and_counted_in_the_same_write(
    alarm: Process, handled: Any, actor: Any, at: Any
) -> None:
    case = handled(severity=3)
    placed = cases.place(case, STEP, actor=actor("asa"), at=at)
    assert placed.activity is not None and placed.activity.drawing_id == alarm.current_id
    fact = StepFact.objects.get()
    assert (fact.process_id, fact.step, fact.cases, fact.open, fact.s3, fact.s1) == (alarm.pk, "steg_1", 1, 1, 1, 0)
    assert verify_steps() == 0

    cases.place(case, "", actor=actor("asa"), at=at)
    assert [fact.cases for fact in StepFact.objects.all()] == [0] and verify_steps() == 0


def test_the_counts_can_be_made_anew_and_a_difference_is_seen(
    alarm: Process, handled: Any, actor: Any, at: Any
) -> None:
    cases.place(handled(), STEP, actor=actor("asa"), at=at)
    StepFact.objects.update(cases=7)
    assert verify_steps() == 1 + step_facts.LEVELS
    assert rebuild_steps() == 1
    assert verify_steps() == 0 and StepFact.objects.get().cases == 1


def test_a_reader_of_much_is_answered_out_of_few_rows(alarm: Process, handled: Any, actor: Any, at: Any) -> None:
    for severity in (2, 3, 3):
        cases.place(handled(severity), STEP, actor=actor("asa"), at=at)
    gone = handled(4)
    cases.place(gone, STEP, actor=actor("asa"), at=at)
    cases.place(gone, "", actor=actor("asa"), at=at)
    assert StepTotal.objects.count() == 5 * step_facts.LEVELS and verify_steps() == 0
    klara, asa = actor("klara"), actor("asa")
    assert (step_facts.asked_of(klara)[0], step_facts.asked_of(asa)[0]) == (step_facts.TOTALS, step_facts.TABLE)
    (sign,) = cases_in_steps(klara, {alarm.pk: alarm.code}, local_date(at))
    assert (sign.n, sign.serious) == (3, 2)
    assert step_facts.sum_up() == step_facts.LEVELS and verify_steps() == 0
    assert list(cases_in_steps(klara, {alarm.pk: alarm.code}, local_date(at))) == [sign]
    StepTotal.objects.filter(unit__code="forvaltningen").update(cases=9)
    assert verify_steps() == 1 and sum_up_steps(at) and verify_steps() == 0


@pytest.fixture
def everywhere(alarm: Process) -> list[Unit]:
    """Cases of every law at every unit of the principal, as if they had been counted."""
    units = list(Unit.objects.of(alarm.principal_id).filter(path__isnull=False).order_by("path"))
    StepFact.objects.bulk_create(
        StepFact(
            **{"principal_id": alarm.principal_id, "unit": unit, "month": date(2026, 10 - place % 20 // 10 * 9, 1)},
            **{"kind": "deviation", "track": track, "process": alarm, "step": f"steg_{place % 2 + 1}"},
            **{"cases": place + number + 1, "s3": place % 3},
        )
        for place, unit in enumerate(units)
        for number, track in enumerate(("sol", "lss", "hsl", "unsure"))
    )
    step_facts.sum_up()
    return units


def test_totals_and_units_answer_alike_whoever_asks(
    alarm: Process, everywhere: list[Unit], actor: Any, at: Any, monkeypatch: Any
) -> None:
    """Grants beside, above and inside each other, of some laws and of all: nothing is counted twice or let through."""
    high = [unit for unit in everywhere if unit.depth <= step_facts.LEVELS]
    laws = (ALL_TRACKS, frozenset({"sol", "lss"}), frozenset({"hsl"}), frozenset({"sol"}))
    dice = random.Random(9)  # noqa: S311 - which grants to try
    asked = 0
    for _turn in range(60):
        grants = tuple(
            Grant(duty, dice.choice(laws), unit.pk, unit.path or "", path_end(unit.path or ""))
            for unit in dice.sample(high, dice.randint(1, min(4, len(high))))
            for duty in dice.choice(([Duty.STATISTICS], [Duty.STATISTICS] * 2, [Duty.MASKED_STATISTICS]))
        )
        who = replace(actor("juno"), grants=grants)
        answers = []
        for levels in (step_facts.LEVELS, 0):
            monkeypatch.setattr(step_facts, "LEVELS", levels)
            answers.append(list(cases_in_steps(who, {alarm.pk: alarm.code}, local_date(at))))
        monkeypatch.undo()
        asked += len(answers[0])
        assert answers[0] == answers[1], grants
    assert asked > 60


def test_a_unit_that_moves_takes_its_numbers_along(alarm: Process, everywhere: list[Unit], actor: Any, at: Any) -> None:
    by_code = {unit.code: unit for unit in everywhere}
    before = StepTotal.objects.filter(unit__code="forvaltningen").aggregate(n=Sum("cases"))["n"]
    top = next(unit for unit in everywhere if unit.parent_id is None)
    day = local_date(at)
    organisation.move_unit(unit=by_code["ekbacken"], parent=top, day=day, actor=None, at=at)
    after = StepTotal.objects.filter(unit__code="forvaltningen").aggregate(n=Sum("cases"))["n"]
    assert after < before and step_facts.verify_totals() == 0
    assert StepTotal.objects.filter(unit__code="ekbacken").exists()  # it lies high enough now


def test_an_annulled_case_is_counted_no_more(alarm: Process, handled: Any, actor: Any, at: Any) -> None:
    case = handled()
    cases.place(case, STEP, actor=actor("asa"), at=at)
    cases.perform(case, "annul", actor=actor("dag"), at=at, data={"reason": "Rapporterad två gånger."})
    assert StepFact.objects.get().cases == 0 and verify_steps() == 0


def test_a_case_keeps_the_version_of_its_day(alarm: Process, handled: Any, actor: Any, at: Any) -> None:
    case, who = handled(), actor("klara")
    later = at + timedelta(days=3)
    actions.begin_version(alarm, actor=who, at=later)
    renamed = draft(alarm)
    actions.edit(
        renamed,
        lambda diagram: editing.rename(diagram, "steg_1", "Kvittera inom fem minuter"),
        revision=renamed.revision,
        actor=who,
        at=later,
    )
    actions.save_changes(draft(alarm), "Inom fem minuter.", actor=who, at=later)
    now = publish(alarm, who, later)
    placed = cases.place(case, STEP, actor=actor("asa"), at=later)
    assert placed.activity.drawing.number == 1 and str(placed.activity) == "Kvittera larmet"
    newer = activity_on(STEP, actor=who, on=local_date(later))
    assert newer is not None and newer.drawing_id == now.current_id
    # both versions are one step where it hurts
    assert picture(who, [alarm], local_date(later)).of(alarm.pk, "steg_1").n == 1


def test_what_cannot_be_read_cannot_be_chosen(alarm: Process, handled: Any, actor: Any, at: Any) -> None:
    case = handled()
    for wrong in ("finns-inte/steg_1", "fran-larm-till-hjalp/finns-inte", "fran-larm-till-hjalp/start", "steg_1", "/"):
        with pytest.raises(Refused):
            cases.place(case, wrong, actor=actor("asa"), at=at)
    with pytest.raises(Stale):
        cases.place(case, STEP, version=case.version + 1, actor=actor("asa"), at=at)
    assert Case.objects.visible_to(actor("asa")).get(pk=case.pk).activity_id is None


def test_steps_are_found_by_their_words(alarm: Process, actor: Any) -> None:
    assert [str(row) for row in activities_with("kvitterade", actor=actor("asa"))] == ["Kvittera larmet"]
    found = [row.ref for row in activities_with("larm", actor=actor("asa"))]
    assert STEP in found and len(found) > 1  # others come with Hjulet
    assert activities_with("brandövning", actor=actor("asa")) == [] == activities_with("", actor=actor("asa"))


def test_the_handler_points_it_out_on_the_pages(alarm: Process, handled: Any, browse: Any) -> None:
    case = handled()
    page = browse("asa")
    where = f"{case.get_absolute_url()}aktivitet/"
    assert "Från larm till hjälp" in page.get(where).content.decode()
    found = page.get(where, {"q": "kvittera"}).content.decode()
    assert "Kvittera larmet" in found
    chart = page.get(where, {"process": alarm.code}).content.decode()
    assert "<svg" in chart and "steg=fran-larm-till-hjalp%2Fsteg_1#vald" in chart
    chosen = page.get(where, {"steg": STEP}).content.decode()
    assert "Ja, det hände här" in chosen
    refused = page.post(where, {"step": "finns-inte/x", "version": case.version})
    assert refused.status_code == 409 and "Välj ett annat" in refused.content.decode()
    done = page.post(where, {"step": STEP, "version": case.version}, follow=True).content.decode()
    assert "Det hände i steget Kvittera larmet" in done and f"/processer/{alarm.code}/steg/steg_1/" in done
    listed = page.get("/arenden/", {"steg": STEP, "val": "alla"}).content.decode()
    assert case.ref in listed and "Hände i: Från larm till hjälp: Kvittera larmet" in listed
    assert "Hände i" not in page.get("/arenden/", {"steg": "annan/steg", "val": "alla"}).content.decode()


def test_a_report_begun_from_a_step_carries_it(alarm: Process, browse: Any, actor: Any, person: Any, at: Any) -> None:
    step = browse("juno").get(f"/processer/{alarm.code}/steg/steg_1/").content.decode()
    assert "/rapportera/?steg=fran-larm-till-hjalp/steg_1" in step
    form = browse("juno").get("/rapportera/", {"steg": STEP}).content.decode()
    assert "Det hände i steget Kvittera larmet" in form
    told = cases.Report(unit=person("juno").home_unit, description="Ingen kvitterade.", process_step=STEP)
    case = cases.report(told, actor=actor("juno"), at=at)
    assert case.activity is not None and case.activity.drawing_id == alarm.current_id and verify_steps() == 0
    gone = cases.Report(unit=person("juno").home_unit, description="Ingen kvitterade.", process_step="borta/x")
    assert cases.report(gone, actor=actor("juno"), at=at).activity is None


def test_heat_is_for_those_who_see_statistics(alarm: Process, handled: Any, actor: Any, browse: Any, at: Any) -> None:
    for _n in range(3):
        cases.place(handled(severity=3), STEP, actor=actor("asa"), at=at)
    address = f"/processer/{alarm.code}/"
    seen = browse("asa").get(address).content.decode()
    assert "3 avvikelser, 3 öppna" in seen and "p-heat-" in seen and "3 allvarliga" in seen
    hers = browse("juno").get(address).content.decode()
    assert "avvikelser, 3" not in hers and "p-heat-" not in hers
    # another part of the town has its own figures
    assert "3 avvikelser" not in browse("cilla").get(address).content.decode()
    page = browse("asa").get("/processer/gor-ont/").content.decode()
    assert "Kvittera larmet" in page and "3 avvikelser" in page and "+3" in page
    card = browse("asa").get("/processer/gor-ont/", {"vy": "karta"}).content.decode()
    assert "Utreda" in card and "Från larm till hjälp" in card
    assert browse("juno").get("/processer/gor-ont/").status_code == 404


def test_small_numbers_are_hidden_from_those_who_see_masked_ones(
    alarm: Process, handled: Any, actor: Any, browse: Any, at: Any
) -> None:
    seen = dict.fromkeys(range(2, 6), False)
    for n in range(1, 6):
        before = at - timedelta(days=60)  # in a quarter that is over
        case = handled(when=before)
        cases.place(case, STEP, actor=actor("asa"), at=at)
        hurt = picture(actor("mona"), [alarm], local_date(at)).of(alarm.pk, "steg_1")
        seen[n] = hurt.n == n
        assert hurt.serious == 0 and hurt.before is None and hurt.url == ""
    assert seen == {1: False, 2: False, 3: False, 4: False, 5: True}
    case = handled()  # in the quarter that goes on
    cases.place(case, STEP, actor=actor("asa"), at=at)
    assert picture(actor("mona"), [alarm], local_date(at)).of(alarm.pk, "steg_1").n == 5
    page = browse("mona").get(f"/processer/{alarm.code}/").content.decode()
    assert "5 avvikelser" in page and "Tal under 5 visas inte" in page and "öppna" not in page


def test_the_place_it_hurts_asks_few_questions(
    alarm: Process, handled: Any, actor: Any, browse: Any, at: Any, django_assert_max_num_queries: Any
) -> None:
    for _n in range(3):
        cases.place(handled(), STEP, actor=actor("asa"), at=at)
    page = browse("asa")
    page.get("/processer/gor-ont/")
    for address in ("/processer/gor-ont/", f"/processer/{alarm.code}/", f"/processer/{alarm.code}/steg/steg_1/"):
        with django_assert_max_num_queries(12):
            page.get(address)


def test_the_list_of_cases_leaves_with_its_steps(
    alarm: Process, handled: Any, actor: Any, browse: Any, at: Any
) -> None:
    cases.place(handled(), STEP, actor=actor("asa"), at=at)
    handled()
    answer = browse("asa").get("/arenden/export/?val=alla&format=csv")
    head, *lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert head.endswith(";Process;Steg i processen")
    step = alarm.current.elements.get(code="steg_1").name  # type: ignore[union-attr]
    assert sorted(line.split(";")[-2:] for line in lines) == [["", ""], ["Från larm till hjälp", step]]


def test_measures_under_way_are_told_to_those_who_see_the_case(
    alarm: Process, handled: Any, actor: Any, person: Any, at: Any
) -> None:
    asa = actor("asa")
    case = cases.place(handled(), STEP, actor=asa, at=at)
    cause = cases.add_cause(_investigated(case, asa, at), area="procedures", text="Ingen tar över.", actor=asa, at=at)
    told = {"title": "Larmansvarig", "expected_effect": "Inga sena larm", "strength": "medium"}
    where = {"unit": case.unit, "track": "sol", "owner": person("asa"), "source": ("case", case.pk)}
    one = measures.propose(due=at.date() + timedelta(days=9), actor=asa, at=at, **told, **where)
    cases.link_measure(cause, one, actor=asa, at=at)
    own = {alarm.pk: alarm.code}
    for login in sorted(EVERYBODY):
        reader = actor(login)
        seen = CauseMeasure.objects.visible_to(reader)
        assert set(CauseMeasure.objects.few().visible_to(reader)) == set(seen), login
        signs = list(measures_in_steps(reader, own, local_date(at)))
        assert [(sign.step, sign.n, sign.late) for sign in signs] == ([("steg_1", 1, False)] if seen else []), login
    later = list(measures_in_steps(asa, own, at.date() + timedelta(days=10)))
    assert [sign.words for sign in later] == ["1 åtgärd på väg, 1 sen"]
    assert not list(measures_in_steps(asa, {}, local_date(at)))


def _investigated(case: Case, who: Any, at: Any) -> Case:
    cases.perform(case, "investigate", actor=who, at=at)
    cases.add_note(case, kind="fact", noted_on=at.date(), source="Samtal", text="Larmet kom.", actor=who, at=at)
    found: Case = Case.objects.visible_to(who).get(pk=case.pk)
    return found


def test_how_serious_is_told_by_weight_and_small_numbers_are_not(
    alarm: Process, handled: Any, actor: Any, browse: Any, at: Any
) -> None:
    before = at - timedelta(days=60)  # in a quarter that is over
    for severity, times in ((1, 6), (2, 6), (3, 2)):
        for _n in range(times):
            cases.place(handled(severity=severity, when=before), STEP, actor=actor("asa"), at=at)
    hers = picture(actor("asa"), [alarm], local_date(at)).of(alarm.pk, "steg_1")
    assert [n for _label, n in hers.grades] == [6, 6, 2, 0, 0] and hers.serious == 2
    masked = picture(actor("mona"), [alarm], local_date(at)).of(alarm.pk, "steg_1")
    numbers = [n for _label, n in masked.grades]
    assert masked.n == 14 and numbers[2] is None and numbers.count(None) >= 2 and 2 not in numbers
    # neither is what is hidden the rest of what is told
    hidden = 14 - sum(n for n in numbers if n is not None)
    assert hidden == 2 and numbers.count(None) == 3 or hidden >= 5
    address = f"/processer/{alarm.code}/"
    page = browse("asa").get(address).content.decode()
    assert page.count("6 mindre, 6 måttliga, 2 betydande") >= 2  # in the list, and in the picture's words
    assert "6 mindre, 6 måttliga, 2 betydande" in browse("asa").get("/processer/gor-ont/").content.decode()
    step = browse("asa").get(f"{address}steg/steg_1/").content.decode()
    assert "Efter hur allvarliga de är" in step and "Katastrofala" in step
    assert "2 betydande" not in browse("mona").get(f"{address}steg/steg_1/").content.decode()


def test_the_process_as_pdf_says_what_the_page_says(
    alarm: Process, handled: Any, actor: Any, browse: Any, at: Any
) -> None:
    for _n in range(3):
        cases.place(handled(severity=3), STEP, actor=actor("asa"), at=at)
    address = f"/processer/{alarm.code}/"
    assert f"{address}pdf/?version=1" in browse("asa").get(address).content.decode()
    answer = browse("asa").get(f"{address}pdf/")
    assert answer["Content-Type"] == "application/pdf" and "fran-larm-till-hjalp-1.pdf" in answer["Content-Disposition"]
    pages = [" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(answer.content)).pages]
    text = pages[0]
    for told in (
        "Från larm till hjälp",
        "Version: 1, gäller",
        "Klara",
        "Kvittera larmet",
        "3 avvikelser",
        "3 betydande",
    ):
        assert told in text, told
    assert "Siffrorna är från" in text
    assert "Processen som bild" in pages[-1] and "Kvittera" in pages[-1]
    # hers has no figures
    hers = PdfReader(BytesIO(browse("juno").get(f"{address}pdf/", {"version": "1"}).content)).pages[0].extract_text()
    assert "Kvittera larmet" in hers and "avvikelser" not in hers
    for query in ("version=9", "version=x"):
        assert browse("juno").get(f"{address}pdf/?{query}").status_code in (200, 404)


def test_the_list_is_those_of_all_steps_where_something_has_happened(
    alarm: Process, handled: Any, actor: Any, at: Any
) -> None:
    cases.place(handled(), STEP, actor=actor("asa"), at=at)
    processes = chosen_processes(actor("asa"))
    seen = picture(actor("asa"), processes, local_date(at))
    for sort in ORDERS:
        every = [row for row in hurting(processes, seen, sort) if row.hurt.signs]
        assert every == hurting(processes, seen, sort, quiet=False) and every, sort
    assert every[0].element.ref == STEP and str(every[0].element) == "Kvittera larmet"
