"""Invitations: one use, for one address and one organisation, until a moment, hashed, telling nothing about others."""

from __future__ import annotations

import hashlib
import re
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as product
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from advisory.kernel import outbox, staff
from advisory.kernel.audit import AuditEvent
from advisory.kernel.outbox import OutboundMessage
from advisory.kernel.users import StaffRole, User
from clients.invitations import listing
from clients.invitations.models import Invitation
from clients.invitations.services import (
    InvitationGone,
    InvitedAlready,
    MayNotInvite,
    NotAnAddress,
    NotOpen,
    TooManyMails,
    accept,
    invite,
    send_again,
    withdraw,
)
from clients.memberships import Membership, Role
from clients.memberships.services import CannotSignIn, HasAccessAlready, end_access
from clients.organisations import Organisation
from tests import builders
from tests.builders import NOW

pytestmark = pytest.mark.django_db

ADDRESS = "ny.kasserer@lag.example"


@pytest.fixture
def org() -> Organisation:
    return builders.organisation()


@pytest.fixture
def office() -> User:
    return builders.administrator(name="Kontoret")


@pytest.fixture(autouse=True)
def the_day_of_the_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


def _invite(org: Organisation | None, by: User, email: str = ADDRESS, role: str = "finance") -> str:
    """The token in the mail that was just written."""
    invite(email=email, name="Ny kasserer", role=Role(role) if org else StaffRole(role), by=by, now=NOW,
           organisation=org)  # fmt: skip
    return _token()


def _token() -> str:
    letter = OutboundMessage.objects.filter(kind="invitation").latest("pk")
    return str(re.findall(r"/invitation/([\w-]+)/", letter.body)[0])


def _link(token: str) -> str:
    return reverse("invitation", args=[token])


def _signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


# --- Who may invite whom


def test_the_mail_has_a_token_of_256_bits_and_the_table_only_its_digest(org: Organisation, office: User) -> None:
    token = _invite(org, office)
    made = Invitation.objects.get()
    assert len(token) == 43  # 32 bytes in base64 without padding
    assert made.digest == hashlib.sha256(token.encode()).hexdigest()
    assert made.expires_at == NOW + timedelta(days=14)
    assert token not in str(AuditEvent.objects.values_list("before", "after", "object_label"))


def test_owners_invite_to_their_own_organisation_and_nobody_else_does(org: Organisation, office: User) -> None:
    owner, other = builders.member(org), builders.member(builders.organisation("Annet lag"))
    _invite(org, owner)
    for by in (other, builders.member(org, "finance"), builders.member(org, "reader"), builders.advisor()):
        with pytest.raises(MayNotInvite):
            _invite(org, by, "x@lag.example")
    for by in (owner, builders.advisor(), builders.administrator(is_active=False)):
        with pytest.raises(MayNotInvite):
            _invite(None, by, role="advisor")
    _invite(None, office, role="advisor")


def test_an_address_is_invited_once_at_a_time_and_not_when_it_has_access(org: Organisation, office: User) -> None:
    _invite(org, office)
    with pytest.raises(InvitedAlready):
        _invite(org, office, ADDRESS.upper())
    _invite(builders.organisation("Annet lag"), office)
    with pytest.raises(HasAccessAlready):
        _invite(org, office, builders.member(org).email)
    with pytest.raises(staff.IsStaffAlready):
        _invite(None, office, builders.advisor().email, "advisor")
    with pytest.raises(staff.IsSwitchedOff):
        _invite(None, office, builders.advisor(is_active=False).email, "advisor")


def test_an_invitation_that_ran_out_is_replaced(org: Organisation, office: User) -> None:
    _invite(org, office)
    later = NOW + timedelta(days=14)
    invite(email=ADDRESS, role=Role.READER, by=office, now=later, organisation=org)
    assert [row.invitation.role for row in listing.pending(org, later)] == ["reader"]


def test_a_stranger_is_not_pestered(org: Organisation, office: User) -> None:
    _invite(org, office)
    made = Invitation.objects.get()
    for _ in range(4):
        send_again(invitation=made, by=office, now=NOW)
    with pytest.raises(TooManyMails):
        send_again(invitation=made, by=office, now=NOW)
    send_again(invitation=made, by=office, now=NOW + timedelta(days=1, seconds=1))


