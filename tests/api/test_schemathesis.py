"""Schemathesis over every operation as four roles, in this process through WSGI: no 5xx, every answer as described.

The schema it draws from is ours with one thing added: numbers, references and codes of the world, so that half of
what it sends goes further than the first look-up. What is drawn once is asked by all four; each answer's writes are
rolled back, so that no case depends on another. 2 000 answers in the suite, four times the examples of
`make stress`: 20 000.
"""

from __future__ import annotations

import copy
import os
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import CHECKS, load_all_checks
from werkzeug.test import Client

from advisory.web.api import description
from tests.access import table
from tests.access.routes import Route, api_routes
from tests.access.world import Side, World
from tests.api.asking import PROBLEM, Asker

pytestmark = [pytest.mark.django_db, pytest.mark.hypothesis]

ROLES = 4
ANSWERS = 2000 if "SELVKOST_EXAMPLES" not in os.environ else ROLES * int(os.environ["SELVKOST_EXAMPLES"])
#: What all four are asked at once is shared out, so that two processes can work on it.
PARTS = 2
#: Of ten cases so many keep to the schema; the others break it somewhere.
SOUND = 8

AT_HOME = {"REMOTE_ADDR": "127.0.0.1"}

Operation = Any  # What schemathesis calls so is generic in three of its own kinds.


@pytest.fixture(autouse=True)
def in_one_transaction(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    caplog.set_level("CRITICAL", "django.request")
    # A server closes its connection between requests; here all of them lie in one transaction.
    around = (request_started, request_finished)
    for signal in around:
        signal.disconnect(close_old_connections)
    yield
    for signal in around:
        signal.connect(close_old_connections)


def with_things(described: dict[str, Any], world: World) -> dict[str, Any]:
    """The same with what parameters and bodies may name in the world, drawn among the rest."""
    sides = (world.own, world.foreign)
    for route in api_routes():
        for parameter in _parameters(described["paths"][_path(route)]):
            if parameter["in"] == "path":
                row = table.parameter(route, parameter["name"])
                parameter["schema"] = {"enum": [*dict.fromkeys(row.of(side) for side in sides), row.missing]}
            elif parameter["name"] in STEADY:
                parameter["schema"] = {"enum": [STEADY[parameter["name"]]]}
            elif parameter["name"] in NAMED:
                parameter["schema"] = _or_one_of(parameter["schema"], parameter["name"], sides)
    for name, body in described["components"]["schemas"].items():
        if name.endswith(("Body", "Change")):
            for field in NAMED.keys() & body["properties"].keys():
                body["properties"][field] = _or_one_of(body["properties"][field], field, sides)
    return described


#: What fields of bodies and filters called so name.
NAMED = {
    "organisation": lambda side: side.organisation.number,
    "beneficiary": lambda side: side.organisation.number,
    "parent": lambda side: side.organisation.number,
    "engagement": lambda side: side.engagement.reference,
    "service_type": lambda side: side.engagement.service_type.code,
    "lead": lambda side: side.engagement.lead.email,
    "advisor": lambda side: side.engagement.lead.email,
    "activity": lambda side: side.things["activity"].pk,
}


#: What would stop nearly every case at the door if it were drawn.
STEADY = {"cursor": "", "If-Match": "*"}


def _or_one_of(known: dict[str, Any], field: str, sides: tuple[Side, ...]) -> dict[str, Any]:
    return {"anyOf": [{"enum": list(dict.fromkeys(NAMED[field](side) for side in sides))}, known]}


def _parameters(item: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for operation in item.values():
        yield from operation.get("parameters", [])


def _path(route: Route) -> str:
    """The path as OpenAPI writes it."""
    return route.path({name: f"{{{name}}}" for name in route.parameters})


def operations(world: World, part: int) -> list[Operation]:
    """Every operation whose turn it is."""
    found = schemathesis.openapi.from_dict(with_things(copy.deepcopy(description.schema()), world))
    found.app = get_wsgi_application()
    every = [result.ok() for result in found.get_all_operations()]  # type: ignore[union-attr]  # ours is sound
    return every[part::PARTS]


def askers(world: World) -> dict[str, dict[str, str]]:
    """The headers of the four."""
    people = {"member": world.people["owner"]} | {who: world.people[who] for who in ("advisor", "administrator")}
    return {"anonymous": {}} | {who: {"Authorization": f"Bearer {Asker(user).secret}"} for who, user in people.items()}


@pytest.mark.parametrize("part", range(PARTS))
def test_no_operation_breaks_and_every_answer_is_as_described(world: World, part: int) -> None:
    load_all_checks()
    checks = CHECKS.get_by_names(
        ["not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance"]
    )
    who_asks = askers(world)
    browser = Client(get_wsgi_application())
    for headers in who_asks.values():
        # The use of a token is noted once a minute: here and now, or it would be rolled back and noted every time.
        browser.open("/api/v1/organisations/", headers=headers, environ_base=AT_HOME)
    mine = operations(world, part)
    each = -(-ANSWERS // (ROLES * len(mine) * PARTS))
    given_answers: Counter[int] = Counter()

    def ask(case: Any) -> None:
        request = case.as_transport_kwargs() | {"environ_base": AT_HOME}
        for headers in who_asks.values():
            with transaction.atomic():
                response = browser.open(**request | {"headers": request["headers"] | headers})
                transaction.set_rollback(True)
            given_answers[response.status_code] += 1
            case.validate_response(response, checks=checks)
            if response.status_code >= 400:
                assert response.content_type == PROBLEM, case.as_curl_command()

    for operation in mine:
        for mode, count in _shares(each):
            sound = settings(max_examples=count, deadline=None, database=None, suppress_health_check=list(HealthCheck))
            sound(given(operation.as_strategy(generation_mode=mode))(ask))()  # type: ignore[no-untyped-call]
    assert given_answers.total() >= ANSWERS // PARTS
    assert {200, 401, 403, 404} <= given_answers.keys(), given_answers


def _shares(each: int) -> list[tuple[schemathesis.GenerationMode, int]]:
    sound = max(1, each * SOUND // 10)
    broken = max(1, each - sound)
    return [(schemathesis.GenerationMode.POSITIVE, sound), (schemathesis.GenerationMode.NEGATIVE, broken)]
