"""The procedures as diagrams and tables for docs/procedures.md, drawn out of the flows themselves."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import override

from hjulet.cases.choices import State
from hjulet.cases.flows.deviation import DEVIATION
from hjulet.cases.flows.lex_maria import LEX_MARIA
from hjulet.cases.flows.lex_sarah import LEX_SARAH
from hjulet.cases.flows.licensed import LICENSED
from hjulet.cases.flows.light import PRAISE, SUGGESTION
from hjulet.cases.flows.voice import VOICE
from hjulet.core.flow import Flow, Step
from hjulet.org.choices import Duty

FLOWS = (DEVIATION, LEX_SARAH, LEX_MARIA, LICENSED, VOICE, SUGGESTION, PRAISE)
HEAD = """# Procedures

Drawn from the tables in `src/hjulet/cases/flows/` by `./hjulet manage procedures`; a test fails when it is not
up to date. Change the table, never this file. Steps that leave the state as it is stand in the tables only.
"""


def document() -> str:
    """Every procedure as Markdown, with a Mermaid diagram and a table of its steps; in Swedish, as the tables are."""
    with override("sv"):
        return HEAD + "".join(f"\n{_one(flow)}" for flow in FLOWS)


def _one(flow: Flow) -> str:
    lines = [f"## {flow.label}", "", "```mermaid", "stateDiagram-v2", *_diagram(flow), "```", "", *_table(flow), ""]
    return "\n".join(lines)


def _diagram(flow: Flow) -> Iterator[str]:
    used = {code for step in flow.steps for code in (*step.frm, step.to) if code}
    for code in State.values:
        if code in used:
            yield f'    state "{State(code).label}" as {_name(code)}'
    yield f"    [*] --> {_name(flow.start)}"
    for step in flow.steps:
        if step.to is not None:
            for code in (code for code in State.values if code in step.frm):
                yield f"    {_name(code)} --> {_name(step.to)}: {step.label}"
    for code in (code for code in State.values if code in flow.ends & used):
        yield f"    {_name(code)} --> [*]"


def _name(code: str) -> str:
    return code.replace("-", "_")


def _table(flow: Flow) -> Iterator[str]:
    yield "| Steg | Från | Till | Uppdrag | Lagrum | Startar | Stoppar | Bekräftas |"
    yield "|---|---|---|---|---|---|---|---|"
    for step in flow.steps:
        yield "| " + " | ".join(_cells(step)) + " |"


def _cells(step: Step) -> list[str]:
    return [
        str(step.label),
        ", ".join(str(State(code).label) for code in State.values if code in step.frm),
        str(State(step.to).label) if step.to else "",
        ", ".join(str(duty.label) for duty in Duty if duty in step.by),
        step.basis,
        ", ".join((*step.starts, *step.starts_at_event)),
        ", ".join(step.stops),
        "ja" if step.reauth else "",
    ]
