"""Everything that is done with processes."""

from hjulet.processes.actions.common import diagram_of, offers
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
    "ask",
    "begin_version",
    "change_facts",
    "create",
    "diagram_of",
    "drop",
    "edit",
    "hang",
    "lay_down_pen",
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
