"""Every address × every demo person. A page that is missing from the table fails the test.

The groups are written out by hand, so that a changed duty or a wrong mark shows here.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from hjulet.cases import actions
from hjulet.cases.flows.deviation import DEVIATION
from hjulet.cases.models import Case, Category
from hjulet.measures import actions as measures
from hjulet.org.models import Unit
from hjulet.rest.endpoint import Endpoint
from tests.conftest import ASSESSMENT

pytestmark = [pytest.mark.django_db, pytest.mark.capability("ACC-2")]

EVERYBODY = set(
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
        "jour",
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
REPORTERS = EVERYBODY - {"eva", "hanna", "nils", "root"}
HANDLERS = REPORTERS
ASSIGNERS = {"asa", "cilla", "dag", "fatima", "ivar", "rolf", "sara"}
FIGURES = {"asa", "cilla", "dag", "fatima", "hanna", "ivar", "klara", "lars", "mona", "nils", "rolf", "sara"}
MANAGERS = {"root"}
LOG = {"petra"}
REGISTRARS = {"goran"}
DRAWERS = {"dag", "fatima", "lars", "rolf"}
SAMPLES = DRAWERS | {"asa", "cilla", "ivar", "klara", "sara"}
DECISIONS = DRAWERS | {"asa", "cilla", "ivar", "sara"}
WRITERS = {"asa", "cilla", "dag", "fatima", "ivar", "klara", "lars", "mona", "rolf", "sara"}
DECIDERS = {"asa", "cilla", "ivar", "klara", "lars", "sara"}  # of a unit's year
ANYBODY = EVERYBODY | {""}

# url name: who may open it with GET (an empty name is someone who is not logged in)
OPEN = {
    "login": ANYBODY,
    "logged-out": ANYBODY,
    "accessibility": ANYBODY,
    "help": ANYBODY,
    "robots": ANYBODY,
    "service-worker": ANYBODY,
    "report-unnamed": ANYBODY,
    "unnamed-inbox": ANYBODY,
    "public-diary": ANYBODY,
    "public-declarations": ANYBODY,
    "voice": ANYBODY,
    "voice-follow": ANYBODY,
    "voice-new": {"goran"},
    "healthz": ANYBODY,
    "readyz": ANYBODY,
    "api-schema": ANYBODY,
    "api-docs": ANYBODY,
    "start": EVERYBODY,
    "quarter-plan": EVERYBODY,
    "quarter-do": EVERYBODY,
    "quarter-check": EVERYBODY,
    "quarter-act": EVERYBODY,
    "account": EVERYBODY,
    "password": EVERYBODY,
    "tokens": EVERYBODY,
    "notices": EVERYBODY,
    "notice-preferences": EVERYBODY,
    "exports": EVERYBODY,
    "law-list": EVERYBODY,
    "law-clocks": EVERYBODY,
    "services": EVERYBODY,
    "promises": EVERYBODY,
    "law-worklist": EVERYBODY,
    "law-new": MANAGERS,
    "measures": EVERYBODY,
    "document-requests": EVERYBODY,
    "document-reviews": EVERYBODY,
    "watch": EVERYBODY,
    "watch-new": WRITERS,
    "receipts": EVERYBODY,
    "documents": EVERYBODY,
    "document-new": WRITERS,
    "processes": EVERYBODY,
    "process-new": WRITERS,
    "processes-hurt": FIGURES,
    "process-mine": EVERYBODY,
    "process-requests": EVERYBODY,
    "checks": EVERYBODY,
    "check-compare": EVERYBODY,
    "check-plan": EVERYBODY,
    "check-new": WRITERS,
    "checklists": EVERYBODY,
    "checklist-new": WRITERS,
    "wheel": EVERYBODY,
    "wheel-progress": EVERYBODY,
    "wheel-feeds": EVERYBODY,
    "wheel-new": WRITERS,
    "wheel-ready": WRITERS,
    "wheel-next": WRITERS,
    "wheel-adopt": DECIDERS,
    "wheel-send-back": DECIDERS,
    "internal-reviews": EVERYBODY,
    "internal-review-compare": EVERYBODY,
    "internal-review-others": EVERYBODY,
    "internal-review-plan": {"dag", "fatima"},
    "internal-review-rules": {"dag", "fatima"},
    "internal-review-new": {"dag", "fatima"},
    "learning-stops": EVERYBODY,
    "learning-level": EVERYBODY,
    "learning-stop-begin": WRITERS,
    "learning-themes": {"dag", "fatima", "klara", "mona", "rolf"},  # who plans the year at the top
    "management-system": EVERYBODY,
    "management-system-providers": EVERYBODY,
    "management-system-pdf": EVERYBODY,
    "management-system-compare": EVERYBODY,
    "management-system-versions": EVERYBODY,
    "management-system-adopt": {"dag", "fatima", "klara", "mona", "rolf", "root"},  # at the level where a board adopts
    "learning": EVERYBODY,
    "learning-review": EVERYBODY,
    "suggestions": EVERYBODY,
    "organisation": EVERYBODY,
    "people": EVERYBODY,
    "roles": EVERYBODY,
    "responsibilities": EVERYBODY,
    "receivers": EVERYBODY,
    "delegations": EVERYBODY,
    "handovers": EVERYBODY,
    "break-glass": EVERYBODY,
    "report": REPORTERS,
    "my-reports": REPORTERS,
    "suggestion-new": REPORTERS,
    "cases": HANDLERS,
    "cases-export": HANDLERS,
    "search": EVERYBODY,
    "triage": HANDLERS,
    "statistics": FIGURES,
    "statistics-export": FIGURES,
    "development": FIGURES,
    "development-export": FIGURES,
    "read-log": LOG,
    "log-review": LOG,
    "log-plan": LOG,
    "log-extracts": LOG,
    "samples": SAMPLES,
    "sample-new": DRAWERS,
    "decision-follow-up": FIGURES,
    "decisions": DECISIONS,
    "decisions-read-in": DECISIONS,
    "diary": REGISTRARS,
    "matter-new": REGISTRARS,
    "diary-series": MANAGERS,
    "register-extract": LOG | {"goran"},
    "person-new": MANAGERS,
    "delegation-new": MANAGERS,
    "handover-new": {"root", "lars"},
    "settings": MANAGERS,
    "service-new": {"klara", "mona"},
}
# Pages about one thing: tried with things of their own in the tests below or in the room's own tests.
ABOUT_ONE = {
    "report-readers", "report-sent", "my-report", "case", "case-step", "case-note", "case-cause", "case-measure",
    "case-no-measure", "case-informed", "case-activity", "case-entry", "case-ask", "case-file-new", "case-file", "measure", "measure-change",
    "measure-done", "measure-effect", "measure-cancel", "notice", "unit", "unit-new", "unit-rename", "unit-change",
    "unit-move", "unit-close", "unit-merge", "unit-split", "unit-assign", "person", "person-change",
    "person-deactivate", "person-activate", "person-logout", "person-assign", "person-deputy", "assignment-end", "deputy-end",
    "delegation-end",
    "role-rename", "role-duties", "responsibility", "responsibility-change", "receiver-change", "log-review-one",
    "log-review-close", "break-glass-decide", "setting", "setting-change", "setting-withdraw", "export-file",
    "export-remove", "token-revoke", "api-later", "matter", "matter-document", "matter-subject", "matter-number",
    "document-subject", "document-mark", "document-unmark", "diary-series-change",
    "document-request", "document-request-answer", "document-look-over", "measure-document",
    "watch-item", "watch-change", "watch-documents", "watch-done", "watch-settle",
    "receipt", "receipt-coverage", "receipt-names",
    "management-system-version", "management-system-section",
    "document", "document-version", "document-compare", "document-pdf", "document-file", "document-facts",
    "document-begin", "document-circulate", "document-withdraw", "document-draft", "document-write", "document-autosave", "document-upload",
    "document-drop-file", "document-ask", "document-answer", "document-comment", "document-settle",
    "document-take-back", "document-adopt", "document-call-off", "document-drop",
    "lesson", "lesson-new", "lesson-change", "lesson-confirm", "lesson-return", "lesson-withdraw", "lesson-use",
    "service", "service-change", "service-description", "service-declaration", "service-adopt", "promise", "promise-new",
    "promise-change", "promise-remove", "promise-check", "public-declaration",
    "process", "process-version", "process-compare", "process-bpmn", "process-svg", "process-pdf", "process-step", "process-hang",
    "process-facts", "process-begin", "process-withdraw", "process-draft", "process-draw", "process-draft-file",
    "process-save", "process-upload", "process-changes", "process-step-new", "process-step-change",
    "process-step-move", "process-step-remove", "process-ask", "process-take-back", "process-send-back",
    "process-publish", "process-drop", "process-redraw", "process-request", "process-request-answer",
    "process-look-over",
    "process-publish", "process-drop", "process-redraw",
    "wheel-activity", "wheel-change", "wheel-remove", "wheel-done", "wheel-skip", "wheel-undo", "wheel-feed",
    "wheel-ask", "wheel-take-back",
    "wheel-feed-shut",
    "check-round", "check-answer", "check-answered", "check-answer-state", "check-answer-save", "check-answer-photo",
    "check-photo", "check-answer-send", "check-analysis", "check", "check-change", "check-remove", "checklist",
    "checklist-edit", "checklist-drop", "checklist-end",
    "sample", "sample-protocol", "sample-again", "sample-close", "log-extract", "log-extract-close",
    "check-photo", "check-answer-send",
    "internal-review", "internal-review-day", "internal-review-remove", "internal-review-draw",
    "internal-review-protocol", "internal-review-result", "internal-review-reply", "internal-review-measure",
    "internal-review-take-up", "internal-review-close",
    "learning-stop", "learning-stop-save", "learning-stop-figures", "learning-stop-sign", "learning-stop-reopen",
    "learning-stop-hand-over", "learning-stop-board", "learning-stop-pdf", "learning-theme",
    "law-detail", "law-wording", "law-end", "law-check", "law-withdraw",
    "handover", "handover-section", "handover-words", "handover-share", "handover-carry-out", "handover-confirm",
    "handover-withdraw", "handover-pdf",
    "case-part", "case-licensed", "case-papers", "case-dossier", "case-copy", "case-copy-preview", "case-copy-pdf",
}  # fmt: skip
SWITCHED_OFF = {"metrics"}  # not found unless the installation has it on; see tests/operations
POST_ONLY = {
    "search-suggestions",
    "check-next-year",
    "logout",
    "logout-everywhere",
    "demo-login",
    "set-language",
    "cases-assign",
    "notices-read",
    "export-order",
}


def patterns(resolver: URLResolver | None = None) -> Iterator[URLPattern]:
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from patterns(entry)
        else:
            yield entry


def test_every_page_is_in_the_table() -> None:
    """The API's operations have a table of their own: tests/rest/test_access.py."""
    names = {pattern.name for pattern in patterns() if not isinstance(pattern.callback, Endpoint)}
    assert names == set(OPEN) | ABOUT_ONE | POST_ONLY | SWITCHED_OFF


