"""allauth's adapter: nobody signs up by himself, and the demo's codes land in the outbox page."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language

from advisory.kernel.outbox import OutboundMessage


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-in by e-mail; people are let in by staff or by their organisation's owner."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Straight to the mail server; where there is none (the demo), into the outbox for all to read."""
        if not settings.DEMO:
            super().send_mail(template_prefix, email, context)
            return
        mail = self.render_mail(template_prefix, email, context)
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
