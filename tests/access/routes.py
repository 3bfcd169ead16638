"""Every path that the program answers, read from the URL map itself: nothing here is listed by hand."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from advisory.kernel.access import Audience, Gate
from clients.memberships import Role

PARAMETER = re.compile(r"<(?:[a-z_]+:)?(\w+)>")


@dataclass(frozen=True, slots=True)
class Route:
    """One path with its view. `template` is as Django writes it: `organisations/<int:number>/`."""

    template: str
    name: str
    view: Callable[..., Any]

    @property
    def parameters(self) -> tuple[str, ...]:
        return tuple(PARAMETER.findall(self.template))

    @property
    def audience(self) -> Audience | None:
        return getattr(self.view, "audience", None)

    @property
    def methods(self) -> tuple[str, ...]:
        return getattr(self.view, "methods", ())

    @property
    def role(self) -> Role:
        """The least role a portal view asks for."""
        return getattr(self.view, "role", Role.READER)

    @property
    def is_api(self) -> bool:
        return self.template.startswith("api/v")

    @property
    def gates(self) -> dict[str, Gate]:
        """Whom each method is for."""
        return getattr(self.view, "gates", {})

    @property
    def is_portal(self) -> bool:
        return self.audience is Audience.PORTAL

    def path(self, values: dict[str, Any]) -> str:
        """The path with its parameters filled in."""
        return "/" + PARAMETER.sub(lambda found: str(values[found[1]]), self.template)

    def __str__(self) -> str:
        return f"/{self.template}"


def routes() -> list[Route]:
    """The pages."""
    return [route for route in _walk(get_resolver(), "") if not route.is_api]


def api_routes() -> list[Route]:
    """The API's addresses: their views carry a gate for each method."""
    return [route for route in _walk(get_resolver(), "") if route.is_api]


def _walk(resolver: URLResolver, prefix: str) -> Iterator[Route]:
    for entry in resolver.url_patterns:
        here = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _walk(entry, here)
        elif isinstance(entry, URLPattern):
            yield Route(here, entry.name or "", entry.callback)
