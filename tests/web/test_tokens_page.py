"""The pages of tokens: made and shown once, listed, withdrawn by the owner and by an administrator."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from advisory.kernel.api_tokens import ApiToken, make_token
from advisory.kernel.users import User
from tests import builders

pytestmark = pytest.mark.django_db
LIST, NEW = "/settings/me/tokens/", "/settings/me/tokens/new/"


@pytest.fixture
def person() -> User:
    return builders.member(builders.organisation())


@pytest.fixture
def browser(client: Client, person: User) -> Client:
    client.post("/login/", {"login": person.email, "password": "a password of ten signs"})
    return client


def _a_token(user: User, **facts: Any) -> ApiToken:
    now = timezone.now()
    day = timezone.localdate(now) + timedelta(days=1)
    given: dict[str, Any] = {"name": "Regneark", "scope": "read", "last_day": day} | facts
    return make_token(user=user, now=now, **given)[0]


def test_a_member_makes_a_token_that_is_shown_once_and_works(browser: Client, person: User) -> None:
    day = timezone.localdate() + timedelta(days=30)
    page = browser.post(NEW, {"name": "Regnskap", "scope": "write", "last_day": f"{day:%d.%m.%Y}"})
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "private, no-store"
    [secret] = set(re.findall(r"selvkost_[\w-]{43}", html.unescape(page.content.decode())))
    token = ApiToken.objects.get(user=person)
    assert (token.name, token.scope, token.last_day) == ("Regnskap", "write", day)
    answer = Client().get("/api/v1/organisations/", headers={"Authorization": f"Bearer {secret}"})
    assert answer.status_code == 200
    shown_again = browser.get(LIST).content.decode()
    assert secret not in shown_again
    assert token.prefix in shown_again


def test_ninety_days_are_offered_and_more_than_a_year_is_refused(browser: Client) -> None:
    usual = timezone.localdate() + timedelta(days=90)
    assert f"{usual:%d.%m.%Y}" in browser.get(NEW).content.decode()
    late = timezone.localdate() + timedelta(days=366)
    page = browser.post(NEW, {"name": "Regnskap", "scope": "read", "last_day": f"{late:%d.%m.%Y}"})
    assert page.status_code == 422
    assert page.content.decode().count("Feil: ") == 1
    assert not ApiToken.objects.exists()


def test_a_session_that_has_not_proved_itself_lately_proves_itself_first(person: User) -> None:
    browser = Client()
    browser.force_login(person)
    answer = browser.post(NEW, {"name": "Regnskap", "scope": "read", "last_day": "i morgen"})
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/settings/me/again/")
    assert not ApiToken.objects.exists()


def test_the_owner_withdraws_his_token_and_nobody_elses(browser: Client, person: User) -> None:
    mine, others = _a_token(person), _a_token(builders.advisor())
    assert browser.post(f"{LIST}{mine.pk}/withdraw/").status_code == 302
    assert browser.post(f"{LIST}{others.pk}/withdraw/").status_code == 404
    mine.refresh_from_db()
    others.refresh_from_db()
    assert mine.revoked_at is not None
    assert others.revoked_at is None


def test_an_administrator_sees_and_withdraws_somebodys_tokens(client: Client) -> None:
    administrator, advisor = builders.administrator(), builders.advisor()
    token = _a_token(advisor, name="Ukelister")
    client.force_login(administrator)
    assert "Ukelister" in client.get(f"/settings/users/{advisor.pk}/").content.decode()
    path = f"/settings/users/{advisor.pk}/tokens/{token.pk}/withdraw/"
    assert client.post(f"/settings/users/{administrator.pk}/tokens/{token.pk}/withdraw/").status_code == 404
    assert client.post(path).status_code == 302
    token.refresh_from_db()
    assert token.revoked_at is not None
    client.get("/settings/me/")  # The message about it has been read.
    assert "Ukelister" not in client.get(f"/settings/users/{advisor.pk}/").content.decode()


def test_the_list_asks_the_database_as_often_for_many_as_for_few(browser: Client, person: User) -> None:
    counts = []
    for _round in range(2):
        for _one in range(3):
            _a_token(person)
        with CaptureQueriesContext(connection) as asked:
            browser.get(LIST)
        counts.append(len(asked))
    assert counts[0] == counts[1]
