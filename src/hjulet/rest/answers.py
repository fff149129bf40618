"""From a Django form's errors to a problem with field errors, so that a program hears what a page would say."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.utils.translation import gettext as _
from pydantic.alias_generators import to_camel

from hjulet.core.personal_number import has_personal_number
from hjulet.core.problem import FieldError, Problem


def refuse(field: str, message: str) -> Problem:
    """A problem with one field, by its name in the request."""
    return Problem(422, message, errors=(FieldError(field, message),))


def without_personal_number(field: str, text: str) -> str:
    """The text of a question in an address, which may land in logs on its way here. Raises Problem 422."""
    if has_personal_number(text):
        raise refuse(field, _("Ett personnummer får aldrig stå i en adress. Sök med POST /search i stället."))
    return text


def warn_about_personal_numbers(texts: dict[str, str], *, ok: bool) -> None:
    """Stops a text that seems to hold a personal number, unless the caller means it. Raises Problem 422."""
    found = [name for name, text in texts.items() if has_personal_number(text)]
    if found and not ok:
        words = _("Det ser ut som ett personnummer. Ta bort det om du kan. Behövs det, skicka personalNumberOk: true.")
        raise Problem(422, words, errors=tuple(FieldError(name, words) for name in found))


def cleaned(form: forms.Form, names: dict[str, str] | None = None) -> dict[str, Any]:
    """The form's values. Raises Problem 422.

    `names` maps a form field to the request's name for it, when it is not just the same in camelCase.
    """
    if form.is_valid():
        return form.cleaned_data
    raise problem_of(form, names or {})


def problem_of(form: forms.Form, names: dict[str, str]) -> Problem:
    errors = tuple(
        FieldError("" if name == NON_FIELD_ERRORS else names.get(name, to_camel(name)), str(message))
        for name, messages in form.errors.items()
        for message in messages
    )
    return Problem(422, _("Rätta det som står i errors och skicka igen."), errors=errors)
