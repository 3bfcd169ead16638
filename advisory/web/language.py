"""The switch of language: one POST form on every page, remembered with the user and in a cookie."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from advisory.kernel.language import choose_language
from advisory.kernel.users import User


@require_POST
def switch(request: HttpRequest) -> HttpResponseBase:
    """Set the language asked for and go back to `next`; an unknown language changes nothing."""
    language = request.POST.get("language", "")
    if isinstance(request.user, User) and language in dict(settings.LANGUAGES):
        choose_language(user=request.user, language=language)
    return set_language(request)
