"""How things look on the wire: camelCase, moments in UTC, texts without NUL, pages with totals and links."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Annotated, Any, Generic, TypeVar

from ninja import Schema
from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StrictBool,
    StringConstraints,
)
from pydantic.alias_generators import to_camel

RFC3339 = re.compile(r"\d{4}-\d{2}-\d{2}([Tt]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?([Zz]|[+-]\d{2}:\d{2}))?", re.ASCII)
NO_NUL = r"^[^\x00]*$"
Item = TypeVar("Item")
MOST_ID = 2**53 - 1  # what every database and every reader of JSON can hold


def utc(moment: datetime) -> str:
    """RFC 3339 in UTC, to the second: 2026-11-12T08:00:00Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _written_out(value: Any) -> Any:
    """Only RFC 3339 counts as a moment or a day; digits alone would be read as seconds since 1970."""
    if not isinstance(value, date) and not (isinstance(value, str) and RFC3339.fullmatch(value)):
        raise ValueError("a date is written as 2026-11-12, a moment as 2026-11-12T08:00:00Z")
    return value


Moment = Annotated[
    datetime,
    PlainSerializer(utc, return_type=str),
    Field(json_schema_extra={"format": "date-time", "examples": ["2026-11-12T08:00:00Z"]}),
]
MomentIn = Annotated[
    AwareDatetime, BeforeValidator(_written_out), Field(json_schema_extra={"examples": ["2026-11-12T07:00:00Z"]})
]
Day = Annotated[date, Field(json_schema_extra={"examples": ["2026-11-12"]})]
DayIn = Annotated[date, BeforeValidator(_written_out), Field(json_schema_extra={"examples": ["2026-11-12"]})]


def _true_or_false(value: Any) -> Any:
    if value not in {"true", "false"}:
        raise ValueError("true or false")
    return value == "true"


def _digits(value: Any) -> Any:
    if isinstance(value, str) and not re.fullmatch(r"[0-9]{1,18}", value):
        raise ValueError("digits")
    return value


def _whole(value: Any) -> Any:
    """JSON has one kind of number: 5.0 is 5. A yes or no is not a number."""
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value // 1:
        raise ValueError("a whole number")
    return int(value)


Flag = Annotated[bool, BeforeValidator(_true_or_false)]  # in an address
# Bounds come first: pydantic leaves a bound set on top of a validator out of the description.
Limit = Annotated[int, Field(ge=1, le=100), BeforeValidator(_digits)]  # in an address
Offset = Annotated[int, Field(ge=0, le=1_000_000), BeforeValidator(_digits)]
Yes = StrictBool  # in a body
Line = Annotated[str, StringConstraints(max_length=300, pattern=NO_NUL)]
Long = Annotated[str, StringConstraints(max_length=20_000, pattern=NO_NUL)]
Code = Annotated[str, StringConstraints(max_length=80, pattern=NO_NUL)]
Id = Annotated[int, Field(ge=1, le=MOST_ID), BeforeValidator(_digits)]
IdIn = Annotated[int, Field(ge=1, le=MOST_ID), BeforeValidator(_whole)]  # in a body
LimitIn = Annotated[int, Field(ge=1, le=100), BeforeValidator(_whole)]
OffsetIn = Annotated[int, Field(ge=0, le=1_000_000), BeforeValidator(_whole)]
Score = Annotated[int, Field(ge=1, le=4), BeforeValidator(_whole)]


class In(Schema):
    """A body or the parameters of a question. What it does not know is refused, so that a typing error is told."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid")


class Out(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


class Link(Out):
    rel: str = Field(examples=["self"])
    href: str = Field(examples=["https://hjulet.kommun.example/api/v1/cases/2026-0440"])
    ref: str | None = Field(default=None, examples=["2026-0441"])


class PageLinks(Out):
    """Addresses of this page and its neighbours. Null where there is none."""

    self: str = Field(examples=["https://hjulet.kommun.example/api/v1/cases?limit=20&offset=20"])
    first: str = Field(examples=["https://hjulet.kommun.example/api/v1/cases?limit=20&offset=0"])
    prev: str | None = Field(examples=["https://hjulet.kommun.example/api/v1/cases?limit=20&offset=0"])
    next: str | None = Field(examples=["https://hjulet.kommun.example/api/v1/cases?limit=20&offset=40"])
    last: str = Field(examples=["https://hjulet.kommun.example/api/v1/cases?limit=20&offset=60"])


class Page(Out, Generic[Item]):
    """One page of a list. `total` is how many there are in all."""

    items: list[Item]
    total: int = Field(examples=[73])
    limit: int = Field(examples=[20])
    offset: int = Field(examples=[20])
    links: PageLinks


class Paging(In):
    limit: Limit = Field(default=20, description="Hur många poster svaret högst har.")
    offset: Offset = Field(default=0, description="Hur många poster som hoppas över.")
