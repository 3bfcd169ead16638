"""Sign-in, sign-out and passwords: the views of allauth that this house uses, each with its audience.

allauth's own URL list is not included: it has sign-up, e-mail management and more that must not exist here.
The page of `login/` asks for a code first; the password is for those who have one.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account import views
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import path, register_converter
from django.urls.converters import StringConverter

from advisory.kernel.access import public, signed_in
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
    """In the demo the door says whom one may sign in as; everyone can read it, and nobody elsewhere sees it."""

    @wraps(view)
    def telling(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        context = getattr(response, "context_data", None)
        if settings.DEMO and context is not None:
            context["demo"] = {"people": SIGN_INS, "password": PASSWORD}
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
]