def test_every_view_declares_its_access() -> None:
    assert [p.name for p in patterns() if not getattr(p.callback, "access", None)] == []


@pytest.mark.parametrize("login", sorted(ANYBODY))
def test_pages(login: str, browse, client) -> None:
    visitor = browse(login) if login else client
    wrong = []
    for name, allowed in OPEN.items():
        answer = visitor.get(reverse(name))
        if answer.streaming:
            b"".join(answer.streaming_content)  # reads to the end, which closes the file
        wanted = (200,) if login in allowed else (302,) if not login else (404,)
        if name == "readyz":
            wanted = (200, 503)
        if answer.status_code not in wanted:
            wrong.append((name, answer.status_code))
    assert wrong == []


@pytest.mark.parametrize("login", ["", "asa", "root"])
def test_what_is_switched_off_is_not_found(login: str, browse, client) -> None:
    visitor = browse(login) if login else client
    assert {name: visitor.get(f"/{name}").status_code for name in SWITCHED_OFF} == dict.fromkeys(SWITCHED_OFF, 404)


@pytest.mark.parametrize("login", sorted(ANYBODY))
def test_unknown_verbs_are_refused(login: str, browse, client) -> None:
    visitor = browse(login) if login else client
    for name in POST_ONLY - {"logout"}:
        assert visitor.get(reverse(name)).status_code in {302, 404, 405}


