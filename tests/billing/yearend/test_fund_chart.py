"""The chart of the fund: every layer's box as large as its amount, and a base line that both signs stand on."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from advisory.kernel.money import kroner
from billing.selfcost.fund import Layer
from billing.yearend.figures import FundYear
from billing.yearend.fund_chart import HEIGHT, FundChart, fund_chart
from tests.properties import some_examples


def year(at: int, *pairs: tuple[int, str]) -> FundYear:
    return FundYear(at, tuple(Layer(origin, Decimal(amount)) for origin, amount in pairs))


def drawn(*history: FundYear) -> FundChart:
    chart = fund_chart(history)
    assert chart is not None
    return chart


def test_a_fund_that_never_held_anything_is_not_drawn() -> None:
    assert fund_chart([]) is None
    assert fund_chart([year(2026)]) is None


def test_the_pictures_years_are_stacked_with_the_oldest_at_the_base_line() -> None:
    chart = drawn(
        year(2025, (2023, "14608.71"), (2024, "19000.00"), (2025, "7500.00")),
        year(2026, (2024, "5176.30"), (2025, "7500.00")),
    )
    assert [tick.amount for tick in chart.ticks] == [Decimal(n) for n in (50000, 40000, 30000, 20000, 10000, 0)]
    [zero] = [tick for tick in chart.ticks if tick.is_zero]
    first, last = chart.bars
    assert [(part.origin, part.look) for part in first.parts] == [(2023, "solid"), (2024, "hatch"), (2025, "light")]
    # A layer keeps its look from year to year.
    assert [(part.origin, part.look) for part in last.parts] == [(2024, "hatch"), (2025, "light")]
    oldest = first.parts[0]
    assert Decimal(oldest.y) + Decimal(oldest.height) == Decimal(zero.y)
    assert (first.balance, last.is_last) == (Decimal("41108.71"), True)


def test_a_shortfall_hangs_below_the_base_line() -> None:
    chart = drawn(year(2025, (2025, "10000.00")), year(2026, (2026, "-30076.76")))
    [zero] = [tick for tick in chart.ticks if tick.is_zero]
    [below] = chart.bars[1].parts
    assert below.y == zero.y
    assert Decimal(chart.bars[1].sum_y) > Decimal(below.y) + Decimal(below.height)


def test_a_thin_layer_carries_no_year() -> None:
    [thick, thin] = drawn(year(2026, (2024, "10000.00"), (2025, "100.00"))).bars[0].parts
    assert (thick.text_y != "", thin.text_y) == (True, "")


@some_examples
@given(st.lists(st.integers(-(10**11), 10**11), min_size=1, max_size=12))
def test_whatever_the_balances_all_bars_lie_within_the_picture(balances: list[int]) -> None:
    history = [FundYear(2020 + n, (Layer(2020, kroner(ore)),) if ore else ()) for n, ore in enumerate(balances)]
    chart = fund_chart(history)
    if chart is None:
        assert not any(balances)
        return
    assert 2 <= len(chart.ticks) <= 8
    assert sum(tick.is_zero for tick in chart.ticks) == 1
    for bar in chart.bars:
        for part in bar.parts:
            assert 0 <= Decimal(part.y) <= Decimal(part.y) + Decimal(part.height) <= HEIGHT
