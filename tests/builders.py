"""The fixed cast and the plain things that tests arrange: each builder makes one row with sensible facts.

Figures are the memo's (domain rules, example 1): 767 813.27 kr of self-cost over 800 hours is 959.76 kr an hour.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from typing import Any

from advisory.kernel.fields import nok
from advisory.kernel.seller import SellerParticulars
from advisory.kernel.users import User
from billing.models import CostBase, CostLine, OnCosts, Pot, PotEntry, RateVersion, Tier, TierDecision, TierTable
from billing.official_rates.tables import OnCostsFacts, set_on_costs
from clients.models import IncomeDeclaration, Membership, Organisation
from clients.organisations import Kind
from engagements.models import (
    Activity,
    Engagement,
    JointOrder,
    JointShare,
    Outcome,
    Recommendation,
    ServiceType,
    TimeEntry,
    VatTreatment,
)

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
TODAY = date(2026, 11, 20)
_serial = count(1)


def user(role: str = "", *, name: str = "", **fields: Any) -> User:
    serial = next(_serial)
    return User.objects.create_user(
        f"{name or role or 'member'}{serial}@example.org".replace(" ", ""),
        password="a password of ten signs",
        name=name or role or f"member {serial}",
        staff_role=role,
        **fields,
    )


def advisor(**fields: Any) -> User:
    return user("advisor", **fields)


def administrator(**fields: Any) -> User:
    return user("administrator", **fields)


def organisation(name: str = "Bygdekor Vest", **fields: Any) -> Organisation:
    serial = next(_serial)
    facts: dict[str, Any] = {
        "number": 1000 + serial,
        "search_name": name.casefold(),
        "kind": Kind.VOLUNTARY,
        "in_voluntary_register": True,
        "address": "Fjordvegen 12",
        "postal_code": "6899",
        "city": "Fjordvik",
        "municipality": "Fjordvik",
        "county": "Vestland",
        "email": f"post{serial}@organisation.example",
        "created_at": NOW,
    }
    return Organisation.objects.create(name=name, **(facts | fields))


def member(org: Organisation, role: str = "owner", **fields: Any) -> User:
    person = user(**fields)
    Membership.objects.create(organisation=org, user=person, role=role, created_at=NOW)
    return person


def seller(**fields: Any) -> SellerParticulars:
    facts: dict[str, Any] = {
        "valid_from": date(2025, 1, 1),
        "name": "Kompetansebasen",
        "address": "Eksempelveien 4",
        "postal_code": "5003",
        "city": "Bergen",
        "organisation_number": "310000078",
        "vat_registered": True,
        "account": "12345678903",
        "email": "faktura@kompetansebasen.example",
        "phone": "55 12 34 56",
        "created_at": NOW,
    }
    return SellerParticulars.objects.create(
        created_by=fields.pop("created_by", None) or administrator(), **(facts | fields)
    )


def service_type(code: str = "member-system", *, category: str = "S", **fields: Any) -> ServiceType:
    """Advice at 25 % VAT unless `category` is E (teaching, exempt)."""
    facts: dict[str, Any] = {"name_nb": "Medlemssystem", "name_nn": "Medlemssystem", "name_en": "Member system"}
    kind, made = ServiceType.objects.get_or_create(code=code, defaults=facts | {"service": "advice"} | fields)
    if made:
        VatTreatment.objects.create(
            service_type=kind,
            valid_from=date(2020, 1, 1),
            category=category,
            percent=Decimal("25.00") if category == "S" else Decimal(0),
            reason="Advice is taxable." if category == "S" else "Teaching is exempt, merverdiavgiftsloven § 3-5.",
        )
    return kind


def engagement(org: Organisation, lead: User, **fields: Any) -> Engagement:
    serial = next(_serial)
    facts: dict[str, Any] = {
        "reference": f"2026-{serial:03d}",
        "title": "Medlemssystem",
        "goal": "Velge medlemssystem",
        "minutes_agreed": 750,
        "phase": "active",
        "requested_on": date(2026, 9, 1),
        "started_on": date(2026, 9, 15),
        "created_at": NOW,
    }
    facts |= {"service_type": fields.pop("service_type", None) or service_type()}
    return Engagement.objects.create(organisation=org, lead=lead, **(facts | fields))


def entry(work: Engagement | Activity, minutes: int, day: date = date(2026, 10, 14), **fields: Any) -> TimeEntry:
    """An hour on an engagement (by its lead, billable) or on an internal activity."""
    facts: dict[str, Any] = {"text": "Møte med styret", "created_at": NOW, "changed_at": NOW}
    if isinstance(work, Engagement):
        facts |= {"engagement": work, "advisor": work.lead, "service_type": work.service_type, "billable": True}
    else:
        facts |= {"activity": work, "billable": False}
    facts |= {"funding_area": work.funding_area}
    return TimeEntry.objects.create(day=day, minutes=minutes, **(facts | fields))


def joint_order(*shares: tuple[Engagement, int | str], **fields: Any) -> JointOrder:
    """A joint order of engagements with their parts."""
    facts: dict[str, Any] = {"reference": f"F2026-{next(_serial):03d}", "title": "Felles kurs", "created_at": NOW}
    facts |= {"created_by": fields.pop("created_by", None) or shares[0][0].lead}
    order = JointOrder.objects.create(**(facts | fields))
    for work, part in shares:
        JointShare.objects.create(joint_order=order, engagement=work, part=Decimal(part))
    return order


def activity(**fields: Any) -> Activity:
    return Activity.objects.create(**({"name": f"Drift {next(_serial)}", "funding_area": 2} | fields))


def outcome(work: Engagement, **fields: Any) -> Outcome:
    """A goal half reached."""
    facts: dict[str, Any] = {"goal": "Velge medlemssystem", "status": "partly", "result": "To leverandører gjenstår."}
    return Outcome.objects.create(engagement=work, created_at=NOW, **(facts | fields))


def recommendation(work: Engagement, **fields: Any) -> Recommendation:
    """A tool that was recommended."""
    serial = next(_serial)
    facts: dict[str, Any] = {
        "catalogue_id": f"verktoy-{serial}",
        "title": "Lagsboka",
        "url": f"https://katalogen.example/{serial}",
        "reason": "Passer fordi kontingent og kurs føres ett sted.",
        "recommended_on": TODAY,
        "recommended_by": work.lead,
    }
    return Recommendation.objects.create(engagement=work, **(facts | fields))


def rate(
    *,
    maker: User | None = None,
    adopter: User | None = None,
    amount: str = "959.76",
    valid_from: date = date(2026, 1, 1),
    service: str = "advice",
) -> RateVersion:
    """The memo's rate as an adopted version with its cost base."""
    maker, adopter = maker or administrator(), adopter or administrator()
    version = RateVersion.objects.filter(service=service, year=valid_from.year).count() + 1
    base = CostBase.objects.create(
        year=valid_from.year,
        service=service,
        version=version,
        billable_hours=Decimal(800),
        rate_step=Decimal("0.01"),
        fund_use=nok(0),
        income_deducted=nok(0),
        made_at=NOW,
        made_by=maker,
        submitted_at=NOW,
        submitted_by=maker,
    )
    CostLine.objects.create(
        cost_base=base,
        position=1,
        label="Drift, fordelt etter timer",
        amount=nok("2500000.00"),
        key_part=Decimal(1000),
        key_whole=Decimal(3256),
        key_label="timer",
        source="Budsjett 2026",
    )
    return RateVersion.objects.create(
        service=service,
        year=valid_from.year,
        version=version,
        valid_from=valid_from,
        rate=nok(amount),
        self_cost=nok("767813.27"),
        fund_use=nok(0),
        billable_hours=Decimal("800.00"),
        rate_step=Decimal("0.01"),
        calculation={
            "service": service,
            "service_name": "rådgivning",
            "year": valid_from.year,
            "version": version,
            "valid_from": valid_from.isoformat(),
            "cost_lines": [
                {
                    "label": "Drift, fordelt etter timer",
                    "amount": "2500000.00",
                    "key_part": "1000.00",
                    "key_whole": "3256.00",
                    "attributed": "767813.27",
                }
            ],
            "self_cost": "767813.27",
            "fund_use": "0.00",
            "billable_hours": "800.00",
            "step": "0.01",
            "rate": amount,
        },
        cost_base=base,
        adopted_at=NOW,
        adopted_by=adopter,
    )


