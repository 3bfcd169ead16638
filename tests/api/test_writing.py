"""Writes that are sent twice, and how often one may ask."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.test import override_settings
from django.utils import timezone

from advisory.kernel.api_tokens import ApiToken
from advisory.kernel.audit import AuditEvent
from advisory.kernel.idempotency import IdempotentAnswer, forget_old
from clients.models import Organisation
from tests import builders
from tests.api.asking import Asker, problem

pytestmark = pytest.mark.django_db
KORET = {"name": "Koret", "kind": "voluntary"}
KORPSET = {"name": "Korpset", "kind": "voluntary"}


def test_the_same_key_and_request_does_it_once_and_answers_the_same() -> None:
    ask = Asker(builders.advisor())
    first, again = (ask("POST", "organisations/", KORET, Idempotency_Key="k-1") for _twice in range(2))
    assert Organisation.objects.count() == 1
    assert AuditEvent.objects.filter(action="organisation.register").count() == 1
    assert (first.status_code, first.content) == (again.status_code, again.content)
    assert first.status_code == 201
    for name in ("Location", "ETag"):
        assert first.headers[name] == again.headers[name]
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert ask.get(first.headers["Location"]).status_code == 200


def test_without_a_key_or_with_another_it_is_done_again() -> None:
    ask = Asker(builders.advisor())
    ask("POST", "organisations/", KORET)
    ask("POST", "organisations/", KORET)
    ask("POST", "organisations/", KORET, Idempotency_Key="k-1")
    ask("POST", "organisations/", KORET, Idempotency_Key="k-2")
    assert Organisation.objects.count() == 4


def test_the_key_of_another_request_is_refused_and_another_persons_key_is_his_own() -> None:
    ask = Asker(builders.advisor())
    ask("POST", "organisations/", KORET, Idempotency_Key="k-1")
    found = problem(ask("POST", "organisations/", KORPSET, Idempotency_Key="k-1"), 422)
    assert found["type"] == "urn:selvkost:problem:idempotency-key-used"
    assert Organisation.objects.count() == 1
    other = Asker(builders.advisor())("POST", "organisations/", KORPSET, Idempotency_Key="k-1")
    assert other.status_code == 201


def test_a_refused_write_keeps_no_answer_and_can_be_mended_under_its_key() -> None:
    ask = Asker(builders.advisor())
    problem(ask("POST", "organisations/", {}, Idempotency_Key="k-1"), 422)
    assert not IdempotentAnswer.objects.exists()
    assert ask("POST", "organisations/", KORET, Idempotency_Key="k-1").status_code == 201


def test_an_answer_is_kept_for_a_day() -> None:
    user = builders.advisor()
    start = timezone.now()
    ask = Asker(user)
    ask("POST", "organisations/", KORET, Idempotency_Key="k-1")
    assert forget_old(start + timedelta(hours=23)) == 0
    with time_machine.travel(start + timedelta(hours=25)):
        # Also before the nightly job has taken it.
        ask("POST", "organisations/", KORET, Idempotency_Key="k-1")
    assert Organisation.objects.count() == 2
    assert forget_old(start + timedelta(hours=50)) == 1


@pytest.mark.parametrize("key", ["", "x" * 101, "with\ttab", "with space", "æ"])
def test_a_key_that_is_none_is_400(key: str) -> None:
    problem(Asker(builders.advisor())("POST", "organisations/", KORET, Idempotency_Key=key), 400)
    assert not Organisation.objects.exists()


@override_settings(API_LIMITS={"person": 3, "address": 2})
def test_too_many_requests_are_429_with_the_time_to_wait() -> None:
    cache.clear()
    user, other = builders.advisor(), builders.advisor()
    ask, second = Asker(user), Asker(user)
    with time_machine.travel("2026-11-23T09:00:15Z", tick=False) as clock:
        ApiToken.objects.update(created_at=timezone.now(), expires_at=timezone.now() + timedelta(days=9))
        left = [ask.get("organisations/").headers["RateLimit"] for _one in range(2)]
        assert left == ['"person";r=2;t=45', '"person";r=1;t=45']
        assert second.get("organisations/").status_code == 200  # Another token of the same person counts with it.
        refused = ask.get("organisations/")
        problem(refused, 429)
        assert refused.headers["Retry-After"] == "45"
        assert refused.headers["RateLimit-Policy"] == '"person";q=3;w=60'
        clock.shift(45)
        assert ask.get("organisations/").status_code == 200
    assert Asker(other).get("organisations/").status_code == 200


@override_settings(API_LIMITS={"person": 3, "address": 2})
def test_guesses_at_tokens_are_counted_by_address() -> None:
    cache.clear()
    nobody, guesser = Asker(None), Asker(None)
    guesser.secret = "selvkost_guess"
    with time_machine.travel("2026-11-23T09:00:15Z", tick=False):
        problem(nobody.get("organisations/"), 401)
        problem(guesser.get("organisations/"), 401)
        problem(guesser.get("organisations/"), 429)
