"""A principal's roles, what they open, the register of responsibilities, and who receives a report first."""

from __future__ import annotations

from typing import Any

from hjulet.org.choices import Duty, Track
from hjulet.org.models import Principal, ReceivingRule, Responsibility, Role, RoleDuty
from hjulet.setups.content import read


def load_access(principal: Principal, *, setup: str, labels: dict[str, str]) -> dict[str, Role]:
    """Writes what access.yaml and organisation.yaml say, for a principal that has no roles yet.

    `labels` are the set-up's own names of roles. Returns the roles by code.
    """
    given = read("organisation")["roles"]
    roles = {
        role.code: role
        for role in Role.objects.bulk_create(
            Role(
                principal=principal,
                code=row["code"],
                label=labels.get(row["code"], row["label"]),
                help=row["help"],
            )
            for row in given
        )
    }
    RoleDuty.objects.bulk_create(
        RoleDuty(role=roles[code], duty=Duty(duty), tracks=[str(Track(track)) for track in tracks])
        for code, duties in read("access")["roles"].items()
        for duty, tracks in duties.items()
    )
    levels = {row["code"]: row["level"] for row in given}
    Responsibility.objects.bulk_create(_responsibility(principal, row, setup, roles, levels) for row in _duties())
    ReceivingRule.objects.bulk_create(
        ReceivingRule(principal=principal, track=Track(track), misconduct=rule["misconduct"], duty=Duty(rule["duty"]))
        for rule in read("access")["receiving"]
        for track in rule["tracks"]
    )
    return roles


def _duties() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = read("organisation")["duties"]
    return rows


def _responsibility(
    principal: Principal, row: dict[str, Any], setup: str, roles: dict[str, Role], levels: dict[str, str]
) -> Responsibility:
    holder = row["holders"][setup]
    return Responsibility(
        principal=principal,
        duty=row["code"],
        label=row["label"],
        label_en=row["label_en"],
        basis=row["basis"],
        role=roles[holder],
        level=levels[holder],
    )
