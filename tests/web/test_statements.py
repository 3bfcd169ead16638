"""`/privacy/` and `/accessibility/`: for everyone, linked from every page, true about cookies and the responsible."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.html import escape
from django.utils.text import capfirst

from advisory.kernel import retention
from advisory.kernel.outbox import OutboundMessage
from advisory.web.statements import KEPT
from clients.invitations.services import invite
from clients.memberships import Role
from tests import builders
from tests.builders import NOW

pytestmark = pytest.mark.django_db

PAGES = ("privacy", "accessibility")


def _text(client: Client, path: str, language: str = "en") -> str:
    page = client.get(path, HTTP_ACCEPT_LANGUAGE=language)
    assert page.status_code == 200
    return page.content.decode().replace("\xa0", " ")


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_everyone_reads_the_page_in_his_language(client: Client, page: str, language: str) -> None:
    builders.seller()
    text = _text(client, reverse(page), language)
    assert f'<html lang="{language}"' in text
    for responsible in ("Kompetansebasen", "faktura@kompetansebasen.example", "55 12 34 56", "310 000 078"):
        assert responsible in text


@pytest.mark.parametrize("page", PAGES)
def test_a_house_without_particulars_has_the_page_too(client: Client, page: str) -> None:
    assert "Kompetansebasen" in _text(client, reverse(page))


def test_every_page_links_to_both() -> None:
    org = builders.organisation()
    places = {
        "/login/": Client(),
        "/today/": Client(),
        "/settings/me/": Client(),
        f"/portal/{org.number}/": Client(),
        "/no-such-page/": Client(),
    }
    advisor, member = builders.advisor(), builders.member(org)
    places["/today/"].force_login(advisor)
    places["/settings/me/"].force_login(advisor)
    places[f"/portal/{org.number}/"].force_login(member)
    for path, client in places.items():
        text = client.get(path).content.decode()
        for page in PAGES:
            assert f'href="{reverse(page)}"' in text, path


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_an_invitation_tells_where_to_read_about_privacy(language: str) -> None:
    org = builders.organisation(language=language)
    invite(email="ny@example.org", role=Role.READER, by=builders.administrator(), now=NOW, organisation=org)
    assert f"{settings.SITE_URL}/privacy/" in OutboundMessage.objects.get().body


def test_every_cookie_that_is_set_stands_on_the_page(client: Client) -> None:
    builders.seller()
    person = builders.advisor()
    client.get("/login/")
    client.post(reverse("account_login"), {"login": person.email, "password": "a password of ten signs"})
    assert client.get("/today/").status_code == 200
    client.post(reverse("set_language"), {"language": "en", "next": "/"})
    client.post(reverse("me"), {"name": "Another", "language": "en"})
    assert {settings.SESSION_COOKIE_NAME, settings.LANGUAGE_COOKIE_NAME, "messages"} <= set(client.cookies)
    text = _text(client, reverse("privacy"))
    listed = set(re.findall(r"<code>([\w-]+)</code>", text))
    assert set(client.cookies) <= listed
    assert listed == {*client.cookies, settings.CSRF_COOKIE_NAME}


def test_the_times_of_the_cookies_are_those_of_the_settings(client: Client) -> None:
    text = _text(client, reverse("privacy"))
    assert settings.SESSION_COOKIE_AGE == 15 * 24 * 60 * 60
    assert "At most 15 days without use" in text
    assert settings.LANGUAGE_COOKIE_AGE is None
    assert "Until you close the browser" in text


def test_the_page_names_each_group_of_people(client: Client) -> None:
    text = _text(client, reverse("privacy"))
    with translation.override("en"):
        for each in KEPT:
            assert str(each.about) in text


def test_the_periods_are_those_that_the_nightly_run_works_from(client: Client) -> None:
    text = _text(client, reverse("privacy"))
    assert len(retention.kinds()) > 10
    with translation.override("en"):
        for kind in retention.kinds():
            assert escape(capfirst(str(kind.period))) in text
            assert escape(str(kind.label)) in text


def test_a_provider_is_named_only_where_there_is_one(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "ID-porten" not in _text(client, reverse("privacy"))
    monkeypatch.setitem(settings.OIDC, "issuer", "https://idporten.example")
    assert "ID-porten" in _text(client, reverse("privacy"))
