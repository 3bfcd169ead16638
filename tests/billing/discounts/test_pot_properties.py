"""Random months of two pots, held against a model of plain whole øre that knows nothing of the ledger."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from billing.discounts.ledger import Holding, Movement, NotSoMuchBound, PotEmpty, book, bound_for, holdings
from billing.discounts.models import Pot, PotEntry, PotEntryKind
from billing.discounts.purse import Purse
from engagements.models import Engagement
from tests import builders
from tests.builders import NOW
from tests.properties import many_examples, some_examples

GRANT, RETURN, RESERVE, RELEASE, DRAW = (
    PotEntryKind.GRANT, PotEntryKind.RETURN, PotEntryKind.RESERVE, PotEntryKind.RELEASE, PotEntryKind.DRAW,
)  # fmt: skip
SIGN = {GRANT: 1, RETURN: -1, RESERVE: 1, RELEASE: -1}


def kroner(ore: int) -> Decimal:
    return Decimal(ore) / 100


@dataclass
class Model:
    """Two jars of coins per pot: free coins, and coins with an engagement's name on."""

    free: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    named: dict[tuple[int, int], int] = field(default_factory=lambda: defaultdict(int))

    def move(self, kind: str, pot: int, work: int, ore: int) -> bool:
        """Whether there were coins enough; nothing moves where there were not."""
        if kind == GRANT:
            self.free[pot] += ore
            return True
        source = self.named[pot, work] if kind == RELEASE else self.free[pot]
        if source < ore:
            return False
        if kind == RELEASE:
            self.named[pot, work] -= ore
            self.free[pot] += ore
        else:
            self.free[pot] -= ore
            if kind == RESERVE:
                self.named[pot, work] += ore
        return True

    def pay(self, ore: int, pots: list[int], work: int) -> dict[int, int] | None:
        """Coin by coin from the first pot that has one, those with the name first; None if they run out."""
        paid: dict[int, int] = defaultdict(int)
        for pot in pots:
            for jar, key in ((self.named, (pot, work)), (self.free, pot)):
                part = min(ore, jar[key])  # type: ignore[index]
                jar[key] -= part  # type: ignore[index]
                ore -= part
                if part:
                    paid[pot] += part
        return None if ore else dict(paid)

    def copy(self) -> Model:
        return Model(defaultdict(int, self.free), defaultdict(int, self.named))


MOVES = st.tuples(
    st.sampled_from([GRANT, RETURN, RESERVE, RELEASE]), st.integers(0, 1), st.integers(0, 2), st.integers(1, 5000)
)
# A document: lines of (discount, which pots may pay, for which engagement).
DOCUMENT = st.lists(
    st.tuples(st.integers(1, 4000), st.sampled_from([[0], [1], [0, 1], [1, 0]]), st.integers(0, 2)),
    min_size=1,
    max_size=4,
)


@pytest.mark.django_db
@some_examples
@given(months=st.lists(MOVES | DOCUMENT, min_size=1, max_size=12))
def test_the_ledger_agrees_with_a_plain_model_whatever_happens(
    months: list[tuple[PotEntryKind, int, int, int] | list[tuple[int, list[int], int]]],
) -> None:
    with transaction.atomic():
        _play(months)
        transaction.set_rollback(True)


def _play(months: list[tuple[PotEntryKind, int, int, int] | list[tuple[int, list[int], int]]]) -> None:
    by = builders.administrator()
    pots = [
        Pot.objects.create(
            name=f"Pott {number}", funder="x", purpose="x", starts=date(2026, 1, 1), ends=date(2026, 12, 31),
            created_at=NOW, created_by=by,
        ).pk
        for number in range(2)
    ]  # fmt: skip
    org = builders.organisation()
    works = [builders.engagement(org, by).pk for _ in range(3)]
    model, discounts, number = Model(), 0, 202600000
    for step in months:
        number += 1
        if isinstance(step, tuple):
            kind, pot, work, ore = step
            engagement = works[work] if kind in (RESERVE, RELEASE) else None
            movement = Movement(pots[pot], kind, kroner(SIGN[kind] * ore), engagement=engagement)
            assert model.move(kind, pots[pot], works[work], ore) == _booked([movement])
        else:
            discounts += _issue(step, pots, works, model, number)
        _compare(model, pots, works)
    drawn = sum(entry.amount.amount for entry in PotEntry.objects.filter(pot__in=pots, kind=DRAW))
    assert -drawn == kroner(discounts)
    for pk in pots:
        balance = reserved = Decimal(0)
        for sequence, entry in enumerate(PotEntry.objects.filter(pot=pk).order_by("sequence"), start=1):
            balance, reserved = balance + entry.amount.amount, reserved + entry.reserved_change.amount
            assert (entry.sequence, entry.balance.amount, entry.reserved.amount) == (sequence, balance, reserved)
            assert 0 <= reserved <= balance