# --- Letters that look alike (CVE-2019-19844)


@pytest.mark.parametrize("email", ["m\u0131ke@example.org", "ad\u043cin@example.org", "kj\u00f8p@example.org"])
def test_a_look_alike_before_the_at_is_refused(org: Organisation, office: User, email: str) -> None:
    with pytest.raises(NotAnAddress):
        _invite(org, office, email)


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("\u212aari@example.org", "kari@example.org"),  # KELVIN SIGN
        ("\uff4b\uff41ri@example.org", "kari@example.org"),  # full width
        ("\u017ftaff@example.org", "staff@example.org"),  # LONG S
        (" KARI@EXAMPLE.ORG ", "kari@example.org"),
    ],
)
def test_compatible_letters_become_plain_and_the_mail_goes_where_the_user_is_looked_up(
    org: Organisation, office: User, written: str, stored: str
) -> None:
    token = _invite(org, office, written)
    assert OutboundMessage.objects.get().recipient == stored
    known = User.objects.create_user(stored)
    assert Client().post(_link(token)).status_code == 200  # must sign in: no second user of the same address
    assert _signed_in(known).post(_link(token)).status_code == 302
    assert User.objects.filter(email__iexact=stored).count() == 1


def test_a_code_for_a_look_alike_is_never_sent_to_it(client: Client) -> None:
    User.objects.create_user("mike@example.org")
    client.post("/login/code/", {"email": "m\u0131ke@example.org"})
    assert [address for sent in mail.outbox for address in sent.to] in ([], ["mike@example.org"])


# --- Accepting


def test_somebody_new_is_let_in_and_signed_in_by_the_link(client: Client, org: Organisation, office: User) -> None:
    token = _invite(org, office)
    page = client.get(_link(token))
    body = page.content.decode().replace("\xa0", " ")
    for word in (org.name, "Kontoret", ADDRESS, "Økonomi", "4. desember 2026"):
        assert word in body
    assert page["Cache-Control"] == "private, no-store"
    # Not "no-referrer": a browser would then send the form with the Origin "null", and be turned away.
    assert page["Referrer-Policy"] == "same-origin"
    assert not User.objects.filter(email=ADDRESS).exists()  # reading changes nothing
    done = client.post(_link(token))
    assert done["Location"] == f"/portal/{org.number}/"
    person = User.objects.get(email=ADDRESS)
    assert not person.has_usable_password()
    assert person.memberships.get().role == "finance"
    assert client.get(f"/portal/{org.number}/").status_code == 200
    actions = set(AuditEvent.objects.values_list("action", flat=True))
    assert {"invitation.send", "invitation.accept", "membership.give", "user.sign_in"} <= actions


def test_whoever_wants_a_password_comes_to_choose_one(client: Client, org: Organisation, office: User) -> None:
    done = client.post(_link(_invite(org, office)), {"then": "password"}, follow=True)
    assert done.redirect_chain[-1][0] == "/password/set/"
    assert done.status_code == 200


def test_a_member_of_staff_is_let_in_with_the_role(client: Client, office: User) -> None:
    done = client.post(_link(_invite(None, office, role="advisor")), follow=True)
    assert done.redirect_chain[-1][0] == "/today/"
    assert User.objects.get(email=ADDRESS).is_advisor


def test_a_member_who_comes_to_work_here_keeps_his_membership(org: Organisation, office: User) -> None:
    member = builders.member(org)
    token = _invite(None, office, member.email, "advisor")
    assert _signed_in(member).post(_link(token)).status_code == 302
    member.refresh_from_db()
    assert member.is_advisor
    assert Membership.objects.current().filter(user=member).exists()


def test_a_link_works_once(client: Client, org: Organisation, office: User) -> None:
    token = _invite(org, office)
    client.post(_link(token))
    for again in (client, Client()):
        assert again.get(_link(token)).status_code == 404
        assert again.post(_link(token)).status_code == 404
    assert Membership.objects.filter(user__email=ADDRESS).count() == 1


