"""Sign-in, second factor and passwords: the views of allauth that this house uses, each with its audience.

allauth's own URL list is not included: it has sign-up, e-mail management and more that must not exist here.
The page of `login/` asks for a code first; the password is for those who have one.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account import views
from allauth.account.internal.flows.reauthentication import is_reauthentication_required
from allauth.mfa.base import views as second
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as app
from allauth.mfa.webauthn import views as passkeys
from allauth.socialaccount.providers.openid_connect import views as oidc
from django.conf import settings
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import path, register_converter, reverse, reverse_lazy
from django.urls.converters import StringConverter
from django.utils.http import urlencode

from advisory.kernel.access import public, signed_in, user_of
from advisory.kernel.second_factor import must_set_up
from advisory.web.demo.people import PASSWORD, SIGN_INS

View = Callable[..., HttpResponseBase]


def _says_422(view: View) -> View:
    """A form with mistakes answers 422, as everywhere in the house; allauth says 200."""

    @wraps(view)
    def answering(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        form = (getattr(response, "context_data", None) or {}).get("form")
        if request.method == "POST" and response.status_code == 200 and form is not None and form.errors:
            response.status_code = 422
        return response

    return answering


def _tells_who_may_try(view: View) -> View:
    """The ways in. In the demo the door says whom one may sign in as; nobody elsewhere sees it."""

    @wraps(view)
    def telling(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        context = getattr(response, "context_data", None)
        if context is not None:
            context["away"] = "away" in request.GET
            context["provider"] = settings.OIDC["name"] if settings.OIDC["issuer"] else ""
            context["demo"] = {"people": SIGN_INS, "password": PASSWORD} if settings.DEMO else None
        return response

    return telling


def _or_overview(view: View) -> View:
    """What the person has not set up leads to the page where it is set up."""

    @wraps(view)
    def answering(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except Http404:
            return redirect("mfa_index")

    return answering


def _only_with_provider(view: View) -> View:
    """There is no such page where no provider is named; who connects his own has shown again who he is."""

    @wraps(view)
    def answering(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not settings.OIDC["issuer"]:
            raise Http404
        connects = request.POST.get("process") == "connect"
        if connects and not request.user.is_authenticated:
            return redirect("account_login")
        if connects and is_reauthentication_required(request, app="allauth.mfa"):
            return redirect(f"{reverse('account_reauthenticate')}?{urlencode({'next': reverse('me')})}")
        return view(request, *args, **kwargs)

    return answering


def _says_whether_it_must_be(view: View) -> View:
    """Tells an administrator why he was sent to the overview of second factors."""

    @wraps(view)
    def telling(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        context = getattr(response, "context_data", None)
        if context is not None:
            context["must"] = must_set_up(user_of(request))
        return response

    return telling


class WordConverter(StringConverter):
    """Letters and digits: the person's part of a link ends at its first hyphen."""

    regex = "[0-9A-Za-z]+"


register_converter(WordConverter, "word")

_everyone = public("GET", "POST")
_known = signed_in("GET", "POST")

urlpatterns = [
    path("login/", _everyone(_tells_who_may_try(_says_422(views.login))), name="account_login"),
    path("login/code/", _everyone(_says_422(views.request_login_code)), name="account_request_login_code"),
    path("login/code/confirm/", _everyone(_says_422(views.confirm_login_code)), name="account_confirm_login_code"),
    path("logout/", public("POST")(views.logout), name="account_logout"),
    path("password/", _known(_says_422(views.password_change)), name="account_change_password"),
    path("password/set/", _known(_says_422(views.password_set)), name="account_set_password"),
    path("password/reset/", _everyone(_says_422(views.password_reset)), name="account_reset_password"),
    path("password/reset/sent/", public()(views.password_reset_done), name="account_reset_password_done"),
    path(
        "password/reset/done/",
        public()(views.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
    path(
        "password/reset/<word:uidb36>-<str:key>/",
        _everyone(_says_422(views.password_reset_from_key)),
        name="account_reset_password_from_key",
    ),
    # The second step at the door, and the passkey that needs no first.
    path("login/second/", _everyone(_says_422(second.authenticate)), name="mfa_authenticate"),
    path("login/passkey/", _everyone(passkeys.login_webauthn), name="mfa_login_webauthn"),
    path("login/with/<str:provider_id>/", public("POST")(_only_with_provider(oidc.login)), name="openid_connect_login"),
    path(
        "login/with/<str:provider_id>/back/",
        public("GET")(_only_with_provider(oidc.callback)),
        name="openid_connect_callback",
    ),
    # Who changes how he signs in shows once more who he is.
    path("settings/me/again/", _known(_says_422(views.reauthenticate)), name="account_reauthenticate"),
    path("settings/me/again/code/", _known(_says_422(second.reauthenticate)), name="mfa_reauthenticate"),
    path("settings/me/again/passkey/", _known(passkeys.reauthenticate_webauthn), name="mfa_reauthenticate_webauthn"),
    path("settings/me/second/", signed_in()(_says_whether_it_must_be(second.index)), name="mfa_index"),
    path("settings/me/second/app/", _known(_says_422(app.activate_totp)), name="mfa_activate_totp"),
    path("settings/me/second/app/remove/", _known(_or_overview(app.deactivate_totp)), name="mfa_deactivate_totp"),
    path("settings/me/second/passkeys/", _known(_says_422(passkeys.add_webauthn)), name="mfa_add_webauthn"),
    path(
        "settings/me/second/passkeys/<int:pk>/remove/",
        _known(passkeys.RemoveWebAuthnView.as_view(success_url=reverse_lazy("mfa_index"))),
        name="mfa_remove_webauthn",
    ),
    path(
        "settings/me/second/codes/",
        signed_in()(_or_overview(codes.view_recovery_codes)),
        name="mfa_view_recovery_codes",
    ),
    path(
        "settings/me/second/codes/new/",
        _known(_says_422(codes.generate_recovery_codes)),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "settings/me/second/codes/file/",
        signed_in()(_or_overview(codes.download_recovery_codes)),
        name="mfa_download_recovery_codes",
    ),
]