def _issue(
    lines: list[tuple[int, list[int], int]], pots: list[int], works: list[int], model: Model, number: int
) -> int:
    """Price and draw a document; give its discounts in øre, nothing where the pots had too little for it."""
    purse = Purse(holdings(pots), bound_for(works, pots))
    paid = _pay(purse, lines, pots, works, model)
    draws = [Movement(pot, DRAW, -amount, number, engagement=work) for (pot, work), amount in purse.spent.items()]
    assert _booked(draws) == (paid is not None)
    if paid is None:
        return 0
    assert purse.held == holdings(pots)
    model.free, model.named = paid.free, paid.named
    return sum(ore for ore, _asked, _work in lines)


def _pay(
    purse: Purse, lines: list[tuple[int, list[int], int]], pots: list[int], works: list[int], model: Model
) -> Model | None:
    """Let the purse pay the lines; give the jars as they are then, None where they had too little."""
    trial, enough = model.copy(), True
    for ore, asked, work in lines:
        shares = purse.pay(kroner(ore), [pots[pot] for pot in asked], works[work])
        assert sum(amount for _pot, amount in shares) == kroner(ore)
        assert all(amount > 0 for _pot, amount in shares)
        expected = trial.pay(ore, [pots[pot] for pot in asked], works[work]) if enough else None
        enough = expected is not None
        if expected is not None:
            assert {pot: kroner(part) for pot, part in expected.items()} == dict(shares)
    assert enough != bool(purse.missing)
    return trial if enough else None


@many_examples
@given(
    free=st.tuples(st.integers(0, 9000), st.integers(0, 9000)),
    named=st.dictionaries(st.tuples(st.integers(0, 1), st.integers(0, 2)), st.integers(1, 4000)),
    lines=DOCUMENT,
)
def test_no_pot_pays_more_than_it_holds_and_the_discount_is_all_paid(
    free: tuple[int, int], named: dict[tuple[int, int], int], lines: list[tuple[int, list[int], int]]
) -> None:
    pots, works = [0, 1], [0, 1, 2]
    model = Model(defaultdict(int, enumerate(free)), defaultdict(int, named))
    bound = {pot: sum(ore for (of, _work), ore in named.items() if of == pot) for pot in pots}
    held = {pot: Holding(kroner(free[pot] + bound[pot]), kroner(bound[pot])) for pot in pots}
    purse = Purse(dict(held), {key: kroner(ore) for key, ore in named.items()})
    paid = _pay(purse, lines, pots, works, model)
    spent = {pot: sum(amount for (of, _work), amount in purse.spent.items() if of == pot) for pot in pots}
    assert sum(spent.values()) == kroner(sum(ore for ore, _asked, _work in lines))
    if paid is not None:
        assert all(spent[pot] <= held[pot].balance for pot in pots)
        assert all(0 <= purse.held[pot].reserved <= purse.held[pot].balance for pot in pots)


def _booked(movements: list[Movement]) -> bool:
    try:
        with transaction.atomic():
            book(movements, now=NOW, by=None)
    except (PotEmpty, NotSoMuchBound):
        return False
    return True


def _compare(model: Model, pots: list[int], works: list[int]) -> None:
    for pot, held in holdings(pots).items():
        named = sum(model.named[pot, work] for work in works)
        assert held == Holding(kroner(model.free[pot] + named), kroner(named))
        assert held.free >= 0
    assert bound_for(works, pots) == {key: kroner(ore) for key, ore in model.named.items() if ore}


@pytest.mark.django_db
def test_a_draw_that_overdraws_one_of_two_pots_moves_neither() -> None:
    first, second = builders.pot("10.00", name="A"), builders.pot("10.00", name="B")
    both = [Movement(first.pk, DRAW, Decimal("-5.00"), 1), Movement(second.pk, DRAW, Decimal("-10.01"), 1)]
    assert not _booked(both)
    assert [held.balance for held in holdings([first.pk, second.pk]).values()] == [Decimal("10.00")] * 2
    assert Engagement.objects.count() == 0
