"""What a check of the books found, as plain facts that are stored; words are `billing.books.words`.

Amounts are kroner as strings and hours are minutes, so that a finding reads the same whatever language it is shown in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

KRONER, MINUTES, PLAIN = "kroner", "minutes", ""
#: Of the rows that disagree, so many are kept and shown.
AT_MOST = 50


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A row that is not what it should be. `kind` and `facts` name it; `expected` and `found` are in `unit`."""

    kind: str
    facts: dict[str, str]
    expected: str = ""
    found: str = ""
    unit: str = PLAIN


@dataclass(frozen=True, slots=True)
class Finding:
    """The verdict of one check: the figures that were compared, and the first rows that disagree of `count`."""

    check: str
    agrees: bool
    facts: dict[str, str] = field(default_factory=dict)
    rows: tuple[Disagreement, ...] = ()
    count: int = 0


def finding(check: str, facts: dict[str, str], rows: Sequence[Disagreement]) -> Finding:
    """The books agree where no row disagrees."""
    return Finding(check, not rows, facts, tuple(rows[:AT_MOST]), len(rows))


def to_json(found: Finding) -> dict[str, Any]:
    """As it is stored."""
    return asdict(found)


def from_json(data: dict[str, Any]) -> Finding:
    """The finding that was stored."""
    rows = tuple(Disagreement(**row) for row in data["rows"])
    return Finding(data["check"], data["agrees"], data["facts"], rows, data["count"])
