"""People to talk to in organisations, for other systems; staff only, like their pages."""

from __future__ import annotations

from django.db import models
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from advisory.kernel.api.fields import Checked, Ref, Text, Whole, YesNo
from advisory.kernel.api.filters import Filters, WholeFilter, YesNoFilter
from advisory.kernel.api.resource import Resource
from advisory.kernel.api.shapes import Body, Nothing, Row
from advisory.kernel.users import User
from clients.contacts.forms import ContactForm
from clients.contacts.models import Contact
from clients.contacts.services import activate, add, change, deactivate
from clients.organisations import Organisation


class ContactRow(Row):
    """A person to talk to."""

    id = Whole()
    organisation = Whole(source="organisation.number")
    name = Text()
    role = Text()
    email = Text()
    phone = Text()
    active = YesNo()
    created_at = serializers.DateTimeField()


class ContactChange(Body):
    """What the page's form asks."""

    name = Checked(ContactForm.base_fields["name"])
    role = Checked(ContactForm.base_fields["role"], required=False)
    email = Checked(ContactForm.base_fields["email"], required=False)
    phone = Checked(ContactForm.base_fields["phone"], required=False)


class ContactBody(ContactChange):
    organisation = Ref("number", queryset=Organisation.objects.all())


class ContactFilters(Filters):
    organisation = WholeFilter(field_name="organisation__number")
    active = YesNoFilter()


class Contacts(Resource):
    """Contacts."""

    tag = _("Contacts")
    says = {"put_away": _("Put away: kept, but no longer used"), "take_back": _("Take into use again")}
    model = Contact
    row = ContactRow
    filterset_class = ContactFilters
    orderings = {"id": "id", "name": "name"}
    lookups = {"contact_id": "pk"}
    bodies = {"create": ContactBody, "change": ContactChange, "put_away": Nothing, "take_back": Nothing}

    def visible(self, user: User) -> models.QuerySet[Contact]:
        return Contact.objects.all() if user.is_staff_member else Contact.objects.none()

    def create(self, request: Request) -> Response:
        made = add(by=self.person, now=self.now, **self.read())
        return self.made(made, reverse("api_contact", args=[made.pk]))

    def change(self, request: Request, contact_id: int) -> Response:
        found = self.find()
        as_it_is = {name: getattr(found, name) for name in ContactForm.base_fields}
        return self.done(change(contact=found, by=self.person, now=self.now, **as_it_is | self.read()))

    def put_away(self, request: Request, contact_id: int) -> Response:
        found = self.find()
        self.read()
        return self.done(deactivate(contact=found, by=self.person, now=self.now))

    def take_back(self, request: Request, contact_id: int) -> Response:
        found = self.find()
        self.read()
        return self.done(activate(contact=found, by=self.person, now=self.now))


urlpatterns: list[URLPattern] = [
    path("contacts/", Contacts.as_view({"get": "list", "post": "create"}), name="api_contacts"),
    path("contacts/<int:contact_id>/", Contacts.as_view({"get": "retrieve", "patch": "change"}), name="api_contact"),
    path("contacts/<int:contact_id>/deactivate/", Contacts.as_view({"post": "put_away"}), name="api_contact_put_away"),
    path("contacts/<int:contact_id>/activate/", Contacts.as_view({"post": "take_back"}), name="api_contact_take_back"),
]
