"""Who may draw a process, and who publishes it for the quality group."""

from __future__ import annotations

from hjulet.core.actor import Actor
from hjulet.org.choices import Duty
from hjulet.processes.models import Process


def may_write(process: Process, actor: Actor) -> bool:
    """Its owner, and those who write steering documents where it holds."""
    if process.principal_id != actor.principal_id:
        return False
    return process.owner_id == actor.person_id or actor.holds_at(Duty.WRITE_DOCUMENTS, process.unit.path or "")


def may_publish(process: Process, actor: Actor) -> bool:
    return process.principal_id == actor.principal_id and actor.holds_at(
        Duty.PUBLISH_PROCESSES, process.unit.path or ""
    )
