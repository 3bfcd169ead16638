"""Sign-in through a provider: a stand-in that answers as the standard says, in place of its three addresses."""

from __future__ import annotations

import base64
import hashlib
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
import pytest
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth import get_user
from django.test import Client

from advisory.kernel.audit import AuditEvent
from advisory.kernel.users import User
from advisory.settings import oidc_providers
from tests import builders

pytestmark = pytest.mark.django_db

ISSUER = "https://provider.example"
START = "/login/with/oidc/"
IDENTITY_NUMBER = "13097248022"
HIGH_ENOUGH = "idporten-loa-substantial"
CONFIGURATION = {
    "issuer": ISSUER,
    "authorization_endpoint": f"{ISSUER}/authorize",
    "token_endpoint": f"{ISSUER}/token",
    "userinfo_endpoint": f"{ISSUER}/userinfo",
    "jwks_uri": f"{ISSUER}/jwks",
    "token_endpoint_auth_methods_supported": ["client_secret_post"],
}


@dataclass
class Answer:
    """As much of an HTTP answer as the library reads."""

    facts: dict[str, Any]
    status_code: int = 200
    headers: dict[str, str] = field(default_factory=lambda: {"content-type": "application/json"})

    def json(self) -> dict[str, Any]:
        return self.facts

    def raise_for_status(self) -> None:
        assert self.status_code < 400


@dataclass
class Provider:
    """Signs everyone in as `claims` and remembers what it was asked."""

    claims: dict[str, Any]
    exchanges: list[dict[str, Any]] = field(default_factory=list)

    def __enter__(self) -> Provider:
        return self

    def __exit__(self, *exception: object) -> None: ...

    def get(self, url: str, **kwargs: Any) -> Answer:
        if url.endswith("/userinfo"):
            return Answer({key: value for key, value in self.claims.items() if key != "acr"})
        assert url == f"{ISSUER}/.well-known/openid-configuration"
        return Answer(CONFIGURATION)

    def request(self, method: str, url: str, **kwargs: Any) -> Answer:
        assert (method, url) == ("POST", f"{ISSUER}/token")
        self.exchanges.append(kwargs["data"])
        now = int(time.time())
        token = {"iss": ISSUER, "aud": "selvkost", "iat": now, "exp": now + 60, **self.claims}
        key = "a secret of the stand-in, and long enough"
        return Answer({"access_token": "t", "token_type": "Bearer", "id_token": jwt.encode(token, key)})

    def post(self, url: str, **kwargs: Any) -> Answer:
        return self.request("POST", url, **kwargs)


