"""The mails that invite, word for word in every language, and an administrator's own words in their place."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from advisory.kernel import texts
from advisory.kernel.outbox import OutboundMessage
from advisory.kernel.seller import SellerParticulars
from advisory.kernel.users import StaffRole
from clients.invitations.mail import TO_MEMBERS, TO_STAFF
from clients.invitations.services import invite
from clients.memberships import Role
from tests import builders
from tests.builders import NOW

pytestmark = pytest.mark.django_db

GOLDEN = Path(__file__).parents[1] / "golden" / "mails"
TOKEN = re.compile(r"(?<=/invitation/)[\w-]{43}(?=/)")


def _to_a_member(language: str, name: str = "Ny kasserer") -> OutboundMessage:
    if not SellerParticulars.objects.exists():
        builders.seller()
    org = builders.organisation(language=language)
    invite(email="ny@example.org", name=name, role=Role.FINANCE, by=builders.administrator(), now=NOW, organisation=org)
    return OutboundMessage.objects.get()


def _words(message: OutboundMessage) -> str:
    assert len(TOKEN.findall(message.body)) == 1
    return f"{message.subject}\n\n{TOKEN.sub('TOKEN', message.body)}"


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_the_mail_to_a_member_is_said_word_for_word(language: str) -> None:
    expected = (GOLDEN / f"invitation.{language}.txt").read_text(encoding="utf-8")
    assert _words(_to_a_member(language)) == expected


def test_the_mail_to_staff_is_said_word_for_word() -> None:
    builders.seller()
    invite(email="ny@example.org", role=StaffRole.ADVISOR, by=builders.administrator(), now=NOW)
    expected = (GOLDEN / "invitation-staff.nb.txt").read_text(encoding="utf-8")
    assert _words(OutboundMessage.objects.get()) == expected


def test_our_own_words_are_mailed_instead_in_their_language_alone() -> None:
    mine = texts.Text("Kom til {organisation}", "{greeting} Trykk her før {last}: {link} {organisation}")
    texts.write_text(kind=TO_MEMBERS, language="nn", text=mine, by=builders.administrator(), now=NOW)
    message = _to_a_member("nn")
    assert message.subject == "Kom til Bygdekor Vest"
    assert message.body.startswith("Hei, Ny kasserer! Trykk her før 4.\xa0desember\xa02026: http")
    OutboundMessage.objects.all().delete()
    assert _words(_to_a_member("nb")).startswith("Invitasjon til Bygdekor Vest i portalen vår\n")


@pytest.mark.parametrize("kind", [TO_MEMBERS, TO_STAFF], ids=["members", "staff"])
@pytest.mark.parametrize("missing", ["link", "last"])
def test_an_invitation_cannot_lose_its_link_or_its_last_day(kind: texts.Kind, missing: str) -> None:
    standard = texts.default_text(kind, "nb")
    without = texts.Text(standard.subject, standard.body.replace("{" + missing + "}", ""))
    with pytest.raises(texts.MissingPlaceholders):
        texts.write_text(kind=kind, language="nb", text=without, by=builders.administrator(), now=NOW)


def test_a_name_with_braces_fills_in_nothing() -> None:
    assert "{link}" in _to_a_member("nb", name="{link}").body


def test_the_link_is_hidden_once_the_mail_has_left_also_in_our_own_words() -> None:
    mine = texts.Text("Kom", "{link}{link} {last} {organisation}")
    texts.write_text(kind=TO_MEMBERS, language="nb", text=mine, by=builders.administrator(), now=NOW)
    message = _to_a_member("nb")
    assert TOKEN.search(message.body)
    assert not TOKEN.search(message.shown_body)
