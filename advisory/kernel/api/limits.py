"""How often a person, or an address nobody has signed in from, may ask in a minute.

Counted in the cache, which all processes share (the database's, as for the tries to sign in). A count that two
processes raise in the same instant may miss one: the limit guards against floods, not against one request too many.
Source: draft-ietf-httpapi-ratelimit-headers.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

WINDOW = 60


@dataclass(frozen=True, slots=True)
class Use:
    """How much of a limit is used in this minute; `left` is below zero for a request too many."""

    policy: str
    limit: int
    left: int
    seconds: int

    @property
    def headers(self) -> dict[str, str]:
        """What every answer says about it."""
        return {
            "RateLimit-Policy": f'"{self.policy}";q={self.limit};w={WINDOW}',
            "RateLimit": f'"{self.policy}";r={max(self.left, 0)};t={self.seconds}',
        }


def count(policy: str, who: object, *, now: datetime) -> Use | None:
    """One more request of `who` (a user's id, an address); None where nothing is limited."""
    limit = settings.API_LIMITS.get(policy)
    if limit is None:
        return None
    second = int(now.timestamp())
    key = f"api:{policy}:{who}:{second // WINDOW}"
    used = 1 if cache.add(key, 1, timeout=2 * WINDOW) else _raised(key)
    return Use(policy, limit, limit - used, WINDOW - second % WINDOW)


def _raised(key: str) -> int:
    try:
        return cache.incr(key)
    except ValueError:
        # Thrown out of the cache between the two looks.
        cache.set(key, 1, timeout=2 * WINDOW)
        return 1


def address_of(request: HttpRequest) -> str:
    """The address the request came from, past our own proxy only (`settings.BEHIND_PROXY`)."""
    return str(get_adapter().get_client_ip(request))
