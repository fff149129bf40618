"""Anything may be sent to the report form: it never breaks, and no text is lost (what was typed is stored or shown)."""

from __future__ import annotations

import html
import string
import uuid
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from hjulet.cases.models import Case
from hjulet.core.actor import Actor
from hjulet.org.models import Unit

pytestmark = [pytest.mark.django_db, pytest.mark.capability("DEV-1")]
ODD = [
    "\x00", "Hon föll\x00 i duschen", "\r\n\r\n", "\u2028\u2029", "\u202ebakvänt\u202c", "🚑👩‍⚕️", "e\u0301", "‹saknas›",
    "<script>alert(1)</script>", "{{ 7|add:7 }}{% now %}", "%s %(x)s {0}", "' OR 1=1 --", "19121212-1212", " " * 50,
    "x" * 20_001, "å" * 20_000, "-", "\ufffe\uffff", "\t= 1+1",
]  # fmt: skip
DAYS = [
    "2026-11-12",
    "2026-11-13",
    "1990-01-01",
    "0001-01-01",
    "9999-12-31",
    "31/12 2026",
    "261112",
    "i går",
    "²",
    "-1",
]
TIMES = ["", "09:00", "25:00", "24:00", "08.30", "8", "٠٩:٠٠", "09:00:60"]
IDS = ["", "0", "-1", "1e3", "²", "9" * 30, "1; DROP", "None", "\x00"]


def texts(most: int = 120) -> st.SearchStrategy[str]:
    return st.one_of(st.sampled_from(ODD), st.text(st.characters(exclude_categories=["Cs"]), max_size=most))


def one_of(*said: str) -> st.SearchStrategy[str]:
    """Mostly what the form offers, now and then something else."""
    return st.one_of(st.sampled_from(said), st.sampled_from(said), st.sampled_from(IDS), texts(20))


FORMS = st.fixed_dictionaries(
    {
        "description": texts(),
        "when": one_of("now", "today", "yesterday", "other"),
        "reported_harm": one_of("yes", "no", "near"),
        "unit": st.one_of(st.just("own"), st.just("own"), st.sampled_from(IDS)),
        "submission_key": st.one_of(st.uuids().map(str), st.uuids().map(str), st.sampled_from(IDS)),
    },
    optional={
        "day": st.one_of(st.sampled_from(DAYS), st.dates().map(str)),
        "at_time": st.one_of(st.sampled_from(TIMES), st.times().map(str)),
        "immediate_action": texts(),
        "guessed_track": one_of("unsure", "sol", "lss", "hsl", "several"),
        "suspects_misconduct": st.sampled_from(["on", "", "0", "x"]),
        "acute": st.sampled_from(["on", ""]),
        "protected_identity": st.sampled_from(["on", ""]),
        "person_ref": texts(80),
        "personal_number_ok": st.sampled_from(["1", "", "x"]),
        "written_by": texts(20),
        "kept": texts(20),
    },
)


@pytest.fixture
def juno(browse, person) -> tuple[Client, str]:
    return browse("juno"), str(person("juno").home_unit_id)


