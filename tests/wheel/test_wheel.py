"""A unit's year: who plans it and sees it, what comes from above, who answers, and next year's plan (YEAR-1)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hjulet.core.flow import Refused, Stale
from hjulet.core.models import Event
from hjulet.org.models import Unit
from hjulet.setups.wheel import fill_wheel
from hjulet.wheel import actions
from hjulet.wheel.actions.marking import Answer
from hjulet.wheel.choices import KINDS, WheelReach
from hjulet.wheel.content import wheels
from hjulet.wheel.listing import rows_of, waits_for
from hjulet.wheel.models import Activity, Mark, Plan, does, is_for, provider_of
from hjulet.wheel.planning import lines_of_next, lines_of_wheel
from hjulet.wheel.progress import by_activity, by_place, units_of, waiting_pairs
from tests.wheel.conftest import VALUES

pytestmark = [pytest.mark.django_db, pytest.mark.capability("YEAR-1")]
DONE = Answer("done", produced="Klart")
DECISION = actions.Decision("Nämnden", "", date(2026, 11, 1))


def row(rows: list[Any], one: Activity) -> Any:
    return next((r for r in rows if r.activity.pk == one.pk), None)


def test_a_ready_wheel_becomes_a_proposal_and_then_a_plan(unit: Any, actor: Any, at: Any) -> None:
    place, mona, asa = unit("forvaltningen"), actor("mona"), actor("asa")
    plan = actions.plan_ready(place, 2027, wheels()["learning-stops"], actor=mona, at=at)
    assert not plan.adopted and rows_of(place, 2027, asa, at) == []
    assert rows_of(place, 2027, mona, at) == [] and len(rows_of(place, 2027, mona, at, proposed=True)) > 30
    assert not Activity.objects.seen_by(asa).of_year(2027).exists()
    with pytest.raises(Refused, match="får inte"):
        actions.adopt(plan, DECISION, version=plan.version, actor=mona, at=at)
    adopted = actions.adopt(plan, DECISION, version=plan.version, actor=actor("klara"), at=at)
    assert adopted.adopted and len(rows_of(unit("ekbacken"), 2027, asa, at)) > 20
    with pytest.raises(Refused, match="redan beslutad"):
        actions.plan_ready(place, 2027, wheels()["tertials"], actor=mona, at=at)
    assert Event.objects.filter(verb="wheel.adopted", object_id=plan.pk).exists()


def test_two_ready_wheels_lie_together_and_what_all_have_comes_once(unit: Any, actor: Any, at: Any) -> None:
    place, mona = unit("forvaltningen"), actor("mona")
    one = actions.plan_ready(place, 2027, wheels()["learning-stops"], actor=mona, at=at)
    before = one.activities.count()
    two = actions.plan_ready(place, 2027, wheels()["budget"], actor=mona, at=at)
    assert one.pk == two.pk and two.activities.count() == before + 16
    with pytest.raises(Refused, match="Inget är valt"):
        actions.plan_ready(place, 2027, wheels()["budget"], {"finns-inte"}, actor=mona, at=at)


def test_only_those_who_write_for_the_unit_plan_its_year(unit: Any, actor: Any, at: Any) -> None:
    for login in ("cilla", "juno", "hanna", "sara", "ivar"):
        with pytest.raises(Refused, match="styrande dokument"):
            actions.new_activity(
                unit("ekbacken"), 2027, VALUES | {"ends_on": date(2027, 1, 8)}, actor=actor(login), at=at
            )
    with pytest.raises(Refused, match="ligga i 2027"):
        actions.new_activity(unit("ekbacken"), 2027, VALUES, actor=actor("asa"), at=at)


def test_what_comes_from_above_is_done_by_each_unit_for_itself(planned: Any, unit: Any, actor: Any, at: Any) -> None:
    one, asa, cilla = planned(), actor("asa"), actor("cilla")
    mine, hers = unit("ekbacken"), unit("solhojden")
    assert row(rows_of(mine, 2026, asa, at), one).standing == "now"
    actions.mark(one, mine, DONE, actor=asa, at=at)
    assert row(rows_of(mine, 2026, asa, at), one).standing == "done"
    assert row(rows_of(hers, 2026, cilla, at), one).standing == "now"
    top = row(rows_of(unit("forvaltningen"), 2026, asa, at), one)
    assert not top.here and top.spread and top.count.done == 1 and top.count.total > 10
    with pytest.raises(Refused, match="redan svarat"):
        actions.mark(one, mine, DONE, actor=asa, at=at)
    with pytest.raises(Refused, match="Bara den som"):
        actions.mark(one, hers, DONE, actor=asa, at=at)
    with pytest.raises(Refused, match="gäller inte"):
        actions.mark(one, unit("forvaltningen"), DONE, actor=actor("mona"), at=at)
    actions.undo(one, mine, actor=asa, at=at)
    assert row(rows_of(mine, 2026, asa, at), one).standing == "now"
    verbs = Event.objects.filter(object_type="wheel-activity", object_id=one.pk).values_list("verb", flat=True)
    assert {"wheel.done", "wheel.undone"} <= set(verbs)


def test_late_is_derived_on_the_swedish_day(planned: Any, unit: Any, actor: Any, at: Any) -> None:
    one, asa, place = planned("ekbacken"), actor("asa"), unit("ekbacken")
    last = at.replace(day=27, hour=23, minute=59)
    assert row(rows_of(place, 2026, asa, last), one).standing == "now"
    assert row(rows_of(place, 2026, asa, last + timedelta(minutes=2)), one).standing == "late"
    assert row(rows_of(place, 2026, asa, at.replace(month=10)), one).standing == "coming"
    with pytest.raises(Refused, match="varför"):
        actions.mark(one, place, Answer("skipped", reason=" "), actor=asa, at=at)
    actions.mark(one, place, Answer("skipped", reason="Köket är stängt."), actor=asa, at=at)
    assert row(rows_of(place, 2026, asa, last), one).standing == "skipped"


@pytest.mark.parametrize("link", ["javascript:alert(1)", "//evil.example", "/\\evil", "ftp://x", "https://", "data:x"])
def test_a_link_leads_to_the_web_or_into_hjulet(link: str, planned: Any, unit: Any, actor: Any, at: Any) -> None:
    with pytest.raises(Refused, match="https"):
        actions.mark(planned("ekbacken"), unit("ekbacken"), Answer("done", "x", link), actor=actor("asa"), at=at)


def test_a_provider_sees_only_what_is_for_providers(planned: Any, unit: Any, actor: Any, at: Any) -> None:
    own = planned()
    both = planned(title="Också hos utförare", for_providers=True)
    only = planned(title="Utförarens år", reach="providers")
    above = planned("forvaltningen", title="Förvaltningens eget", reach="here")
    ivar, place = actor("ivar"), unit("backangen")
    assert {r.activity.pk for r in rows_of(place, 2026, ivar, at)} == {both.pk, only.pk}
    assert set(Activity.objects.seen_by(ivar).values_list("pk", flat=True)) == {both.pk, only.pk}
    assert Activity.objects.seen_by(actor("sara")).count() == 0
    assert only.for_providers and row(rows_of(unit("ekbacken"), 2026, actor("asa"), at), only) is None
    actions.mark(only, place, DONE, actor=ivar, at=at)
    assert row(rows_of(place, 2026, ivar, at), only).standing == "done"
    assert {own.pk, above.pk} <= {r.activity.pk for r in rows_of(unit("ekbacken"), 2026, actor("asa"), at)}


def test_the_role_that_answers_may_say_it_is_done(planned: Any, unit: Any, actor: Any, person: Any, at: Any) -> None:
    role = person("goran").assignments.exclude(role__code="employee").get().role
    one = planned("forvaltningen", reach="here", role=role)
    assert [w.activity for w in waits_for(actor("goran"), at)] == [one.pk]
    actions.mark(one, unit("forvaltningen"), DONE, actor=actor("goran"), at=at)
    assert waits_for(actor("goran"), at) == []


def test_what_waits_for_a_manager_is_at_her_own_unit(
    planned: Any, actor: Any, at: Any, django_assert_num_queries: Any
) -> None:
    one = planned()
    planned(title="Börjar i december", starts_on=date(2026, 12, 1), ends_on=date(2026, 12, 30))
    asa, klara = actor("asa"), actor("klara")
    with django_assert_num_queries(1):
        assert [(w.activity, w.unit) for w in waits_for(asa, at)] == [(one.pk, "ekbacken")]
    assert waits_for(klara, at) == []


def test_the_two_ways_to_tell_who_does_it_agree(planned: Any, unit: Any, at: Any) -> None:
    """The database's pairs, the query of one unit and the rule for a row that has been read."""
    below = Unit.objects.create(
        principal=unit("backangen").principal, parent=unit("backangen"), code="bac-1", name="Bäckängen 1", kind="unit",
        path=(unit("backangen").path or "") + "999999", valid_from=date(2011, 1, 1),
    )  # fmt: skip
    Unit.objects.filter(code="videt").update(valid_to=date(2026, 6, 30))
    made = [
        planned(code, title=f"{code} {reach} {providers}", reach=reach, for_providers=providers)
        for code in ("forvaltningen", "sarskilt-boende", "backangen")
        for reach in (WheelReach.HERE.value, *KINDS)
        for providers in (False, True)
    ]
    principal = below.principal_id
    pairs = {(activity, u) for activity, u, _path in waiting_pairs(principal, 2026, [one.pk for one in made])}
    for place in Unit.objects.of(principal).filter(path__isnull=False):
        provider = provider_of(place)
        asked = set(Activity.objects.filter(does(place, provider)).values_list("pk", flat=True))
        for one in made:
            wanted = is_for(one, place, provider)
            assert ((one.pk, place.pk) in pairs) == wanted, (one.title, place.code)
            assert wanted == (one.pk in asked and place.code != "videt"), (one.title, place.code)
    assert all(u != below.pk for _one, u in pairs)
    top = made[1]
    assert set(units_of(top, unit("forvaltningen"), 2026)) == {u for one, u in pairs if one == top.pk}


