"""The organisation's side of this storey: its own facts, who has access, the income it declares.

Every view starts at `clients.access.portal`. Money and incomes want the role finance; what decides who has access
wants owner.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from advisory.kernel.access import user_of
from advisory.kernel.errors import DomainError
from clients import panels
from clients.access import portal
from clients.income.declare import declare
from clients.income.downloads import hand_out
from clients.income.forms import BudgetForm, DeclarationForm
from clients.income.models import DeclarationBasis, EvidenceFile, IncomeDeclaration
from clients.invitations.listing import pending
from clients.invitations.models import Invitation
from clients.invitations.services import invite, send_again, withdraw
from clients.memberships.forms import InvitationForm, RoleForm
from clients.memberships.models import Membership, Role
from clients.memberships.services import change_role, end_access
from clients.organisations.forms import ContactFactsForm
from clients.organisations.services import ChangedMeanwhile, change

#: How many closed years can be declared: the last, and those a late treasurer may owe us.
DECLARABLE_YEARS = 3


@dataclass(frozen=True, slots=True)
class Tab:
    href: str
    label: str
    is_current: bool
    count: None = None


def _frame(membership: Membership, current: str) -> dict[str, object]:
    """The tabs of «Vår organisasjon» that the member's role opens."""
    pages = [("portal_organisation", _("Our details"), Role.READER)]
    pages += [("portal_income", _("Income"), Role.FINANCE), ("portal_people", _("Who has access"), Role.FINANCE)]
    number = membership.organisation.number
    return {
        "organisation": membership.organisation,
        "membership": membership,
        "is_owner": membership.may(Role.OWNER),
        "tabs": [
            Tab(reverse(name, args=[number]), label, name == current)
            for name, label, role in pages
            if membership.may(role)
        ],
    }


# --- Our details


@portal(Role.READER)
def organisation(request: HttpRequest, membership: Membership) -> HttpResponse:
    """What we know about the organisation, for all of its members."""
    return render(request, "portal/organisation/detail.html", _frame(membership, "portal_organisation"))


@portal(Role.OWNER, "GET", "POST")
def organisation_edit(request: HttpRequest, membership: Membership) -> HttpResponse:
    """A form for the facts that the organisation changes itself."""
    org = membership.organisation
    form = ContactFactsForm(request.POST or None, organisation=org)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            change(
                organisation=org,
                by=user_of(request),
                now=timezone.now(),
                seen=form.cleaned_data["seen"] or None,
                **form.facts(),
            )
        except ChangedMeanwhile as error:
            status = error.status
            form.add_error(None, error.message)
            form.look_again()
        else:
            messages.success(request, _("The changes are saved."))
            return redirect("portal_organisation", org.number)
    context = {**_frame(membership, "portal_organisation"), "form": form}
    return render(
        request, "portal/organisation/edit.html", context, status=422 if form.errors and status == 200 else status
    )


# --- Who has access


@portal(Role.FINANCE)
def people(request: HttpRequest, membership: Membership) -> HttpResponse:
    """Everyone who can sign in for the organisation, with role and last sign-in; the owner sees open invitations."""
    everyone = Membership.objects.current().filter(organisation=membership.organisation).by_rank()
    context = {**_frame(membership, "portal_people"), "people": everyone}
    if membership.may(Role.OWNER):
        context["invitations"] = pending(membership.organisation, timezone.now())
    return render(request, "portal/people/list.html", context)


