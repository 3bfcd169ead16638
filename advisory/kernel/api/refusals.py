"""Every refusal of the API becomes a problem (`advisory.kernel.problem`) that names the field."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied as DjangoPermissionDenied
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import Http404, UnreadablePostError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import exceptions
from rest_framework.response import Response

from advisory.kernel.access import Forbidden
from advisory.kernel.errors import DomainError
from advisory.kernel.problem import MEDIA_TYPE, FieldError, details


class BadParameters(exceptions.APIException):
    """Parameters of the address that cannot be read: `{name: message}`."""

    status_code = 400

    def __init__(self, messages: Mapping[str, Any]) -> None:
        super().__init__({name: [message] for name, message in messages.items()}, "invalid_parameter")


class BadText(exceptions.APIException):
    """Text that no database can keep, or JSON that is none."""

    status_code = 400


class ChangedSince(exceptions.APIException):
    """If-Match named another version."""

    status_code = 412
    default_detail = gettext_lazy("It has changed since you read it. Read it again, and decide anew.")
    default_code = "changed_since"


class KeyUsedOtherwise(exceptions.APIException):
    """The idempotency key came with another request before."""

    status_code = 422
    default_detail = gettext_lazy("This Idempotency-Key was used for another request. Take a new one for each request.")
    default_code = "idempotency_key_used"


def handle(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """The answer to `error`; None for what is our own mistake (a 500 then, see `advisory.web.failures`)."""
    headers: dict[str, str] = {}
    if isinstance(error, DomainError):
        named = _named_field(error, context.get("view"))
        kind = _kebab(type(error).__name__)
        errors: list[FieldError] = [{"field": named, "message": error.message, "code": kind}] if named else []
        return _answer(details(error.status, detail=error.message, kind=kind, errors=errors), headers)
    if isinstance(error, Http404):
        return _answer(details(404), headers)
    if isinstance(error, DjangoPermissionDenied):
        reason = str(error) if isinstance(error, Forbidden) else ""
        return _answer(details(403, detail=reason), headers)
    if isinstance(error, RequestDataTooBig):
        return _answer(details(413), headers)
    if isinstance(error, (SuspiciousOperation, UnreadablePostError)):
        return _answer(details(400), headers)
    if not isinstance(error, exceptions.APIException):
        return None
    status = 422 if isinstance(error, exceptions.ValidationError) else error.status_code
    if how := getattr(error, "auth_header", ""):
        headers["WWW-Authenticate"] = str(how)
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(int(wait))
    return _answer(_of_framework(error, status), headers)


def _of_framework(error: exceptions.APIException, status: int) -> dict[str, Any]:
    if isinstance(error.detail, (dict, list)):
        errors = list(_flat(error.get_full_details()))
        count = len(errors)
        said = errors[0]["message"] if count == 1 else _("%(n)s mistakes: see `errors`.") % {"n": count}
        return details(status, detail=said, kind="invalid", errors=errors)
    code = str(getattr(error.detail, "code", ""))
    # What the status says already needs no name of its own.
    kind = _kebab(code) if code in ("changed_since", "idempotency_key_used", "read_only_token") else ""
    return details(status, detail=str(error.detail), kind=kind)


def _flat(found: Any, path: str = "") -> Iterator[FieldError]:
    """`{"lines": [{"minutes": [{message, code}]}]}` as `lines.0.minutes`."""
    if isinstance(found, Mapping) and set(found) == {"message", "code"} and not isinstance(found["message"], Mapping):
        yield {"field": path, "message": str(found["message"]), "code": str(found["code"])}
    elif isinstance(found, Mapping):
        for name, inner in found.items():
            here = "" if name == "non_field_errors" else str(name)
            yield from _flat(inner, ".".join(part for part in (path, here) if part))
    elif isinstance(found, Sequence):
        for position, inner in enumerate(found):
            leaf = isinstance(inner, Mapping) and set(inner) == {"message", "code"}
            yield from _flat(inner, path if leaf else f"{path}.{position}".strip("."))


def _named_field(error: DomainError, view: Any) -> str:
    """The field that the view says this mistake is about."""
    for kind, name in getattr(view, "named", {}).items():
        if isinstance(error, kind):
            return str(name)
    return ""


def _kebab(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name).replace("_", "-").lower()


def _answer(facts: dict[str, Any], headers: dict[str, str]) -> Response:
    return Response(facts, status=facts["status"], headers=headers, content_type=MEDIA_TYPE)
