"""Steps in another order, and steps taken away: the flow closes behind them."""

from __future__ import annotations

from django.utils.translation import gettext as _

from hjulet.processes.bpmn.changes import Work, hung_on, put_after, put_before
from hjulet.processes.bpmn.elements import Element, kind
from hjulet.processes.bpmn.model import Diagram


def move(diagram: Diagram, own: str, before: str | None) -> None:
    """Puts a step before another in a straight sequence; None: last. Flows keep their ids and names.

    Raises ValueError, in Swedish, where branches make it unclear what would be meant.
    """
    work = Work(diagram)
    node = work.node(own)
    _check_moves(work, own)
    target = work.node(before) if before else _end_of(work, own)
    if target is None or target is node:
        return
    if work.found.held_by(node) is not work.found.held_by(target):
        raise ValueError(_("Stegen står i olika delprocesser. Ta bort steget och lägg till det på det nya stället."))
    if before or kind(target) == "endEvent":
        _put_before(work, own, target.get("id"))
        put_before(target, node)
    else:
        _put_last(work, own, target.get("id"))
        put_after(target, node)


def remove(diagram: Diagram, own: str) -> None:
    """Takes a step away with all that stands in it or hangs on it. What led to it leads to what came after, if that
    is one step; what came after follows on what came before, if that is one.
    """
    work = Work(diagram)
    work.node(own)
    for event in hung_on(work, own):
        _cut_out(work, event)
    _close(work, own)
    _cut_out(work, own)


# Moving -------------------------------------------------------------------------------------------------------------


def _check_moves(work: Work, own: str) -> None:
    node = work.node(own)
    if kind(node) in ("startEvent", "endEvent"):
        raise ValueError(_("En start står först och ett slut sist. Flytta de andra stegen i stället."))
    if kind(node) == "boundaryEvent":
        raise ValueError(_("Händelsen hör till sitt steg och flyttas med det."))
    if len(work.into(own)) > 1 or len(work.out_of(own)) > 1:
        raise ValueError(_("Steget har flera vägar in eller ut. Ändra i stället vad som kommer efter varje steg."))


def _end_of(work: Work, own: str) -> Element | None:
    """The last of the straight sequence that a step stands in; None if it is last already."""
    here, met = own, {own}
    while ways := work.out_of(here):
        if len(ways) > 1:
            raise ValueError(_("Flödet delar sig längre fram. Säg i stället vilket steg det ska stå före."))
        here = work.found.ends(ways[0])[1]
        if here in met or here not in work.found.nodes:
            raise ValueError(_("Flödet går runt. Säg i stället vilket steg det ska stå före."))
        met.add(here)
    if here != own:
        return _unless_next(work, own, work.node(here))
    return None if work.into(own) else _last_loose(work, own)


def _unless_next(work: Work, own: str, last: Element) -> Element | None:
    """None if a step stands right before the end already."""
    followers = {work.found.ends(flow)[1] for flow in work.out_of(own)}
    return None if kind(last) == "endEvent" and last.get("id") in followers else last


def _last_loose(work: Work, own: str) -> Element | None:
    """For a step outside the flow: the last other one outside it."""
    container = work.found.held_by(work.node(own))
    assert container is not None  # a step is one by standing in a container
    loose = [node for node in work.found.inside(container) if _is_loose(work, node.get("id"))]
    return None if not loose or loose[-1].get("id") == own else loose[-1]


def _is_loose(work: Work, own: str) -> bool:
    return not work.into(own) and not work.out_of(own)


def _put_before(work: Work, own: str, target: str) -> None:
    """The flow into the target leads to the step, the step's own on to the target, and what led to it past it."""
    into, out = work.into(own), work.out_of(own)
    if out and work.found.ends(out[0])[1] == target:
        return
    entries = work.into(target)
    if kind(work.node(target)) in ("startEvent", "boundaryEvent"):
        raise ValueError(_("Inget steg kan stå före en start eller en händelse under ett steg."))
    if len(entries) > 1:
        raise ValueError(_("Flera vägar leder till det steget. Ändra i stället vad som kommer efter varje steg."))
    if not entries and _is_loose(work, own) and _is_loose(work, target):
        return
    _take_out(work, into, out)
    for entry in work.into(target):
        work.turn(entry, target=own)
    _lead(work, out, own, target)


def _put_last(work: Work, own: str, last: str) -> None:
    into, out = work.into(own), work.out_of(own)
    if _is_loose(work, own):
        return
    _take_out(work, into, out)
    _lead(work, out, last, own)


def _take_out(work: Work, into: list[Element], out: list[Element]) -> None:
    """What led to the step leads past it; a step that stood last leaves nothing behind."""
    for flow in into:
        if out:
            work.turn(flow, target=work.found.ends(out[0])[1])
        else:
            work.drop_flow(flow)


def _lead(work: Work, flows: list[Element], source: str, target: str) -> None:
    if flows:
        work.turn(flows[0], source, target)
    else:
        work.add_flow(source, target)


# Removing -----------------------------------------------------------------------------------------------------------


def _close(work: Work, own: str) -> None:
    """Joins what came before a step with what came after it."""
    into = [flow for flow in work.into(own) if work.found.ends(flow)[0] != own]
    out = [flow for flow in work.out_of(own) if work.found.ends(flow)[1] != own]
    if len(out) == 1:
        after = work.found.ends(out[0])[1]
        for flow in into:
            _join(work, flow, target=after)
    elif len(into) == 1:
        before = work.found.ends(into[0])[0]
        for flow in out:
            _join(work, flow, source=before)


def _join(work: Work, flow: Element, source: str = "", target: str = "") -> None:
    """Turns a flow to its new end, unless it would lead nowhere new."""
    start, end = work.found.ends(flow)
    start, end = source or start, target or end
    twins = [other for other in work.out_of(start) if work.found.ends(other)[1] == end and other is not flow]
    same = any((other.get("name") or "") == (flow.get("name") or "") for other in twins)
    if start != end and not same:
        work.turn(flow, source, target)


def _cut_out(work: Work, own: str) -> None:
    """Takes a step and its flows out, and those of what stands in it."""
    within = {below for element in work.node(own).iter() if (below := element.get("id"))}
    for flow in list(work.found.flows.values()):
        if within.intersection(work.found.ends(flow)):
            work.drop_flow(flow)
    work.drop_all([own])
