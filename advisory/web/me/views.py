"""«My page»: name, language, address, password, second factor and sessions of whoever is signed in."""

from __future__ import annotations

from datetime import timedelta

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.reauthentication import is_reauthentication_required
from allauth.core.internal import ratelimit
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from advisory.kernel import sessions
from advisory.kernel.access import signed_in, user_of
from advisory.kernel.api_tokens import ApiToken
from advisory.kernel.audit import AuditEvent
from advisory.kernel.errors import DomainError
from advisory.kernel.own_account import (
    address_of,
    change_email,
    change_own_facts,
    change_token,
    sign_out_everywhere,
)
from advisory.kernel.single_sign_on import connection_of, disconnect
from advisory.kernel.users import User, email_key
from advisory.web.me.forms import NewAddressForm, OwnFactsForm
from advisory.web.personal_data.asked import KINDS as FILE_KINDS

#: How many of the latest sign-ins the page shows.
SHOWN = 5


@signed_in("GET", "POST")
def me(request: HttpRequest) -> HttpResponse:
    """The page itself; the form on it is for name and language."""
    user = user_of(request)
    form = OwnFactsForm(request.POST or None, initial={"name": user.name, "language": user.language})
    if request.method == "POST" and form.is_valid():
        change_own_facts(user=user, now=timezone.now(), **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("me")
    context = {
        "form": form,
        "factors": _factors(user),
        "tokens": ApiToken.objects.valid(timezone.now()).filter(user=user).count(),
        "sign_ins": AuditEvent.objects.of(user).filter(action="user.sign_in")[:SHOWN],
        "limits": [_how_long(limit) for limit in sessions.limits_of(user)],
        "file_urls": {kind: reverse("me_file", args=[kind]) for kind in FILE_KINDS},
        "provider": settings.OIDC["name"] if settings.OIDC["issuer"] else "",
        "connection": connection_of(user) if settings.OIDC["issuer"] else None,
    }
    return render(request, "settings/me.html", context, status=422 if form.errors else 200)


def _how_long(limit: timedelta) -> str:
    """Whole days as days, what is shorter as hours."""
    if limit.days >= 2:
        return ngettext("%(n)s day", "%(n)s days", limit.days) % {"n": limit.days}
    hours = int(limit.total_seconds()) // 3600
    return ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours}


def _factors(user: User) -> dict[str, object]:
    kinds = list(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    return {"app": "totp" in kinds, "passkeys": kinds.count("webauthn"), "any": bool(set(kinds) & {"totp", "webauthn"})}


@signed_in("GET", "POST")
def email(request: HttpRequest) -> HttpResponse:
    """Ask for another address: the new one is sent a link, and nothing changes before it is opened."""
    user = user_of(request)
    if is_reauthentication_required(request, app="allauth.mfa"):
        return redirect(f"{reverse('account_reauthenticate')}?{urlencode({'next': request.path})}")
    form = NewAddressForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        address = email_key(form.cleaned_data["email"])
        if not ratelimit.consume(request, app="allauth.account", action="change_email", user=user):
            form.add_error("email", _("That was many addresses in a short time. Try again in an hour."))
        else:
            _write_to(request, user, address)
            return render(request, "settings/me/email_sent.html", {"address": address})
    return render(request, "settings/me/email.html", {"form": form}, status=422 if form.errors else 200)


def _write_to(request: HttpRequest, user: User, address: str) -> None:
    """The page answers alike for every address; only who can open the mailbox learns that it is taken."""
    adapter = get_adapter(request)
    if User.objects.filter(email=address).exists():
        adapter.send_mail("account/email/address_taken", address, {})
        return
    path = reverse("me_email_confirm", args=[change_token(user=user, address=address)])
    adapter.send_mail("account/email/change_address", address, {"url": f"{settings.SITE_URL}{path}", "user": user})


@signed_in("GET", "POST")
def email_confirm(request: HttpRequest, change: str) -> HttpResponse:
    """What the link in the mail opens: shows the change, and makes it."""
    user = user_of(request)
    try:
        if request.method == "POST":
            old = change_email(user=user, token=change, now=timezone.now())
            update_session_auth_hash(request, user)
            sessions.stamp(request)
            get_adapter(request).send_notification_mail(
                "account/email/address_changed", user, {"new": user.email}, email=old
            )
            messages.success(request, _("From now on you sign in with %(address)s.") % {"address": user.email})
            return redirect("me")
        address = address_of(token=change, user=user)
    except DomainError as error:
        return render(request, "settings/me/email_refused.html", {"error": error}, status=404)
    return render(request, "settings/me/email_confirm.html", {"address": address})


@signed_in("POST")
def everywhere(request: HttpRequest) -> HttpResponse:
    """Sign out on all other devices; this one stays."""
    user = user_of(request)
    sign_out_everywhere(user=user, now=timezone.now())
    update_session_auth_hash(request, user)
    messages.success(request, _("All your other devices have been signed out."))
    return redirect("me")


@signed_in("POST")
def single_sign_on_off(request: HttpRequest) -> HttpResponse:
    """Take the connection to the provider away."""
    disconnect(user=user_of(request), now=timezone.now())
    messages.success(request, _("The connection is removed."))
    return redirect("me")
