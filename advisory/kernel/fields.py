"""Kroner in the database: `NOKField`, its checks, and sums in whole øre.

Django's DecimalField does not quantize: SQLite would keep 10.005 and PostgreSQL make it 10.01. So a third
decimal raises here, all fields of a row share one `currency` column pinned to NOK by a CHECK, and SQL
compares and sums in whole øre only (a SQLite decimal is a float).
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import BigIntegerField, F, Q, Sum
from django.db.models.functions import Cast, Round
from django.db.models.lookups import GreaterThanOrEqual, LessThanOrEqual
from djmoney.models.fields import MoneyField
from moneyed import NOK, Money

# A bound keeps NaN and Infinity out of both databases: one milliard kroner, in øre.
LIMIT_ORE = 10**11


if TYPE_CHECKING:
    # django-money is untyped: to the checker the field takes an amount and gives Money.
    _Base = models.Field[Money | Decimal | str | int, Money]
else:
    _Base = MoneyField


class NOKField(_Base):
    """An amount of Norwegian kroner with two decimals; a third decimal raises `ValueError`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_digits", 14)
        kwargs.setdefault("decimal_places", 2)
        kwargs.setdefault("default_currency", "NOK")
        kwargs.setdefault("currency_field_name", "currency")
        super().__init__(*args, **kwargs)

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        amount = value.amount if isinstance(value, Money) else value
        if isinstance(amount, Decimal):
            exponent = amount.as_tuple().exponent
            if not isinstance(exponent, int) or exponent < -2:
                raise ValueError(f"{self.name}: {amount} is not a whole number of øre.")
        return super().get_db_prep_save(value, connection)


def nok(amount: Decimal | str | int) -> Money:
    """`amount` kroner as Money."""
    return Money(Decimal(amount), NOK)


def ore(field: str) -> Cast:
    """SQL for the field's amount in whole øre (exact on both databases)."""
    return Cast(Round(F(field) * 100), BigIntegerField())


def sum_of(queryset: models.QuerySet[Any], field: str) -> Decimal:
    """The sum of `field` in kroner, 0.00 for no rows, added up in whole øre."""
    total = queryset.aggregate(total=Sum(ore(field)))["total"] or 0
    return Decimal(total).scaleb(-2)


def sum_ore(field: str, **kwargs: Any) -> Sum:
    """An aggregate for `.annotate()`: the sum of `field` in whole øre."""
    return Sum(ore(field), **kwargs)


def kroner(whole_ore: int | None) -> Decimal:
    """Whole øre back to kroner."""
    return Decimal(whole_ore or 0).scaleb(-2)


def in_nok(table: str) -> models.CheckConstraint:
    """The row's one currency is NOK."""
    return models.CheckConstraint(condition=Q(currency="NOK"), name=f"{table}_in_nok")


def bounded(table: str, field: str, *, low: int = -LIMIT_ORE, high: int = LIMIT_ORE) -> models.CheckConstraint:
    """`field` lies within [low, high] øre: NaN and Infinity cannot enter."""
    whole = ore(field)
    return models.CheckConstraint(
        condition=Q(GreaterThanOrEqual(whole, low)) & Q(LessThanOrEqual(whole, high)),
        name=f"{table}_{field}_bounded",
    )
