"""The switch of language: one POST form on every page, remembered with the user and in a cookie."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.i18n import set_language

from advisory.kernel.access import public
from advisory.kernel.language import choose_language
from advisory.kernel.users import User


@public("POST")
def switch(request: HttpRequest) -> HttpResponseBase:
    """Set the language asked for and go back to `next`; an unknown language changes nothing.

    Django's view sends only to this host, whatever `next` says.
    """
    language = request.POST.get("language", "")
    if isinstance(request.user, User) and language in dict(settings.LANGUAGES):
        choose_language(user=request.user, language=language)
    return set_language(request)
