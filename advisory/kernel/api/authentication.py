"""Who asks: a personal token in `Authorization: Bearer …`, or the session of a browser.

Both are asked anew at every request: what was withdrawn, has expired or belongs to someone who was closed stops there.
Tokens come first, so that nobody gets 401 with how to sign in.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import authentication, exceptions
from rest_framework.request import Request

from advisory.kernel.api_tokens import ApiToken, note_use, token_behind
from advisory.kernel.second_factor import must_set_up
from advisory.kernel.users import User

SCHEME = "Bearer"


class TokenAuthentication(authentication.BaseAuthentication):
    """A personal token (`advisory.kernel.api_tokens`)."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != SCHEME.lower():
            return None
        now = timezone.now()
        token = token_behind(secret.strip(), now=now)
        if token is None:
            raise exceptions.AuthenticationFailed(_("The token is not valid: unknown, withdrawn or expired."))
        if must_set_up(token.user):
            raise exceptions.PermissionDenied(_("Administrators need a second factor. Set one up on your page first."))
        note_use(token, now=now)
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return f'{SCHEME} realm="Selvkost"'


class SessionAuthentication(authentication.SessionAuthentication):
    """The browser's session; writes want the CSRF token. The middleware has asked for its age and the second factor."""

    def authenticate(self, request: Request) -> tuple[Any, None] | None:
        user = request._request.user
        if isinstance(user, AnonymousUser) or not user.is_active or user.erased_at:
            return None
        self.enforce_csrf(request)
        return user, None

    def enforce_csrf(self, request: Request) -> None:
        try:
            super().enforce_csrf(request)
        except exceptions.PermissionDenied:
            said = _("A browser's session writes with the CSRF token only (header X-CSRFToken).")
            raise exceptions.PermissionDenied(said) from None


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # its __init_subclass__ is
    target_class = TokenAuthentication
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        said = _("A personal token, made on your page. It begins with selvkost_.")
        return {"type": "http", "scheme": "bearer", "description": said}


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # its __init_subclass__ is
    target_class = SessionAuthentication
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        said = _("The session of a browser that is signed in.")
        return {"type": "apiKey", "in": "cookie", "name": "sessionid", "description": said}
