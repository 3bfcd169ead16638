"""Signing in, being refused, and what is sent to the browser with it."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from advisory.kernel.users import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def member() -> User:
    return User.objects.create_user("treasurer@example.org", "a sentence of my own")


def test_the_first_page_asks_for_an_address_and_offers_a_code(client: Client) -> None:
    page = client.get(reverse("account_login")).content.decode()
    assert '<html lang="nb"' in page
    assert f'action="{reverse("account_request_login_code")}"' in page
    assert page.count('type="email"') == 2


def test_a_code_by_e_mail_lets_its_owner_in(client: Client, member: User) -> None:
    client.post(reverse("account_request_login_code"), {"email": member.email})
    [sent] = mail.outbox
    code = re.search(r"Koden din: (\S+)", str(sent.subject))
    assert code is not None
    assert code[1] in sent.body
    answer = client.post(reverse("account_confirm_login_code"), {"code": code[1]})
    assert answer.status_code == 302
    assert int(client.session["_auth_user_id"]) == member.pk


def test_a_wrong_code_is_said_above_and_at_the_field(client: Client, member: User) -> None:
    client.post(reverse("account_request_login_code"), {"email": member.email})
    page = client.post(reverse("account_confirm_login_code"), {"code": "WRONG"}).content.decode()
    assert 'id="error-summary"' in page
    assert 'href="#id_code"' in page
    assert 'id="id_code_error"' in page
    assert "<title>Feil: " in page


def test_a_password_still_works_and_a_wrong_one_is_explained(client: Client, member: User) -> None:
    page = client.post(reverse("account_login"), {"login": member.email, "password": "wrong"}).content.decode()
    assert 'id="error-summary"' in page
    assert '<details class="fold door-fold" open>' in page
    answer = client.post(reverse("account_login"), {"login": member.email, "password": "a sentence of my own"})
    assert answer.status_code == 302


def test_an_unknown_address_gets_the_same_page_as_a_known_one(client: Client, member: User) -> None:
    known = client.post(reverse("account_request_login_code"), {"email": member.email})
    unknown = Client().post(reverse("account_request_login_code"), {"email": "stranger@example.org"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])


def test_the_way_back_survives_sign_in(client: Client) -> None:
    page = client.get(reverse("account_login"), {"next": "/time/"}).content.decode()
    assert page.count('name="next" value="/time/"') >= 2


@pytest.mark.parametrize(
    "name", ["account_login", "account_request_login_code", "account_reset_password", "account_reset_password_done"]
)
def test_the_door_pages_keep_to_the_strict_policy(client: Client, name: str) -> None:
    answer = client.get(reverse(name))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert " style=" not in page
    assert not re.search(r"<script(?![^>]*\bsrc=)", page)
    assert not re.search(r"\son\w+=", page)
    assert "://" not in page


def test_a_missing_page_says_neither_that_it_is_missing_nor_that_it_is_closed(client: Client) -> None:
    answer = client.get("/no/such/page/")
    assert answer.status_code == 404
    assert "Siden finnes ikke, eller du har ikke tilgang." in answer.content.decode()


@pytest.mark.parametrize("name", ["400.html", "403.html", "403_csrf.html", "404.html"])
def test_every_refusal_has_a_way_on(client: Client, name: str) -> None:
    request = client.get(reverse("account_login")).wsgi_request
    page = render_to_string(name, {}, request)
    assert 'class="ds-button" href="/"' in page
    assert page.count("<h1>") == 1


def test_the_page_for_our_own_mistakes_needs_no_context() -> None:
    page = render_to_string("500.html")
    assert "Beklager, noe gikk galt hos oss" in page
    assert 'href="/"' in page


def test_what_allauth_says_is_said_in_our_words(client: Client, member: User) -> None:
    page = client.post(reverse("account_login"), {"login": member.email, "password": "wrong"}).content.decode()
    assert "E-postadressen eller passordet stemmer ikke." in page


def test_a_visitor_with_an_english_browser_reads_english(client: Client) -> None:
    page = client.get(reverse("account_login"), headers={"accept-language": "en-GB,en"}).content.decode()
    assert '<html lang="en"' in page
    assert "We send a code to your e-mail." in page


def test_an_address_for_forms_that_is_opened_as_a_page_says_that_nothing_was_sent(client: Client) -> None:
    answer = client.get(reverse("set_language"))
    assert answer.status_code == 405
    assert answer["Allow"] == "POST"
    assert "Ingenting ble sendt" in answer.content.decode()
