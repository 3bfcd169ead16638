"""What would be billed today, for other systems; administrators only, like its pages.

All proposals are priced together, in the order in which issuing them would spend the pots.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db import models
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from advisory.kernel.access import ADMINISTRATORS
from advisory.kernel.api.fields import Day, MoneyField, Text, Whole, YesNo, money
from advisory.kernel.api.filters import DayFilter, Filters, WholeFilter
from advisory.kernel.api.resource import Resource
from advisory.kernel.api.shapes import Facts, Row
from advisory.kernel.users import User
from billing.invoicing.api.lines import ShareRow, percent_field
from billing.invoicing.gather import standing
from billing.invoicing.models import InvoiceDraft
from billing.invoicing.quote import PlannedLine, Quote, quotes


class ProblemRow(Row):
    """Something to look at; what blocks must be settled before the proposal can be issued."""

    code = Text()
    message = Text()
    blocks = YesNo()


class PlannedLineRow(Row):
    """A line as it would be printed, with what each pot would pay."""

    position = Whole()
    engagement = Text()
    engagement_title = Text()
    text = Text()
    note = Text()
    first_day = Day()
    last_day = Day()
    minutes = Whole()
    unit_price = MoneyField()
    gross = MoneyField()
    discount_percent = percent_field()
    discount = MoneyField()
    net = MoneyField()
    vat_category = Text()
    vat_percent = percent_field()
    pot_shares = ShareRow(many=True)
    time_entries = serializers.ListField(child=Whole())


class ProposalRow(Row):
    """An organisation's hours that are not billed, up to a day, priced as if issued today."""

    id = Whole()
    organisation = Whole(source="organisation.number")
    organisation_name = Text(source="organisation.name")
    up_to = Day()
    made_at = serializers.DateTimeField()
    made_by = Text(source="made_by.name")
    ready = YesNo()
    problems = ProblemRow(many=True)
    minutes = Whole()
    gross = MoneyField()
    discount = MoneyField()
    net = MoneyField()
    vat = MoneyField()
    total = MoneyField()
    lines = PlannedLineRow(many=True)

    computed = ("ready", "problems", "minutes", "gross", "discount", "net", "vat", "total", "lines")

    @classmethod
    def fill(cls, rows: Mapping[int, Facts], *, user: User) -> None:
        if not rows:
            return
        today: date = timezone.localdate()
        for quote in quotes(standing(), on=today):
            if quote.draft.pk in rows:
                rows[quote.draft.pk] |= _priced(quote)


def _priced(quote: Quote) -> Facts:
    return {
        "ready": quote.ready,
        "problems": [{"code": p.code, "message": p.message, "blocks": p.blocks} for p in quote.problems],
        "minutes": quote.minutes,
        **{name: money(getattr(quote, name)) for name in ("gross", "discount", "net", "vat", "total")},
        "lines": [_line(planned) for planned in quote.lines],
    }


def _line(planned: PlannedLine) -> Facts:
    line = planned.line
    return {
        **{name: getattr(line, name) for name in ("position", "engagement", "engagement_title", "text", "note")},
        "first_day": line.first_day.isoformat(),
        "last_day": line.last_day.isoformat(),
        "minutes": line.minutes,
        **{name: money(getattr(line, name)) for name in ("unit_price", "gross", "discount", "net")},
        "discount_percent": str(line.discount_percent),
        "vat_category": line.vat_category,
        "vat_percent": str(line.vat_percent),
        "pot_shares": [
            {"pot": pot.pot, "name": pot.name, "funder": pot.funder, "amount": money(paid)}
            for pot, paid in line.statement.pots
        ],
        "time_entries": [entry.pk for entry in planned.entries],
    }


class ProposalFilters(Filters):
    organisation = WholeFilter(field_name="organisation__number")
    up_to_from = DayFilter(field_name="up_to", lookup_expr="gte")
    up_to_to = DayFilter(field_name="up_to", lookup_expr="lte")


class Proposals(Resource):
    """Invoice proposals."""

    tag = _("Invoice proposals")
    model = InvoiceDraft
    readers = ADMINISTRATORS
    # Nobody has said who sells.
    refuses_to_read = (422,)
    row = ProposalRow
    filterset_class = ProposalFilters
    orderings = {"id": "id", "up_to": "up_to"}
    lookups = {"proposal": "pk"}

    def visible(self, user: User) -> models.QuerySet[InvoiceDraft]:
        return InvoiceDraft.objects.all() if user.is_administrator else InvoiceDraft.objects.none()


urlpatterns: list[URLPattern] = [
    path("proposals/", Proposals.as_view({"get": "list"}), name="api_proposals"),
    path("proposals/<int:proposal>/", Proposals.as_view({"get": "retrieve"}), name="api_proposal"),
]
