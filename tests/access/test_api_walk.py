"""The API's addresses × everyone × own, foreign and missing things: what the gates promise, and nothing else.

Derived from the URL map like the walk of the pages, and with the same world. Everyone asks with a token of his own.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from advisory.kernel.access import Audience
from advisory.kernel.api_tokens import ApiToken, withdraw_token
from advisory.kernel.users import StaffRole, User
from clients.memberships import RANK, Role
from tests import builders
from tests.access import table
from tests.access.routes import Route, api_routes
from tests.access.test_walk import ADVISORS, ALIKE, BOOKKEEPING, GONE, MEMBERS, STAFF, paths, same, writes
from tests.access.world import CANARY, World
from tests.api.asking import PROBLEM, Asker

pytestmark = pytest.mark.django_db

#: The last use of a token is noted, whatever it asked.
NOTED = (*BOOKKEEPING, "kernel_apitoken")
FINE = {200, 304}
#: What a verb answers to an empty body from someone who may ask it: done, or what is missing or not allowed.
HEARD = {200, 201, 204, 400, 404, 409, 422}


@pytest.fixture(autouse=True)
def refusals_are_no_news(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("CRITICAL", "django.request")


@pytest.fixture
def askers(world: World) -> dict[str, Asker]:
    return {"anonymous": Asker(None), **{who: Asker(user) for who, user in world.people.items()}}


def expected(route: Route, who: str, method: str, *, thing: str) -> set[int]:
    """Status codes that the gate allows."""
    gate = route.gates[method]
    has_thing = bool(route.parameters)
    fine = FINE if method == "GET" else HEARD
    if who in GONE:
        return {401}
    if gate.audience is Audience.SIGNED_IN:
        return fine | ({404} if has_thing else set())
    if gate.audience in (Audience.STAFF, Audience.ADMINISTRATORS):
        if who not in STAFF:
            return {404}
        if gate.audience is Audience.ADMINISTRATORS and who in ADVISORS:
            return {403}
        if thing == "missing":
            return {404}
        return fine if method == "GET" or who == "administrator" else fine | {403}
    if gate.staff is Audience.ADMINISTRATORS and who in ADVISORS:
        return {403}
    if who in STAFF:
        # Incomes are for administrators, and for advisors who lead or belong to an engagement there.
        needs_not = who == "advisor without the engagement" and "declarations/" in route.template and has_thing
        return {404} if thing == "missing" or needs_not else fine
    if not belongs_to_somebody(route):
        thing = "missing" if thing == "missing" else "own"
    elif who == "owner of another":
        return {404} if has_thing and thing != "foreign" else fine
    if who == "owner of another":
        return {404} if thing == "missing" else fine
    if who not in MEMBERS:
        return {404}
    if RANK[MEMBERS[who]] < RANK[Role(gate.role)]:
        return {403}
    return fine if thing == "own" or not has_thing else {404}


def _stops_at_the_gate(route: Route, who: str) -> bool:
    """Whether each of its gates turns the person away, whatever the path names."""
    if who in GONE:
        return True
    audiences = {gate.audience for gate in route.gates.values()}
    return audiences <= {Audience.STAFF, Audience.ADMINISTRATORS} and who not in STAFF


def ask(asker: Asker, method: str, path: str) -> tuple[HttpResponse, list[str]]:
    """The answer and what was written, which is taken back."""
    with transaction.atomic(), writes() as written:
        response = asker(method, path, None if method in ("GET", "DELETE") else {})
        transaction.set_rollback(True)
    return response, [sql for sql in written if not any(name in sql for name in NOTED)]


def _things(route: Route, world: World) -> dict[str, str]:
    found = paths(route, world)
    walked = ("own", "foreign", "missing") if belongs_to_somebody(route) else ("own", "missing")
    return {thing: path for thing, path in found.items() if thing in walked}


def belongs_to_somebody(route: Route) -> bool:
    """Whether the thing in the path is an organisation's: a table of tiers is nobody's."""
    return any(table.parameter(route, name).belongs for name in route.parameters)


def test_everyone_gets_what_the_gate_promises_and_nothing_else(world: World, askers: dict[str, Asker]) -> None:
    wrong: list[str] = []
    for route in api_routes():
        for thing, path in _things(route, world).items():
            for who, asker in askers.items():
                if thing != "own" and who in ALIKE and _stops_at_the_gate(route, who):
                    continue  # As the walk of the pages: one thing is enough for those whom the gate turns away.
                for method in route.methods:
                    response, written = ask(asker, method, path)
                    wrong += [
                        f"{method} {path} ({thing}) as {who}: {problem}"
                        for problem in _problems(route, response, written, who, method, thing)
                    ]
    assert not wrong, f"{len(wrong)} wrong:\n" + "\n".join(wrong[:60])


def _problems(route: Route, response: HttpResponse, written: list[str], who: str, method: str, thing: str) -> list[str]:
    found = []
    status = response.status_code
    if status not in expected(route, who, method, thing=thing):
        found.append(f"answered {status}: {response.content[:200]!r}")
    if status >= 400 and response.headers["Content-Type"] != PROBLEM:
        found.append(f"is refused with {response.headers['Content-Type']}")
    # Who takes a file of evidence is kept: the one thing that reading may write.
    is_kept = route.name == "api_evidence" and all('"kernel_auditevent"' in sql for sql in written)
    if written and (method == "GET" or status >= 400) and not is_kept:
        found.append(f"wrote {written[:1]}")
    if who not in STAFF and who != "owner of another":
        said = _content(response).decode("utf-8", "replace") + repr(response.headers)
        if CANARY in said:
            found.append("shows text of another organisation")
    return found


def _content(response: Any) -> bytes:
    return b"".join(response.streaming_content) if getattr(response, "streaming", False) else bytes(response.content)


def test_what_is_foreign_looks_like_what_is_missing(world: World, askers: dict[str, Asker]) -> None:
    wrong = []
    for route in api_routes():
        found = _things(route, world)
        if not {"foreign", "missing"} <= set(found):
            continue
        for who in ("owner", "reader", "former member"):
            for method in route.methods:
                answers = [same(ask(askers[who], method, found[thing])[0]) for thing in ("foreign", "missing")]
                if answers[0] != answers[1]:
                    wrong.append(f"{method} {found['foreign']} as {who} differs from a missing thing")
    assert not wrong, "\n".join(wrong)


def test_a_reading_token_reads_the_same_and_writes_nowhere_whoever_has_it(
    world: World, askers: dict[str, Asker]
) -> None:
    for who in ("administrator", "owner"):
        reading = Asker(world.people[who], "read")
        for route in api_routes():
            things = _things(route, world)
            for method in route.methods:
                # A write is refused before anything is looked up: it does not tell whether the thing is there.
                for thing in ("own",) if method == "GET" else ("own", "missing"):
                    response, written = ask(reading, method, things.get(thing, things["own"]))
                    if method == "GET":
                        assert same(response) == same(ask(askers[who], method, things["own"])[0]), (who, route)
                    else:
                        assert (response.status_code, written) == (403, []), (who, method, route)


def _answers(world: World, asker: Asker) -> dict[tuple[str, str], int]:
    """The status of every method of every address to one's own things."""
    return {
        (method, str(route)): ask(asker, method, _things(route, world)["own"])[0].status_code
        for route in api_routes()
        for method in route.methods
    }


