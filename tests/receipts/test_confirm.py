"""Reading and confirming: one's own, with a control question, again after a year, again for a new version."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import translation

from hjulet.core.clocks import Limit, local_date
from hjulet.core.flow import Refused, Stale
from hjulet.core.models import Event
from hjulet.law.actions import set_service_level
from hjulet.law.models import LawRow
from hjulet.org.models import Assignment
from hjulet.receipts.actions import confirm
from hjulet.receipts.choices import Standing
from hjulet.receipts.content import load_matters, read_matters
from hjulet.receipts.listing import asks
from hjulet.receipts.models import Matter, Receipt
from hjulet.receipts.periods import before

pytestmark = [pytest.mark.django_db, pytest.mark.capability("SAR-3")]
PAGE = "/kvittens/lex-sarah/"
RIGHT = {"answer": "report", "version": "1"}


def all_of(login: str) -> Any:
    return Receipt.objects.unscoped(reason="test").filter(person__login=login)


@pytest.fixture
def matter(db: None) -> Matter:
    return Matter.objects.get(code="lex-sarah", principal=None)


@pytest.fixture
def new_juno(matter: Matter) -> None:
    """Juno as on her first day: she has confirmed nothing."""
    all_of("juno").delete()
    cache.clear()  # the start page remembers for a while that nothing waits


def standing(who: Any, at: datetime) -> tuple[Standing, date | None]:
    (ask,) = asks(who, at)
    return ask.standing, ask.due_on


@pytest.mark.usefixtures("new_juno")
def test_read_answer_and_confirm(browse, at) -> None:
    juno = browse("juno")
    page = juno.get(PAGE).content.decode()
    assert "Vad är en påtaglig risk?" in page and "SoL 27 kap. 3 §" in page and "/rapportera/" in page
    answer = juno.post(PAGE, RIGHT)
    assert (answer.status_code, answer["Location"]) == (302, f"{PAGE}?klart=1")
    done = juno.get(answer["Location"]).content.decode()
    assert "Det gäller till och med fre 12 nov 2027" in done and "Jag har läst och bekräftar" not in done
    (receipt,) = all_of("juno")
    assert (receipt.valid_until, receipt.again_on) == (date(2027, 11, 12), date(2027, 10, 12))
    event = Event.objects.get(verb="receipt.confirmed", object_id=receipt.pk)
    assert (event.actor_id, event.at) == (receipt.person_id, at)
    assert "12 nov 2027" in juno.get("/kvittens/").content.decode()


@pytest.mark.usefixtures("new_juno")
def test_a_wrong_answer_is_explained_and_asked_again(browse) -> None:
    juno = browse("juno")
    answer = juno.post(PAGE, RIGHT | {"answer": "meeting"})
    page = answer.content.decode()
    assert answer.status_code == 422 and "Då går det dagar" in page
    assert 'value="meeting" id="id_answer_0" checked' in page
    assert not all_of("juno")
    for given in ("", "annat"):
        assert juno.post(PAGE, RIGHT | {"answer": given}).status_code == 422
    assert juno.post(PAGE, RIGHT).status_code == 302


@pytest.mark.usefixtures("new_juno")
def test_who_has_confirmed_nothing_is_asked_now(actor, at, browse) -> None:
    assert standing(actor("juno"), at) == (Standing.MISSING, local_date(at))
    start = browse("juno").get("/").content.decode()
    assert PAGE in start and "Din skyldighet att rapportera" in start
    browse("juno").post(PAGE, RIGHT)
    assert PAGE not in browse("juno").get("/").content.decode()


@pytest.mark.usefixtures("new_juno")
def test_twice_is_once(matter, actor, at) -> None:
    first = confirm(matter, answer="report", actor=actor("juno"), at=at)
    assert confirm(matter, answer="report", actor=actor("juno"), at=at + timedelta(days=3)) == first
    assert all_of("juno").count() == 1


@pytest.mark.usefixtures("new_juno")
def test_it_is_asked_again_after_twelve_months(matter, actor, at) -> None:
    confirm(matter, answer="report", actor=actor("juno"), at=at)
    for day, wanted in (
        ((2027, 10, 11), Standing.HELD),
        ((2027, 10, 12), Standing.SOON),
        ((2027, 11, 12), Standing.SOON),
        ((2027, 11, 13), Standing.LATE),
    ):
        later = datetime(*day, 9, tzinfo=UTC)
        assert standing(actor("juno", later), later) == (wanted, date(2027, 11, 12))
    late = datetime(2027, 11, 20, 9, tzinfo=UTC)
    again = confirm(matter, answer="report", actor=actor("juno", late), at=late)
    assert again.valid_until == date(2028, 11, 20) and all_of("juno").count() == 2


@pytest.mark.usefixtures("new_juno")
def test_a_municipality_may_ask_twice_a_year(matter, actor, at) -> None:
    juno = confirm(matter, answer="report", actor=actor("juno"), at=at)
    tomorrow = local_date(at) + timedelta(days=1)
    set_service_level(
        code="lexsarah.staff_info", unit="months", amount=6, warn_before=1, source="Nämnden", day=tomorrow,
        actor=actor("root"), at=at,
    )  # fmt: skip
    all_of("gittan").delete()
    later = at + timedelta(days=1)
    gittan = confirm(matter, answer="report", actor=actor("gittan", later), at=later)
    assert gittan.valid_until == date(2027, 5, 13) and gittan.again_on == date(2027, 4, 13)
    juno.refresh_from_db()
    assert juno.valid_until == date(2027, 11, 12)  # by the rule of the day it was given


def test_a_new_version_asks_everybody_again(matter, actor, browse, at) -> None:
    assert standing(actor("asa"), at)[0] == Standing.HELD
    row = {name: value for name, value in read_matters()[0].items() if name not in {"version", "valid_from"}}
    new = Matter.objects.create(**row, version=2, valid_from=local_date(at))
    assert standing(actor("asa"), at) == (Standing.MISSING, local_date(at))
    stale = browse("asa").post(PAGE, RIGHT)
    assert stale.status_code == 409 and "Läs den nya" in stale.content.decode()
    with pytest.raises(Stale):
        confirm(new, answer="report", version=1, actor=actor("asa"), at=at)
    assert browse("asa").post(PAGE, RIGHT | {"version": "2"}).status_code == 302
    assert all_of("asa").count() == 2


def test_a_municipalitys_own_goes_before_the_default(matter, actor, at) -> None:
    row = {name: value for name, value in read_matters()[0].items() if name != "title"}
    Matter.objects.create(**row, title="Så gör vi i Lövdala", principal_id=actor("asa").principal_id)
    assert [ask.matter.heading for ask in asks(actor("asa"), at)] == ["Så gör vi i Lövdala"]
    assert [ask.matter for ask in asks(actor("sara"), at)] == [matter]


@pytest.mark.parametrize("login", ["eva", "hanna", "nils", "root"])
def test_who_is_not_employed_is_not_asked(login, matter, actor, browse, at) -> None:
    assert asks(actor(login), at) == []
    assert "behöver inte bekräfta" in browse(login).get(PAGE).content.decode()
    assert browse(login).post(PAGE, RIGHT).status_code == 404
    with pytest.raises(Refused):
        confirm(matter, answer="report", actor=actor(login), at=at)
    assert not all_of(login)


@pytest.mark.usefixtures("new_juno")
def test_who_has_stopped_is_not_asked(actor, at) -> None:
    Assignment.objects.filter(person__login="juno").update(valid_to=local_date(at) - timedelta(days=1))
    assert asks(actor("juno"), at) == []


def test_one_matter_that_is_not_there(browse) -> None:
    assert browse("juno").get("/kvittens/finns-inte/").status_code == 404
    assert Client().get(PAGE).status_code == 302


def test_without_a_question_and_for_good(actor, browse, at) -> None:
    Matter.objects.create(code="rutin", title="Ny rutin", text="Läs.", valid_from=local_date(at))
    assert browse("juno").post("/kvittens/rutin/", {"version": "1"}).status_code == 302
    page = browse("juno").get("/kvittens/rutin/?klart=1").content.decode()
    assert "Det gäller tills vidare." in page
    assert all(not ask.waits for ask in asks(actor("juno"), at + timedelta(days=300)) if ask.matter.code == "rutin")


def test_a_confirmation_never_changes(matter, person) -> None:
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        all_of("juno").update(valid_until=date(2099, 1, 1))


def test_who_sees_whose(actor) -> None:
    seen = {
        login: {row.person.login for row in Receipt.objects.visible_to(actor(login)).select_related("person")}
        for login in ("juno", "asa", "dag", "hanna", "sara", "ivar")
    }
    assert seen["juno"] == {"juno"} and seen["dag"] == {"dag"} and seen["hanna"] == set()
    assert seen["asa"] == {"asa", "juno", "gittan"} and seen["ivar"] == {"ivar", "tove"}
    assert seen["sara"] == {"sara", "sixten"}


def test_the_text_is_there_in_english_too(matter) -> None:
    with translation.override("en"):
        assert matter.heading == "Your duty to report misconduct" and "at once" in matter.why_wrong("meeting")
        assert len(matter.sections) == 7
    assert len(matter.sections) == 7


def test_the_delivered_texts_hang_together(matter) -> None:
    assert load_matters() == len(read_matters()) == Matter.objects.count()
    for row in Matter.objects.all():
        assert set(row.laws) <= set(LawRow.objects.values_list("code", flat=True))
        assert [code for code, _words in row.answers() if not row.why_wrong(code)] == ["report"]


@pytest.mark.parametrize(
    ("limit", "wanted"),
    [
        (Limit("months", 1), date(2026, 2, 28)),
        (Limit("days", 31), date(2026, 2, 28)),
        (Limit("working-days", 2), date(2026, 3, 27)),
        (Limit("hours", 48), date(2026, 3, 29)),
    ],
)
def test_so_long_before(limit: Limit, wanted: date) -> None:
    assert before(date(2026, 3, 31), limit) == wanted