def test_progress_down_the_tree_adds_up(planned: Any, unit: Any, actor: Any, at: Any) -> None:
    one, top = planned(), unit("forvaltningen")
    planned("ekbacken", title="Egen")
    actions.mark(one, unit("ekbacken"), DONE, actor=actor("asa"), at=at)
    actions.mark(one, unit("solhojden"), Answer("skipped", reason="Nej"), actor=actor("cilla"), at=at)
    today, later = at.date(), date(2026, 12, 1)
    whole = by_activity(top, 2026, [one], today)[one.pk]
    places = by_place(top, 2026, today)
    assert (whole.done, whole.skipped, whole.late) == (1, 1, 0)
    assert sum(count.total for count in places.values()) == whole.total + 1
    assert by_activity(top, 2026, [one], later)[one.pk].late == whole.total - 2
    homes = unit("sarskilt-boende").path
    assert (places[homes].done, places[homes].skipped) == (1, 1)


def test_four_hundred_units_and_sixty_activities_in_few_questions(
    planned: Any, unit: Any, browse: Any, at: Any
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
    first = planned()
    Activity.objects.bulk_create(
        Activity(
            plan=first.plan, series=f"s{n}", changed_at=at, rule={}, **(VALUES | {"reach": "units", "title": f"A{n}"})
        )
        for n in range(59)
    )
    Mark.objects.bulk_create(Mark(activity=first, unit=one, said="done", produced="x", said_at=at) for one in new[:300])
    klara = browse("klara")
    for address in (
        "/arshjul/?enhet=forvaltningen",
        "/arshjul/framdrift/?enhet=forvaltningen",
        f"/arshjul/{first.pk}/",
    ):
        klara.get(address)
        with CaptureQueriesContext(connection) as captured:
            answer = klara.get(address)
        assert answer.status_code == 200
        assert len(captured) <= 12, "\n".join(query["sql"][:100] + " … " + query["sql"][-120:] for query in captured)
    administration = unit("forvaltningen")
    with CaptureQueriesContext(connection) as captured:
        assert by_place(administration, 2026, at.date())[top.path].done == 300
    assert len(captured) == 1 and float(captured[0]["time"]) < 0.4  # 0.1 s on its own; the tests run beside each other


def test_next_year_is_planned_in_one_step(planned: Any, unit: Any, actor: Any, at: Any) -> None:
    mona = actor("mona")
    one = planned(reach="here")
    plan = Plan.objects.select_related("unit").get(pk=one.plan_id)
    planned("forvaltningen", title="Flytten", repeats="once")
    leap = planned(
        "forvaltningen", title="Skottdagen", repeats="date", starts_on=date(2026, 2, 2), ends_on=date(2026, 2, 27)
    )
    Activity.objects.filter(pk=leap.pk).update(rule={"repeats": "date", "month": 2, "day": 28})
    lines = lines_of_next(plan.activities.select_related("role"), 2027)
    told = {line.title: (line.span.last if line.span else None, line.told) for line in lines}
    assert told["Egenkontroll av mat"][0] == date(2027, 11, 30)
    assert told["Flytten"] == (None, "Bara i år. Kommer inte tillbaka.")
    assert told["Skottdagen"][0] == date(2027, 3, 1) and "28 feb" in told["Skottdagen"][1]
    assert "söndag" in told["Skottdagen"][1] and "för hand" in told["Skottdagen"][1]
    new = actions.plan_next(plan, {one.series}, actor=mona, at=at)
    assert (new.year, new.adopted, new.activities.count()) == (2027, False, 1)
    again = actions.plan_next(plan, None, actor=mona, at=at)
    assert again.pk == new.pk and again.activities.count() == 2
    with pytest.raises(Refused, match="framtiden"):
        actions.adopt(
            new, actions.Decision("Nämnden", "", date(2026, 12, 24)), version=None, actor=actor("klara"), at=at
        )
    actions.adopt(new, DECISION, version=None, actor=actor("klara"), at=at)
    with pytest.raises(Refused, match="redan beslutad"):
        actions.plan_next(plan, None, actor=mona, at=at)


def test_a_unit_that_ceases_has_no_more_to_do_and_no_next_year(planned: Any, unit: Any, actor: Any, at: Any) -> None:
    one, own = planned(), planned("ekbacken")
    Unit.objects.filter(code="ekbacken").update(valid_to=date(2026, 11, 20))
    place = unit("ekbacken")
    rows = rows_of(place, 2026, actor("asa"), at)
    assert row(rows, one) is None and row(rows, own) is None
    with pytest.raises(Refused, match="gäller inte"):
        actions.mark(one, place, DONE, actor=actor("asa"), at=at)
    with pytest.raises(Refused, match="finns inte det året"):
        actions.plan_next(Plan.objects.select_related("unit").get(pk=own.plan_id), None, actor=None, at=at)


def test_changes_are_seen_and_kept(planned: Any, actor: Any, at: Any) -> None:
    one, mona = planned(), actor("mona")
    values = VALUES | {"reach": "units", "title": "Egenkontroll av måltider"}
    changed = actions.change_activity(one, values, version=one.version, actor=mona, at=at)
    assert changed.title == "Egenkontroll av måltider" and changed.version == 2
    with pytest.raises(Stale):
        actions.change_activity(one, VALUES, version=1, actor=mona, at=at)
    with pytest.raises(Refused, match="Skriv varför"):
        actions.remove_activity(one, "", version=None, actor=mona, at=at)
    actions.mark(changed, Unit.objects.get(code="ekbacken"), DONE, actor=actor("asa"), at=at)
    for attempt in (
        lambda: actions.remove_activity(one, "Behövs inte", version=None, actor=mona, at=at),
        lambda: actions.change_activity(one, values | {"reach": "here"}, version=None, actor=mona, at=at),
    ):
        with pytest.raises(Refused, match="redan svarat"):
            attempt()
    Mark.objects.all().delete()
    actions.remove_activity(one, "Behövs inte", version=None, actor=mona, at=at)
    assert not Activity.objects.exists()


def test_a_ready_wheel_tells_what_moved() -> None:
    lines = {line.series: line for line in lines_of_wheel(wheels()["generic"], 2026)}
    report = lines["patient-safety-report"]
    assert report.span and report.span.last == date(2026, 3, 2) and report.told == "1 mars är en söndag."
    assert lines["unexecuted-decisions-04"].span.last == date(2026, 1, 30)


def test_the_demo_has_done_and_late_and_coming(person: Any, actor: Any, at: Any) -> None:
    principal = person("asa").principal
    units = {one.code: one for one in Unit.objects.of(principal.pk)}
    fill_wheel(principal, units, lambda login, when: actor(login, when), at, main=True)
    rows = rows_of(units["ekbacken"], 2026, actor("asa"), at)
    # A learning stop is done when it is signed, which its own demo does (tests/learning_stops).
    own = [r for r in rows if r.here and not r.activity.series.startswith("stop-")]
    assert {"late", "now", "coming", "done"} == {r.standing for r in own}
    assert [r.activity.series for r in own if r.standing == "late"] == ["sto-survey"]
    plans = (
        Plan.objects.filter(principal=principal)
        .order_by("year", "unit__code")
        .values_list("unit__code", "year", "state")
    )
    assert list(plans) == [
        *(("ekbacken", 2026, "adopted"), ("forvaltningen", 2026, "adopted")),
        *(("sarskilt-boende", 2026, "adopted"), ("forvaltningen", 2027, "asked")),
    ]
    assert Mark.objects.filter(said="skipped").count() == 2 and not Mark.objects.filter(said_by=None).exists()


def test_what_is_counted_together_is_the_sum_of_every_pair(person: Any, actor: Any, at: Any) -> None:
    """The demo's year: plans on three levels, providers, answers of both sorts. Each unit, by activity and by place."""
    principal, today = person("asa").principal, at.date()
    units = {one.code: one for one in Unit.objects.of(principal.pk)}
    fill_wheel(principal, units, lambda login, when: actor(login, when), at, main=True)
    Unit.objects.filter(code="solhojden").update(valid_to=date(2026, 6, 30))
    said = dict(((mark.activity_id, mark.unit_id), mark.said) for mark in Mark.objects.all())
    activities = {one.pk: one for one in Activity.objects.of_year(2026)}
    told = 0
    for unit in Unit.objects.of(principal.pk).exclude(path=None):
        wanted: dict[Any, list[int]] = {}
        for one in activities.values():
            for path, key in Unit.objects.filter(pk__in=units_of(one, unit, 2026)).values_list("path", "pk"):
                answer = said.get((one.pk, key))
                late = answer is None and one.ends_on < today
                for place in (one.pk, path[: len(unit.path) + 6]):
                    sums = wanted.setdefault(place, [0, 0, 0, 0])
                    for at_, yes in enumerate((True, answer == "done", answer == "skipped", late)):
                        sums[at_] += yes
        found = by_activity(unit, 2026, activities.values(), today) | by_place(unit, 2026, today)
        assert {key: [c.total, c.done, c.skipped, c.late] for key, c in found.items()} == wanted, unit.code
        told += len(wanted)
    assert told > 100
