"""Groups of fewer than five are hidden, also where the others and the sum would give them away. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from billing.ringfence.report import Group

FEWEST = 5


def groups(counts: Mapping[str, int], percents: Mapping[str, Decimal] | None = None) -> tuple[Group, ...]:
    """Give the groups in the order of `counts`, without empty ones, with small ones hidden.

    A single hidden group could be worked out from the sum: then the smallest of the others is hidden with it. The
    hidden ones together are five or more for the same reason.
    """
    present = {key: count for key, count in counts.items() if count}
    hidden = {key for key, count in present.items() if count < FEWEST}
    others = sorted((key for key in present if key not in hidden), key=lambda key: present[key])
    while hidden and others and (len(hidden) < 2 or sum(present[key] for key in hidden) < FEWEST):
        hidden.add(others.pop(0))
    known = percents or {}
    return tuple(
        Group(key, None if key in hidden else count, known.get(key), count < FEWEST) for key, count in present.items()
    )


def shown(count: int) -> int | None:
    """The count, or None where it is one to four."""
    return None if 0 < count < FEWEST else count
