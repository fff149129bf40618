"""A municipality's own stages in a procedure: a gate before a step, from a day, for its own cases only (SAR-1, ORG-3)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.cases.test_lex_sarah import DECISION, fresh_of, inquiry, suspected

from hjulet.cases import actions, procedures
from hjulet.cases.choices import CaseKind
from hjulet.cases.dossier import FLOWS
from hjulet.cases.models import Case, LocalProcedure
from hjulet.core.flow import Refused, Stale
from hjulet.core.models import Event
from hjulet.org.dated import withdraw
from hjulet.org.models import Principal

__all__ = ["inquiry", "suspected"]  # fixtures
pytestmark = [pytest.mark.django_db, pytest.mark.capability("SAR-1"), pytest.mark.capability("ORG-3")]

DAY = timedelta(days=1)
PRESIDIUM = {"label": "Beredning i presidiet", "before": "grade", "code": ""}
CODE = "stage-beredning-i-presidiet"
Decide = Callable[..., LocalProcedure]


@pytest.fixture
def put_in(actor: Callable[..., Any], at: datetime) -> Decide:
    """The principal's own stages of lex Sarah, decided some days ago unless told otherwise."""

    def make(*stages: dict[str, str], days: int = -9, by: str = "root", kind: str = "lex-sarah") -> LocalProcedure:
        when = at + days * DAY
        told = {"source": "Socialnämnden § 12", "day": (when + DAY).date(), "actor": actor(by, when), "at": when}
        return procedures.set_stages(kind=kind, stages=stages or [PRESIDIUM], **told)

    return make


def test_the_decision_waits_for_the_presidium_until_it_is_passed(
    put_in: Decide, inquiry: Callable[..., Case], actor: Any, at: datetime
) -> None:
    put_in()
    case, dag, bo = inquiry(), actor("dag"), actor("bo")
    with pytest.raises(Refused, match="Beredning i presidiet"):
        actions.perform(case, "grade", actor=dag, at=at, data=DECISION)
    assert fresh_of(case, dag).state == "investigating"
    note = actions.enter(case, CODE, data={"text": "Presidiet gick igenom den.", "day": at.date()}, actor=bo, at=at)
    case = actions.perform(case, "grade", actor=dag, at=at, data=DECISION)
    assert (case.state, note.code) == ("decided", CODE)
    event = Event.objects.get(verb="case.own-stage", object_id=case.pk)
    assert event.value.values["stage"] == "Beredning i presidiet"


def test_an_older_case_is_not_held_up(put_in: Decide, inquiry: Callable[..., Case], actor: Any, at: datetime) -> None:
    put_in(days=0)  # holds from tomorrow
    case = actions.perform(inquiry(), "grade", actor=actor("dag"), at=at, data=DECISION)
    assert case.state == "decided"
    with pytest.raises(Refused, match="kan du inte fylla i"):
        actions.enter(case, CODE, data={"text": "x", "day": at.date()}, actor=actor("bo"), at=at)


def test_another_principal_is_not_held_up(
    put_in: Decide, inquiry: Callable[..., Case], actor: Any, person: Any, at: datetime
) -> None:
    row = put_in()
    LocalProcedure.objects.filter(pk=row.pk).update(principal=Principal.objects.get(people=person("sara")))
    assert actions.perform(inquiry(), "grade", actor=actor("dag"), at=at, data=DECISION).state == "decided"


def test_other_steps_and_other_kinds_go_on(
    put_in: Decide, inquiry: Callable[..., Case], assessed: Callable[..., Case], actor: Any, at: datetime
) -> None:
    put_in()
    asa = actor("asa")
    assert actions.perform(assessed("sol"), "investigate", actor=asa, at=at).state == "investigating"
    assert inquiry().state == "investigating"


def test_the_page_asks_for_the_stage_and_tells_that_it_was_passed(
    put_in: Decide, inquiry: Callable[..., Case], browse: Callable[[str], Client], at: datetime
) -> None:
    put_in()
    case, client = inquiry(), browse("bo")
    assert "Beredning i presidiet" in client.get(case.get_absolute_url()).content.decode()
    url = reverse("case-entry", args=[case.ref, CODE])
    assert "Vad har gjorts?" in client.get(url).content.decode()
    page = client.post(url, {"text": "Presidiet läste utredningen.", "day": at.date().isoformat()}, follow=True)
    text = page.content.decode()
    assert "Presidiet läste utredningen." in text and "Ett av kommunens egna steg gjordes" in text


