"""What stands between a request and its view."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import render

from advisory.kernel.errors import DomainError

Answer = Callable[[HttpRequest], HttpResponse]


def _storable(text: str) -> bool:
    """Whether both databases can keep the text: no NUL, no lone surrogate."""
    return "\x00" not in text and not any("\ud800" <= sign <= "\udfff" for sign in text)


class SafeTextMiddleware:
    """400 for text no database can keep (a NUL is an error 500 on PostgreSQL, a lone surrogate on both)."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        values = [request.path, *request.GET.keys(), *(v for vs in request.GET.lists() for v in vs[1])]
        if request.method == "POST":
            values += [*request.POST.keys(), *(v for vs in request.POST.lists() for v in vs[1])]
        if not all(_storable(value) for value in values):
            return HttpResponseBadRequest(
                "NUL and lone surrogate characters cannot be stored.", content_type="text/plain"
            )
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
        return render(request, "refused.html", {"error": exception}, status=exception.status)
