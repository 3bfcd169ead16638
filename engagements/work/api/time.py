"""Hours for other systems: staff read all and write by the verbs of the pages; members read what counts for them."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db import models
from django.db.models import Case, Q, Value, When
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from advisory.kernel.api.fields import Day, Note, OneOf, Ref, Text, Whole, YesNo
from advisory.kernel.api.filters import DayFilter, Filters, MomentFilter, OneOfFilter, WholeFilter, YesNoFilter
from advisory.kernel.api.resource import Resource
from advisory.kernel.api.shapes import NotesBody, Row
from advisory.kernel.users import User
from clients.access import members, organisations_of
from clients.memberships import Role
from engagements.work.frame import COUNTED
from engagements.work.hours import MINUTES_OF_A_DAY
from engagements.work.log_time import BeyondFrame, DayFull, NotInUse, change_time, log_time, remove_time
from engagements.work.models import Activity, Engagement, FundingArea, ServiceType, TimeEntry


class Billing(models.TextChoices):
    """How far an entry has come on its way to an invoice."""

    FREE = "free", _("not billable")
    UNBILLED = "unbilled", _("billable, in no proposal")
    PROPOSED = "proposed", _("in an invoice proposal")
    BILLED = "billed", _("billed")
    WRITTEN_OFF = "written_off", _("written off")


BILLING = Billing.choices
_BILLING = Case(
    When(billable=False, then=Value(Billing.FREE)),
    When(hold__written_off=True, then=Value(Billing.WRITTEN_OFF)),
    When(hold__document__isnull=False, then=Value(Billing.BILLED)),
    When(hold__isnull=False, then=Value(Billing.PROPOSED)),
    default=Value(Billing.UNBILLED),
    output_field=models.CharField(),
)


class TimeRow(Row):
    """Minutes of one person on one day, on an engagement or an internal activity; null for members: staff's affairs."""

    id = Whole()
    engagement = Text(source="engagement.reference", allow_null=True)
    organisation = Whole(source="engagement.organisation.number", allow_null=True)
    activity = Whole(source="activity_id", allow_null=True)
    advisor = Text(source="advisor.email", allow_null=True)
    day = Day()
    minutes = Whole()
    text = Text()
    service_type = Text(source="service_type.code", allow_null=True)
    funding_area = OneOf(FundingArea, allow_null=True)
    billable = YesNo()
    billing = OneOf(Billing, source="billing_state", allow_null=True)
    invoice = Whole(source="hold.document", allow_null=True)
    # The hour of a joint order that it is a part of: it is changed there.
    joint_hour = Whole(source="joint_hour_id", allow_null=True)
    version = Whole()
    created_at = serializers.DateTimeField()
    changed_at = serializers.DateTimeField()

    staff_only = ("advisor", "funding_area", "billing", "invoice", "joint_hour")


class _Work(NotesBody):
    """Where hours lie: an engagement or an internal activity."""

    engagement = Ref("reference", queryset=Engagement.objects.all(), required=False)
    activity = Ref("id", queryset=Activity.objects.all(), required=False)
    day = Day()
    minutes = Whole(min_value=1, max_value=MINUTES_OF_A_DAY)
    text = Note(required=False, allow_blank=True, max_length=500)
    service_type = Ref("code", queryset=ServiceType.objects.all(), required=False, allow_null=True)
    billable = YesNo(required=False, allow_null=True)

    default_error_messages = {"one_work": _("Name an engagement or an activity, one of them.")}

    def validate(self, facts: dict[str, Any]) -> dict[str, Any]:
        works = [facts.pop(name) for name in ("engagement", "activity") if name in facts]
        if len(works) > 1 or not (works or self.partial):
            raise serializers.ValidationError({"engagement": [self.error_messages["one_work"]]}, "one_work")
        return facts | {"work": works[0]} if works else facts


class TimeBody(_Work):
    advisor = Ref("email", queryset=User.objects.staff(), required=False, help_text=_("For administrators. Else you."))


class TimeChange(_Work):
    version = Whole(required=False, help_text=_("The version you read: another one is a conflict."))


class TimeFilters(Filters):
    engagement = django_filters.CharFilter(field_name="engagement__reference")
    organisation = WholeFilter(field_name="engagement__organisation__number")
    activity = WholeFilter(field_name="activity")
    service_type = django_filters.CharFilter(field_name="service_type__code")
    day_from = DayFilter(field_name="day", lookup_expr="gte")
    day_to = DayFilter(field_name="day", lookup_expr="lte")
    billable = YesNoFilter()
    changed_since = MomentFilter(field_name="changed_at", lookup_expr="gte")
    advisor = django_filters.CharFilter(method="of_staff", help_text=_("By e-mail. For staff."))
    billing = OneOfFilter(Billing, method="of_staff", help_text=_("For staff."))
    invoice = WholeFilter(method="of_staff", help_text=_("For staff."))

    def of_staff(self, found: models.QuerySet[TimeEntry], name: str, value: Any) -> models.QuerySet[TimeEntry]:
        """What members are not shown, they cannot ask for either."""
        column = {"advisor": "advisor__email", "billing": "billing_state", "invoice": "hold__document"}[name]
        return found.filter(**{column: value}) if self.request.user.is_staff_member else found.none()


class TimeEntries(Resource):
    """Hours."""

    tag = _("Hours")
    model = TimeEntry
    readers = members(Role.READER)
    row = TimeRow
    filterset_class = TimeFilters
    orderings = {"id": "id", "day": "day", "changed_at": "changed_at"}
    lookups = {"entry": "pk"}
    bodies = {"create": TimeBody, "change": TimeChange}
    named = {DayFull: "minutes", BeyondFrame: "minutes", NotInUse: "service_type"}

    def visible(self, user: User) -> models.QuerySet[TimeEntry]:
        found = TimeEntry.objects.annotate(billing_state=_BILLING)
        if user.is_staff_member:
            return found
        return found.filter(COUNTED, Q(engagement__organisation__in=organisations_of(user, Role.READER)))

    def create(self, request: Request) -> Response:
        made = log_time(**self.read(), by=self.person, now=self.now)
        return self.made(made, reverse("api_time_entry", args=[made.pk]))

    def change(self, request: Request, entry: int) -> Response:
        found = self.find()
        facts = {"version": found.version, "minutes": found.minutes} | self.read()
        return self.done(change_time(entry=found, **facts, by=self.person, now=self.now))

    def remove(self, request: Request, entry: int) -> Response:
        found = self.find()
        remove_time(entry=found, version=found.version, by=self.person, now=self.now)
        return self.gone()


urlpatterns: list[URLPattern] = [
    path("time-entries/", TimeEntries.as_view({"get": "list", "post": "create"}), name="api_time_entries"),
    path(
        "time-entries/<int:entry>/",
        TimeEntries.as_view({"get": "retrieve", "patch": "change", "delete": "remove"}),
        name="api_time_entry",
    ),
]
