"""Organisations, their contacts and their declarations, for other systems."""

from __future__ import annotations

from django.db import models
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from advisory.kernel.api.filters import Filters, OneOfFilter, WholeFilter
from advisory.kernel.api.resource import Resource
from advisory.kernel.api.shapes import Body, Row
from advisory.kernel.users import User
from clients.access import members, organisations_of
from clients.memberships import Role
from clients.organisations import Organisation
from clients.organisations.models import Kind
from clients.organisations.services import register


class OrganisationRow(Row):
    """An organisation."""

    number = serializers.IntegerField()
    name = serializers.CharField()
    organisation_number = serializers.CharField()
    kind = serializers.ChoiceField(choices=Kind.choices)
    parent = serializers.IntegerField(  # type: ignore[assignment]  # a column, not the serializer above
        source="parent.number", allow_null=True
    )
    created_at = serializers.DateTimeField()


class OrganisationBody(Body):
    name = serializers.CharField(max_length=160)


class OrganisationFilters(Filters):
    kind = OneOfFilter(Kind)
    number = WholeFilter()


class Organisations(Resource):
    """Organisations: staff see all, members their own."""

    tag = _("Organisations")
    model = Organisation
    readers = members(Role.READER)
    row = OrganisationRow
    filterset_class = OrganisationFilters
    orderings = {"number": "number", "name": "search_name"}
    ordering = "number"
    lookups = {"number": "number"}
    bodies = {"create": OrganisationBody}

    def visible(self, user: User) -> models.QuerySet[Organisation]:
        found = Organisation.objects.all()
        return found if user.is_staff_member else found.filter(pk__in=organisations_of(user, Role.READER))

    def create(self, request: Request) -> Response:
        made = register(by=self.person, now=self.now, **self.read())
        return self.made(made, reverse("api_organisation", args=[made.number]))


urlpatterns: list[URLPattern] = [
    path("organisations/", Organisations.as_view({"get": "list", "post": "create"}), name="api_organisations"),
    path("organisations/<int:number>/", Organisations.as_view({"get": "retrieve"}), name="api_organisation"),
]
