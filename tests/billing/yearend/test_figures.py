"""The after-calculation from the tables: the domain rules' examples to the øre, and JSON that gives it back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from billing.models import InterestRate
from billing.selfcost.fund import Layer, Movement
from billing.yearend import frozen, fund_ledger
from billing.yearend.figures import LayerRow, after_figures, from_json, to_json
from tests import builders
from tests.billing.issued import sold_line
from tests.billing.yearend.memo_year import AFTERWARDS, accounts, cost, memo_year, recorded, sell
from tests.builders import NOW

pytestmark = pytest.mark.django_db


def codes(year: int, service: str = "advice", on: date = AFTERWARDS) -> dict[str, bool]:
    return {remark.code: remark.blocks for remark in after_figures(year, service, on=on).remarks}


def test_the_memos_year_ends_in_a_shortfall_that_the_fund_carries() -> None:
    memo_year()
    figures = after_figures(2026, "advice", on=AFTERWARDS)
    assert figures.actual is not None
    assert (figures.actual.self_cost, figures.actual.costs) == (Decimal("845283.02"), Decimal("2560000.00"))
    assert (figures.actual.minutes, figures.actual.all_minutes) == (1050 * 60, 3180 * 60)
    assert figures.plan is not None
    assert (figures.plan.self_cost, figures.plan.income, figures.plan.result) == (
        Decimal("767813.27"),
        Decimal("767808.00"),
        Decimal("-5.27"),
    )
    assert (figures.sold.minutes, figures.sold.gross) == (850 * 60, Decimal("815796.00"))
    assert (figures.sold.discount, figures.sold.net) == (Decimal("182354.40"), Decimal("633441.60"))
    assert (figures.result, figures.interest) == (Decimal("-29487.02"), Decimal("-589.74"))
    assert (figures.opening, figures.balance) == (Decimal("0.00"), Decimal("-30076.76"))
    assert figures.layers == (LayerRow(2026, Decimal("0.00"), Decimal("-30076.76"), Decimal("-30076.76")),)
    assert figures.layers[0].due_year == 2031
    assert figures.remarks == ()


def test_the_bottom_up_year_eats_a_surplus_and_keeps_what_is_left() -> None:
    # Domain rules 1.4, example 2: 914 kr, opening 18 250.00, self-cost 2 061 418.75.
    by, lead = builders.administrator(), builders.advisor()
    made = accounts(2026, by=by)
    cost(made, "2061418.75", "advice")
    fund_ledger.open_fund(
        service="advice", as_of=2025, opening=[Layer(2024, Decimal("18250.00"))], reason="Overført", by=by, now=NOW
    )
    sell(
        builders.rate(amount="914.00"),
        lead,
        (("", "1482.5"), ("T3", "420"), ("T2", "212.25"), ("T1", "121")),
        day=date(2026, 10, 14),
    )
    figures = after_figures(2026, "advice", on=AFTERWARDS)
    assert (figures.sold.gross, figures.sold.discount) == (Decimal("2043475.50"), Decimal("270384.05"))
    assert (figures.result, figures.interest) == (Decimal("-17943.25"), Decimal("371.14"))
    assert figures.balance == Decimal("677.89")
    assert figures.movements == (
        Movement(2024, Decimal("371.14"), is_interest=True),
        Movement(2024, Decimal("-17943.25")),
    )


def test_the_year_with_two_rates_turns_a_shortfall_into_a_surplus() -> None:
    # Domain rules 1.4, example 3; the 162 seats stand as hours at the second rate, for there it is one pool.
    by, lead = builders.administrator(), builders.advisor()
    made = accounts(2026, by=by)
    cost(made, "1377212.40", "advice", label="Rådgivning")
    cost(made, "191930.15", "advice", label="Kurs")
    fund_ledger.open_fund(
        service="advice", as_of=2025, opening=[Layer(2025, Decimal("-12000.00"))], reason="Overført", by=by, now=NOW
    )
    sell(builders.rate(amount="1052.05"), lead, (("", "1371.25"),), day=date(2026, 3, 2))
    second = builders.rate(amount="1190.97", valid_from=date(2026, 7, 1))
    sold_line(builders.engagement(builders.organisation(), lead), second, "162", day=date(2026, 9, 1))
    figures = after_figures(2026, "advice", on=AFTERWARDS)
    assert figures.sold.gross == Decimal("1635560.70")
    assert (figures.result, figures.interest) == (Decimal("66418.15"), Decimal("848.36"))
    assert figures.balance == Decimal("55266.51")
    assert figures.layers_after == (Layer(2026, Decimal("55266.51")),)
    assert figures.plan is not None
    assert [rate.rate for rate in figures.plan.rates] == [Decimal("1052.05"), Decimal("1190.97")]


def test_the_pictures_layers_lose_the_oldest_first() -> None:
    by = builders.administrator()
    opening = [Layer(2023, Decimal("14608.71")), Layer(2024, Decimal("19000.00")), Layer(2025, Decimal("7500.00"))]
    fund_ledger.open_fund(service="advice", as_of=2025, opening=opening, reason="Overført", by=by, now=NOW)
    memo_year()
    figures = after_figures(2026, "advice", on=AFTERWARDS)
    assert figures.interest == Decimal("1054.61")
    assert figures.layers == (
        LayerRow(2023, Decimal("14608.71"), Decimal("-14608.71"), Decimal("0.00")),
        LayerRow(2024, Decimal("19000.00"), Decimal("-13823.70"), Decimal("5176.30")),
        LayerRow(2025, Decimal("7500.00"), Decimal("0.00"), Decimal("7500.00")),
    )
    assert (figures.opening, figures.movement, figures.balance) == (
        Decimal("41108.71"),
        Decimal("-28432.41"),
        Decimal("12676.30"),
    )
    assert [(year.year, year.balance) for year in figures.history] == [
        (2025, Decimal("41108.71")),
        (2026, Decimal("12676.30")),
    ]


def test_income_deducted_lowers_self_cost_and_equipment_is_written_off_by_the_plan() -> None:
    by = builders.administrator()
    made = accounts(2026, by=by)
    cost(made, "1000.00", "advice")
    cost(made, "-120.00", "deduct_advice", label="Øremerket tilskudd")
    cost(made, "-5000.00", "losses", label="Tap på krav")
    cost(made, "700.00", "area_4", label="Prosjekt")
    actual = after_figures(2026, "advice", on=AFTERWARDS).actual
    assert actual is not None
    assert (actual.self_cost, actual.costs, actual.deducted) == (
        Decimal("880.00"),
        Decimal("1000.00"),
        Decimal("120.00"),
    )
    assert [row.label for row in actual.rows] == ["Drift", "Øremerket tilskudd"]


def test_without_accounts_there_is_income_and_no_result() -> None:
    rate = builders.rate()
    sell(rate, builders.advisor(), (("", "10"),), day=date(2026, 4, 1))
    figures = after_figures(2026, "advice", on=AFTERWARDS)
    assert (figures.result, figures.sold.gross) == (None, Decimal("9597.60"))
    assert codes(2026) == {"no_accounts": True, "no_interest": True}


def test_what_stands_in_the_way_is_named() -> None:
    made = accounts(2026, by=builders.administrator())
    InterestRate.objects.all().delete()
    cost(made, "100.00", "")
    cost(made, "100.00", "shared_hours")
    assert codes(2026, on=date(2026, 12, 31)) == {
        "no_hours_key": True,
        "not_over": True,
        "no_interest": True,
        "no_plan": False,
    }
    recorded("1", builders.activity(funding_area=3), builders.advisor())
    assert codes(2026, on=date(2027, 1, 1)) == {"no_interest": True, "unmapped": True, "no_plan": False}
    made.lines.filter(destination="").delete()
    cost(made, "100.00", "shared_fte")
    assert codes(2026)["no_full_time_key"]


def test_an_earlier_year_that_is_open_is_in_the_way() -> None:
    by = builders.administrator()
    accounts(2025, by=by)
    accounts(2026, by=by)
    assert codes(2026)["earlier_open"]
    assert "earlier_open" not in codes(2025)


def test_a_layer_in_its_last_year_is_told_a_year_ahead_and_a_later_one_is_a_breach() -> None:
    by = builders.administrator()
    made = accounts(2026, by=by)
    cost(made, "0.01", "advice")
    opening = [Layer(2020, Decimal(10)), Layer(2021, Decimal(20)), Layer(2022, Decimal(30)), Layer(2023, Decimal(40))]
    fund_ledger.open_fund(service="advice", as_of=2025, opening=opening, reason="Overført", by=by, now=NOW)
    told = [(r.code, r.year) for r in after_figures(2026, "advice", on=AFTERWARDS).remarks if r.code != "no_plan"]
    assert told == [("overdue", 2020), ("overdue", 2021), ("due_next", 2022)]


def test_a_layer_in_its_last_year_is_no_breach_while_the_year_runs() -> None:
    by = builders.administrator()
    opening = [Layer(2020, Decimal(10)), Layer(2021, Decimal(20))]
    fund_ledger.open_fund(service="advice", as_of=2025, opening=opening, reason="Overført", by=by, now=NOW)
    told = [(r.code, r.year) for r in after_figures(2026, "advice", on=date(2026, 12, 31)).remarks if r.amount]
    assert told == [("overdue", 2020), ("due_next", 2021)]


def test_figures_are_the_same_after_a_journey_through_json() -> None:
    builders.decision(org := builders.organisation(), "T2")
    memo_year()
    builders.entry(builders.engagement(org, builders.advisor()), 50, date(2026, 12, 30))
    figures = after_figures(2026, "advice", on=AFTERWARDS)
    assert figures.income.accrued_lines
    assert from_json(to_json(figures)) == figures
    assert from_json(to_json(after_figures(2026, "courses", on=AFTERWARDS))).service == "courses"


@pytest.mark.parametrize(
    "broken",
    [{}, {"version": 2}, None, {"version": 1, "year": "2026"}, {"version": 1, "year": 2026, "service": "advice"}],
)
def test_figures_that_are_none_are_refused(broken: object) -> None:
    with pytest.raises(frozen.UnreadableFigures):
        from_json(broken)


def test_a_number_where_an_amount_should_be_is_refused() -> None:
    memo_year()
    data = to_json(replace(after_figures(2026, "advice", on=AFTERWARDS), history=()))
    data["interest"] = 589
    with pytest.raises(frozen.UnreadableFigures):
        from_json(data)
