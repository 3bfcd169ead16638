"""The what-if file: what is refused and how it says so, and what comes of a valid one."""

from __future__ import annotations

import copy
import json
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.selfcost.scenario import ScenarioError, parse, run, simulate
from tests.billing import oracle
from tests.properties import some_examples

GOLDEN = Path(__file__).resolve().parents[2] / "golden" / "simulate"
NAMES = sorted(path.stem for path in GOLDEN.glob("*.json") if not path.name.endswith(".expected.json"))


@pytest.mark.parametrize("name", NAMES)
def test_a_worked_example_is_answered_exactly(name: str) -> None:
    answer = simulate((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))
    assert answer == json.loads((GOLDEN / f"{name}.expected.json").read_text(encoding="utf-8"))


def test_there_are_worked_examples() -> None:
    assert NAMES == ["bottom-up", "deficit-meets-surplus", "memo", "mixed-vat", "three-layers"]


# --- Refusals: a full scenario, and one thing changed in it.

FULL: dict[str, Any] = {
    "title": "All there is",
    "fund": [{"origin": 2024, "amount": "100.00"}, {"origin": 2025, "amount": "50.00"}],
    "years": [
        {
            "year": 2026,
            "plan": {
                "cost_lines": [
                    {"label": "Cost", "amount": "100000.00", "key": {"part": "1", "whole": "2"}},
                    {"label": "Whole", "amount": "1000.00"},
                ],
                "assets": [
                    {
                        "label": "Equipment",
                        "acquisition": "5000.00",
                        "years": 5,
                        "opening_value": "5000.00",
                        "interest_percent": "4.00",
                    }
                ],
                "income_deducted": "10.00",
                "billable_hours": "100",
                "rate_step": "1",
                "spread_years": 2,
            },
            "invoices": [
                {
                    "reference": "A",
                    "lines": [
                        {
                            "text": "Work",
                            "quantity": "1.5",
                            "discount_percent": "25",
                            "vat_category": "S",
                            "vat_percent": "25",
                        }
                    ],
                }
            ],
            "actual": {
                "cost_lines": [{"label": "Accounts", "amount": "50000.00"}],
                "sold": [{"quantity": "100", "unit_price": "500.00", "discount_percent": "0"}],
                "interest_percent": "4.00",
            },
        },
        {"year": 2028, "plan": {"cost_lines": [{"label": "Cost", "amount": "1000"}], "billable_hours": "1"}},
    ],
}
GONE = object()


def changed(path: str, value: object) -> dict[str, Any]:
    """FULL with the value at `path` ("years.0.plan.rate_step") replaced, or taken away."""
    scenario = copy.deepcopy(FULL)
    *way, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    part: Any = scenario
    for step in way:
        part = part[step]
    if value is GONE:
        del part[last]
    else:
        part[last] = value
    return scenario


def refusal(scenario: object) -> str:
    with pytest.raises(ScenarioError) as refused:
        simulate(scenario if isinstance(scenario, str) else json.dumps(scenario))
    line = str(refused.value)
    assert "\n" not in line
    return line


def test_the_full_scenario_is_valid() -> None:
    assert [year["year"] for year in simulate(json.dumps(FULL))["years"]] == [2026, 2028]


PLAN = "years.0.plan"
LINE = "years.0.invoices.0.lines.0"
ACTUAL = "years.0.actual"
NOT_DIGITS = 'must be a string of digits, such as "12.50"'
NOT_A_NUMBER = f"{NOT_DIGITS}, not a JSON number"