#: The defaults of the domain rules 1.3; the ceilings are round sums of about 6 G and 12 G.
ON_COSTS = OnCostsFacts(
    holiday_percent=Decimal("10.20"),
    holiday_days=21,
    agreed_holiday_percent=Decimal("12.00"),
    agreed_holiday_days=25,
    over_60_percent=Decimal("2.30"),
    over_60_days=5,
    over_60_ceiling=Decimal("780000.00"),
    pension_percent=Decimal("2.00"),
    pension_ceiling=Decimal("1560000.00"),
    gross_hours=Decimal("1950.00"),
    hours_a_day=Decimal("7.50"),
    public_holiday_hours=Decimal("75.00"),
    absence_percent=Decimal("3.50"),
    source="Skatteetaten, ferieloven",
)


def on_costs(*, valid_from: date = date(2026, 1, 1), by: User | None = None) -> OnCosts:
    """The table of the worked examples, with the zones I (14.1 %) and V (0 %)."""
    return set_on_costs(
        valid_from=valid_from,
        facts=ON_COSTS,
        zones=[("I", Decimal("14.10")), ("V", Decimal("0.00"))],
        by=by or administrator(),
        now=NOW,
    )


def tier_table(*, valid_from: date = date(2026, 1, 1), by: User | None = None) -> TierTable:
    """The default table: T1 70, T2 50, T3 25, T0 0 percent."""
    table = TierTable.objects.create(valid_from=valid_from, adopted_at=NOW, adopted_by=by or administrator())
    for code, start, percent in (("T1", 0, 70), ("T2", 500_000, 50), ("T3", 1_000_000, 25), ("T0", 5_000_000, 0)):
        Tier.objects.create(table=table, code=code, income_from=nok(start), percent=Decimal(percent))
    return table


