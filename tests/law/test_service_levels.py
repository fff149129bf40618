from datetime import date, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction

from hjulet.core.clocks import IMMEDIATE, Limit, due_on
from hjulet.law.choices import COUNTED_FROM, Kind, LimitUnit, Procedure, Status, Urgency, Verified
from hjulet.law.content import load_law_content, read_laws, read_service_levels
from hjulet.law.models import LawRow, ServiceLevel
from hjulet.law.rules import NoSuchLevel, law_on, service_level, service_levels

DAY = date(2026, 11, 12)


def principal(name: str) -> Any:
    model = apps.get_model("org", "Principal")
    fields = {field.name for field in model._meta.get_fields()}
    return model.objects.create(name=name, **({"code": name.lower()} if "code" in fields else {}))


def level(**changes: Any) -> ServiceLevel:
    fields: dict[str, Any] = {
        "code": "deviation.assess",
        "label": "Bedöma",
        "procedure": "deviation",
        "unit": "working-days",
        "amount": 3,
        "counted_from": "sedan rapporten kom in",
        "source": "test",
        "status": "local",
        "valid_from": date(2026, 1, 1),
    }
    return ServiceLevel.objects.create(**{**fields, **changes})


def test_delivered_rows_use_known_codes() -> None:
    laws = {row["code"] for row in read_laws()}
    for row in read_laws():
        assert row["kind"] in Kind.values and row["verified"] in Verified.values, row["code"]
        assert row["summary"] and row["source"] and len(row["citation"]) <= 80, row["code"]
        assert row["replaced_by"] is None or row["replaced_by"] in laws, row["code"]
    for row in read_service_levels():
        assert row["procedure"] in Procedure.values and row["status"] in Status.values, row["code"]
        assert row["unit"] in LimitUnit.values and row["counted_from"] in COUNTED_FROM, row["code"]
        assert (row["unit"] == "immediate") == (row["urgency"] in Urgency.values), row["code"]
        assert not row["basis"] or row["basis"] in laws, row["code"]
        Limit(row["unit"], row["amount"])


@pytest.mark.django_db
def test_loading_twice_changes_nothing_and_keeps_own_rows() -> None:
    own = level(principal=principal("Granby"), amount=2)
    counts = load_law_content()
    before = list(LawRow.objects.values()), list(ServiceLevel.objects.values())
    assert load_law_content() == counts
    assert (list(LawRow.objects.values()), list(ServiceLevel.objects.values())) == before
    own.refresh_from_db()
    assert own.amount == 2


@pytest.mark.django_db
def test_the_old_act_applies_up_to_its_last_day() -> None:
    load_law_content()
    last = date(2025, 6, 30)
    old = law_on("sol01-14-3", last)
    assert old is not None and old.replaced_by is not None and old.replaced_by.code == "sol-27-2"
    assert law_on("sol01-14-3", last + timedelta(days=1)) is None
    assert law_on("sol-27-2", last) is None
    assert law_on("sol-27-2", last + timedelta(days=1)) is not None


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("code", "limit"),
    [
        ("deviation.report", IMMEDIATE),
        ("deviation.receive", Limit("working-days", 1)),
        ("deviation.assess", Limit("working-days", 3)),
        ("deviation.investigate", Limit("days", 14)),
        ("deviation.feedback", Limit("days", 14)),
        ("deviation.effect", Limit("months", 3)),
        ("lexsarah.notify", IMMEDIATE),
        ("lexmaria.outer_limit", Limit("months", 2)),
        ("complaint.confirm", Limit("working-days", 2)),
        ("complaint.answer", Limit("working-days", 10)),
        ("audit.log_review", Limit("months", 1)),
    ],
)
def test_delivered_clocks(code: str, limit: Limit) -> None:
    load_law_content()
    assert service_level(code, principal_id=None, day=DAY).limit == limit


# GDPR article 33; cybersäkerhetslagen 2 kap. 5, 6 and 8 §§
TIME_IN_LAW = {"side.breach", "side.cyber", "side.cyber_notify", "side.cyber_final"}


@pytest.mark.django_db
def test_what_the_law_calls_immediate_has_no_day_and_what_is_remembered_says_so() -> None:
    load_law_content()
    for row in ServiceLevel.objects.on(DAY):
        assert (due_on(row.limit, DAY) is None) == (row.unit == "immediate")
        if row.status in {"law", "regulation"}:
            assert row.unit == "immediate" or row.code in TIME_IN_LAW, row.code
    assert service_level("lexmaria.outer_limit", principal_id=None, day=DAY).status == "memory"


@pytest.mark.django_db
def test_lex_sarah_said_without_delay_before_the_new_act() -> None:
    load_law_content()
    assert service_level("lexsarah.remedy", principal_id=None, day=date(2025, 6, 30)).urgency == "no_delay"
    assert service_level("lexsarah.remedy", principal_id=None, day=date(2025, 7, 1)).urgency == "immediate"


@pytest.mark.django_db
def test_own_row_before_default_and_never_a_neighbours() -> None:
    ServiceLevel.objects.all().delete()  # the world's own rows would answer first
    ours, theirs = principal("Granby"), principal("Tallby")
    level()
    level(principal=ours, amount=2, valid_to=date(2026, 12, 31))
    assert service_level("deviation.assess", principal_id=ours.pk, day=DAY).amount == 2
    assert service_level("deviation.assess", principal_id=theirs.pk, day=DAY).amount == 3
    assert service_level("deviation.assess", principal_id=None, day=DAY).amount == 3
    assert service_level("deviation.assess", principal_id=ours.pk, day=date(2027, 1, 1)).amount == 3
    assert [row.amount for row in service_levels(principal_id=ours.pk, day=DAY)] == [2]


@pytest.mark.django_db
def test_the_newest_of_two_rows_and_none_before_the_first() -> None:
    ServiceLevel.objects.all().delete()
    level(amount=3)
    level(amount=5, valid_from=date(2026, 6, 1))
    assert service_level("deviation.assess", principal_id=None, day=date(2026, 5, 31)).amount == 3
    assert service_level("deviation.assess", principal_id=None, day=date(2026, 6, 1)).amount == 5
    with pytest.raises(NoSuchLevel):
        service_level("deviation.assess", principal_id=None, day=date(2025, 12, 31))
    with pytest.raises(NoSuchLevel):
        service_level("no.such", principal_id=None, day=DAY)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": None},
        {"unit": "immediate", "amount": 3},
        {"valid_to": date(2025, 12, 31)},
        {},
    ],
)
def test_the_database_refuses_what_makes_no_sense(wrong: dict[str, Any]) -> None:
    level()
    with pytest.raises(IntegrityError), transaction.atomic():
        level(**{"valid_from": date(2026, 1, 1) if not wrong else date(2026, 2, 1), **wrong})
