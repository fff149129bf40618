"""The demo municipality: whole, the same every time, and true."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
import yaml
from django.core.management import CommandError, call_command
from django.db.models import Count

from hjulet.cases.choices import CaseKind, State
from hjulet.cases.content import FOLDER as CASE_CONTENT
from hjulet.cases.content import load_categories, read_categories
from hjulet.cases.flows.deviation import DEVIATION
from hjulet.cases.models import Case, Category, Clock
from hjulet.core.clocks import local_date
from hjulet.core.models import Event
from hjulet.notify.models import Outbox
from hjulet.org.choices import Duty, Track
from hjulet.org.models import (
    Person,
    Principal,
    ReceivingRule,
    Responsibility,
    Role,
    RoleDuty,
    Unit,
    UnitVersion,
)
from hjulet.org.register import Gap, register
from hjulet.setups.build import NotYet, build, first_moment
from hjulet.setups.content import load_basics, read
from hjulet.setups.tales import Tales

pytestmark = pytest.mark.django_db
SHOWN = set(
    [
        "asa",
        "bo",
        "cilla",
        "dag",
        "eva",
        "fatima",
        "goran",
        "hanna",
        "ivar",
        "juno",
        "klara",
        "lars",
        "mona",
        "nils",
        "olga",
        "petra",
        "rolf",
        "sara",
        "root",
    ]
)


class Ground:
    """The municipality that is there already, as the tales want it."""

    def __init__(self, code: str) -> None:
        self.principal = Principal.objects.get(code=code)
        self.units = {unit.code: unit for unit in Unit.objects.of(self.principal.pk)}
        self.people = {p.login: p for p in Person.objects.filter(principal=self.principal).select_related("home_unit")}
        self.changes: list = []


@pytest.fixture
def lived(at):
    tales = Tales([Ground("lovdala"), Ground("sundo")], begin=first_moment(at), at=at)
    tales.live(cases=True)
    return Case.objects.unscoped(reason="test")


def test_the_people_are_there(at):
    people = {row["login"] for row in (*read("people")["people"], *read("people")["second"]) if row.get("shown")}
    assert people == SHOWN
    assert Person.objects.filter(login__in=SHOWN).count() == len(SHOWN)
    assert all(person.check_password("hjulet") for person in Person.objects.filter(login__in=["asa", "sara"]))


@pytest.mark.parametrize(
    ("login", "duties"),
    [
        ("eva", set()),
        ("juno", {Duty.REPORT}),
        ("bo", {Duty.REPORT}),
        ("hanna", {Duty.MASKED_STATISTICS}),
        ("nils", {Duty.MASKED_STATISTICS}),
        ("root", {Duty.MANAGE_ORGANISATION, Duty.MANAGE_SETTINGS}),
        ("petra", {Duty.REPORT, Duty.LOG_REVIEW}),
        ("olga", {Duty.REPORT, Duty.WATCH_BREAK_GLASS, Duty.APPROVE_BREAK_GLASS}),
        (
            "klara",
            {
                *(Duty.REPORT, Duty.STATISTICS, Duty.APPROVE_BREAK_GLASS, Duty.MEASURES, Duty.READ_LEX),
                *(Duty.DECIDE_LEX, Duty.WRITE_DOCUMENTS, Duty.MANAGE_SERVICES, Duty.PUBLISH_PROCESSES),
                Duty.DECIDE_YEAR,
            },
        ),
        ("goran", {Duty.REPORT, Duty.REGISTER}),
        (
            "lars",
            {
                *(Duty.REPORT, Duty.READ, Duty.READ_LEX, Duty.STATISTICS, Duty.MEASURES, Duty.WRITE_DOCUMENTS),
                *(Duty.PUBLISH_PROCESSES, Duty.DECIDE_YEAR),
            },
        ),
    ],
)
def test_what_a_role_opens(login, duties, actor):
    assert actor(login).duties == {str(duty) for duty in duties}


def test_health_care_and_social_services_are_apart(actor):
    assert {track for g in actor("dag").reach(Duty.HANDLE, Duty.ANNUL, Duty.STATISTICS) for track in g.tracks} == {
        "sol",
        "lss",
    }
    for login in ("fatima", "rolf"):
        assert {track for g in actor(login).reach(Duty.HANDLE, Duty.STATISTICS) for track in g.tracks} == {"hsl"}


def test_ivar_reaches_only_his_own_unit(actor, person):
    assert {grant.path for grant in actor("ivar").grants} == {person("ivar").home_unit.path}


def test_misconduct_passes_the_manager_by():
    rules = ReceivingRule.objects.filter(principal__code="lovdala")
    assert rules.count() == 2 * len(Track)
    past = set(rules.filter(duty=Duty.RECEIVE_MISCONDUCT).values_list("track", "misconduct"))
    assert past == {(str(track), True) for track in (Track.SOL, Track.LSS, Track.UNSURE, Track.SEVERAL)}


def test_the_register_shows_its_gaps(at):
    lines = register(Principal.objects.get(code="lovdala").pk, local_date(at))
    assert Responsibility.objects.filter(principal__code="lovdala").count() == len(lines) == 42
    gaps = {(line.row.duty, place.gap) for line in lines for place in line.gaps}
    assert ("retention", Gap.VACANT) in gaps
    assert ("receive_deviations", Gap.ABSENT) in gaps


def test_solhojden_moved_in_the_summer(at):
    versions = list(UnitVersion.objects.filter(unit__code="solhojden").order_by("valid_from"))
    assert [version.name for version in versions] == ["Solgläntan", "Solhöjden"]
    assert versions[0].path != versions[1].path
    assert Unit.objects.get(code="solhojden").parent.code == "aldreomsorg-ost"
    assert all((unit.path or "").endswith(f"{unit.pk:06d}") for unit in Unit.objects.all())


def test_access_names_roles_and_duties_that_exist():
    table = read("access")["roles"]
    assert set(table) <= {role["code"] for role in read("organisation")["roles"]}
    assert {duty for duties in table.values() for duty in duties} <= set(Duty.values)
    assert not RoleDuty.objects.filter(role__code="system_administrator", duty__in=[Duty.READ, Duty.HANDLE]).exists()


def test_the_demo_has_lived(lived, actor, at):
    """One test, since a life takes a while to live."""
    every_state_and_law(lived, at)
    in_order_and_before_now(lived, at)
    every_open_case_has_its_clock(lived)
    work_waits_for_the_right_people(lived, actor)
    assert {case.principal_id for case in Case.objects.visible_to(actor("sara"))} == {actor("sara").principal_id}


def every_state_and_law(lived, at):
    assert 240 <= lived.count() <= 300
    ways = {CaseKind.DEVIATION: set(DEVIATION.path) | {State.ANNULLED}, CaseKind.COMPLAINT: {"reported", "confirmed"}}
    for kind, states in ways.items():
        assert {str(state) for state in states} <= set(lived.filter(kind=kind).values_list("state", flat=True))
    for kind in (CaseKind.LEX_SARAH, CaseKind.LEX_MARIA):  # on their way, and followed to the end
        assert len(set(lived.filter(kind=kind).values_list("state", flat=True))) >= 3
        assert lived.filter(kind=kind, state=State.CLOSED, grade__isnull=False).exists()
    assert set(CaseKind) <= set(lived.values_list("kind", flat=True)) | {CaseKind.VIEW}
    assert {"sol", "lss", "hsl", "none"} <= set(lived.values_list("track", flat=True))
    assert lived.open().filter(due_on__lt=local_date(at)).count() >= 5
    assert lived.filter(protected_identity=True).count() == 1
    assert any(case.linked_ids for case in lived)
    assert len({(case.reported_on.year, (case.reported_on.month - 1) // 3) for case in lived}) >= 8


def in_order_and_before_now(lived, at):
    moments = list(Event.objects.filter(verb__startswith="case.").order_by("pk").values_list("at", flat=True))
    assert moments == sorted(moments)
    assert moments[-1] <= at
    years = list(lived.order_by("pk").values_list("ref_year", flat=True))
    assert years == sorted(years)


def every_open_case_has_its_clock(lived):
    open_cases = {case.pk: case.due_on for case in lived.open()}
    for clock in Clock.objects.unscoped(reason="test").filter(stopped_at=None, due_on__isnull=False):
        assert clock.case_id not in open_cases or open_cases[clock.case_id] <= clock.due_on


def work_waits_for_the_right_people(lived, actor):
    hers = Case.objects.visible_to(actor("asa"))
    locked = "Dörren till balkongen var låst"
    assert hers.filter(state="reported").count() >= 3
    assert hers.filter(title="Utebliven kvällsmedicin", state="investigating", handler__login="asa").exists()
    assert not hers.filter(title=locked).exists()
    assert Case.objects.visible_to(actor("dag")).filter(title=locked, handler__login="dag").exists()


def test_the_command_refuses_a_database_in_use():
    with pytest.raises(CommandError, match="inte tom"):
        call_command("demo")
    call_command("demo", if_empty=True, stderr=StringIO())


def test_who(capsys):
    call_command("demo", who=True)
    printed = capsys.readouterr().out
    assert all(f"\n{login} " in printed for login in SHOWN)
    assert "hjulet" in printed


def test_other_set_ups_are_not_there_yet(at):
    with pytest.raises(NotYet):
        build("stockholm", at=at)
    with pytest.raises(KeyError):
        build("atlantis", at=at)
    for name in ("stockholm", "atlantis"):
        with pytest.raises(CommandError) as told:
            call_command("demo", setup=name)
        assert told.value.returncode == 2


def test_basics_can_be_loaded_again():
    before = Category.objects.count()
    assert load_basics() == load_basics()
    assert Category.objects.count() == before == load_categories()


def test_categories_hang_together():
    rows = read_categories()
    codes = [row["code"] for row, _ in rows]
    assert len(codes) == len(set(codes))
    assert {parent for _, parent in rows if parent} <= set(codes)
    assert {row["counts_with"] for row, _ in rows if row["counts_with"]} <= set(codes)
    assert Category.objects.filter(track="hsl", parent=None).count() == 12
    assert yaml.safe_load((CASE_CONTENT / "categories.yaml").read_text(encoding="utf-8"))["valid_from"].year <= 2022


def test_stories_name_what_exists():
    script = read("stories")
    units = set(Unit.objects.values_list("code", flat=True))
    assert {code for codes in script["places"].values() for code in codes} <= units
    assert {story["category"] for story in script["stories"]} <= set(Category.objects.values_list("code", flat=True))
    assert Role.objects.values("principal").annotate(n=Count("pk")).count() == 2


def test_old_mail_is_not_sent(at):
    assert not Outbox.objects.filter(notice__created_at__lt=at - timedelta(days=1)).exists()
