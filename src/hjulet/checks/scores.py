"""What points come to. Rounded only when shown."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal


def weighted_mean(pairs: Iterable[tuple[int, Decimal | None]]) -> Decimal | None:
    """The mean of (weight, points). What has no points, since it does not apply or is not answered, is left out;
    None when nothing is left."""
    counted = [(weight, points) for weight, points in pairs if points is not None and weight > 0]
    if not counted:
        return None
    return sum((weight * points for weight, points in counted), Decimal(0)) / sum(weight for weight, _points in counted)
