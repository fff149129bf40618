"""The words of a case in the form they are searched in: lower case, since databases disagree about Å, Ä and Ö."""

import re

MOST = 20_000


def searchable(*texts: str) -> str:
    return " ".join(" ".join(texts).split()).lower()[:MOST]


def terms(query: str) -> list[str]:
    """The words of a question; every one must be found. At most eight."""
    return [word for word in re.findall(r"[\w-]+", query.lower()) if len(word) > 1][:8]
