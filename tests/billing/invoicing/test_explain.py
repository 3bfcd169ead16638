"""«Slik ble prisen til» of a whole document, and the document held against its own facts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from billing.invoicing.document import Credited, Document
from billing.invoicing.explain import BarPart, PotStep, RateStep, TierStep, WorkStep, contradictions, explain
from billing.pricing.statement import LineStatement
from billing.pricing.vat import VatGroup
from tests.billing import memo

INVOICE = memo.invoice()


def test_the_memos_price_in_its_steps() -> None:
    steps = explain(INVOICE)
    assert steps.rates == (RateStep(memo.RATE, 1290, Decimal("20634.84")),)
    assert [(work.text, work.minutes) for work in steps.work] == [
        ("Digital strategi, rådgivning", 750),
        ("Anskaffelsesbistand medlemssystem", 435),
        ("Spørsmål og svar", 105),
    ]
    assert steps.minutes == 1290
    assert steps.gross == Decimal("20634.84")
    assert steps.tiers == (TierStep(memo.TIER, Decimal("20634.84"), Decimal("10317.42")),)
    assert steps.pots == (PotStep(memo.POT, Decimal("10317.42")),)
    assert (steps.discount, steps.net) == (Decimal("10317.42"), Decimal("10317.42"))
    assert steps.vat_groups == INVOICE.vat_groups
    assert (steps.vat, steps.total) == (Decimal("2579.36"), Decimal("12896.78"))


def test_the_bar_sums_to_a_thousand() -> None:
    # Of 23 214.20: 444.44, 111.11 and 444.44 thousandths; the one left goes to the first of the largest rests.
    assert explain(INVOICE).bar == (
        BarPart("price", Decimal("10317.42"), 445),
        BarPart("vat", Decimal("2579.36"), 111),
        BarPart("discount", Decimal("10317.42"), 444),
    )


def _at_full_price(minutes: int, gross: str) -> LineStatement:
    return LineStatement(
        minutes, memo.RATE, Decimal(gross), memo.FULL_PRICE, Decimal("0.00"), (), Decimal(gross), memo.VAT
    )


def _with_another_line() -> Document:
    """The memo's invoice with an hour more of the first work, done before the tier was decided."""
    return replace(
        INVOICE,
        lines=(*INVOICE.lines, memo.line(4, "Digital strategi, rådgivning", _at_full_price(60, "959.76"))),
        vat_groups=(VatGroup("S", Decimal("25.00"), Decimal("11277.18"), Decimal("2819.30"), ""),),
        gross=Decimal("21594.60"),
        net=Decimal("11277.18"),
        vat=Decimal("2819.30"),
        total=Decimal("14096.48"),
    )


def test_work_of_one_text_stands_together_and_each_tier_apart() -> None:
    document = _with_another_line()
    assert contradictions(document) == ()
    steps = explain(document)
    assert steps.work[0] == WorkStep("Digital strategi, rådgivning", 810, Decimal("959.76"), Decimal("12956.76"))
    assert steps.rates == (RateStep(memo.RATE, 1350, Decimal("21594.60")),)
    assert [(step.tier.code, step.gross, step.discount) for step in steps.tiers] == [
        ("T2", Decimal("20634.84"), Decimal("10317.42")),
        ("T0", Decimal("959.76"), Decimal("0.00")),
    ]


def test_without_a_discount_no_pot_pays_and_the_bar_has_no_such_part() -> None:
    document = replace(
        INVOICE,
        lines=(memo.line(1, "Advice", _at_full_price(60, "959.76")),),
        vat_groups=(VatGroup("S", Decimal("25.00"), Decimal("959.76"), Decimal("239.94"), ""),),
        gross=Decimal("959.76"),
        discount=Decimal("0.00"),
        net=Decimal("959.76"),
        vat=Decimal("239.94"),
        total=Decimal("1199.70"),
    )
    assert contradictions(document) == ()
    steps = explain(document)
    assert steps.pots == ()
    assert [(part.kind, part.permille) for part in steps.bar] == [("price", 800), ("vat", 200)]


