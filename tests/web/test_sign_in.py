"""The door: codes and passwords, guesses, sessions."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.conf import settings as product
from django.contrib.auth import get_user
from django.core import mail
from django.core.cache import cache
from django.test import Client

from advisory.kernel.outbox import OutboundMessage
from advisory.kernel.users import User
from tests import builders

pytestmark = pytest.mark.django_db

PASSWORD = "a password of ten signs"


def sign_in(client: Client, person: User, password: str = PASSWORD) -> Any:
    return client.post("/login/", {"login": person.email, "password": password})


def is_in(client: Client) -> bool:
    return get_user(client).is_authenticated


@pytest.fixture
def throttled(settings: Any) -> Any:
    """The limits of the product, which the other tests are spared."""
    settings.ACCOUNT_RATE_LIMITS = product.SIGN_IN_LIMITS
    cache.clear()
    yield
    cache.clear()


def test_a_code_from_the_mail_lets_a_member_in_and_to_the_page_he_wanted(client: Client) -> None:
    organisation = builders.organisation()
    member = builders.member(organisation)
    wanted = f"/portal/{organisation.number}/"
    asked = client.post("/login/code/", {"email": member.email, "next": wanted})
    assert asked.status_code == 302
    [sent] = mail.outbox
    assert sent.to == [member.email]
    [code] = re.findall(r"\b\d{6}\b", str(sent.body))
    assert sent.subject == f"Koden din: {code}"
    done = client.post(asked.headers["Location"], {"code": code})
    assert done.headers["Location"] == wanted
    assert is_in(client)


def test_a_code_works_once(client: Client) -> None:
    member = builders.member(builders.organisation())
    client.post("/login/code/", {"email": member.email})
    [code] = re.findall(r"\b\d{6}\b", str(mail.outbox[0].body))
    client.post("/login/code/confirm/", {"code": code})
    other = Client()
    other.post("/login/code/", {"email": member.email})
    assert other.post("/login/code/confirm/", {"code": code}).status_code == 422
    assert not is_in(other)


def test_three_wrong_codes_end_the_try(client: Client) -> None:
    member = builders.member(builders.organisation())
    client.post("/login/code/", {"email": member.email})
    [code] = re.findall(r"\b\d{6}\b", str(mail.outbox[0].body))
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    assert [client.post("/login/code/confirm/", {"code": wrong}).status_code for _ in range(3)] == [422, 422, 302]
    client.post("/login/code/confirm/", {"code": code})
    assert not is_in(client)


def test_a_mistyped_address_can_be_given_anew(client: Client) -> None:
    member = builders.member(builders.organisation())
    client.post("/login/code/", {"email": "mistyped@example.org"})
    assert client.post("/logout/", {"next": "/login/"}).headers["Location"] == "/login/"
    client.post("/login/code/", {"email": member.email})
    assert [sent.to for sent in mail.outbox] == [[member.email]]


def test_the_door_says_the_same_of_an_address_it_does_not_know(client: Client) -> None:
    member = builders.member(builders.organisation())
    answers = []
    for address in (member.email, "nobody@example.org"):
        visitor = Client()
        visitor.post("/login/code/", {"email": address})
        page = visitor.get("/login/code/confirm/").content.decode().replace(address, "ADDRESS")
        answers.append(re.sub(r'(csrfmiddlewaretoken" value="|X-CSRFToken": ")\w+', "", page))
    assert answers[0] == answers[1]
    assert len(mail.outbox) == 1


def test_a_wrong_password_and_an_unknown_address_get_the_same_words(client: Client) -> None:
    person = builders.advisor()

    def mistake(address: str) -> str:
        page = Client().post("/login/", {"login": address, "password": "something else"}).content.decode()
        return re.sub(r'(csrfmiddlewaretoken" value="|X-CSRFToken": ")\w+', "", page.replace(address, "ADDRESS"))

    assert mistake(person.email) == mistake("nobody@example.org")


def test_ten_wrong_passwords_an_hour_close_the_account_for_everyone_and_the_right_one_too(throttled: None) -> None:
    person = builders.advisor()
    for _ in range(10):
        sign_in(Client(), person, "a wrong password")
    client = Client()
    assert sign_in(client, person).status_code == 422
    assert not is_in(client)


def test_another_account_is_still_open_after_that(throttled: None) -> None:
    person, other = builders.advisor(), builders.advisor()
    for _ in range(10):
        sign_in(Client(), person, "a wrong password")
    client = Client()
    sign_in(client, other)
    assert is_in(client)


def test_a_forged_address_of_the_sender_does_not_lift_the_limit(throttled: None) -> None:
    """A hundred tries from one place: each against another account, each with another X-Forwarded-For."""
    statuses = [
        Client()
        .post(
            "/login/",
            {"login": f"a{n}@example.org", "password": "wrong"},
            headers={"X-Forwarded-For": f"10.0.0.{n}"},
        )
        .status_code
        for n in range(31)
    ]
    assert statuses[:30] == [422] * 30
    assert statuses[30] == 429


def test_only_three_codes_an_hour_are_sent_to_one_address(throttled: None) -> None:
    member = builders.member(builders.organisation())
    statuses = [Client().post("/login/code/", {"email": member.email}).status_code for _ in range(4)]
    assert len(mail.outbox) == 3
    assert statuses[:3] == [302] * 3
    assert statuses[3] in (422, 429)


def test_the_session_gets_a_new_key_at_sign_in(client: Client) -> None:
    person = builders.advisor()
    session = client.session
    session["planted"] = "by someone else"
    session.save()
    client.cookies["sessionid"] = session.session_key or ""
    before = session.session_key
    sign_in(client, person)
    assert before
    assert is_in(client)
    assert client.session.session_key != before


def test_a_changed_password_puts_the_other_devices_out_and_keeps_this_one(client: Client) -> None:
    person = builders.advisor()
    other = Client()
    sign_in(client, person)
    sign_in(other, person)
    new = "quite another sentence"
    answer = client.post("/password/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert answer.status_code == 302
    assert is_in(client)
    assert not is_in(other)


def test_a_person_without_a_password_chooses_one(client: Client) -> None:
    person = User.objects.create_user("member@example.org")
    client.force_login(person)
    assert client.get("/password/").headers["Location"] == "/password/set/"
    new = "quite another sentence"
    client.post("/password/set/", {"password1": new, "password2": new})
    person.refresh_from_db()
    assert person.check_password(new)


def test_a_forgotten_password_is_chosen_anew_by_the_link_in_the_mail(client: Client) -> None:
    person = builders.advisor()
    client.post("/password/reset/", {"email": person.email})
    [path] = re.findall(r"https?://[^/]+(/password/reset/\S+)", str(mail.outbox[0].body))
    form = client.get(path).headers["Location"]
    assert client.get(form).status_code == 200
    new = "quite another sentence"
    done = client.post(form, {"password1": new, "password2": new})
    assert done.headers["Location"] == "/password/reset/done/"
    person.refresh_from_db()
    assert person.check_password(new)
    assert Client().get(path).status_code == 200
    assert "virker ikke lenger" in Client().get(path).content.decode()


def test_signing_out_takes_a_post(client: Client) -> None:
    client.force_login(builders.advisor())
    assert client.get("/logout/").status_code == 405
    assert is_in(client)
    assert client.post("/logout/").status_code == 302
    assert not is_in(client)


@pytest.mark.parametrize(
    "path",
    [
        "/signup/",
        "/email/",
        "/confirm-email/",
        "/inactive/",
        "/reauthenticate/",
        "/2fa/",
        "/3rdparty/",
        "/social/signup/",
    ],
)
def test_what_the_house_does_not_use_of_the_sign_in_library_does_not_exist(client: Client, path: str) -> None:
    client.force_login(builders.administrator())
    assert client.get(path).status_code == 404


def test_in_the_demo_the_code_lies_in_the_outbox_for_all_to_read(client: Client, settings: Any) -> None:
    settings.DEMO = True
    member = builders.member(builders.organisation())
    client.post("/login/code/", {"email": member.email})
    assert not mail.outbox
    [message] = OutboundMessage.objects.all()
    assert message.recipient == member.email
    assert re.search(r"\d{6}", message.body)


def test_in_production_a_code_is_never_kept_where_staff_could_read_it(client: Client, settings: Any) -> None:
    settings.PRODUCTION = True
    member = builders.member(builders.organisation())
    client.post("/login/code/", {"email": member.email})
    assert not OutboundMessage.objects.exists()


def test_only_the_demo_tells_whom_one_may_sign_in_as(client: Client, settings: Any) -> None:
    assert "demo.example" not in client.get("/login/").content.decode()
    settings.DEMO = True
    assert "administrator@demo.example" in client.get("/login/").content.decode()
