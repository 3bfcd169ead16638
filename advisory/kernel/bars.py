"""The geometry of stacked bars: shares of a limit as percentages of a width. Pure, for drawings only.

Percentages carry two decimals and never reach an amount: figures beside a bar come from the data.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

FILLS = ("solid", "hatch", "dots")


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of the bar; `start` and `width` as texts that SVG takes (`45.31%`)."""

    fill: str
    start: str
    width: str


def _amount(value: Any) -> Decimal:
    return Decimal(getattr(value, "amount", value) or 0)


def _share(value: Decimal, whole: Decimal) -> str:
    return f"{(value * 100 / whole).quantize(Decimal('0.01'), ROUND_HALF_UP)}%"


def stacked(cap: Any, parts: Sequence[Any], *, mark: Any = None) -> dict[str, Any]:
    """Parts laid end to end against `cap`; when they pass it, the whole bar is their sum and the cap gets a tick.

    Negative parts are drawn as nothing. `ticks` are positions of the mark and of a passed cap.
    """
    values = [max(_amount(part), Decimal(0)) for part in parts]
    limit, total = max(_amount(cap), Decimal(0)), sum(values, Decimal(0))
    whole = max(limit, total)
    if not whole:
        return {"parts": [], "ticks": []}
    drawn, start = [], Decimal(0)
    for fill, value in zip(FILLS, values, strict=False):
        if value:
            drawn.append(Part(fill, _share(start, whole), _share(value, whole)))
        start += value
    ticks = [_share(_amount(mark), whole)] if mark is not None and _amount(mark) <= whole else []
    if total > limit:
        ticks.append(_share(limit, whole))
    return {"parts": drawn, "ticks": ticks}
