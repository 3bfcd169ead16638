"""Taking removed hours back: what was removed waits in the person's own session until it is logged again."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

SESSION_KEY = "removed_hours"
#: How many removals can be taken back; older ones are forgotten.
KEPT = 10


def remember(request: HttpRequest, key: str, facts: dict[str, Any]) -> None:
    """Keep the facts that `remove_time` or `remove_joint_hour` gave."""
    kept: dict[str, Any] = request.session.get(SESSION_KEY, {})
    kept.pop(key, None)
    kept[key] = facts
    request.session[SESSION_KEY] = dict(list(kept.items())[-KEPT:])


def removed(request: HttpRequest) -> list[tuple[str, dict[str, Any]]]:
    """Those of `?removed=…` (ids parted by commas) that can still be taken back."""
    kept: dict[str, Any] = request.session.get(SESSION_KEY, {})
    return [(key, kept[key]) for key in request.GET.get("removed", "").split(",") if key in kept]


def recall(request: HttpRequest, key: str) -> dict[str, Any] | None:
    """The facts under `key`."""
    kept: dict[str, Any] = request.session.get(SESSION_KEY, {})
    found: dict[str, Any] | None = kept.get(key)
    return found


def forget(request: HttpRequest, key: str) -> None:
    """Drop the facts under `key` once they are logged again."""
    kept: dict[str, Any] = request.session.get(SESSION_KEY, {})
    kept.pop(key, None)
    request.session[SESSION_KEY] = kept