@pytest.mark.parametrize(
    ("path", "value", "line"),
    [
        # hours not above zero
        (f"{PLAN}.billable_hours", "0", "years[0].plan.billable_hours: must be above zero"),
        (f"{PLAN}.billable_hours", "0.00", "years[0].plan.billable_hours: must be above zero"),
        (f"{PLAN}.billable_hours", "-1", "years[0].plan.billable_hours: must not be negative"),
        # percentages outside 0-100
        (f"{LINE}.discount_percent", "100.01", "years[0].invoices[0].lines[0].discount_percent: must be from 0 to 100"),
        (f"{LINE}.vat_percent", "101", "years[0].invoices[0].lines[0].vat_percent: must be from 0 to 100"),
        (f"{LINE}.vat_percent", "-1", "years[0].invoices[0].lines[0].vat_percent: must not be negative"),
        (f"{ACTUAL}.interest_percent", "100.5", "years[0].actual.interest_percent: must be from 0 to 100"),
        (
            f"{ACTUAL}.sold.0.discount_percent",
            "101",
            "years[0].actual.sold[0].discount_percent: must be from 0 to 100",
        ),
        (
            f"{PLAN}.assets.0.interest_percent",
            "101",
            "years[0].plan.assets[0].interest_percent: must be from 0 to 100",
        ),
        # steps
        (f"{PLAN}.rate_step", "0", "years[0].plan.rate_step: must be a positive multiple of 0.01"),
        (f"{PLAN}.rate_step", "0.005", "years[0].plan.rate_step: must be a positive multiple of 0.01"),
        (f"{PLAN}.rate_step", "-1", "years[0].plan.rate_step: must not be negative"),
        (f"{PLAN}.rate_step", 1, f"years[0].plan.rate_step: {NOT_A_NUMBER}"),
        # fund
        (f"{PLAN}.fund_use", "0.00", "years[0].plan.fund_use: must not stand together with spread_years"),
        (f"{PLAN}.spread_years", 0, "years[0].plan.spread_years: must be from 1 to 5"),
        (f"{PLAN}.spread_years", 6, "years[0].plan.spread_years: must be from 1 to 5"),
        (f"{PLAN}.spread_years", "2", "years[0].plan.spread_years: must be a whole number, without quotes"),
        (f"{PLAN}.spread_years", True, "years[0].plan.spread_years: must be a whole number, without quotes"),
        ("fund.1.amount", "-50.00", "fund: the layers must all have one sign"),
        ("fund.1.origin", 2023, "fund[1].origin: must not be before the layer above (oldest first)"),
        ("fund.0.amount", 100, f"fund[0].amount: {NOT_A_NUMBER}"),
        ("fund.0.amount", -100.5, f"fund[0].amount: {NOT_A_NUMBER}"),
        ("fund.0.origin", "2024", "fund[0].origin: must be a whole number, without quotes"),
        ("fund.0.origin", GONE, "fund[0].origin: is missing"),
        ("fund", {}, "fund: must be a list"),
        # years that do not rise
        ("years.1.year", 2026, "years[1].year: must be later than the year before it"),
        ("years.1.year", 2025, "years[1].year: must be later than the year before it"),
        ("years.0.year", "2026", "years[0].year: must be a whole number, without quotes"),
        ("years.0.year", 2026.0, "years[0].year: must be a whole number, without quotes"),
        ("years.0.year", None, "years[0].year: must be a whole number, without quotes"),
        ("years.0.year", 10_000, "years[0].year: must be from 1 to 9999"),
        ("years", [], "years: must hold at least one year"),
        # what is missing
        ("years", GONE, "years: is missing"),
        (PLAN, GONE, "years[0].plan: is missing"),
        (f"{PLAN}.cost_lines", GONE, "years[0].plan.cost_lines: is missing"),
        (f"{PLAN}.billable_hours", GONE, "years[0].plan.billable_hours: is missing"),
        (f"{ACTUAL}.interest_percent", GONE, "years[0].actual.interest_percent: is missing"),
        (f"{ACTUAL}.sold", GONE, "years[0].actual.sold: is missing"),
        (f"{LINE}.text", GONE, "years[0].invoices[0].lines[0].text: is missing"),
        (f"{LINE}.vat_category", GONE, "years[0].invoices[0].lines[0].vat_category: is missing"),
        # unknown keys
        ("currency", "NOK", 'the scenario: unknown key "currency"'),
        ("years.0.budget", {}, 'years[0]: unknown key "budget"'),
        (f"{PLAN}.hours", "1", 'years[0].plan: unknown key "hours"'),
        (f"{PLAN}.cost_lines.0.area", 3, 'years[0].plan.cost_lines[0]: unknown key "area"'),
        (f"{PLAN}.cost_lines.0.key.base", "1", 'years[0].plan.cost_lines[0].key: unknown key "base"'),
        (f"{PLAN}.assets.0.kind", "", 'years[0].plan.assets[0]: unknown key "kind"'),
        (f"{LINE}.minutes", 90, 'years[0].invoices[0].lines[0]: unknown key "minutes"'),
        ("years.0.invoices.0.date", "", 'years[0].invoices[0]: unknown key "date"'),
        (f"{ACTUAL}.fund_use", "1", 'years[0].actual: unknown key "fund_use"'),
        (f"{ACTUAL}.sold.0.text", "1", 'years[0].actual.sold[0]: unknown key "text"'),
        ("fund.0.note", "", 'fund[0]: unknown key "note"'),
        ("æ\n", 1, 'the scenario: unknown key "\\u00e6\\n"'),
        # amounts, hours and percentages are strings of digits
        (f"{PLAN}.cost_lines.0.amount", 100000, f"years[0].plan.cost_lines[0].amount: {NOT_A_NUMBER}"),
        (f"{PLAN}.cost_lines.0.amount", 1.5, f"years[0].plan.cost_lines[0].amount: {NOT_A_NUMBER}"),
        (f"{PLAN}.cost_lines.0.amount", "-1.00", "years[0].plan.cost_lines[0].amount: must not be negative"),
        (
            f"{PLAN}.cost_lines.0.amount",
            "1.005",
            "years[0].plan.cost_lines[0].amount: must not have more than two decimals",
        ),
        (f"{PLAN}.cost_lines.0.amount", "1,00", f"years[0].plan.cost_lines[0].amount: {NOT_DIGITS}"),
        (f"{PLAN}.cost_lines.0.amount", "1e5", f"years[0].plan.cost_lines[0].amount: {NOT_DIGITS}"),
        (f"{PLAN}.cost_lines.0.amount", "NaN", f"years[0].plan.cost_lines[0].amount: {NOT_DIGITS}"),
        (f"{PLAN}.cost_lines.0.amount", "", f"years[0].plan.cost_lines[0].amount: {NOT_DIGITS}"),
        (f"{PLAN}.cost_lines.0.amount", " 1", f"years[0].plan.cost_lines[0].amount: {NOT_DIGITS}"),
        (f"{PLAN}.cost_lines.0.amount", "1\n", f"years[0].plan.cost_lines[0].amount: {NOT_DIGITS}"),
        (f"{PLAN}.cost_lines.0.amount", "+1", f"years[0].plan.cost_lines[0].amount: {NOT_DIGITS}"),
        (f"{PLAN}.cost_lines.0.amount", "１", f"years[0].plan.cost_lines[0].amount: {NOT_DIGITS}"),
        (f"{PLAN}.cost_lines.0.amount", "9" * 13, f"years[0].plan.cost_lines[0].amount: {NOT_DIGITS}"),
        (f"{PLAN}.cost_lines.0.amount", None, f"years[0].plan.cost_lines[0].amount: {NOT_DIGITS}"),
        (f"{PLAN}.cost_lines.0.amount", True, f"years[0].plan.cost_lines[0].amount: {NOT_DIGITS}"),
        (f"{PLAN}.billable_hours", 100, f"years[0].plan.billable_hours: {NOT_A_NUMBER}"),
        (f"{PLAN}.income_deducted", 0, f"years[0].plan.income_deducted: {NOT_A_NUMBER}"),
        (f"{PLAN}.income_deducted", "-1", "years[0].plan.income_deducted: must not be negative"),
        (f"{LINE}.quantity", 1.5, f"years[0].invoices[0].lines[0].quantity: {NOT_A_NUMBER}"),
        (f"{LINE}.quantity", "-1", "years[0].invoices[0].lines[0].quantity: must not be negative"),
        (f"{LINE}.unit_price", 110, f"years[0].invoices[0].lines[0].unit_price: {NOT_A_NUMBER}"),
        (f"{LINE}.discount_percent", 25, f"years[0].invoices[0].lines[0].discount_percent: {NOT_A_NUMBER}"),
        (f"{ACTUAL}.interest_percent", 4.0, f"years[0].actual.interest_percent: {NOT_A_NUMBER}"),
        # keys and assets
        (f"{PLAN}.cost_lines.0.key.whole", "0", "years[0].plan.cost_lines[0].key.whole: must be above zero"),
        (
            f"{PLAN}.cost_lines.0.key.part",
            "3",
            "years[0].plan.cost_lines[0].key.part: must not be larger than the whole",
        ),
        (f"{PLAN}.cost_lines.0.key.part", 1, f"years[0].plan.cost_lines[0].key.part: {NOT_A_NUMBER}"),
        (f"{PLAN}.cost_lines.0.key", None, "years[0].plan.cost_lines[0].key: must be an object"),
        (f"{PLAN}.assets.0.years", 0, "years[0].plan.assets[0].years: must be from 1 to 1000"),
        (f"{PLAN}.assets.0.years", "5", "years[0].plan.assets[0].years: must be a whole number, without quotes"),
        (f"{PLAN}.assets.0.opening_value", GONE, "years[0].plan.assets[0].opening_value: is missing"),
        # kinds of value
        ("title", 1, "title: must be a text"),
        ("title", 1.5, "title: must be a text"),
        (f"{LINE}.text", 1, "years[0].invoices[0].lines[0].text: must be a text"),
        (
            f"{LINE}.vat_category",
            "s",
            'years[0].invoices[0].lines[0].vat_category: must be a code of capital letters, such as "S"',
        ),
        ("years.0.invoices.0.reference", 7, "years[0].invoices[0].reference: must be a text"),
        ("years.0", [], "years[0]: must be an object"),
        (f"{PLAN}.cost_lines", {}, "years[0].plan.cost_lines: must be a list"),
        ("years.0.invoices", None, "years[0].invoices: must be a list"),
    ],
)  # fmt: skip
def test_a_mistake_is_refused_in_one_line_that_names_the_place(path: str, value: object, line: str) -> None:
    assert refusal(changed(path, value)) == line


