"""The pages of a person's tokens: those there are, a new one that is shown once, and withdrawing."""

from __future__ import annotations

from allauth.account.internal.flows.reauthentication import is_reauthentication_required
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from advisory.kernel.access import administrators, signed_in, user_of
from advisory.kernel.api_tokens import ApiToken, make_token, withdraw_token
from advisory.kernel.errors import DomainError
from advisory.kernel.users import User
from advisory.web.api.description import first_request
from advisory.web.api.forms import TokenForm


@signed_in()
def tokens(request: HttpRequest) -> HttpResponse:
    """The tokens that work, and below them those that do no longer."""
    mine = list(ApiToken.objects.filter(user=user_of(request)))
    now = timezone.now()
    valid = [token for token in mine if token.revoked_at is None and token.expires_at > now]
    context = {"valid": valid, "ended": [token for token in mine if token not in valid]}
    return render(request, "settings/me/tokens/list.html", context)


@signed_in("GET", "POST")
def new(request: HttpRequest) -> HttpResponse:
    """A form for a token; the answer shows the token itself, which nobody can read again."""
    if is_reauthentication_required(request, app="allauth.mfa"):
        return redirect(f"{reverse('account_reauthenticate')}?{urlencode({'next': request.path})}")
    form = TokenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            token, secret = make_token(user=user_of(request), now=timezone.now(), **form.cleaned_data)
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            context = {"token": token, "secret": secret, "first": first_request(secret)}
            return render(request, "settings/me/tokens/made.html", context)
    return render(request, "settings/me/tokens/new.html", {"form": form}, status=422 if form.errors else 200)


@signed_in("POST")
def withdraw(request: HttpRequest, token: int) -> HttpResponse:
    """One's own token stops."""
    found = get_object_or_404(ApiToken, pk=token, user=user_of(request))
    withdraw_token(token=found, by=user_of(request), now=timezone.now())
    messages.success(request, _("«%(name)s» is withdrawn and no longer works.") % {"name": found.name})
    return redirect("me_tokens")


@administrators("POST")
def withdraw_of_user(request: HttpRequest, user: int, token: int) -> HttpResponse:
    """Somebody else's token stops."""
    owner = get_object_or_404(User, pk=user)
    found = get_object_or_404(ApiToken.objects.select_related("user"), pk=token, user=owner)
    withdraw_token(token=found, by=user_of(request), now=timezone.now())
    messages.success(request, _("«%(name)s» is withdrawn and no longer works.") % {"name": found.name})
    return redirect("user_edit", user)
