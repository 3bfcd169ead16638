"""The pages for what went wrong: 400, 403, 404, 405, 429 and 500.

404 says the same for what is not there and what one may not see; it repeats nothing of the address, so the
answers are the same to the byte. Below the API's path the same is said as a problem, for programs.
"""

from __future__ import annotations

import logging
import secrets

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from advisory.kernel.access import Forbidden
from advisory.kernel.problem import is_for_programs, problem

log = logging.getLogger(__name__)

# The language form on these pages leads to the front page: it must not repeat the address.
NOWHERE = {"full_path": "/"}


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: the browser sent what we cannot read, or asked another host of us; nobody is known yet."""
    if is_for_programs(request):
        return problem(400)
    return HttpResponse(render_to_string("400.html", {"seller_name": "Selvkost"}), status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: known here, but without the role; the reason says whom to ask."""
    reason = str(exception) if isinstance(exception, Forbidden) else ""
    if is_for_programs(request):
        return problem(403, detail=reason)
    return render(request, "403.html", NOWHERE | {"reason": reason}, status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form that was not ours or is too old; Django's own reason is for developers and not shown."""
    if is_for_programs(request):
        return problem(403)
    return render(request, "403_csrf.html", NOWHERE, status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: not there, or not for this person."""
    if is_for_programs(request):
        return problem(404)
    return render(request, "404.html", NOWHERE, status=404)


def not_allowed(request: HttpRequest, allowed: str) -> HttpResponse:
    """405: an address for forms was opened as a page, as after signing in once more; `allowed` is the Allow header."""
    answer = render(request, "405.html", NOWHERE, status=405)
    answer["Allow"] = allowed
    return answer


def server_error(request: HttpRequest) -> HttpResponse:
    """500 with a code that stands in the log too; asks nothing of the database, which may be what failed."""
    code = secrets.token_hex(3).upper()
    log.error("Error code %s: %s %s", code, request.method, request.path)
    if is_for_programs(request):
        return problem(500, code=code)
    return HttpResponse(render_to_string("500.html", {"code": code}), status=500)
