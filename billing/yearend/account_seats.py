"""Course seats sold in a year: income of the courses that no time entry stands behind, and its verbs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from advisory.kernel import audit
from advisory.kernel.fields import nok
from advisory.kernel.money import ZERO
from advisory.kernel.users import User
from billing.pricing.lines import price_quantity
from billing.yearend.account_lines import LineGone
from billing.yearend.accounts import open_for_changes
from billing.yearend.models import AccountingYear, SeatSale


@dataclass(frozen=True, slots=True)
class SeatIncome:
    """What seats brought at the price per seat: gross before discount, discount, net. Kroner."""

    sale: SeatSale
    gross: Decimal
    discount: Decimal

    @property
    def net(self) -> Decimal:
        return self.gross - self.discount


@dataclass(frozen=True, slots=True)
class SeatWritten:
    """A sale as a person writes it."""

    label: str
    seats: int
    unit_price: Decimal
    discount_percent: Decimal = Decimal(0)
    source: str = ""


@dataclass(frozen=True, slots=True)
class SeatSums:
    """All sales of a year with their sums."""

    sales: tuple[SeatIncome, ...]

    @property
    def seats(self) -> int:
        return sum(each.sale.seats for each in self.sales)

    @property
    def gross(self) -> Decimal:
        return sum((each.gross for each in self.sales), ZERO)

    @property
    def discount(self) -> Decimal:
        return sum((each.discount for each in self.sales), ZERO)

    @property
    def net(self) -> Decimal:
        return self.gross - self.discount


def income_of_seats(sale: SeatSale) -> SeatIncome:
    """The price of the seats as a line of an invoice has it (domain rules 1.2)."""
    price = price_quantity(Decimal(sale.seats), sale.unit_price.amount, Decimal(sale.discount_percent))
    return SeatIncome(sale, price.gross, price.discount)


def seat_sums(sales: Iterable[SeatSale]) -> SeatSums:
    """The sales with their sums; pass `accounting_year.seat_sales.all()`."""
    return SeatSums(tuple(income_of_seats(sale) for sale in sales))


@transaction.atomic
def add_seat_sale(*, accounting_year: AccountingYear, written: SeatWritten, by: User, now: datetime) -> SeatSale:
    """Add seats sold."""
    year = open_for_changes(accounting_year, by=by)
    sale = SeatSale(accounting_year=year)
    _write(sale, written)
    sale.save(force_insert=True)
    audit.record("accounts.seats_add", year, by=by, now=now, after=_facts(sale))
    return sale


@transaction.atomic
def change_seat_sale(*, sale: SeatSale, written: SeatWritten, by: User, now: datetime) -> SeatSale:
    """Write a sale anew. Raises `LineGone`."""
    year = open_for_changes(sale.accounting_year, by=by)
    found = year.seat_sales.filter(pk=sale.pk).first()
    if found is None:
        raise LineGone()
    before = _facts(found)
    _write(found, written)
    was, became = audit.changed(before, _facts(found))
    if became:
        found.save()
        audit.record(
            "accounts.seats_change", year, by=by, now=now, before={"label": before["label"], **was}, after=became
        )
    return found


@transaction.atomic
def remove_seat_sale(*, sale: SeatSale, by: User, now: datetime) -> None:
    """Take a sale out; once it is gone, nothing happens."""
    year = open_for_changes(sale.accounting_year, by=by)
    found = year.seat_sales.filter(pk=sale.pk).first()
    if found is not None:
        audit.record("accounts.seats_remove", year, by=by, now=now, before=_facts(found))
        found.delete()


def _write(sale: SeatSale, written: SeatWritten) -> None:
    sale.label, sale.seats, sale.unit_price = written.label, written.seats, nok(written.unit_price)
    sale.discount_percent, sale.source = written.discount_percent, written.source


def _facts(sale: SeatSale) -> dict[str, Any]:
    return {
        "label": sale.label,
        "seats": sale.seats,
        "unit_price": f"{sale.unit_price.amount.quantize(Decimal('0.01')):f}",
        "discount_percent": f"{Decimal(sale.discount_percent).quantize(Decimal('0.01')):f}",
        "source": sale.source,
    }
