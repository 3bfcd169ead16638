"""Adopted rates with the arithmetic behind them, for other systems; administrators only, like their pages."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import models
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from advisory.kernel.access import ADMINISTRATORS
from advisory.kernel.api.fields import Day, MoneyField, OneOf, Text, Whole
from advisory.kernel.api.filters import DayFilter, Filters, OneOfFilter, WholeFilter
from advisory.kernel.api.resource import Resource
from advisory.kernel.api.shapes import Facts, Row
from advisory.kernel.users import User
from billing.selfcost.models import RateVersion, Unit
from engagements.work.models import SelfcostService


class CostRow(Row):
    """A cost of the base: where it is shared, `key_part` of `key_whole` belongs to the service."""

    label = Text()  # type: ignore[assignment]  # a field, not the serializer's own label
    amount = MoneyField()
    key_part = serializers.DecimalField(max_digits=12, decimal_places=2, allow_null=True)
    key_whole = serializers.DecimalField(max_digits=12, decimal_places=2, allow_null=True)
    attributed = MoneyField(negative=True)


class RateRow(Row):
    """(self_cost - fund_use) / billable_hours, rounded down to a whole number of steps. Of an hour, or of a seat."""

    service = OneOf(SelfcostService)
    year = Whole()
    version = Whole()
    valid_from = Day()
    unit = OneOf(Unit)
    rate = MoneyField()
    self_cost = MoneyField(negative=True)
    fund_use = MoneyField(negative=True)
    billable_hours = serializers.DecimalField(max_digits=9, decimal_places=2)
    rate_step = serializers.DecimalField(max_digits=6, decimal_places=2)
    costs = CostRow(many=True)
    adopted_at = serializers.DateTimeField()
    adopted_by = Text(source="adopted_by.name")

    computed = ("costs",)

    @classmethod
    def fill(cls, rows: Mapping[int, Facts], *, user: User) -> None:
        for pk, calculation in RateVersion.objects.filter(pk__in=list(rows)).values_list("pk", "calculation"):
            rows[pk]["costs"] = calculation["cost_lines"]


class RateFilters(Filters):
    service = OneOfFilter(SelfcostService)
    year = WholeFilter()
    unit = OneOfFilter(Unit)
    valid_from = DayFilter(lookup_expr="gte", help_text=_("From this day on, or later."))
    valid_to = DayFilter(field_name="valid_from", lookup_expr="lte", help_text=_("From this day on, or earlier."))


class Rates(Resource):
    """Adopted rates."""

    tag = _("Rates")
    model = RateVersion
    readers = ADMINISTRATORS
    row = RateRow
    filterset_class = RateFilters
    orderings = {"valid_from": "valid_from", "year": "year"}
    ordering = "-valid_from"
    lookups = {"year": "year", "service": "service", "version": "version"}

    def visible(self, user: User) -> models.QuerySet[RateVersion]:
        return RateVersion.objects.all() if user.is_administrator else RateVersion.objects.none()


urlpatterns: list[URLPattern] = [
    path("rates/", Rates.as_view({"get": "list"}), name="api_rates"),
    path("rates/<int:year>/<slug:service>/<int:version>/", Rates.as_view({"get": "retrieve"}), name="api_rate"),
]
