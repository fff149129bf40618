"""Many steering documents, and the searches among them: as many texts as there are cases."""

# ruff: noqa: S608 - names come from the models, every value goes as a parameter

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from random import Random
from typing import Any

from django.db import connection

from bench.words import DONE, WHAT, WHEN
from hjulet.core.swedish_words import index_words
from hjulet.documents.content import load_types
from hjulet.documents.models import Document, DocumentType, Version
from hjulet.org.models import Unit

AT_ONCE = 5_000
# A word for each kind of search, and one document in how many has it.
RARE, MIDDLING, COMMON = "epilepsilarm", "nyckelskåp", "rutin"
EVERY = {RARE: 40_000, MIDDLING: 150}
DOCUMENT, VERSION = Document._meta.db_table, Version._meta.db_table


def load_documents(town: Any, count: int, at: datetime) -> None:
    """So many documents in force, spread over the units, each with one version."""
    load_types()
    routine = DocumentType.objects.get(code="routine")
    units = list(Unit.objects.of(town.head.principal_id).filter(path__isnull=False).values_list("pk", flat=True))
    told = {text: index_words(text) for text in (*WHAT, *WHEN, *DONE, *EVERY, COMMON)}
    rows = _rows(count, told)
    number = 0
    while batch := list(islice(rows, AT_ONCE)):
        made = Document.objects.bulk_create(
            Document(
                principal_id=town.head.principal_id,
                unit_id=units[(number + place) % len(units)],
                type=routine,
                code=f"dokument-{number + place}",
                title=title,
                owner_id=town.head.pk,
                review_months=12,
                search_text=words,
            )
            for place, (title, _text, words) in enumerate(batch)
        )
        Version.objects.bulk_create(
            Version(
                document=document,
                number=1,
                state="adopted",
                title=title,
                text=text,
                body=f"<p>{text}</p>",
                created_at=at,
                saved_at=at,
                adopted_on=at.date(),
                valid_from=at.date(),
            )
            for document, (title, text, _words) in zip(made, batch, strict=True)
        )
        number += len(batch)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {DOCUMENT} SET current_id = (SELECT v.id FROM {VERSION} v WHERE v.document_id = {DOCUMENT}.id)"
        )
        cursor.execute("ANALYZE")


def _rows(count: int, told: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    """Title, text and search words; frequencies of the words searched for are known."""
    chance = Random(2011)  # noqa: S311  the same each time
    for number in range(count):
        parts = [chance.choice(WHAT), *chance.sample(WHEN, 3), *chance.sample(DONE, 2)]
        parts += [word for word, every in EVERY.items() if number % every == 0]
        title = f"Rutin {number}"
        forms = dict.fromkeys(" ".join((told[COMMON], str(number), *(told[part] for part in parts))).split())
        yield title, ". ".join(parts), " ".join(forms)


def find_sql(vendor: str) -> str:
    """The newest twenty that hold a word, in one statement."""
    found = (
        "d.search_words @@ %s::tsquery"
        if vendor == "postgresql"
        else f"d.id IN (SELECT rowid FROM {DOCUMENT}_words WHERE {DOCUMENT}_words MATCH %s)"
    )
    return (
        f"SELECT d.id, d.title, v.text FROM {DOCUMENT} d JOIN {VERSION} v ON v.id = d.current_id "
        f"WHERE {found} AND d.withdrawn_on IS NULL ORDER BY d.id DESC LIMIT 20"
    )
