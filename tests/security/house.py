"""The world of the access walk with everybody's browser in it, and every form that its pages show."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client

from advisory.kernel.access import Audience
from tests.access import table
from tests.access.routes import Route, routes
from tests.access.world import World
from tests.security import words

#: Who comes furthest on the two sides of the house.
STAFF, MEMBER = "administrator", "owner"
#: Who is signed in, how often somebody tried, what the worker shall do: reading may write it, and it is random.
BOOKKEEPING = ("django_session", "kernel_cache", "django_q_")


class House:
    """One request is taken back before the next."""

    def __init__(self, world: World, *, who: tuple[str, ...] = (STAFF, "advisor", MEMBER, "reader")) -> None:
        self.world = world
        self.browsers = {"anonymous": Client()}
        for each in who:
            self.browsers[each] = Client()
            self.browsers[each].force_login(world.people[each])

    def path(self, route: Route, **instead: Any) -> str:
        """The path to one's own thing, with some of its parameters replaced."""
        return route.path(
            {name: table.parameter(route, name).of(self.world.own) for name in route.parameters} | instead
        )

    def ask(self, who: str, method: str, path: str, headers: dict[str, str] | None = None, **sent: Any) -> HttpResponse:
        """One request; `response.content` is there also of what is streamed."""
        browser = self.browsers[who]
        cookies = copy.deepcopy(browser.cookies)
        with transaction.atomic(), statements() as written:
            response: Any = browser.generic(method, path, headers=headers or {}, **sent)
            if response.streaming:
                response.content = b"".join(response.streaming_content)
            transaction.set_rollback(True)
        browser.cookies = cookies
        response.written = written
        return cast(HttpResponse, response)

    def post(
        self, who: str, path: str, data: dict[str, list[str]], headers: dict[str, str] | None = None
    ) -> HttpResponse:
        """A form as a browser sends it."""
        form = "application/x-www-form-urlencoded"
        return self.ask(who, "POST", path, headers, data=words.encoded(data), content_type=form)

    def get(self, who: str, path: str, **headers: str) -> HttpResponse:
        return self.ask(who, "GET", path, headers)

    def every_page(self) -> Iterator[tuple[Route, str, str, HttpResponse]]:
        """Every page there is, as the one who comes furthest: (route, who, path, answer)."""
        for route in routes():
            if "GET" in route.methods:
                who, path = furthest(route), self.path(route)
                yield route, who, path, self.get(who, path)


def furthest(route: Route) -> str:
    """Who may do most on the path."""
    if route.audience is Audience.PUBLIC:
        return "anonymous"
    return MEMBER if route.is_portal else STAFF


@contextmanager
def statements() -> Iterator[list[tuple[str, Any]]]:
    """Statements that change rows meanwhile with their values, bookkeeping aside."""
    found: list[tuple[str, Any]] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if re.match(r"\s*(INSERT|UPDATE|DELETE|REPLACE)\b", sql, re.IGNORECASE) and not any(
            name in sql for name in BOOKKEEPING
        ):
            found.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield found
