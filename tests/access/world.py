"""Two organisations with a row of everything, and everyone who may ask: the world that the walk goes through.

Every text that is stored for the other organisation carries a canary. Where a test of isolation sees the canary
in an answer to someone else, something leaked, whatever field and whatever page it was.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from unittest.mock import patch

from django.db import models
from django.utils import timezone

from advisory.kernel import outbox
from advisory.kernel.files import facts_of
from advisory.kernel.outbox import Attachment, OutboundMessage
from advisory.kernel.users import StaffRole, User
from billing.discounts.appeals import register_appeal
from billing.discounts.hardship import ask_for_hardship
from billing.invoicing.files import pdf_of
from billing.invoicing.gather import gather
from billing.invoicing.issue import issue
from billing.invoicing.models import Invoice
from billing.yearend.account_lines import LineWritten, add_line
from billing.yearend.account_seats import SeatWritten, add_seat_sale
from billing.yearend.trial_balance_import import upload_trial_balance
from clients.contacts import services as contacts
from clients.invitations.models import Invitation
from clients.invitations.services import invite
from clients.memberships import Role
from clients.models import EvidenceFile, IncomeDeclaration, Membership, Organisation
from clients.notes import services as notes
from engagements.models import Engagement
from engagements.work.joint_hours import log_joint_hour
from tests import builders
from tests.builders import NOW, TODAY

CANARY = "kanarifugl"
#: A kind of message whose one attachment the world makes itself.
WITH_A_FILE = "access-walk"
#: The beginning of a picture is enough to be handed out.
A_POINT = b"\x89PNG\r\n\x1a\n"
outbox.register(WITH_A_FILE, lambda reference: [Attachment(f"{reference}.txt", "text/plain", b"A file.")])


def _takes_a_canary(model_field: models.Field[Any, Any]) -> bool:
    """Free text: no choices, room for the word, and not something that a rule reads (numbers, codes, hashes)."""
    if not isinstance(model_field, models.CharField | models.TextField) or model_field.choices:
        return False
    if isinstance(model_field, models.TextField):
        return True
    if isinstance(model_field, models.SlugField) or model_field.name in {
        "media_type",
        "sha256",
        "hash",
        "previous_hash",
        "password",
    }:
        return False
    return (model_field.max_length or 0) >= 60


@contextmanager
def canaries() -> Iterator[None]:
    """While it lasts, every free text that is saved gets the canary, also by bulk_create."""
    plain = models.Field.pre_save

    def with_canary(self: models.Field[Any, Any], instance: models.Model, add: bool) -> Any:
        value = plain(self, instance, add)
        if not add or not _takes_a_canary(self) or not value or CANARY in str(value):
            return value
        value = f"{CANARY}.{value}" if isinstance(self, models.EmailField) else f"{value} {CANARY}"
        if self.max_length and len(value) > self.max_length:
            return getattr(instance, self.attname)
        setattr(instance, self.attname, value)
        return value

    with patch.object(models.Field, "pre_save", with_canary):
        yield


@dataclass
class Side:
    """One organisation and what belongs to it. `things` are found by the factories of `table.py`."""

    organisation: Organisation
    engagement: Engagement
    owner: User
    things: dict[str, Any] = field(default_factory=dict)


@dataclass
class World:
    own: Side
    foreign: Side
    people: dict[str, User]


def build() -> World:
    """The world, built with the plain builders of the tests."""
    administrator = builders.administrator()
    advisor, outsider = builders.advisor(), builders.advisor()
    builders.seller(created_by=administrator, mark=A_POINT)
    builders.rate(maker=administrator)
    builders.tier_table(by=administrator)
    builders.pot(by=administrator)
    _accounts(administrator)
    invite(email="ny.raadgiver@hus.example", role=StaffRole.ADVISOR, by=administrator, now=timezone.now())
    own = _side("Bygdekor Vest", advisor, administrator)
    with canaries():
        foreign = _side("Fylkeslaget Nord", advisor, administrator)
    reader, finance, former = (builders.member(own.organisation, role) for role in ("reader", "finance", "owner"))
    Membership.objects.filter(user=former).update(ended_at=NOW)
    inactive = builders.member(own.organisation, "owner", is_active=False)
    people = {
        "advisor": advisor,
        "advisor without the engagement": outsider,
        "administrator": administrator,
        "reader": reader,
        "finance": finance,
        "owner": own.owner,
        "owner of another": foreign.owner,
        "former member": former,
        "inactive": inactive,
        "inactive advisor": builders.advisor(is_active=False),
    }
    return World(own, foreign, people)


def _accounts(administrator: User) -> None:
    """The accounts of a year: a file, a line by hand and seats sold."""
    file = upload_trial_balance(
        year=2026, name="saldo.csv", content=b"Konto;Saldo\n3000;-5,00\n5000;5,00\n", by=administrator, now=NOW
    )
    year = file.accounting_year
    line = LineWritten("Husleie", Decimal("10.00"), "area_1")
    add_line(accounting_year=year, written=line, by=administrator, now=NOW)
    seats = SeatWritten("Kurs", 3, Decimal("1190.97"))
    add_seat_sale(accounting_year=year, written=seats, by=administrator, now=NOW)


def _side(name: str, advisor: User, administrator: User) -> Side:
    organisation = builders.organisation(name)
    engagement = builders.engagement(organisation, advisor)
    side = Side(organisation, engagement, builders.member(organisation, "owner"))
    decision = builders.decision(organisation, by=administrator)
    side.things["decision"], side.things["declaration"] = decision, decision.declaration
    side.things["appeal"] = register_appeal(
        decision=decision, text="Dugnaden er regnet med.", received_on=TODAY, by=side.owner, now=NOW
    )
    side.things["hardship"] = ask_for_hardship(
        organisation=organisation, valid_from=date(2026, 12, 1), valid_to=date(2027, 1, 31), reason="Klubbhuset brant.",
        by=administrator, now=NOW,
    )  # fmt: skip
    assert decision.declaration is not None
    side.things["evidence"] = _evidence(decision.declaration, administrator)
    side.things["contact"] = contacts.add(
        organisation=organisation, name="Kasserer", email="kasserer@lag.example", by=administrator, now=NOW
    )
    side.things["invitation"], side.things["invitation_token"] = _invitation(organisation, administrator)
    notes.write(organisation=organisation, text="Styret vil vente.", by=administrator, now=NOW)
    side.things["message"] = _message(organisation)
    side.things["invoice"] = _invoice(engagement, administrator)
    builders.entry(engagement, 45, date(2026, 11, 2))
    [side.things["draft"]] = gather(up_to=TODAY, by=administrator, now=NOW, organisations=[organisation.pk])
    side.things["activity"] = builders.activity()
    side.things["outcome"] = builders.outcome(engagement)
    side.things["recommendation"] = builders.recommendation(engagement)
    partner = builders.engagement(builders.organisation(f"{name} partner"), advisor)
    side.things["joint_order"] = builders.joint_order((engagement, 2), (partner, 1))
    side.things["joint_hour"] = log_joint_hour(
        order=side.things["joint_order"], day=date(2026, 11, 17), minutes=60, text="Felles møte", by=advisor, now=NOW
    )
    side.things["entry"] = builders.entry(engagement, 30, date(2026, 11, 16))
    return side


def _invoice(engagement: Engagement, administrator: User) -> Invoice:
    """An hour and a half, billed as the product does it."""
    builders.entry(engagement, 90)
    [draft] = gather(up_to=TODAY, by=administrator, now=NOW, organisations=[engagement.organisation.pk])
    issued = issue({draft.pk: None}, by=administrator, now=NOW)
    assert not issued.failures, issued.failures
    pdf_of(issued.invoices[0], now=NOW)  # The worker has drawn it; reading it draws nothing.
    return issued.invoices[0]


def _evidence(declaration: IncomeDeclaration, by: User) -> EvidenceFile:
    facts = facts_of("regnskap.pdf", "application/pdf", f"%PDF-1.7 {declaration.organisation.name} %%EOF".encode())
    return EvidenceFile.objects.create(declaration=declaration, uploaded_at=NOW, uploaded_by=by, **facts)


def _invitation(organisation: Organisation, administrator: User) -> tuple[Invitation, str]:
    """An open invitation and the token of its link, which only the mail has."""
    made = invite(
        email="ny@lag.example", name="Ny kasserer", role=Role.FINANCE, by=administrator, now=timezone.now(),
        organisation=organisation,
    )  # fmt: skip
    letter = OutboundMessage.objects.get(kind="invitation", organisation=organisation.number)
    return made, letter.body.partition("/invitation/")[2].partition("/")[0]


def _message(organisation: Organisation) -> OutboundMessage:
    return OutboundMessage.objects.create(
        kind=WITH_A_FILE,
        reference=str(organisation.number),
        recipient=organisation.email,
        organisation=organisation.number,
        language="nb",
        subject="En faktura",
        body="Her er fakturaen.",
        created_at=NOW,
        failed_at=NOW,
    )