def test_a_new_name_keeps_the_stage_and_its_history(put_in: Decide, actor: Any, at: datetime) -> None:
    first = put_in()
    renamed = {"label": "Presidiets genomgång", "before": "grade", "code": "beredning-i-presidiet"}
    second = put_in(renamed, {"label": "Juristen läser", "before": "close", "code": ""}, days=-3)
    first.refresh_from_db()
    assert first.valid_to == second.valid_from - DAY
    assert [stage["code"] for stage in second.stages] == ["beredning-i-presidiet", "juristen-laser"]
    principal = actor("root").principal_id
    before, now = ((at - days * DAY).date() for days in (5, 0))
    labels = [[s["label"] for s in procedures.held_on(principal, "lex-sarah", day)] for day in (before, now)]
    assert labels == [["Beredning i presidiet"], ["Presidiets genomgång", "Juristen läser"]]
    told = Event.objects.filter(verb="localprocedure.changed").order_by("-id")[0].value.values["stages"]
    assert [stage["label"] for stage in told[0]] == ["Beredning i presidiet"]


def test_a_stage_ends_and_a_coming_end_is_taken_back(put_in: Decide, actor: Any, at: datetime) -> None:
    put_in()
    root = actor("root")
    procedures.set_stages(
        kind="lex-sarah", stages=[], source="§ 20", day=(at + DAY).date(), actor=root, at=at
    )  # fmt: skip
    days = at.date(), (at + DAY).date()
    assert [len(procedures.held_on(root.principal_id, "lex-sarah", day)) for day in days] == [1, 0]
    withdraw(
        procedures.own_procedures(root.principal_id, "lex-sarah"), root.principal_id, seen=None, actor=root, at=at
    )  # fmt: skip
    assert [len(procedures.held_on(root.principal_id, "lex-sarah", day)) for day in days] == [1, 1]


@pytest.mark.parametrize(
    ("stages", "told"),
    [
        ([PRESIDIUM | {"before": "receive"}], "Välj före vilket steg"),
        ([PRESIDIUM | {"before": "report-ivo"}], "Välj före vilket steg"),
        ([PRESIDIUM | {"before": "annul"}], "Välj före vilket steg"),
        ([PRESIDIUM | {"label": "  "}], "Skriv vad steget heter"),
        ([PRESIDIUM | {"label": "x" * 121}], "högst 120 tecken"),
        ([PRESIDIUM, PRESIDIUM | {"label": "beredning i  Presidiet"}], "heter likadant"),
        ([PRESIDIUM | {"label": f"Steg {n}"} for n in range(6)], "högst 5 egna steg"),
        ([], "Inget är ändrat"),
    ],
)
def test_what_is_refused(stages: list[dict[str, str]], told: str, actor: Any, at: datetime) -> None:
    with pytest.raises(Refused, match=told):
        procedures.set_stages(
            kind="lex-sarah", stages=stages, source="x", day=(at + DAY).date(), actor=actor("root"), at=at
        )
    assert not LocalProcedure.objects.exists()


def test_two_at_once_lose_nothing(put_in: Decide, actor: Any, at: datetime) -> None:
    put_in()
    with pytest.raises(Stale):
        procedures.set_stages(
            kind="lex-sarah", stages=[], source="x", day=(at + DAY).date(), seen="annan", actor=actor("root"), at=at
        )


def test_names_that_make_the_same_code_get_their_own(put_in: Decide) -> None:
    long = "En mycket lång beredning som bereds länge av "
    row = put_in(*({"label": label, "before": "grade", "code": ""} for label in (f"{long}A", f"{long}B", "???")))
    codes = [stage["code"] for stage in row.stages]
    assert len(set(codes)) == 3 and all(0 < len(code) <= procedures.LONGEST_CODE for code in codes)


@pytest.mark.parametrize("kind", [kind for kind in CaseKind.values if kind != CaseKind.PRAISE])
def test_every_kind_has_places_and_none_that_the_law_wants_at_once(kind: str) -> None:
    names = {step.name for step in procedures.places(kind)}
    assert names and not names & {"receive", "register", "report-ivo", "report-early", "annul", "hand-over"}
    assert all(FLOWS[kind].start not in step.frm for step in procedures.places(kind))
