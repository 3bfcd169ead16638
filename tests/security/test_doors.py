"""Guessing at the doors, and what a session is worth when it is over (A1, A2, A4)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.apps import apps
from django.conf import settings as product
from django.contrib.auth import get_user
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.core.cache import cache
from django.test import Client

from advisory.kernel.users import User
from tests import builders

pytestmark = pytest.mark.django_db

PASSWORD = "a password of ten signs"


@pytest.fixture
def throttled(settings: Any) -> Iterator[None]:
    """The limits of the product, which the other tests are spared."""
    settings.ACCOUNT_RATE_LIMITS = product.SIGN_IN_LIMITS
    cache.clear()
    yield
    cache.clear()


def sign_in(client: Client, person: User, password: str = PASSWORD, **headers: str) -> Any:
    return client.post("/login/", {"login": person.email, "password": password}, headers=headers)


def is_in(client: Client) -> bool:
    return get_user(client).is_authenticated


def said(answer: Any) -> str:
    return re.sub(r'(csrfmiddlewaretoken" value="|X-CSRFToken": ")\w+', "", answer.content.decode())


# --- Guessing


def test_behind_our_proxy_the_address_is_the_one_the_proxy_added(throttled: None, settings: Any) -> None:
    """What the visitor wrote in front of it is not believed."""
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    statuses = [
        Client()
        .post(
            "/login/",
            {"login": f"a{n}@example.org", "password": "wrong"},
            headers={"X-Forwarded-For": f"10.0.0.{n}, 203.0.113.7"},
        )
        .status_code
        for n in range(31)
    ]
    assert statuses == [422] * 30 + [429]
    other = {"X-Forwarded-For": "203.0.113.7, 203.0.113.8"}
    answer = Client().post("/login/", {"login": "b@example.org", "password": "wrong"}, headers=other)
    assert answer.status_code == 422


def test_no_address_is_believed_where_no_proxy_of_ours_stands() -> None:
    assert product.ALLAUTH_TRUSTED_PROXY_COUNT == 0
    assert not product.BEHIND_PROXY


@pytest.mark.parametrize("written", ["{0} ", "{1}", " {0}"])
def test_another_spelling_of_the_address_is_the_same_account(throttled: None, written: str) -> None:
    person = builders.advisor()
    spelled = written.format(person.email, person.email.upper())
    for _ in range(10):
        Client().post("/login/", {"login": spelled, "password": "a wrong password"})
    client = Client()
    sign_in(client, person)
    assert not is_in(client)


def test_ten_wrong_codes_of_the_app_close_the_second_step_for_recovery_codes_too(throttled: None) -> None:
    person = builders.advisor()
    TOTP.activate(person, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    RecoveryCodes.activate(person)
    [recovery, *_rest] = RecoveryCodes(Authenticator.objects.get(user=person, type="recovery_codes")).get_unused_codes()
    for _ in range(5):
        client = Client()
        sign_in(client, person)
        for _ in range(2):
            assert client.post("/login/second/", {"code": "000000"}).status_code in (302, 422, 429)
    client = Client()
    sign_in(client, person)
    client.post("/login/second/", {"code": recovery})
    assert not is_in(client)


def test_a_forgotten_password_says_the_same_of_an_address_nobody_has(client: Client) -> None:
    person = builders.advisor()
    answers = []
    for address in (person.email, "nobody@example.org"):
        visitor = Client()
        asked = visitor.post("/password/reset/", {"email": address})
        page = visitor.get(asked.headers["Location"])
        answers.append((asked.status_code, asked.headers["Location"], said(page).replace(address, "ADDRESS")))
    assert answers[0] == answers[1]
    assert [sent.to for sent in mail.outbox] == [[person.email]]


def test_only_three_mails_an_hour_for_a_forgotten_password(throttled: None) -> None:
    person = builders.advisor()
    for _ in range(4):
        Client().post("/password/reset/", {"email": person.email})
    assert len(mail.outbox) == 3


def test_an_address_nobody_has_costs_as_much_work_as_a_wrong_password(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the clock tells who is known here: hashing is the work that takes time."""
    worked: list[int] = []
    plain = MD5PasswordHasher.encode

    def counted(*given: Any, **named: Any) -> str:
        worked[-1] += 1
        return plain(*given, **named)

    person, without = builders.advisor(), User.objects.create_user("none@example.org")
    out = builders.advisor(is_active=False)
    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)
    for address in (person.email, "nobody@example.org", without.email, out.email):
        worked.append(0)
        Client().post("/login/", {"login": address, "password": "a wrong password"})
    assert len(set(worked)) == 1, worked
    assert worked[0]


def test_someone_who_is_switched_off_hears_what_a_stranger_hears() -> None:
    out = builders.advisor(is_active=False)
    answers = [
        said(Client().post("/login/", {"login": address, "password": "a wrong password"})).replace(address, "ADDRESS")
        for address in (out.email, "nobody@example.org")
    ]
    assert answers[0] == answers[1]


# --- Sessions


def test_the_cookie_of_a_session_that_was_left_is_worth_nothing(client: Client) -> None:
    person = builders.advisor()
    sign_in(client, person)
    thief = Client()
    thief.cookies["sessionid"] = client.cookies["sessionid"].value
    assert is_in(thief)
    client.post("/logout/")
    assert not is_in(thief)
    assert thief.get("/today/").status_code == 302


def test_a_password_that_was_chosen_anew_by_mail_puts_everybody_out(client: Client) -> None:
    person = builders.advisor()
    thief = Client()
    sign_in(thief, person)
    client.post("/password/reset/", {"email": person.email})
    [path] = re.findall(r"https?://[^/]+(/password/reset/\S+)", str(mail.outbox[0].body))
    form = client.get(path).headers["Location"]
    new = "quite another sentence"
    client.post(form, {"password1": new, "password2": new})
    assert not is_in(thief)


def test_a_session_of_somebody_else_cannot_be_given_to_a_visitor(client: Client) -> None:
    """A key that the visitor brings along is not taken, whatever it is called."""
    client.cookies["sessionid"] = "a" * 32
    client.get("/login/")
    sign_in(client, builders.advisor())
    assert client.cookies["sessionid"].value != "a" * 32
    assert len(client.cookies["sessionid"].value) == 32


def test_the_code_of_one_visitor_does_not_let_in_another(client: Client) -> None:
    person = builders.advisor()
    client.post("/login/code/", {"email": person.email})
    [code] = re.findall(r"\b\d{6}\b", str(mail.outbox[0].body))
    other = Client()
    other.post("/login/code/confirm/", {"code": code})
    assert not is_in(other)


# --- Acting as another


def test_the_only_rooms_are_our_own(client: Client) -> None:
    """Django's administration, which could change what the verbs guard, is not here."""
    assert not apps.is_installed("django.contrib.admin")
    client.force_login(builders.administrator())
    assert client.get("/admin/").status_code == 404
