"""Tier decisions: who may, from when to when, on what, and never against an issued invoice."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from advisory.kernel.audit import AuditEvent
from advisory.kernel.errors import OnlyAdministrators, ReasonMissing
from advisory.kernel.fields import nok
from advisory.kernel.files import facts_of
from advisory.kernel.outbox import OutboundMessage
from advisory.kernel.users import User
from billing.discounts import decide
from billing.discounts.decide import ask_for_documents, decide_tier
from billing.discounts.effect import effect
from billing.discounts.models import TierDecision, TierTable
from clients.models import EvidenceFile, IncomeDeclaration, Note, Organisation
from tests import builders
from tests.billing.issued import issued_line
from tests.builders import NOW

pytestmark = pytest.mark.django_db

ARRIVED = date(2026, 11, 3)
SHA256_OF_PDF = "86edbaa24831badfa0a8b04bb410141e2ee4182b6d0014493fe262a7a331c20b"


@pytest.fixture
def decider() -> User:
    return builders.administrator()


@pytest.fixture
def table(decider: User) -> TierTable:
    return builders.tier_table(by=decider)


@pytest.fixture
def organisation() -> Organisation:
    return builders.organisation("Fylkeslaget Nord")


def declared(
    organisation: Organisation, *, year: int = 2025, income: int = 1_284_000, arrived_on: date = ARRIVED
) -> IncomeDeclaration:
    owner = organisation.memberships.first()
    by = owner.user if owner else builders.member(organisation, "owner")
    made = IncomeDeclaration.objects.create(
        organisation=organisation,
        year=year,
        total_income=nok(income),
        arrived_on=arrived_on,
        submitted_at=NOW,
        submitted_by=by,
    )
    EvidenceFile.objects.create(
        declaration=made, uploaded_at=NOW, uploaded_by=by, **facts_of("regnskap.pdf", "application/pdf", b"%PDF-1.7")
    )
    return made


def decided(declaration: IncomeDeclaration, by: User, code: str = "T3", **changed: object) -> TierDecision:
    facts: dict[str, object] = {
        "organisation": declaration.organisation,
        "declaration": declaration,
        "tier": TierTable.objects.order_by("valid_from")[0].tiers.get(code=code),
        "basis": "accounts",
        "valid_from": declaration.arrived_on,
        "reason": "Regnskapet viser det.",
        "by": by,
        "now": NOW,
    }
    return decide_tier(**(facts | changed))  # type: ignore[arg-type]


def test_a_decision_holds_from_the_arrival_to_30_june_of_the_second_year(
    organisation: Organisation, decider: User, table: TierTable
) -> None:
    made = decided(declared(organisation), decider)
    assert (made.valid_from, made.valid_to, made.income_year) == (ARRIVED, date(2027, 6, 30), 2025)
    find = TierDecision.objects.on
    assert find(organisation, date(2026, 11, 2)) is None
    assert find(organisation, ARRIVED) == made
    assert find(organisation, date(2027, 6, 30)) == made
    assert find(organisation, date(2027, 7, 1)) is None


def test_the_evidence_is_kept_as_it_lay_there(organisation: Organisation, decider: User, table: TierTable) -> None:
    made = decided(declared(organisation), decider)
    # SHA-256 of the eight bytes "%PDF-1.7".
    assert made.evidence == [{"name": "regnskap.pdf", "sha256": SHA256_OF_PDF}]


def test_the_log_has_the_decision_and_never_the_income(
    organisation: Organisation, decider: User, table: TierTable
) -> None:
    made = decided(declared(organisation), decider)
    event = AuditEvent.objects.of(made).get()
    assert (event.action, event.actor, event.reason) == ("tier.decide", decider, "Regnskapet viser det.")
    assert "1284000" not in str([event.before, event.after, event.reason])


def test_an_advisor_decides_nothing(organisation: Organisation, table: TierTable) -> None:
    with pytest.raises(OnlyAdministrators):
        decided(declared(organisation), builders.advisor())


def test_who_leads_an_engagement_there_does_not_decide(
    organisation: Organisation, decider: User, table: TierTable
) -> None:
    work = builders.engagement(organisation, decider)
    with pytest.raises(decide.LeadsTheirEngagement) as refusal:
        decided(declared(organisation), decider)
    assert work.reference in refusal.value.message
    assert decided(declared(organisation), builders.administrator()).pk


def test_a_reason_is_given(organisation: Organisation, decider: User, table: TierTable) -> None:
    with pytest.raises(ReasonMissing):
        decided(declared(organisation), decider, reason="  ")


def test_only_voluntary_organisations_get_a_discount(decider: User, table: TierTable) -> None:
    authority = builders.organisation("Fjordvik kommune", kind="authority")
    with pytest.raises(decide.NotEligible):
        decided(declared(authority), decider, "T1")
    assert decided(declared(authority), decider, "T0", basis="not_eligible").tier.percent == 0


def test_a_discount_needs_accounts_but_the_full_price_does_not(
    organisation: Organisation, decider: User, table: TierTable
) -> None:
    with pytest.raises(decide.EvidenceMissing):
        decided(declared(organisation), decider, "T1", basis="no_evidence")
    facts = {"organisation": organisation, "declaration": None, "valid_from": date(2026, 5, 1), "reason": "Ingen svar."}
    tier = table.tiers.get(code="T0")
    made = decide_tier(**facts, tier=tier, basis="no_evidence", by=decider, now=NOW)  # type: ignore[arg-type]
    assert (made.income_year, made.valid_to) == (None, date(2027, 6, 30))


def test_the_newest_declaration_of_a_year_is_decided_on(
    organisation: Organisation, decider: User, table: TierTable
) -> None:
    older = declared(organisation)
    newer = declared(organisation, income=900_000)
    with pytest.raises(decide.OtherDeclaration):
        decided(older, decider)
    with pytest.raises(decide.OtherDeclaration):
        decided(newer, decider, organisation=builders.organisation("Et annet lag"))
    assert decided(newer, decider, "T2").pk


def test_the_tier_is_of_the_table_in_force_on_the_first_day(
    organisation: Organisation, decider: User, table: TierTable
) -> None:
    later = builders.tier_table(valid_from=date(2026, 11, 1), by=decider)
    old_tier, new_tier = table.tiers.get(code="T3"), later.tiers.get(code="T3")
    with pytest.raises(decide.TableNotInForce):
        decided(declared(organisation), decider, tier=old_tier)
    assert decided(declared(organisation), decider, tier=new_tier).tier == new_tier


def test_accounts_that_are_too_old_give_no_decision(
    organisation: Organisation, decider: User, table: TierTable
) -> None:
    with pytest.raises(decide.EndsBeforeStart) as refusal:
        decided(declared(organisation, year=2023), decider)
    assert "30.06.2025" in refusal.value.message


def test_an_earlier_first_day_reaches_hours_that_are_not_billed(
    organisation: Organisation, decider: User, table: TierTable
) -> None:
    builders.entry(builders.engagement(organisation, builders.advisor()), 60, date(2026, 10, 1))
    made = decided(declared(organisation), decider, valid_from=date(2026, 9, 1))
    assert TierDecision.objects.on(organisation, date(2026, 10, 1)) == made


def test_a_decision_that_would_change_an_issued_invoice_is_refused_with_its_number(
    organisation: Organisation, decider: User, table: TierTable
) -> None:
    work = builders.engagement(organisation, builders.advisor())
    first = issued_line(engagement=work, last_day=date(2026, 10, 1))
    second = issued_line(engagement=work, last_day=date(2026, 10, 2))
    declaration = declared(organisation)
    with pytest.raises(decide.ChangesInvoices) as refusal:
        decided(declaration, decider, valid_from=date(2026, 10, 1))
    assert refusal.value.numbers == [first.invoice_id, second.invoice_id]
    assert str(first.invoice_id) in refusal.value.message
    assert not TierDecision.objects.exists()
    assert decided(declaration, decider, valid_from=date(2026, 10, 3)).pk


def test_a_credited_invoice_is_not_in_the_way(organisation: Organisation, decider: User, table: TierTable) -> None:
    work = builders.engagement(organisation, builders.advisor())
    line = issued_line(engagement=work, last_day=date(2026, 10, 1))
    issued_line(engagement=work, last_day=date(2026, 10, 1), credits=line)
    assert decided(declared(organisation), decider, valid_from=date(2026, 10, 1)).pk


def test_a_renewal_at_the_same_discount_changes_no_invoice(
    organisation: Organisation, decider: User, table: TierTable
) -> None:
    pot = builders.pot()
    standing = decided(declared(organisation), decider, "T3")
    work = builders.engagement(organisation, builders.advisor())
    issued_line(engagement=work, last_day=date(2026, 11, 10), decision=standing, pot=pot)
    renewed = declared(organisation, arrived_on=date(2026, 11, 5))
    assert decided(renewed, decider, "T3").pk
    with pytest.raises(decide.ChangesInvoices):
        decided(declared(organisation, arrived_on=date(2026, 11, 5)), decider, "T2")


def test_somebody_elses_invoice_is_not_in_the_way(organisation: Organisation, decider: User, table: TierTable) -> None:
    issued_line(last_day=date(2026, 11, 10))
    assert decided(declared(organisation), decider).pk


def test_a_decision_is_kept_by_the_database(organisation: Organisation, decider: User, table: TierTable) -> None:
    decided(declared(organisation), decider)
    with pytest.raises(IntegrityError), transaction.atomic():
        TierDecision.objects.update(reason="Noe annet.")


def test_the_effect_of_a_tier_on_unbilled_hours_is_known_to_the_ore(
    organisation: Organisation, decider: User, table: TierTable
) -> None:
    """9.0 hours at 959.76 are 8 637.84; 25 % of it is 2 159.46 (picture 17)."""
    builders.rate()
    work = builders.engagement(organisation, builders.advisor())
    builders.entry(work, 300, date(2026, 11, 5))
    builders.entry(work, 240, date(2026, 11, 17))
    builders.entry(work, 60, date(2026, 11, 2))
    builders.entry(work, 60, date(2026, 11, 6), billable=False)
    found = effect(organisation, ARRIVED, date(2027, 6, 30), [Decimal(25), Decimal(0)])
    price = found.prices[Decimal(25)]
    assert (found.minutes, found.without_rate) == (540, 0)
    assert (price.gross, price.discount, price.net) == (Decimal("8637.84"), Decimal("2159.46"), Decimal("6478.38"))
    assert found.prices[Decimal(0)].net == Decimal("8637.84")


def test_hours_without_a_rate_are_told_apart(organisation: Organisation, table: TierTable) -> None:
    builders.entry(builders.engagement(organisation, builders.advisor()), 90, ARRIVED)
    found = effect(organisation, ARRIVED, date(2027, 6, 30), [Decimal(25)])
    assert (found.minutes, found.without_rate) == (0, 90)


def test_the_organisation_gets_a_letter_in_its_own_language(decider: User, table: TierTable) -> None:
    organisation = builders.organisation("Fylkeslaget Nord", language="nb")
    decided(declared(organisation), decider, "T2")
    [letter] = OutboundMessage.objects.filter(kind="tier-decision")
    assert letter.recipient == organisation.memberships.get().user.email
    words = letter.body.replace("\u00a0", " ")
    assert "Dere får rabattrinn 2. Det betyr at dere betaler 50 prosent av selvkost." in words
    assert "Rabatten gjelder fra 3. november 2026 til og med 30. juni 2027." in words
    # Three weeks after 20 November 2026.
    assert "senest 11. desember 2026" in words
    assert f"/portal/{organisation.number}/discount/" in words
    assert "1 284 000" not in words


def test_the_letter_about_the_full_price_promises_no_discount(decider: User, table: TierTable) -> None:
    organisation = builders.organisation("Fylkeslaget Nord", language="en")
    decided(declared(organisation), decider, "T0")
    [letter] = OutboundMessage.objects.filter(kind="tier-decision")
    assert "You pay full self-cost" in letter.body
    assert "discount tier" not in letter.body


def test_without_members_the_organisations_own_address_is_used(decider: User, table: TierTable) -> None:
    organisation = builders.organisation("Fylkeslaget Nord", email="styret@lag.example")
    declaration = declared(organisation)
    organisation.memberships.update(ended_at=NOW)
    decided(declaration, decider)
    assert [m.recipient for m in OutboundMessage.objects.filter(kind="tier-decision")] == ["styret@lag.example"]


def test_asking_for_documents_leaves_a_note_a_mail_and_a_line_in_the_log(
    organisation: Organisation, decider: User, table: TierTable
) -> None:
    declaration = declared(organisation)
    assert ask_for_documents(declaration=declaration, text="Send protokollen.", by=decider, now=NOW) == 1
    note = Note.objects.get()
    assert (note.text, note.visible) == ("Send protokollen.", True)
    [mail] = OutboundMessage.objects.filter(kind="tier-documents")
    assert "Send protokollen." in mail.body
    assert AuditEvent.objects.filter(action="tier.ask", actor=decider).count() == 1
    with pytest.raises(ReasonMissing):
        ask_for_documents(declaration=declaration, text=" ", by=decider, now=NOW)
    with pytest.raises(OnlyAdministrators):
        ask_for_documents(declaration=declaration, text="x", by=builders.advisor(), now=NOW)
