"""A shared cost is split so that each service has the formula's figure and nothing is lost."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from billing.yearend.actual_split import NothingToShareBy, Weights, split
from tests.properties import many_examples


def weights(*each: int | str) -> Weights:
    return Weights(*(Decimal(one) for one in each))


def test_the_memos_costs_are_split_by_the_recorded_hours() -> None:
    parts = split(Decimal("2560000.00"), weights(1140, 780, 1050, 0, 210))
    assert list(parts) == [
        Decimal("917735.85"),
        Decimal("627924.53"),
        Decimal("845283.02"),
        Decimal("0.00"),
        Decimal("169056.60"),
    ]


def test_support_is_shared_by_full_time_equivalents() -> None:
    # domain rules, example 2: 1 180 000 * 2 / 5.
    assert split(Decimal("1180000.00"), weights(1, 1, 2, 0, 1)).advice == Decimal("472000.00")


def test_each_service_has_its_own_formula_when_all_five_share() -> None:
    # 100.01 by 3, 3, 2, 1, 1: 20.002 and 10.001 for the services; 70.01 is left for 3, 3 and 1.
    # 70.01 * 3 / 7 = 30.00428, 30.00428, 10.00143: the øre that is left goes to the first.
    parts = split(Decimal("100.01"), weights(3, 3, 2, 1, 1))
    assert list(parts) == [Decimal(each) for each in ("30.01", "30.00", "20.00", "10.00", "10.00")]


def test_half_an_øre_each_is_not_given_out_twice() -> None:
    parts = split(Decimal("0.01"), weights(0, 0, 1, 1, 0))
    assert (parts.advice, parts.courses) == (Decimal("0.01"), Decimal("0.00"))


def test_a_refund_is_shared_as_the_cost_was() -> None:
    assert [-each for each in split(Decimal("-100.01"), weights(3, 3, 2, 1, 1))] == list(
        split(Decimal("100.01"), weights(3, 3, 2, 1, 1))
    )


@pytest.mark.parametrize("amount", ["0.00", "100.00", "-1.00"])
def test_nothing_to_share_by_is_said(amount: str) -> None:
    with pytest.raises(NothingToShareBy):
        split(Decimal(amount), weights(0, 0, 0, 0, 0))


parts_of_a_key = st.tuples(*[st.decimals(min_value=0, max_value=10**6, places=2)] * 5)
amounts = st.integers(min_value=-(10**11), max_value=10**11).map(lambda øre: Decimal(øre).scaleb(-2))


@many_examples
@given(amount=amounts, key=parts_of_a_key)
def test_the_parts_sum_to_the_whole_and_the_services_have_the_formula(
    amount: Decimal, key: tuple[Decimal, ...]
) -> None:
    assume(any(key))
    parts = split(amount, Weights(*key))
    assert sum(parts) == amount
    whole = sum(Fraction(each) for each in key)

    def formula(weight: Decimal) -> Decimal:
        # An independent way: halves of an øre counted in whole numbers.
        exact = Fraction(amount) * 100 * Fraction(weight) / whole
        up = (abs(exact) + Fraction(1, 2)).__floor__()
        return Decimal(up if exact >= 0 else -up).scaleb(-2)

    assert parts.advice == formula(key[2])
    only_services = not (key[0] or key[1] or key[4])
    assert parts.courses == formula(key[3]) or (only_services and parts.courses == amount - parts.advice)
    for part, weight in zip(parts, key, strict=True):
        # Nobody is more than two øre from his own share, and who has no weight pays nothing.
        exact = Fraction(amount) * Fraction(weight) / whole
        assert abs(Fraction(part) - exact) <= Fraction(2, 100)
        assert weight or not part
        assert not part or (part > 0) == (amount > 0)
    assert parts.advice.quantize(Decimal("0.01"), ROUND_HALF_UP) == parts.advice


@many_examples
@given(amount=amounts, key=parts_of_a_key)
def test_a_refund_undoes_a_cost(amount: Decimal, key: tuple[Decimal, ...]) -> None:
    assume(any(key))
    there, back = split(amount, Weights(*key)), split(-amount, Weights(*key))
    assert [one + other for one, other in zip(there, back, strict=True)] == [Decimal(0)] * 5
