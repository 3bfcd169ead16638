"""The page's language: the user's setting, else the cookie, else what the browser asks for."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import translation

from advisory.kernel.users import User


class UserLanguageMiddleware:
    """Runs after sign-in is known; `LocaleMiddleware` has done the cookie and the browser before."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = getattr(request.user, "language", "")
        if language:
            translation.activate(language)
            request.LANGUAGE_CODE = translation.get_language()
        return self.get_response(request)


def choose_language(*, user: User, language: str) -> None:
    """Remember the language (a code of `settings.LANGUAGES`) with the user; not audited, it is his own affair."""
    user.language = language
    user.save(update_fields=["language"])
