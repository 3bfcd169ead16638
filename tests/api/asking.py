"""Asking the API as a program does: a token in the header, JSON in and out."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from advisory.kernel.api_tokens import Scope, make_token
from advisory.kernel.users import User

PROBLEM = "application/problem+json"


def token_of(user: User, scope: str = Scope.WRITE) -> str:
    """The secret of a new token of the person."""
    now = timezone.now()
    last_day = timezone.localdate(now) + timedelta(days=1)
    _token, secret = make_token(user=user, name="Regneark", scope=scope, last_day=last_day, now=now)
    return secret


class Asker:
    """Somebody with a token; None is nobody."""

    def __init__(self, user: User | None, scope: str = Scope.WRITE) -> None:
        self.secret = token_of(user, scope) if user else ""
        self.browser = Client(raise_request_exception=False)

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> HttpResponse:
        """One request below `/api/v1/`; headers as `If_Match="…"`."""
        given = {"Authorization": f"Bearer {self.secret}"} if self.secret else {}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        content: Any = body if isinstance(body, (bytes, str)) else b"" if body is None else json.dumps(body)
        address = path if path.startswith(("/", "http")) else f"/api/v1/{path}"
        kind = given.pop("Content-Type", "application/json")
        if method in ("GET", "HEAD"):
            return getattr(self.browser, method.lower())(address, headers=given)  # type: ignore[no-any-return]
        return self.browser.generic(method, address, content, content_type=kind, headers=given)  # type: ignore[return-value]

    def get(self, path: str, **headers: str) -> HttpResponse:
        return self("GET", path, **headers)


def problem(response: Any, status: int) -> Any:
    """The problem, once it is seen that the answer is one in form."""
    assert response.status_code == status, response.content[:500]
    assert response.headers["Content-Type"] == PROBLEM
    found = response.json()
    assert found["status"] == status
    assert found["title"]
    assert found["detail"]
    return found


def fields(found: Any) -> list[str]:
    """The fields that a problem names."""
    return [error["field"] for error in found["errors"]]
