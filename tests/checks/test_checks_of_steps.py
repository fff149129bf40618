"""A self-check is of a process or a step in it, and what it found shows there (CHK-6, issue of what hangs on a step)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from hjulet.checks import actions
from hjulet.checks.actions import CheckPlan
from hjulet.checks.content import ready_checklists
from hjulet.checks.hanging import checks_in_steps
from hjulet.checks.models import Round, SelfCheck
from hjulet.core.clocks import local_date
from hjulet.org.models import Unit
from hjulet.processes.hurting import picture
from hjulet.processes.models import Process
from hjulet.wheel.choices import WheelReach
from tests.processes.conftest import publish, written  # noqa: F401 - a process to check against

pytestmark = [pytest.mark.django_db, pytest.mark.capability("CHK-6"), pytest.mark.capability("PRO-3")]


@pytest.fixture
def unit(db: None) -> Callable[[str], Unit]:
    return lambda code: Unit.objects.get(code=code)


@pytest.fixture
def alarm(written: Any, actor: Any, at: Any) -> Process:  # noqa: F811
    made = written("Från larm till hjälp", login="klara", unit="forvaltningen")
    return publish(made, actor("klara"), at - timedelta(days=30))


@pytest.fixture
def planned(alarm: Process, unit: Any, at: Any) -> Any:
    """A check of a step, or of the whole process, at every unit; its rounds of the year."""

    def make(step: str = "steg_1", code: str = "hygiene") -> SelfCheck:
        top = unit("forvaltningen")
        made = actions.take_ready(top, ready_checklists()[code], actor=None, at=at)
        actions.publish(made.versions.get(), seen=None, actor=None, at=at)
        plan = CheckPlan(made, "quarterly", Decimal("1.6"), reach=WheelReach.UNITS, process=alarm, step=step)
        return actions.plan_check(top, 2026, plan, actor=None, at=at.replace(month=1, day=2))

    return make


def sent(check: SelfCheck, code: str, mean: str, due: date) -> None:
    rows = Round.objects.filter(check_of=check, unit__code=code, due_on=due)
    assert rows.update(state="sent", mean=Decimal(mean), target=check.target, sent_at="2026-09-30T10:00Z") == 1


def test_rounds_show_on_the_step_with_the_way_to_them(planned: Any, alarm: Process, actor: Any, at: Any) -> None:
    check, due, today = planned(), date(2026, 9, 30), local_date(at)
    sent(check, "ekbacken", "1.2", due)
    sent(check, "solhojden", "1.9", due)
    (sign,) = checks_in_steps(actor("asa"), {alarm.pk: alarm.code}, today)
    assert (sign.step, sign.n, sign.late, sign.url) == ("steg_1", 1, True, check.get_absolute_url())
    assert sign.words.startswith("2 egenkontroller gjorda, 1 under målet, ")
    late = Round.objects.filter(check_of=check, state="open", due_on__gt=today - timedelta(days=365), due_on__lt=today)
    assert sign.words.endswith(f"{late.count()} sena")
    assert picture(actor("asa"), [alarm], today).of(alarm.pk, "steg_1").signs == (sign,)
    assert list(checks_in_steps(actor("ivar"), {alarm.pk: alarm.code}, today)) == []  # another provider's people
    assert list(checks_in_steps(actor("asa"), {}, today)) == []


def test_a_check_of_the_whole_process_shows_on_its_page(planned: Any, alarm: Process, browse: Any) -> None:
    check = planned(step="")
    sent(check, "ekbacken", "1.7", date(2026, 9, 30))
    page = browse("asa").get(alarm.get_absolute_url()).content.decode()
    assert "Följs upp" in page and "1 egenkontroll gjord" in page and check.get_absolute_url() in page
    assert "1 egenkontroll gjord" not in browse("ivar").get(alarm.get_absolute_url()).content.decode()


def test_the_step_shows_it_and_two_checks_lead_to_the_plan(planned: Any, alarm: Process, browse: Any) -> None:
    check = planned()
    sent(check, "ekbacken", "1.7", date(2026, 9, 30))
    page = browse("asa").get(f"/processer/{alarm.code}/steg/steg_1/").content.decode()
    assert "1 egenkontroll gjord" in page and check.get_absolute_url() in page
    sent(planned(code="nutrition"), "ekbacken", "1.7", date(2026, 9, 30))
    assert '/egenkontroll/plan/"' in browse("asa").get(f"/processer/{alarm.code}/steg/steg_1/").content.decode()
    told = browse("asa").get(check.get_absolute_url()).content.decode()
    assert f"/processer/{alarm.code}/steg/steg_1/" in told


def test_the_form_offers_processes_with_their_steps(planned: Any, alarm: Process, browse: Any, at: Any) -> None:
    check = planned()
    mona = browse("mona")
    SelfCheck.objects.filter(pk=check.pk).update(step="borta")
    page = mona.get(f"{check.get_absolute_url()}andra/").content.decode()
    assert f'value="{alarm.code}/borta" selected' in page and "inte finns kvar" in page
    values = {"often": "quarterly", "reach": "units", "target": "1,6", "version": str(check.version)}
    kept = mona.post(f"{check.get_absolute_url()}andra/", values | {"process": f"{alarm.code}/borta"})
    assert kept.status_code == 302 and SelfCheck.objects.get(pk=check.pk).step == "borta"
    SelfCheck.objects.filter(pk=check.pk).update(step="steg_1")
    page = mona.get(f"{check.get_absolute_url()}andra/").content.decode()
    assert f'value="{alarm.code}/steg_1" selected' in page and "Hela processen" in page
    values = {"often": "quarterly", "reach": "units", "target": "1,6", "version": str(check.version)}
    sent_on = mona.post(f"{check.get_absolute_url()}andra/", values | {"process": alarm.code})
    assert sent_on.status_code == 302
    changed = SelfCheck.objects.get(pk=check.pk)
    assert (changed.process_id, changed.step) == (alarm.pk, "")
    values["version"] = str(changed.version)
    wrong = mona.post(f"{check.get_absolute_url()}andra/", values | {"process": f"{alarm.code}/finns-inte"})
    assert wrong.status_code == 422 and "Välj ett" in wrong.content.decode()
    assert mona.post(f"{check.get_absolute_url()}andra/", values | {"process": ""}).status_code == 302
    assert SelfCheck.objects.get(pk=check.pk).process_id is None
