"""How the API answers, whatever it is asked: problems, pages, HEAD and OPTIONS, conditions, and doing things once."""

from __future__ import annotations

import json
import threading
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hjulet.cases import actions
from hjulet.cases.models import Case
from hjulet.core.models import Event
from hjulet.org.models import Person
from hjulet.rest.jobs import forget_answers
from hjulet.rest.later import LATER
from hjulet.rest.models import Answer
from tests.rest.conftest import Program

pytestmark = [pytest.mark.django_db, pytest.mark.capability("PLT-1")]


def problem(answer, status: int) -> dict:
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert {"type", "title", "status", "detail", "instance"} <= set(body) and body["status"] == status
    return body


def told(person) -> dict:
    return {
        "kind": "deviation",
        "track": "sol",
        "unit": person("juno").home_unit.code,
        "description": "Golvet var halt.",
    }


# Problems ------------------------------------------------------------------


def test_a_body_that_does_not_follow_the_description(program, person) -> None:
    juno = program("juno")
    wrong = problem(juno.post("/cases", told(person) | {"occuredAt": "2026-11-12T07:00:00Z", "track": "x"}), 400)
    assert {one["field"] for one in wrong["errors"]} == {"occuredAt", "track"}
    missing = problem(juno.post("/cases", {"kind": "deviation"}), 400)
    assert {"description"} == {one["field"] for one in missing["errors"]}
    missing = problem(juno.post("/cases", {"kind": "deviation", "description": "x"}), 422)
    assert {"unit", "track"} == {one["field"] for one in missing["errors"]}
    naive = problem(juno.post("/cases", told(person) | {"occurredAt": "2026-11-12T07:00:00"}), 400)
    assert naive["errors"][0]["field"] == "occurredAt"
    nul = problem(juno.post("/cases", told(person) | {"description": "a\x00b"}), 400)
    assert nul["errors"][0]["field"] == "description"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("unit", "finns-inte"),
        ("occurredAt", "2027-01-01T00:00:00Z"),
        ("occurredAt", "0001-01-01T00:00:00+14:00"),
        ("occurredAt", "9999-12-31T23:59:59-12:00"),
        ("occurredAt", "1990-01-01T00:00:00Z"),
        ("description", "   "),
        ("description", "Hon heter 19121212-1212"),
        ("kind", "lex-sarah"),
    ],
)
def test_what_does_not_hold_is_told_field_by_field(field: str, value: str, program, person) -> None:
    refused = problem(program("juno").post("/cases", told(person) | {field: value}), 422)
    assert [one["field"] for one in refused["errors"]] == [field]
    assert not Case.objects.unscoped(reason="test").exists()


def test_a_personal_number_may_be_meant(program, person) -> None:
    body = told(person) | {"description": "Hon heter 19121212-1212", "personalNumberOk": True}
    assert program("juno").post("/cases", body).status_code == 201


@pytest.mark.parametrize("path", ["/search?q=", "/cases?q=", "/people?q=", "/units?q="])
def test_a_personal_number_never_goes_in_an_address(path: str, program) -> None:
    asa = program("asa")
    refused = problem(asa.get(f"{path}19121212-1212"), 422)
    assert "POST /search" in refused["detail"] and "1212" not in json.dumps(refused)
    assert asa.post("/search", {"q": "19121212-1212"}).status_code == 200


def test_an_unknown_word_in_a_question_is_told(program) -> None:
    asa = program("asa")
    assert problem(asa.get("/cases?stat=closed"), 400)["errors"][0]["field"] == "stat"
    assert problem(asa.get("/cases?unit=finns-inte"), 422)["errors"][0]["field"] == "unit"
    assert problem(asa.get("/cases?category=finns-inte"), 422)["errors"][0]["field"] == "category"


@pytest.mark.parametrize("value", ["0", "101", "-1", "x", "1.0", "+5", "99999999999999999999"])
def test_a_page_has_bounds(value: str, program) -> None:
    assert problem(program("asa").get(f"/cases?limit={value}"), 400)["errors"][0]["field"] == "limit"


def test_a_nul_in_the_address_is_refused_before_anything_reads_it(program) -> None:
    assert "detail" in problem(program("asa").get("/cases?limit=%00"), 400)


def test_a_nul_in_an_address_is_a_problem_too(program) -> None:
    for path, status in (("/cases?limit=%00", 400), ("/cases?q=a%00b", 400), ("/units/a%00b", 404)):
        problem(program("asa").get(path), status)


