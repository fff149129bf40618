"""What is told and promised: who may change it, what a decision makes final, and what anyone may read (ORG-6)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hjulet.core.flow import Refused, Stale
from hjulet.core.models import Event
from hjulet.law.models import LawRow
from hjulet.org.models import Principal
from hjulet.services import actions, registry
from hjulet.services.choices import Area, Comparator
from hjulet.services.content import load_services, read_services
from hjulet.services.models import CentralService, Declaration, Description, Promise, PromiseCheck, Service
from hjulet.services.periods import Period, period_named, period_of, periods_between

pytestmark = [pytest.mark.django_db, pytest.mark.capability("ORG-6")]
DECISION = actions.Decision("Vård- och omsorgsnämnden", "§ 84", date(2026, 11, 10), date(2026, 12, 1))


def test_the_starting_set() -> None:
    assert list(CentralService.objects.values_list("code", flat=True)) == [
        *("prevention", "home_support", "residential"),
        *("daily_activity", "support_treatment", "financial_assistance"),
    ]
    laws = set(LawRow.objects.values_list("code", flat=True))
    for row in read_services()["services"]:
        assert set(row["laws"]) <= laws, row["code"]
        for promise in row["promises"]:
            assert set(promise["areas"]) <= set(Area.values) and promise["areas"], promise["code"]
            assert promise["comparator"] in Comparator.values
    assert {area for row in Promise.objects.all() for area in row.areas} == set(Area.values)


def test_loading_again_leaves_what_is_there(service: Any, capsys: Any) -> None:
    Service.objects.filter(pk=service("home_care").pk).update(label="Hjälp hemma")
    before = Service.objects.count()
    call_command("load-basics")
    assert service("home_care").label == "Hjälp hemma" and Service.objects.count() == before
    assert "0 förslag till insatser och processer är nya." in capsys.readouterr().out


def test_a_new_principal_starts_with_proposals_that_nobody_has_decided(at: Any) -> None:
    principal = Principal.objects.create(code="ny", name="Ny kommun")
    assert load_services(principal, at.date()) == len(read_services()["services"])
    assert load_services(principal, at.date()) == 0
    assert set(Declaration.objects.filter(service__principal=principal).values_list("state", flat=True)) == {"draft"}
    assert Client().get("/servicedeklarationer/?huvudman=ny").content.decode().count("Ny kommun") == 0


def test_a_decision_replaces_the_one_before_and_is_final(service: Any, actor: Any, at: Any) -> None:
    found, mona = service("home_care"), actor("mona")
    old = Declaration.objects.held(at.date()).get(service=found)
    actions.write_draft(Declaration, found, {"intro": "Välkommen."}, version=None, actor=mona, at=at)
    draft = Declaration.objects.draft().get(service=found)
    assert (draft.number, draft.promises.count()) == (2, old.promises.count())
    new = actions.adopt(draft, DECISION, version=draft.version, actor=mona, at=at)
    old.refresh_from_db()
    assert (old.state, old.valid_to) == ("replaced", date(2026, 11, 30))
    assert (new.state, new.decision_number, new.entered_by_id) == ("adopted", "§ 84", mona.person_id)
    assert Declaration.objects.held(date(2026, 11, 30)).get(service=found).pk == old.pk
    assert Declaration.objects.held(date(2026, 12, 1)).get(service=found).pk == new.pk
    with pytest.raises(Refused, match="redan beslutat"):
        actions.adopt(new, DECISION, version=None, actor=mona, at=at)
    assert Event.objects.filter(verb="service.adopted", object_id=found.pk).exists()


@pytest.mark.parametrize(
    ("decided", "first", "words"),
    [
        (date(2026, 11, 13), date(2026, 12, 1), "framtiden"),
        (date(2026, 11, 10), date(2026, 11, 9), "före beslutet"),
        (date(2025, 11, 10), date(2026, 1, 1), "senare dag"),
    ],
)
def test_days_that_cannot_be(decided: date, first: date, words: str, service: Any, actor: Any, at: Any) -> None:
    draft = actions.write_draft(
        Description, service("home_care"), {"goal": "Nytt"}, version=None, actor=actor("mona"), at=at
    )
    decision = actions.Decision("Nämnden", "§ 1", decided, first)
    with pytest.raises(Refused, match=words):
        actions.adopt(draft, decision, version=None, actor=actor("mona"), at=at)


def test_a_declaration_without_promises_is_not_decided(service: Any, actor: Any, at: Any) -> None:
    found, mona = service("budget_advice"), actor("mona")
    actions.remove_promise(found, "budget_advice_p1", version=None, actor=mona, at=at)
    draft = Declaration.objects.draft().get(service=found)
    with pytest.raises(Refused, match="minst ett löfte"):
        actions.adopt(draft, DECISION, version=None, actor=mona, at=at)


def test_two_who_write_at_once(service: Any, actor: Any, at: Any) -> None:
    found = service("family_support")
    version = Declaration.objects.draft().get(service=found).version
    actions.write_draft(Declaration, found, {"intro": "Först"}, version=version, actor=actor("mona"), at=at)
    with pytest.raises(Stale):
        actions.write_draft(Declaration, found, {"intro": "Sedan"}, version=version, actor=actor("klara"), at=at)
    assert Declaration.objects.draft().get(service=found).intro == "Först"


@pytest.mark.parametrize("login", ["asa", "juno", "root", "dag", "hanna"])
def test_only_those_with_the_duty_change(login: str, service: Any, browse: Any, actor: Any, at: Any) -> None:
    found, visitor = service("family_support"), browse(login)
    for tail in ("andra/", "beskrivning/", "deklaration/", "deklaration/nytt-lofte/", "besluta/deklaration/"):
        assert visitor.get(f"/insatser/family_support/{tail}").status_code == 404
    assert "Arbeta med löftena" not in visitor.get("/insatser/family_support/").content.decode()
    with pytest.raises(Refused):
        actions.write_draft(Declaration, found, {"intro": "x"}, version=None, actor=actor(login), at=at)


def test_another_principal_has_its_own(browse: Any, person: Any) -> None:
    sara = browse("sara").get("/insatser/home_care/").content.decode()
    assert "Hemtjänst Sundö" in sara and "Hemtjänst norr" not in sara
    assert "Hemtjänst Sundö" not in browse("asa").get("/insatser/home_care/").content.decode()


def test_writing_a_promise_on_the_page(service: Any, browse: Any) -> None:
    mona, address = browse("mona"), "/insatser/family_support/deklaration/nytt-lofte/"
    given = {"text": "Du får svar samma dag.", "measure": "Andel svar", "comparator": "at-least", "target": "många",
             "source": "manual", "every": "quarter", "areas": ["access"]}  # fmt: skip
    answer = mona.post(address, given)
    assert answer.status_code == 422 and "Skriv ett tal" in answer.content.decode()
    assert "Du får svar samma dag." in answer.content.decode()
    given |= {"target": "92,5", "target_unit": "procent", "version": "1"}
    assert mona.post(address, given).status_code == 302
    made = Promise.objects.get(text="Du får svar samma dag.")
    assert (str(made.target), made.target_told, made.declaration.state) == ("92.50", "minst 92,5 procent", "draft")
    given |= {"comparator": "words", "target_words": ""}
    assert "Skriv med ord när löftet är hållet" in mona.post(address, given).content.decode()


def test_a_service_is_added_and_changed(browse: Any, service: Any, actor: Any, at: Any) -> None:
    mona = browse("mona")
    unit = actor("asa").unit_id
    given = {"label": "Väntjänst på äldreboende", "central": CentralService.objects.get(code="prevention").pk,
             "tracks": ["sol"], "valid_from": "2026-11-12", "units": [unit]}  # fmt: skip
    assert mona.post("/insatser/ny/", given | {"label": ""}).status_code == 422
    assert mona.post("/insatser/ny/", given).status_code == 302
    made = service("vantjanst-pa-aldreboende")
    assert [row.unit_id for row in made.places.all()] == [unit]
    late = given | {"valid_to": "2026-11-01", "version": made.version}
    answer = mona.post(f"/insatser/{made.code}/andra/", late)
    assert answer.status_code == 422 and "före den första" in answer.content.decode()
    stale = mona.post(f"/insatser/{made.code}/andra/", given | {"version": "99"})
    assert stale.status_code == 409 and "Väntjänst på äldreboende" in stale.content.decode()


def test_adopting_on_the_page_says_what_is_final(browse: Any) -> None:
    mona, address = browse("mona"), "/insatser/family_support/besluta/deklaration/"
    page = mona.get(address).content.decode()
    assert "Texten låses" in page and "Alla kan läsa servicedeklarationen" in page
    given = {"decided_by": "Vård- och omsorgsnämnden", "number": "§ 90", "decided_on": "2026-11-10",
             "valid_from": "2026-11-12"}  # fmt: skip
    assert mona.post(address, given).status_code == 422
    anyone = Client()
    assert anyone.get("/servicedeklarationer/family_support/?huvudman=lovdala").status_code == 404
    assert mona.post(address, given | {"sure": "on"}).status_code == 302
    assert anyone.get("/servicedeklarationer/family_support/?huvudman=lovdala").status_code == 200


def test_anyone_reads_what_is_decided_and_nothing_else(browse: Any) -> None:
    anyone = Client()
    listed = anyone.get("/servicedeklarationer/?huvudman=lovdala")
    text = listed.content.decode()
    assert "Hemtjänst" in text and "Öppet stöd till familjer" not in text
    assert listed.headers["Cache-Control"] == "public, max-age=300" or "max-age=300" in listed.headers["Cache-Control"]
    assert "Cookie" in listed.headers["Vary"]
    one = anyone.get("/servicedeklarationer/home_care/?huvudman=lovdala").content.decode()
    assert "Högst tolv olika personer" in one and "§ 112" in one and "Carin" not in one
    assert anyone.get("/servicedeklarationer/home_care/").status_code == 404  # whose is not said
    assert anyone.get("/servicedeklarationer/family_support/?huvudman=lovdala").status_code == 404
    assert "max-age" not in browse("asa").get("/servicedeklarationer/?huvudman=lovdala").headers["Cache-Control"]
    english = Client(headers={"Accept-Language": "en"}).get("/servicedeklarationer/home_care/?huvudman=lovdala")
    assert "You meet your named care contact within seven days." in english.content.decode()


def test_the_list_is_searched_and_narrowed(browse: Any) -> None:
    juno = browse("juno")

    def found(question: str) -> str:
        return juno.get(f"/insatser/?{question}").content.decode()

    assert "Hemtjänst" in found("q=hemtjänst") and "Boendestöd" not in found("q=hemtjänst").split("<tbody>")[1]
    assert "Försörjningsstöd" in found("tjanst=financial_assistance")
    assert "Rehabilitering i hemmet" in found("lag=hsl") and "Boendestöd<" not in found("lag=hsl")
    assert "Försörjningsstöd" in found("omrade=efficiency")
    assert "Inget stämmer" in found("q=rymdfärja")
    listed = b"".join(juno.get("/insatser/?format=csv").streaming_content).decode()
    assert "Hemtjänst;home_care" in listed.replace(",", ";")


@pytest.mark.parametrize(
    ("login", "address"),
    [
        *[("mona", path) for path in ("/insatser/", "/insatser/home_care/", "/loften/?val=alla")],
        *[("asa", path) for path in ("/insatser/nursing_home/lofte/nursing_home_p1/", "/loften/")],
        ("", "/servicedeklarationer/?huvudman=lovdala"),
        ("", "/servicedeklarationer/home_care/?huvudman=lovdala"),
    ],
)
def test_few_questions(login: str, address: str, browse: Any) -> None:
    visitor = browse(login) if login else Client()
    visitor.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert visitor.get(address).status_code == 200
    asked = [query["sql"] for query in captured if "pg_advisory" not in query["sql"]]
    assert len(asked) <= 12, "\n".join(asked)


def test_periods() -> None:
    day = date(2026, 11, 12)
    codes = [period_of(every, day).code for every in ("month", "quarter", "half-year", "year")]
    assert codes == ["2026-11", "2026K4", "2026H2", "2026"]
    assert [period_named(code) for code in codes] == [
        period_of(e, day) for e in ("month", "quarter", "half-year", "year")
    ]
    assert [period_named(code) for code in ("2026-13", "2026K5", "x", "1800")] == [None] * 4
    assert period_of("month", date(2028, 2, 1)) == Period(date(2028, 2, 1), date(2028, 2, 29))
    found = periods_between("quarter", date(2025, 12, 31), date(2026, 4, 1))
    assert [period.code for period in found] == ["2025K4", "2026K1", "2026K2"]


def test_what_other_rooms_read(person: Any, actor: Any, at: Any) -> None:
    principal, today = person("asa").principal_id, at.date()
    infos = {row.code: row for row in registry.services_on(principal, today)}
    assert infos["home_care"].laws == ("sol-11-1", "sol-5-1") and infos["family_support"].laws == ()
    assert "family_support_p1" not in {row.code for row in registry.promises_on(principal, today)}
    assert "home_care_p1" in {row.code for row in registry.promises_on(principal, today)}
    hanging = list(registry.hanging({"lss-9"}, principal, actor("asa"), at))
    assert ("Daglig verksamhet", "/insatser/lss_daily_activity/") in {(row.label, row.url) for row in hanging}
    late = registry.overdue(actor("asa"), today)
    assert {row.unit for row in late} == {"Ekbacken"} and all(row.outcome == "waiting" for row in late)
    seen = registry.results(actor("mona"), first=today - timedelta(days=60), last=today)
    assert {row.unit for row in seen} > {"Ekbacken", "Lindgården"}


def test_a_unit_that_no_longer_carries_it_out_has_nothing_left_to_check(service: Any, actor: Any, at: Any) -> None:
    found = service("housing_support")
    rows = PromiseCheck.objects.unscoped(reason="test").filter(promise__declaration__service=found)
    assert rows.filter(period_last__gte=at.date()).exists()
    actions.change_service(found, {"label": found.label}, [], version=found.version, actor=actor("mona"), at=at)
    assert not rows.filter(period_last__gte=at.date()).exists()
    assert rows.filter(period_last__lt=at.date()).exists()  # what should have been checked is still asked for
