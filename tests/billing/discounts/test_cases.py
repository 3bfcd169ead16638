"""Hardship by two people, complaints answered by another, reminders, and the days on which all of it turns."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from advisory.kernel.audit import AuditEvent
from advisory.kernel.errors import OnlyAdministrators, ReasonMissing
from advisory.kernel.outbox import OutboundMessage
from advisory.kernel.users import User
from billing.discounts import appeals, hardship, renewals
from billing.discounts.appeals import answer_appeal, register_appeal
from billing.discounts.decide import ChangesInvoices, LeadsTheirEngagement, decide_tier
from billing.discounts.hardship import ask_for_hardship, grant_hardship, refuse_hardship
from billing.discounts.models import Appeal, HardshipRequest, TierDecision, TierTable
from clients.income import EvidenceKind
from clients.income.declare import declare
from clients.income.evidence import Upload
from clients.models import Organisation
from tests import builders
from tests.billing.issued import issued_line
from tests.builders import NOW, TODAY
from tests.clients.test_evidence import PDF

pytestmark = pytest.mark.django_db


@pytest.fixture
def first() -> User:
    return builders.administrator()


@pytest.fixture
def second() -> User:
    return builders.administrator()


@pytest.fixture(autouse=True)
def table(first: User) -> TierTable:
    return builders.tier_table(by=first)


@pytest.fixture
def choir() -> Organisation:
    """Tier 2 from 3 November 2026, decided the same day."""
    return builders.organisation("Bygdekor Vest")


def decided(organisation: Organisation, by: User, code: str = "T2", **changed: Any) -> TierDecision:
    table = TierTable.objects.get()
    declaration = declare(
        organisation=organisation, year=2025, total_income=Decimal(612_000), files=[Upload("r.pdf", PDF)], by=by,
        arrived_on=date(2026, 11, 3), now=NOW,
    )  # fmt: skip
    facts: dict[str, Any] = {
        "organisation": organisation, "declaration": declaration, "tier": table.tiers.get(code=code),
        "basis": "accounts", "valid_from": date(2026, 11, 3), "reason": "Regnskapet viser det.", "by": by, "now": NOW,
    }  # fmt: skip
    return decide_tier(**(facts | changed))


def asked(organisation: Organisation, by: User, **changed: Any) -> HardshipRequest:
    facts: dict[str, Any] = {
        "organisation": organisation, "valid_from": TODAY, "valid_to": date(2027, 2, 28),
        "reason": "Klubbhuset brant.", "by": by, "now": NOW,
    }  # fmt: skip
    return ask_for_hardship(**(facts | changed))


# --- Hardship


def test_hardship_is_the_next_larger_discount_granted_by_another(
    choir: Organisation, first: User, second: User
) -> None:
    ordinary = decided(choir, first)
    request = asked(choir, first)
    assert request.tier.code == "T1"
    with pytest.raises(hardship.SamePerson):
        grant_hardship(request=request, by=first, now=NOW)
    made = grant_hardship(request=request, by=second, now=NOW)
    assert (made.basis, made.hardship, made.supersedes) == ("hardship", request, ordinary)
    find = TierDecision.objects.on
    days = (TODAY - timedelta(days=1), TODAY, date(2027, 2, 28), date(2027, 3, 1))
    assert [find(choir, day) for day in days] == [ordinary, made, made, ordinary]
    letter = OutboundMessage.objects.filter(kind="tier-decision").order_by("-pk")[0]
    assert "fordi dere har det vanskelig akkurat nå" in letter.body
    with pytest.raises(hardship.AlreadyAnswered):
        refuse_hardship(request=request, reason="Nei.", by=second, now=NOW)


def test_a_refusal_has_a_reason_and_a_letter_and_changes_nothing(
    choir: Organisation, first: User, second: User
) -> None:
    decided(choir, first)
    request = asked(choir, first)
    with pytest.raises(ReasonMissing):
        refuse_hardship(request=request, reason=" ", by=second, now=NOW)
    refused = refuse_hardship(request=request, reason="Potten er tom.", by=second, now=NOW)
    assert (refused.refused_by, refused.refusal) == (second, "Potten er tom.")
    assert "Potten er tom." in OutboundMessage.objects.get(kind="tier-hardship").body
    assert TierDecision.objects.count() == 1
    with pytest.raises(hardship.AlreadyAnswered):
        grant_hardship(request=request, by=second, now=NOW)
    assert asked(choir, first).pk, "it can be asked for again"


def test_the_database_keeps_two_requests_from_one_decision_and_hardship_from_none(
    choir: Organisation, first: User, second: User
) -> None:
    decided(choir, first)
    made = grant_hardship(request=asked(choir, first), by=second, now=NOW)
    copy = {"organisation": choir, "tier": made.tier, "valid_from": TODAY, "valid_to": TODAY, "reason": "x"}
    with pytest.raises(IntegrityError), transaction.atomic():
        TierDecision.objects.create(**copy, basis="hardship", decided_at=NOW, decided_by=second)


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"reason": " "}, ReasonMissing),
        ({"valid_to": date(2026, 11, 19)}, hardship.EndsBeforeItStarts),
        ({"valid_to": date(2027, 7, 1)}, hardship.EndsAfterOrdinary),
        ({"valid_from": date(2026, 11, 2)}, hardship.NoOrdinaryDecision),
    ],
)
def test_a_request_that_cannot_be_is_refused(
    choir: Organisation, first: User, changed: dict[str, Any], refusal: type[Exception]
) -> None:
    decided(choir, first)
    with pytest.raises(refusal):
        asked(choir, first, **changed)
    assert not HardshipRequest.objects.exists()


def test_nobody_asks_twice_or_for_more_than_the_largest(choir: Organisation, first: User, second: User) -> None:
    decided(choir, first)
    asked(choir, first)
    with pytest.raises(hardship.RequestWaits):
        asked(choir, second)
    largest = builders.organisation("Lite lag")
    decided(largest, first, "T1")
    with pytest.raises(hardship.NoLargerDiscount):
        asked(largest, first)
    with pytest.raises(OnlyAdministrators):
        asked(largest, builders.advisor())


def test_hardship_does_not_change_issued_invoices(choir: Organisation, first: User, second: User) -> None:
    decided(choir, first)
    line = issued_line(engagement=builders.engagement(choir, builders.advisor()), last_day=TODAY)
    request = asked(choir, first)
    with pytest.raises(ChangesInvoices) as refusal:
        grant_hardship(request=request, by=second, now=NOW)
    assert refusal.value.numbers == [line.invoice_id]


def test_who_leads_their_engagement_does_not_grant(choir: Organisation, first: User, second: User) -> None:
    decided(choir, first)
    builders.engagement(choir, second)
    request = asked(choir, first)
    with pytest.raises(LeadsTheirEngagement):
        grant_hardship(request=request, by=second, now=NOW)


# --- Complaints


def complained(decision: TierDecision, by: User, **changed: Any) -> Appeal:
    facts: dict[str, Any] = {"decision": decision, "text": "Tilskuddet gikk videre.", "received_on": TODAY}
    return register_appeal(**(facts | {"by": by, "now": NOW} | changed))


def test_a_complaint_is_answered_by_another_person_with_a_new_decision(
    choir: Organisation, first: User, second: User
) -> None:
    decision = decided(choir, first)
    appeal = complained(decision, builders.member(choir, "finance"))
    assert OutboundMessage.objects.filter(kind="tier-appeal").exists()
    tier = decision.tier.table.tiers.get(code="T1")
    facts: dict[str, Any] = {"appeal": appeal, "tier": tier, "valid_from": decision.valid_from, "now": NOW}
    with pytest.raises(appeals.DecidedItself):
        answer_appeal(**facts, reason="Dere har rett.", by=first)
    with pytest.raises(ReasonMissing):
        answer_appeal(**facts, reason="", by=second)
    answer = answer_appeal(**facts, reason="Dere har rett.", by=second)
    assert (answer.answers, answer.supersedes, answer.tier.code) == (appeal, decision, "T1")
    assert TierDecision.objects.on(choir, decision.valid_from) == answer
    subject = OutboundMessage.objects.filter(kind="tier-decision").order_by("-pk")[0].subject
    assert subject.startswith("Svar på klagen deres")
    with pytest.raises(appeals.AlreadyAnswered):
        answer_appeal(**facts, reason="En gang til.", by=second)
    with pytest.raises(appeals.IsAnAnswer):
        complained(answer, first)


def test_the_same_tier_can_be_given_again(choir: Organisation, first: User, second: User) -> None:
    decision = decided(choir, first)
    appeal = complained(decision, first)
    answer = answer_appeal(
        appeal=appeal, tier=decision.tier, valid_from=decision.valid_from, reason="Det står.", by=second, now=NOW
    )
    assert (answer.tier, answer.answers) == (decision.tier, appeal)
    assert not appeals.open_appeals().exists()


def test_an_answer_leaves_issued_invoices_and_names_them(choir: Organisation, first: User, second: User) -> None:
    decision = decided(choir, first)
    line = issued_line(engagement=builders.engagement(choir, builders.advisor()), last_day=date(2026, 11, 4))
    appeal = complained(decision, first)
    tier = decision.tier.table.tiers.get(code="T1")
    with pytest.raises(ChangesInvoices) as refusal:
        answer_appeal(
            appeal=appeal, tier=tier, valid_from=decision.valid_from, reason="Dere har rett.", by=second, now=NOW
        )
    assert refusal.value.numbers == [line.invoice_id]
    assert answer_appeal(
        appeal=appeal, tier=tier, valid_from=date(2026, 11, 5), reason="Dere har rett.", by=second, now=NOW
    ).pk


def test_three_weeks_end_with_the_day_in_oslo(choir: Organisation, first: User) -> None:
    """Decided 20 November 2026 at 23.30 in Oslo; the last day is 11 December, and the letter is not a day older."""
    decision = decided(choir, first, now=datetime(2026, 11, 20, 22, 30, tzinfo=UTC))
    assert appeals.last_day(decision) == date(2026, 12, 11)
    late = datetime(2026, 12, 12, 9, tzinfo=UTC)
    with pytest.raises(appeals.TooLate) as refusal:
        complained(decision, first, received_on=date(2026, 12, 12), now=late)
    assert "11.12.2026" in refusal.value.message
    appeal = complained(decision, first, received_on=date(2026, 12, 12), now=late, why_late="Kassereren lå på sykehus.")
    assert AuditEvent.objects.of(appeal).get().reason == "Kassereren lå på sykehus."


def test_a_complaint_of_the_last_day_is_in_time_also_when_it_is_registered_later(
    choir: Organisation, first: User
) -> None:
    decision = decided(choir, first)
    assert complained(decision, first, received_on=date(2026, 12, 11), now=datetime(2026, 12, 14, 9, tzinfo=UTC)).pk


def test_a_decision_after_midnight_in_oslo_counts_from_that_day(choir: Organisation, first: User) -> None:
    """22.30 UTC on 24 October is 00.30 on the 25th, the day the clock goes back; 27 March 23.30 UTC is the 28th."""
    autumn = TierDecision(decided_at=datetime(2026, 10, 24, 22, 30, tzinfo=UTC))
    spring = TierDecision(decided_at=datetime(2027, 3, 27, 23, 30, tzinfo=UTC))
    assert [appeals.last_day(one) for one in (autumn, spring)] == [date(2026, 11, 15), date(2027, 4, 18)]


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"text": " "}, appeals.TextMissing),
        ({"received_on": TODAY + timedelta(days=1)}, appeals.ReceivedAfterToday),
        ({"received_on": TODAY - timedelta(days=1)}, appeals.ReceivedBeforeDecision),
    ],
)
def test_a_complaint_that_cannot_be_is_refused(
    choir: Organisation, first: User, changed: dict[str, Any], refusal: type[Exception]
) -> None:
    decision = decided(choir, first)
    with pytest.raises(refusal):
        complained(decision, first, **changed)
    assert not Appeal.objects.exists()


def test_one_complaint_for_one_decision(choir: Organisation, first: User) -> None:
    decision = decided(choir, first)
    complained(decision, first)
    with pytest.raises(appeals.AlreadyAppealed):
        complained(decision, first)


# --- Reminders


def at(day: date, hour: int = 3) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def reminded(kind: str = "tier-renewal") -> list[str]:
    return list(OutboundMessage.objects.filter(kind=kind).order_by("pk").values_list("reference", flat=True))


def test_reminders_come_60_and_14_days_before_and_once_each(choir: Organisation, first: User) -> None:
    """30 June 2027 less 60 days is 1 May, less 14 is 16 June."""
    decision = decided(choir, first)
    assert renewals.remind(at(date(2027, 4, 30))) == 0
    assert [renewals.remind(at(date(2027, 5, 1))) for _ in range(2)] == [1, 0]
    assert renewals.remind(at(date(2027, 6, 15))) == 0
    assert [renewals.remind(at(date(2027, 6, 16))) for _ in range(2)] == [1, 0]
    assert renewals.remind(at(date(2027, 6, 30))) == 0
    assert reminded() == [f"{decision.pk}-60", f"{decision.pk}-14"]
    body = OutboundMessage.objects.filter(kind="tier-renewal")[0].body.replace("\xa0", " ")
    assert "til og med 30. juni 2027" in body
    assert f"/portal/{choir.number}/income/new/" in body


def test_who_missed_the_day_is_reminded_on_the_next(choir: Organisation, first: User) -> None:
    decision = decided(choir, first)
    assert renewals.remind(at(date(2027, 6, 20))) == 1
    assert reminded() == [f"{decision.pk}-14"]


def test_the_day_of_a_reminder_is_that_of_oslo(choir: Organisation, first: User) -> None:
    """22.30 UTC on 30 April is half past midnight on 1 May, in summer time."""
    decided(choir, first)
    assert renewals.remind(at(date(2027, 4, 30), 21)) == 0
    assert renewals.remind(datetime(2027, 4, 30, 22, 30, tzinfo=UTC)) == 1


def test_nobody_is_reminded_who_needs_not_be(choir: Organisation, first: User, second: User) -> None:
    decided(choir, first)
    grant_hardship(request=asked(choir, first), by=second, now=NOW)
    full = builders.organisation("Stort lag")
    decided(full, first, "T0")
    gone = builders.organisation("Nedlagt lag")
    decided(gone, first)
    Organisation.objects.filter(pk=gone.pk).update(status="inactive")
    has_sent = builders.organisation("Raskt lag")
    decided(has_sent, first)
    sent = date(2027, 3, 1)
    declare(
        organisation=has_sent, year=2026, total_income=Decimal(1), files=[Upload("r.pdf", PDF, EvidenceKind.ACCOUNTS)],
        by=first, arrived_on=sent, now=at(sent),
    )  # fmt: skip
    # The hardship ends 28 February with the ordinary decision behind it.
    assert renewals.remind(at(date(2027, 2, 20))) == 0
    assert renewals.remind(at(date(2027, 5, 10))) == 1
    assert OutboundMessage.objects.get(kind="tier-renewal").organisation == choir.number


def test_a_newer_decision_that_goes_on_keeps_the_reminder_back(choir: Organisation, first: User) -> None:
    decided(choir, first)
    builders.decision(choir, valid_from=date(2027, 4, 1), valid_to=date(2028, 6, 30), by=first)
    assert renewals.remind(at(date(2027, 5, 10))) == 0


# --- Letters never tell an income


def test_no_letter_and_no_entry_of_the_log_tells_an_income(choir: Organisation, first: User, second: User) -> None:
    decision = decided(choir, first)
    grant_hardship(request=asked(choir, first), by=second, now=NOW)
    appeal = complained(decision, first)
    answer_appeal(
        appeal=appeal, tier=decision.tier, valid_from=decision.valid_from, reason="Det står.", by=second, now=NOW
    )
    renewals.remind(at(date(2027, 5, 1)))
    written = [*OutboundMessage.objects.values_list("subject", "body"), *AuditEvent.objects.values_list("after")]
    said = str(written).replace("\\xa0", "").replace(" ", "")
    assert len(written) > 8
    assert "612000" not in said
