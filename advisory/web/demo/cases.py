"""What is argued about: a new organisation on its budget, one that has it hard, one that complains.

They are taken from those without hours of late, so that no price of the year changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from django.utils import timezone

from advisory.web.demo.evidence import accounts
from advisory.web.demo.people import Staff
from advisory.web.demo.wishes import Wishes, at, workday_from
from billing.discounts.appeals import register_appeal
from billing.discounts.decide import decide_tier
from billing.discounts.hardship import ask_for_hardship, grant_hardship
from billing.discounts.models import Basis
from billing.models import Tier, TierDecision
from clients.income import EvidenceKind
from clients.income.declare import declare
from clients.income.evidence import Upload
from clients.models import Organisation


def bring_cases(
    new: Sequence[Organisation],
    decided: Sequence[Organisation],
    tiers: dict[str, Tier],
    staff: Staff,
    wishes: Wishes,
) -> None:
    """One of each, as far as there are organisations: `new` have declared nothing, `decided` have a discount."""
    first, second = staff.administrators[:2]
    day = workday_from(wishes.as_of - timedelta(days=17))
    for organisation in new[:1]:
        _on_budget(organisation, tiers["T1"], staff, at(day, 10))
    for organisation in decided[:1]:
        asked = ask_for_hardship(
            organisation=organisation,
            valid_from=day,
            valid_to=day + timedelta(days=120),
            reason="Klubbhuset brant i høst, og dugnadsinntektene er borte til våren.",
            by=first,
            now=at(day, 11),
        )
        grant_hardship(request=asked, by=second, now=at(day, 14))
    for organisation in decided[1:2]:
        decision = TierDecision.objects.filter(organisation=organisation)[0]
        register_appeal(
            decision=decision,
            text="Dere har regnet med et tilskudd som vi bare sendte videre til lokallagene.",
            received_on=day,
            why_late="Brevet lå hos den forrige kassereren." if _is_late(decision, at(day, 9)) else "",
            by=staff.advisors[0],
            now=at(day, 15),
        )


def _is_late(decision: TierDecision, now: datetime) -> bool:
    return now - decision.decided_at > timedelta(days=20)


def _on_budget(organisation: Organisation, tier: Tier, staff: Staff, now: datetime) -> None:
    year, income = now.year, Decimal(140_000)
    files = [
        Upload("budsjett.pdf", accounts(organisation.name, year, income), EvidenceKind.BUDGET),
        Upload("stiftelsesprotokoll.pdf", accounts(organisation.name, year, income), EvidenceKind.FOUNDING),
    ]
    declaration = declare(
        organisation=organisation,
        year=year,
        total_income=income,
        basis="budget",
        files=files,
        by=staff.advisors[0],
        arrived_on=timezone.localdate(now),
        now=now,
    )
    decide_tier(
        organisation=organisation,
        declaration=declaration,
        tier=tier,
        basis=Basis.BUDGET,
        valid_from=declaration.arrived_on,
        reason=f"Dere er en ny organisasjon. Budsjettet for {year} viser inntekter under 500 000 kr.",
        by=staff.administrators[1],
        now=now + timedelta(hours=3),
    )
