"""Those who work here: who they are, whom we have invited, what each may do. For administrators."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from advisory.kernel import staff
from advisory.kernel.access import administrators, user_of
from advisory.kernel.api_tokens import ApiToken
from advisory.kernel.errors import DomainError
from advisory.kernel.users import StaffRole, User
from advisory.web.settings.user_forms import StaffInvitationForm, StaffRoleForm
from clients.invitations.listing import pending
from clients.invitations.models import Invitation
from clients.invitations.services import invite, send_again, withdraw


def with_second_factor() -> set[int]:
    """Whose sign-in asks for more than the code by e-mail; recovery codes alone are none."""
    rows = Authenticator.objects.exclude(type=Authenticator.Type.RECOVERY_CODES)
    return set(rows.values_list("user_id", flat=True))


@administrators("GET")
def users(request: HttpRequest) -> HttpResponse:
    """Everyone with a role of staff, those who are switched off last, and the open invitations."""
    everyone = list(User.objects.exclude(staff_role=StaffRole.NONE).order_by("-is_active", "name", "email"))
    context = {
        "active": [person for person in everyone if person.is_active],
        "switched_off": [person for person in everyone if not person.is_active],
        "invitations": pending(None, timezone.now()),
        "second_factor": with_second_factor(),
    }
    return render(request, "settings/users/list.html", context)


@administrators("GET", "POST")
def new(request: HttpRequest) -> HttpResponse:
    """A form that invites somebody to work here."""
    form = StaffInvitationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = invite(
                email=form.cleaned_data["email"],
                name=form.cleaned_data["name"],
                role=StaffRole(form.cleaned_data["role"]),
                by=user_of(request),
                now=timezone.now(),
            )
        except DomainError as error:
            form.add_error("email", error.message)
        else:
            messages.success(request, _("The invitation is sent to %(email)s.") % {"email": made.email})
            return redirect("users")
    return render(request, "settings/users/new.html", {"form": form}, status=422 if form.errors else 200)


@administrators("GET", "POST")
def edit(request: HttpRequest, user: int) -> HttpResponse:
    """What another role gains and loses, and a button that switches the person off."""
    person = _person(user)
    form = StaffRoleForm(request.POST or None, current=person.staff_role)
    if request.method == "POST" and form.is_valid():
        try:
            staff.change_role(
                person=person, role=StaffRole(form.cleaned_data["role"]), by=user_of(request), now=timezone.now()
            )
        except DomainError as error:
            form.add_error("role", error.message)
        else:
            messages.success(request, _("The role is changed."))
            return redirect("users")
    return _page(request, person, form)


@administrators("POST")
def off(request: HttpRequest, user: int) -> HttpResponse:
    """The person out, at once and everywhere."""
    person = _person(user)
    try:
        staff.switch_off(person=person, by=user_of(request), now=timezone.now())
    except DomainError as error:
        form = StaffRoleForm({"role": person.staff_role}, current=person.staff_role)
        form.add_error(None, error.message)
        return _page(request, person, form)
    messages.success(request, _("%(name)s is switched off, and signed out everywhere.") % {"name": person})
    return redirect("users")


@administrators("POST")
def on(request: HttpRequest, user: int) -> HttpResponse:
    """The person may sign in again."""
    person = staff.switch_on(person=_person(user), by=user_of(request), now=timezone.now())
    messages.success(request, _("%(name)s can sign in again.") % {"name": person})
    return redirect("users")


@administrators("POST")
def again(request: HttpRequest, invitation: int) -> HttpResponse:
    """The invitation mailed once more, with a new link."""
    sent = send_again(invitation=_invitation(invitation), by=user_of(request), now=timezone.now())
    messages.success(request, _("The invitation is sent to %(email)s.") % {"email": sent.email})
    return redirect("users")


@administrators("POST")
def withdrawn(request: HttpRequest, invitation: int) -> HttpResponse:
    """The invitation taken back."""
    gone = withdraw(invitation=_invitation(invitation), by=user_of(request), now=timezone.now())
    messages.success(request, _("The invitation to %(email)s is withdrawn.") % {"email": gone.email})
    return redirect("users")


def _person(user: int) -> User:
    return get_object_or_404(User.objects.exclude(staff_role=StaffRole.NONE), pk=user)


def _invitation(invitation: int) -> Invitation:
    return get_object_or_404(Invitation, pk=invitation, organisation=None)


def _page(request: HttpRequest, person: User, form: StaffRoleForm) -> HttpResponse:
    context = {
        "person": person,
        "form": form,
        "is_me": person.pk == user_of(request).pk,
        "tokens": ApiToken.objects.valid(timezone.now()).filter(user=person),
    }
    return render(request, "settings/users/edit.html", context, status=422 if form.errors else 200)