# The case's pages, in each state and track ------------------------------------------

SEES = {
    "unset": {"asa"},
    "misconduct": {"dag"},
    "acute": {"asa", "jour"},  # someone in danger now: the on-call duty reads it too
    "sol": {"asa", "dag", "lars"},
    "lss": {"asa", "dag", "lars"},
    "hsl": {"asa", "fatima", "rolf", "lars"},
    "none": {"asa", "lars"},
    "mean": {"bo"},  # assigned to Bo, who has no reach of his own
}


def make(kind: str, reported, actor, person, at) -> Case:
    if kind == "misconduct":
        return reported(suspects_misconduct=True)
    case = reported(acute=kind == "acute")
    if kind in {"unset", "acute"}:
        return case
    track = "sol" if kind == "mean" else kind
    actions.perform(case, "receive", actor=actor("asa"), at=at)
    category = Category.objects.filter(track=track if track != "none" else "sol").first()
    data = ASSESSMENT | {"tracks": [track], "category_id": category.pk}
    case = actions.perform(case, "assess", actor=actor("asa"), at=at, data=data)
    if kind == "mean":
        actions.perform(case, "assign", actor=actor("asa"), at=at, data={"handler": person("bo")})
    return case


@pytest.mark.parametrize("kind", sorted(SEES))
def test_one_case(kind: str, reported, actor, person, browse, client, at) -> None:
    case = make(kind, reported, actor, person, at)
    expected = SEES[kind] if kind != "mean" else SEES["sol"] | {"bo"}
    tails = ["", "anteckning/", "orsak/", "den-enskilde/", "fraga/", "fil/"]
    for login in sorted(EVERYBODY):
        visitor = browse(login)
        for tail in tails:
            status = visitor.get(f"/arenden/{case.ref}/{tail}").status_code
            if login not in expected:
                assert status == 404, (login, tail, status)
            else:
                assert status in {200, 302}, (login, tail, status)
        refused = login not in expected
        for step in [step.name for step in DEVIATION.steps]:
            status = visitor.post(f"/arenden/{case.ref}/steg/{step}/", {"version": 999}).status_code
            assert (status == 404) == refused, (login, step, status)
        own = visitor.get(f"/rapportera/mina/{case.ref}/").status_code
        assert (own == 200) == (login == "juno"), login
        in_list = case.ref in visitor.get("/arenden/?val=alla").content.decode()
        assert in_list == (login in expected), login
        found = case.ref in visitor.post("/sok/", {"q": "duschen"}).content.decode()
        assert found == (login in expected), login
    assert client.get(f"/arenden/{case.ref}/").status_code == 302