def test_two_pots_pay_their_own_parts() -> None:
    other = replace(memo.POT, pot=2, name="Hardship")
    first, second, third = INVOICE.lines
    document = replace(
        INVOICE,
        lines=(first, replace(second, statement=replace(second.statement, pots=((other, second.discount),))), third),
    )
    assert explain(document).pots == (
        PotStep(memo.POT, Decimal("6838.29")),
        PotStep(other, Decimal("3479.13")),
    )


def test_a_document_without_lines_has_nothing_to_explain() -> None:
    nothing = Decimal("0.00")
    empty = replace(
        INVOICE, lines=(), vat_groups=(), gross=nothing, discount=nothing, net=nothing, vat=nothing, total=nothing
    )
    assert explain(empty).bar == ()
    assert contradictions(empty) == ()


def test_the_memos_invoice_follows_from_its_facts() -> None:
    assert contradictions(INVOICE) == ()


LINE = INVOICE.lines[0]


@pytest.mark.parametrize(
    ("document", "place"),
    [
        # What the official e-invoice rules let pass: an øre of VAT, and a wrong payment reference.
        (
            replace(
                INVOICE, vat_groups=(VatGroup("S", Decimal("25.00"), Decimal("10317.42"), Decimal("2579.35"), ""),)
            ),
            "vat_groups[S 25.00].vat",
        ),
        (replace(INVOICE, payment_reference="2026001228"), "payment_reference"),
        (replace(INVOICE, vat_groups=()), "vat_groups[S 25.00]"),
        (
            replace(INVOICE, vat_groups=(*INVOICE.vat_groups, VatGroup("E", Decimal(0), Decimal(0), Decimal(0), ""))),
            "vat_groups[E 0.00]",
        ),
        (
            replace(
                INVOICE, vat_groups=(VatGroup("S", Decimal("25.00"), Decimal("10317.43"), Decimal("2579.36"), ""),)
            ),
            "vat_groups[S 25.00].base",
        ),
        (replace(INVOICE, gross=Decimal("20634.85")), "gross"),
        (replace(INVOICE, discount=Decimal("10317.43")), "discount"),
        (replace(INVOICE, net=Decimal("10317.43")), "net"),
        (replace(INVOICE, vat=Decimal("2579.37")), "vat"),
        (replace(INVOICE, total=Decimal("12896.79")), "total"),
        (replace(INVOICE, lines=(replace(LINE, minutes=749), *INVOICE.lines[1:])), "lines[1].minutes"),
        (replace(INVOICE, lines=(replace(LINE, net=Decimal("5998.51")), *INVOICE.lines[1:])), "lines[1].net"),
        (replace(INVOICE, lines=(replace(LINE, unit_price=Decimal("960")), *INVOICE.lines[1:])), "lines[1].unit_price"),
        (replace(INVOICE, lines=(replace(LINE, vat_percent=Decimal("15")), *INVOICE.lines[1:])), "lines[1].vat"),
        (
            replace(
                INVOICE,
                lines=(
                    replace(LINE, statement=replace(LINE.statement, rate=replace(memo.RATE, rate=Decimal("960.00")))),
                    *INVOICE.lines[1:],
                ),
            ),
            "lines[1].rate.rate",
        ),
    ],
)
def test_what_does_not_follow_is_named(document: Document, place: str) -> None:
    assert place in [found.place for found in contradictions(document)]


def test_a_draft_has_no_payment_reference_to_prove() -> None:
    assert contradictions(replace(INVOICE, number=None, payment_reference="")) == ()


def test_a_credit_note_carries_the_reference_of_its_invoice_and_the_vat_that_was_left() -> None:
    credit_note = replace(
        INVOICE,
        number=202600124,
        due_on=None,
        credits=Credited(
            number=202600123,
            issued_on=date(2026, 11, 22),
            total=Decimal("12896.78"),
            left_to_pay=Decimal("0.00"),
            reason="Wrong organisation",
            hours_released=True,
        ),
        vat_groups=(VatGroup("S", Decimal("25.00"), Decimal("10317.42"), Decimal("2579.35"), ""),),
        vat=Decimal("2579.35"),
        total=Decimal("12896.77"),
    )
    assert contradictions(credit_note) == ()
    own_reference = replace(credit_note, payment_reference="2026001244")
    assert [found.place for found in contradictions(own_reference)] == ["payment_reference"]
