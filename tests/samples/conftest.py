"""Files as other systems give them."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import Any

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile

from hjulet.org.models import Unit

FILES = [f"AKT-{number:03d}" for number in range(1, 61)]


@pytest.fixture
def csv_file() -> Callable[..., SimpleUploadedFile]:
    def make(rows: Sequence[Sequence[Any]], name: str = "lista.csv", encoding: str = "utf-8") -> SimpleUploadedFile:
        text = "\n".join(";".join(str(cell) for cell in row) for row in rows)
        return SimpleUploadedFile(name, text.encode(encoding), content_type="text/csv")

    return make


@pytest.fixture
def workbook() -> Callable[..., SimpleUploadedFile]:
    def make(rows: Sequence[Sequence[Any]], name: str = "lista.xlsx") -> SimpleUploadedFile:
        content = io.BytesIO()
        with xlsxwriter.Workbook(content, {"default_date_format": "yyyy-mm-dd"}) as book:
            sheet = book.add_worksheet("Uttag")
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
        return SimpleUploadedFile(name, content.getvalue())

    return make


@pytest.fixture
def unit(db: None) -> Callable[[str], Unit]:
    return lambda code: Unit.objects.get(code=code)
