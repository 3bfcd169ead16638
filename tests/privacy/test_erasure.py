"""Erasing a person: nothing but what the page called kept names him afterwards, in any column of any table."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import date, timedelta
from typing import Any
from unittest.mock import patch

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib.sessions.models import Session
from django.db import connection, models
from django.test import Client

from advisory.kernel.api_tokens import ApiToken
from advisory.kernel.audit import AuditEvent
from advisory.kernel.errors import OnlyAdministrators, ReasonMissing
from advisory.kernel.outbox import NotGivenUp, OutboundMessage, send_again
from advisory.kernel.personal_data.erasure import Verdict
from advisory.kernel.personal_data.sources import sources
from advisory.kernel.staff import LastAdministrator, OwnAccess
from advisory.kernel.users import User
from billing.books.check import run as check_books
from billing.invoicing.ledger import verify
from billing.invoicing.models import Invoice, InvoicedHour, InvoiceLine, InvoiceVat
from clients.contacts import services as contacts
from clients.erasing.people import person_of_contact, person_of_user
from clients.erasing.person import ErasedAlready, erase_person, plan_person
from clients.invitations.services import invite
from clients.memberships import Role
from clients.memberships.services import LastOwner, give_access
from clients.models import Contact, Invitation, Membership, Organisation
from tests import builders
from tests.access import world
from tests.builders import NOW

pytestmark = pytest.mark.django_db

NAME, EMAIL, PHONE = "Kanari Fugløyseter", "kanari@fugler.example", "912 34 567"
SIGNS = (NAME.casefold(), EMAIL, "912 34 567", "91234567")
#: What issuing copies from the hours and the organisation: filled by hand, the chain of hashes would rightly break.
COPIES = (Invoice, InvoiceLine, InvoicedHour, InvoiceVat)


def _takes_the_name(column: models.Field[Any, Any]) -> bool:
    """Columns in which somebody may write; e-mail addresses and JSON are filled by the verbs themselves."""
    source = next((one for one in sources() if one.model is column.model), None)
    if source is None or isinstance(column, models.EmailField | models.JSONField | models.URLField):
        return False
    if issubclass(column.model, COPIES):
        return False
    return column in source.text_columns()


@contextmanager
def mentioned_everywhere() -> Iterator[None]:
    """While it lasts, every text that has room for it mentions the person."""
    plain = models.Field.pre_save

    def with_name(self: models.Field[Any, Any], instance: models.Model, add: bool) -> Any:
        value = plain(self, instance, add)
        if not add or not _takes_the_name(self) or not value or NAME in str(value):
            return value
        for words in (f"{NAME}, {EMAIL}, {PHONE}", NAME):
            longer = f"{value} ({words})"
            if self.max_length is None or len(longer) <= self.max_length:
                setattr(instance, self.attname, longer)
                return longer
        return value

    with patch.object(models.Field, "pre_save", with_name):
        yield


def found() -> Counter[str]:
    """Rows in which any text names the person, by table: read column by column, by no code of the program."""
    rows: Counter[str] = Counter()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                if any(sign in _readable(value) for value in row for sign in SIGNS):
                    rows[table] += 1
    return rows


def _readable(value: Any) -> str:
    if isinstance(value, bytes | memoryview):
        return ""
    text = str(value) if not isinstance(value, dict | list) else json.dumps(value, ensure_ascii=False)
    if "\\u" in text:
        text = text.encode("latin-1", "backslashreplace").decode("unicode-escape")
    return text.casefold()


def the_world() -> tuple[world.World, Contact]:
    """Two organisations with a row of everything, all of it naming somebody who is contact and member of one."""
    # The world's own canaries would stand in issued documents behind the back of their hashes.
    with mentioned_everywhere(), patch.object(world, "canaries", nullcontext):
        made = world.build()
        # A contact of everybody, so that the name is his in all rows.
        for one in Organisation.objects.all():
            contact = contacts.add(
                organisation=one, name=NAME, email=EMAIL, phone=PHONE, by=made.people["administrator"], now=NOW
            )
    member = builders.member(made.own.organisation, "finance")
    User.objects.filter(pk=member.pk).update(name=NAME, email=EMAIL)
    OutboundMessage.objects.create(
        kind="invoice", reference="1", recipient=EMAIL, language="nb", subject=f"Til {NAME}", body=f"Hei {NAME}",
        created_at=NOW, sent_at=NOW, organisation=made.own.organisation.number,
    )  # fmt: skip
    OutboundMessage.objects.create(
        kind="invoice", reference="2", recipient=EMAIL, language="nb", subject="En", body=NAME, created_at=NOW,
    )  # fmt: skip
    return made, contact


def test_after_the_erasure_only_what_the_page_called_kept_names_the_person() -> None:
    made, contact = the_world()
    everywhere = found()
    assert len(everywhere) >= 30, f"the test must name the person in most tables: {sorted(everywhere)}"
    person = person_of_contact(contact)
    kept = {line.table: line for line in plan_person(person) if line.verdict is Verdict.KEPT}
    pseudonym = erase_person(person=person, reason=f"{NAME} ba om det", by=made.people["administrator"], now=NOW)
    tables = {source.model._meta.db_table: source.table for source in sources()}
    left = {tables.get(table, table): rows for table, rows in found().items()}
    assert left == {table: line.count for table, line in kept.items()}
    assert all(line.law and line.until is not None and line.until > date(2026, 11, 20) for line in kept.values())
    assert pseudonym.name == "Slettet person 1"
    assert verify().broken is None
    assert check_books(NOW).agrees


def a_member(role: str = "owner", **fields: Any) -> tuple[User, User]:
    """An administrator, and a member of an organisation that has another owner besides."""
    org = builders.organisation()
    builders.member(org)
    return builders.administrator(), builders.member(org, role, **fields)


def test_a_user_is_shown_as_a_pseudonym_and_cannot_sign_in() -> None:
    administrator, member = a_member(name=NAME)
    member_before = member.session_epoch
    pseudonym = erase_person(person=person_of_user(member), reason="Ba om det", by=administrator, now=NOW)
    member.refresh_from_db()
    assert str(member) == "Slettet person 1"
    assert member.email == pseudonym.address == "erased-1@erased.invalid"
    assert not member.is_active
    assert member.erased_at == NOW
    assert member.session_epoch == member_before + 1
    assert not member.has_usable_password()
    membership = Membership.objects.get(user=member)
    assert membership.ended_at == NOW
    assert membership.shown_name == "Slettet person 1"


def test_whoever_is_erased_is_out_at_the_next_request_and_leaves_no_session() -> None:
    administrator, member = a_member(name=NAME)
    client = Client()
    client.force_login(member)
    assert client.get("/settings/me/").status_code == 200
    assert Session.objects.count() == 1
    erase_person(person=person_of_user(member), reason="Ba om det", by=administrator, now=NOW)
    assert Session.objects.count() == 0
    assert client.get("/settings/me/").status_code == 302


def test_the_same_address_can_come_back_as_somebody_new() -> None:
    administrator, member = a_member(name=NAME)
    address = member.email
    erase_person(person=person_of_user(member), reason="Ba om det", by=administrator, now=NOW)
    again = give_access(
        organisation=builders.organisation(), email=address, name=NAME, role=Role.OWNER, by=administrator, now=NOW
    )
    assert again.user != member


def test_a_mail_that_was_erased_is_not_sent_again() -> None:
    administrator, member = a_member(name=NAME)
    message = OutboundMessage.objects.create(
        kind="document", reference="1", recipient=member.email, language="nb", subject="En faktura", body="Hei",
        created_at=NOW, failed_at=NOW,
    )  # fmt: skip
    erase_person(person=person_of_user(member), reason="Ba om det", by=administrator, now=NOW)
    message.refresh_from_db()
    assert (message.recipient, message.body) == (f"erased-1-{message.pk}@erased.invalid", "")
    with pytest.raises(NotGivenUp):
        send_again(message=message, by=administrator, now=NOW)


def test_second_factors_tokens_and_invitations_go() -> None:
    administrator, member = a_member(name="Kanari Fugleseter")
    Authenticator.objects.create(user=member, type="totp", data={"secret": "JBSWY3DPEHPK3PXP"})
    SocialAccount.objects.create(user=member, provider="oidc", uid="sub-1")
    EmailAddress.objects.create(user=member, email=member.email, primary=True)
    ApiToken.objects.create(
        user=member, name="Regneark", digest="d" * 64, prefix="svk", created_at=NOW, expires_at=NOW + timedelta(days=9)
    )
    invite(
        email=member.email, role=Role.READER, by=administrator, now=NOW, organisation=builders.organisation(), name=NAME
    )
    erase_person(person=person_of_user(member), reason="Ba om det", by=administrator, now=NOW)
    for table in (Authenticator, SocialAccount, EmailAddress, ApiToken, Invitation):
        assert table.objects.count() == 0, table


def test_the_log_tells_of_the_erasure_without_the_name() -> None:
    administrator, member = a_member(name=NAME)
    erase_person(person=person_of_user(member), reason=f"Brev fra {NAME}", by=administrator, now=NOW)
    event = AuditEvent.objects.get(action="person.erase")
    assert event.object_label == "Slettet person 1"
    assert event.reason == "Brev fra Slettet person 1"
    assert event.actor == administrator
    ended = AuditEvent.objects.get(action="membership.end")
    assert ended.object_label == "Slettet person 1"


def test_one_person_is_found_by_the_address_wherever_he_is() -> None:
    administrator, member = a_member(name="Kanari Fugleseter")
    elsewhere = builders.organisation()
    there = contacts.add(organisation=elsewhere, name="K. Fugl", email=member.email.upper(), by=administrator, now=NOW)
    person = person_of_contact(there)
    assert person.user == member
    erase_person(person=person, reason="Ba om det", by=administrator, now=NOW)
    there.refresh_from_db()
    assert (there.name, there.email, there.phone, there.active) == ("Slettet person 1", "", "", False)


def test_another_of_the_same_name_in_another_organisation_keeps_his() -> None:
    administrator = builders.administrator()
    one, other = builders.organisation(), builders.organisation()
    mine = contacts.add(organisation=one, name=NAME, by=administrator, now=NOW)
    theirs = contacts.add(organisation=other, name=NAME, by=administrator, now=NOW)
    erase_person(person=person_of_contact(mine), reason="Ba om det", by=administrator, now=NOW)
    theirs.refresh_from_db()
    assert theirs.name == NAME


def test_another_of_the_same_name_keeps_his_also_where_the_name_is_searched_for_everywhere() -> None:
    administrator, org = builders.administrator(), builders.organisation()
    leaves = builders.advisor(name=NAME)
    namesake = contacts.add(organisation=org, name=NAME, email="en.annen@fugler.example", by=administrator, now=NOW)
    looked_after = contacts.add(organisation=org, name=f"Styret v/ {NAME}", by=administrator, now=NOW)
    erase_person(person=person_of_user(leaves), reason="Sluttet", by=administrator, now=NOW)
    namesake.refresh_from_db()
    looked_after.refresh_from_db()
    assert namesake.name == NAME
    assert looked_after.name == "Styret v/ Slettet person 1"


def test_the_last_owner_cannot_be_erased_before_another_takes_over() -> None:
    administrator, org = builders.administrator(), builders.organisation()
    owner = builders.member(org, name=NAME)
    with pytest.raises(LastOwner) as refused:
        erase_person(person=person_of_user(owner), reason="Ba om det", by=administrator, now=NOW)
    assert NAME in refused.value.message or owner.email in refused.value.message
    owner.refresh_from_db()
    assert owner.name == NAME


def test_the_last_administrator_and_oneself_cannot_be_erased() -> None:
    administrator, advisor = builders.administrator(), builders.advisor()
    with pytest.raises(LastAdministrator):
        erase_person(person=person_of_user(administrator), reason="x", by=administrator, now=NOW)
    other = builders.administrator()
    with pytest.raises(OwnAccess):
        erase_person(person=person_of_user(other), reason="x", by=other, now=NOW)
    with pytest.raises(OnlyAdministrators):
        erase_person(person=person_of_user(other), reason="x", by=advisor, now=NOW)
    User.objects.filter(pk=administrator.pk).update(is_active=False)
    with pytest.raises(OnlyAdministrators):
        # Switched off a moment ago, with the page still open.
        erase_person(person=person_of_user(advisor), reason="x", by=administrator, now=NOW)


def test_a_reason_is_asked_for_and_twice_is_refused() -> None:
    administrator, member = a_member("reader", name=NAME)
    with pytest.raises(ReasonMissing):
        erase_person(person=person_of_user(member), reason="  ", by=administrator, now=NOW)
    erase_person(person=person_of_user(member), reason="x", by=administrator, now=NOW)
    member.refresh_from_db()
    with pytest.raises(ErasedAlready):
        erase_person(person=person_of_user(member), reason="x", by=administrator, now=NOW)


def test_a_name_of_one_word_is_not_searched_for_in_texts() -> None:
    administrator, org = builders.administrator(), builders.organisation()
    contact = contacts.add(organisation=org, name="Styret", by=administrator, now=NOW)
    work = builders.engagement(org, builders.advisor(), goal="Styret vil vente")
    erase_person(person=person_of_contact(contact), reason="x", by=administrator, now=NOW)
    work.refresh_from_db()
    assert work.goal == "Styret vil vente"
