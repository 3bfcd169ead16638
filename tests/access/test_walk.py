"""Every path × everyone × own, foreign and missing things: the answer follows from the view's mark, and nothing leaks.

Derived from the URL map, so a page that is added is walked from the day it is added. It fails on a path without
an audience, on a parameter without a row in `table.py`, and on any answer that the mark does not promise.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client

from advisory.kernel.access import Audience
from clients.memberships import RANK, Role
from tests.access import table
from tests.access.routes import Route, api_routes, routes
from tests.access.world import CANARY, World

pytestmark = pytest.mark.django_db

ELSEWHERE = "https://elsewhere.example/"

#: Tables that reading may write: who is signed in, how often someone tried.
BOOKKEEPING = ("django_session", "kernel_cache")
ADVISORS = ("advisor", "advisor without the engagement")
STAFF = ("administrator", *ADVISORS)
MEMBERS = {"reader": Role.READER, "finance": Role.FINANCE, "owner": Role.OWNER}
#: People the program no longer knows: their session is worth nothing.
GONE = ("anonymous", "inactive", "inactive advisor")
#: To a gate these are like the owner, the advisor and the inactive member. They are walked where more counts.
ALIKE = (
    "reader", "finance", "former member", "owner of another", "advisor without the engagement", "inactive advisor",
)  # fmt: skip
DONE = range(200, 400)
#: Incomes are shown to administrators, and to the advisors an upper storey vouches for.
NEED_TO_KNOW = {"organisation_income_new", "organisation_evidence"}
#: What a form answers to someone who may send it: done, mistakes, a refusal of the domain, too late.
HEARD = {*DONE, 400, 404, 409, 422}


def test_every_path_says_whom_it_is_for() -> None:
    silent = [str(route) for route in [*routes(), *api_routes()] if route.audience is None or not route.methods]
    assert not silent, f"without an audience mark (advisory.kernel.access): {silent}"


def test_every_parameter_of_a_path_can_be_filled() -> None:
    for route in [*routes(), *api_routes()]:
        for name in route.parameters:
            assert table.parameter(route, name)


def test_every_portal_path_starts_with_the_organisation() -> None:
    for route in routes():
        if route.is_portal:
            assert route.template.startswith("portal/<int:number>/"), route


@dataclass
class Walk:
    """The world, a browser for everyone, and what was wrong."""

    world: World
    browsers: dict[str, Client]
    requests: int = 0
    wrong: list[str] = field(default_factory=list)

    def ask(self, who: str, method: str, path: str, **headers: Any) -> HttpResponse:
        """One request, with a way back that leads to another host; what it wrote is taken back."""
        self.requests += 1
        # Signing out takes the cookie with it, though what it wrote is taken back.
        cookies = copy.deepcopy(self.browsers[who].cookies)
        with transaction.atomic(), writes() as written:
            response: HttpResponse = getattr(self.browsers[who], method.lower())(path, {"next": ELSEWHERE}, **headers)
            if getattr(response, "streaming", False):
                response.content = b"".join(response.streaming_content)  # type: ignore[attr-defined]
            transaction.set_rollback(True)
        self.browsers[who].cookies = cookies
        policy = response.headers.get("Content-Security-Policy", "")
        self.check("script-src 'self'" in policy and "unsafe" not in policy, who, method, path, f"policy: {policy!r}")
        host = urlsplit(response.headers.get("Location", "")).netloc
        self.check(host in ("", "testserver"), who, method, path, f"leads to {host}")
        self.check(response.status_code < 500, who, method, path, f"answered {response.status_code}")
        if method == "GET":
            # Who takes a file of evidence is kept: the one thing that reading may write.
            log_only = "/income/evidence/" in path and all('"kernel_auditevent"' in sql for sql in written)
            self.check(not written or log_only, who, method, path, f"wrote: {written[:1]}")
        response.written = written  # type: ignore[attr-defined]
        return response

    def check(self, holds: bool, who: str, method: str, path: str, problem: str) -> None:
        if not holds:
            self.wrong.append(f"{method} {path} as {who}: {problem}")


@contextmanager
def writes() -> Iterator[list[str]]:
    """Statements that changed a row meanwhile, bookkeeping aside."""
    found: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if re.match(r"\s*(INSERT|UPDATE|DELETE|REPLACE)\b", sql, re.IGNORECASE) and not any(
            name in sql for name in BOOKKEEPING
        ):
            found.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield found


def expected(route: Route, who: str, method: str, *, thing: str) -> set[int]:
    """Status codes that the mark allows. `thing`: own, foreign, crossed (foreign in one's own path) or missing."""
    fine = set(DONE) if method == "GET" else set(HEARD)
    audience = route.audience
    if audience is Audience.PUBLIC:
        if route.name == "invitation" and who not in GONE and thing != "missing":
            return {403}  # Everyone here is signed in as another than the one who is invited.
        return {*fine, 404, 503} if route.parameters else {*fine, 503}
    if who in GONE:
        return {302}
    if audience is Audience.SIGNED_IN:
        return {*fine, 404} if route.parameters else fine
    if audience in (Audience.STAFF, Audience.ADMINISTRATORS):
        if who not in STAFF:
            return {404}
        if audience is Audience.ADMINISTRATORS and who in ADVISORS:
            return {403}
        if thing == "missing":
            return {404}
        if who in ADVISORS and route.name in NEED_TO_KNOW:
            return {*fine, 403}
        # Reading is for all of staff; what an advisor may change, the verb decides.
        return fine if method == "GET" or who == "administrator" else {*fine, 403}
    if who == "owner of another" and thing == "foreign":
        return fine  # What is foreign to the others is his own.
    if who not in MEMBERS or thing in ("foreign", "missing"):
        return {404}
    if RANK[MEMBERS[who]] < RANK[route.role]:
        return {403}
    return {404} if thing in ("crossed", "crossed missing") else fine


def _stops_at_the_gate(route: Route, who: str) -> bool:
    """Whether the mark turns the person away before the path's parameters are looked at: one thing is enough then."""
    if route.audience is Audience.PUBLIC:
        return False
    if who in GONE or (route.audience is Audience.ADMINISTRATORS and who in ADVISORS):
        return True
    return route.audience in (Audience.STAFF, Audience.ADMINISTRATORS) and who not in STAFF


def paths(route: Route, world: World) -> dict[str, str]:
    """The route's path to own, foreign, crossed and missing things, where there is such a thing."""
    rows = [table.parameter(route, name) for name in route.parameters]
    found = {"own": route.path({row.name: row.of(world.own) for row in rows})}
    if not rows:
        return found
    foreign = {row.name: row.of(world.foreign) for row in rows}
    missing = {row.name: row.missing for row in rows}
    if not route.is_portal:
        found["missing"] = route.path(missing)
        # To staff nothing is foreign: the other organisation's thing would be the own one walked twice.
        if route.audience is Audience.PUBLIC and any(row.belongs for row in rows):
            found["foreign"] = route.path(foreign)
        return found
    number = world.own.organisation.number
    found["foreign"] = route.path(foreign)
    found["missing"] = route.path(missing)
    inner = [row for row in rows[1:] if row.belongs]
    if inner:
        found["crossed"] = route.path(foreign | {"number": number})
        found["crossed missing"] = route.path(missing | {"number": number})
    return found


def same(response: HttpResponse) -> bytes:
    """The answer without what is new each time: the token of forms."""
    body = re.sub(rb'(csrfmiddlewaretoken" value="|X-CSRFToken": ")[\w-]+', rb"\1", response.content)
    headers = sorted(f"{name}: {value}" for name, value in response.headers.items())
    return b"\n".join([str(response.status_code).encode(), "\n".join(headers).encode(), body])


@pytest.fixture
def walk(world: World, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> Walk:
    caplog.set_level("CRITICAL", "django.request")
    # Nobody here reads the contexts of templates, and a copy of each takes its time.
    monkeypatch.setattr("django.test.client.store_rendered_templates", lambda *_args, **_kwargs: None)
    browsers = {"anonymous": Client()}
    for who, user in world.people.items():
        browsers[who] = Client()
        browsers[who].force_login(user)
    return Walk(world, browsers)


def test_everyone_gets_what_the_mark_promises_and_nothing_else(walk: Walk, capsys: pytest.CaptureFixture[str]) -> None:
    for route in routes():
        for thing, path in paths(route, walk.world).items():
            for who in walk.browsers:
                if _stops_at_the_gate(route, who) and (thing != "own" or who in ALIKE):
                    continue
                for method in route.methods:
                    _step(walk, route, thing, path, who, method)
    with capsys.disabled():
        print(f"\naccess walk: {len(routes())} paths, {walk.requests} requests", end=" ")
    assert not walk.wrong, f"{len(walk.wrong)} wrong:\n" + "\n".join(walk.wrong[:60])


def _step(walk: Walk, route: Route, thing: str, path: str, who: str, method: str) -> None:
    response = walk.ask(who, method, path)
    allowed = expected(route, who, method, thing=thing)
    walk.check(response.status_code in allowed, who, method, path, f"{thing} thing answered {response.status_code}")
    is_refused = response.status_code in (403, 404) or allowed == {302}
    if is_refused:
        walk.check(not response.written, who, method, path, f"was refused and wrote {response.written[:1]}")  # type: ignore[attr-defined]
    if who in GONE and route.audience is not Audience.PUBLIC:
        to_the_door = response.headers.get("Location", "").startswith("/login/")
        walk.check(to_the_door, who, method, path, "was not sent to the door")
    _check_that_nothing_leaks(walk, response, route, who, method, path)
    if method == "GET" and thing == "own" and who in ("administrator", "owner") and not is_refused:
        part = walk.ask(who, method, path, headers={"HX-Request": "true"})
        walk.check(part.status_code == response.status_code, who, method, path, "answers a part of a page otherwise")


def _check_that_nothing_leaks(
    walk: Walk, response: HttpResponse, route: Route, who: str, method: str, path: str
) -> None:
    if who in STAFF or who == "owner of another" or (route.audience is Audience.PUBLIC and route.parameters):
        return
    said = response.content.decode("utf-8", "replace") + repr(response.headers)
    walk.check(CANARY not in said, who, method, path, "shows text of another organisation")


def test_what_is_foreign_looks_like_what_is_missing(walk: Walk) -> None:
    for route in routes():
        found = paths(route, walk.world)
        for foreign, missing in (("foreign", "missing"), ("crossed", "crossed missing")):
            if not route.is_portal or foreign not in found or missing not in found:
                continue
            for who in ("owner", "reader", "former member", "advisor"):
                for method in route.methods:
                    answers = [same(walk.ask(who, method, found[thing])) for thing in (foreign, missing)]
                    walk.check(answers[0] == answers[1], who, method, found[foreign], "differs from a missing thing")
    assert not walk.wrong, "\n".join(walk.wrong[:60])


def test_a_membership_that_ended_stops_at_the_next_request(walk: Walk) -> None:
    owner = walk.world.people["owner"]
    mine = [route for route in routes() if route.is_portal and "GET" in route.methods]
    assert mine
    before = [walk.ask("owner", "GET", paths(route, walk.world)["own"]).status_code for route in mine]
    assert all(status in DONE for status in before)
    owner.memberships.update(ended_at=owner.created_at)
    after = [walk.ask("owner", "GET", paths(route, walk.world)["own"]).status_code for route in mine]
    assert set(after) == {404}


def test_a_member_who_is_switched_off_is_out_of_every_page_of_the_portal(walk: Walk) -> None:
    owner = walk.world.people["owner"]
    mine = [route for route in routes() if route.is_portal and "GET" in route.methods]
    owner.is_active = False
    owner.save()
    answers = [walk.ask("owner", "GET", paths(route, walk.world)["own"]) for route in mine]
    assert {answer.status_code for answer in answers} == {302}
    assert all(answer.headers["Location"].startswith("/login/") for answer in answers)


def test_a_person_who_is_switched_off_is_out_at_the_next_request(walk: Walk) -> None:
    administrator = walk.world.people["administrator"]
    assert walk.ask("administrator", "GET", "/outbox/").status_code == 200
    administrator.is_active = False
    administrator.save()
    assert walk.ask("administrator", "GET", "/outbox/").status_code == 302
