"""Whole documents against the rules in fractions: the invariants of domain rules 1.5, for any lines in any order.

Lines are priced, grouped and added up by the program; `tests.billing.oracle` says the same a second time without a
look at it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from advisory.kernel.money import kroner, split
from billing.pricing.lines import PricedLine, price_minutes
from billing.pricing.totals import Totals, totals
from billing.pricing.vat import TaxedNet, VatGroup, credit_vat_groups, left_to_credit, vat_groups
from tests.billing import oracle
from tests.properties import many_examples


@dataclass(frozen=True)
class Work:
    """A line before it has a price."""

    minutes: int
    rate: Decimal
    percent: Decimal
    category: str
    vat: Decimal

    @property
    def priced(self) -> PricedLine:
        return price_minutes(self.minutes, self.rate, self.percent)

    @property
    def taxed(self) -> TaxedNet:
        return TaxedNet(self.category, self.vat, self.priced.net)


_WORK = st.builds(
    Work,
    minutes=st.integers(1, 10_000),
    rate=st.integers(0, 10**6).map(kroner),
    percent=st.sampled_from(["0", "25", "50", "70", "100"]).map(Decimal) | st.integers(0, 10_000).map(kroner),
    category=st.just("S"),
    vat=st.sampled_from(["25", "25.00", "15", "11.11"]).map(Decimal),
) | st.builds(
    Work,
    minutes=st.integers(1, 10_000),
    rate=st.integers(0, 10**6).map(kroner),
    percent=st.sampled_from(["0", "25", "50", "70"]).map(Decimal),
    category=st.just("E"),
    vat=st.just(Decimal(0)),
)
_DOCUMENT = st.lists(_WORK, min_size=1, max_size=8)


def document(works: Sequence[Work]) -> tuple[Totals, tuple[VatGroup, ...]]:
    groups = vat_groups([work.taxed for work in works])
    return totals([work.priced for work in works], groups), groups


@many_examples
@given(_DOCUMENT, st.randoms(use_true_random=False))
def test_a_document_is_what_the_rules_in_fractions_say_in_any_order_of_its_lines(
    works: list[Work], dice: Random
) -> None:
    found, groups = document(works)
    lines = [oracle.line(Fraction(work.minutes, 60), Fraction(work.rate), Fraction(work.percent)) for work in works]
    expected = oracle.vat_groups(
        [(work.category, Fraction(work.vat), net) for work, (_g, _d, net) in zip(works, lines, strict=True)]
    )
    assert {(g.category, Fraction(g.percent)): (Fraction(g.base), Fraction(g.vat)) for g in groups} == expected
    gross, discount, net = (sum((line[at] for line in lines), Fraction(0)) for at in range(3))
    vat = sum((group[1] for group in expected.values()), Fraction(0))
    assert [Fraction(amount) for amount in (found.gross, found.discount, found.net, found.vat, found.total)] == [
        gross, discount, net, vat, net + vat,
    ]  # fmt: skip
    # What the rules promise, said of the program's own figures.
    assert found.net == sum(group.base for group in groups)
    assert found.net + found.discount == found.gross
    assert 0 <= found.discount <= found.gross
    shuffled = list(works)
    dice.shuffle(shuffled)
    assert document(shuffled) == (found, groups)


@many_examples
@given(_DOCUMENT)
def test_a_document_and_its_full_credit_are_zero_in_every_group(works: list[Work]) -> None:
    found, groups = document(works)
    credited = credit_vat_groups([work.taxed for work in works], groups)
    assert credited == groups
    assert all(group.base == 0 and group.vat == 0 for group in left_to_credit(groups, [credited]))
    taken_back = totals([price_minutes(-work.minutes, work.rate, work.percent) for work in works], [])
    assert taken_back.gross + found.gross == taken_back.discount + found.discount == taken_back.net + found.net == 0


@many_examples
@given(
    st.integers(-(10**9), 10**9),
    st.lists(st.integers(0, 10**6).map(kroner), min_size=1, max_size=10).filter(any),
)
def test_a_split_is_what_the_ranks_of_the_remainders_say(total: int, weights: list[Decimal]) -> None:
    parts = split(total, weights)
    assert parts == oracle.split(total, [Fraction(weight) for weight in weights])
    assert sum(parts) == total
