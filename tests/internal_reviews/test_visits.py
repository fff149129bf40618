from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from hjulet.core.flow import Refused, Stale
from hjulet.core.models import Event
from hjulet.internal_reviews import actions
from hjulet.internal_reviews.actions import Found, Listed
from hjulet.internal_reviews.content import take_in
from hjulet.internal_reviews.models import Drawn, Visit
from hjulet.internal_reviews.planner import Collision, Constraints
from hjulet.internal_reviews.planning import constraints_of, proposal, standing
from hjulet.measures.models import Measure
from hjulet.org.models import Unit
from tests.internal_reviews.conftest import TODAY

pytestmark = pytest.mark.capability("CHK-3", "NEW-13")

LIST = [
    Listed("P-17", date(1931, 3, 2)),
    Listed("P-04", date(1928, 1, 9)),
    Listed("P-22", date(1951, 6, 30)),
    Listed("P-08", date(1951, 6, 30)),
]


def test_the_towns_rules_do_not_fit_and_a_choice_becomes_the_plan(actor, at):
    root = Unit.objects.get(code="lovdala")
    take_in(root, at)
    rules = Constraints(visits={"function": 3, "authority": 2})
    whose = {"source": "Nämnden", "valid_from": TODAY, "actor": actor("fatima"), "at": at}
    actions.set_rules(root.principal_id, rules, ["myndighet"], **whose)
    assert standing(root.principal_id, TODAY).constraints == rules
    found = proposal(root.principal_id, 2027, TODAY, 2027)
    assert isinstance(found, Collision)
    assert found.rules[0] == "14 besök behövs men 11 månader finns, med ett besök i månaden."
    made = actions.keep_plan(root.principal_id, 2027, found.choices[0].plan, 2027, actor=actor("fatima"), at=at)
    assert len(made) == 14
    assert not Visit.objects.filter(month=7).exists()
    assert Visit.objects.filter(unit__path__startswith=Unit.objects.get(code="backangen").path[:6]).exists()
    with pytest.raises(Refused):
        actions.keep_plan(root.principal_id, 2027, found.choices[0].plan, 1, actor=actor("fatima"), at=at)
    assert actions.drop_plan(root.principal_id, 2027, actor=actor("fatima"), at=at) == 14


def test_rules_as_they_were_written_come_back_the_same():
    rules = Constraints(visits={"function": 3}, closed=frozenset({7, 12}), more=2, between=6)
    assert constraints_of({**rules.__dict__, "closed": [7, 12], "authority": ["x"]}) == rules


@pytest.mark.parametrize(("before", "login", "seen"), [(1, "asa", 0), (1, "dag", 1), (0, "asa", 1), (0, "dag", 1)])
def test_an_unannounced_visit_is_there_for_the_unit_when_its_day_has_come(visit, actor, before, login, seen):
    row = visit(day=TODAY + timedelta(days=5), mode="unannounced")
    on = row.day - timedelta(days=before)
    assert Visit.objects.seen_by(actor(login), on).count() == seen


def test_the_log_names_no_unit_for_what_is_hidden(visit):
    row = visit(day=TODAY + timedelta(days=5), mode="unannounced")
    event = Event.objects.get(object_type="internal-review", object_id=row.pk)
    assert (event.unit_id, event.digests) == (None, {})


def test_a_visit_that_the_unit_knows_of_cannot_be_hidden(visit, actor, at):
    row = visit(day=TODAY + timedelta(days=5))
    told = {"day": row.day, "version": row.version, "actor": actor("dag"), "at": at}
    with pytest.raises(Refused, match="känner till"):
        actions.change_visit(row, mode="unannounced", **told)
    actions.change_visit(row, mode="announced", **told)
    with pytest.raises(Stale):
        actions.change_visit(row, mode="announced", **told)


