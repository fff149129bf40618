"""Finds Swedish personal identity numbers in free text, to warn; the number itself is never logged or stored."""

import re

from personnummer.personnummer import valid

CANDIDATE = re.compile(r"(?<!\d)(?:\d{2})?\d{6}[-+ ]?\d{4}(?!\d)")


def has_personal_number(text: str) -> bool:
    """Whether the text holds something that is a valid personal or co-ordination number."""
    return any(valid(match.group().replace(" ", "-")) for match in CANDIDATE.finditer(text))