def _withdraw(user: User) -> None:
    token = ApiToken.objects.get(user=user)
    withdraw_token(token=token, by=user, now=timezone.now())


def _expire(user: User) -> None:
    past = timezone.now() - timedelta(days=1)
    ApiToken.objects.filter(user=user).update(created_at=past - timedelta(days=1), expires_at=past)


def _close(user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False)


def _erase(user: User) -> None:
    User.objects.filter(pk=user.pk).update(erased_at=timezone.now())


def test_a_token_that_ended_and_a_person_who_is_out_stop_every_address_at_the_next_request(world: World) -> None:
    organisation = world.own.organisation
    for end in (_withdraw, _expire, _close, _erase):
        for person in (builders.administrator(), builders.member(organisation, "owner")):
            asker = Asker(person)
            assert asker.get(f"organisations/{organisation.number}/").status_code == 200
            end(person)
            assert set(_answers(world, asker).values()) == {401}, end


@pytest.mark.parametrize("end", [_close, _erase])
def test_a_session_of_somebody_who_is_out_reads_no_address(world: World, end: Callable[[User], None]) -> None:
    person, browser = builders.administrator(), Client()
    browser.force_login(person)
    mine = [_things(route, world)["own"] for route in api_routes() if "GET" in route.methods]
    assert {browser.get(path).status_code for path in mine} == {200}
    end(person)
    assert {browser.get(path).status_code for path in mine} == {401}


def test_a_membership_that_ended_stops_every_address_at_the_next_request(
    world: World, askers: dict[str, Asker]
) -> None:
    before = _answers(world, askers["owner"])
    assert 200 in before.values()
    world.people["owner"].memberships.update(ended_at=timezone.now())
    assert set(_answers(world, askers["owner"]).values()) == {404}


def test_a_role_that_was_taken_away_counts_at_the_next_request(world: World, askers: dict[str, Asker]) -> None:
    reader = _answers(world, askers["reader"])
    assert _answers(world, askers["owner"]) != reader
    world.people["owner"].memberships.update(role=Role.READER)
    assert _answers(world, askers["owner"]) == reader
    advisor = _answers(world, askers["advisor without the engagement"])
    assert _answers(world, askers["administrator"]) != advisor
    administrator = world.people["administrator"]
    administrator.staff_role = StaffRole.ADVISOR
    administrator.save()
    assert _answers(world, askers["administrator"]) == advisor
    administrator.staff_role = ""
    administrator.save()
    assert set(_answers(world, askers["administrator"]).values()) == {404}


def test_every_parameter_has_a_row_in_the_table() -> None:
    for route in api_routes():
        for name in route.parameters:
            assert table.parameter(route, name)
