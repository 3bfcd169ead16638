"""Whoever loses a role or is switched off has lost it at the next request, on every path (T2).

Memberships that end: tests/access/test_walk.py. Tokens: tests/api/test_who_asks.py.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from advisory.kernel.access import Audience
from advisory.kernel.users import StaffRole, User
from clients.memberships import Role
from tests.access.routes import Route, routes
from tests.access.world import World, build
from tests.security.house import House

pytestmark = pytest.mark.django_db

OF_STAFF = (Audience.STAFF, Audience.ADMINISTRATORS)


def _becomes(role: StaffRole) -> Callable[[User], None]:
    def change(user: User) -> None:
        user.staff_role = role
        user.save(update_fields=["staff_role"])

    return change


def _switched_off(user: User) -> None:
    user.is_active = False
    user.save(update_fields=["is_active"])


@pytest.fixture
def world(caplog: pytest.LogCaptureFixture) -> World:
    caplog.set_level("CRITICAL", "django.request")
    return build()


def _answers(house: House, who: str, wanted: Callable[[Route], bool]) -> dict[str, int]:
    """(method and path) → status, of every path for which it is asked."""
    return {
        f"{method} {house.path(route)}": house.ask(who, method, house.path(route)).status_code
        for route in routes()
        if wanted(route)
        for method in route.methods
    }


@pytest.mark.parametrize(
    ("who", "change", "audiences", "status"),
    [
        ("administrator", _becomes(StaffRole.ADVISOR), (Audience.ADMINISTRATORS,), 403),
        ("administrator", _switched_off, OF_STAFF, 302),
        ("advisor", _becomes(StaffRole.NONE), OF_STAFF, 404),
    ],
    ids=["an administrator becomes an advisor", "an administrator is switched off", "an advisor leaves"],
)
def test_a_role_that_ended_is_gone_at_the_next_request(
    world: World, who: str, change: Callable[[User], None], audiences: tuple[Audience, ...], status: int
) -> None:
    house = House(world)
    assert house.get(who, "/today/").status_code == 200
    change(world.people[who])
    answers = _answers(house, who, lambda route: route.audience in audiences)
    assert len(answers) > 100
    assert set(answers.values()) == {status}, {path: found for path, found in answers.items() if found != status}


def test_an_owner_who_becomes_a_reader_changes_nothing_from_the_next_request(world: World) -> None:
    house = House(world)
    owner = world.people["owner"]
    owner.memberships.update(role=Role.READER)
    answers = _answers(house, "owner", lambda route: route.is_portal and route.role is not Role.READER)
    assert len(answers) > 15
    assert set(answers.values()) == {403}


def test_whoever_is_erased_is_out_though_the_browser_still_has_its_session(world: World) -> None:
    """A session is checked against the person's row: without the person it is nobody's."""
    client = Client()
    advisor = world.people["advisor without the engagement"]
    client.force_login(advisor)
    User.objects.filter(pk=advisor.pk).update(is_active=False, password="!")
    assert client.get("/today/").status_code == 302
