"""allauth's adapter: nobody signs up by himself, and the demo's codes land in the outbox page."""

from __future__ import annotations

import secrets
from threading import Thread
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as allauth_context
from django.conf import settings
from django.contrib.sites.shortcuts import get_current_site
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language

from advisory.kernel import audit
from advisory.kernel.outbox import OutboundMessage


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

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Straight to the mail server; where there is none (the demo), into the outbox for all to read.

        In production beside the answer, so that its time does not tell whether the address is known.
        """
        request = allauth_context.request
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
