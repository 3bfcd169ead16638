"""VAT by group, and what a credit takes of it."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisory.kernel.money import kroner
from billing.pricing.lines import PercentOutOfRange, PricedLine
from billing.pricing.totals import Totals, totals
from billing.pricing.vat import (
    CreditExceedsGroup,
    TaxedNet,
    VatGroup,
    credit_vat_groups,
    left_to_credit,
    vat_groups,
    vat_of,
)
from tests.billing import oracle
from tests.properties import many_examples


def taxed(category: str, percent: str, *nets: str, reason: str = "") -> list[TaxedNet]:
    return [TaxedNet(category, Decimal(percent), Decimal(net), reason) for net in nets]


def group(category: str, percent: str, base: str, vat: str, reason: str = "") -> VatGroup:
    return VatGroup(category, Decimal(percent), Decimal(base), Decimal(vat), reason)


TEACHING = "Undervisning er unntatt mva etter merverdiavgiftsloven § 3-5."
MIXED = [*taxed("S", "25", "867.94", "78.90", "157.81"), *taxed("E", "0", "1071.87", reason=TEACHING)]
MIXED_GROUPS = (group("E", "0", "1071.87", "0.00", TEACHING), group("S", "25", "1104.65", "276.16"))


def test_vat_is_rounded_once_for_a_group_and_not_by_line() -> None:
    # By line it would be 216.99 + 19.73 + 39.45 = 276.17.
    assert vat_groups(MIXED) == MIXED_GROUPS


def test_the_memos_vat_is_rounded_up_at_the_tie() -> None:
    assert vat_of(Decimal("10317.42"), Decimal(25)) == Decimal("2579.36")


def test_percentages_are_compared_as_numbers() -> None:
    groups = vat_groups([*taxed("S", "25", "495.02"), *taxed("S", "25.00", "990.05"), *taxed("S", "15", "220.20")])
    assert groups == (group("S", "25", "1485.07", "371.27"), group("S", "15", "220.20", "33.03"))


def test_groups_stand_by_category_and_then_falling_percent() -> None:
    lines = [*taxed("S", "12", "1.00"), *taxed("S", "25", "1.00"), *taxed("O", "0", "1.00"), *taxed("E", "0", "1.00")]
    assert [(found.category, int(found.percent)) for found in vat_groups(lines)] == [
        ("E", 0),
        ("O", 0),
        ("S", 25),
        ("S", 12),
    ]


def test_a_document_without_lines_has_no_groups() -> None:
    assert vat_groups([]) == ()
    assert totals([], []) == Totals(*[Decimal("0.00")] * 5)


@pytest.mark.parametrize("percent", ["-1", "100.01"])
def test_vat_outside_zero_to_a_hundred_percent_is_refused(percent: str) -> None:
    with pytest.raises(PercentOutOfRange):
        vat_of(Decimal("1.00"), Decimal(percent))


def test_the_totals_of_the_mixed_invoice() -> None:
    lines = [
        PricedLine(Decimal(gross), Decimal(discount), Decimal(net))
        for gross, discount, net in (
            ("2893.14", "2025.20", "867.94"),
            ("263.01", "184.11", "78.90"),
            ("526.03", "368.22", "157.81"),
            ("3572.91", "2501.04", "1071.87"),
        )
    ]
    expected = [Decimal(amount) for amount in ("7255.09", "5078.57", "2176.52", "276.16", "2452.68")]
    assert totals(lines, MIXED_GROUPS) == Totals(*expected)


def test_a_credit_of_part_computes_its_vat() -> None:
    # Half an hour of travel and one seat of three: 157.81 with VAT 39.45, and 357.29 without.
    credited = credit_vat_groups([*taxed("S", "25", "157.81"), *taxed("E", "0", "357.29")], MIXED_GROUPS)
    assert credited == (group("E", "0", "357.29", "0.00", TEACHING), group("S", "25", "157.81", "39.45"))
    assert totals([], credited).vat + Decimal("157.81") + Decimal("357.29") == Decimal("554.55")


def test_a_full_credit_takes_the_stored_vat() -> None:
    # 0.06 * 25 % = 0.015 was stored as 0.02 in the invoice; a later rule must not make it anything else.
    stored = (group("S", "25", "0.06", "0.01"),)
    assert credit_vat_groups(taxed("S", "25.00", "0.06"), stored) == stored


def test_the_credit_that_empties_a_group_takes_the_vat_that_is_left() -> None:
    first = credit_vat_groups(taxed("S", "25", "867.94"), MIXED_GROUPS)
    second = credit_vat_groups(taxed("S", "25", "78.90"), left_to_credit(MIXED_GROUPS, [first]))
    left = left_to_credit(MIXED_GROUPS, [first, second])
    # 216.99 + 19.73 are credited of 276.16; computed from 157.81 it would be 39.45.
    assert credit_vat_groups(taxed("S", "25", "157.81"), left) == (group("S", "25", "157.81", "39.44"),)


def test_small_credits_never_take_more_vat_than_is_left() -> None:
    # Four lines of two øre: VAT of 0.08 is 0.02, and each half øre alone would be rounded up.
    invoice = vat_groups(taxed("S", "25", "0.02", "0.02", "0.02", "0.02"))
    credits: list[tuple[VatGroup, ...]] = []
    for _ in range(4):
        credits.append(credit_vat_groups(taxed("S", "25", "0.02"), left_to_credit(invoice, credits)))
    assert [credit[0].vat for credit in credits] == [Decimal(vat) for vat in ("0.01", "0.01", "0.00", "0.00")]


@pytest.mark.parametrize(
    "lines",
    [taxed("S", "25", "1104.66"), taxed("S", "15", "0.01"), taxed("E", "0", "1071.88"), taxed("S", "25", "-0.01")],
)
def test_a_credit_beyond_what_is_left_is_refused(lines: list[TaxedNet]) -> None:
    with pytest.raises(CreditExceedsGroup):
        credit_vat_groups(lines, MIXED_GROUPS)


def test_a_credit_note_with_a_group_that_the_invoice_lacks_is_refused() -> None:
    with pytest.raises(CreditExceedsGroup):
        left_to_credit(MIXED_GROUPS, [(group("S", "15", "1.00", "0.15"),)])


_LINES = st.lists(
    st.builds(
        TaxedNet,
        category=st.sampled_from("SEO"),
        percent=st.sampled_from([Decimal(text) for text in ("0", "12", "15", "15.00", "25", "25.00", "11.11")]),
        net=st.integers(0, 10**7).map(kroner),
    ),
    max_size=12,
)


@many_examples
@given(_LINES, st.randoms(use_true_random=False))
def test_groups_hold_all_nets_and_do_not_depend_on_the_order_of_lines(lines: list[TaxedNet], random: object) -> None:
    groups = vat_groups(lines)
    assert sum(found.base for found in groups) == sum(line.net for line in lines)
    for found in groups:
        base = sum(line.net for line in lines if (line.category, line.percent) == (found.category, found.percent))
        assert found.base == base
        assert found.vat == oracle.hu(Fraction(base) * Fraction(found.percent) / 100)
    shuffled = list(lines)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert vat_groups(shuffled) == groups


@many_examples
@given(_LINES.filter(bool), st.data())
def test_crediting_everything_in_any_number_of_parts_leaves_zero_in_every_group(
    lines: list[TaxedNet], data: st.DataObject
) -> None:
    invoice = vat_groups(lines)
    part_of_line = data.draw(st.lists(st.integers(0, 3), min_size=len(lines), max_size=len(lines)))
    credits: list[tuple[VatGroup, ...]] = []
    for part in sorted(set(part_of_line)):
        credited = [line for line, its_part in zip(lines, part_of_line, strict=True) if its_part == part]
        credits.append(credit_vat_groups(credited, left_to_credit(invoice, credits)))
        assert all(found.base >= 0 and found.vat >= 0 for found in left_to_credit(invoice, credits))
    assert all(found.base == 0 and found.vat == 0 for found in left_to_credit(invoice, credits))
