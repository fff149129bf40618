"""Collects what people read, in pure Python: Swedish is the source, locale/en holds every translation."""

from __future__ import annotations

import io
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation.template import templatize

SOURCE = Path(__file__).resolve().parents[3]
PO = SOURCE / "locale" / "en" / "LC_MESSAGES" / "django.po"
KEYWORDS: dict[str, Any] = {
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "_": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}


class Command(BaseCommand):
    help = "Samlar texter till locale/en. --check misslyckas om någon översättning saknas. --missing skriver ut dem."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true")
        parser.add_argument("--missing", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        found = collect()
        kept = read_catalog()
        missing = [m for m in found if m.id and not translated(kept, m)]
        gone = [m for m in kept if m.id and found.get(m.id, m.context) is None]
        if options["missing"]:
            for message in missing:
                self.stdout.write(repr(message.id))
        if options["check"]:
            if missing or gone:
                raise CommandError(
                    f"{len(missing)} texter saknar engelska, {len(gone)} används inte längre. Kör manage messages."
                )
            self.stdout.write(f"{len(found)} texter, alla på engelska.")
            return
        merged = Catalog(locale="en", domain="django", fuzzy=False, header_comment="# English translation of Hjulet.")
        for message in sorted((m for m in found if m.id), key=lambda m: str(m.id)):
            old = kept.get(message.id, message.context)
            string = old.string if old is not None else ""
            merged.add(message.id, string, locations=[], context=message.context, flags=message.flags - {"fuzzy"})
        write_catalog(merged)
        self.stdout.write(f"{len(found)} texter, {len(missing)} saknar engelska.")


def collect() -> Catalog:
    """Every translatable text in Python and templates."""
    catalog = Catalog(locale="en", domain="django", fuzzy=False)
    for text, context in texts():
        flags = ["python-format"] if "%(" in str(text) else []
        catalog.add(text, context=context, flags=flags)
    return catalog


def texts() -> Iterator[tuple[Any, Any]]:
    for path in sorted(SOURCE.rglob("*.py")):
        if "migrations" not in path.parts:
            yield from _extract(path.read_bytes())
    for path in sorted(SOURCE.rglob("templates/**/*.html")):
        code = templatize(path.read_text(encoding="utf-8"), origin=str(path))
        yield from _extract(code.encode())


def _extract(code: bytes) -> Iterator[tuple[Any, Any]]:
    for _line, text, _comments, context in extract("python", io.BytesIO(code), keywords=KEYWORDS):
        yield text, context


def translated(catalog: Catalog, message: Any) -> bool:
    other = catalog.get(message.id, message.context)
    if other is None or other.fuzzy:
        return False
    strings = other.string if isinstance(other.string, list | tuple) else [other.string]
    return all(strings)


def read_catalog() -> Catalog:
    if not PO.exists():
        return Catalog(locale="en", domain="django", fuzzy=False)
    with PO.open("rb") as file:
        return read_po(file, locale="en", domain="django")


def write_catalog(catalog: Catalog) -> None:
    PO.parent.mkdir(parents=True, exist_ok=True)
    with PO.open("wb") as file:
        write_po(file, catalog, width=110, omit_header=False, sort_output=True, no_location=True)
    lines = PO.read_text(encoding="utf-8").splitlines(keepends=True)
    dated = (
        '"POT-Creation-Date',
        '"PO-Revision-Date',
        '"Last-Translator',
        '"Language-Team',
        '"Generated-By',
        '"Report-Msgid',
    )
    PO.write_text("".join(line for line in lines if not line.startswith(dated)), encoding="utf-8")
