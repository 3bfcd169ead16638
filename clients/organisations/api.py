"""Organisations for other systems: staff read and write all, members read their own."""

from __future__ import annotations

from typing import Any

import django_filters
from django.conf import settings
from django.db import models
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from advisory.kernel.api.fields import Checked, Day, OneOf, Ref, Text, Whole, YesNo
from advisory.kernel.api.filters import Filters, OneOfFilter, WholeFilter, YesNoFilter
from advisory.kernel.api.resource import Resource
from advisory.kernel.api.shapes import Body, Row
from advisory.kernel.forms import AddressField
from advisory.kernel.users import User
from clients.access import members, organisations_of
from clients.memberships import Role
from clients.organisations.fields import OrganisationNumberField, PhoneField, PostalCodeField
from clients.organisations.forms import COUNTIES, LEGAL_FORMS
from clients.organisations.models import Kind, Organisation, Status
from clients.organisations.services import (
    AccountsOfNobody,
    OrganisationNumberTaken,
    PartOfItself,
    change,
    register,
)
from clients.register import icnpo


class OrganisationRow(Row):
    """An organisation. What only staff see is null for members."""

    number = Whole()
    name = Text()
    organisation_number = Text()
    form = Text()
    kind = OneOf(Kind)
    status = OneOf(Status)
    in_voluntary_register = YesNo()
    icnpo = Whole(allow_null=True)
    purpose_documented = YesNo(allow_null=True)
    own_accounts = YesNo(allow_null=True)
    # The number of the organisation it is part of.
    parent = Whole(source="parent.number", allow_null=True)  # type: ignore[assignment]  # a column, not the serializer
    members = Whole(allow_null=True)
    address = Text()
    postal_code = Text()
    city = Text()
    municipality = Text()
    county = Text()
    email = Text()
    phone = Text()
    language = OneOf(settings.LANGUAGES)
    invoice_email = Text()
    invoice_address = Text()
    invoice_postal_code = Text()
    invoice_city = Text()
    invoice_reference = Text()
    payment_days = Whole(allow_null=True)
    customer_since = Day(allow_null=True)
    created_at = serializers.DateTimeField()

    staff_only = ("purpose_documented", "own_accounts", "parent", "payment_days", "customer_since")


def _optional(length: int) -> Text:
    return Text(required=False, allow_blank=True, max_length=length)


def _email() -> Checked:
    return Checked(AddressField(required=False, max_length=254), required=False)


class OrganisationBody(Body):
    """The facts of an organisation; what is not sent stays, or begins empty."""

    name = Text(max_length=160)
    kind = OneOf(Kind)
    organisation_number = Checked(OrganisationNumberField(required=False), required=False)
    form = OneOf(LEGAL_FORMS, required=False)
    status = OneOf(Status, required=False)
    in_voluntary_register = YesNo(required=False)
    icnpo = OneOf(icnpo.choices(), required=False, allow_null=True)
    purpose_documented = YesNo(required=False)
    own_accounts = YesNo(required=False)
    parent = Ref("number", queryset=Organisation.objects.all(), required=False, allow_null=True)  # type: ignore[assignment]
    members = Whole(required=False, allow_null=True, min_value=0, max_value=5_000_000)
    address = _optional(200)
    postal_code = Checked(PostalCodeField(required=False), required=False)
    city = _optional(60)
    municipality = _optional(60)
    county = OneOf([("", ""), *((name, name) for name in COUNTIES)], required=False)
    email = _email()
    phone = Checked(PhoneField(required=False), required=False)
    language = OneOf(settings.LANGUAGES, required=False)
    invoice_email = _email()
    invoice_address = _optional(200)
    invoice_postal_code = Checked(PostalCodeField(required=False), required=False)
    invoice_city = _optional(60)
    invoice_reference = _optional(60)
    payment_days = Whole(required=False, allow_null=True, min_value=1, max_value=90)
    customer_since = Day(required=False, allow_null=True, not_after_today=True)


class OrganisationFilters(Filters):
    number = WholeFilter()
    organisation_number = django_filters.CharFilter()
    name = django_filters.CharFilter(method="by_name", help_text=_("Part of the name."))
    kind = OneOfFilter(Kind)
    status = OneOfFilter(Status)
    county = django_filters.CharFilter()
    icnpo = WholeFilter()
    in_voluntary_register = YesNoFilter()

    def by_name(self, found: models.QuerySet[Organisation], name: str, text: str) -> models.QuerySet[Organisation]:
        """By the name alone: contacts, which the pages of staff look through too, are not for members."""
        return found.filter(search_name__contains=text.casefold())


class Organisations(Resource):
    """Organisations."""

    tag = _("Organisations")
    model = Organisation
    readers = members(Role.READER)
    row = OrganisationRow
    filterset_class = OrganisationFilters
    orderings = {"number": "number", "name": "search_name"}
    ordering = "number"
    lookups = {"number": "number"}
    bodies = {"create": OrganisationBody, "change": OrganisationBody}
    named = {OrganisationNumberTaken: "organisation_number", PartOfItself: "parent", AccountsOfNobody: "parent"}

    def visible(self, user: User) -> models.QuerySet[Organisation]:
        found = Organisation.objects.all()
        return found if user.is_staff_member else found.filter(pk__in=organisations_of(user, Role.READER))

    def create(self, request: Request) -> Response:
        made = register(by=self.person, now=self.now, **self.read())
        return self.made(made, reverse("api_organisation", args=[made.number]))

    def change(self, request: Request, number: int) -> Response:
        found = self.find()
        return self.done(change(organisation=found, by=self.person, now=self.now, **self.read()))


def _view(**actions: str) -> Any:
    return Organisations.as_view(actions)


urlpatterns: list[URLPattern] = [
    path("organisations/", _view(get="list", post="create"), name="api_organisations"),
    path("organisations/<int:number>/", _view(get="retrieve", patch="change"), name="api_organisation"),
]
