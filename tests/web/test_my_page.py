"""«My page»: own facts, change of address, the end of all sessions; and how long a session lasts."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth import get_user
from django.core import mail
from django.test import Client
from django.utils import timezone

from advisory.kernel.audit import AuditEvent
from advisory.kernel.own_account import AddressTaken, LinkNoLongerWorks, change_email, change_token
from advisory.kernel.users import User
from tests import builders
from tests.builders import NOW

pytestmark = pytest.mark.django_db

PASSWORD = "a password of ten signs"
NEW = "ny.adresse@example.org"


def sign_in(client: Client, person: User) -> Any:
    return client.post("/login/", {"login": person.email, "password": PASSWORD})


def is_in(client: Client) -> bool:
    return client.get("/settings/me/").status_code == 200


def link_to(address: str) -> str:
    [sent] = [message for message in mail.outbox if message.to == [address]]
    [path] = re.findall(r"https?://[^/]+(/settings/me/email/\S+)", str(sent.body))
    return str(path)


def test_a_member_has_the_page_in_the_portals_frame_and_staff_in_their_own(client: Client) -> None:
    client.force_login(builders.member(builders.organisation()))
    assert b'class="portal"' in client.get("/settings/me/").content
    client.force_login(builders.advisor())
    assert b'class="staff"' in client.get("/settings/me/").content


def test_name_and_language_are_changed_and_audited(client: Client) -> None:
    person = builders.advisor()
    client.force_login(person)
    assert client.post("/settings/me/", {"name": " Kari ", "language": "nn"}).status_code == 302
    person.refresh_from_db()
    assert (person.name, person.language) == ("Kari", "nn")
    assert AuditEvent.objects.of(person)[0].after == {"name": "Kari", "language": "nn"}
    assert "Mi side" in client.get("/settings/me/").content.decode()


def test_a_page_without_a_name_is_sent_back(client: Client) -> None:
    client.force_login(builders.advisor())
    assert client.post("/settings/me/", {"name": "", "language": "nb"}).status_code == 422


def test_the_form_gives_nobody_a_role(client: Client) -> None:
    person = builders.member(builders.organisation())
    client.force_login(person)
    client.post("/settings/me/", {"name": "x", "language": "", "staff_role": "administrator", "email": NEW})
    person.refresh_from_db()
    assert (person.staff_role, person.email == NEW) == ("", False)


def test_a_new_address_counts_when_its_link_is_opened_and_the_old_one_is_told(client: Client) -> None:
    person = builders.advisor()
    old = person.email
    other = Client()
    sign_in(client, person)
    sign_in(other, person)
    assert client.post("/settings/me/email/", {"email": NEW.upper()}).status_code == 200
    person.refresh_from_db()
    assert person.email == old
    link = link_to(NEW)
    assert NEW in client.get(link).content.decode()
    person.refresh_from_db()
    assert person.email == old
    assert client.post(link).headers["Location"] == "/settings/me/"
    person.refresh_from_db()
    assert person.email == NEW
    assert [message.subject for message in mail.outbox if message.to == [old]] == ["Adressen din er endret"]
    assert is_in(client)
    assert not is_in(other)
    event = AuditEvent.objects.of(person).get(action="user.email_changed")
    assert (event.before, event.after) == ({"email": old}, {"email": NEW})


def test_the_link_works_once_for_its_person_and_for_a_day(client: Client) -> None:
    person, other = builders.advisor(), builders.advisor()
    token = change_token(user=person, address=NEW)
    with pytest.raises(LinkNoLongerWorks):
        change_email(user=other, token=token, now=NOW)
    with time_machine.travel(timezone.now() + timedelta(hours=24, minutes=1)), pytest.raises(LinkNoLongerWorks):
        change_email(user=person, token=token, now=NOW)
    change_email(user=person, token=token, now=NOW)
    with pytest.raises(LinkNoLongerWorks):
        change_email(user=person, token=token, now=NOW)
    client.force_login(person)
    assert client.post(f"/settings/me/email/{token}/").status_code == 404
    assert client.get("/settings/me/email/forged/").status_code == 404


def test_a_link_sent_before_sign_out_everywhere_is_worth_nothing(client: Client) -> None:
    person = builders.advisor()
    token = change_token(user=person, address=NEW)
    client.force_login(person)
    client.post("/settings/me/everywhere/")
    assert client.post(f"/settings/me/email/{token}/").status_code == 404


def test_an_address_that_is_taken_gets_the_same_answer_and_no_link(client: Client) -> None:
    person, taken = builders.advisor(), builders.advisor()
    sign_in(client, person)
    pages = []
    for address in (taken.email, NEW):
        page = client.post("/settings/me/email/", {"email": address}).content.decode().replace(address, "ADDRESS")
        pages.append(re.sub(r'(csrfmiddlewaretoken" value="|X-CSRFToken": ")\w+', "", page))
    assert pages[0] == pages[1]
    [sent] = [message for message in mail.outbox if message.to == [taken.email]]
    assert "/settings/" not in str(sent.body)


def test_an_address_that_was_taken_meanwhile_is_refused() -> None:
    person = builders.advisor()
    token = change_token(user=person, address=NEW)
    User.objects.create_user(NEW)
    with pytest.raises(AddressTaken):
        change_email(user=person, token=token, now=NOW)
    person.refresh_from_db()
    assert person.email != NEW


def test_a_link_for_a_new_password_dies_with_the_address_it_went_to(client: Client) -> None:
    person = builders.advisor()
    client.post("/password/reset/", {"email": person.email})
    [path] = re.findall(r"https?://[^/]+(/password/reset/\S+)", str(mail.outbox[0].body))
    change_email(user=person, token=change_token(user=person, address=NEW), now=NOW)
    assert "virker ikke lenger" in client.get(path, follow=True).content.decode()


def test_a_new_password_is_sent_for_to_the_stored_address(client: Client) -> None:
    person = builders.advisor()
    client.post("/password/reset/", {"email": person.email.upper()})
    assert [message.to for message in mail.outbox] == [[person.email]]


def test_sign_out_everywhere_keeps_this_device(client: Client) -> None:
    person = builders.advisor()
    other = Client()
    sign_in(client, person)
    sign_in(other, person)
    assert client.post("/settings/me/everywhere/").status_code == 302
    assert is_in(client)
    assert not is_in(other)
    assert AuditEvent.objects.of(person)[0].action == "user.sign_out_everywhere"


def test_a_changed_password_is_audited_and_told(client: Client) -> None:
    person = builders.advisor()
    sign_in(client, person)
    new = "quite another sentence"
    client.post("/password/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert AuditEvent.objects.of(person).filter(action="user.password_changed").count() == 1
    assert [(sent.to, sent.subject) for sent in mail.outbox] == [([person.email], "Passordet ditt er endret")]


HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(("role", "idle"), [("advisor", 8 * HOUR), ("", 14 * DAY)], ids=["staff", "member"])
def test_a_session_that_lay_idle_too_long_ends_and_leads_back(client: Client, role: str, idle: timedelta) -> None:
    person = builders.user(role)
    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        sign_in(client, person)
        clock.move_to(start + idle)
        assert is_in(client)
        clock.move_to(start + 2 * idle + SECOND)
        ended = client.get("/settings/me/?a=1&b=2")
        assert ended.headers["Location"] == "/login/?away=1&next=%2Fsettings%2Fme%2F%3Fa%3D1%26b%3D2"
        page = client.get(ended.headers["Location"]).content.decode()
        assert "Du har vært borte en stund. Logg inn igjen, så fortsetter du der du var." in page
        assert 'name="next" value="/settings/me/?a=1&amp;b=2"' in page
        assert not get_user(client).is_authenticated


@pytest.mark.parametrize(
    ("role", "step", "limit"), [("advisor", 7 * HOUR, 24 * HOUR), ("", 10 * DAY, 90 * DAY)], ids=["staff", "member"]
)
def test_a_session_in_constant_use_ends_at_its_limit(
    client: Client, role: str, step: timedelta, limit: timedelta
) -> None:
    person = builders.user(role)
    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        sign_in(client, person)
        at = start
        while at + step < start + limit:
            at += step
            clock.move_to(at)
            assert is_in(client)
        clock.move_to(start + limit + SECOND)
        assert not is_in(client)


def test_a_form_that_was_sent_too_late_leads_back_to_the_page_it_stood_on(client: Client) -> None:
    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        sign_in(client, builders.advisor())
        clock.move_to(start + 9 * HOUR)
        late = client.post("/settings/me/everywhere/", headers={"Referer": "http://testserver/settings/me/"})
    assert late.headers["Location"] == "/login/?away=1&next=%2Fsettings%2Fme%2F"


def test_a_late_form_from_another_host_leads_home(client: Client) -> None:
    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        sign_in(client, builders.advisor())
        clock.move_to(start + 9 * HOUR)
        late = client.post("/settings/me/everywhere/", headers={"Referer": "https://elsewhere.example/testserver/x"})
    assert late.headers["Location"] == "/login/?away=1&next=%2F"


@pytest.mark.parametrize("bad", ["//evil.example", "/\\evil.example", "javascript:alert(1)", "https://evil.example/"])
def test_the_door_leads_to_no_other_host(client: Client, bad: str) -> None:
    answer = client.post("/login/", {"login": builders.advisor().email, "password": PASSWORD, "next": bad})
    assert answer.headers["Location"] == "/"


def test_the_page_asks_few_questions_of_the_database(client: Client, django_assert_max_num_queries: Any) -> None:
    person = builders.advisor()
    for _ in range(7):
        sign_in(Client(), person)
    sign_in(client, person)
    with django_assert_max_num_queries(8):
        page = client.get("/settings/me/")
    assert page.content.decode().count('<time datetime="') == 5
