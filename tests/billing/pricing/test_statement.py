"""The price statement as it is stored, and the proof that its results follow from its facts."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisory.kernel.money import half_up, kroner, largest_remainder
from billing.pricing.lines import price_minutes
from billing.pricing.proof import Contradiction, DoesNotFollow, contradictions, prove
from billing.pricing.statement import (
    CostLineFact,
    LineStatement,
    RateFact,
    TierFact,
    UnreadableStatement,
    VatFact,
    from_json,
    to_json,
)
from billing.selfcost.calculation import CostLine, Key, SelfCost, calculate, cost_facts
from tests.billing import memo
from tests.properties import many_examples


def test_a_statement_comes_back_from_json_as_it_was() -> None:
    for statement in memo.statements():
        assert from_json(json.loads(json.dumps(to_json(statement)))) == statement


def test_the_stored_form_is_readable_and_has_its_version() -> None:
    stored = to_json(memo.statements()[0])
    assert stored["version"] == 2
    assert (stored["minutes"], stored["gross"], stored["net"]) == (750, "11997.00", "5998.50")
    assert stored["rate"]["valid_from"] == "2026-01-01"
    assert stored["rate"]["cost_lines"] == [
        {
            "label": "Base activity, area 3 by hours",
            "amount": "2500000.00",
            "key_part": "1000",
            "key_whole": "3256",
            "attributed": "767813.27",
        }
    ]
    assert stored["tier"]["bands"][3] == {
        "code": "T0",
        "income_from": "5000000.00",
        "income_below": None,
        "percent": "0.00",
    }
    assert stored["pots"] == [
        {"pot": {"pot": 1, "name": "Discounts 2026", "funder": "The ministry"}, "amount": "5998.50"}
    ]
    assert stored["vat"] == {"category": "S", "percent": "25.00", "reason": ""}


def test_a_line_at_full_price_has_no_pot_and_no_decision() -> None:
    statement = LineStatement(
        60, memo.RATE, Decimal("959.76"), memo.FULL_PRICE, Decimal("0.00"), (), Decimal("959.76"), memo.VAT
    )
    stored = to_json(statement)
    assert stored["pots"] == []
    assert stored["tier"]["decided_on"] is None
    assert from_json(stored) == statement
    assert contradictions(statement) == ()


def _as_version_1(statement: LineStatement) -> dict[str, Any]:
    """What the first version stored: one pot, which paid all of the discount."""
    stored = to_json(statement) | {"version": 1}
    pots = stored.pop("pots")
    return stored | {"pot": pots[0]["pot"] if pots else None}


def test_a_statement_of_the_first_version_is_read_as_one_pot_that_pays_all() -> None:
    stored = _as_version_1(memo.statements()[0])
    assert stored["pot"] == {"pot": 1, "name": "Discounts 2026", "funder": "The ministry"}
    assert from_json(json.loads(json.dumps(stored))) == memo.statements()[0]
    full = replace(memo.statements()[0], discount=Decimal("0.00"), pots=())
    assert from_json(_as_version_1(full)) == full


def test_a_line_paid_by_two_pots_says_what_each_pays() -> None:
    two = replace(memo.statements()[0], pots=((memo.POT, Decimal("5000.00")), (OTHER, Decimal("998.50"))))
    prove(two)
    stored = json.loads(json.dumps(to_json(two)))
    assert [(each["pot"]["name"], each["amount"]) for each in stored["pots"]] == [
        ("Discounts 2026", "5000.00"),
        ("Gift 2026", "998.50"),
    ]
    assert from_json(stored) == two


def test_amounts_are_stored_without_an_exponent() -> None:
    rate = replace(memo.RATE, billable_hours=Decimal("8E+2"))
    assert to_json(replace(memo.statements()[0], rate=rate))["rate"]["billable_hours"] == "800"


def test_a_run_writes_shared_facts_once() -> None:
    shared: dict[int, Any] = {}
    first, second, _ = (to_json(statement, shared) for statement in memo.statements())
    assert first["rate"] is second["rate"]
    assert first == to_json(memo.statements()[0])


def _without(*path: str) -> dict[str, Any]:
    stored = copy.deepcopy(to_json(memo.statements()[0]))
    part = stored
    for key in path[:-1]:
        part = part[key]
    del part[path[-1]]
    return stored


@pytest.mark.parametrize(
    "stored",
    [
        {},
        to_json(memo.statements()[0]) | {"version": 3},
        _without("version"),
        _without("minutes"),
        _without("rate", "step"),
        _without("tier", "bands"),
        to_json(memo.statements()[0]) | {"pots": [{"pot": {"pot": 1, "name": "x"}, "amount": "5998.50"}]},
        to_json(memo.statements()[0]) | {"pots": None},
        to_json(memo.statements()[0]) | {"minutes": "750"},
        to_json(memo.statements()[0]) | {"minutes": True},
        to_json(memo.statements()[0]) | {"gross": 11997},
        to_json(memo.statements()[0]) | {"gross": "NaN"},
        to_json(memo.statements()[0]) | {"gross": "much"},
        to_json(memo.statements()[0]) | {"rate": None},
        to_json(memo.statements()[0])
        | {"pots": [{"pot": {"pot": 1, "name": "x", "funder": "y", "more": 1}, "amount": "5998.50"}]},
        to_json(memo.statements()[0]) | {"version": 1},
        to_json(memo.statements()[0]) | {"version": [2]},
    ],
)
def test_what_is_no_statement_of_a_known_version_is_refused(stored: dict[str, Any]) -> None:
    with pytest.raises(UnreadableStatement):
        from_json(stored)


def test_a_day_that_is_none_is_refused() -> None:
    stored = copy.deepcopy(to_json(memo.statements()[0]))
    stored["rate"]["valid_from"] = "2026-02-30"
    with pytest.raises(UnreadableStatement):
        from_json(stored)


def test_the_memos_statements_prove_themselves() -> None:
    for statement in memo.statements():
        prove(statement)


FIRST = memo.statements()[0]
OTHER = replace(memo.POT, pot=2, name="Gift 2026")
COST = memo.RATE.cost_lines[0]


@pytest.mark.parametrize(
    ("statement", "contradiction"),
    [
        (replace(FIRST, gross=Decimal("11997.01")), Contradiction("gross", "11997.01", "11997.00")),
        (replace(FIRST, discount=Decimal("5998.49")), Contradiction("discount", "5998.49", "5998.50")),
        (replace(FIRST, net=Decimal("5998.49")), Contradiction("net", "5998.49", "5998.50")),
        (replace(FIRST, minutes=751), Contradiction("gross", "11997.00", "12013.00")),
        (replace(FIRST, pots=()), Contradiction("pots", "none", "a pot that pays the discount")),
        (replace(FIRST, pots=((memo.POT, Decimal("5998.49")),)), Contradiction("pots", "5998.49", "5998.50")),
        (
            replace(FIRST, pots=((memo.POT, Decimal("5998.50")), (OTHER, Decimal("0.00")))),
            Contradiction("pots[1]", "0.00", "a part of the discount"),
        ),
        (
            replace(FIRST, pots=((memo.POT, Decimal("6000.00")), (OTHER, Decimal("-1.50")))),
            Contradiction("pots[1]", "-1.50", "a part of the discount"),
        ),
        (
            replace(FIRST, pots=((memo.POT, Decimal("998.50")), (memo.POT, Decimal("5000.00")))),
            Contradiction("pots[1]", "Discounts 2026 again", "each pot once"),
        ),
        (
            replace(FIRST, tier=replace(memo.TIER, percent=Decimal("49.00"))),
            Contradiction("tier.percent", "49.00", "50.00"),
        ),
        (replace(FIRST, vat=VatFact("E", Decimal("25.00"))), Contradiction("vat.percent", "25.00", "0")),
        (
            replace(FIRST, rate=replace(memo.RATE, rate=Decimal("959.77"))),
            Contradiction("rate.rate", "959.77", "959.76"),
        ),
        (
            replace(FIRST, rate=replace(memo.RATE, self_cost=Decimal("767813.28"))),
            Contradiction("rate.self_cost", "767813.28", "767813.27"),
        ),
        (
            replace(FIRST, rate=replace(memo.RATE, cost_lines=(replace(COST, attributed=Decimal("767813.28")),))),
            Contradiction("rate.cost_lines[0].attributed", "767813.28", "767813.27"),
        ),
        (
            replace(FIRST, rate=replace(memo.RATE, billable_hours=Decimal("0"))),
            Contradiction("rate", "0 h, step 0.01", "both above zero"),
        ),
    ],
)
def test_an_ore_that_does_not_follow_is_found_and_named(statement: LineStatement, contradiction: Contradiction) -> None:
    assert contradiction in contradictions(statement)
    with pytest.raises(DoesNotFollow, match=contradiction.place.split("[")[0]) as refused:
        prove(statement)
    assert contradiction in refused.value.contradictions


_COST_LINES = st.lists(
    st.tuples(st.integers(0, 10**9).map(kroner), st.none() | st.tuples(st.integers(0, 500), st.integers(500, 4000))),
    min_size=1,
    max_size=6,
)


@many_examples
@given(
    costs=_COST_LINES,
    hours=st.integers(1, 30_000).map(lambda tenths: Decimal(tenths) / 10),
    step=st.sampled_from(["0.01", "0.50", "1", "5"]),
    minutes=st.integers(0, 60_000),
    percent=st.integers(0, 10_000).map(kroner),
    parts=st.integers(1, 4),
)
def test_every_price_that_the_program_makes_proves_itself_and_survives_storage(
    costs: list[tuple[Decimal, tuple[int, int] | None]],
    hours: Decimal,
    step: str,
    minutes: int,
    percent: Decimal,
    parts: int,
) -> None:
    base = SelfCost(
        tuple(
            CostLine(f"Cost {index}", amount, Key(Decimal(key[0]), Decimal(key[1])) if key else None)
            for index, (amount, key) in enumerate(costs)
        )
    )
    calculation = calculate(base, fund_use=Decimal("0.00"), billable_hours=hours, step=Decimal(step))
    rate = RateFact(
        service="advice",
        service_name="Advice",
        year=2026,
        version=1,
        valid_from=date(2026, 1, 1),
        cost_lines=cost_facts(base, depreciation="", interest="", income_deducted=""),
        self_cost=calculation.self_cost,
        fund_use=calculation.fund_use,
        billable_hours=calculation.billable_hours,
        step=calculation.step,
        rate=calculation.rate,
    )
    line = price_minutes(minutes, rate.rate, percent)
    tier = TierFact("T", percent, ())
    shares = largest_remainder(line.discount, [Decimal(1)] * parts)
    pots = tuple((replace(memo.POT, pot=number), share) for number, share in enumerate(shares) if share)
    statement = LineStatement(minutes, rate, line.gross, tier, line.discount, pots, line.net, memo.VAT)
    assert contradictions(statement) == ()
    assert from_json(json.loads(json.dumps(to_json(statement)))) == statement
    off_by_an_ore = replace(statement, net=statement.net + Decimal("0.01"))
    assert [found.place for found in contradictions(off_by_an_ore)] == ["net"]


def test_a_cost_without_a_key_is_borne_whole() -> None:
    cost = CostLineFact("Licences", Decimal("100.00"), None, None, half_up(100))
    rate = replace(
        memo.RATE, cost_lines=(cost,), self_cost=Decimal("100.00"), billable_hours=Decimal(1), rate=Decimal("100.00")
    )
    statement = replace(
        FIRST,
        minutes=60,
        rate=rate,
        gross=Decimal("100.00"),
        discount=Decimal("50.00"),
        pots=((memo.POT, Decimal("50.00")),),
        net=Decimal("50.00"),
    )
    assert contradictions(statement) == ()
