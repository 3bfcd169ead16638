"""`/healthz` tells a watchdog whether this installation can be relied on."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.test import Client
from django.utils import timezone

from advisory.kernel import heartbeat
from advisory.kernel.heartbeat import Heartbeat
from advisory.web import health
from billing.models import BooksCheck

pytestmark = pytest.mark.django_db


def answer(client: Client) -> tuple[int, dict[str, Any]]:
    response = client.get("/healthz")
    return response.status_code, response.json()


def checked(*, agrees: bool = True, hours_ago: int = 0) -> None:
    BooksCheck.objects.create(checked_at=timezone.now() - timedelta(hours=hours_ago), agrees=agrees, findings=[])


def test_all_is_well_when_the_worker_beats_and_the_books_agree(client: Client) -> None:
    heartbeat.beat()
    checked()
    status, said = answer(client)
    assert status == 200
    assert said == {
        "status": "ok",
        "checks": {"database": "ok", "migrations": "ok", "guards": "ok", "worker": "ok", "books": "ok"},
    }


def test_a_worker_not_heard_of_for_more_than_three_minutes_is_a_failure(client: Client) -> None:
    Heartbeat.objects.create(name=heartbeat.WORKER, at=timezone.now() - timedelta(minutes=3, seconds=1))
    status, said = answer(client)
    assert (status, said["status"], said["checks"]["worker"]) == (503, "failed", "failed")


def test_a_worker_never_heard_of_is_awaited_in_a_demo_and_missed_in_production(client: Client, settings: Any) -> None:
    assert answer(client)[0] == 200
    assert answer(client)[1]["checks"]["worker"] == "waiting"
    settings.PRODUCTION = True
    assert answer(client)[0] == 503


def test_books_that_do_not_agree_are_a_failure(client: Client) -> None:
    heartbeat.beat()
    checked(agrees=True, hours_ago=1)
    checked(agrees=False)
    status, said = answer(client)
    assert (status, said["checks"]["books"]) == (503, "failed")


def test_an_old_check_of_the_books_is_missed_in_production_and_awaited_in_a_demo(client: Client, settings: Any) -> None:
    heartbeat.beat()
    checked(hours_ago=27)
    assert answer(client)[1]["checks"]["books"] == "waiting"
    settings.PRODUCTION = True
    assert answer(client)[1]["checks"]["books"] == "failed"
    checked(hours_ago=25)
    assert answer(client)[1]["checks"]["books"] == "ok"


def test_a_missing_guard_is_a_failure(client: Client) -> None:
    heartbeat.beat()
    with connection.cursor() as cursor:
        on = " ON billing_invoice" if connection.vendor == "postgresql" else ""
        cursor.execute(f"DROP TRIGGER invoice_frozen_delete{on}")
    status, said = answer(client)
    assert (status, said["checks"]["guards"]) == (503, "failed")


def test_a_missing_migration_is_a_failure(client: Client) -> None:
    heartbeat.beat()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'billing'")
    status, said = answer(client)
    assert (status, said["checks"]["migrations"]) == (503, "failed")


def test_a_database_that_does_not_answer_is_a_failure_and_says_no_more(
    client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse() -> health.State:
        raise DatabaseError("password of the database in the message")

    monkeypatch.setitem(health.CHECKS, "database", refuse)
    status, said = answer(client)
    assert (status, said["checks"]["database"]) == (503, "failed")
    assert "password" not in str(said)
    assert "password" in caplog.text
