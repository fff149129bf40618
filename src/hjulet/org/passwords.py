"""Refuses a new password that is among the first to be tried. There are no rules about which characters it holds."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Any

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

FEWEST_DIFFERENT = 5
LEAST_OF_ONES_OWN = 5  # letters left when all that is easily known has been taken away
# Words that Swedish passwords are built from, besides the names of the person, the municipality and the product.
_WORDS = (
    "hjulet lösenord lösen password passord hemlig hemligt hemlighet välkommen welcome sommar "
    "sommaren vinter vintern vår våren höst hösten januari februari mars april maj juni juli augusti september "
    "oktober november december måndag tisdag onsdag torsdag fredag lördag söndag kommun kommunen omsorg socialtjänst "
    "äldreomsorg hemtjänst boende enhetschef undersköterska sjuksköterska sverige svensk admin qwerty qwertyuiop "
    "asdfgh asdfghjkl abc abcdef abcdefghijklmnopqrstuvwxyzåäö hejsan hej iloveyou älskar"
)


class NotGuessable:
    """One of AUTH_PASSWORD_VALIDATORS; `user` is a Person, or None."""

    def validate(self, password: str, user: Any = None) -> None:
        if is_guessable(password, words_about(user)):
            raise ValidationError(
                _(
                    "Lösenordet är lätt att gissa: det består mest av vanliga ord, namn eller upprepningar. "
                    "Skriv en mening som bara du kommer på."
                ),
                code="password_guessable",
            )

    def get_help_text(self) -> str:
        return _("Inte vanliga ord, ditt namn eller kommunens namn med siffror efter.")


def words_about(user: Any) -> frozenset[str]:
    """The words that a colleague knows of someone: names, login, title, workplace, municipality."""
    if user is None or not hasattr(user, "login"):
        return frozenset()
    told = [user.login, user.name, user.title, user.email.partition("@")[0], user.principal.name]
    if user.home_unit:
        told.append(user.home_unit.name)
    return frozenset(word for text in told for word in re.findall(r"[^\W\d_]{3,}", _folded(text)))


def is_guessable(password: str, about: frozenset[str] = frozenset()) -> bool:
    folded = _folded(password)
    if len(set(folded)) < FEWEST_DIFFERENT:
        return True
    rest = folded
    for word in sorted(_words() | about, key=len, reverse=True):
        rest = rest.replace(word, " ")
    if len(_letters(rest)) < LEAST_OF_ONES_OWN:
        return True
    return _is_common(folded) or _is_common(_letters(folded))


def _folded(text: str) -> str:
    """Without case and dots: Lövdala and lovdala are the same guess."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in parts if not unicodedata.combining(letter))


def _letters(text: str) -> str:
    return re.sub(r"[\W\d_]+", "", text)


def _is_common(text: str) -> bool:
    """On the list of the most common passwords, or two of them after each other."""
    known = _common()
    return text in known or any(text[:i] in known and text[i:] in known for i in range(3, len(text) - 2))


@cache
def _words() -> frozenset[str]:
    return frozenset(_folded(_WORDS).split())


@cache
def _common() -> frozenset[str]:
    """Twenty thousand passwords, the list that comes with Django."""
    listed: set[str] = CommonPasswordValidator().passwords
    return frozenset(listed)
