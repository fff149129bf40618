"""A round to fill in, made without the pages that plan it."""

from __future__ import annotations

from typing import Any

from hjulet.checks.models import Checklist, ChecklistVersion, Round

CONTENT: dict[str, Any] = {
    "scale": {"min": 0, "max": 2, "anchors": {"0": "Nej", "1": "Delvis", "2": "Ja"}},
    "target": "1.6",
    "areas": [
        {
            "code": "kvall",
            "label": "Kväll och natt",
            "questions": [
                {
                    "code": "kvall-1",
                    "text": "Serveras ett kvällsmål efter klockan 20?",
                    "weight": 2,
                    "evidence": "Matsedeln och kylen i köket.",
                    "reference": "Rutin för måltider",
                    "follow_up": "Vad hindrar?",
                },
                {
                    "code": "kvall-2",
                    "text": "Är nattfastan högst elva timmar?",
                    "weight": 1,
                    "evidence": "",
                    "reference": "",
                },
            ],
        },
        {
            "code": "miljo",
            "label": "Måltidsmiljö",
            "questions": [
                {
                    "code": "miljo-1",
                    "text": "Äter personalen med som pedagogisk måltid?",
                    "weight": 1,
                    "evidence": "",
                    "reference": "",
                }
            ],
        },
    ],
}


def make_round(unit: Any) -> Round:
    checklist, _made = Checklist.objects.get_or_create(
        principal_id=unit.principal_id, code="maltider", defaults={"unit": unit, "title": "Mat och måltider"}
    )
    version, _made = ChecklistVersion.objects.get_or_create(
        checklist=checklist, number=1, defaults={"content": CONTENT}
    )
    return Round.objects.create(version=version, unit=unit)
