"""Lists do not tell what they do not show: no filter, order, cursor or count is an oracle about somebody else's things.

Generated from the filters and orders of every list, asked by a member about both sides of the world.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import Callable
from typing import Any

import pytest

from advisory.kernel.access import Audience
from advisory.kernel.api.resource import Resource
from tests.access.routes import Route, api_routes
from tests.access.world import CANARY, Side, World
from tests.api.asking import Asker, fields, problem

pytestmark = pytest.mark.django_db

#: What filters name: a value of a side, and one that names nothing.
NAMED: dict[str, tuple[Callable[[Side], Any], Any]] = {
    "organisation": (lambda side: side.organisation.number, 987654),
    "number": (lambda side: side.organisation.number, 987654),
    "name": (lambda side: side.organisation.name, "no such name"),
    "organisation_number": (lambda side: side.organisation.organisation_number, "310000079"),
    "engagement": (lambda side: side.engagement.reference, "2026-999"),
    "reference": (lambda side: side.engagement.reference, "2026-999"),
    "payment_reference": (lambda side: side.things["invoice"].payment_reference, "99999999"),
    "invoice": (lambda side: side.things["invoice"].number, 202699999),
    "catalogue_id": (lambda side: side.things["recommendation"].catalogue_id, "nothing"),
    "lead": (lambda side: side.engagement.lead.email, "nobody@hus.example"),
    "advisor": (lambda side: side.engagement.lead.email, "nobody@hus.example"),
}
#: Filters that name nothing of anybody: a fixed list of words, a day, a year, a yes or no, a term of the house.
OF_NOBODY = {
    "kind", "status", "county", "icnpo", "in_voluntary_register", "year", "basis", "phase", "service_type", "active",
    "requested_from", "requested_to", "activity", "day_from", "day_to", "billable", "changed_since", "billing",
    "advised", "tier", "income_year", "in_force_on", "decided_from", "decided_to", "issued_from", "issued_to",
    "due_from", "due_to",
}  # fmt: skip
#: Values of parameters that broke other programs.
ODD = ("%00", "%ED%A0%80", str(2**80), "9" * 400, "１２")


@pytest.fixture(autouse=True)
def refusals_are_no_news(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("CRITICAL", "django.request")


def lists() -> list[Route]:
    return [route for route in api_routes() if resource(route) and route.view.actions.get("get") == "list"]  # type: ignore[attr-defined]


def resource(route: Route) -> type[Resource]:
    return route.view.cls  # type: ignore[attr-defined, no-any-return]  # what as_view writes on it


def for_members() -> list[Route]:
    return [route for route in lists() if route.gates["GET"].audience is Audience.PORTAL]


def filters(route: Route) -> list[str]:
    filterset = resource(route).filterset_class
    return list(filterset.base_filters) if filterset else []


def body(asker: Asker, route: Route, query: str) -> bytes:
    response = asker.get(f"/{route.template}?{query}")
    assert response.status_code == 200, (str(route), query, response.content[:300])
    return bytes(response.content)


def test_every_filter_is_known_to_this_test() -> None:
    assert len(lists()) >= 10
    for route in for_members():
        unknown = set(filters(route)) - NAMED.keys() - OF_NOBODY
        assert not unknown, f"{route}: say in this file what these name: {unknown}"


def test_a_filter_by_something_foreign_answers_as_one_by_nothing(world: World) -> None:
    for side, number in ((world.own, "310000051"), (world.foreign, "310000078")):
        side.organisation.organisation_number = number
        side.organisation.save()
    owner = Asker(world.people["owner"])
    tried = found = 0
    for route in for_members():
        for name in NAMED.keys() & set(filters(route)):
            value, missing = NAMED[name]
            foreign = body(owner, route, f"{name}={value(world.foreign)}")
            nothing = body(owner, route, f"{name}={missing}")
            # One advisor leads the engagements of both: there is nothing foreign about him, and he is not told.
            assert foreign == nothing == b'{"next":null,"results":[]}', (str(route), name)
            found += body(owner, route, f"{name}={value(world.own)}") != nothing
            tried += 1
    assert tried > 15
    assert found > 10  # The filters do find what is one's own.


def test_no_list_shows_a_word_of_somebody_else_or_says_how_much_there_is(world: World) -> None:
    owner, foreign = Asker(world.people["owner"]), Asker(world.people["owner of another"])
    for route in for_members():
        page = json.loads(body(owner, route, "limit=200"))
        assert set(page) == {"next", "results"}, route  # No count.
        assert page["next"] is None
        assert CANARY not in json.dumps(page, ensure_ascii=False), route
        if any(field.name == "organisation" for field in resource(route).model._meta.get_fields()):
            assert page["results"] != json.loads(body(foreign, route, "limit=200"))["results"], route


def test_rows_of_others_change_nothing_in_ones_own_pages(world: World) -> None:
    owner = Asker(world.people["owner"])
    for route in for_members():
        whole = json.loads(body(owner, route, "limit=200"))["results"]
        page, seen = json.loads(body(owner, route, "limit=1")), []
        seen += page["results"]
        while page["next"]:
            page = json.loads(bytes(owner.get(page["next"]).content))
            assert page["results"], f"{route}: an empty page tells of rows in between"
            seen += page["results"]
        assert seen == whole, route


def test_a_cursor_with_a_foreign_row_shows_no_more_than_ones_own(world: World) -> None:
    owner = Asker(world.people["owner"])
    for route in for_members():
        ordering = resource(route).ordering
        column = resource(route).orderings[ordering.removeprefix("-")]
        if column not in ("pk", "id", "number"):
            continue
        for row in (0, 1, 2, 3, 987654):
            cursor = urlsafe_b64encode(json.dumps([ordering, row, row or 1]).encode()).decode().rstrip("=")
            assert CANARY.encode() not in body(owner, route, f"cursor={cursor}"), route


def test_nothing_is_filtered_by_what_is_not_offered(world: World) -> None:
    owner = Asker(world.people["owner"])
    for route in for_members():
        for name in (
            "organisation__name",
            "organisation_id",
            "pk",
            "id__in",
            "search",
            "q",
            "page",
            "fields",
            "expand",
        ):
            found = problem(owner.get(f"/{route.template}?{name}=1"), 400)
            assert fields(found) == [name], route


def test_no_value_of_a_parameter_breaks_a_list(world: World) -> None:
    administrator = Asker(world.people["administrator"])
    for route in lists():
        for name in [*filters(route), "limit", "cursor", "ordering", "nonsense"]:
            for value in ODD:
                response = administrator.get(f"/{route.template}?{name}={value}")
                assert response.status_code in (200, 400), (str(route), name, value, response.content[:300])
                if response.status_code == 400:
                    problem(response, 400)


def test_no_value_of_a_path_breaks_it(world: World) -> None:
    administrator = Asker(world.people["administrator"])
    for route in api_routes():
        for value in (*ODD, "-1", "0", "a%2Fb", "%2e%2e") if route.parameters else ():
            path = route.path(dict.fromkeys(route.parameters, value))
            for method in route.methods:
                response = administrator(method, path, None if method in ("GET", "DELETE") else {})
                problem(response, response.status_code)
                assert response.status_code in (400, 404), (method, path)
