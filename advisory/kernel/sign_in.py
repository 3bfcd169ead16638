"""allauth's adapter: nobody signs up by himself, and the demo's codes land in the outbox page."""

from __future__ import annotations

import secrets
import time
from threading import Thread
from typing import Any

from allauth.account import app_settings as account_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context as allauth_context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.sites.shortcuts import get_current_site
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from advisory.kernel import audit
from advisory.kernel.outbox import OutboundMessage
from advisory.kernel.users import User, email_key


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is untyped
    """Sign-in by e-mail; people are let in by staff or by their organisation's owner."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def generate_login_code(self) -> str:
        """Six digits; three tries each, three codes an hour (`settings.SIGN_IN_LIMITS`)."""
        return f"{secrets.randbelow(1_000_000):06d}"

    def respond_user_inactive(self, request: HttpRequest, user: Any) -> HttpResponse:
        """Like everyone who may not: back to the door, with no word about why."""
        return redirect("account_login")

    def login(self, request: HttpRequest, user: Any) -> None:
        """Every sign-in is in the audit log, with whom and when."""
        super().login(request, user)
        audit.record("user.sign_in", user, by=user, now=timezone.now())

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not from someone who has just signed in: he proved who he is a moment ago."""
        request = allauth_context.request
        at = [record.get("at", 0) for record in get_authentication_records(request, request.user)]
        if at and time.time() - max(at) < account_settings.REAUTHENTICATION_TIMEOUT:
            return False
        return bool(super().is_reauthentication_required(app=app, **kwargs))

    def set_password(self, user: Any, password: str) -> None:
        """Every new password is in the audit log; the password is not."""
        with transaction.atomic():
            super().set_password(user, password)
            asking = getattr(allauth_context.request, "user", None)
            by = asking if isinstance(asking, User) else None
            audit.record("user.password_changed", user, by=by, now=timezone.now())

    def send_password_reset_mail(self, user: Any, email: str, context: dict[str, Any]) -> None:
        """To the address that is stored: what was typed may only look like it."""
        super().send_password_reset_mail(user, user.email, context)

    def send_notification_mail(
        self, template_prefix: str, user: Any, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """To the stored address, in the language that the person reads."""
        if email or user.email:
            with translation.override(user.language or get_language() or settings.LANGUAGE_CODE):
                super().send_notification_mail(template_prefix, user, context, email or user.email)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Straight to the mail server; where there is none (the demo), into the outbox for all to read.

        In production beside the answer, so that its time does not tell whether the address is known.
        """
        request = allauth_context.request
        if template_prefix == "account/email/login_code":
            email = User.objects.get(email=email_key(email)).email
        facts = {"request": request, "email": email, "current_site": get_current_site(request)}
        mail = self.render_mail(template_prefix, email, facts | context)
        if settings.PRODUCTION:
            Thread(target=mail.send, name="sign-in mail").start()
            return
        if not settings.DEMO:
            mail.send()
            return
        now = timezone.now()
        OutboundMessage.objects.create(
            kind="sign-in",
            reference=now.isoformat(),
            recipient=email,
            language=get_language() or settings.LANGUAGE_CODE,
            subject=mail.subject,
            body=mail.body,
            created_at=now,
            sent_at=now,
        )


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth is untyped
    """Names that people read."""

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        return _("Passkey %(number)s") % {"number": Authenticator.objects.filter(user=user, type=type).count() + 1}

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {**super().get_public_key_credential_rp_entity(), "name": "Selvkost"}