def letters(text: str) -> str:
    """A text as a browser sends it: line breaks are CR LF. NUL is in no text that anyone typed."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")


def shown(answer: HttpResponse) -> str:
    return letters(html.unescape(answer.content.decode()))


def check(answer: HttpResponse, sent: dict[str, str], key: str) -> None:
    words = {name: sent[name] for name in ("description", "immediate_action", "person_ref") if sent.get(name)}
    if answer.status_code == 302:
        case = Case.objects.unscoped(reason="a test looks").get(submission_key=key)
        stored = {name: letters(str(getattr(case, name))) for name in words}
        assert stored == {
            name: letters(text) if name != "person_ref" else letters(text).strip() for name, text in words.items()
        }
        return
    assert answer.status_code in {409, 422}, answer.status_code  # 409: sent once before, with other words
    words.pop("person_ref", "") if answer.status_code == 409 else ""
    page = shown(answer)
    for text in words.values():
        assert letters(text) in page


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(form=FORMS)
@example(
    form={
        "description": "Hon föll\x00 i duschen",
        "when": "now",
        "reported_harm": "no",
        "unit": "own",
        "submission_key": str(uuid.uuid4()),
    }
)
@example(
    form={
        "description": "Hon föll.",
        "when": "other",
        "day": "0001-01-01",
        "reported_harm": "no",
        "unit": "own",
        "submission_key": str(uuid.uuid4()),
    }
)
@example(
    form={"description": "x" * 20_001, "when": "now", "reported_harm": "no", "unit": "9" * 30, "submission_key": "\x00"}
)
def test_any_report_is_stored_or_shown_again(juno: tuple[Client, str], form: dict[str, str]) -> None:
    client, own = juno
    sent = {**form, "unit": own if form["unit"] == "own" else form["unit"]}
    check(client.post("/rapportera/", sent), sent, sent["submission_key"])


TYPES = [
    "application/x-www-form-urlencoded", "application/x-www-form-urlencoded; charset=utf-16",
    "application/x-www-form-urlencoded; charset=nonsense", "multipart/form-data", "multipart/form-data; boundary=",
    "multipart/form-data; boundary=x", f"multipart/form-data; boundary={'x' * 500}", "application/json", "text/plain",
    "text/html; charset=latin-1", "", "x", "multipart/mixed; boundary=x", "application/octet-stream",
]  # fmt: skip
PART = b'--x\r\nContent-Disposition: form-data; name="description"\r\n\r\nHon ramlade.\r\n--x--\r\n'
BODIES = st.one_of(
    st.binary(max_size=300),
    st.sampled_from(
        [PART, PART[:-10], PART * 200, b"description=%FF%FE&when=%00", b"a=1&" * 1100, b"{", b"--x--", b"--x\r\n\r\n"]
    ),
    st.text(string.printable, max_size=100).map(str.encode),
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kind=st.sampled_from(TYPES), body=BODIES, length=st.sampled_from([None, "0"]))
def test_any_body_of_any_kind_is_answered(juno: tuple[Client, str], kind: str, body: bytes, length: str | None) -> None:
    extra: dict[str, Any] = {} if length is None else {"CONTENT_LENGTH": length}
    answer = juno[0].generic("POST", "/rapportera/", body, content_type=kind, **extra)
    assert answer.status_code in {302, 400, 413, 422}
    assert "Traceback" not in answer.content.decode(errors="replace")


@pytest.mark.parametrize(
    "kind", ["application/x-www-form-urlencoded; charset=utf-16", "application/json", "text/plain"]
)
def test_a_form_sent_in_a_way_we_cannot_read_is_not_taken_for_an_empty_one(juno: tuple[Client, str], kind: str) -> None:
    before = Case.objects.unscoped(reason="a test looks").count()
    answer = juno[0].generic("POST", "/rapportera/", b"description=Hon+ramlade", content_type=kind)
    assert answer.status_code in {400, 415, 422}
    assert Case.objects.unscoped(reason="a test looks").count() == before


REPLIES = [
    "/rapportera/mina/{ref}/",
    "/arenden/{ref}/anteckning/",
    "/arenden/{ref}/orsak/",
    "/arenden/{ref}/fraga/",
    "/arenden/{ref}/steg/annul/",
]


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(where=st.sampled_from(REPLIES), text=texts(), odd=texts(20), version=st.sampled_from(IDS))
def test_texts_in_a_case_break_nothing_and_come_back(
    assessed, browse, where: str, text: str, odd: str, version: str
) -> None:
    case = assessed("sol")
    names = ("message", "text", "reason", "kind", "area", "description", "note", "title", "basis", "audience")
    visitor = browse("juno" if "mina" in where else "dag")
    answer = visitor.post(
        where.format(ref=case.ref), {**dict.fromkeys(names, text), "kind": odd, "area": odd, "version": version}
    )
    assert answer.status_code in {200, 302, 404, 409, 422}
    if answer.status_code in {409, 422} and text.strip():
        assert letters(text).strip() in shown(answer)


REFS = [
    *IDS,
    "2026-²",
    "²-1",
    "2026-" + "9" * 15,
    "9" * 5000 + "-1",
    "2026-0001x",
    "-",
    "2026--1",
    "٢٠٢٦-١",
    "%00",
    "..",
    "a/b",
]


def test_any_number_in_an_address_is_a_page_or_no_page(browse, reported) -> None:
    reported()
    juno, asa = browse("juno"), browse("asa")
    for ref in REFS:
        pages = [(juno, f"/rapportera/mina/{ref}/"), (juno, f"/rapportera/tack/{ref}/"), (asa, f"/arenden/{ref}/")]
        for visitor, path in pages:
            assert visitor.get(path).status_code in {301, 302, 404}, path[:80]
        assert asa.post("/sok/", {"q": ref, "sida": ref}).status_code == 200
        assert asa.post("/arenden/byt-handlaggare/", {"ref": [ref], "handler": ref}).status_code in {200, 302}


def test_what_is_stored_is_told_apart_from_what_is_shown(juno: tuple[Client, str], actor: Any) -> None:
    """The check above can fail: a text that is nowhere is noticed."""
    client, own = juno
    sent = {"description": "Hon ramlade.", "unit": own, "when": "nonsense", "submission_key": str(uuid.uuid4())}
    answer = client.post("/rapportera/", sent)
    with pytest.raises(AssertionError):
        check(answer, {**sent, "description": "En annan text."}, sent["submission_key"])
    assert isinstance(actor("juno"), Actor) and Unit.objects.filter(pk=own).exists()
