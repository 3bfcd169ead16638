"""The contacts of an organisation, beside those who can sign in for it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from advisory.kernel.access import staff, user_of
from advisory.kernel.list_file import list_file
from clients.contacts.forms import ContactForm
from clients.contacts.models import Contact
from clients.contacts.services import activate, add, change, deactivate
from clients.invitations.listing import pending
from clients.memberships.models import Membership
from clients.organisations.columns import contact_columns
from clients.organisations.models import Organisation
from clients.organisations.views import head


@staff()
def contacts(request: HttpRequest, number: int) -> HttpResponse:
    """Contacts in use, those put away, and who has access to the portal."""
    organisation = get_object_or_404(Organisation, number=number)
    everyone = list(organisation.contacts.filter(erased_at=None).select_related("organisation"))
    name = _("contacts-%(number)s") % {"number": number}
    file = list_file(
        request,
        on=timezone.localdate(),
        name=name,
        title=_("Contacts"),
        columns=contact_columns(),
        rows=everyone,
    )
    if file:
        return file
    context = {
        **head(organisation, "organisation_contacts", request),
        "contacts": [contact for contact in everyone if contact.active],
        "put_away": [contact for contact in everyone if not contact.active],
        "memberships": Membership.objects.current().filter(organisation=organisation).by_rank(),
        "may_give_access": user_of(request).is_administrator,
        "invitations": pending(organisation, timezone.now()),
    }
    return render(request, "organisations/contacts/list.html", context)


@staff("GET", "POST")
def new(request: HttpRequest, number: int) -> HttpResponse:
    """A form for a new contact."""
    organisation = get_object_or_404(Organisation, number=number)
    form = ContactForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = add(organisation=organisation, by=user_of(request), now=timezone.now(), **form.cleaned_data)
        messages.success(request, _("%(name)s is added.") % {"name": made.name})
        return redirect("organisation_contacts", number)
    context = {"organisation": organisation, "form": form}
    return render(request, "organisations/contacts/new.html", context, status=422 if form.errors else 200)


@staff("GET", "POST")
def edit(request: HttpRequest, number: int, contact_id: int) -> HttpResponse:
    """A form for one contact, and a button that puts it away."""
    contact = get_object_or_404(
        Contact.objects.select_related("organisation"),
        pk=contact_id,
        organisation__number=number,
        erased_at=None,
    )
    facts = {key: getattr(contact, key) for key in ContactForm.base_fields}
    form = ContactForm(request.POST or None, initial=facts)
    if request.method == "POST" and form.is_valid():
        change(contact=contact, by=user_of(request), now=timezone.now(), **form.cleaned_data)
        messages.success(request, _("The changes are saved."))
        return redirect("organisation_contacts", number)
    context = {"organisation": contact.organisation, "contact": contact, "form": form}
    return render(request, "organisations/contacts/edit.html", context, status=422 if form.errors else 200)


@staff("POST")
def put_away(request: HttpRequest, number: int, contact_id: int) -> HttpResponse:
    """The contact no longer in use."""
    contact = get_object_or_404(Contact, pk=contact_id, organisation__number=number)
    deactivate(contact=contact, by=user_of(request), now=timezone.now())
    messages.success(
        request, _("%(name)s is put away. You find the name at the foot of the list.") % {"name": contact.name}
    )
    return redirect("organisation_contacts", number)


@staff("POST")
def take_back(request: HttpRequest, number: int, contact_id: int) -> HttpResponse:
    """The contact in use again."""
    contact = get_object_or_404(Contact, pk=contact_id, organisation__number=number)
    activate(contact=contact, by=user_of(request), now=timezone.now())
    messages.success(request, _("%(name)s is in use again.") % {"name": contact.name})
    return redirect("organisation_contacts", number)