def test_a_known_address_must_sign_in_and_comes_back(client: Client, org: Organisation, office: User) -> None:
    known = builders.member(builders.organisation("Annet lag"))
    token = _invite(org, office, known.email)
    asked = client.post(_link(token))
    assert f"/login/?next=%2Finvitation%2F{token}%2F" in asked.content.decode()
    assert "_auth_user_id" not in client.session
    assert not Membership.objects.filter(organisation=org).exists()
    assert _signed_in(known).post(_link(token)).status_code == 302
    assert known.memberships.filter(organisation=org).exists()


@pytest.mark.parametrize("is_known", [True, False])
def test_signed_in_as_another_nothing_is_given_and_nothing_is_told(
    org: Organisation, office: User, is_known: bool
) -> None:
    email = builders.member(builders.organisation("Hemmelig lag")).email if is_known else ADDRESS
    token = _invite(org, office, email)
    other = _signed_in(builders.member(builders.organisation("Annet lag")))
    pages = [other.get(_link(token)), other.post(_link(token))]
    assert [page.status_code for page in pages] == [403, 403]
    for page in pages:
        body = page.content.decode()
        assert email in body
        assert org.name not in body
        assert "Hemmelig" not in body
    assert not Membership.objects.filter(organisation=org).exists()
    assert Invitation.objects.get().is_pending


def _dead_tokens(org: Organisation, office: User) -> dict[str, str]:
    used, run_out, gone, replaced, orphan = (_invite(org, office, f"a{n}@lag.example") for n in range(5))
    accept(token=used, by=None, now=NOW)
    by_address = {one.email: one for one in Invitation.objects.all()}
    Invitation.objects.filter(email="a1@lag.example").update(invited_at=NOW - timedelta(days=14), expires_at=NOW)
    withdraw(invitation=by_address["a2@lag.example"], by=office, now=NOW)
    send_again(invitation=by_address["a3@lag.example"], by=office, now=NOW)
    Invitation.objects.filter(email="a4@lag.example").update(invited_by=builders.administrator(is_active=False))
    return {"used": used, "run out": run_out, "withdrawn": gone, "replaced": replaced, "sender left": orphan,
            "unknown": "x" * 43, "short": "x"}  # fmt: skip


def test_all_dead_links_look_the_same(org: Organisation, office: User) -> None:
    answers = {}
    for name, token in _dead_tokens(org, office).items():
        for method in ("get", "post"):
            page = getattr(Client(), method)(_link(token))
            body = re.sub(rb'csrfmiddlewaretoken" value="[\w-]+|X-CSRFToken": "[\w-]+', b"", page.content)
            answers[name, method] = (page.status_code, body)
    assert {status for status, _body in answers.values()} == {404}
    assert len({body for _status, body in answers.values()}) == 1
    assert "sende den en gang til" in next(iter(answers.values()))[1].decode()


def test_the_link_sent_again_works_and_the_one_before_does_not(org: Organisation, office: User) -> None:
    old = _invite(org, office)
    send_again(invitation=Invitation.objects.get(), by=office, now=NOW + timedelta(days=3))
    new = _token()
    with pytest.raises(InvitationGone):
        accept(token=old, by=None, now=NOW)
    assert accept(token=new, by=None, now=NOW + timedelta(days=16)).email == ADDRESS
    with pytest.raises(NotOpen):
        send_again(invitation=Invitation.objects.get(), by=office, now=NOW)
    with pytest.raises(NotOpen):
        withdraw(invitation=Invitation.objects.get(), by=office, now=NOW)


def test_what_a_former_owner_sent_is_dead_until_another_sends_it_again(org: Organisation, office: User) -> None:
    owner, former = builders.member(org), builders.member(org)
    token = _invite(org, former)
    end_access(membership=former.memberships.get(), by=owner, now=NOW)
    with pytest.raises(InvitationGone):
        accept(token=token, by=None, now=NOW)
    [row] = listing.pending(org, NOW)
    assert row.sender_left
    send_again(invitation=row.invitation, by=owner, now=NOW)
    [row] = listing.pending(org, NOW)
    assert row.works
    accept(token=_token(), by=None, now=NOW)


def test_somebody_switched_off_is_not_let_in_by_an_invitation(org: Organisation, office: User) -> None:
    out = builders.user(is_active=False)
    token = _invite(org, office, out.email)
    assert Client().post(_link(token)).status_code == 200  # asked to sign in, which he cannot
    with pytest.raises(CannotSignIn):
        accept(token=token, by=out, now=NOW)
    assert not Membership.objects.exists()


