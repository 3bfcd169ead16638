"""Sign-in through OpenID Connect (ID-porten, Entra): off until the settings name a provider.

Only people who are known here come in, and only at the assurance level that the settings demand. The level is read
from what the provider answers: what was asked for stands in an address that the person himself can change.
Source: OpenID Connect Core 1.0, 2 (`acr`) and 3.1.2.1 (`acr_values`).
"""

from __future__ import annotations

from typing import Any

from allauth.core import context as allauth_context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.providers.base import AuthProcess
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.db.models.signals import post_save, pre_save
from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from advisory.kernel import audit
from advisory.kernel.users import User, email_key


class SingleSignOnAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth is untyped
    """Who comes in through the provider, and who does not."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Refuse a level that is too low and people who are not known; runs before anyone is signed in."""
        account = sociallogin.account
        claims = getattr(account, "claims", None) or account.extra_data
        token = claims.get("id_token") or {}
        demanded: Any = settings.OIDC["acr_values"]
        if demanded and token.get("acr") not in demanded:
            self._refuse(request, _("You signed in at a level that is too low here. Try again."))
        if sociallogin.is_existing:
            return
        if sociallogin.state.get("process") == AuthProcess.CONNECT:
            account.extra_data = {}
            return
        person = self._known_by_address(claims) if settings.OIDC["match_email"] else None
        if person is None:
            why = _("Nobody here is connected to that sign-in. Sign in with your e-mail, then connect it on your page.")
            self._refuse(request, why)
        account.extra_data = {}
        sociallogin.connect(request, person)

    def _known_by_address(self, claims: dict[str, Any]) -> User | None:
        """The person with the provider's address, unless the provider says that it is not confirmed."""
        facts = {**(claims.get("userinfo") or {}), **(claims.get("id_token") or {})}
        if not facts.get("email") or facts.get("email_verified") is False:
            return None
        return User.objects.filter(email=email_key(str(facts["email"])), is_active=True).first()

    def _refuse(self, request: HttpRequest, why: str) -> None:
        messages.error(request, why)
        raise ImmediateHttpResponse(redirect("me" if request.user.is_authenticated else "account_login"))

    def on_authentication_error(self, request: HttpRequest, provider: Any, **facts: Any) -> None:
        """Stopped on the way or answered wrongly: back to the door, with no technical words."""
        self._refuse(request, _("The sign-in was not completed. Try again, or sign in with your e-mail."))

    def get_connect_redirect_url(self, request: HttpRequest, socialaccount: SocialAccount) -> str:
        return reverse("me")


def connection_of(user: User) -> SocialAccount | None:
    """The person's connection to the provider, if any."""
    return SocialAccount.objects.filter(user=user).first()


@transaction.atomic
def disconnect(*, user: User, now: Any) -> None:
    """The person no longer comes in through the provider."""
    count, _rows = SocialAccount.objects.filter(user=user).delete()
    if count:
        audit.record("user.single_sign_on_removed", user, by=user, now=now)


def _keep_no_claims(sender: Any, instance: SocialAccount, **kwargs: Any) -> None:
    """ID-porten answers with the identity number: nothing but the provider's own name for the person is stored."""
    if instance.extra_data:
        instance.claims, instance.extra_data = instance.extra_data, {}


def _connected(sender: Any, instance: SocialAccount, created: bool, **kwargs: Any) -> None:
    if created:
        user = getattr(allauth_context.request, "user", None)
        actor = user if isinstance(user, User) else None
        audit.record("user.single_sign_on_added", instance.user, by=actor, now=timezone.now())


def watch_connections() -> None:
    """What is stored of a connection, and its place in the audit log. Called once, at start."""
    pre_save.connect(_keep_no_claims, sender=SocialAccount, dispatch_uid="no claims are kept")
    post_save.connect(_connected, sender=SocialAccount, dispatch_uid="single sign-on connected")


__all__ = ["SingleSignOnAdapter", "connection_of", "disconnect", "watch_connections"]
