"""Who may use a view: a mark that every view carries, and the gate that enforces it.

`@public`, `@signed_in`, `@staff` and `@administrators` live here; `clients.access.portal` is the one door of
the organisations. A test walks the URL map and fails on a view without a mark. Someone who is not staff gets
404 from staff pages, so that nothing is learned; staff without the role get 403 with the reason.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps
from typing import Any, TypeVar, cast

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from advisory.kernel.users import User

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


class Audience(StrEnum):
    """Whom a view is for."""

    PUBLIC = "public"
    SIGNED_IN = "signed in"
    STAFF = "staff"
    ADMINISTRATORS = "administrators"
    PORTAL = "portal"


class Forbidden(PermissionDenied):
    """The person is known here but lacks the role; the message says whom to ask."""


def user_of(request: HttpRequest) -> User:
    """The signed-in user; only inside views that have passed the gate."""
    return cast(User, request.user)


def mark(view: Any, audience: Audience, methods: tuple[str, ...]) -> None:
    """Write the mark that the access walk reads."""
    view.audience = audience
    view.methods = methods


@dataclass(frozen=True, slots=True)
class Gate:
    """Whom the API lets in, by the same marks as the pages; `admit` raises `Http404` or `Forbidden`.

    `role` is the least role of a member where the audience is the portal (`clients.access.members`), `staff` who of
    staff comes in beside the members.
    """

    audience: Audience
    admit: Callable[[User], None]
    role: str = ""
    staff: Audience = Audience.STAFF


def _gate(audience: Audience, admit: Callable[[User], None], methods: tuple[str, ...]) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        @wraps(view)
        def gated(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if audience is not Audience.PUBLIC:
                if not request.user.is_authenticated:
                    return redirect_to_login(request.get_full_path())
                admit(user_of(request))
            return view(request, *args, **kwargs)

        answer = require_http_methods([*methods, *(["HEAD"] if "GET" in methods else [])])(gated)
        mark(answer, audience, methods)
        return cast(View, answer)

    return decorate


def _anyone(user: User) -> None:
    """All who signed in."""


def _staff(user: User) -> None:
    if not user.is_staff_member:
        raise Http404


def _administrators(user: User) -> None:
    _staff(user)
    if not user.is_administrator:
        raise Forbidden(_("Only an administrator can do this. Ask one of them."))


SIGNED_IN = Gate(Audience.SIGNED_IN, _anyone)
STAFF = Gate(Audience.STAFF, _staff)
ADMINISTRATORS = Gate(Audience.ADMINISTRATORS, _administrators)


def public(*methods: str) -> Callable[[View], View]:
    """Everyone, signed in or not. Methods default to GET."""
    return _gate(Audience.PUBLIC, _anyone, methods or ("GET",))


def signed_in(*methods: str) -> Callable[[View], View]:
    """Everyone who is signed in."""
    return _gate(Audience.SIGNED_IN, _anyone, methods or ("GET",))


def staff(*methods: str) -> Callable[[View], View]:
    """Advisors and administrators."""
    return _gate(Audience.STAFF, _staff, methods or ("GET",))


def administrators(*methods: str) -> Callable[[View], View]:
    """Administrators only."""
    return _gate(Audience.ADMINISTRATORS, _administrators, methods or ("GET",))


__all__ = [
    "ADMINISTRATORS",
    "SIGNED_IN",
    "STAFF",
    "Audience",
    "Forbidden",
    "Gate",
    "administrators",
    "mark",
    "public",
    "signed_in",
    "staff",
    "user_of",
]