@pytest.fixture
def provider(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Provider:
    settings.OIDC = {
        "issuer": ISSUER,
        "name": "ID-porten",
        "client_id": "selvkost",
        "client_secret": "hush",
        "acr_values": [HIGH_ENOUGH, "idporten-loa-high"],
        "match_email": False,
    }
    settings.SOCIALACCOUNT_PROVIDERS = oidc_providers(settings.OIDC)
    made = Provider({"sub": "pairwise-1", "pid": IDENTITY_NUMBER, "acr": HIGH_ENOUGH})
    monkeypatch.setattr(DefaultSocialAccountAdapter, "get_requests_session", lambda self: made)
    return made


def asked(client: Client, query: str = "", **posted: str) -> dict[str, str]:
    """What the browser is sent to the provider with."""
    start = client.post(f"{START}{query}", posted)
    assert start.status_code == 302, start.content
    there = urlsplit(start.headers["Location"])
    assert f"{there.scheme}://{there.netloc}{there.path}" == f"{ISSUER}/authorize"
    return {key: values[0] for key, values in parse_qs(there.query).items()}


def through(client: Client, **posted: str) -> Any:
    """To the provider and back."""
    back = {"code": "once", "state": asked(client, **posted)["state"]}
    return client.get(f"{START}back/?{urlencode(back)}")


def connected(person: User) -> User:
    SocialAccount.objects.create(user=person, provider="oidc", uid="pairwise-1")
    return person


def test_without_a_provider_there_is_nothing_of_it(client: Client) -> None:
    assert client.post(START).status_code == 404
    assert client.get(f"{START}back/").status_code == 404
    page = client.get("/login/")
    assert "/login/with/" not in page.content.decode()
    assert "form-action 'self';" in page.headers["Content-Security-Policy"] + ";"


def test_a_person_who_is_connected_comes_in(client: Client, provider: Provider) -> None:
    person = connected(builders.member(builders.organisation()))
    assert through(client).status_code == 302
    assert get_user(client) == person
    assert AuditEvent.objects.of(person)[0].action == "user.sign_in"


def test_the_code_is_bound_to_the_browser_and_the_level_is_asked_for(client: Client, provider: Provider) -> None:
    connected(builders.advisor())
    sent = asked(client)
    assert sent["acr_values"] == f"{HIGH_ENOUGH} idporten-loa-high"
    assert sent["code_challenge_method"] == "S256"
    client.get(f"{START}back/?{urlencode({'code': 'once', 'state': sent['state']})}")
    verifier = str(provider.exchanges[0]["code_verifier"])
    hashed = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    assert sent["code_challenge"] == hashed


@pytest.mark.parametrize("level", ["idporten-loa-low", "", None])
def test_a_level_that_is_too_low_in_the_answer_is_refused(client: Client, provider: Provider, level: Any) -> None:
    connected(builders.advisor())
    provider.claims["acr"] = level
    assert through(client).headers["Location"] == "/login/"
    assert not get_user(client).is_authenticated
    assert "nivå som er for lavt" in client.get("/login/").content.decode()


def test_asking_for_less_in_the_address_does_not_help(client: Client, provider: Provider) -> None:
    connected(builders.advisor())
    provider.claims["acr"] = "idporten-loa-low"
    sent = asked(client, "?auth_params=acr_values%3Didporten-loa-low")
    assert sent["acr_values"] == "idporten-loa-low"  # The library lets the address decide what is asked for.
    client.get(f"{START}back/?{urlencode({'code': 'once', 'state': sent['state']})}")
    assert not get_user(client).is_authenticated


def test_a_stranger_does_not_become_a_user(client: Client, provider: Provider) -> None:
    before = User.objects.count()
    provider.claims["email"] = builders.advisor().email
    assert through(client).headers["Location"] == "/login/"
    assert not get_user(client).is_authenticated
    assert User.objects.count() == before + 1
    assert not SocialAccount.objects.exists()


def test_someone_who_is_switched_off_does_not_come_in(client: Client, provider: Provider) -> None:
    connected(builders.advisor(is_active=False))
    through(client)
    assert not get_user(client).is_authenticated


def test_the_providers_address_lets_in_only_where_the_settings_say_so(
    client: Client, provider: Provider, settings: Any
) -> None:
    person = builders.advisor()
    settings.OIDC = {**settings.OIDC, "match_email": True}
    provider.claims |= {"email": person.email.upper(), "email_verified": False}
    through(client)
    assert not get_user(client).is_authenticated
    provider.claims["email_verified"] = True
    through(client)
    assert get_user(client) == person


def test_a_person_connects_on_his_page_and_the_identity_number_is_not_kept(client: Client, provider: Provider) -> None:
    person = builders.advisor()
    client.post("/login/", {"login": person.email, "password": "a password of ten signs"})
    assert through(client, process="connect").headers["Location"] == "/settings/me/"
    [account] = SocialAccount.objects.all()
    assert (account.user, account.uid, account.extra_data) == (person, "pairwise-1", {})
    other = Client()
    through(other)
    assert get_user(other) == person
    account.refresh_from_db()
    assert account.extra_data == {}
    assert client.post("/settings/me/sign-on/").status_code == 302
    actions = [event.action for event in AuditEvent.objects.of(person)]
    assert actions[0] == "user.single_sign_on_removed"
    assert "user.single_sign_on_added" in actions


def test_an_answer_nobody_asked_for_leads_to_the_door(client: Client, provider: Provider) -> None:
    connected(builders.advisor())
    assert client.get(f"{START}back/?code=once&state=forged").headers["Location"] == "/login/"
    assert client.get(f"{START}back/?error=access_denied").headers["Location"] == "/login/"
    assert not get_user(client).is_authenticated
