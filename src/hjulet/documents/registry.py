"""What other rooms show beside a document, and what they add to the lists of work with documents."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from hjulet.core.actor import Actor
from hjulet.core.flow import Text
from hjulet.documents.models import Document, Version


@dataclass(frozen=True)
class Beside:
    """One line beside the text, with where to go on."""

    label: Text
    text: Text
    url: str = ""


beside: list[Callable[[Document, Version, Actor, datetime], Iterable[Beside]]] = []


@dataclass(frozen=True)
class Yearly:
    """Something else that is looked over each year, as one line of the work list.

    `done`: it was, in the year asked for. `began` is the number of a version under way, `mend` the page where the
    actor looks it over, empty for those who may not.
    """

    title: str
    kind: Text
    url: str
    unit_name: str
    unit_path: str
    review_on: date | None
    owner_id: int | None = None
    owner_name: str = ""
    owner_login: str = ""
    done: bool = False
    began: int | None = None
    mend: str = ""


yearly: list[Callable[[int, Actor], Iterable[Yearly]]] = []
"""Each is asked with a year and who; it answers with what the actor may read and that is kept up."""

also_waits: list[Callable[[Actor, date], Iterable[Any]]] = []
"""Query sets made with work_lists.part, of what else waits on the actor that day."""