def test_guessing_is_stopped(client: Client, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = product.SIGN_IN_LIMITS
    cache.clear()
    statuses = [client.get(_link(f"guess{n}")).status_code for n in range(22)]
    cache.clear()
    assert statuses == [404] * 20 + [429] * 2


# --- The mail


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("nb", ["Invitasjon til Bygdekor Vest", "Godta her:", "til og med 4. desember 2026"]),
        ("nn", ["Invitasjon til Bygdekor Vest", "Godta her:", "til og med 4. desember 2026", "Kontoret inviterer deg"]),
        ("en", ["Invitation to Bygdekor Vest", "Accept here:", "4 December 2026"]),
    ],
)
def test_the_mail_is_in_the_organisations_language(office: User, language: str, words: list[str]) -> None:
    _invite(builders.organisation(language=language), office)
    letter = OutboundMessage.objects.get()
    for word in words:
        assert word in f"{letter.subject}\n{letter.body}".replace("\xa0", " ")


def test_nobody_reads_the_link_in_the_outbox_and_it_is_gone_once_sent(org: Organisation, office: User) -> None:
    token = _invite(org, office)
    letter = OutboundMessage.objects.get()
    page = _signed_in(office).get(f"/outbox/{letter.pk}/").content.decode()
    assert token not in page
    assert "/invitation/…/" in page
    assert outbox.send(letter.pk)
    assert token in str(mail.outbox[-1].body)
    letter.refresh_from_db()
    assert token not in letter.body


def test_the_demo_shows_the_link(org: Organisation, office: User, settings: Any) -> None:
    settings.DEMO = True
    token = _invite(org, office)
    letter = OutboundMessage.objects.get()
    outbox.send(letter.pk)
    assert token in _signed_in(office).get(f"/outbox/{letter.pk}/").content.decode()


# --- Pages


def test_the_owner_sends_again_and_withdraws_and_sees_no_other_organisations(org: Organisation) -> None:
    owner = builders.member(org)
    other = builders.member(builders.organisation("Annet lag"))
    foreign = invite(email="x@lag.example", role=Role.READER, by=other, now=NOW,
                     organisation=other.memberships.get().organisation)  # fmt: skip
    _invite(org, owner)
    mine = Invitation.objects.get(organisation=org)
    browser = _signed_in(owner)
    page = browser.get(reverse("portal_people", args=[org.number])).content.decode()
    assert ADDRESS in page
    assert "x@lag.example" not in page
    for name in ("portal_invitation_again", "portal_invitation_withdraw"):
        assert browser.post(reverse(name, args=[org.number, foreign.pk])).status_code == 404
        assert browser.post(reverse(name, args=[org.number, mine.pk])).status_code == 302
    mine.refresh_from_db()
    assert mine.withdrawn_at == NOW
    assert browser.post(reverse("portal_invitation_again", args=[org.number, mine.pk])).status_code == 422


def test_an_administrator_sends_again_and_withdraws(org: Organisation, office: User) -> None:
    _invite(org, office)
    made = Invitation.objects.get()
    browser = _signed_in(office)
    for name in ("access_again", "access_withdraw"):
        assert browser.post(reverse(name, args=[org.number, made.pk])).status_code == 302
    made.refresh_from_db()
    assert made.withdrawn_at == NOW


def test_a_role_says_what_is_gained_and_lost(org: Organisation) -> None:
    owner, finance = builders.member(org), builders.member(org, "finance")
    page = _signed_in(owner).get(reverse("portal_person", args=[org.number, finance.memberships.get().pk]))
    body = page.content.decode()
    assert "kan ikke lenger: se fakturaer og priser, melde inn inntekt" in body
    assert "kan fra nå av: godkjenne avtaler, bestemme hvem som har tilgang" in body
    assert "rollen i dag" in body


def test_the_list_asks_the_same_however_many_are_invited(
    org: Organisation, office: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    owner = builders.member(org)
    for number in range(12):
        _invite(org, owner if number % 2 else office, f"a{number}@lag.example")
    with django_assert_max_num_queries(2):
        assert len([row.works for row in listing.pending(org, NOW)]) == 12
    browser = _signed_in(owner)
    with django_assert_max_num_queries(12):
        browser.get(reverse("portal_people", args=[org.number]))