def test_a_decided_use_of_the_fund_must_not_be_negative() -> None:
    scenario = changed(f"{PLAN}.spread_years", GONE)
    scenario["years"][0]["plan"]["fund_use"] = "-1.00"
    assert refusal(scenario) == "years[0].plan.fund_use: must not be negative"


def test_a_negative_rate_is_refused_when_the_fund_decides_it() -> None:
    scenario = changed("fund.1.amount", "200000.00")
    assert refusal(scenario).startswith("years[0].plan: the rate would be negative (-")


def test_a_negative_rate_is_refused_when_income_exceeds_cost() -> None:
    assert refusal(changed(f"{PLAN}.income_deducted", "60000.00")).startswith(
        "years[0].plan: the rate would be negative"
    )


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", "line 1 column 1: not JSON (Expecting value)"),
        ("{", "line 1 column 2: not JSON (Expecting property name enclosed in double quotes)"),
        ('{"years": [],}', "line 1 column 14: not JSON (Illegal trailing comma before end of object)"),
        ("{}\n{}", "line 2 column 1: not JSON (Extra data)"),
        ("[]", "the scenario: must be an object"),
        ("null", "the scenario: must be an object"),
        ("12", "the scenario: must be an object"),
        ('{"years": NaN}', "NaN is not a JSON value"),
        ('{"years": [{"year": -Infinity}]}', "-Infinity is not a JSON value"),
        ('{"years": [], "years": []}', 'the key "years" is given twice in one object'),
        ('{"years": [{"year": 1, "year": 2}]}', 'the key "year" is given twice in one object'),
        ("[" * 100_000, "not a scenario (nested too deeply)"),
    ],
)
def test_what_is_no_scenario_at_all_is_refused(text: str, line: str) -> None:
    said = refusal(text)
    # Older versions of Python word the trailing comma otherwise.
    assert said == line or (",}" in text and said.startswith("line 1 column"))


