"""Changes to a process as its table has them. Each leaves the file whole, with all that other tools wrote in it.

The drawing is left without places for what is new: `layout.complete` or `layout.lay_out` comes after.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from hjulet.processes.bpmn.changes import Work, clean, put_after, same, set_or_drop
from hjulet.processes.bpmn.elements import Element, is_activity, kind, name_of, tag
from hjulet.processes.bpmn.interchange import EDGE, label_of, points_at, put_label
from hjulet.processes.bpmn.kinds import set_type
from hjulet.processes.bpmn.lanes import add_lane, main_process, put_in_lane, remove_lane, rename_lane, set_lane
from hjulet.processes.bpmn.model import NODE_TYPES, OWN, OWN_FACTS, Diagram
from hjulet.processes.bpmn.moving import move, remove
from hjulet.processes.bpmn.parts import lane_leaves, lanes_of_nodes
from hjulet.processes.bpmn.spacing import make_room

__all__ = [
    "add_lane",
    "add_step",
    "move",
    "remove",
    "remove_lane",
    "rename",
    "rename_lane",
    "set_facts",
    "set_lane",
    "set_next",
    "set_type",
]


def add_step(diagram: Diagram, *, after: str | None, type: str, name: str, lane: str) -> str:
    """A new step; its id. After a step with one way on, it is put into that way; else it is a new branch.

    `after` None: outside the flow, last in the first process. `lane` empty: as the step before. An event under a step
    hangs on `after`. Raises ValueError, in Swedish, where no step can stand.
    """
    work = Work(diagram)
    before = work.node(after) if after else None
    _check_new(before, type)
    container = work.found.held_by(before) if before is not None else _container_for(work, clean(lane))
    assert container is not None  # a step is one by standing in a container
    new = work.make(type, "step")
    set_or_drop(new, "name", clean(name))
    own = str(new.get("id"))
    if before is not None:
        put_after(before, new)
    else:
        work.put_in_container(container, new)
    work.found.nodes[own] = new
    wanted = clean(lane) or (_lane_of(work, container, after) if after else "")
    if after and type == "boundaryEvent":
        new.set("attachedToRef", after)
    elif after:
        make_room(work.found, after, name, type)
        _insert(work, after, own, type)
    if wanted:
        put_in_lane(work, own, wanted)
    return own


def rename(diagram: Diagram, own: str, name: str) -> None:
    """Gives a step another name."""
    work = Work(diagram)
    node = work.node(own)
    if not same(clean(name), name_of(node)):
        set_or_drop(node, "name", clean(name))


def set_facts(diagram: Diagram, own: str, **facts: str) -> None:
    """Sets what the table holds and BPMN has no place for (`OWN_FACTS`); an empty text takes the fact away."""
    unknown = facts.keys() - set(OWN_FACTS)
    if unknown:
        raise TypeError(f"no such fact: {', '.join(sorted(unknown))}")
    node = Work(diagram).node(own)
    for fact, value in facts.items():
        set_or_drop(node, tag(fact, OWN), clean(value))


def set_next(diagram: Diagram, own: str, ways: Sequence[tuple[str, str]]) -> None:
    """Where a step leads: ids, and what each branch is called. Flows that stay keep their ids and places.

    Raises ValueError, in Swedish, where a flow cannot run.
    """
    work = Work(diagram)
    node = work.node(own)
    for target, _label in ways:
        _check_way(work, node, target)
    if ways and kind(node) == "endEvent":
        raise ValueError(_("Ett slut leder inte vidare. Ändra typen först."))
    left = work.out_of(own)
    for target, label in ways:
        kept = _same_way(work, left, target, clean(label))
        if kept is None:
            work.add_flow(own, target, label)
        else:
            left.remove(kept)
            _name_flow(work, kept, clean(label))
    for flow in left:
        work.drop_flow(flow)


# A new step ---------------------------------------------------------------------------------------------------------


def _check_new(before: Element | None, type_: str) -> None:
    here = kind(before) if before is not None else ""
    for wrong, reason in (
        (type_ not in NODE_TYPES, _("Välj en typ i listan.")),
        (
            type_ == "boundaryEvent" and not (here and is_activity(here)),
            _("En händelse under ett steg måste höra till ett steg. Välj vilket."),
        ),
        (
            here == "endEvent",
            _("Efter ett slut kan inget stå. Lägg till steget efter det steg som leder dit."),
        ),
        (here and type_ == "startEvent", _("En start kan inte stå efter ett annat steg.")),
    ):
        if wrong:
            raise ValueError(reason)


def _container_for(work: Work, lane: str) -> Element:
    """The process that has a lane, or a pool, with that name, else the first one."""
    for process in work.found.processes():
        pool = work.found.pool_of(process)
        names = [name_of(one) for one in work.found.lanes(process)] + ([name_of(pool)] if pool is not None else [])
        if lane and any(same(lane, name) for name in names):
            return process
    return main_process(work)


def _lane_of(work: Work, container: Element, own: str) -> str:
    """The name of the lane that a step stands in."""
    at = lanes_of_nodes(work.found, container).get(own)
    return name_of(lane_leaves(work.found, container)[at]) if at is not None else ""


def _insert(work: Work, after: str, own: str, type_: str) -> None:
    ways = work.out_of(after)
    if len(ways) == 1 and type_ != "endEvent":
        target = work.found.ends(ways[0])[1]
        work.turn(ways[0], target=own)
        if target in work.found.nodes:
            work.add_flow(own, target)
    else:
        work.add_flow(after, own)


# Where a step leads -------------------------------------------------------------------------------------------------


def _check_way(work: Work, node: Element, target: str) -> None:
    found = work.node(target)
    for wrong, reason in (
        (kind(found) == "startEvent", _("Ett flöde kan inte leda till en start.")),
        (
            kind(found) == "boundaryEvent",
            _("Ett flöde kan inte leda till en händelse under ett steg. Välj steget."),
        ),
        (
            work.found.held_by(found) is not work.found.held_by(node),
            _("Ett flöde kan inte gå in i eller ut ur en delprocess eller mellan två pooler. Välj ett annat steg."),
        ),
    ):
        if wrong:
            raise ValueError(reason)


def _same_way(work: Work, flows: list[Element], target: str, label: str) -> Element | None:
    """The flow that leads there already, first one with the same name."""
    there = [flow for flow in flows if work.found.ends(flow)[1] == target]
    named = (flow for flow in there if same(flow.get("name") or "", label))
    return next(named, there[0] if there else None)


def _name_flow(work: Work, flow: Element, label: str) -> None:
    """A name of another length gets another place."""
    if same(label, flow.get("name") or ""):
        return
    set_or_drop(flow, "name", label)
    for edge in work.root.iter(EDGE):
        if points_at(edge) == flow.get("id") and label_of(edge):
            put_label(edge, None)