def test_wrong_type_and_broken_json(program) -> None:
    juno = program("juno")
    headers = {"Authorization": f"Bearer {juno.secret}"}
    problem(juno.client.post("/api/v1/cases", "a=b", content_type="text/plain", headers=headers), 415)
    for body in ("{", "[]", '"x"', "null", "[" * 10_000, "9" * 10_000):
        problem(juno.client.post("/api/v1/cases", body, content_type="application/json", headers=headers), 400)


def test_too_much_at_once(program, settings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    problem(program("juno").post("/cases", {"description": "x" * 2000}), 413)


def test_what_is_not_built_says_so(program) -> None:
    asa = program("asa")
    for name in LATER:
        assert "inte byggt än" in problem(asa.get(f"/{name}"), 501)["detail"]
        problem(asa.post(f"/{name}", {"name": "x"}), 501)
    problem(asa.get("/finns-inte"), 404)
    problem(Client().get("/api/v2/cases"), 404)


def test_head_options_and_405(program, assessed) -> None:
    asa, case = program("asa"), assessed("sol")
    whole = asa.get(f"/cases/{case.ref}")
    head = asa.ask("HEAD", f"/cases/{case.ref}")
    assert head.status_code == 200 and head.content == b"" and head["ETag"] == whole["ETag"]
    assert head["Content-Length"] == str(len(whole.content))
    options = asa.ask("OPTIONS", "/cases")
    assert options.status_code == 204 and options["Allow"] == "GET, HEAD, OPTIONS, POST"
    refused = asa.ask("DELETE", f"/cases/{case.ref}")
    assert problem(refused, 405) and refused["Allow"] == "GET, HEAD, OPTIONS"
    assert Client().options("/api/v1/cases").status_code == 204


def test_answers_are_swedish_and_stay_nowhere(program, assessed) -> None:
    assessed("sol")
    answer = program("asa").get("/cases", **{"Accept-Language": "en"})
    assert answer["Cache-Control"] == "no-store" and answer["Content-Language"] == "sv"


# Pages ----------------------------------------------------------------------


def test_pages_have_totals_and_links(program, assessed) -> None:
    refs = [assessed("sol").ref for _ in range(5)]
    page = program("asa").get("/cases?limit=2&offset=2&sort=reportedAt").json()
    assert page["total"] == 5 and [item["ref"] for item in page["items"]] == refs[2:4]
    assert page["links"]["prev"].endswith("limit=2&offset=0&sort=reportedAt")
    assert page["links"]["next"].endswith("limit=2&offset=4&sort=reportedAt")
    assert page["links"]["last"].endswith("limit=2&offset=4&sort=reportedAt")
    empty = program("asa").get("/cases?offset=1000000").json()
    assert empty["items"] == [] and empty["links"]["next"] is None


def test_filters_choose_as_the_page_does(program, assessed, reported, at) -> None:
    sol, new = assessed("sol"), reported()
    old = assessed("sol", at=at - timedelta(days=40))
    asa = program("asa")

    def refs(question: str) -> set[str]:
        return {item["ref"] for item in asa.get(f"/cases?{question}").json()["items"]}

    assert refs("state=assessed") == {sol.ref, old.ref}
    assert refs("track=unsure") == {new.ref}
    assert refs("track=sol&from=2026-11-01") == {sol.ref}
    assert refs("to=2026-11-01") == {old.ref}
    assert refs("overdue=true") == {old.ref} and refs("overdue=false") == {sol.ref, new.ref}
    assert refs("q=duschen%20halt") == {sol.ref, new.ref, old.ref} and refs("q=finnsinte") == set()
    assert refs("severity=2&kind=deviation") == {sol.ref, old.ref}
    assert refs(f"unit={sol.unit.code}") == {sol.ref, new.ref, old.ref}


def test_linked_cases_show_to_those_who_see_both(program, assessed) -> None:
    case = assessed("sol", "hsl")
    links = {link["rel"] for link in program("asa").get(f"/cases/{case.ref}").json()["links"]}
    assert "linked-case" in links
    links = {link["rel"] for link in program("dag").get(f"/cases/{case.ref}").json()["links"]}
    assert "linked-case" not in links


def test_a_protected_identity_shows_no_words_in_a_list(program, reported) -> None:
    case = reported(protected_identity=True)
    asa = program("asa")
    listed = asa.get("/cases").json()["items"][0]
    assert listed["title"] == "Skyddade personuppgifter" and listed["description"] is None
    assert asa.get(f"/cases/{case.ref}").json()["description"] == case.description
    assert case.ref not in b"".join(asa.get("/exports/cases?format=csv").streaming_content).decode()  # type: ignore[attr-defined]


def test_exports_are_those_of_the_page(program, browse, assessed) -> None:
    assessed("sol")
    asa = program("asa")
    mine = b"".join(asa.get("/exports/cases?format=csv&from=2026-11-01").streaming_content)  # type: ignore[attr-defined]
    page = b"".join(browse("asa").get("/arenden/export/?format=csv&val=alla").streaming_content)
    assert mine == page
    book = asa.get("/exports/cases")
    assert b"".join(book.streaming_content)[:2] == b"PK"  # type: ignore[attr-defined]
    assert Event.objects.filter(verb="export", actor_label__contains="(nyckel").count() == 2
    head = asa.ask("HEAD", "/exports/cases")
    assert b"".join(head.streaming_content) == b"" and int(head["Content-Length"]) > 1000  # type: ignore[attr-defined]


# Conditions ------------------------------------------------------------------


def test_a_write_over_someone_elses_change_is_refused(program, assessed, actor, at) -> None:
    asa, case = program("asa"), assessed("sol")
    seen = asa.get(f"/cases/{case.ref}")["ETag"]
    actions.perform(case, "investigate", actor=actor("dag"), at=at)
    refused = asa.post(f"/cases/{case.ref}/steps", {"step": "pause", "reason": "x"}, **{"If-Match": seen})
    problem(refused, 412)
    note = {"kind": "fact", "notedOn": "2026-11-12", "source": "Larm", "text": "Det larmade."}
    problem(asa.post(f"/cases/{case.ref}/notes", note, **{"If-Match": seen}), 412)
    problem(asa.post(f"/cases/{case.ref}/notes", note, **{"If-Match": f"W/{seen}"}), 412)
    now = asa.get(f"/cases/{case.ref}")["ETag"]
    assert asa.post(f"/cases/{case.ref}/notes", note, **{"If-Match": f'"999", {now}'}).status_code == 201
    done = asa.post(f"/cases/{case.ref}/steps", {"step": "pause", "reason": "x"}, **{"If-Match": now})
    assert done.status_code == 200 and done["ETag"] == asa.get(f"/cases/{case.ref}")["ETag"]


def test_the_plan_of_a_measure_changes_only_as_seen(program, assessed, person) -> None:
    asa, case = program("asa"), assessed("sol")
    asa.post(f"/cases/{case.ref}/causes", {"area": "procedures", "text": "Ingen torkar."})
    plan = {"title": "Torka", "expectedEffect": "Inga fall", "strength": "weak", "owner": person("bo").pk}
    number = asa.post(f"/cases/{case.ref}/causes/1/measures", plan | {"dueOn": "2026-12-01"}).json()["measures"][0][
        "id"
    ]
    seen = asa.get(f"/measures/{number}")
    assert seen.json()["owner"]["id"] == person("bo").pk and seen.json()["links"][1]["ref"] == case.ref
    changed = asa.ask("PATCH", f"/measures/{number}", {"dueOn": "2026-12-24"}, **{"If-Match": seen["ETag"]})
    assert changed.json()["dueOn"] == "2026-12-24" and changed.json()["title"] == "Torka"
    problem(asa.ask("PATCH", f"/measures/{number}", {"title": "x"}, **{"If-Match": seen["ETag"]}), 412)
    late = problem(asa.ask("PATCH", f"/measures/{number}", {"dueOn": "2020-01-01"}), 422)
    assert late["errors"][0]["field"] == "dueOn"
    bo = program("bo")
    assert [item["id"] for item in bo.get("/measures?owner=me").json()["items"]] == [number]
    assert bo.get(f"/measures/{number}").json()["links"] == [
        {"rel": "self", "href": f"http://127.0.0.1:8000/api/v1/measures/{number}", "ref": None}
    ]
    done = {"doneOn": "2026-11-12", "note": "Torkat."}
    assert bo.post(f"/measures/{number}/cancel", {"reason": "x"}, **{"If-Match": '"99"'}).status_code == 412
    assert bo.post(f"/measures/{number}/done", done).status_code == 200
    assert bo.post(f"/measures/{number}/done", done).status_code == 409
    problem(bo.post(f"/measures/{number}/effect", {"effect": "no", "note": "Fler fall."}), 422)
    problem(program("fatima").get(f"/measures/{number}"), 404)


# Once -------------------------------------------------------------------------


def test_the_same_post_twice_does_it_once(program, person) -> None:
    juno, key = program("juno"), {"Idempotency-Key": "5f1d9c1e"}
    first = juno.post("/cases", told(person), **key)
    again = juno.post("/cases", told(person), **key)
    assert first.status_code == again.status_code == 201 and first.content == again.content
    assert again["Location"] == first["Location"] and again["Idempotency-Replayed"] == "true"
    assert Case.objects.unscoped(reason="test").count() == 1
    other = juno.post("/cases", told(person) | {"description": "Något annat."}, **key)
    assert "Idempotency-Key" in problem(other, 422)["detail"]
    assert program("asa").post("/cases", told(person), **key).status_code == 201
    problem(juno.post("/cases", told(person), **{"Idempotency-Key": "har mellanslag"}), 400)


def test_what_failed_is_not_kept(program, person) -> None:
    juno, key = program("juno"), {"Idempotency-Key": "5f1d9c1e"}
    problem(juno.post("/cases", told(person) | {"unit": "finns-inte"}, **key), 422)
    assert not Answer.objects.exists()
    assert juno.post("/cases", told(person), **key).status_code == 201


def test_answers_are_forgotten_after_a_day(program, person, at) -> None:
    juno = program("juno")
    juno.post("/cases", told(person), **{"Idempotency-Key": "5f1d9c1e"})
    assert forget_answers(at + timedelta(hours=23)) == 0
    assert forget_answers(at + timedelta(hours=25)) == 1


def test_the_same_upload_twice_is_one_file(program, assessed) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    asa, case = program("asa"), assessed("sol")
    pdf = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
    headers = {"Authorization": f"Bearer {asa.secret}", "Idempotency-Key": "5f1d9c1e"}
    path = f"/api/v1/cases/{case.ref}/files"
    answers = [Client(headers=headers).post(path, {"file": SimpleUploadedFile("a.pdf", pdf)}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201], answers[0].content
    assert answers[0].content == answers[1].content
    changed = Client(headers=headers).post(path, {"file": SimpleUploadedFile("a.pdf", pdf + b"\n")})
    problem(changed, 422)
    assert asa.get(f"/cases/{case.ref}/files").json()["total"] == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="an in-memory database has one connection for all threads")
def test_two_at_the_same_time_do_it_once(program, person) -> None:
    from tests.conftest import build_world

    if not Person.objects.exists():  # an earlier test of this kind emptied the database
        build_world()
    juno, body = program("juno"), told(person)
    statuses: list[int] = []

    def send() -> None:
        try:
            statuses.append(Program(juno.secret).post("/cases", body, **{"Idempotency-Key": "samtidigt"}).status_code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [201] * 4
    assert Case.objects.unscoped(reason="test").count() == 1


# How many questions the database gets ---------------------------------------------

MOST = {
    "/cases": 6,
    "/cases?q=duschen": 6,
    "CASE": 5,
    "CASE/steps": 10,  # with the law of the day of the case
    "CASE/events": 6,
    "CASE/notes": 6,
    "/measures": 4,
}
MOST |= {"/units": 4, "/people": 5, "/statistics/cases": 8, "/my-reports": 4, "/search?q=duschen": 6}


@pytest.mark.parametrize("path", MOST)
def test_the_number_of_queries_is_fixed(path: str, program, assessed) -> None:
    asa, case = program("asa"), assessed("sol", "hsl")
    address = path.replace("CASE", f"/cases/{case.ref}")
    asa.get(address)

    def asked() -> list[str]:
        with CaptureQueriesContext(connection) as queries:
            assert asa.get(address).status_code == 200
        return [q["sql"] for q in queries if "pg_advisory" not in q["sql"]]

    few = asked()
    for _ in range(3):
        assessed("sol", "hsl")
    many = asked()
    assert len(few) == len(many) <= MOST[path], [sql[:100] for sql in many]


def test_a_step_that_the_kind_of_case_does_not_have_is_refused_not_an_error(program, assessed) -> None:
    case = assessed("sol")
    answer = program("asa").ask("POST", f"/cases/{case.ref}/steps", {"step": "sort"}, **{"If-Match": "*"})
    assert answer.status_code == 409 and "sortens ärende" in answer.json()["detail"]
