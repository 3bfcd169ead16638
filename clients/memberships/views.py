"""Access to the portal as administrators give, change and end it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from advisory.kernel.access import administrators, user_of
from advisory.kernel.errors import DomainError
from clients.invitations.models import Invitation
from clients.invitations.services import invite, send_again, withdraw
from clients.memberships.forms import InvitationForm, RoleForm
from clients.memberships.models import Membership, Role
from clients.memberships.services import change_role, end_access
from clients.organisations.models import Organisation


@administrators("GET", "POST")
def new(request: HttpRequest, number: int) -> HttpResponse:
    """A form that invites somebody."""
    organisation = get_object_or_404(Organisation, number=number)
    form = InvitationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = invite(
                organisation=organisation,
                email=form.cleaned_data["email"],
                name=form.cleaned_data["name"],
                role=Role(form.cleaned_data["role"]),
                by=user_of(request),
                now=timezone.now(),
            )
        except DomainError as error:
            form.add_error("email", error.message)
        else:
            messages.success(request, _("The invitation is sent to %(email)s.") % {"email": made.email})
            return redirect("organisation_contacts", number)
    context = {"organisation": organisation, "form": form}
    return render(request, "organisations/access/new.html", context, status=422 if form.errors else 200)


@administrators("POST")
def again(request: HttpRequest, number: int, invitation: int) -> HttpResponse:
    """The invitation mailed once more, with a new link."""
    sent = send_again(invitation=_invitation(number, invitation), by=user_of(request), now=timezone.now())
    messages.success(request, _("The invitation is sent to %(email)s.") % {"email": sent.email})
    return redirect("organisation_contacts", number)


@administrators("POST")
def withdrawn(request: HttpRequest, number: int, invitation: int) -> HttpResponse:
    """The invitation taken back."""
    gone = withdraw(invitation=_invitation(number, invitation), by=user_of(request), now=timezone.now())
    messages.success(request, _("The invitation to %(email)s is withdrawn.") % {"email": gone.email})
    return redirect("organisation_contacts", number)


@administrators("GET", "POST")
def edit(request: HttpRequest, number: int, membership_id: int) -> HttpResponse:
    """A form for the role, and a button that ends the access."""
    membership = _membership(number, membership_id)
    form = RoleForm(request.POST or None, current=membership.role)
    if request.method == "POST" and form.is_valid():
        try:
            change_role(
                membership=membership, role=Role(form.cleaned_data["role"]), by=user_of(request), now=timezone.now()
            )
        except DomainError as error:
            form.add_error("role", error.message)
        else:
            messages.success(request, _("The role is changed."))
            return redirect("organisation_contacts", number)
    return _edit_page(request, membership, form)


@administrators("POST")
def end(request: HttpRequest, number: int, membership_id: int) -> HttpResponse:
    """The access ended."""
    membership = _membership(number, membership_id)
    try:
        end_access(membership=membership, by=user_of(request), now=timezone.now())
    except DomainError as error:
        form = RoleForm({"role": membership.role}, current=membership.role)
        form.add_error(None, error.message)
        return _edit_page(request, membership, form)
    messages.success(request, _("%(name)s no longer has access.") % {"name": membership.shown_name})
    return redirect("organisation_contacts", number)


def _invitation(number: int, invitation: int) -> Invitation:
    return get_object_or_404(
        Invitation.objects.select_related("organisation"), pk=invitation, organisation__number=number
    )


def _membership(number: int, membership_id: int) -> Membership:
    return get_object_or_404(
        Membership.objects.current().select_related("organisation", "user"),
        pk=membership_id,
        organisation__number=number,
    )


def _edit_page(request: HttpRequest, membership: Membership, form: RoleForm) -> HttpResponse:
    context = {"organisation": membership.organisation, "membership": membership, "form": form}
    return render(request, "organisations/access/edit.html", context, status=422 if form.errors else 200)
