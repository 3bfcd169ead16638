"""`/healthz`: whether this installation can be relied on, for a watchdog outside. Names of checks only, no secrets.

503 when the database does not answer, a migration is missing, a guard is missing, the worker was last heard of
more than three minutes ago, or the last check of the books found something that does not agree. A worker never
heard of, and a check of the books that is missing or older than 26 hours, is 503 in production; elsewhere (a demo
that has just started) the answer is 200 and says so.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from enum import StrEnum

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.utils import timezone

from advisory.kernel import guards, heartbeat
from advisory.kernel.access import public
from advisory.kernel.heartbeat import Heartbeat
from billing.books import check as books

log = logging.getLogger(__name__)


class State(StrEnum):
    """What a check found."""

    OK = "ok"
    WAITING = "waiting"
    FAILED = "failed"


def _database() -> State:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return State.OK


def _migrations() -> State:
    executor = MigrationExecutor(connection)
    return State.FAILED if executor.migration_plan(executor.loader.graph.leaf_nodes()) else State.OK


def _guards() -> State:
    return State.FAILED if guards.missing(connection) else State.OK


def _worker() -> State:
    if heartbeat.worker_is_alive():
        return State.OK
    has_beaten = Heartbeat.objects.filter(name=heartbeat.WORKER).exists()
    return State.FAILED if has_beaten or settings.PRODUCTION else State.WAITING


def _books() -> State:
    last = books.latest()
    if last is not None and not last.agrees:
        return State.FAILED
    if last is not None and not books.is_stale(last, timezone.now()):
        return State.OK
    return State.FAILED if settings.PRODUCTION else State.WAITING


CHECKS: dict[str, Callable[[], State]] = {
    "database": _database,
    "migrations": _migrations,
    "guards": _guards,
    "worker": _worker,
    "books": _books,
}


def examine() -> dict[str, State]:
    """What each check found; a check that the database refuses has failed, and so have those after it."""
    found: dict[str, State] = {}
    for name, check in CHECKS.items():
        try:
            found[name] = check()
        except DatabaseError:
            log.exception("The check %s met an error of the database.", name)
            found[name] = State.FAILED
    return found


@public("GET")
def healthz(request: HttpRequest) -> JsonResponse:
    found = examine()
    failed = State.FAILED in found.values()
    status = "failed" if failed else "degraded" if State.WAITING in found.values() else "ok"
    response = JsonResponse({"status": status, "checks": found}, status=503 if failed else 200)
    response.headers["Cache-Control"] = "no-store"
    return response