@pytest.mark.parametrize("track", ["sol", "hsl"])
def test_one_measure(track: str, assessed, actor, person, browse, at) -> None:
    case = assessed(track)
    measure = measures.propose(
        unit=case.unit, track=track, title="Åtgärd", expected_effect="x", strength="weak", owner=person("mona"),
        due=at.date(), source=("case", case.pk), actor=actor("asa"), at=at,
    )  # fmt: skip
    sees = SEES[track] | {"mona"}
    writes = {"asa", "mona"} | ({"dag"} if track == "sol" else {"fatima", "rolf"})
    for login in sorted(EVERYBODY):
        visitor = browse(login)
        assert (visitor.get(f"/atgarder/{measure.pk}/").status_code == 200) == (login in sees), login
        assert (visitor.get(f"/atgarder/{measure.pk}/klar/").status_code == 200) == (login in writes), login
        shows_ref = case.ref in visitor.get(f"/atgarder/{measure.pk}/").content.decode()
        assert shows_ref == (login in SEES[track]), login


@pytest.mark.parametrize("login", sorted(EVERYBODY - {"root"}))
def test_only_the_administrator_changes_the_organisation(login: str, browse, person) -> None:
    visitor = browse(login)
    unit = Unit.objects.get(pk=person("juno").home_unit_id)
    for tail in ("ny/", "namn/", "uppgifter/", "flytta/", "stang/", "sla-ihop/", "dela/", "roll/"):
        assert visitor.get(f"/organisation/enhet/{unit.code}/{tail}").status_code == 404
    for tail in ("andra/", "stang/", "roll/", "franvaro/", "logga-ut/"):
        assert visitor.get(f"/organisation/personer/{person('juno').pk}/{tail}").status_code == 404


@pytest.mark.parametrize("login", sorted(EVERYBODY - MANAGERS))
def test_only_the_administrator_changes_settings(login: str, browse) -> None:
    visitor = browse(login)
    for key in ("deviation.assess", "deviation.report", "expert", "sma-tal", "tysta-timmar", "steg-lex-sarah"):
        assert visitor.get(f"/organisation/installningar/{key}/").status_code == 404
        assert visitor.post(f"/organisation/installningar/{key}/andra/", {"confirm": "1"}).status_code == 404
        assert visitor.post(f"/organisation/installningar/{key}/ta-tillbaka/").status_code == 404


@pytest.mark.parametrize("login", sorted(EVERYBODY))
def test_who_may_read_a_unit_and_a_person(login: str, browse, person) -> None:
    """The municipality's own people read all of it, a provider's people and another principal's their own part."""
    visitor = browse(login)
    for whose, readers in (
        ("juno", EVERYBODY - {"ivar", "sara"}),
        ("ivar", EVERYBODY - {"sara"}),
        ("sara", {"sara"}),
    ):
        unit = Unit.objects.get(pk=person(whose).home_unit_id)
        wanted = 200 if login in readers else 404
        assert visitor.get(f"/organisation/enhet/{unit.code}/").status_code == wanted, whose
        assert visitor.get(f"/organisation/personer/{person(whose).pk}/").status_code == wanted, whose


def test_another_principal_sees_nothing_of_ours(browse, person) -> None:
    visitor = browse("sara")
    unit = Unit.objects.get(pk=person("juno").home_unit_id)
    assert visitor.get(f"/organisation/enhet/{unit.code}/").status_code == 404
    assert visitor.get(f"/organisation/personer/{person('juno').pk}/").status_code == 404
    assert "Ekbacken" not in visitor.get("/organisation/").content.decode()
    assert "Ekbacken" not in visitor.get("/statistik/").content.decode()
