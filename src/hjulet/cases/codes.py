"""Codes for those who have no login: whoever has the code can read and answer, nobody can find it.

Of a code only a digest is kept.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from django.core import signing

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # 32 signs, none that looks like another: five bits each
SIGNS, GROUP = 24, 4  # 120 bits
SALT = "hjulet.unnamed"
PAGE_HOLDS = timedelta(days=2)


def new_code() -> str:
    """A code to be shown once, as QX7F-2KMA-…"""
    signs = "".join(secrets.choice(ALPHABET) for _ in range(SIGNS))
    return "-".join(signs[place : place + GROUP] for place in range(0, SIGNS, GROUP))


def digest_of(code: str) -> str:
    """What is kept of a code, however it was typed. Empty for what cannot be one."""
    signs = "".join(sign for sign in code.upper() if sign.isalnum())
    return hashlib.sha256(f"{SALT}:{signs}".encode()).hexdigest() if len(signs) == SIGNS else ""


def derived(digest: str, track: str) -> str:
    """The digest of the same code for the same event under another law, so that one code opens both."""
    return hashlib.sha256(f"{digest}:{track}".encode()).hexdigest()


def sealed(code: str) -> str:
    """The code as a form carries it, so that sending twice gives the same code and nobody chooses a weak one."""
    return signing.dumps(code, salt=SALT)


def unsealed(token: str) -> str:
    """Raises signing.BadSignature for what we did not write, or wrote too long ago."""
    code: str = signing.loads(token, salt=SALT, max_age=PAGE_HOLDS)
    return code
