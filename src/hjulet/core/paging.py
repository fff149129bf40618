"""Pages of long lists. Counting a million rows takes longer than showing twenty-five of them."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.core.paginator import Paginator

COUNTED = 1000


def counted(queryset: Any, most: int = COUNTED) -> int:
    """How many rows, looking at no more than `most` + 1 of them: above `most` says that there are more."""
    return int(queryset.order_by().values("pk")[: most + 1].count())


class CappedPaginator(Paginator):
    """Pages of the first thousand rows; `more` tells that the list goes on after them. `known` saves the counting."""

    def __init__(self, queryset: Any, per_page: int, *, known: int | None = None, most: int = COUNTED) -> None:
        super().__init__(queryset, per_page)
        self.known, self.most = known, most

    @cached_property
    def found(self) -> int:
        return counted(self.object_list, self.most) if self.known is None else self.known

    @cached_property
    def count(self) -> int:
        return min(self.found, self.most)

    @property
    def more(self) -> bool:
        return self.found > self.most
