"""Every write of the API with a body that is taken: what tests of hostile bodies start from.

A write that is added needs a row here; `test_every_write_is_taken_as_it_stands_here` fails without one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from advisory.kernel.api.resource import Resource
from advisory.kernel.api.shapes import Body
from tests.access import table
from tests.access.routes import Route, api_routes
from tests.access.world import Side

GOOD: dict[tuple[str, str], Callable[[Side], dict[str, Any]]] = {
    ("POST", "api_organisations"): lambda side: {"name": "Koret", "kind": "voluntary"},
    ("PATCH", "api_organisation"): lambda side: {"name": "Koret"},
    ("POST", "api_contacts"): lambda side: {"name": "Kari Nordmann", "organisation": side.organisation.number},
    ("PATCH", "api_contact"): lambda side: {"name": "Kari Nordmann"},
    ("POST", "api_contact_put_away"): lambda side: {},
    ("POST", "api_contact_take_back"): lambda side: {},
    ("POST", "api_engagements"): lambda side: {
        "title": "Medlemssystem",
        "service_type": side.engagement.service_type.code,
        "organisation": side.organisation.number,
    },
    ("PATCH", "api_engagement"): lambda side: {"title": "Nytt medlemssystem"},
    ("POST", "api_engagement_agreement"): lambda side: {"minutes": 800, "reason": "Styret, 19. november."},
    ("POST", "api_engagement_phase"): lambda side: {"to": "cancelled", "reason": "Styret vil vente."},
    ("POST", "api_engagement_report"): lambda side: {"done": "Valgt system.", "next_steps": [{"text": "Ta i bruk"}]},
    ("POST", "api_time_entries"): lambda side: {
        "engagement": side.engagement.reference,
        "day": "2026-11-19",
        "minutes": 30,
        "text": "Møte",
    },
    ("PATCH", "api_time_entry"): lambda side: {"minutes": 45},
    ("POST", "api_outcomes"): lambda side: {"engagement": side.engagement.reference, "goal": "Flere medlemmer"},
    ("PATCH", "api_outcome"): lambda side: {"goal": "Enda flere medlemmer"},
    ("POST", "api_recommendations"): lambda side: {
        "engagement": side.engagement.reference,
        "catalogue_id": "verktoy-99999",
        "title": "Medlemsregister",
        "url": "https://katalog.example/verktoy/99999",
        "reason": "Enkelt å bruke.",
    },
    ("PATCH", "api_recommendation"): lambda side: {"reason": "Fortsatt enkelt å bruke."},
    ("DELETE", "api_time_entry"): lambda side: {},
    ("DELETE", "api_outcome"): lambda side: {},
    ("DELETE", "api_recommendation"): lambda side: {},
}


@dataclass(frozen=True, slots=True)
class Write:
    """One writing method of one address."""

    method: str
    route: Route

    @property
    def resource(self) -> type[Resource]:
        return self.route.view.cls  # type: ignore[attr-defined, no-any-return]  # what as_view writes on it

    @property
    def body(self) -> type[Body] | None:
        """What it takes; None where it takes nothing (DELETE)."""
        return self.resource.bodies.get(self.route.view.actions[self.method.lower()])  # type: ignore[attr-defined]

    def path(self, side: Side) -> str:
        return self.route.path({name: table.parameter(self.route, name).of(side) for name in self.route.parameters})

    def good(self, side: Side) -> dict[str, Any]:
        return GOOD[self.method, self.route.name](side)

    def __str__(self) -> str:
        return f"{self.method} {self.route}"


def every_write() -> list[Write]:
    """All of them, read from the URL map."""
    return list(_walk())


def _walk() -> Iterator[Write]:
    for route in api_routes():
        for method in route.methods:
            if method != "GET":
                yield Write(method, route)