def decision(
    org: Organisation,
    code: str = "T2",
    *,
    valid_from: date = date(2026, 1, 1),
    valid_to: date = date(2027, 6, 30),
    by: User | None = None,
) -> TierDecision:
    """A decision on accounts, from the table in force."""
    by = by or administrator()
    table = TierTable.objects.on(valid_from) or tier_table(by=by)
    declaration = IncomeDeclaration.objects.create(
        organisation=org,
        year=valid_from.year - 1,
        total_income=nok(612_000),
        arrived_on=valid_from,
        submitted_at=NOW,
        submitted_by=by,
    )
    return TierDecision.objects.create(
        organisation=org,
        tier=table.tiers.get(code=code),
        declaration=declaration,
        basis="accounts",
        income_year=declaration.year,
        valid_from=valid_from,
        valid_to=valid_to,
        reason="Årsregnskapet viser det.",
        decided_at=NOW,
        decided_by=by,
    )


def pot(amount: str = "250000.00", *, name: str = "Grunntilskudd 2026", by: User | None = None, **fields: Any) -> Pot:
    """A pot for 2026 with its grant."""
    facts: dict[str, Any] = {
        "funder": "Kulturdepartementet",
        "purpose": "Rabatt til organisasjoner med lite penger",
        "starts": date(2026, 1, 1),
        "ends": date(2026, 12, 31),
        "created_at": NOW,
    }
    by = by or administrator()
    made = Pot.objects.create(name=name, created_by=by, **(facts | fields))
    PotEntry.objects.create(pot=made, sequence=1, kind="grant", amount=nok(amount), balance=nok(amount), at=NOW, by=by)
    return made
