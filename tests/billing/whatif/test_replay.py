"""Pricing pieces once more: pots, limits and hours, worked by hand at 1 000 kr an hour. Pure."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from billing.pricing.lines import price_minutes
from billing.pricing.sold import Sold
from billing.pricing.statement import TierBandFact
from billing.whatif.replay import Change, Ground, Payer, Piece, Pot, replay, scaled
from tests.properties import some_examples

BANDS = (
    TierBandFact("T1", Decimal(0), Decimal(500_000), Decimal(70)),
    TierBandFact("T2", Decimal(500_000), Decimal(1_000_000), Decimal(50)),
    TierBandFact("T0", Decimal(1_000_000), None, Decimal(0)),
)
CHOIR, CLUB = Payer(1, 1001, "Koret"), Payer(2, 1002, "Klubben")
A_POT, ANOTHER = Pot(1, "Grunntilskudd", Decimal(1500)), Pot(2, "Gave", Decimal(100))


def piece(minutes: int = 120, *, payer: Payer = CHOIR, code: str = "T2", day: int = 1, **facts: Any) -> Piece:
    """Two hours at half price: 2 000 kr, of which a pot pays 1 000."""
    percent = next(band.percent for band in BANDS if band.code == code)
    given: dict[str, Any] = {
        "first_day": date(2026, 1, day),
        "last_day": date(2026, 1, day),
        "rate": Decimal(1000),
        "percent": percent,
        "area": 3,
        "issued": True,
        "ground": Ground(code, income=Decimal(600_000), bands=BANDS),
    }
    return Piece(payer=payer, minutes=minutes, **(given | facts))


def outcome(pieces: list[Piece], change: Change | None = None, pots: tuple[Pot, ...] = (A_POT, ANOTHER)) -> Any:
    return replay(pieces, pots, lambda piece, code: [pot.pk for pot in pots], change or Change())


def test_a_higher_rate_is_paid_by_the_pot_in_its_part() -> None:
    found = outcome([piece()], Change(rate=Decimal(1100)))
    assert found.issued == Sold(120, Decimal("2200.00"), Decimal("1100.00"))
    assert (found.pots[0].used, found.pots[0].left, found.uncovered) == (Decimal(1100), Decimal(400), 0)


def test_a_pot_runs_dry_on_the_day_of_the_first_work_it_cannot_pay_all_of() -> None:
    found = outcome([piece(day=3), piece(day=1)])
    first, second = found.pots
    # 1 000 on the 1st; on the 3rd 500 of the first pot, 100 of the second, and 400 of nobody.
    assert (first.used, first.dry_on) == (Decimal(1500), date(2026, 1, 3))
    assert (second.used, second.dry_on) == (Decimal(100), date(2026, 1, 3))
    assert (found.uncovered, found.uncovered_on) == (Decimal(400), date(2026, 1, 3))


def test_work_that_is_not_invoiced_takes_nothing_from_what_is() -> None:
    found = outcome([piece(day=1, issued=False), piece(day=3)], pots=(Pot(1, "Pott", Decimal(1000)),))
    [pot] = found.pots
    assert (pot.used_issued, pot.used, found.uncovered) == (Decimal(1000), Decimal(1000), Decimal(1000))


def test_a_new_limit_moves_those_whose_income_it_passes_and_no_others() -> None:
    pieces = [piece(), piece(payer=CLUB, ground=Ground("T2", hardship=True, bands=BANDS))]
    found = outcome(pieces, Change(limits={"T2": Decimal(650_000)}))
    codes = {row.payer: row.codes for row in found.payers}
    assert codes == {CHOIR: ("T1",), CLUB: ("T2",)}
    assert next(row.priced for row in found.payers if row.payer == CHOIR).discount == Decimal(1400)


def test_a_new_percent_holds_for_its_tier_and_the_full_price_stays() -> None:
    full = piece(payer=CLUB, code="T0", ground=Ground())
    found = outcome([piece(), full], Change(percents={"T2": Decimal("12.5")}))
    assert {row.payer: row.priced.discount for row in found.payers} == {CHOIR: Decimal(250), CLUB: Decimal(0)}


def test_a_piece_that_two_pots_paid_is_paid_by_both_again() -> None:
    paid = piece(paid=((2, Decimal("0.01")), (1, Decimal("999.99"))))
    assert {row.pot.pk: row.used for row in outcome([paid]).pots} == {1: Decimal("999.99"), 2: Decimal("0.01")}
    half = outcome([paid], Change(hours=Decimal(-50)))
    assert {row.pot.pk: row.used for row in half.pots} == {1: Decimal("499.99"), 2: Decimal("0.01")}


def test_ten_percent_fewer_of_five_minutes_are_half_up() -> None:
    assert [scaled(5, Decimal(percent)) for percent in ("0", "-10", "10", "-100", "12.5")] == [5, 5, 6, 0, 6]


@some_examples
@given(
    st.lists(
        st.tuples(
            st.integers(1, 1440),
            st.integers(0, 200_000).map(lambda ore: Decimal(ore) / 100),
            st.sampled_from(["T1", "T2", "T0"]),
            st.integers(1, 28),
            st.booleans(),
        ),
        max_size=8,
    ),
    st.integers(0, 300_000).map(lambda ore: Decimal(ore) / 100),
)
def test_the_order_of_the_pieces_says_nothing_and_every_krone_of_discount_is_somewhere(
    rows: list[tuple[int, Decimal, str, int, bool]], held: Decimal
) -> None:
    # On a day of its own each, so that the order of the days is the only one.
    pieces = [
        piece(minutes, rate=rate, code=code, issued=issued, first_day=date(2026, 1, 1), last_day=date(2026, 1 + n, day))
        for n, (minutes, rate, code, day, issued) in enumerate(rows)
    ]
    pots = (Pot(1, "En", held), Pot(2, "To", held))
    found, turned = outcome(pieces, pots=pots), outcome(pieces[::-1], pots=pots)
    assert (found.total, found.pots, found.uncovered) == (turned.total, turned.pots, turned.uncovered)
    assert sum(pot.used for pot in found.pots) + found.uncovered == found.total.discount
    assert all(0 <= pot.used <= pot.available for pot in found.pots)
    prices = [price_minutes(each.minutes, each.rate, each.percent) for each in pieces]
    assert found.total.gross == sum(price.gross for price in prices)
    assert found.total.discount == sum(price.discount for price in prices)
