"""The second factor: who has one, who must have one, and the audit of what comes and goes.

Source: OWASP ASVS 5.0, 6.3.3 (a second factor for those who can do most) and 6.4 (recovery and replacement).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.core import context as allauth_context
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from advisory.kernel import audit
from advisory.kernel.api_tokens import withdraw_all
from advisory.kernel.problem import is_for_programs, problem
from advisory.kernel.users import User

#: What counts: recovery codes are made along with one of these and never stand alone.
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
#: Pages an administrator without a second factor still reaches: setting one up, and leaving.
ALWAYS_OPEN = frozenset({"account_reauthenticate", "account_logout", "set_language", "healthz"})


def has_second_factor(user: User) -> bool:
    """Whether the person has an app or a passkey."""
    return bool(Authenticator.objects.filter(user=user, type__in=FACTORS).exists())


def must_set_up(user: User) -> bool:
    """Whether the person may do nothing else until he has a second factor (`settings.SECOND_FACTOR`)."""
    return settings.SECOND_FACTOR == "demanded" and user.is_administrator and not has_second_factor(user)


@transaction.atomic
def remove_second_factor(*, user: User, by: User | None, now: Any, reason: str) -> int:
    """Take away everything the person proved himself with besides the password; he sets up anew at the next sign-in.

    For someone who lost both the device and the recovery codes: his sessions end and his tokens are withdrawn, for the
    device may have held them. Returns how many were removed.
    """
    removed = Authenticator.objects.filter(user=user)
    count: int = removed.count()
    # Row by row would record each in the name of nobody; here it is one act of one person.
    removed._raw_delete(removed.db)
    user.session_epoch += 1
    user.save(update_fields=["session_epoch"])
    audit.record("user.second_factor_removed", user, by=by, now=now, before={"removed": count}, reason=reason)
    withdraw_all(user=user, by=by, now=now)
    return count


class SecondFactorMiddleware:
    """Sends an administrator without a second factor to the page where one is set up, before anything else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        name = (request.resolver_match.url_name or "") if request.resolver_match else ""
        if settings.SECOND_FACTOR != "demanded" or name.startswith("mfa_") or name in ALWAYS_OPEN:
            return None
        if not isinstance(request.user, User) or not must_set_up(request.user):
            return None
        if is_for_programs(request):
            said = _("Administrators need a second factor. Set one up on your page first.")
            return problem(403, detail=said)
        return redirect("mfa_index")


def _actor() -> User | None:
    """Who is asking; nobody where there is no request (a command)."""
    request = allauth_context.request
    user = getattr(request, "user", None)
    return user if isinstance(user, User) else None


def _added(sender: Any, instance: Authenticator, created: bool, **kwargs: Any) -> None:
    if created:
        _record("user.second_factor_added", instance)


def _removed(sender: Any, instance: Authenticator, **kwargs: Any) -> None:
    _record("user.second_factor_removed", instance)


def _record(action: str, authenticator: Authenticator) -> None:
    fact = {"factor": authenticator.type}
    added = action.endswith("_added")
    audit.record(
        action,
        authenticator.user,
        by=_actor(),
        now=timezone.now(),
        before={} if added else fact,
        after=fact if added else {},
    )


def watch_authenticators() -> None:
    """Every second factor that comes or goes is audited in the transaction of the change. Called once, at start."""
    post_save.connect(_added, sender=Authenticator, dispatch_uid="second factor added")
    post_delete.connect(_removed, sender=Authenticator, dispatch_uid="second factor removed")


__all__ = [
    "SecondFactorMiddleware",
    "has_second_factor",
    "must_set_up",
    "remove_second_factor",
    "watch_authenticators",
]
