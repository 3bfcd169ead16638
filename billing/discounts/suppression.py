"""Counts of few organisations, hidden so that nobody can be picked out, also not by subtraction. Pure.

A table has groups, and two counts in each. Hidden are counts and groups below `LEAST`; then as much more as it takes
that no hidden count, and no sum of hidden counts below `LEAST`, follows from what is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

LEAST = 5


@dataclass(frozen=True, slots=True)
class Group:
    """So many organisations of a group got a discount, and so many did not."""

    name: str
    given: int
    refused: int

    @property
    def total(self) -> int:
        return self.given + self.refused


@dataclass(frozen=True, slots=True)
class Row:
    """What may be shown of a group, or of all: None is hidden."""

    name: str
    given: int | None
    refused: int | None
    total: int | None

    @property
    def is_hidden(self) -> bool:
        """Whether nothing of it may be shown."""
        return self.given is None and self.refused is None and self.total is None


@dataclass(frozen=True, slots=True)
class Safe:
    """A table that may be shown: its groups, and the sum of all."""

    rows: tuple[Row, ...]
    all: Row

    @property
    def shown(self) -> list[Row]:
        """The groups of which something may be shown."""
        return [row for row in self.rows if not row.is_hidden]

    @property
    def too_few(self) -> list[str]:
        """The names of the other groups."""
        return [row.name for row in self.rows if row.is_hidden]

    @property
    def hides(self) -> bool:
        return any(None in (row.given, row.refused, row.total) for row in (*self.rows, self.all))


def safe(groups: Sequence[Group], *, name: str = "") -> Safe:
    """Give the table with what must not be known hidden, in the order of the groups; `name` is that of the sum."""
    everyone = Group(name, sum(group.given for group in groups), sum(group.refused for group in groups))
    no_total = _closed({place for place, group in enumerate(groups) if group.total < LEAST}, groups, _totals)
    no_parts = _closed({p for p, group in enumerate(groups) if p in no_total or _is_small(group)}, groups, _parts)
    return Safe(
        tuple(
            _row(group, parts=place not in no_parts, total=place not in no_total) for place, group in enumerate(groups)
        ),
        _row(
            everyone,
            parts=not _is_small(everyone),
            total=everyone.total >= LEAST,
        ),
    )


def _is_small(group: Group) -> bool:
    return min(group.given, group.refused) < LEAST


def _totals(groups: Iterable[Group]) -> list[int]:
    return [sum(group.total for group in groups)]


def _parts(groups: Iterable[Group]) -> list[int]:
    hidden = list(groups)
    return [sum(group.given for group in hidden), sum(group.refused for group in hidden)]


def _closed(hidden: set[int], groups: Sequence[Group], sums: Callable[[Iterable[Group]], list[int]]) -> set[int]:
    """The hidden places, with the smallest others added until their sums give nothing away."""
    by_size = sorted(range(len(groups)), key=lambda place: (groups[place].total, place))
    while hidden and len(hidden) < len(groups):
        if len(hidden) > 1 and min(sums(groups[place] for place in hidden)) >= LEAST:
            break
        hidden = hidden | {next(place for place in by_size if place not in hidden)}
    return hidden


def _row(group: Group, *, parts: bool, total: bool) -> Row:
    return Row(
        group.name,
        group.given if parts else None,
        group.refused if parts else None,
        group.total if total else None,
    )
