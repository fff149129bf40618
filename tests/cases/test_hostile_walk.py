"""A walk through the open doors by someone who means harm: from a guess at a code to a hostile attachment (NEW-3, CMP-1).

One test, one walk, so that what one door gives away is tried at the next.
"""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.cases.test_public_door import CODE, DOOR, FOLLOW, fields, opened

from hjulet.cases import codes
from hjulet.cases.models import Case
from hjulet.core.models import Event

pytestmark = [pytest.mark.django_db, pytest.mark.capability("NEW-3")]

SCRIPT = '<script>alert(1)</script> =HYPERLINK("http://ond.example","klicka") {{ 7|add:7 }} \u202e'


def follow(client: Client, code: str) -> Any:
    return client.post(FOLLOW, {"code": code, "sprak": "sv"})


def hostile() -> list[SimpleUploadedFile]:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("noll", b"\0" * 5_000_000)
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'
    return [
        SimpleUploadedFile("semester.jpg", b"MZ\x90\x00" + b"\0" * 200, "image/jpeg"),  # a program by another name
        SimpleUploadedFile("../../../../etc/cron.d/x.png", b"* * * * * root id", "image/png"),
        SimpleUploadedFile("bild.svg", svg, "image/svg+xml"),
        SimpleUploadedFile("bild.png", svg, "image/png"),
        SimpleUploadedFile("bilder.pdf", bomb.getvalue(), "application/pdf"),
        SimpleUploadedFile("sida.html", b"<script>alert(1)</script>", "text/html"),
    ]


def test_from_a_guessed_code_to_a_hostile_attachment(browse: Any, settings: Any) -> None:
    settings.DOOR_MOST = 1_000
    stranger = Client(REMOTE_ADDR="203.0.113.9")
    # A case that someone else sent in, with words meant to run where they are read.
    sent = Client(REMOTE_ADDR="198.51.100.7").post(DOOR, fields(opened(Client()), description=SCRIPT))
    code = CODE.search(sent.content.decode())
    assert code is not None
    case = Case.objects.unscoped(reason="test").get(kind="complaint")

    # Guesses: a right one and a wrong one look alike once there have been many, and nothing says how near it was.
    wrong = [follow(stranger, codes.new_code()) for _ in range(100)]
    assert {answer.status_code for answer in wrong} == {422}
    told = follow(stranger, code[1])
    assert told.status_code == 422 and case.ref not in told.content.decode()
    assert case.code_digest and code[1] not in case.code_digest
    # She who has it, from elsewhere, gets in.
    assert case.ref in follow(Client(REMOTE_ADDR="192.0.2.44"), code[1]).content.decode()

    # Odd ways in: another's case by its number, a code with SQL or a wildcard, a cookie of one's own making.
    for typed in ("' OR 1=1 --", "%", "*" * 24, case.ref, "\x00" * 24, "٢" * 24):
        assert follow(Client(REMOTE_ADDR="192.0.2.45"), typed).status_code in {400, 422}
    assert stranger.get(f"/arenden/{case.ref}/").status_code == 302
    assert stranger.get(f"/arenden/{case.ref}/fil/1/").status_code == 302

    # Attachments: none is taken in, each refusal says why and keeps the words, and nothing is left behind.
    for file in hostile():
        page = stranger.post(DOOR, fields(opened(stranger), description="Se bilden.", files=[file]))
        assert page.status_code == 422, file.name
        assert "Se bilden." in page.content.decode(), file.name
    assert Case.objects.unscoped(reason="test").filter(kind="complaint").count() == 1

    # The registrar reads it: the words are shown as words, in the page, the list and the file.
    goran = browse("goran")
    shown = goran.get(f"/arenden/{case.ref}/").content.decode()
    assert "<script>alert(1)</script>" not in shown and "&lt;script&gt;" in shown and "{{ 7|add:7 }}" in shown
    table = b"".join(goran.get("/arenden/export/?format=csv&val=alla").streaming_content).decode("utf-8-sig")
    assert not any(cell.startswith("=") for row in table.splitlines() for cell in row.split(";"))

    # And the log, which many may read one day, holds neither address nor code.
    kept = " ".join(str(row) for row in Event.objects.values_list("actor_label", "verb", "object_type"))
    assert "203.0.113.9" not in kept and code[1] not in kept
