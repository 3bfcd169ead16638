"""The self-cost fund and its layers."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisory.kernel.money import kroner
from billing.pricing.lines import PercentOutOfRange, PricedLine
from billing.selfcost.fund import (
    InvalidSpread,
    Layer,
    MixedSigns,
    Movement,
    after_calculation,
    balance,
    due,
    moved,
    movements,
    ordered,
    past_due,
    use_by_rule,
)
from tests.billing import oracle
from tests.properties import many_examples


def layers(*pairs: tuple[int, str]) -> tuple[Layer, ...]:
    return tuple(Layer(origin, Decimal(amount)) for origin, amount in pairs)


def sold(gross: str, discount: str = "0.00") -> PricedLine:
    return PricedLine(Decimal(gross), Decimal(discount), Decimal(gross) - Decimal(discount))


THREE = layers((2021, "30000.00"), (2023, "12000.00"), (2025, "6000.00"))


def test_what_is_due_is_used_at_once_and_the_rest_is_spread() -> None:
    assert due(THREE, 2026) == Decimal("30000.00")
    assert due(THREE, 2025) == 0
    # 30 000 + 18 000 / 3
    assert use_by_rule(THREE, year=2026, spread_years=3) == Decimal("36000.00")
    assert use_by_rule(THREE, year=2026, spread_years=1) == Decimal("48000.00")


def test_a_deficit_is_covered_by_the_same_rule() -> None:
    assert use_by_rule(layers((2026, "-0.01")), year=2027, spread_years=2) == Decimal("-0.01")
    assert use_by_rule((), year=2027, spread_years=5) == 0


@pytest.mark.parametrize("years", [0, 6, -1])
def test_a_spread_outside_five_years_is_refused(years: int) -> None:
    with pytest.raises(InvalidSpread):
        use_by_rule(THREE, year=2026, spread_years=years)


def test_a_layer_past_its_fifth_year_is_reported() -> None:
    assert THREE[0].due_year == 2026
    assert past_due(THREE, 2026) == ()
    assert past_due(THREE, 2027) == THREE[:1]


def test_a_deficit_eats_the_oldest_layers_first_after_they_got_the_interest() -> None:
    # 30 000 + 1 000 interest, 12 000, and 3 000 of the 6 000.
    after = moved(THREE, year=2026, result=Decimal("-46000.00"), interest=Decimal("1000.00"))
    assert after == layers((2025, "3000.00"))


def test_a_surplus_is_the_newest_layer() -> None:
    after = moved(THREE, year=2026, result=Decimal("500.00"), interest=Decimal("10.00"))
    assert after == layers((2021, "30010.00"), (2023, "12000.00"), (2025, "6000.00"), (2026, "500.00"))


def test_what_a_deficit_does_not_find_is_the_layer_of_its_year() -> None:
    after = moved(THREE, year=2026, result=Decimal("-48000.01"), interest=Decimal("0.00"))
    assert after == layers((2026, "-0.01"))


def test_a_fund_that_is_used_up_has_no_layers() -> None:
    assert moved(THREE, year=2026, result=Decimal("-48000.00"), interest=Decimal("0.00")) == ()


def test_interest_that_turns_a_layer_takes_it_away_and_joins_the_result() -> None:
    # -10 + 19.60 = 9.60, and 1 000 + 9.60.
    after = moved(layers((2024, "-10.00")), year=2026, result=Decimal("1000.00"), interest=Decimal("19.60"))
    assert after == layers((2026, "1009.60"))


def test_interest_that_empties_a_layer_leaves_the_result_alone() -> None:
    after = moved(layers((2024, "-10.00")), year=2026, result=Decimal("1000.00"), interest=Decimal("10.00"))
    assert after == layers((2026, "1000.00"))


def test_a_layer_that_interest_has_emptied_stands_in_nobodys_way() -> None:
    fund = layers((2023, "-10.00"), (2024, "-100.00"))
    after = moved(fund, year=2026, result=Decimal("30.00"), interest=Decimal("10.00"))
    assert after == layers((2024, "-70.00"))


def test_interest_that_turns_the_oldest_layer_goes_on_to_the_next() -> None:
    fund = layers((2023, "-5.00"), (2024, "-100.00"))
    after = moved(fund, year=2026, result=Decimal("30.00"), interest=Decimal("8.00"))
    assert after == layers((2024, "-67.00"))


def test_without_a_layer_the_interest_joins_the_result() -> None:
    after = moved((), year=2026, result=Decimal("-29487.02"), interest=Decimal("-589.74"))
    assert after == layers((2026, "-30076.76"))


def test_a_movement_joins_the_layer_that_its_year_already_has() -> None:
    after = moved(layers((2026, "10.00")), year=2026, result=Decimal("5.00"), interest=Decimal("0.00"))
    assert after == layers((2026, "15.00"))


def test_a_published_vector_of_interest() -> None:
    # M. Rostad and G. Mosevoll, 2012: 2 000 and a result of 1 000 at 4 % give 100, both ways.
    for sign in (1, -1):
        result = after_calculation(
            year=2026,
            self_cost=Decimal("5000.00"),
            sold=[sold(str(5000 + sign * 1000))],
            interest_percent=Decimal("4.00"),
            layers=[Layer(2025, Decimal(sign * 2000))],
        )
        assert [result.result, result.interest, result.closing] == [Decimal(sign * x) for x in (1000, 100, 3100)]


def test_the_memos_year_counts_the_full_price_and_not_what_was_paid() -> None:
    result = after_calculation(
        year=2026,
        self_cost=Decimal("845283.02"),
        sold=[
            sold("403099.20"),
            sold("172756.80", "43189.20"),
            sold("143964.00", "71982.00"),
            sold("95976.00", "67183.20"),
        ],
        interest_percent=Decimal("4.00"),
        layers=[],
    )
    assert result.gross == Decimal("815796.00")
    assert result.discount == Decimal("182354.40")
    assert result.invoiced_net == Decimal("633441.60")
    assert result.result == Decimal("-29487.02")
    assert result.interest == Decimal("-589.74")
    assert (result.opening, result.closing) == (Decimal(0), Decimal("-30076.76"))
    assert (result.layers_before, result.layers) == ((), layers((2026, "-30076.76")))


def test_interest_outside_zero_to_a_hundred_percent_is_refused() -> None:
    with pytest.raises(PercentOutOfRange):
        after_calculation(year=2026, self_cost=Decimal(1), sold=[], interest_percent=Decimal("-0.01"), layers=[])


def test_layers_are_put_in_order_and_empty_ones_dropped() -> None:
    mixed = layers((2025, "1.00"), (2023, "2.00"), (2024, "0.00"), (2025, "3.00"))
    assert ordered(mixed) == layers((2023, "2.00"), (2025, "4.00"))


def test_layers_of_mixed_sign_are_refused() -> None:
    with pytest.raises(MixedSigns):
        ordered(layers((2023, "2.00"), (2025, "-1.00")))


@st.composite
def funds(draw: st.DrawFn) -> tuple[Layer, ...]:
    sign = draw(st.sampled_from([1, -1]))
    origins = sorted(draw(st.sets(st.integers(2018, 2025), max_size=5)))
    # Small amounts, so that interest and result often meet a layer exactly.
    return tuple(Layer(origin, kroner(sign * draw(st.integers(1, 400)))) for origin in origins)


_MOVEMENTS = st.integers(-1500, 1500).map(kroner)


@many_examples
@given(funds(), _MOVEMENTS, st.integers(-500, 500).map(kroner))
def test_layers_are_as_cumulative_sums_say_and_always_sum_to_the_balance(
    fund: tuple[Layer, ...], result: Decimal, interest: Decimal
) -> None:
    after = moved(fund, year=2026, result=result, interest=interest)
    in_fractions = [(layer.origin, Fraction(layer.amount)) for layer in fund]
    expected = oracle.moved(in_fractions, 2026, Fraction(result), Fraction(interest))
    assert [(layer.origin, Fraction(layer.amount)) for layer in after] == expected
    assert balance(after) == balance(fund) + result + interest
    assert ordered(after) == after


@many_examples
@given(funds(), st.integers(2020, 2032), st.integers(1, 5))
def test_the_use_of_the_fund_is_as_the_rule_in_fractions_says(fund: tuple[Layer, ...], year: int, spread: int) -> None:
    use = use_by_rule(fund, year=year, spread_years=spread)
    in_fractions = [(layer.origin, Fraction(layer.amount)) for layer in fund]
    assert Fraction(use) == oracle.fund_use(in_fractions, year, spread)
    assert abs(due(fund, year)) <= abs(use) <= abs(balance(fund))


@many_examples
@given(funds(), st.integers(0, 10**6).map(kroner), st.integers(0, 10**6).map(kroner), st.integers(0, 1500).map(kroner))
def test_a_closed_year_adds_up(fund: tuple[Layer, ...], gross: Decimal, self_cost: Decimal, percent: Decimal) -> None:
    year = after_calculation(
        year=2026,
        self_cost=self_cost,
        sold=[PricedLine(gross, Decimal("0.00"), gross)],
        interest_percent=percent,
        layers=fund,
    )
    assert year.result == gross - self_cost
    half_year = Fraction(2 * balance(fund) + year.result) / 2 * Fraction(percent) / 100
    assert Fraction(year.interest) == oracle.hu(half_year)
    assert balance(year.layers) == year.closing


def test_the_pictures_year_is_booked_as_interest_and_a_result_that_eats_two_layers() -> None:
    fund = layers((2023, "14608.71"), (2024, "19000.00"), (2025, "7500.00"))
    entries = movements(fund, year=2026, result=Decimal("-29487.02"), interest=Decimal("1054.61"))
    # 14 608.71 + 1 054.61 = 15 663.32 goes, and 29 487.02 - 15 663.32 = 13 823.70 of the next.
    assert entries == (
        Movement(2023, Decimal("1054.61"), is_interest=True),
        Movement(2023, Decimal("-15663.32")),
        Movement(2024, Decimal("-13823.70")),
    )


def test_without_a_layer_interest_and_result_are_entries_of_the_year() -> None:
    entries = movements((), year=2026, result=Decimal("-29487.02"), interest=Decimal("-589.74"))
    assert entries == (Movement(2026, Decimal("-589.74"), is_interest=True), Movement(2026, Decimal("-29487.02")))


def test_a_year_without_result_or_interest_books_nothing() -> None:
    assert movements(THREE, year=2026, result=Decimal("0.00"), interest=Decimal("0.00")) == ()


_YEARS = st.lists(st.tuples(_MOVEMENTS, st.integers(0, 1500).map(kroner)), min_size=10, max_size=10)


@many_examples
@given(funds(), _YEARS)
def test_over_ten_years_the_entries_by_origin_are_the_layers_and_sum_to_the_balance(
    fund: tuple[Layer, ...], years: list[tuple[Decimal, Decimal]]
) -> None:
    by_origin: dict[int, Decimal] = {layer.origin: layer.amount for layer in fund}
    standing = fund
    for year, (result, percent) in enumerate(years, start=2026):
        closed = after_calculation(
            year=year,
            self_cost=-result,
            sold=[],
            interest_percent=percent,
            layers=standing,
        )
        entries = movements(standing, year=year, result=closed.result, interest=closed.interest)
        assert sum((entry.amount for entry in entries if entry.is_interest), Decimal(0)) == closed.interest
        assert sum((entry.amount for entry in entries if not entry.is_interest), Decimal(0)) == closed.result
        assert sum(entry.is_interest for entry in entries) <= 1
        for entry in entries:
            by_origin[entry.origin] = by_origin.get(entry.origin, Decimal(0)) + entry.amount
        standing = ordered(Layer(origin, amount) for origin, amount in by_origin.items())
        assert standing == closed.layers
        assert balance(standing) == closed.closing
