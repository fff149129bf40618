"""A small principal with people who get mail, and a real SMTP server on a loopback port."""

from __future__ import annotations

import email
import email.policy
import socket
from collections.abc import Iterator
from datetime import date, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from hjulet.core.actor import Actor
from hjulet.core.clocks import STOCKHOLM
from hjulet.org.models import Person, Principal, Unit
from hjulet.org.reach import actor_for


@pytest.fixture(autouse=True)
def _own_data_folder(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path


class Postbox:
    """What a mail server on a free loopback port has taken in. `refuse` answers recipients with an error."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.refuse = ""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.controller: Controller | None = None

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if self.refuse and address == self.refuse:
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        return "250 OK"

    def start(self) -> None:
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self.controller.start()

    def stop(self) -> None:
        if self.controller is not None:
            self.controller.stop(no_assert=True)
            self.controller = None

    def to(self, address: str) -> list[EmailMessage]:
        return [mail for mail in self.mails if mail["To"] == address]


@pytest.fixture
def postbox(settings: Any) -> Iterator[Postbox]:
    box = Postbox()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", box.port, 5
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = False
    settings.BASE_URL = "https://hjulet.example"
    box.start()
    yield box
    box.stop()


@pytest.fixture
def provby(db: None) -> Principal:
    """Apart from the demo municipality, which a test with real transactions may have emptied away."""
    return Principal.objects.create(code="provby", name="Provby kommun")


@pytest.fixture
def ekbacken(provby: Principal) -> Unit:
    values = {"name": "Ekbacken", "kind": "unit", "path": "900001", "valid_from": date(2020, 1, 1)}
    return Unit.objects.create(principal=provby, code="ekbacken", **values)


def _person(login: str, name: str, unit: Unit, **more: Any) -> Person:
    values = {"email": f"{login}@provby.example", **more}
    return Person.objects.create(login=f"prov-{login}", name=name, principal=unit.principal, home_unit=unit, **values)


@pytest.fixture
def asa(ekbacken: Unit) -> Person:
    return _person("asa", "Åsa Andersson", ekbacken, title="enhetschef")


@pytest.fixture
def bo(ekbacken: Unit) -> Person:
    return _person("bo", "Bo Berg", ekbacken, language="en")


@pytest.fixture
def juno(ekbacken: Unit) -> Person:
    return _person("juno", "Juno Jansson", ekbacken, email="")


@pytest.fixture
def asa_actor(asa: Person) -> Actor:
    return actor_for(asa, at=moment("2026-11-05T09:00"))


def moment(text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=STOCKHOLM, fold=fold)
