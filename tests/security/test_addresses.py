"""Nobody takes over a person by an address that only looks like his (T4; CVE-2019-19844)."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.auth import get_user
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client

from advisory.kernel.own_account import AddressTaken, change_email, change_token
from advisory.kernel.users import User, email_key
from tests.builders import NOW

pytestmark = pytest.mark.django_db

MIKE = "mike.sorland@example.org"
PASSWORD = "a password of ten signs"
#: Another mailbox, whatever a database, a mail program or a reader makes of it.
OTHERS = (
    "m\u0131ke.sorland@example.org",  # a dotless i, which upper case makes an I
    "m\u0456ke.sorland@example.org",  # a Cyrillic i
    "mikesorland@example.org",  # without the dot: another mailbox outside one provider's house
    "mike.sorland+a@example.org",
    "mi\u0307ke.sorland@example.org",  # with a dot above of its own
    "mike.sorland@example\u00b7org",
    "mike.sorland@ex\u0430mple.org",  # a Cyrillic a in the domain
    "mike.sorland@xn--exmple-4uf.org",  # the same, as the name servers write it
    "mike.sorland@example.org.",
    "mike.sorland@example.org\u200b",
)  # fmt: skip
#: The same mailbox in another spelling: found, and mail goes to the spelling that is stored.
SAME = (
    "MIKE.SORLAND@EXAMPLE.ORG",
    " mike.sorland@example.org ",
    "mi\u212ae.sorland@example.org",  # KELVIN SIGN
    "mike.\u017forland@example.org",  # LONG S
    "\uff4dike.sorland@example.org",  # full width
    "mike.sorland@\uff45xample.org",
)  # fmt: skip


@pytest.fixture
def mike() -> User:
    return User.objects.create_user(MIKE, PASSWORD, name="Mike")


def _receivers() -> set[str]:
    return {address for sent in mail.outbox for address in sent.to}


@pytest.mark.parametrize("typed", [*OTHERS, *SAME])
@pytest.mark.parametrize("path", ["/login/code/", "/password/reset/"])
def test_what_lets_in_goes_to_the_stored_address_or_nowhere(mike: User, path: str, typed: str) -> None:
    answer = Client().post(path, {"email": typed})
    assert answer.status_code in (302, 422)
    assert _receivers() <= {MIKE}
    if typed in OTHERS:
        assert not _receivers()


@pytest.mark.parametrize("typed", OTHERS)
def test_a_look_alike_signs_in_as_nobody(mike: User, typed: str) -> None:
    client = Client()
    answer = client.post("/login/", {"login": typed, "password": PASSWORD})
    assert answer.status_code == 422
    assert not get_user(client).is_authenticated


@pytest.mark.parametrize("typed", SAME)
def test_one_mailbox_is_one_person(mike: User, typed: str) -> None:
    assert email_key(typed) == MIKE
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create_user(typed)
    other = User.objects.create_user("other@example.org")
    with pytest.raises(AddressTaken):
        change_email(user=other, token=change_token(user=other, address=typed), now=NOW)


@pytest.mark.parametrize("typed", ["m\u0131ke.sorland@example.org", "m\u0456ke.sorland@example.org"])
def test_a_person_who_takes_a_look_alike_is_another_still(client: Client, mike: User, typed: str) -> None:
    """If it were taken at all, nothing of the other would come to it, and nothing of it to the other."""
    thief = User.objects.create_user("thief@example.org", PASSWORD)
    client.post("/login/", {"login": thief.email, "password": PASSWORD})
    answer: Any = client.post("/settings/me/email/", {"email": typed})
    if answer.status_code == 200:
        [link] = [found for sent in mail.outbox for found in re.findall(r"(/settings/me/email/\S+)", str(sent.body))]
        client.post(link)
    thief.refresh_from_db()
    mail.outbox = []
    Client().post("/password/reset/", {"email": MIKE})
    Client().post("/login/code/", {"email": MIKE})
    assert _receivers() == {MIKE}
    assert User.objects.get(email=MIKE) == mike
