"""An answer that says what went wrong, for programs. Source: RFC 9457, Problem Details for HTTP APIs."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, TypedDict

from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _

MEDIA_TYPE = "application/problem+json"
#: Below this path every answer is for a program.
API = "/api/v"


class FieldError(TypedDict):
    """What is wrong with one field or parameter. `field` is empty where the mistake is of the whole."""

    field: str
    message: str
    code: str


def titles() -> dict[int, str]:
    """What each status means, in the reader's language."""
    return {
        400: _("The request cannot be read."),
        401: _("Say who you are."),
        403: _("You may not do this."),
        404: _("Not found."),
        405: _("This cannot be done here."),
        406: _("Answers are given as JSON only."),
        409: _("Somebody else was first."),
        412: _("It has changed since you read it."),
        413: _("The request is too large."),
        415: _("Send the request as JSON."),
        422: _("What was sent is not right."),
        429: _("Too many requests."),
        500: _("Something went wrong on our side."),
    }


def details(
    status: int, *, detail: str = "", kind: str = "", errors: Sequence[FieldError] = (), **more: Any
) -> dict[str, Any]:
    """The members of a problem: `kind` names the rule that said no, so that a program need not read the words."""
    title = titles().get(status) or HTTPStatus(status).phrase
    return {
        "type": f"urn:selvkost:problem:{kind}" if kind else "about:blank",
        "title": title,
        "status": status,
        "detail": detail or title,
        "errors": list(errors),
        **more,
    }


def problem(status: int, **facts: Any) -> JsonResponse:
    """The same as a whole answer, for what fails before a view is reached."""
    return JsonResponse(details(status, **facts), status=status, content_type=MEDIA_TYPE)


def is_for_programs(request: HttpRequest) -> bool:
    """Whether the path is the API's, where nobody reads HTML."""
    return request.path.startswith(API)
