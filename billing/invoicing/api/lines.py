"""Lines of issued documents with what each pot pays, as they read in the API."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import models
from rest_framework import serializers

from advisory.kernel.api.fields import Day, MoneyField, OneOf, Text, Whole, money
from advisory.kernel.api.shapes import Facts, Row
from advisory.kernel.users import User
from billing.invoicing.models import InvoiceLine, PotShare
from engagements.work.models import FundingArea, SelfcostService


def percent_field(**kwargs: Any) -> serializers.DecimalField:
    """A percentage as a string with two decimals."""
    return serializers.DecimalField(max_digits=5, decimal_places=2, **kwargs)


class ShareRow(Row):
    """What one pot pays of the discount."""

    pot = Whole()
    name = Text()
    funder = Text()
    amount = MoneyField(negative=True)


class RateRef(Row):
    """The rate by what people call it."""

    service = OneOf(SelfcostService)
    year = Whole()
    version = Whole()


class LineRow(Row):
    """A line: minutes at a price, the discount and who pays it, and the VAT. The funding area only staff see."""

    position = Whole()
    engagement = Text()
    engagement_title = Text()
    service_type = Text()
    funding_area = OneOf(FundingArea, allow_null=True)
    text = Text()
    note = Text()
    first_day = Day()
    last_day = Day()
    minutes = Whole()
    unit_price = MoneyField()
    gross = MoneyField(negative=True)
    discount_percent = percent_field()
    discount = MoneyField(negative=True)
    net = MoneyField(negative=True)
    vat_category = Text()
    vat_percent = percent_field()
    rate = RateRef()
    # The decision that gave the discount; None where none covered the work.
    decision = Whole(allow_null=True)
    pot_shares = ShareRow(many=True)


class VatRow(Row):
    """The VAT of all lines of one category and percentage, rounded once."""

    category = Text()
    percent = percent_field()
    base = MoneyField(negative=True)
    vat = MoneyField(negative=True)
    reason = Text()


_PLAIN = ("position", "engagement_title", "text", "note", "minutes", "vat_category")
_AMOUNTS = ("unit_price", "gross", "discount", "net")


def lines_of(found: models.QuerySet[InvoiceLine], *, user: User) -> Iterator[tuple[int, Facts]]:
    """(number of the document, line) in printing order, in two queries."""
    lines = list(
        found.select_related("engagement", "service_type", "rate_version")
        .defer("statement")
        .order_by("invoice", "position")
    )
    shares: dict[int, list[Facts]] = {line.pk: [] for line in lines}
    paid = PotShare.objects.filter(line__in=list(shares)).order_by("line", "position")
    for of, pot, name, funder, amount in paid.values_list("line", "pot", "pot__name", "pot__funder", "amount"):
        shares[of].append({"pot": pot, "name": name, "funder": funder, "amount": money(amount)})
    for line in lines:
        yield line.invoice_id, _facts(line, user) | {"pot_shares": shares[line.pk]}


def _facts(line: InvoiceLine, user: User) -> Facts:
    rate = line.rate_version
    return {
        **{name: getattr(line, name) for name in _PLAIN},
        **{name: money(getattr(line, name)) for name in _AMOUNTS},
        "engagement": line.engagement.reference,
        "service_type": line.service_type.code,
        "funding_area": line.funding_area if user.is_staff_member else None,
        "first_day": line.first_day.isoformat(),
        "last_day": line.last_day.isoformat(),
        "discount_percent": str(line.discount_percent),
        "vat_percent": str(line.vat_percent),
        "rate": {"service": rate.service, "year": rate.year, "version": rate.version},
        "decision": line.decision_id,
    }
