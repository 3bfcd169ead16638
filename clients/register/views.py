"""From the organisation's page: ask the registers again, and take over what they say."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from advisory.kernel.access import staff, user_of
from clients.organisations.models import Organisation
from clients.register.client import RegisterUnavailable, the_register
from clients.register.comparing import NothingToTakeOver, take_over
from clients.register.look_up import look_up


@staff("POST")
def fetch(request: HttpRequest, number: int) -> HttpResponse:
    """Ask both registers about the organisation's number."""
    organisation = get_object_or_404(Organisation, number=number)
    if not organisation.organisation_number:
        messages.warning(request, _("The organisation has no organisation number here."))
        return redirect("organisation", number)
    try:
        known = look_up(
            organisation.organisation_number, client=the_register(), by=user_of(request), now=timezone.now()
        )
    except RegisterUnavailable as error:
        messages.warning(request, error.message)
    else:
        if known.is_found:
            messages.success(request, _("The registers have answered."))
        else:
            messages.warning(request, _("Enhetsregisteret does not know this number."))
    return redirect("organisation", number)


@staff("POST")
def take_over_fact(request: HttpRequest, number: int) -> HttpResponse:
    """Write what the register says of one thing, as it stood on the page."""
    organisation = get_object_or_404(Organisation, number=number)
    try:
        taken = take_over(
            organisation=organisation,
            key=request.POST.get("fact", ""),
            seen=request.POST.get("seen", ""),
            by=user_of(request),
            now=timezone.now(),
        )
    except NothingToTakeOver as error:
        messages.warning(request, error.message)
    else:
        facts = {"fact": taken.label, "value": taken.theirs}
        messages.success(request, _("Taken over from the register: %(fact)s is %(value)s.") % facts)
    return redirect("organisation", number)
