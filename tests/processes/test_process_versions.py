"""How a process comes to hold: drawn, approved, published, replaced, withdrawn (SOSFS 2011:9 4 kap.)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from hjulet.core.flow import Refused, Stale
from hjulet.notify.models import Notice
from hjulet.processes import actions
from hjulet.processes.bpmn import editing
from hjulet.processes.choices import DrawnState
from hjulet.processes.models import Drawing, Element, Process
from tests.processes.conftest import Written, draft, publish

pytestmark = [pytest.mark.django_db, pytest.mark.capability("PRO-2")]


def test_a_manager_draws_and_publishes_her_units_process(written: Written, actor: Any, at: datetime) -> None:
    made = publish(written(), actor("asa"), at)
    assert made.current is not None and made.current.state == DrawnState.PUBLISHED
    assert made.current.published_on == at.date() and made.review_on is not None
    assert [row.name for row in made.current.elements.all()] == ["Start", "Kvittera larmet", "Slut"]
    assert made.current.svg.startswith("<svg") and "Kvittera" in made.current.svg
    assert Process.objects.readable_by(actor("juno")).filter(pk=made.pk).exists()


def test_a_draft_is_seen_by_those_who_write_and_no_one_else(written: Written, actor: Any) -> None:
    made = written()
    assert Process.objects.seen_by(actor("asa")).filter(pk=made.pk).exists()
    assert not Process.objects.seen_by(actor("juno")).filter(pk=made.pk).exists()


def test_a_nameless_step_holds_it_back(written: Written, actor: Any, at: datetime) -> None:
    made, asa = written(), actor("asa")
    one = draft(made)
    actions.edit(
        one,
        lambda diagram: editing.add_step(diagram, after="steg_1", type="task", name="", lane="Utförs av"),
        revision=one.revision,
        actor=asa,
        at=at,
    )
    with pytest.raises(Refused, match="utan namn"):
        actions.ask(draft(made), actor=asa, at=at)


def test_the_unit_manager_does_not_publish_for_the_administration(written: Written, actor: Any, at: datetime) -> None:
    made = written(login="mona")
    actions.ask(draft(made), actor=actor("mona"), at=at)
    with pytest.raises((Refused, Process.DoesNotExist)):
        actions.publish(draft(made), actor=actor("asa"), at=at)
    actions.publish(draft(made), actor=actor("klara"), at=at)


def test_the_quality_group_is_told_and_sends_back_with_a_reason(written: Written, actor: Any, at: datetime) -> None:
    made = written()
    actions.ask(draft(made), actor=actor("asa"), at=at)
    assert Notice.objects.filter(kind="process.asked").exists()
    lars = actor("lars")
    with pytest.raises(Refused, match="Skriv vad"):
        actions.send_back(draft(made), reason=" ", actor=lars, at=at)
    actions.send_back(draft(made), reason="Säg vem som larmar.", actor=lars, at=at)
    one = draft(made)
    assert (one.state, one.answer) == (DrawnState.DRAFT, "Säg vem som larmar.")
    assert Notice.objects.filter(kind="process.answered", person__login="asa").exists()


def test_a_new_version_says_what_is_new_and_replaces(written: Written, actor: Any, at: datetime) -> None:
    asa = actor("asa")
    made = publish(written(), asa, at)
    actions.begin_version(made, actor=asa, at=at)
    assert actions.begin_version(made, actor=asa, at=at).number == 2  # the one there is
    with pytest.raises(Refused, match="vad som är nytt"):
        actions.ask(draft(made), actor=asa, at=at)
    actions.save_changes(draft(made), "Ny ordning.", actor=asa, at=at)
    publish(made, asa, at)
    states = dict(made.drawings.values_list("number", "state"))
    assert states == {1: DrawnState.REPLACED, 2: DrawnState.PUBLISHED}


def test_two_who_change_at_once(written: Written, actor: Any, at: datetime) -> None:
    made, asa = written(), actor("asa")
    one = draft(made)
    with pytest.raises(Stale):
        actions.edit(
            one, lambda diagram: editing.rename(diagram, "steg_1", "x"), revision=one.revision - 1, actor=asa, at=at
        )
    lars = actor("lars")
    with pytest.raises(Refused, match="ritar i processen"):
        actions.take_pen(draft(made), actor=lars, at=at)
    assert actions.take_pen(draft(made), force=True, actor=lars, at=at).editing_by_id == lars.person_id


def test_what_is_asked_for_is_not_changed_meanwhile(written: Written, actor: Any, at: datetime) -> None:
    made, asa = written(), actor("asa")
    actions.ask(draft(made), actor=asa, at=at)
    with pytest.raises(Refused, match="Ta tillbaka"):
        actions.save_changes(draft(made), "x", actor=asa, at=at)
    actions.take_back(draft(made), actor=asa, at=at)
    actions.save_changes(draft(made), "x", actor=asa, at=at)


def test_the_database_keeps_what_was_published_as_it_was(written: Written, actor: Any, at: datetime) -> None:
    made = publish(written(), actor("asa"), at)
    for changes in ({"xml": "<x/>"}, {"published_on": None}, {"number": 9}):
        with pytest.raises(IntegrityError, match="published"), transaction.atomic():
            Drawing.objects.filter(pk=made.current_id).update(**changes)
    with pytest.raises(IntegrityError), transaction.atomic():
        Drawing.objects.create(process=made, number=7, state="published", xml="", created_at=at, saved_at=at)


def test_withdrawn_it_is_history(written: Written, actor: Any, at: datetime) -> None:
    asa = actor("asa")
    made = publish(written(), asa, at)
    assert made.current is not None
    actions.withdraw(made.current, reason="Enheten har fått nya larm.", actor=asa, at=at)
    fresh = Process.objects.get(pk=made.pk)
    assert fresh.withdrawn_on == at.date()
    with pytest.raises(Refused, match="upphävd"):
        actions.begin_version(fresh, actor=asa, at=at)


def test_the_table_follows_the_file(written: Written, actor: Any, at: datetime) -> None:
    made, asa = written(), actor("asa")
    one = draft(made)

    def change(diagram: Any) -> None:
        new = editing.add_step(diagram, after="steg_1", type="task", name="Gå till den boende", lane="Undersköterska")
        editing.set_facts(diagram, new, stage="perform", role="employee", purpose="Hjälpen kommer", documented="Tid")

    one = actions.edit(one, change, revision=one.revision, actor=asa, at=at)
    element = Element.objects.get(drawing=one, name="Gå till den boende")
    assert (element.lane, element.stage, element.purpose) == ("Undersköterska", "perform", "Hjälpen kommer")
    assert element.place == 3
    assert "Gå till den boende" in one.xml
