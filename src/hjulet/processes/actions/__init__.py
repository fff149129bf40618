"""Everything that is done with processes."""

from hjulet.processes.actions.asking import accept_request, ask_change, decline_request
from hjulet.processes.actions.common import diagram_of, offers
from hjulet.processes.actions.looking_over import look_over
from hjulet.processes.actions.publishing import (
    ask,
    drop,
    publish,
    publishers,
    send_back,
    svg_of,
    take_back,
    withdraw,
)
from hjulet.processes.actions.writing import (
    ProcessFacts,
    begin_version,
    change_facts,
    create,
    edit,
    hang,
    lay_down_pen,
    save_changes,
    save_file,
    take_pen,
)

__all__ = [
    "ProcessFacts",
    "accept_request",
    "ask",
    "ask_change",
    "begin_version",
    "change_facts",
    "create",
    "decline_request",
    "diagram_of",
    "drop",
    "edit",
    "hang",
    "lay_down_pen",
    "look_over",
    "offers",
    "publish",
    "publishers",
    "save_changes",
    "save_file",
    "send_back",
    "svg_of",
    "take_back",
    "take_pen",
    "withdraw",
]
