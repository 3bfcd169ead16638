"""The way back after a form: a path within this site, or the usual place."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def back(request: HttpRequest, usual: str) -> str:
    """`next` of the form or the query where it stays on this site, else `usual`."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = wanted.startswith("/") and url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if is_ours else usual


def with_query(path: str, **more: str) -> str:
    """The path with these values in its query; an empty one is taken out."""
    parts = urlsplit(path)
    query = {**dict(parse_qsl(parts.query)), **more}
    return urlunsplit(parts._replace(query=urlencode({key: value for key, value in query.items() if value})))
