"""Tokens and sessions at the API's door: who is let in, with what scope, and that both end at the next request."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
import time_machine
from django.test import Client, override_settings
from django.utils import timezone

from advisory.kernel import second_factor
from advisory.kernel.api_tokens import (
    LONGEST,
    MOST,
    ApiToken,
    DayNotAllowed,
    Scope,
    TooManyTokens,
    make_token,
    withdraw_token,
)
from advisory.kernel.audit import AuditEvent
from advisory.kernel.own_account import sign_out_everywhere
from advisory.kernel.second_factor import remove_second_factor
from advisory.kernel.staff import switch_off, switch_on
from clients.models import Membership
from tests import builders
from tests.api.asking import Asker, problem, token_of

pytestmark = pytest.mark.django_db
ORGANISATIONS = "/api/v1/organisations/"


def test_nobody_gets_401_with_the_way_to_sign_in() -> None:
    response = Asker(None).get("organisations/")
    problem(response, 401)
    assert response.headers["WWW-Authenticate"] == 'Bearer realm="Selvkost"'


def test_a_token_lets_its_owner_in_and_is_kept_as_a_digest_only() -> None:
    user = builders.advisor()
    secret = token_of(user)
    assert secret.startswith("selvkost_")
    kept = ApiToken.objects.get()
    assert kept.digest == hashlib.sha256(secret.encode()).hexdigest()
    assert secret not in {str(value) for value in ApiToken.objects.values().get().values()}
    assert secret not in str(list(AuditEvent.objects.values()))
    answer = Client().get(ORGANISATIONS, headers={"Authorization": f"Bearer {secret}"})
    assert answer.status_code == 200


@pytest.mark.parametrize("header", ["Bearer nonsense", "Bearer ", "Bearer æøå", "bearer selvkost_" + "a" * 43])
def test_a_token_that_is_none_gets_401(header: str) -> None:
    problem(Client().get(ORGANISATIONS, headers={"Authorization": header}), 401)


def test_a_token_stops_at_the_request_after_it_is_withdrawn_expired_or_its_owner_closed_or_erased() -> None:
    administrator = builders.administrator()
    for end in ("withdrawn", "expired", "closed", "erased"):
        user = builders.advisor()
        ask = Asker(user)
        assert ask.get("organisations/").status_code == 200
        token = ApiToken.objects.get(user=user)
        if end == "withdrawn":
            withdraw_token(token=token, by=administrator, now=timezone.now())
        elif end == "expired":
            past = timezone.now() - timedelta(days=1)
            ApiToken.objects.filter(pk=token.pk).update(created_at=past - timedelta(days=1), expires_at=past)
        elif end == "closed":
            type(user).objects.filter(pk=user.pk).update(is_active=False)
        else:
            type(user).objects.filter(pk=user.pk).update(erased_at=timezone.now())
        problem(ask.get("organisations/"), 401)


def test_signing_out_everywhere_and_being_switched_off_withdraw_every_token_for_good() -> None:
    administrator, user = builders.administrator(), builders.advisor()
    for end in ("signed out", "second factor lost", "switched off"):
        ask = Asker(user)
        assert ask.get("organisations/").status_code == 200
        if end == "signed out":
            sign_out_everywhere(user=user, now=timezone.now())
        elif end == "second factor lost":
            remove_second_factor(user=user, by=None, now=timezone.now(), reason="Mistet telefonen")
        else:
            switch_off(person=user, by=administrator, now=timezone.now())
            switch_on(person=user, by=administrator, now=timezone.now())
        problem(ask.get("organisations/"), 401)
    assert AuditEvent.objects.filter(action="api_token.withdraw").count() == 3


def test_a_membership_that_ended_stops_the_token_at_the_next_request() -> None:
    org = builders.organisation()
    ask = Asker(builders.member(org))
    assert ask.get(f"organisations/{org.number}/").status_code == 200
    Membership.objects.update(ended_at=timezone.now())
    problem(ask.get(f"organisations/{org.number}/"), 404)
    problem(ask.get("organisations/"), 404)


def test_a_token_works_through_its_last_day_in_oslo() -> None:
    user = builders.advisor()
    with time_machine.travel("2026-11-20T09:00:00Z", tick=False):
        now = timezone.now()
        _token, secret = make_token(user=user, name="x", scope="read", last_day=timezone.localdate(now), now=now)
    for moment, status in (("2026-11-20T22:59:59Z", 200), ("2026-11-20T23:00:00Z", 401)):
        with time_machine.travel(moment, tick=False):
            answer = Client().get(ORGANISATIONS, headers={"Authorization": f"Bearer {secret}"})
            assert answer.status_code == status


def test_a_reading_token_does_not_write() -> None:
    ask = Asker(builders.advisor(), Scope.READ)
    assert ask.get("organisations/").status_code == 200
    found = problem(ask("POST", "organisations/", {"name": "Bygdekor Vest", "kind": "voluntary"}), 403)
    assert found["type"] == "urn:selvkost:problem:read-only-token"
    problem(ask("POST", "nowhere/"), 404)


def test_a_token_lives_a_year_at_most_and_a_person_has_a_score_of_them() -> None:
    user, now = builders.advisor(), timezone.now()
    today = timezone.localdate(now)
    for day in (today - timedelta(days=1), today + LONGEST + timedelta(days=1)):
        with pytest.raises(DayNotAllowed):
            make_token(user=user, name="x", scope="read", last_day=day, now=now)
    for _one in range(MOST):
        make_token(user=user, name="x", scope="read", last_day=today + LONGEST, now=now)
    with pytest.raises(TooManyTokens):
        make_token(user=user, name="x", scope="read", last_day=today, now=now)


def test_the_last_use_is_written_once_a_minute() -> None:
    ask = Asker(builders.advisor())
    with time_machine.travel("2026-11-23T09:00:00Z", tick=False) as clock:
        ApiToken.objects.update(created_at=timezone.now(), expires_at=timezone.now() + timedelta(days=9))
        ask.get("organisations/")
        first = ApiToken.objects.get().last_used_at
        clock.shift(59)
        ask.get("organisations/")
        assert ApiToken.objects.get().last_used_at == first == timezone.now() - timedelta(seconds=59)
        clock.shift(1)
        ask.get("organisations/")
        assert ApiToken.objects.get().last_used_at == timezone.now()


def test_a_browsers_session_reads_and_writes_only_with_the_csrf_token() -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(builders.advisor())
    assert browser.get(ORGANISATIONS).status_code == 200
    facts = {"name": "Bygdekor Vest", "kind": "voluntary"}
    problem(browser.post(ORGANISATIONS, facts, content_type="application/json"), 403)
    browser.get("/today/")
    sent = {"X-CSRFToken": browser.cookies["csrftoken"].value}
    answer = browser.post(ORGANISATIONS, facts, content_type="application/json", headers=sent)
    assert answer.status_code == 201


def test_a_session_that_lay_idle_too_long_gets_401_and_no_page() -> None:
    browser = Client()
    browser.force_login(builders.advisor())
    assert browser.get(ORGANISATIONS).status_code == 200
    with time_machine.travel(timezone.now() + timedelta(hours=9)):
        problem(browser.get(ORGANISATIONS), 401)


@override_settings(SECOND_FACTOR="demanded")
def test_an_administrator_without_a_second_factor_is_refused_with_a_token_and_with_a_session(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    administrator = builders.administrator()
    ask, browser = Asker(administrator), Client()
    browser.force_login(administrator)
    for response in (ask.get("organisations/"), browser.get(ORGANISATIONS)):
        assert "faktor" in problem(response, 403)["detail"]
    assert Asker(builders.advisor()).get("organisations/").status_code == 200
    monkeypatch.setattr(second_factor, "has_second_factor", lambda user: True)
    assert ask.get("organisations/").status_code == 200


def test_someone_without_an_organisation_learns_nothing() -> None:
    builders.organisation()
    ask = Asker(builders.user())
    problem(ask.get("organisations/"), 404)


def test_asking_for_the_head_answers_like_reading_without_the_body() -> None:
    ask = Asker(builders.advisor())
    read, head = ask.get("organisations/"), ask("HEAD", "organisations/")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["ETag"] == read.headers["ETag"]
    problem(ask("OPTIONS", "organisations/"), 405)


def test_a_method_nobody_answers_is_405_and_says_which_are() -> None:
    response = Asker(builders.advisor())("DELETE", "organisations/")
    problem(response, 405)
    assert "GET" in response.headers["Allow"]
