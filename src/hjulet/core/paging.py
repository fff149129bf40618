"""Pages of long lists. Counting a million rows takes longer than showing twenty-five of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

from django.core.paginator import Page, Paginator

COUNTED = 500
Fetch = Callable[[int, int], list[Any]]


class CappedPaginator(Paginator):
    """Pages of a list's first rows; `more` tells that it goes on after them.

    `fetch(first, last)` gives rows; `found` is how many there are: above `most` it only says that there are more.
    """

    def __init__(self, fetch: Fetch, per_page: int, *, found: int, most: int = COUNTED) -> None:
        super().__init__([], per_page)
        self.fetch, self.found, self.most = fetch, found, most

    def page(self, number: Any) -> Page[Any]:
        number = self.validate_number(number)
        first = (number - 1) * self.per_page
        return Page(self.fetch(first, min(first + self.per_page, self.count)), number, self)

    @cached_property
    def count(self) -> int:
        return min(self.found, self.most)

    @property
    def more(self) -> bool:
        return self.found > self.most
