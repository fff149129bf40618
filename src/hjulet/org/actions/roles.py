"""Verbs of what holds for a whole principal: roles, responsibilities and receivers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from hjulet.core.actor import Actor
from hjulet.org.actions.changing import changing, note, same_principal, unchanged, write
from hjulet.org.models import Principal, ReceivingRule, Responsibility, Role, RoleDuty


def rename_role(
    *, role: Role, label: str, help: str = "", seen: str | None = None, actor: Actor | None, at: datetime
) -> Role:
    """The municipality's own word for a role. The code never changes."""
    with changing(role.principal_id, actor, at):
        role.refresh_from_db()
        unchanged(role, seen)
        write(role, {"label": label, "help": help}, "role.renamed", actor, at)
    return role


def set_role_duties(
    *,
    role: Role,
    duties: Mapping[str, Iterable[str]],
    seen: str | None = None,
    actor: Actor | None,
    at: datetime,
) -> Role:
    """Which duties a role carries, with its tracks; no tracks means all. Those left out are taken away."""
    with changing(role.principal_id, actor, at):
        role.refresh_from_db()
        unchanged(role, seen)
        old = {duty: sorted(tracks) for duty, tracks in role.duties.values_list("duty", "tracks")}
        new = {str(duty): sorted(str(track) for track in tracks) for duty, tracks in duties.items()}
        if old == new:
            return role
        role.duties.exclude(duty__in=list(new)).delete()
        for duty, tracks in new.items():
            RoleDuty.objects.update_or_create(role=role, duty=duty, defaults={"tracks": tracks})
        note("role.duties", role, actor, at, duties=[old, new])
    return role


def set_responsibility_role(
    *,
    responsibility: Responsibility,
    role: Role,
    level: str | None = None,
    seen: str | None = None,
    actor: Actor | None,
    at: datetime,
) -> Responsibility:
    """Which role holds a duty of the management system, and on which level (ORG-4)."""
    with changing(responsibility.principal_id, actor, at):
        responsibility.refresh_from_db()
        unchanged(responsibility, seen)
        same_principal(responsibility.principal_id, role)
        new = {"role_id": role.pk, "level": level or responsibility.level}
        write(responsibility, new, "responsibility.changed", actor, at)
        responsibility.refresh_from_db()
    return responsibility


def set_receiving_rule(
    *,
    principal: Principal,
    track: str,
    misconduct: bool,
    duty: str,
    seen: str | None = None,
    actor: Actor | None,
    at: datetime,
) -> ReceivingRule:
    """Who receives a report first. Cases that already lie somewhere stay there."""
    with changing(principal.pk, actor, at):
        rule = ReceivingRule.objects.filter(principal=principal, track=track, misconduct=misconduct).first()
        if rule is None:
            rule = ReceivingRule.objects.create(principal=principal, track=track, misconduct=misconduct, duty=duty)
            note("receivingrule.created", rule, actor, at, track=track, misconduct=misconduct, duty=duty)
            return rule
        unchanged(rule, seen)
        write(rule, {"duty": duty}, "receivingrule.changed", actor, at)
    return rule
