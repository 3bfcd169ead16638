"""The memo's invoice as a document: 2.5 million kroner, three lines at half price. Figures as in tests/golden."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from billing.invoicing.document import Buyer, Document, DocumentLine, Seller
from billing.pricing.statement import (
    CostLineFact,
    LineStatement,
    PotFact,
    RateFact,
    TierBandFact,
    TierFact,
    VatFact,
)
from billing.pricing.vat import VatGroup

RATE = RateFact(
    service="advice",
    service_name="Rådgivning",
    year=2026,
    version=1,
    valid_from=date(2026, 1, 1),
    cost_lines=(
        CostLineFact(
            "Base activity, area 3 by hours",
            Decimal("2500000.00"),
            Decimal("1000"),
            Decimal("3256"),
            Decimal("767813.27"),
        ),
    ),
    self_cost=Decimal("767813.27"),
    fund_use=Decimal("0.00"),
    billable_hours=Decimal("800.0"),
    step=Decimal("0.01"),
    rate=Decimal("959.76"),
)
BANDS = (
    TierBandFact("T1", Decimal("0.00"), Decimal("500000.00"), Decimal("70.00")),
    TierBandFact("T2", Decimal("500000.00"), Decimal("1000000.00"), Decimal("50.00")),
    TierBandFact("T3", Decimal("1000000.00"), Decimal("5000000.00"), Decimal("25.00")),
    TierBandFact("T0", Decimal("5000000.00"), None, Decimal("0.00")),
)
TIER = TierFact(
    code="T2",
    percent=Decimal("50.00"),
    bands=BANDS,
    decision=7,
    decided_on=date(2026, 3, 2),
    valid_from=date(2026, 3, 1),
    valid_to=date(2027, 6, 30),
    income_year=2025,
)
FULL_PRICE = TierFact(code="T0", percent=Decimal("0.00"), bands=BANDS)
POT = PotFact(pot=1, name="Discounts 2026", funder="The ministry")
VAT = VatFact("S", Decimal("25.00"))

_WORK = (
    ("Digital strategi, rådgivning", 750, "11997.00", "5998.50", "5998.50"),
    ("Anskaffelsesbistand medlemssystem", 435, "6958.26", "3479.13", "3479.13"),
    ("Spørsmål og svar", 105, "1679.58", "839.79", "839.79"),
)


def line(position: int, text: str, statement: LineStatement) -> DocumentLine:
    """A document's line with the figures of its statement."""
    return DocumentLine(
        position=position,
        engagement="2026-014",
        engagement_title="Digital strategi",
        text=text,
        note="",
        first_day=date(2026, 11, 2),
        last_day=date(2026, 11, 20),
        minutes=statement.minutes,
        unit_price=statement.rate.rate,
        gross=statement.gross,
        discount_percent=statement.tier.percent,
        discount=statement.discount,
        net=statement.net,
        vat_category=statement.vat.category,
        vat_percent=statement.vat.percent,
        statement=statement,
    )


def statements() -> tuple[LineStatement, ...]:
    """The statements of the three lines."""
    return tuple(
        LineStatement(
            minutes=minutes,
            rate=RATE,
            gross=Decimal(gross),
            tier=TIER,
            discount=Decimal(discount),
            pots=((POT, Decimal(discount)),),
            net=Decimal(net),
            vat=VAT,
        )
        for _, minutes, gross, discount, net in _WORK
    )


def invoice() -> Document:
    """The invoice 202600123: 12 896.78 to pay."""
    return Document(
        number=202600123,
        language="nb",
        issued_on=date(2026, 11, 22),
        due_on=date(2026, 12, 6),
        subject="Digital strategi",
        delivered_from=date(2026, 11, 2),
        delivered_to=date(2026, 11, 20),
        place="Oslo",
        seller=Seller(
            name="Kompetansebasen",
            address=("Eksempelgata 1", "0150 Oslo"),
            organisation_number="310000078",
            vat_registered=True,
            account="12345678903",
            email="faktura@kompetansebasen.example",
            phone="",
        ),
        buyer=Buyer(
            number=1042,
            name="An organisation",
            address=("Eksempelveien 2", "5003 Bergen"),
            organisation_number="312345676",
            reference="",
        ),
        lines=tuple(
            line(position, work[0], statement)
            for position, (work, statement) in enumerate(zip(_WORK, statements(), strict=True), start=1)
        ),
        vat_groups=(VatGroup("S", Decimal("25.00"), Decimal("10317.42"), Decimal("2579.36"), ""),),
        gross=Decimal("20634.84"),
        discount=Decimal("10317.42"),
        net=Decimal("10317.42"),
        vat=Decimal("2579.36"),
        total=Decimal("12896.78"),
        payment_reference="2026001236",
    )
