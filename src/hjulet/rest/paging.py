"""One page of a queryset, with how many there are and where the other pages lie."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.conf import settings
from django.http import HttpRequest, QueryDict

from hjulet.rest.shapes import Page, PageLinks, Paging

Item = TypeVar("Item")


def address(path: str) -> str:
    """An absolute address under the API's root."""
    return f"{settings.BASE_URL}/api/v1{path}"


def page_of(request: HttpRequest, rows: Any, paging: Paging, shape: Callable[[list[Any]], list[Item]]) -> Page[Item]:
    """Counts the rows, fetches the page and shapes it, all at once so that no query is asked per row."""
    total = rows.count()
    found = list(rows[paging.offset : paging.offset + paging.limit])
    return Page(
        items=shape(found), total=total, limit=paging.limit, offset=paging.offset, links=_links(request, paging, total)
    )


def _links(request: HttpRequest, paging: Paging, total: int) -> PageLinks:
    limit, here = paging.limit, paging.offset

    def at(offset: int) -> str:
        params: QueryDict = request.GET.copy()
        params["limit"], params["offset"] = str(limit), str(offset)
        return f"{settings.BASE_URL}{request.path}?{params.urlencode()}"

    return PageLinks(
        self=at(here),
        first=at(0),
        prev=at(max(0, here - limit)) if here else None,
        next=at(here + limit) if here + limit < total else None,
        last=at(max(0, (total - 1) // limit * limit)),
    )
