"""A what-if beside what was: the figures, the pots and the organisations that would feel it most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.text import capfirst

from billing.invoicing.price_statement import tier_name
from billing.whatif.history import History
from billing.whatif.replay import Change, OfPot, Outcome, Payer, replay

#: Organisations shown, those that would feel it most first.
SHOWN = 20


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure as it was and as it would be, in kroner or (`is_hours`) in minutes."""

    code: str
    was: Decimal
    now: Decimal
    is_hours: bool = False

    @property
    def difference(self) -> Decimal:
        return self.now - self.was


@dataclass(frozen=True, slots=True)
class PotRow:
    """A pot as it was and as it would be."""

    was: OfPot
    now: OfPot


@dataclass(frozen=True, slots=True)
class PayerRow:
    """An organisation: hours, tiers and price as they were and as they would be."""

    payer: Payer
    minutes_was: int
    minutes: int
    codes_was: tuple[str, ...]
    codes: tuple[str, ...]
    was: Decimal
    now: Decimal

    @property
    def difference(self) -> Decimal:
        return self.now - self.was

    @property
    def tiers_was(self) -> str:
        return _names(self.codes_was)

    @property
    def tiers(self) -> str:
        return _names(self.codes)


def _names(codes: Sequence[str]) -> str:
    """The tiers in words, in the order of the work: «Trinn 1, full pris»; no decision is the full price too."""
    return capfirst(", ".join(dict.fromkeys(tier_name(code) for code in codes)))


@dataclass(frozen=True, slots=True)
class Result:
    """All that the page shows. `more` organisations are not among `payers`."""

    figures: tuple[Figure, ...]
    pots: tuple[PotRow, ...]
    payers: tuple[PayerRow, ...]
    more: int
    dearer: int
    cheaper: int
    uncovered: Decimal
    uncovered_on: date | None
    is_changed: bool


def compare(history: History, change: Change) -> Result:
    """Price the year as it was and as it would be, by the same function."""
    was = replay(history.pieces, history.pots, history.may_pay, Change())
    now = replay(history.pieces, history.pots, history.may_pay, change)
    payers = _payers(was, now)
    return Result(
        figures=tuple(_figures(history, was, now)),
        pots=tuple(PotRow(before, after) for before, after in zip(was.pots, now.pots, strict=True)),
        payers=tuple(payers[:SHOWN]),
        more=max(len(payers) - SHOWN, 0),
        dearer=sum(row.difference > 0 for row in payers),
        cheaper=sum(row.difference < 0 for row in payers),
        uncovered=now.uncovered,
        uncovered_on=now.uncovered_on,
        is_changed=change != Change(),
    )


def _figures(history: History, was: Outcome, now: Outcome) -> list[Figure]:
    figures = [
        Figure("hours", Decimal(was.total.minutes), Decimal(now.total.minutes), is_hours=True),
        Figure("issued", was.issued.gross, now.issued.gross),
        Figure("not_issued", was.not_issued.gross, now.not_issued.gross),
        Figure("income", was.total.gross, now.total.gross),
    ]
    if history.self_cost is not None:
        figures += [
            Figure("self_cost", history.self_cost, history.self_cost),
            Figure("result", was.total.gross - history.self_cost, now.total.gross - history.self_cost),
        ]
    return [
        *figures,
        Figure("discount", was.total.discount, now.total.discount),
        Figure("net", was.total.net, now.total.net),
        Figure("uncovered", was.uncovered, now.uncovered),
    ]


def _payers(was: Outcome, now: Outcome) -> Sequence[PayerRow]:
    before = {row.payer: row for row in was.payers}
    rows = [
        PayerRow(
            payer=row.payer,
            minutes_was=before[row.payer].priced.minutes,
            minutes=row.priced.minutes,
            codes_was=before[row.payer].codes,
            codes=row.codes,
            was=before[row.payer].priced.net,
            now=row.priced.net,
        )
        for row in now.payers
    ]
    # Nothing changed: the largest first.
    return sorted(rows, key=lambda row: (-abs(row.difference), -row.was, row.payer.name))
