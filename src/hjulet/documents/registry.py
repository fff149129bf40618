"""What other rooms show beside a document: who has confirmed it, which activities it belongs to."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

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
