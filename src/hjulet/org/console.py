"""Passwords at the terminal: never as an argument, where the machine's other users and the shell's history see it."""

from __future__ import annotations

import getpass
import sys

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from hjulet.org.models import Person


def ask_password(person: Person | None = None) -> str:
    """Asks twice, or reads one line when input comes from a file or a pipe. Raises CommandError."""
    if sys.stdin.isatty():
        password = getpass.getpass(_("Nytt lösenord: "))
        if getpass.getpass(_("En gång till: ")) != password:
            raise CommandError(_("De två lösenorden är inte lika. Inget är ändrat."))
    else:
        password = sys.stdin.readline().rstrip("\n")
    try:
        validate_password(password, person)
    except ValidationError as problem:
        raise CommandError(" ".join(problem.messages)) from problem
    return password
