"""What stands between a request and its view."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from advisory.kernel.errors import DomainError
from advisory.kernel.problem import is_for_programs
from advisory.kernel.safe_text import storable
from advisory.web import failures

Answer = Callable[[HttpRequest], HttpResponse]

#: What the pages never ask a browser for; a script that slipped in could not either.
PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer",
        "camera",
        "display-capture",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "usb",
    )
)


class HeadersMiddleware:
    """Permissions-Policy on every answer, and no copy of a signed-in person's pages in any cache.

    Source: OWASP ASVS 5.0, 3.4 (browser security headers) and 14.3.2 (no-store).
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        # Reading the user here would make every static file ask for a session.
        user = getattr(request, "_cached_user", None)
        if user is not None and user.is_authenticated:
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response


class SafeTextMiddleware:
    """400 for text no database can keep (a NUL is an error 500 on PostgreSQL, a lone surrogate on both)."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        values = [request.path, *request.GET.keys(), *(v for vs in request.GET.lists() for v in vs[1])]
        # What the API is sent is JSON, which its parser looks through (advisory.kernel.api.reading).
        if request.method == "POST" and not is_for_programs(request):
            values += [*request.POST.keys(), *(v for vs in request.POST.lists() for v in vs[1])]
        if not all(storable(value) for value in values):
            return failures.bad_request(request)
        return self.get_response(request)


class DomainErrorMiddleware:
    """A rule that no form caught becomes a page with its message and the way back."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, DomainError):
            return None
        match = request.resolver_match
        readable = match is not None and "GET" in getattr(match.func, "methods", ())
        context = {"error": exception, "back": request.path if readable else "/", "full_path": "/"}
        template = "409.html" if exception.status == 409 else "refused.html"
        return render(request, template, context, status=exception.status)


class NotAllowedMiddleware:
    """A page in place of the empty 405: whoever signed in anew is sent on to where his form was going."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 405 and not response.content:
            return failures.not_allowed(request, response.headers["Allow"])
        return response
