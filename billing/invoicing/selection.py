"""A choice of proposals as one short text for an address: `3-17.21`. Pure.

Three hundred boxes would make an address longer than web servers take; runs of ids are written as ranges.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

LARGEST = 5000
_PART = re.compile(r"(\d{1,18})(?:-(\d{1,18}))?", re.ASCII)


def encode(ids: Iterable[int]) -> str:
    """The ids in rising order, neighbours joined: {3, 4, 5, 9} is `3-5.9`."""
    ranges: list[list[int]] = []
    for one in sorted(set(ids)):
        if ranges and ranges[-1][1] == one - 1:
            ranges[-1][1] = one
        else:
            ranges.append([one, one])
    return ".".join(str(first) if first == last else f"{first}-{last}" for first, last in ranges)


def decode(text: str) -> list[int]:
    """The ids of a text made by `encode`; what cannot be read, or is more than five thousand, gives none."""
    ids: list[int] = []
    for part in filter(None, text.split(".")):
        found = _PART.fullmatch(part)
        if not found:
            return []
        first, last = int(found[1]), int(found[2] or found[1])
        if last < first or len(ids) + last - first >= LARGEST:
            return []
        ids.extend(range(first, last + 1))
    return ids
