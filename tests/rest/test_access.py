"""Every operation × every demo person × what a case can be. An operation that is missing from the table fails the test.

The operations come from the description that is served, the groups are written out by hand.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from hjulet.cases import actions
from hjulet.config.api import api
from hjulet.diary import actions as diary
from hjulet.files.actions import store
from hjulet.measures import actions as measures
from hjulet.org.models import Unit
from hjulet.rest.examples import example_of
from hjulet.services.models import PromiseCheck
from hjulet.wheel import actions as wheel
from tests.rest.conftest import Program
from tests.test_access_matrix import EVERYBODY, FIGURES, HANDLERS, REGISTRARS, REPORTERS, SAMPLES, SEES, WRITERS, make

pytestmark = [pytest.mark.django_db, pytest.mark.capability("ACC-2"), pytest.mark.capability("PLT-1")]

# operation: who may ask it at all
TABLE = {
    "api_info": EVERYBODY,
    "list_units": EVERYBODY,
    "get_unit": EVERYBODY,
    "list_people": EVERYBODY,
    "get_person": EVERYBODY,
    "list_delegations": EVERYBODY,
    "list_measures": EVERYBODY,
    "list_lessons": EVERYBODY,
    "list_documents": EVERYBODY,
    "create_document": WRITERS,
    "list_change_requests": EVERYBODY,
    "list_process_requests": EVERYBODY,
    "list_processes": EVERYBODY,
    "create_process": WRITERS,
    "list_checks": EVERYBODY,
    "list_wheel_activities": EVERYBODY,
    "create_wheel_activity": WRITERS,
    "list_internal_reviews": EVERYBODY,
    "list_learning_stops": EVERYBODY,
    "list_services": EVERYBODY,
    "list_promise_checks": EVERYBODY,
    "list_laws": EVERYBODY,
    "get_law": EVERYBODY,
    "get_management_system": EVERYBODY,
    "list_management_system_versions": EVERYBODY,
    "list_cases": HANDLERS,
    "search": HANDLERS,
    "post_search": HANDLERS,
    "export_cases": HANDLERS,
    "report_case": REPORTERS,
    "list_my_reports": REPORTERS,
    "count_cases": FIGURES,
    "list_diary_entries": REGISTRARS,
    "register_diary_entry": REGISTRARS,
    "count_receipts": FIGURES,
    "confirm_receipt": REPORTERS,
    "list_handovers": EVERYBODY,
    "list_samples": SAMPLES,
    "count_decisions": FIGURES,
}
NEW = {
    "report_case",
    "register_diary_entry",
    "create_document",
    "create_process",
    "create_wheel_activity",
}  # tried with a unit that is not there, so that nothing is written
ABOUT_A_CASE = {
    "get_case", "list_steps", "take_step", "list_events", "list_notes", "add_note", "list_entries", "enter", "list_causes", "add_cause",
    "add_measure", "give_no_measure_reason", "tell_person_informed", "set_process_step", "list_messages", "ask_reporter", "list_files",
    "add_file", "get_file",
}  # fmt: skip
PAPERS_OF_A_CASE = {"get_dossier"}  # tried in tests/cases/test_papers.py
ABOUT_A_MEASURE = {"get_measure", "change_measure", "mark_done", "assess_effect", "cancel_measure"}
ABOUT_A_MATTER = {"add_diary_document"}
OWN_REPORT = {"get_my_report"}
ABOUT_A_DOCUMENT = {
    "get_document",
    "list_document_versions",
    "get_document_version",
    "get_change_request",
    "ask_for_change",
    "answer_change_request",
}  # tried in tests/rest/test_documents_api.py
ABOUT_A_PROCESS = {
    "get_process",
    "list_process_steps",
    "get_bpmn",
    "put_bpmn",
    "get_process_request",
    "ask_for_process_change",
    "answer_process_request",
}  # tried in tests/processes/test_processes_api.py
ABOUT_A_SERVICE = {"get_service", "list_promises"}
ABOUT_A_PROMISE = {"get_promise_check", "record_promise_check"}
ABOUT_THE_WHEEL = {"get_wheel_activity", "mark_wheel_activity"}
ABOUT_A_CHECK = {"get_check", "answer_check"}  # tried in tests/checks/test_checks_api.py
ABOUT_A_STOP = {"get_learning_stop", "put_learning_reply"}  # tried in tests/learning_stops
ABOUT_A_HANDOVER = {"get_handover", "start_handover", "carry_out_handover"}  # tried in tests/handover
ADOPTED = {"get_management_system_version"}  # tried in tests/management_system
THOROUGH = {"sol"}  # the kind of case that every operation is tried on; they all come in through the same door
NOT_MINE = {"If-Match": '"999"'}  # who sees the thing hears that it has changed, so that nothing is written


def operations() -> dict[str, tuple[str, str, Any]]:
    """Every operation that the description names: method, path, an example of its body."""
    document = api.description_document()
    found = {}
    for path, methods in document["paths"].items():
        for method, told in methods.items():
            content = told.get("requestBody", {}).get("content", {}).get("application/json")
            body = example_of(content["schema"], document["components"]["schemas"]) if content else None
            found[told["operationId"]] = (method.upper(), path, body)
    return found


@pytest.fixture
def everybody(program) -> dict[str, Program]:
    return {login: program(login) for login in sorted(EVERYBODY)}


def test_every_operation_is_in_the_table() -> None:
    about = ABOUT_A_CASE | PAPERS_OF_A_CASE | ABOUT_A_MEASURE | OWN_REPORT | ABOUT_A_SERVICE | ABOUT_A_PROMISE
    about |= ABOUT_A_DOCUMENT | ABOUT_A_PROCESS | ABOUT_A_MATTER | ABOUT_A_HANDOVER | ADOPTED
    about |= ABOUT_THE_WHEEL | ABOUT_A_CHECK | ABOUT_A_STOP
    assert set(operations()) == set(TABLE) | about


def test_without_a_key_everything_but_the_description_is_closed() -> None:
    for name, (method, path, body) in operations().items():
        address = "/api/v1" + path.replace("{ref}", "2026-0001").replace("{number}", "1").replace(
            "{code}", "x"
        ).replace("{law}", "x")
        answer = Client().generic(method, address, "" if body is None else "{}", content_type="application/json")
        assert answer.status_code == (200 if name == "api_info" else 401), name


def test_who_may_ask(everybody, person) -> None:
    unit = person("juno").home_unit.code
    for name, allowed in TABLE.items():
        method, path, body = operations()[name]
        for login, who in everybody.items():
            own = person(login).home_unit.code if login in {"sara", "ivar"} else unit
            address = path.replace("{code}", own).replace("{number}", str(person(login).pk))
            address = address.replace("{law}", "sol-27-5")
            if name in NEW:
                body = {**body, "unit": "finns-inte"}
            answer = who.ask(method, address, body)
            if answer.streaming:
                b"".join(answer.streaming_content)  # type: ignore[attr-defined]  # reads to the end, which closes the file
            status = answer.status_code
            wanted = (422 if name in NEW else 200) if login in allowed else 404
            assert status == wanted, (name, login, status)


def visible(status: int, name: str) -> bool:
    """Whether an answer shows that the thing is there."""
    assert status in {200, 404, 412}, (name, status)
    return status != 404


@pytest.mark.parametrize("kind", sorted(SEES))
def test_a_case(kind: str, reported, actor, person, at, everybody: dict[str, Program]) -> None:
    case = make(kind, reported, actor, person, at)
    number = with_a_file(case, actor("asa") if kind != "misconduct" else actor("dag"), at)
    expected = SEES[kind] if kind != "mean" else SEES["sol"] | {"bo"}
    names = ABOUT_A_CASE if kind in THOROUGH else {"get_case", "get_file"}
    for name in sorted(names):
        method, path, body = operations()[name]
        address = path.replace("{ref}", case.ref).replace("{number}", str(number if name == "get_file" else 1))
        for login, who in everybody.items():
            send: Callable[..., Any] = upload if name == "add_file" else who.ask
            answer = send(who, address) if name == "add_file" else send(method, address, body, **NOT_MINE)
            assert visible(answer.status_code, name) == (login in expected), (name, login, answer.status_code)
    lists = ("/cases?limit=100", "/search?q=duschen", "/exports/cases?format=csv")
    for login, who in everybody.items():
        for address in lists if kind in THOROUGH else lists[:1]:
            answer = who.get(address)
            text = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
            assert (case.ref in text.decode()) == (login in expected), (address, login)
        if kind in THOROUGH:
            found = who.post("/search", {"q": case.ref}).content.decode()
            assert (f'"ref": "{case.ref}"' in found) == (login in expected), login
            assert (case.ref in who.get("/my-reports").content.decode()) == (login == "juno"), login
        own = who.get(f"/my-reports/{case.ref}").status_code
        assert (own == 200) == (login == "juno"), login


def with_a_file(case: Any, who: Any, at: Any) -> int:
    picture = io.BytesIO()
    Image.new("RGB", (8, 8), "teal").save(picture, "PNG")
    stored = store(SimpleUploadedFile("bild.png", picture.getvalue()), actor=who, at=at)
    actions.add_file(case, stored, actor=who, at=at)
    number: int = case.files.get().pk
    return number


def upload(who: Program, address: str) -> Any:
    headers = {"Authorization": f"Bearer {who.secret}", **NOT_MINE}
    return Client(headers=headers).post("/api/v1" + address, {"file": SimpleUploadedFile("x.pdf", b"%PDF-1.4")})


@pytest.mark.parametrize("track", ["sol", "hsl"])
def test_a_measure(track: str, assessed, actor, person, at, everybody: dict[str, Program]) -> None:
    case = assessed(track)
    measure = measures.propose(
        unit=case.unit, track=track, title="Åtgärd", expected_effect="x", strength="weak", owner=person("mona"),
        due=at.date(), source=("case", case.pk), actor=actor("asa"), at=at,
    )  # fmt: skip
    sees = SEES[track] | {"mona"}
    writes = {"asa", "mona"} | ({"dag"} if track == "sol" else {"fatima", "rolf"})
    for name in sorted(ABOUT_A_MEASURE):
        method, path, body = operations()[name]
        for login, who in everybody.items():
            status = who.ask(method, path.replace("{number}", str(measure.pk)), body, **NOT_MINE).status_code
            reads = name == "get_measure"
            wanted = 404 if login not in sees else 200 if reads else 412 if login in writes else 409
            assert status == wanted, (name, login, status)
    for login, who in everybody.items():
        assert (who.get("/measures").json()["total"] == 1) == (login in sees), login
        shows = case.ref in who.get(f"/measures/{measure.pk}").content.decode()
        assert shows == (login in SEES[track]), login


def test_a_service(everybody: dict[str, Program]) -> None:
    for name in sorted(ABOUT_A_SERVICE):
        method, path, _body = operations()[name]
        for login, who in everybody.items():
            status = who.ask(method, path.replace("{code}", "family_support")).status_code
            assert status == 200, (name, login)
            assert who.ask(method, path.replace("{code}", "finns-inte")).status_code == 404


def test_a_promise(everybody: dict[str, Program]) -> None:
    rows = PromiseCheck.objects.unscoped(reason="test").filter(unit__code="ekbacken", outcome="waiting")
    number = rows.order_by("id").values_list("pk", flat=True)[0]
    sees = {"asa", "dag", "fatima", "hanna", "juno", "klara", "lars", "mona", "nils", "rolf"}
    writes = {"asa", "klara", "mona"}
    for name in sorted(ABOUT_A_PROMISE):
        method, path, body = operations()[name]
        for login, who in everybody.items():
            status = who.ask(method, path.replace("{number}", str(number)), body, **NOT_MINE).status_code
            reads = name == "get_promise_check"
            wanted = 404 if login not in sees else 200 if reads else 412 if login in writes else 409
            assert status == wanted, (name, login, status)


def test_an_activity_of_the_wheel(everybody: dict[str, Program], at) -> None:
    unit = Unit.objects.get(code="ekbacken")
    values = {"title": "x", "about": "", "produces": "y", "quarter": "do", "role": None, "repeats": "once"}
    days = {"starts_on": at.date(), "ends_on": at.date(), "reach": "here", "for_providers": False}
    made = wheel.new_activity(unit, at.year, values | days, actor=None, at=at)
    wheel.adopt(made.plan, wheel.Decision("Chefen", "", at.date()), version=None, actor=None, at=at)
    sees = EVERYBODY - {"ivar", "sara"}
    writes = {"asa", "dag", "fatima", "klara", "lars", "mona", "rolf"}
    for name in sorted(ABOUT_THE_WHEEL):
        method, path, body = operations()[name]
        body = body and {**body, "unit": "ekbacken"}
        for login, who in everybody.items():
            status = who.ask(method, path.replace("{number}", str(made.pk)), body, **NOT_MINE).status_code
            reads = name == "get_wheel_activity"
            wanted = 404 if login not in sees else 200 if reads else 412 if login in writes else 409
            assert status == wanted, (name, login, status)


def test_a_matter_of_the_diary(person, actor, at, everybody: dict[str, Program]) -> None:
    unit = person("asa").home_unit
    matter = diary.register(principal=unit.principal, unit=unit, subject="Synpunkt", actor=actor("goran"), at=at)
    for name in sorted(ABOUT_A_MATTER):
        method, path, body = operations()[name]
        for login, who in everybody.items():
            status = who.ask(method, path.replace("{number}", str(matter.pk)), body).status_code
            assert status == (201 if login in REGISTRARS else 404), (name, login, status)


def test_a_deputy_whose_time_is_over_and_another_principal(program, assessed, person, actor, at) -> None:
    from datetime import timedelta

    from hjulet.org.models import Deputy

    case = assessed("sol")
    row = Deputy.objects.create(
        absent=person("asa"), deputy=person("cilla"), valid_from=at.date() - timedelta(days=3), valid_to=at.date()
    )
    cilla = program("cilla")
    assert cilla.get(f"/cases/{case.ref}").status_code == 200
    Deputy.objects.filter(pk=row.pk).update(valid_to=at.date() - timedelta(days=1))
    assert cilla.get(f"/cases/{case.ref}").status_code == 404
    for login in ("sara", "ivar"):  # another principal, and a provider who knows of his own part only
        other = program(login)
        assert other.get(f"/units/{case.unit.code}").status_code == 404
        assert other.get(f"/people/{person('juno').pk}").status_code == 404
        assert f'"{case.unit.code}"' not in other.get("/units?limit=100").content.decode()
        assert person("juno").name not in other.get("/people?limit=100").content.decode()
        assert other.get(f"/cases?unit={case.unit.code}").status_code == 422
        assert other.get(f"/measures?unit={case.unit.code}").status_code == 422


def test_numbers_are_hidden_as_on_the_page(program, assessed, actor, at) -> None:
    """Hanna of the board sees small numbers hidden, Åsa hers as they are."""
    for _ in range(2):
        assessed("sol", at=at.replace(month=8))
    exact = program("asa").get("/statistics/cases?from=2026-07-01&to=2026-09-30&by=quarter").json()
    assert exact["masked"] is False and {"key": ["2026K3"], "count": 2, "hidden": None} in exact["cells"]
    masked = program("hanna").get("/statistics/cases?from=2026-07-01&to=2026-09-30&by=quarter").json()
    assert masked["masked"] is True and masked["absent"] == "low"
    assert all(cell["count"] is None for cell in masked["cells"])
    for question in ("by=month", "by=track", "by=quarter&track=sol", "from=2026-10-01&to=2026-11-11&by=quarter"):
        refused = program("hanna").get(f"/statistics/cases?{question}")
        assert refused.status_code == 422 and "dolda" in refused.json()["detail"], question


def test_a_protected_colleague_is_listed_for_those_who_manage_people(program, person) -> None:
    person("bo").__class__.objects.filter(login="bo").update(protected_identity=True)
    number, name = person("bo").pk, person("bo").name
    assert program("asa").get(f"/people/{number}").status_code == 404
    assert name not in program("asa").get("/people?limit=100").content.decode()
    assert program("root").get(f"/people/{number}").status_code == 200
    assert program("bo").get(f"/people/{number}").status_code == 200
