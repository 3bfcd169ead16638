"""What hours and engagements are filed under, for other systems; read only, staff only."""

from __future__ import annotations

from django.db import models
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from advisory.kernel.api.fields import OneOf, Text, Whole, YesNo
from advisory.kernel.api.filters import Filters, YesNoFilter
from advisory.kernel.api.resource import Resource
from advisory.kernel.api.shapes import Row
from advisory.kernel.users import User
from engagements.work.models import Activity, FundingArea, SelfcostService, ServiceType


class ServiceTypeRow(Row):
    """A kind of help, with the self-cost service whose rate prices it."""

    code = Text()
    name_nb = Text()
    name_nn = Text()
    name_en = Text()
    service = OneOf(SelfcostService)
    active = YesNo()


class ServiceTypeFilters(Filters):
    active = YesNoFilter()


class ServiceTypes(Resource):
    """Kinds of help."""

    tag = _("Service types")
    model = ServiceType
    row = ServiceTypeRow
    filterset_class = ServiceTypeFilters
    orderings = {"code": "code"}
    ordering = "code"
    lookups = {"code": "code"}

    def visible(self, user: User) -> models.QuerySet[ServiceType]:
        return ServiceType.objects.all()


class ActivityRow(Row):
    """Internal work that no organisation pays for."""

    id = Whole()
    name = Text()
    funding_area = OneOf(FundingArea)
    active = YesNo()


class ActivityFilters(Filters):
    active = YesNoFilter()


class Activities(Resource):
    """Internal activities."""

    tag = _("Internal activities")
    model = Activity
    row = ActivityRow
    filterset_class = ActivityFilters
    orderings = {"id": "id", "name": "name"}
    lookups = {"activity": "pk"}

    def visible(self, user: User) -> models.QuerySet[Activity]:
        return Activity.objects.all()


urlpatterns: list[URLPattern] = [
    path("service-types/", ServiceTypes.as_view({"get": "list"}), name="api_service_types"),
    path("service-types/<slug:code>/", ServiceTypes.as_view({"get": "retrieve"}), name="api_service_type"),
    path("activities/", Activities.as_view({"get": "list"}), name="api_activities"),
    path("activities/<int:activity>/", Activities.as_view({"get": "retrieve"}), name="api_activity"),
]
