"""«Slik ble prisen til» for other systems: the facts of each line, the sentences, and the hours behind them."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from advisory.kernel.api.fields import Day, MoneyField, OneOf, Text, Whole
from advisory.kernel.api.filters import require_known
from advisory.kernel.api.shapes import Facts, Row
from billing.discounts.api import TierRow
from billing.invoicing.api.documents import Documents
from billing.invoicing.api.lines import ShareRow, percent_field
from billing.invoicing.documents import document_of, with_document
from billing.invoicing.hours import hours_of
from billing.invoicing.models import Invoice
from billing.invoicing.price_statement import PriceStatement, price_statement
from billing.pricing.statement import LineStatement, to_json
from billing.selfcost.api import CostRow
from billing.selfcost.models import Unit


class RateFactRow(Row):
    """The rate of the line and how it was computed."""

    service = Text()
    service_name = Text()
    year = Whole()
    version = Whole()
    valid_from = Day()
    unit = OneOf(Unit)
    cost_lines = CostRow(many=True)
    self_cost = MoneyField(negative=True)
    fund_use = MoneyField(negative=True)
    billable_hours = serializers.DecimalField(max_digits=9, decimal_places=2)
    step = serializers.DecimalField(max_digits=6, decimal_places=2)
    rate = MoneyField()


class TierFactRow(Row):
    """The tier of the line; all but its table is None where no decision covered the work. Never the income itself."""

    code = Text()
    percent = percent_field()
    bands = TierRow(many=True)
    decision = Whole(allow_null=True)
    decided_on = Day(allow_null=True)
    valid_from = Day(allow_null=True)
    valid_to = Day(allow_null=True)
    income_year = Whole(allow_null=True)


class VatFactRow(Row):
    """The VAT of the line, and why."""

    category = Text()
    percent = percent_field()
    reason = Text()


class StatedLineRow(Row):
    """minutes x rate = gross, gross - discount = net. Amounts are above zero, also on a credit note."""

    position = Whole()
    text = Text()
    minutes = Whole()
    rate = RateFactRow()
    gross = MoneyField()
    tier = TierFactRow()
    discount = MoneyField()
    pots = ShareRow(many=True)
    net = MoneyField()
    vat = VatFactRow()


class PriceStepRow(Row):
    """A step in words, in the language that was asked for."""

    say = Text()
    value = Text()
    why = Text()


class HourRow(Row):
    """An hour as it was when it was billed. Who worked it, only staff see."""

    day = Day()
    minutes = Whole()
    text = Text()
    line = Text()
    engagement = Text()
    advisor = Text(allow_null=True)


class StatementRow(Row):
    """How the price of a document came about."""

    invoice = Whole()
    lead = Text()
    steps = PriceStepRow(many=True)
    lines = StatedLineRow(many=True)
    hours = HourRow(many=True)


class Statements(Documents):
    """The price statement of a document."""

    says = {"statement": _("How the price came about, with the hours behind it")}
    answers = {"statement": StatementRow}

    def statement(self, request: Request, invoice: int) -> Response:
        require_known(request, set())
        found = with_document(self.visible(self.person).filter(**self.where())).first()  # type: ignore[arg-type]
        if found is None:
            raise Http404
        return Response(_facts(found, for_staff=self.person.is_staff_member))


def _facts(invoice: Invoice, *, for_staff: bool) -> Facts:
    document = document_of(invoice)
    price = price_statement(document, hours_of(invoice, with_advisor=for_staff), for_staff=for_staff)
    return {
        "invoice": invoice.number,
        "lead": price.lead,
        "steps": [{"say": step.say, "value": step.value, "why": step.why} for step in price.steps],
        "lines": [{"position": line.position, "text": line.text} | _line(line.statement) for line in document.lines],
        "hours": _hours(price, for_staff=for_staff),
    }


def _line(stated: LineStatement) -> dict[str, Any]:
    facts = to_json(stated)
    facts.pop("version")
    # Shared by nobody else: `to_json` made them for this line.
    facts["rate"] = {"unit": stated.rate.unit} | facts["rate"]
    facts["pots"] = [{**share["pot"], "amount": share["amount"]} for share in facts["pots"]]
    return facts


def _hours(price: PriceStatement, *, for_staff: bool) -> list[Facts]:
    return [
        {
            "day": hour.day.isoformat(),
            "minutes": hour.minutes,
            "text": hour.text,
            "line": hour.line,
            "engagement": hour.engagement,
            "advisor": hour.advisor if for_staff else None,
        }
        for hour in price.hours
    ]


urlpatterns: list[URLPattern] = [
    path("invoices/<int:invoice>/statement/", Statements.as_view({"get": "statement"}), name="api_invoice_statement"),
]
