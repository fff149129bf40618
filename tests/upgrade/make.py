"""Fills an empty installation for the copies in this folder; see README.md. Run as a program, by hand, once a release."""

from __future__ import annotations

import io

import django

from tests.e2e import world


def main() -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.core.management import call_command
    from PIL import Image

    from hjulet.audit import actions as break_glass
    from hjulet.cases import actions
    from hjulet.cases.models import Case
    from hjulet.core.now import now
    from hjulet.files.actions import store
    from hjulet.org.models import Person
    from hjulet.org.reach import actor_for

    refs, at = world.main(), now()
    people = {p.login: p for p in Person.objects.select_related("principal", "home_unit")}
    asa = actor_for(people["asa"], at=at)
    case = Case.objects.visible_to(asa).get(pk=int(refs["working"].rpartition("-")[2]))
    for color in ("red", "green", "blue"):
        drawn = io.BytesIO()
        Image.new("RGB", (60, 40), color).save(drawn, "PNG")
        actions.add_file(
            case, store(SimpleUploadedFile("golv.png", drawn.getvalue()), actor=asa, at=at), actor=asa, at=at
        )
    asked = break_glass.ask(
        unit=people["cilla"].home_unit,
        track="sol",
        reason="Cilla är borta och någon måste läsa.",
        hours=2,
        actor=asa,
        at=at,
    )
    break_glass.approve(asked, actor=actor_for(people["klara"], at=at), at=at)
    call_command("jobs", "--once")


if __name__ == "__main__":
    django.setup()
    main()
