"""Run as a program by test_backup.py: reports cases and stores and removes files until a file named stop is there.

Prints the key of each case once it has been acknowledged.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import django

TEXT = "Rapport medan säkerhetskopian gjordes."


def main() -> None:
    from django.conf import settings

    from hjulet.cases import actions
    from hjulet.core.now import now
    from hjulet.org.models import Person
    from hjulet.org.reach import actor_for

    at, unit = now(), Person.objects.get(login="juno").home_unit
    juno = actor_for(Person.objects.select_related("principal", "home_unit").get(login="juno"), at=at)
    stop, number = Path(settings.DATA_DIR) / "stop", 0
    while not stop.exists():
        told = actions.Report(unit=unit, description=TEXT, reported_harm="no")  # type: ignore[arg-type]
        print(actions.report(told, actor=juno, at=at).pk, flush=True)
        number += 1
        _store_and_remove(number, juno, at)


def _store_and_remove(number: int, juno: Any, at: Any) -> None:
    """Of three files one is removed at once."""
    from django.core.files.uploadedfile import SimpleUploadedFile
    from PIL import Image

    from hjulet.files.actions import remove, store

    drawn = io.BytesIO()
    Image.new("RGB", (40, 40), (number % 256, 90, 40)).save(drawn, "PNG")
    file = store(SimpleUploadedFile("bild.png", drawn.getvalue()), actor=juno, at=at)
    if number % 3 == 0:
        remove(file, actor=juno, at=at)


if __name__ == "__main__":
    django.setup()
    main()