def test_a_number_of_endless_digits_is_refused() -> None:
    assert refusal('{"years": ' + "9" * 5000 + "}").startswith("not a scenario")


# --- What a valid scenario becomes


def test_defaults_are_an_ore_one_year_and_no_deduction() -> None:
    plan = parse(json.dumps({"years": [{"year": 2026, "plan": {"cost_lines": [], "billable_hours": "1"}}]}))
    assert plan.title == ""
    assert plan.years[0].plan.rate_step == Decimal("0.01")
    assert plan.years[0].plan.spread_years == 1
    assert plan.years[0].plan.base.income_deducted == 0
    assert run(plan) == {
        "years": [
            {
                "year": 2026,
                "self_cost": "0.00",
                "fund_use": "0.00",
                "rate": "0.00",
                "invoices": [],
                "fund": {"opening": "0.00", "closing": "0.00", "layers": []},
            }
        ]
    }


def test_empty_layers_are_dropped_and_a_minus_before_zero_with_them() -> None:
    scenario = changed("fund", [{"origin": 2024, "amount": "-0.00"}, {"origin": 2025, "amount": "5.00"}])
    assert simulate(json.dumps(scenario))["years"][0]["fund"]["opening"] == "5.00"


_ORE = st.integers(0, 10**8).map(lambda value: f"{value // 100}.{value % 100:02}")
_PERCENT = st.integers(0, 10_000).map(lambda value: f"{value // 100}.{value % 100:02}")
_QUANTITY = st.integers(0, 10**5).map(lambda value: f"{value // 100}.{value % 100:02}")
_SALE = st.fixed_dictionaries({"quantity": _QUANTITY, "discount_percent": _PERCENT}, optional={"unit_price": _ORE})
_INVOICE_LINE = st.fixed_dictionaries(
    {
        "text": st.just("Work"),
        "quantity": _QUANTITY,
        "discount_percent": _PERCENT,
        "vat_category": st.sampled_from("SE"),
        "vat_percent": st.sampled_from(["25", "25.00", "15", "12", "0"]),
    },
    optional={"unit_price": _ORE},
)
_YEAR = st.fixed_dictionaries(
    {
        "cost": _ORE,
        "hours": st.integers(1, 10**5).map(lambda value: f"{value // 10}.{value % 10}"),
        "step": st.sampled_from(["0.01", "1", "5"]),
        "spread": st.integers(1, 5),
        "lines": st.lists(_INVOICE_LINE, max_size=5),
        "actual": st.none() | st.tuples(_ORE, st.lists(_SALE, max_size=4), _PERCENT),
    }
)


