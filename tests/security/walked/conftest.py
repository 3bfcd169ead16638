"""The hostile world, walked once for all tests of this folder: every page, every file that a page offers."""

from __future__ import annotations

import html
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import urljoin, urlsplit

import pytest
import time_machine
from django.db import connection, transaction
from django.http import HttpResponse
from django.urls import resolve
from pytest_django import DjangoDbBlocker

from advisory.kernel import guards
from advisory.kernel.access import Audience
from clients.memberships import Role
from tests.access.routes import Route, api_routes
from tests.security import pages
from tests.security.hostile_world import TODAY, build_hostile
from tests.security.house import STAFF, House

#: Whose forms are among those of who comes further.
LESSER = ("advisor", "reader")


@dataclass
class Walk:
    """The house, and every answer it gave: (who, path, answer)."""

    house: House
    answers: list[tuple[str, str, HttpResponse]] = field(default_factory=list)

    def of_type(self, *types: str) -> Iterator[tuple[str, str, HttpResponse]]:
        return (each for each in self.answers if each[2].headers.get("Content-Type", "").startswith(types))

    @cached_property
    def forms(self) -> dict[tuple[str, str], list[pages.Form]]:
        """(who, path) → the forms that are sent there, from whatever page they stand on; each kind of form once."""
        found: dict[tuple[str, str], list[pages.Form]] = {}
        known = set()
        for who, path, answer in self.of_type("text/html"):
            if who in LESSER:
                continue
            for form in pages.forms(answer.content.decode()):
                there = urlsplit(form.action).path or path
                kind = (who, resolve(there).url_name, frozenset(form.names))
                if kind not in known:
                    known.add(kind)
                    found.setdefault((who, there), []).append(form)
        return found


@pytest.fixture(scope="package")
def walk(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Walk]:
    """The walk; the world is taken back when the folder's tests are done."""
    refusals = logging.getLogger("django.request")
    refusals.setLevel("CRITICAL")
    with django_db_blocker.unblock():
        # A test that committed may have been here before: it leaves the tables without their guards.
        guards.install(connection)
    with django_db_blocker.unblock(), time_machine.travel(TODAY, tick=False), transaction.atomic():
        walk = Walk(House(build_hostile()))
        _go(walk)
        yield walk
        transaction.set_rollback(True)
    refusals.setLevel("NOTSET")


def _go(walk: Walk) -> None:
    house = walk.house
    asked = set()
    for route, who, path, answer in house.every_page():
        walk.answers.append((who, path, answer))
        asked.add((who, path))
        if other := _also(route):
            walk.answers.append((other, path, house.get(other, path)))
        if not answer.headers.get("Content-Type", "").startswith("text/html"):
            continue
        for href in re.findall(r'href="([^"]*file=[^"]*)"', answer.content.decode()):
            link = urljoin(path, html.unescape(href))
            if not urlsplit(link).netloc and (who, link) not in asked:
                asked.add((who, link))
                walk.answers.append((who, link, house.get(who, link)))
    for route in api_routes():
        if "GET" in route.methods:
            path = house.path(route)
            walk.answers.append((STAFF, path, house.get(STAFF, path)))


def _also(route: Route) -> str | None:
    """Who else may read the path and may be shown another page there."""
    if route.audience is Audience.STAFF:
        return "advisor"
    return "reader" if route.is_portal and route.role is Role.READER else None
