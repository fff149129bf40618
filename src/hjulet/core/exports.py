"""Every list on its way out as Excel or CSV goes here, however long: rows are read and logged some at a time.

What is no list, such as an archive of papers, can be made in the background by the same road (`Export.make`).

A room offers its lists in EXPORTS. What is too long to wait for is handed to the room above that writes files in the
background (`later`).
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any

from django.db import connection
from django.db.models import BigIntegerField
from django.db.models.expressions import RawSQL
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from hjulet.core.actor import Actor
from hjulet.core.cells import ROWS_MAX
from hjulet.core.clocks import local_date
from hjulet.core.events import log_read
from hjulet.core.flow import Text
from hjulet.core.now import now
from hjulet.core.spreadsheet import CSV_TYPE, XLSX_TYPE, Value, csv_rows, write_xlsx

FORMATS = {"xlsx": XLSX_TYPE, "csv": CSV_TYPE}
TYPES = {**FORMATS, "zip": "application/zip"}
LATER_ABOVE = 20_000  # rows; more than this takes longer than someone looks at an empty page
CHUNK = 1_000

Params = Mapping[str, str]


@dataclass(frozen=True)
class Listing:
    """The rows of a list: heads, the keys in order, and how some rows are read. `read` may leave rows out.

    `size` says how many rows there are when a key stands for several.
    """

    columns: Sequence[str]
    keys: Sequence[int]
    read: Callable[[Sequence[int]], Iterable[Sequence[Value]]]
    widths: Sequence[int] = ()
    size: int = 0

    @property
    def total(self) -> int:
        return max(self.size, len(self.keys))


@dataclass(frozen=True)
class Export:
    """A list that may leave. `about` is the object type in the log, `marks` the audience as in @access.

    `listing` reads the list as the actor sees it with what the address of its page asks for.
    """

    code: str
    label: Text
    file_name: str
    about: str
    marks: frozenset[str]
    listing: Callable[[Actor, Params, datetime], Listing]
    forms: tuple[str, ...] = tuple(FORMATS)
    # For what is no list: writes the whole file, and logs what is read. `step` hears how far it has come.
    make: Callable[[Actor, Params, IO[bytes], datetime, Callable[[int], None]], None] | None = None

    def name(self, form: str, at: datetime) -> str:
        return f"{self.file_name}-{local_date(at).isoformat()}.{form}"


EXPORTS: dict[str, Export] = {}
later: list[Callable[[HttpRequest, Export, str, int], HttpResponse]] = []


def offer(export: Export) -> Export:
    EXPORTS[export.code] = export
    return export


def wanted(request: HttpRequest) -> bool:
    """Whether the address of a list asks for a file instead of the page."""
    return request.GET.get("format") in FORMATS


def response(request: HttpRequest, export: Export) -> HttpResponseBase:
    """The list of the request's address as a file, or the page that offers to make it in the background."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    at = now()
    form = request.GET.get("format", "xlsx")
    form = form if form in FORMATS else "xlsx"
    listing = export.listing(actor, request.GET, at)
    if listing.total >= ROWS_MAX:
        form = "csv"  # the page that offers the file says so
    if later and listing.total > LATER_ABOVE:
        return later[0](request, export, form, listing.total)
    with ExitStack() as undo:
        file: IO[bytes] = undo.enter_context(tempfile.TemporaryFile())
        write(export, listing, form, file, actor=actor, at=at)
        file.seek(0)
        undo.pop_all()  # from now on the response closes it
    return FileResponse(file, as_attachment=True, filename=export.name(form, at), content_type=FORMATS[form])


def write(
    export: Export,
    listing: Listing,
    form: str,
    file: IO[bytes],
    *,
    actor: Actor,
    at: datetime,
    step: Callable[[int], None] = lambda done: None,
) -> None:
    """Writes the list to an open file. Each thousand rows is logged before it is read; then `step` hears how far."""
    rows = _rows(export, listing, actor, at, step)
    if form == "csv":
        file.writelines(csv_rows(listing.columns, rows))
    else:
        write_xlsx(listing.columns, rows, name=str(export.label), widths=listing.widths, file=file)


def _rows(
    export: Export, listing: Listing, actor: Actor, at: datetime, step: Callable[[int], None]
) -> Iterator[Sequence[Value]]:
    for start in range(0, len(listing.keys), CHUNK):
        keys = listing.keys[start : start + CHUNK]
        log_read("export", actor=actor, at=at, about=export.about, ids=keys)
        yield from listing.read(keys)
        step(start + len(keys))


def among(keys: Sequence[int]) -> RawSQL:
    """For `pk__in`: however many keys, one parameter. A placeholder each takes longer than the question itself."""
    if connection.vendor == "sqlite":
        return RawSQL("SELECT value FROM json_each(%s)", [json.dumps(list(keys))], BigIntegerField())  # noqa: S611
    return RawSQL("SELECT unnest(%s::bigint[])", [list(keys)], BigIntegerField())  # noqa: S611


def in_order(keys: Sequence[int], rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    """Rows that begin with their key, in the order of the keys. What is gone since the keys were read is left out."""
    by_key = {row[0]: row for row in rows}
    return (by_key[key] for key in keys if key in by_key)
