"""Tier tables and decisions on discounts for other systems, read only: staff all, members with the role for money
their own decisions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import django_filters
from django.db import models
from django.db.models import OuterRef, Subquery
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from advisory.kernel.api import days  # noqa: F401 - the converter of days
from advisory.kernel.api.fields import Day, MoneyField, OneOf, Text, Whole, YesNo, money
from advisory.kernel.api.filters import DayFilter, Filters, OneOfFilter, WholeFilter
from advisory.kernel.api.resource import Resource
from advisory.kernel.api.shapes import Facts, Row
from advisory.kernel.users import User
from billing.discounts.models import Basis, TierDecision, TierTable
from billing.discounts.tables import bands
from clients.access import members, organisations_of
from clients.memberships import Role


class TierRow(Row):
    """A step: incomes from `income_from` up to, not including, `income_below` get `percent` off."""

    code = Text()
    income_from = MoneyField()
    # None for the highest step.
    income_below = MoneyField(allow_null=True)
    percent = serializers.DecimalField(max_digits=5, decimal_places=2)


class TierTableRow(Row):
    """The steps of the discount from a day on. Where it was adopted, and by whom, only staff see."""

    valid_from = Day()
    note = Text(allow_null=True)
    adopted_at = serializers.DateTimeField(allow_null=True)
    adopted_by = Text(source="adopted_by.name", allow_null=True)
    tiers = TierRow(many=True)

    computed = ("tiers",)
    staff_only = ("note", "adopted_at", "adopted_by")

    @classmethod
    def fill(cls, rows: Mapping[int, Facts], *, user: User) -> None:
        for table in TierTable.objects.filter(pk__in=list(rows)).prefetch_related("tiers"):
            rows[table.pk]["tiers"] = [
                {
                    "code": band.code,
                    "income_from": money(band.income_from),
                    "income_below": None if band.income_below is None else money(band.income_below),
                    "percent": str(band.percent),
                }
                for band in bands(table)
            ]


class TierTables(Resource):
    """Tables of the discount."""

    tag = _("Tier tables")
    model = TierTable
    readers = members(Role.FINANCE)
    row = TierTableRow
    orderings = {"valid_from": "valid_from"}
    ordering = "-valid_from"
    lookups = {"valid_from": "valid_from"}

    def visible(self, user: User) -> models.QuerySet[TierTable]:
        found = TierTable.objects.all()
        # What is adopted for later is not told before its day.
        return found if user.is_staff_member else found.filter(valid_from__lte=self.today)


class SeenRow(Row):
    """A file as it lay before who decided."""

    name = Text()
    sha256 = Text()


class DecisionRow(Row):
    """Which tier an organisation has in a period, and why. The newest that covers the day of the work prices it."""

    id = Whole()
    organisation = Whole(source="organisation.number")
    organisation_name = Text(source="organisation.name")
    tier = Text(source="tier.code")
    percent = serializers.DecimalField(source="tier.percent", max_digits=5, decimal_places=2)
    tier_table = Day(source="tier.table.valid_from")
    basis = OneOf(Basis)
    income_year = Whole(allow_null=True)
    valid_from = Day()
    valid_to = Day()
    reason = Text()
    # None where it is another organisation's: a branch is judged by the accounts of the body above.
    declaration = Whole(allow_null=True)
    evidence = SeenRow(many=True)
    # The decision it takes the place of for the days they share.
    supersedes = Whole(source="supersedes_id", allow_null=True)
    decided_at = serializers.DateTimeField()
    decided_by = Text(source="decided_by.name", allow_null=True)
    exceeded_provisional = YesNo(allow_null=True)

    computed = ("declaration", "evidence")
    staff_only = ("decided_by", "exceeded_provisional")

    @classmethod
    def fill(cls, rows: Mapping[int, Facts], *, user: User) -> None:
        found = TierDecision.objects.filter(pk__in=list(rows)).order_by()
        columns = ("pk", "declaration", "declaration__organisation", "organisation", "evidence")
        for pk, declaration, declared_by, organisation, evidence in found.values_list(*columns):
            # What the body above sent is named to it and to staff alone, as on the page of the portal.
            is_shown = user.is_staff_member or declared_by == organisation
            rows[pk]["declaration"] = declaration if is_shown else None
            seen = evidence if is_shown else []
            rows[pk]["evidence"] = [{"name": file["name"], "sha256": file["sha256"]} for file in seen]


class DecisionFilters(Filters):
    organisation = WholeFilter(field_name="organisation__number")
    tier = django_filters.CharFilter(field_name="tier__code")
    basis = OneOfFilter(Basis)
    income_year = WholeFilter()
    in_force_on = DayFilter(method="covering", help_text=_("Of each organisation the decision that counts on the day."))
    decided_from = DayFilter(field_name="decided_at", lookup_expr="date__gte")
    decided_to = DayFilter(field_name="decided_at", lookup_expr="date__lte")

    def covering(self, found: models.QuerySet[TierDecision], name: str, day: dt.date) -> models.QuerySet[TierDecision]:
        """The newest of each organisation that covers the day."""
        newest = TierDecision.objects.covering(day).filter(organisation=OuterRef("organisation"))
        return found.filter(pk=Subquery(newest.order_by("-decided_at", "-pk").values("pk")[:1]))


class Decisions(Resource):
    """Decisions on discounts."""

    tag = _("Decisions on discounts")
    model = TierDecision
    readers = members(Role.FINANCE)
    row = DecisionRow
    filterset_class = DecisionFilters
    orderings = {"id": "id", "decided_at": "decided_at", "valid_from": "valid_from"}
    ordering = "-id"
    lookups = {"decision": "pk"}

    def visible(self, user: User) -> models.QuerySet[TierDecision]:
        found = TierDecision.objects.all()
        if user.is_staff_member:
            return found
        return found.filter(organisation__in=organisations_of(user, Role.FINANCE))


urlpatterns: list[URLPattern] = [
    path("tier-tables/", TierTables.as_view({"get": "list"}), name="api_tier_tables"),
    path("tier-tables/<day:valid_from>/", TierTables.as_view({"get": "retrieve"}), name="api_tier_table"),
    path("decisions/", Decisions.as_view({"get": "list"}), name="api_decisions"),
    path("decisions/<int:decision>/", Decisions.as_view({"get": "retrieve"}), name="api_decision"),
]