def test_the_youngest_and_the_oldest_are_drawn_and_erased_when_it_is_over(told, visit, actor, at):
    row = visit()
    actions.draw(row, LIST, actor=actor("fatima"), at=at)
    drawn = {(one.which, one.pseudonym) for one in Drawn.objects.visible_to(actor("dag"))}
    assert drawn == {("youngest", "P-08"), ("oldest", "P-04")}
    assert not Drawn.objects.visible_to(actor("asa")).exists()
    assert "P-22" not in str(list(Event.objects.values()))
    Visit.objects.filter(pk=row.pk).update(state="answered", reported_at=at)
    actions.close(row, version=None, actor=actor("dag"), at=at)
    assert not Drawn.objects.visible_to(actor("dag")).exists()


@pytest.mark.parametrize(
    "rows", [LIST[:1], [*LIST, LIST[0]], [*LIST, Listed("x", date(2030, 1, 1))], [*LIST, Listed("811228-9874", TODAY)]]
)
def test_a_list_that_cannot_be_drawn_from(rows, visit, actor, at):
    with pytest.raises(Refused):
        actions.draw(visit(), rows, actor=actor("fatima"), at=at)


def test_each_answers_the_areas_of_her_own_law(visit, actor, at):
    row = visit()
    with pytest.raises(Refused, match="någon annan"):
        actions.answer(row, {"q09": Found(Decimal(2))}, version=None, actor=actor("dag"), at=at)
    with pytest.raises(Refused, match="någon annan"):
        actions.answer(row, {"q01": Found(Decimal(2))}, version=None, actor=actor("fatima"), at=at)
    for wrong in (Decimal(3), Decimal("1.5")):
        with pytest.raises(Refused, match="ett av svaren"):
            actions.answer(row, {"q09": Found(wrong)}, version=None, actor=actor("fatima"), at=at)
    with pytest.raises(Refused, match="personnummer"):
        actions.answer(row, {"q09": Found(note="811228-9874")}, version=None, actor=actor("fatima"), at=at)


def test_a_result_is_weighted_and_stands(told, actor, at):
    row = told(q13=0, q14=1)
    assert (row.means["hygiene"], row.mean) == ("0.857", Decimal("1.846"))
    with pytest.raises(Refused, match="ändras inte"):
        actions.answer(row, {"q13": Found(Decimal(2))}, version=None, actor=actor("fatima"), at=at)


def test_no_result_while_a_question_is_open(visit, actor, at):
    row = actions.answer(visit(), {"q09": Found(Decimal(2))}, version=None, actor=actor("fatima"), at=at)
    with pytest.raises(Refused, match="19 frågor"):
        actions.report(row, outcome="x", reflection="x", concerns_others="", version=None, actor=actor("dag"), at=at)


def test_the_unit_answers_with_a_timetable(told, actor, person, at):
    row = told(q13=0)
    values = {"title": "Öva handhygien", "expected_effect": "Alla gör rätt", "strength": "medium"}
    values |= {"owner": person("asa"), "due": TODAY + timedelta(days=30)}
    with pytest.raises(Refused):
        actions.add_measure(row, area="hygiene", values=values, actor=actor("cilla"), at=at)
    made = actions.add_measure(row, area="hygiene", values=values, actor=actor("asa"), at=at)
    assert (made.track, made.source_type, made.source_id) == ("hsl", "internal-review", row.pk)
    assert Measure.objects.visible_to(actor("fatima")).filter(pk=made.pk).exists()
    assert actions.reply(row, text="Vi börjar nu.", version=None, actor=actor("asa"), at=at).state == "answered"
    with pytest.raises(Refused):
        actions.close(row, version=None, actor=actor("asa"), at=at)


def test_what_may_concern_others_is_taken_up(told, actor, at):
    row = told(concerns_others="Fler kan sakna märkning på selar.")
    assert actions.take_up(row, on=TODAY, text="Alla går igenom.", actor=actor("dag"), at=at).taken_up_on == TODAY
    with pytest.raises(Refused):
        actions.take_up(told(), on=TODAY, text="x", actor=actor("dag"), at=at)
