"""Recommended tools for other systems: staff read and write, members read their own."""

from __future__ import annotations

import django_filters
from django.db import models
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response

from advisory.kernel.api.fields import Day, Note, Ref, Text, Whole, YesNo
from advisory.kernel.api.filters import Filters, WholeFilter, YesNoFilter
from advisory.kernel.api.resource import Resource
from advisory.kernel.api.shapes import NotesBody, Row
from advisory.kernel.users import User
from clients.access import members, organisations_of
from clients.memberships import Role
from engagements.catalogue.models import Recommendation
from engagements.catalogue.recommend import NotAWebAddress, RecommendedAlready, recommend, withdraw
from engagements.work.models import Engagement

_FACTS = ("catalogue_id", "title", "url", "version", "reason", "advised")


class RecommendationRow(Row):
    """A tool of the catalogue as it was on the day of the advice."""

    id = Whole()
    engagement = Text(source="engagement.reference")
    organisation = Whole(source="engagement.organisation.number")
    catalogue_id = Text()
    title = Text()
    url = Text()
    version = Text()
    reason = Text()
    # False advises against it.
    advised = YesNo()
    recommended_on = Day()


class RecommendationChange(NotesBody):
    catalogue_id = Text(max_length=80)
    title = Text(max_length=160)
    url = Text(max_length=300)
    version = Text(required=False, allow_blank=True, max_length=40)
    reason = Note(max_length=1000)
    advised = YesNo(required=False)


class RecommendationBody(RecommendationChange):
    engagement = Ref("reference", queryset=Engagement.objects.all())


class RecommendationFilters(Filters):
    engagement = django_filters.CharFilter(field_name="engagement__reference")
    organisation = WholeFilter(field_name="engagement__organisation__number")
    catalogue_id = django_filters.CharFilter()
    advised = YesNoFilter()


class Recommendations(Resource):
    """Recommended tools."""

    tag = _("Recommended tools")
    model = Recommendation
    readers = members(Role.READER)
    row = RecommendationRow
    filterset_class = RecommendationFilters
    orderings = {"id": "id", "recommended_on": "recommended_on"}
    lookups = {"recommendation": "pk"}
    bodies = {"create": RecommendationBody, "change": RecommendationChange}
    named = {NotAWebAddress: "url", RecommendedAlready: "catalogue_id"}

    def visible(self, user: User) -> models.QuerySet[Recommendation]:
        if user.is_staff_member:
            return Recommendation.objects.filter(engagement__in=Engagement.objects.visible_to(user))
        return Recommendation.objects.filter(engagement__organisation__in=organisations_of(user, Role.READER))

    def create(self, request: Request) -> Response:
        made = recommend(**self.read(), by=self.person, on=self.today, now=self.now)
        return self.made(made, reverse("api_recommendation", args=[made.pk]))

    def change(self, request: Request, recommendation: int) -> Response:
        found = self.find()
        facts = {name: getattr(found, name) for name in _FACTS} | self.read()
        done = recommend(
            engagement=found.engagement, recommendation=found, **facts, by=self.person, on=self.today, now=self.now
        )
        return self.done(done)

    def remove(self, request: Request, recommendation: int) -> Response:
        withdraw(recommendation=self.find(), by=self.person, now=self.now)
        return self.gone()


urlpatterns: list[URLPattern] = [
    path("recommendations/", Recommendations.as_view({"get": "list", "post": "create"}), name="api_recommendations"),
    path(
        "recommendations/<int:recommendation>/",
        Recommendations.as_view({"get": "retrieve", "patch": "change", "delete": "remove"}),
        name="api_recommendation",
    ),
]
