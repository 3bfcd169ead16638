"""The second factor: demanded of administrators, asked for at the door, audited, told to its owner."""

from __future__ import annotations

import time
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.contrib.auth import get_user
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client

from advisory.kernel.audit import AuditEvent
from advisory.kernel.second_factor import remove_second_factor
from advisory.kernel.users import User
from tests import builders
from tests.builders import NOW

pytestmark = pytest.mark.django_db

PASSWORD = "a password of ten signs"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def code_of(secret: str) -> str:
    """What the app shows now: RFC 6238 with thirty seconds and six digits."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


def sign_in(client: Client, person: User) -> Any:
    return client.post("/login/", {"login": person.email, "password": PASSWORD})


def with_an_app(person: User) -> User:
    TOTP.activate(person, SECRET)
    RecoveryCodes.activate(person)
    return person


def actions_of(person: User) -> list[str]:
    return [event.action for event in AuditEvent.objects.of(person)]


@pytest.fixture
def demanded(settings: Any) -> None:
    settings.SECOND_FACTOR = "demanded"


@pytest.mark.parametrize("path", ["/today/", "/outbox/", "/settings/me/", "/organisations/", "/password/"])
def test_an_administrator_without_a_second_factor_comes_nowhere_else(client: Client, demanded: None, path: str) -> None:
    sign_in(client, builders.administrator())
    assert client.get(path).headers["Location"] == "/settings/me/second/"
    assert client.post(path).headers["Location"] == "/settings/me/second/"


def test_an_administrator_without_a_second_factor_can_set_it_up_and_leave(client: Client, demanded: None) -> None:
    sign_in(client, builders.administrator())
    page = client.get("/settings/me/second/")
    assert "Administratorer må ha en andre faktor" in page.content.decode()
    assert client.get("/settings/me/second/app/").status_code == 200
    assert client.post("/logout/").status_code == 302
    assert not get_user(client).is_authenticated


def test_with_a_second_factor_an_administrator_goes_where_he_will(client: Client, demanded: None) -> None:
    client.force_login(with_an_app(builders.administrator()))
    assert client.get("/outbox/").status_code == 200


def test_recovery_codes_alone_are_no_second_factor(client: Client, demanded: None) -> None:
    person = builders.administrator()
    RecoveryCodes.activate(person)
    client.force_login(person)
    assert client.get("/outbox/").headers["Location"] == "/settings/me/second/"


def test_an_advisor_is_not_asked_for_one(client: Client, demanded: None) -> None:
    client.force_login(builders.advisor())
    assert client.get("/today/").status_code == 200


def test_where_it_is_offered_an_administrator_goes_on_without(client: Client) -> None:
    client.force_login(builders.administrator())
    assert client.get("/today/").status_code == 200


def test_the_app_is_set_up_with_a_code_and_recovery_codes_come_with_it(client: Client) -> None:
    person = builders.advisor()
    sign_in(client, person)
    page = client.get("/settings/me/second/app/")
    secret = page.context["form"].secret
    wrong = f"{(int(code_of(secret)) + 1) % 1_000_000:06d}"
    assert client.post("/settings/me/second/app/", {"code": wrong}).status_code == 422
    assert not Authenticator.objects.exists()
    done = client.post("/settings/me/second/app/", {"code": code_of(secret)})
    assert done.headers["Location"] == "/settings/me/second/codes/"
    shown = client.get("/settings/me/second/codes/").content.decode()
    assert shown.count("<li><code>") == 10
    assert actions_of(person)[:2] == ["user.second_factor_added"] * 2


def test_the_owner_is_told_by_mail(client: Client, committed: None) -> None:
    person = builders.advisor()
    sign_in(client, person)
    secret = client.get("/settings/me/second/app/").context["form"].secret
    client.post("/settings/me/second/app/", {"code": code_of(secret)})
    [sent] = mail.outbox
    assert sent.to == [person.email]
    assert sent.subject == "Appen med koder er slått på"


def test_at_the_door_the_password_is_not_enough(client: Client) -> None:
    person = with_an_app(builders.advisor())
    assert sign_in(client, person).headers["Location"] == "/login/second/"
    assert not get_user(client).is_authenticated
    wrong = f"{(int(code_of(SECRET)) + 1) % 1_000_000:06d}"
    assert client.post("/login/second/", {"code": wrong}).status_code == 422
    assert not get_user(client).is_authenticated
    assert client.post("/login/second/", {"code": code_of(SECRET)}).status_code == 302
    assert get_user(client).is_authenticated


def test_a_code_by_mail_is_not_enough_either(client: Client) -> None:
    person = with_an_app(builders.advisor())
    client.post("/login/code/", {"email": person.email})
    code = str(mail.outbox[0].subject)[-6:]
    assert client.post("/login/code/confirm/", {"code": code}).headers["Location"] == "/login/second/"
    assert not get_user(client).is_authenticated


def test_the_same_code_of_the_app_does_not_work_twice(client: Client) -> None:
    person = with_an_app(builders.advisor())
    code = code_of(SECRET)
    sign_in(client, person)
    client.post("/login/second/", {"code": code})
    other = Client()
    sign_in(other, person)
    other.post("/login/second/", {"code": code})
    assert not get_user(other).is_authenticated


def test_a_recovery_code_works_once(client: Client) -> None:
    person = with_an_app(builders.advisor())
    code = RecoveryCodes(Authenticator.objects.get(user=person, type="recovery_codes")).get_unused_codes()[0]
    sign_in(client, person)
    client.post("/login/second/", {"code": code})
    assert get_user(client).is_authenticated
    other = Client()
    sign_in(other, person)
    assert other.post("/login/second/", {"code": code}).status_code == 422
    assert not get_user(other).is_authenticated


def test_who_signed_in_long_ago_shows_once_more_who_he_is_before_it_is_turned_off(client: Client) -> None:
    person = with_an_app(builders.advisor())
    client.force_login(person)
    asked = client.get("/settings/me/second/app/remove/")
    assert asked.headers["Location"].startswith("/settings/me/again/")
    other = Client()
    other.force_login(person)
    assert other.post("/settings/me/second/app/remove/").headers["Location"].startswith("/settings/me/again/")
    assert Authenticator.objects.filter(user=person, type="totp").exists()
    page = asked.headers["Location"]
    assert client.get(page).status_code == 200
    assert client.post(page, {"password": "something else"}).status_code == 422
    assert client.post(page, {"password": PASSWORD}).headers["Location"] == "/settings/me/second/app/remove/"
    assert client.post("/settings/me/second/app/remove/").headers["Location"] == "/settings/me/second/"
    assert not Authenticator.objects.filter(user=person).exists()
    assert actions_of(person)[0] == "user.second_factor_removed"


def test_another_persons_passkey_is_not_there_to_be_removed(client: Client) -> None:
    theirs = Authenticator.objects.create(user=builders.advisor(), type="webauthn", data={"name": "Phone"})
    mine = builders.advisor()
    sign_in(client, mine)
    assert client.post(f"/settings/me/second/passkeys/{theirs.pk}/remove/").status_code == 404
    assert Authenticator.objects.filter(pk=theirs.pk).exists()


def test_for_someone_who_lost_everything_it_is_taken_away_with_a_reason_and_sessions_end(client: Client) -> None:
    person, by = with_an_app(builders.advisor()), builders.administrator()
    client.force_login(person)
    assert remove_second_factor(user=person, by=by, now=NOW, reason="Telefonen er stjålet.") == 2
    event = AuditEvent.objects.of(person).filter(action="user.second_factor_removed").latest("id")
    assert (event.actor, event.reason) == (by, "Telefonen er stjålet.")
    assert not get_user(client).is_authenticated


@pytest.mark.parametrize("posted", ["", "nothing", "{}", "[]", '{"id": 1}', '{"response": {}}', "null", '"text"'])
def test_an_answer_that_is_no_passkey_lets_nobody_in(client: Client, posted: str) -> None:
    client.get("/login/passkey/", headers={"Accept": "application/json"})
    assert client.post("/login/passkey/", {"credential": posted}).status_code == 302
    assert not get_user(client).is_authenticated


def test_the_command_wants_a_reason_and_a_person(client: Client) -> None:
    person = with_an_app(builders.administrator())
    with pytest.raises(CommandError):
        call_command("remove_second_factor", person.email)
    with pytest.raises(CommandError):
        call_command("remove_second_factor", "nobody@example.org", reason="x")
    call_command("remove_second_factor", person.email.upper(), reason="Lost the phone.")
    assert not Authenticator.objects.exists()
