"""What holds for every resource, whoever wrote it: found from the address map, so a new one is asked too.

Nothing can be written that a body does not name (mass assignment); a list asks the database as often for many rows as
for few; orders and filters say nothing that the rows do not.
"""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework import serializers

from advisory.kernel.api.resource import Resource
from advisory.kernel.api.shapes import Body, Row
from tests.access.routes import Route, api_routes
from tests.access.test_api_walk import ask as ask_and_take_back
from tests.access.test_walk import paths
from tests.access.world import World
from tests.api.asking import Asker, fields, problem

pytestmark = pytest.mark.django_db

#: What people and machines write into filters.
WRITTEN = ("-1", "99999999999999999999", "%ef%bc%91%25", "true")
#: Names that would do harm if any of them were believed.
DANGEROUS = (
    "id", "pk", "organisation_id", "organisation__number", "engagement_id", "user", "user_id", "created_by",
    "created_at", "by", "now", "is_staff", "is_active", "is_superuser", "staff_role", "number", "total",
    "total_currency", "currency", "state", "status_code", "hold", "draft", "document", "session_epoch", "password",
    "__class__", "_state",
)  # fmt: skip


def _resource(route: Route) -> type[Resource]:
    found: type[Resource] = route.view.cls  # type: ignore[attr-defined]
    return found


def _action(route: Route, method: str) -> str:
    return str(route.view.actions[method.lower()])  # type: ignore[attr-defined]


def _lists() -> list[Route]:
    return [route for route in api_routes() if "GET" in route.methods and _action(route, "GET") == "list"]


@pytest.fixture(autouse=True)
def refusals_are_no_news(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("CRITICAL", "django.request")


def test_nothing_is_written_that_a_body_does_not_name(world: World) -> None:
    ask = Asker(world.people["administrator"])
    names = {field.name for model in apps.get_models() for field in model._meta.get_fields()} | set(DANGEROUS)
    seen = 0
    for route in api_routes():
        for method in route.methods:
            if method in ("GET", "DELETE"):
                continue
            body = _resource(route).bodies[_action(route, method)]()
            extra = sorted(names - set(body.fields))
            path = paths(route, world)["own"]
            sending: Any = _Sending(ask, dict.fromkeys(extra, 1))
            response, written = ask_and_take_back(sending, method, path)
            assert set(fields(problem(response, 422))) >= set(extra), (method, path)
            assert not written, (method, path)
            seen += 1
    assert seen > 10


class _Sending:
    """An asker that sends this body whatever it is given."""

    def __init__(self, ask: Asker, body: dict[str, Any]) -> None:
        self.ask, self.body = ask, body

    def __call__(self, method: str, path: str, body: Any = None) -> Any:
        return self.ask(method, path, self.body)


def test_bodies_are_written_by_hand_and_know_no_model() -> None:
    for route in api_routes():
        resource = _resource(route)
        for body in resource.bodies.values():
            assert issubclass(body, Body)
            assert not issubclass(body, serializers.ModelSerializer)
        if hasattr(resource, "row"):
            assert issubclass(resource.row, Row)


def test_a_list_asks_the_database_as_often_for_many_rows_as_for_few(world: World) -> None:
    ask = Asker(world.people["administrator"])
    ask.get("organisations/")  # The use of the token is noted once a minute.
    for route in _lists():
        counts, rows = [], []
        for limit in (1, 200):
            with CaptureQueriesContext(connection) as asked:
                page = ask.get(f"{paths(route, world)['own']}?limit={limit}").json()  # type: ignore[attr-defined]
            # Where the next page begins is one question more.
            counts.append(len(asked) - bool(page["next"]))
            rows.append(len(page["results"]))
        assert counts[0] == counts[1], f"{route}: {counts} queries for {rows} rows"


def test_every_order_that_a_list_offers_works_both_ways_and_no_other(world: World) -> None:
    ask = Asker(world.people["administrator"])
    for route in _lists():
        resource, path = _resource(route), paths(route, world)["own"]
        assert resource.ordering.removeprefix("-") in resource.orderings
        for name in resource.orderings:
            up, down = (
                [str(row) for row in ask.get(f"{path}?ordering={sign}{name}").json()["results"]]  # type: ignore[attr-defined]
                for sign in ("", "-")
            )
            assert sorted(up) == sorted(down)
            first = ask.get(f"{path}?ordering={name}&limit=1").json()  # type: ignore[attr-defined]
            if first["next"]:
                second = ask.get(first["next"]).json()  # type: ignore[attr-defined]
                assert [str(row) for row in first["results"] + second["results"]] == up[: 1 + len(second["results"])]
        for foreign in ("organisation__name", "advisor__password", "?"):
            if foreign not in resource.orderings:
                assert fields(problem(ask.get(f"{path}?ordering={foreign}"), 400)) == ["ordering"]


def test_a_filter_answers_whatever_is_written_and_never_another_organisations_rows(world: World) -> None:
    ask = Asker(world.people["owner"])
    for route in _lists():
        path, filters = paths(route, world)["own"], _resource(route).filterset_class
        everything = ask.get(path)
        if everything.status_code != 200 or filters is None:
            continue
        mine = [str(row) for row in everything.json()["results"]]  # type: ignore[attr-defined]
        for name, value in product(filters.base_filters, WRITTEN):
            answer = ask.get(f"{path}?{name}={value}")
            assert answer.status_code in (200, 400), (path, name)
            if answer.status_code == 200:
                assert set(map(str, answer.json()["results"])) <= set(mine)  # type: ignore[attr-defined]


def test_a_foreign_thing_cannot_be_found_by_any_filter(world: World) -> None:
    """Every value that the other organisation's rows show, asked for by every filter, answers like nothing."""
    office, ask = Asker(world.people["administrator"]), Asker(world.people["owner"])
    for route in _lists():
        path, filters = paths(route, world)["own"], _resource(route).filterset_class
        if ask.get(path).status_code != 200 or filters is None:
            continue
        mine = {str(row) for row in ask.get(path).json()["results"]}  # type: ignore[attr-defined]
        for row in office.get(path).json()["results"]:  # type: ignore[attr-defined]
            for name in filters.base_filters:
                if isinstance(row.get(name), (str, int)) and row[name] != "":
                    answer = ask.get(f"{path}?{name}={str(row[name]).lower()}")
                    if answer.status_code == 200:
                        assert {str(one) for one in answer.json()["results"]} <= mine, (path, name)  # type: ignore[attr-defined]