@some_examples
@given(st.lists(_YEAR, min_size=1, max_size=4))
def test_any_scenario_is_answered_as_the_rules_in_fractions_say(years: list[dict[str, Any]]) -> None:
    scenario: dict[str, Any] = {"years": []}
    for number, year in enumerate(years, start=2026):
        written: dict[str, Any] = {
            "year": number,
            "plan": {
                "cost_lines": [{"label": "Cost", "amount": year["cost"]}],
                "billable_hours": year["hours"],
                "rate_step": year["step"],
                "spread_years": year["spread"],
            },
            "invoices": [{"reference": "R", "lines": year["lines"]}],
        }
        if year["actual"]:
            cost, sold, percent = year["actual"]
            written["actual"] = {
                "cost_lines": [{"label": "Accounts", "amount": cost}],
                "sold": sold,
                "interest_percent": percent,
            }
        scenario["years"].append(written)
    layers: list[tuple[int, Fraction]] = []
    expected = []
    for number, year in enumerate(years, start=2026):
        use = oracle.fund_use(layers, number, year["spread"])
        to_recover = Fraction(year["cost"]) - use
        if to_recover < 0:
            assert refusal(scenario).startswith(f"years[{number - 2026}].plan: the rate would be negative")
            return
        rate = oracle.rate(to_recover, Fraction(year["hours"]), Fraction(year["step"]))
        expected.append({"fund_use": use, "rate": rate, **_invoice(year["lines"], rate)})
        if year["actual"]:
            cost, sold, percent = year["actual"]
            gross = sum((_line(sale, rate)[0] for sale in sold), Fraction(0))
            result = gross - Fraction(cost)
            opening = sum((amount for _, amount in layers), Fraction(0))
            interest = oracle.hu((2 * opening + result) / 2 * Fraction(percent) / 100)
            layers = oracle.moved(layers, number, result, interest)
        expected[-1]["layers"] = layers
    answer = simulate(json.dumps(scenario))
    got = [
        {
            "fund_use": Fraction(year["fund_use"]),
            "rate": Fraction(year["rate"]),
            "net": Fraction(year["invoices"][0]["net"]),
            "vat": Fraction(year["invoices"][0]["vat"]),
            "total": Fraction(year["invoices"][0]["total"]),
            "layers": [(layer["origin"], Fraction(layer["amount"])) for layer in year["fund"]["layers"]],
        }
        for year in answer["years"]
    ]
    assert got == expected
    assert "-0.00" not in json.dumps(answer)
    for year in answer["years"]:
        assert Fraction(year["fund"]["closing"]) == sum(
            (Fraction(layer["amount"]) for layer in year["fund"]["layers"]), Fraction(0)
        )


def _line(sale: dict[str, str], rate: Fraction) -> tuple[Fraction, Fraction, Fraction]:
    price = Fraction(sale["unit_price"]) if "unit_price" in sale else rate
    return oracle.line(Fraction(sale["quantity"]), price, Fraction(sale["discount_percent"]))


def _invoice(lines: list[dict[str, str]], rate: Fraction) -> dict[str, Any]:
    bases: dict[tuple[str, Fraction], Fraction] = {}
    for line in lines:
        group = (line["vat_category"], Fraction(line["vat_percent"]))
        bases[group] = bases.get(group, Fraction(0)) + _line(line, rate)[2]
    net = sum(bases.values(), Fraction(0))
    vat = sum((oracle.hu(base * percent / 100) for (_, percent), base in bases.items()), Fraction(0))
    return {"net": net, "vat": vat, "total": net + vat}
