"""How long a session lasts: until it has lain idle too long, and never longer than its absolute limit.

The times are kept in the session itself. Source: OWASP ASVS 5.0, 7.3.1 and 7.3.2.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from advisory.kernel.problem import is_for_programs
from advisory.kernel.users import User

BEGAN, SEEN = "began_at", "seen_at"
#: How exact the idle time is: a session is written at most this often only because it was used.
GRAIN = timedelta(minutes=1)


def stamp(request: HttpRequest) -> None:
    """The session begins now."""
    request.session[BEGAN] = request.session[SEEN] = int(timezone.now().timestamp())


def limits_of(user: User) -> tuple[timedelta, timedelta]:
    """How long the person's session lives unused, and at most."""
    idle, absolute = settings.SESSION_LIMITS["staff" if user.is_staff_member else "member"]
    return idle, absolute


def has_ended(session: Any, user: User) -> bool:
    """Whether the person was away too long, or has been signed in too long, for his kind of access."""
    now = int(timezone.now().timestamp())
    idle, absolute = limits_of(user)
    began, seen = session.get(BEGAN, now), session.get(SEEN, now)
    return bool(now - seen > idle.total_seconds() or now - began > absolute.total_seconds())


class SessionLimitMiddleware:
    """Ends sessions that are too old, and leads to the door and from there back to where the person was."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if not isinstance(user, User):
            return self.get_response(request)
        if has_ended(request.session, user):
            back = _where_the_person_was(request)
            logout(request)
            if not is_for_programs(request):
                return _to_the_door(request, back)
            return self.get_response(request)
        now = int(timezone.now().timestamp())
        if BEGAN not in request.session:
            stamp(request)
        elif abs(now - request.session.get(SEEN, 0)) >= GRAIN.total_seconds():
            request.session[SEEN] = now
        return self.get_response(request)


def _where_the_person_was(request: HttpRequest) -> str:
    """The page itself; of a form that was sent, the page it stands on."""
    if request.method in ("GET", "HEAD") and not request.headers.get("HX-Request"):
        return request.get_full_path()
    came_from = request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(came_from, {request.get_host()}, require_https=request.is_secure())
    return came_from.split(request.get_host(), 1)[-1] if ours and request.get_host() in came_from else "/"


def _to_the_door(request: HttpRequest, back: str) -> HttpResponse:
    address = f"{reverse('account_login')}?{urlencode({'away': 1, 'next': back})}"
    if request.headers.get("HX-Request"):
        answer = HttpResponse(status=204)
        answer["HX-Redirect"] = address
        return answer
    return HttpResponseRedirect(address)


def _began(sender: Any, request: HttpRequest, user: Any, **kwargs: Any) -> None:
    stamp(request)


def watch_sign_ins() -> None:
    """Every session is stamped when someone signs in. Called once, at start."""
    user_logged_in.connect(_began, dispatch_uid="session began")


__all__ = ["SessionLimitMiddleware", "has_ended", "limits_of", "stamp", "watch_sign_ins"]
