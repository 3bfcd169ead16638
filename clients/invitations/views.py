"""The link of an invitation: what it invites to, and the answer."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from allauth.core.internal import ratelimit
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from advisory.kernel.access import public, user_of
from clients.invitations.models import Invitation
from clients.invitations.services import ForSomeoneElse, InvitationGone, SignInFirst, accept, open_invitation

#: The name of the limit in `settings.SIGN_IN_LIMITS`.
LIMIT = "invitation"


@public("GET", "POST")
@sensitive_variables("token")
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """GET says who invites to what; POST accepts. Reading changes nothing: mail programs open links by themselves."""
    # Reading is counted too: a guess needs no POST.
    if not ratelimit.consume(request, app="allauth.account", action=LIMIT, limit_get=True):
        return _private(render(request, "429.html", {"full_path": "/"}, status=429))
    by = user_of(request) if request.user.is_authenticated else None
    try:
        found = open_invitation(token, timezone.now())
        if by is not None and by.email != found.email:
            raise ForSomeoneElse(email=found.email)
        if request.method == "POST":
            person = accept(token=token, by=by, now=timezone.now())
            if by is None:
                get_adapter(request).login(request, person)
                # The link proved the mailbox, as a code does: a second factor can be set up straight away.
                record_authentication(request, person, method="code", email=person.email)
            return _let_in(request, found)
    except InvitationGone as gone:
        return _private(render(request, "invitation/gone.html", {"full_path": "/"}, status=gone.status))
    except ForSomeoneElse as other:
        return _page(request, "invitation/other.html", found, status=other.status)
    except SignInFirst:
        here = reverse("invitation", args=[token])
        door = f"{reverse('account_login')}?{urlencode({'next': here})}"
        return _page(request, "invitation/sign_in.html", found, door=door)
    return _page(request, "invitation/invitation.html", found)


def _let_in(request: HttpRequest, found: Invitation) -> HttpResponse:
    if found.organisation is None:
        messages.success(request, _("Welcome! You are with us now."))
    else:
        messages.success(request, _("Welcome! You now have access to %(name)s.") % {"name": found.organisation.name})
    if request.POST.get("then") == "password":
        return redirect("account_set_password")
    return redirect("home") if found.organisation is None else redirect("portal_home", found.organisation.number)


def _page(request: HttpRequest, template: str, found: Invitation, *, status: int = 200, door: str = "") -> HttpResponse:
    # The language form leads back by `full_path`, which is the link itself: it stays between us and the browser.
    context = {"invitation": found, "organisation": found.organisation, "door": door}
    return _private(render(request, template, context, status=status))


def _private(response: HttpResponse) -> HttpResponse:
    # The house's referrer policy keeps the link from other hosts; a stricter one would take the Origin from the form.
    response["Cache-Control"] = "private, no-store"
    return response
