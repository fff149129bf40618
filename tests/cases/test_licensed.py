"""Someone with a licence may be a danger: a case that only its own duty reads (PSL 3 kap. 7 §)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from hjulet.cases import actions
from hjulet.cases.models import Case, Note
from hjulet.core.flow import Refused
from hjulet.core.models import Event
from hjulet.diary.actions import matter_of
from hjulet.law.models import LawRow
from hjulet.notify.models import Notice
from hjulet.org.choices import Duty
from hjulet.org.models import BreakGlass, Delegation, Person, RoleDuty
from hjulet.stats.models import CaseFact
from hjulet.stats.writer import verify

pytestmark = [pytest.mark.django_db, pytest.mark.capability("ACC-2")]
WORDS = "Delade ut dubbla doser vid tre tillfällen."


@pytest.fixture
def opened(assessed: Any, actor: Any, at: Any) -> Callable[..., tuple[Case, Case]]:
    """The case it came out of, and the restricted one that MAS opened."""

    def go(**changes: Any) -> tuple[Case, Case]:
        first = assessed("hsl", **changes)
        return first, actions.open_licensed(first, text=WORDS, actor=actor("fatima"), at=at)

    return go


def readers(case: Case, actor: Any) -> set[str]:
    logins = Person.objects.filter(is_active=True).values_list("login", flat=True)
    return {login for login in logins if Case.objects.visible_to(actor(login)).filter(pk=case.pk).exists()}


def holders(case: Case, actor: Any) -> set[str]:
    logins = Person.objects.filter(is_active=True).values_list("login", flat=True)
    return {login for login in logins if actor(login).holds_at(Duty.LICENSED, case.unit.path, "hsl")}


def test_only_the_named_duty_reads_it(opened, actor) -> None:
    first, case = opened()
    assert readers(case, actor) == holders(case, actor) and "fatima" in readers(case, actor)
    assert {"asa", "lars", "klara", "goran", "dag"} & readers(case, actor) == set()
    assert "asa" in readers(first, actor)


def test_neither_its_handler_without_the_duty_nor_emergency_reach(opened, actor, person, at) -> None:
    _first, case = opened()
    Case.objects.unscoped(reason="test").filter(pk=case.pk).update(handler=person("asa"))
    assert "asa" not in readers(case, actor)
    BreakGlass.objects.create(
        person=person("bo"), unit=case.unit, track="hsl", reason="x", asked_at=at, approved_at=at,
        approved_by=person("klara"), ends_at=at + timedelta(hours=4),
    )  # fmt: skip
    assert "bo" not in readers(case, actor)


def test_nothing_of_it_is_left_in_the_case_it_came_out_of(opened, browse, person) -> None:
    first, case = opened()
    again = Case.objects.unscoped(reason="test").get(pk=first.pk)
    assert again.linked_ids == [] and case.linked_ids == [first.pk]
    assert not Event.objects.filter(object_type="case", object_id=first.pk, verb__contains="licensed").exists()
    page = browse("asa").get(first.get_absolute_url()).content.decode()
    assert case.ref not in page and "legitimation" not in page
    assert browse("asa").get(case.get_absolute_url()).status_code == 404
    assert case.reporter_id is None
    assert browse("juno").get("/rapportera/mina/").content.decode().count(case.ref) == 0
    assert not Notice.objects.filter(params__ref=case.ref).exists()


def test_neither_list_search_nor_statistics_of_the_place_show_it(opened, browse, actor) -> None:
    _first, case = opened()
    for address in ("/arenden/?val=alla", "/sok/?q=dubbla+doser"):
        assert case.ref not in browse("asa").get(address).content.decode()
    assert case.ref in browse("fatima").get("/arenden/?val=alla").content.decode()
    fact = CaseFact.objects.exclude(cases=0).get(kind="licensed")
    assert fact.unit == case.unit.top() != case.unit and verify() == []


def test_who_has_the_duty_opens_it_from_a_case_about_care(opened, assessed, actor, browse, at) -> None:
    care, social = assessed("hsl"), assessed("sol")
    with pytest.raises(Refused, match="uppdrag"):
        actions.open_licensed(care, text=WORDS, actor=actor("asa"), at=at)
    client = browse("fatima")
    page = client.get(care.get_absolute_url()).content.decode()
    assert f"/arenden/{care.ref}/legitimation/" in page
    address = f"/arenden/{care.ref}/legitimation/"
    empty = client.post(address, {"reason": ""})
    assert empty.status_code == 422 and "Skriv en motivering" in empty.content.decode()
    done = client.post(address, {"reason": WORDS}, follow=True).content.decode()
    assert WORDS in done and "Bara de som har uppdraget för legitimerad personal" in done
    assert browse("asa").get(address).status_code == 404
    assert client.get(f"/arenden/{social.ref}/legitimation/").status_code == 404


def test_the_public_diary_says_neither_what_nor_where(opened) -> None:
    _first, case = opened()
    matter = matter_of(("case", case.pk))
    assert matter and matter.subject == "Ärende enligt patientsäkerhetslagen" and case.unit.name not in matter.subject


def test_ivo_is_told_at_once_and_by_one_with_a_delegation(opened, actor, at) -> None:
    _first, case = opened()
    clock = case.clocks.get(code="licensed.notify")
    assert (clock.due_on, clock.urgency, clock.status) == (None, "asap", "law")
    fatima = actor("fatima")
    sent = {"day": at.date(), "answer": "post", "who": "IVO", "reference": "", "text": ""}
    with pytest.raises(Refused, match="ingen anteckning"):
        actions.perform(case, "report-ivo", data=sent, actor=fatima, at=at)
    actions.add_note(case, kind="fact", noted_on=at.date(), source="Signeringslistan", text="x", actor=fatima, at=at)
    held = Delegation.objects.filter(person__login="fatima")
    case = actions.perform(case, "report-ivo", data=sent, actor=fatima, at=at)
    assert case.state == "notified" and case.clocks.get(code="licensed.notify").stopped_at and held.exists()
    case = actions.perform(case, "end", data={"reason": "IVO tar över."}, actor=fatima, at=at)
    assert case.state == "closed" and verify() == []
    assert "fatima" in readers(case, actor) and "asa" not in readers(case, actor)


def test_it_is_given_only_to_one_with_the_duty(opened, actor, person, at) -> None:
    _first, case = opened()
    with pytest.raises(Refused, match="uppdraget för legitimerad personal"):
        actions.perform(case, "assign", data={"handler": person("ylva")}, actor=actor("fatima"), at=at)


def test_it_has_no_measures_and_gives_no_lesson(opened, actor, at) -> None:
    _first, case = opened()
    cause = actions.add_cause(case, area="procedures", text="x", actor=actor("fatima"), at=at)
    with pytest.raises(Refused, match="inga åtgärder"):
        actions.link_measure(cause, None, actor=actor("fatima"), at=at)
    case.state = "closed"
    assert not actions.may_write_lesson(case, actor("fatima"))


def test_that_so_few_may_read_it_is_data_and_says_that_it_is_from_memory(db: None) -> None:
    row = LawRow.objects.get(code="psl-3-7-own")
    assert (row.kind, row.verified) == ("local", "memory")
    roles = RoleDuty.objects.filter(duty=Duty.LICENSED, role__principal__code="lovdala")
    assert {(row.role.code, tuple(row.tracks)) for row in roles} == {("mas", ("hsl",)), ("mar", ("hsl",))}


def test_its_notes_are_as_restricted_as_itself(opened, actor, at) -> None:
    _first, case = opened()
    fatima = actor("fatima")
    actions.add_note(case, kind="fact", noted_on=at.date(), source="Samtal", text=WORDS, actor=fatima, at=at)
    assert Note.objects.visible_to(fatima).filter(case_id=case.pk).count() == 1
    assert not Note.objects.visible_to(actor("asa")).filter(case_id=case.pk).exists()