@portal(Role.OWNER, "GET", "POST")
def person_new(request: HttpRequest, membership: Membership) -> HttpResponse:
    """A form that invites somebody, for the owner."""
    org = membership.organisation
    form = InvitationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = invite(
                organisation=org,
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
            return redirect("portal_people", org.number)
    context = {**_frame(membership, "portal_people"), "form": form}
    return render(request, "portal/people/new.html", context, status=422 if form.errors else 200)


@portal(Role.OWNER, "POST")
def invitation_again(request: HttpRequest, membership: Membership, invitation: int) -> HttpResponse:
    """The invitation mailed once more, with a new link."""
    sent = send_again(invitation=_invitation(membership, invitation), by=user_of(request), now=timezone.now())
    messages.success(request, _("The invitation is sent to %(email)s.") % {"email": sent.email})
    return redirect("portal_people", membership.organisation.number)


@portal(Role.OWNER, "POST")
def invitation_withdraw(request: HttpRequest, membership: Membership, invitation: int) -> HttpResponse:
    """The invitation taken back."""
    gone = withdraw(invitation=_invitation(membership, invitation), by=user_of(request), now=timezone.now())
    messages.success(request, _("The invitation to %(email)s is withdrawn.") % {"email": gone.email})
    return redirect("portal_people", membership.organisation.number)


def _invitation(membership: Membership, invitation: int) -> Invitation:
    return get_object_or_404(
        Invitation.objects.select_related("organisation"), pk=invitation, organisation=membership.organisation
    )


@portal(Role.OWNER, "GET", "POST")
def person(request: HttpRequest, membership: Membership, membership_id: int) -> HttpResponse:
    """A form for somebody's role, and a button that ends the access."""
    other = _other(membership, membership_id)
    form = RoleForm(request.POST or None, current=other.role)
    if request.method == "POST" and form.is_valid():
        try:
            change_role(membership=other, role=Role(form.cleaned_data["role"]), by=user_of(request), now=timezone.now())
        except DomainError as error:
            form.add_error("role", error.message)
        else:
            messages.success(request, _("The role is changed."))
            return _after_access(request, membership)
    return _person_page(request, membership, other, form)


@portal(Role.OWNER, "POST")
def person_end(request: HttpRequest, membership: Membership, membership_id: int) -> HttpResponse:
    """The access ended."""
    other = _other(membership, membership_id)
    try:
        end_access(membership=other, by=user_of(request), now=timezone.now())
    except DomainError as error:
        form = RoleForm({"role": other.role}, current=other.role)
        form.add_error(None, error.message)
        return _person_page(request, membership, other, form)
    messages.success(request, _("%(name)s no longer has access.") % {"name": other.shown_name})
    return _after_access(request, membership)


def _other(membership: Membership, membership_id: int) -> Membership:
    current = Membership.objects.current().select_related("organisation", "user")
    return get_object_or_404(current, pk=membership_id, organisation=membership.organisation)


def _after_access(request: HttpRequest, membership: Membership) -> HttpResponse:
    """Back to the list, unless the owner has just closed that door behind himself."""
    now_there = Membership.objects.current().filter(pk=membership.pk).first()
    if now_there is None:
        return redirect("portal")
    page = "portal_people" if now_there.may(Role.FINANCE) else "portal_home"
    return redirect(page, membership.organisation.number)


def _person_page(request: HttpRequest, membership: Membership, other: Membership, form: RoleForm) -> HttpResponse:
    context = {**_frame(membership, "portal_people"), "other": other, "form": form}
    return render(request, "portal/people/edit.html", context, status=422 if form.errors else 200)


# --- Income


@portal(Role.FINANCE)
def income(request: HttpRequest, membership: Membership) -> HttpResponse:
    """What was declared, with its evidence and what became of it."""
    declarations = list(
        IncomeDeclaration.objects.filter(organisation=membership.organisation).select_related("submitted_by")
    )
    files: dict[int, list[EvidenceFile]] = {}
    # The bytes stay in the database: only the names are listed.
    for file in EvidenceFile.objects.filter(declaration__in=declarations).defer("content").order_by("pk"):
        files.setdefault(file.declaration_id, []).append(file)
    facts = panels.declaration_facts([one.pk for one in declarations])
    year = _last_closed_year()
    newest: dict[tuple[int, str], int] = {}
    for one in declarations:
        newest.setdefault((one.year, one.basis), one.pk)
    context = {
        **_frame(membership, "portal_income"),
        # Only the newest of a year can still be decided on.
        "replaced": {one.pk for one in declarations} - set(newest.values()),
        "declarations": [(one, files.get(one.pk, []), facts.get(one.pk)) for one in declarations],
        "year": year,
        "is_asked": membership.organisation.own_accounts and not any(one.year == year for one in declarations),
        "judge": membership.organisation.judged_by,
    }
    return render(request, "portal/income/list.html", context)


@portal(Role.FINANCE, "GET", "POST")
def income_new(request: HttpRequest, membership: Membership) -> HttpResponse:
    """The form for one closed year: the last, or an earlier one by `?year=`; `?basis=budget` for a new organisation."""
    org = membership.organisation
    is_budget = request.GET.get("basis") == DeclarationBasis.BUDGET
    newest = _last_closed_year() + (1 if is_budget else 0)
    years = (newest, newest + 1) if is_budget else tuple(range(newest, newest - DECLARABLE_YEARS, -1))
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isascii() and asked.isdigit() and len(asked) == 4 and int(asked) in years else years[0]
    form = (BudgetForm if is_budget else DeclarationForm)(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            declare(
                organisation=org,
                year=year,
                by=user_of(request),
                arrived_on=timezone.localdate(),
                now=timezone.now(),
                **form.facts(),
            )
        except DomainError as error:
            form.show(error)
        else:
            messages.success(
                request, _("Thank you! We have your income for %(year)s, and will answer by e-mail.") % {"year": year}
            )
            return redirect("portal_income", org.number)
    context = {
        **_frame(membership, "portal_income"),
        "form": form,
        "year": year,
        "is_budget": is_budget,
        "other_years": [other for other in years if other != year],
    }
    return render(request, "portal/income/new.html", context, status=422 if form.errors else 200)


@portal(Role.FINANCE)
def evidence(request: HttpRequest, membership: Membership, file_id: int) -> HttpResponse:
    """One of the organisation's own files."""
    files = EvidenceFile.objects.filter(declaration__organisation=membership.organisation)
    file = get_object_or_404(files.select_related("declaration__organisation"), pk=file_id)
    return hand_out(file, by=user_of(request), now=timezone.now())


def _last_closed_year(on: date | None = None) -> int:
    return (on or timezone.localdate()).year - 1
