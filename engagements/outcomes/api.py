"""Goals and results of engagements for other systems: staff read and write, members read their own."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db import models
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from advisory.kernel.api.fields import Day, FigureField, Note, OneOf, Ref, Text, Whole
from advisory.kernel.api.filters import Filters, OneOfFilter, WholeFilter
from advisory.kernel.api.resource import Resource
from advisory.kernel.api.shapes import NotesBody, Row
from advisory.kernel.users import User
from clients.access import members, organisations_of
from clients.memberships import Role
from engagements.outcomes.models import Evidence, Outcome, OutcomeStatus
from engagements.outcomes.record import record_outcome, remove_outcome
from engagements.work.models import Engagement

_FACTS = ("goal", "unit", "before", "target", "after", "status", "evidence", "result", "measured_on")


class OutcomeRow(Row):
    """A goal, its measure before and after, and its result. Figures are strings."""

    id = Whole()
    engagement = Text(source="engagement.reference")
    organisation = Whole(source="engagement.organisation.number")
    goal = Text()
    unit = Text()
    before = FigureField(negative=True, allow_null=True)
    target = FigureField(negative=True, allow_null=True)
    after = FigureField(negative=True, allow_null=True)
    status = OneOf(OutcomeStatus)
    evidence = OneOf(Evidence)
    result = Text()
    measured_on = Day(allow_null=True)
    created_at = serializers.DateTimeField()


class OutcomeChange(NotesBody):
    """What is measured must be named (`unit`) as soon as there is a figure."""

    goal = Note(max_length=300)
    unit = Text(required=False, allow_blank=True, max_length=40)
    before = FigureField(negative=True, required=False, allow_null=True)
    target = FigureField(negative=True, required=False, allow_null=True)
    after = FigureField(negative=True, required=False, allow_null=True)
    status = OneOf(OutcomeStatus, required=False)
    evidence = OneOf(Evidence, required=False)
    result = Note(required=False, allow_blank=True, max_length=2000)
    measured_on = Day(required=False, allow_null=True, not_after_today=True)


class OutcomeBody(OutcomeChange):
    engagement = Ref("reference", queryset=Engagement.objects.all())


class OutcomeFilters(Filters):
    engagement = django_filters.CharFilter(field_name="engagement__reference")
    organisation = WholeFilter(field_name="engagement__organisation__number")
    status = OneOfFilter(OutcomeStatus)


class Outcomes(Resource):
    """Goals and results."""

    tag = _("Goals and results")
    model = Outcome
    readers = members(Role.READER)
    row = OutcomeRow
    filterset_class = OutcomeFilters
    orderings = {"id": "id"}
    lookups = {"outcome": "pk"}
    bodies = {"create": OutcomeBody, "change": OutcomeChange}

    def visible(self, user: User) -> models.QuerySet[Outcome]:
        if user.is_staff_member:
            return Outcome.objects.filter(engagement__in=Engagement.objects.visible_to(user))
        return Outcome.objects.filter(engagement__organisation__in=organisations_of(user, Role.READER))

    def create(self, request: Request) -> Response:
        made = self._recorded(**self._with_unit(self.read()))
        return self.made(made, reverse("api_outcome", args=[made.pk]))

    def change(self, request: Request, outcome: int) -> Response:
        found = self.find()
        facts = self._with_unit({name: getattr(found, name) for name in _FACTS} | self.read())
        return self.done(self._recorded(engagement=found.engagement, outcome=found, **facts))

    def remove(self, request: Request, outcome: int) -> Response:
        remove_outcome(outcome=self.find(), by=self.person, now=self.now)
        return self.gone()

    def _recorded(self, **facts: Any) -> Outcome:
        return record_outcome(**facts, by=self.person, now=self.now)

    @staticmethod
    def _with_unit(facts: dict[str, Any]) -> dict[str, Any]:
        """The rule of the page's form, asked of the facts as they will stand."""
        if any(facts.get(name) is not None for name in ("before", "target", "after")) and not facts.get("unit"):
            raise serializers.ValidationError({"unit": [_("Say what the figures measure.")]}, "unit_missing")
        return facts


urlpatterns: list[URLPattern] = [
    path("outcomes/", Outcomes.as_view({"get": "list", "post": "create"}), name="api_outcomes"),
    path(
        "outcomes/<int:outcome>/",
        Outcomes.as_view({"get": "retrieve", "patch": "change", "delete": "remove"}),
        name="api_outcome",
    ),
]
