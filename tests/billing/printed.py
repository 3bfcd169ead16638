"""Documents to print: the memo's invoice, the one with mixed VAT and its credit note, and others made from them.

Figures are those of the worked examples (`tests/golden`), or worked by hand beside the builder.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from billing.invoicing.document import Buyer, Credited, Document, DocumentLine
from billing.pricing.statement import CostLineFact, LineStatement, PotFact, RateFact, TierFact, VatFact
from billing.pricing.vat import VatGroup
from tests.billing import memo

POT = PotFact(pot=1, name="Grunntilskudd 2026", funder="Departementet")
TAXED = VatFact("S", Decimal("25.00"))
EXEMPT = VatFact("E", Decimal("0.00"), "teaching")
OUTSIDE = VatFact("O", Decimal("0.00"), "not_registered")
TIER_1 = replace(memo.TIER, code="T1", percent=Decimal("70.00"))
ADVICE = replace(
    memo.RATE,
    cost_lines=(CostLineFact("Lønn og drift", Decimal("1384500.00"), None, None, Decimal("1384500.00")),),
    self_cost=Decimal("1384500.00"),
    billable_hours=Decimal("1316"),
    rate=Decimal("1052.05"),
)
COURSES = replace(
    ADVICE,
    service="courses",
    service_name="kurs",
    cost_lines=(CostLineFact("Kurs", Decimal("21437.50"), None, None, Decimal("21437.50")),),
    self_cost=Decimal("21437.50"),
    billable_hours=Decimal("18"),
    rate=Decimal("1190.97"),
)


def line(
    position: int,
    text: str,
    minutes: int,
    gross: str,
    discount: str,
    *,
    rate: RateFact = memo.RATE,
    tier: TierFact = memo.TIER,
    vat: VatFact = TAXED,
    pot: PotFact | None = POT,
    note: str = "",
) -> DocumentLine:
    """A line of work in October 2026."""
    statement = LineStatement(
        minutes=minutes,
        rate=rate,
        gross=Decimal(gross),
        tier=tier,
        discount=Decimal(discount),
        pots=((pot, Decimal(discount)),) if pot else (),
        net=Decimal(gross) - Decimal(discount),
        vat=vat,
    )
    return replace(
        memo.line(position, text, statement),
        engagement="2026-014",
        engagement_title="Medlemssystem",
        note=note,
        first_day=date(2026, 10, 1),
        last_day=date(2026, 10, 31),
    )


def document(lines: Sequence[DocumentLine], vat_groups: Sequence[tuple[VatFact, str, str]]) -> Document:
    """An invoice over the lines; (treatment, base, VAT) of each group as worked by hand."""
    gross = sum((each.gross for each in lines), Decimal("0.00"))
    discount = sum((each.discount for each in lines), Decimal("0.00"))
    vat = sum((Decimal(amount) for _treatment, _base, amount in vat_groups), Decimal("0.00"))
    return replace(
        invoice(),
        lines=tuple(lines),
        vat_groups=tuple(
            VatGroup(each.category, each.percent, Decimal(base), Decimal(amount), each.reason)
            for each, base, amount in vat_groups
        ),
        gross=gross,
        discount=discount,
        net=gross - discount,
        vat=vat,
        total=gross - discount + vat,
    )


def invoice() -> Document:
    """The memo's invoice 202600123 to an organisation that has a reference: 12 896,78 to pay."""
    made = memo.invoice()
    return replace(
        made,
        subject="Rådgivning i oktober 2026",
        delivered_from=date(2026, 10, 1),
        delivered_to=date(2026, 10, 31),
        place="Bergen og digitalt",
        seller=replace(made.seller, phone="55 12 34 56"),
        buyer=Buyer(1042, "Bygdekor Vest", ("Fjordvegen 12", "6899 Fjordvik"), "313224414", "Styrevedtak 14/26"),
        lines=tuple(
            replace(
                each,
                statement=replace(each.statement, pots=((POT, each.discount),)),
                engagement_title="Medlemssystem",
            )
            for each in made.lines
        ),
    )


def mixed_vat() -> Document:
    """Worked example 3: advice at 25 % and an exempt course; VAT 276,16 and 2 452,68 to pay."""
    lines = (
        line(1, "Valg av medlemssystem", 165, "2893.14", "2025.20", rate=ADVICE, tier=TIER_1),
        line(2, "Oppfølgingssamtale", 15, "263.01", "184.11", rate=ADVICE, tier=TIER_1),
        line(3, "Reisetid", 30, "526.03", "368.22", rate=ADVICE, tier=TIER_1),
        line(4, "Kurs i personvern", 180, "3572.91", "2501.04", rate=COURSES, tier=TIER_1, vat=EXEMPT),
    )
    made = document(lines, [(EXEMPT, "1071.87", "0.00"), (TAXED, "1104.65", "276.16")])
    return replace(made, number=202600131, payment_reference="2026001319")


def credit_note() -> Document:
    """Half an hour of travel and a third of the course of example 3 taken back: 554,55, and 1 898,13 is left."""
    lines = (
        line(3, "Reisetid", 30, "526.03", "368.22", rate=ADVICE, tier=TIER_1, note="Linje 3 på fakturaen"),
        line(4, "Kurs i personvern", 60, "1190.97", "833.68", rate=COURSES, tier=TIER_1, vat=EXEMPT),
    )
    made = document(lines, [(EXEMPT, "357.29", "0.00"), (TAXED, "157.81", "39.45")])
    return replace(
        made,
        number=202600140,
        issued_on=date(2026, 12, 1),
        due_on=None,
        payment_reference="2026001319",
        credits=Credited(
            number=202600131,
            issued_on=date(2026, 11, 22),
            total=Decimal("2452.68"),
            left_to_pay=Decimal("1898.13"),
            reason="Reisetiden var ført på feil oppdrag.",
            hours_released=True,
        ),
    )


def many_lines(count: int, texts: Sequence[str] = ("Spørsmål og svar",)) -> Document:
    """`count` lines of an hour and a quarter at half price: 1 199,70 - 599,85 each, and 149,96 VAT on one."""
    lines = [line(n, texts[n % len(texts)], 75, "1199.70", "599.85") for n in range(1, count + 1)]
    net = Decimal("599.85") * count
    # 25 % of a number of øre: up from the half.
    vat = ((net * 25 + Decimal("0.50")) // 1 / 100).quantize(Decimal("0.01"))
    return document(lines, [(TAXED, str(net), str(vat))])
