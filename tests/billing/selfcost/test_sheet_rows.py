"""People, assets and keys of a cost base: the figures of the domain's examples, and rows that are kept once adopted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from django.db import IntegrityError, models, transaction
from hypothesis import given
from hypothesis import strategies as st

from advisory.kernel.fields import nok
from advisory.kernel.money import half_up, largest_remainder
from advisory.kernel.users import User
from billing.models import AllocationKey, AssetLine, CostBase, CostLine, RateVersion, SalaryLine
from billing.pricing.proof import rate_contradictions
from billing.pricing.statement import rate_from_json, rate_to_json
from billing.selfcost import adopt, base, copying, lines, salaries
from billing.selfcost.calculation import Asset
from billing.selfcost.facts import AssetFacts, BaseFacts, KeyFacts, LineFacts, SalaryFacts
from billing.selfcost.lines import KeyNotFilled
from billing.selfcost.rows import part_and_whole, rows_of
from tests import builders
from tests.billing.selfcost.bottom_up import HOURS, RATE, SELF_COST, bottom_up, interest, on_costs
from tests.builders import NOW
from tests.properties import some_examples

pytestmark = pytest.mark.django_db


@pytest.fixture
def maker() -> User:
    return builders.administrator()


@pytest.fixture
def adopter() -> User:
    return builders.administrator()


def adopted(made: CostBase, maker: User, adopter: User, day: date | None = None) -> RateVersion:
    base.submit_cost_base(cost_base=made, by=maker, now=NOW)
    return adopt.adopt_rate(cost_base=made, valid_from=day or date(made.year, 1, 1), by=adopter, now=NOW)


def test_people_support_an_asset_and_a_grant_become_914_an_hour(maker: User, adopter: User) -> None:
    version = adopted(bottom_up(maker), maker, adopter)
    assert (version.self_cost.amount, version.billable_hours, version.rate.amount) == (SELF_COST, HOURS, RATE)


def test_each_row_of_the_example_costs_what_the_example_says(maker: User, adopter: User) -> None:
    version = adopted(bottom_up(maker), maker, adopter)
    fact = rate_from_json(version.calculation)
    assert [(line.label, line.attributed) for line in fact.cost_lines] == [
        ("Reise og lisenser", Decimal("95000.00")),
        ("Støttefunksjoner", Decimal("472000.00")),
        ("Rådgiver A", Decimal("753832.37")),
        ("Rådgiver B", Decimal("848061.42")),
        ("Avskrivning av Utstyr", Decimal("30000.00")),
        ("Rente på Utstyr", Decimal("5400.00")),
        ("Inntekter som trekkes fra", Decimal("-120000.00")),
    ]
    assert not rate_contradictions(fact)
    assert rate_from_json(rate_to_json(fact)) == fact


def test_the_people_suggest_the_examples_hours(maker: User) -> None:
    made = bottom_up(maker)
    people = rows_of(made).salaries
    assert [salaries.hours_of(line) for line in people] == [Decimal("1628.44")] * 2
    assert salaries.suggested_hours(people) == Decimal("2279.8")


def test_a_shared_person_brings_only_the_services_part_of_the_hours(maker: User) -> None:
    """The memo: 1 000 of 3 256 hours, 80 % billable, is 800 hours (two people of 1 628 each)."""
    made = bottom_up(maker)
    line = made.salaries.all()[0]
    line.key_part, line.key_whole, line.billable_percent = Decimal(1000), Decimal(3256), Decimal(80)
    assert salaries.billable_hours_of(line) == half_up(Fraction("1628.44") * 1000 / 3256 * 80 / 100)


def test_a_line_of_two_full_time_equivalents_has_two_ceilings(maker: User) -> None:
    """1 700 000 is above 12 G (1 561 920): 2 % of the ceiling is 31 238.40 for one and twice that for two."""
    made, zone = bottom_up(maker), on_costs(maker, valid_from=date(2025, 6, 1))
    for count, pension in ((Decimal(1), "31238.40"), (Decimal(2), "62476.80"), (Decimal("0.5"), "17000.00")):
        facts = SalaryFacts("Leder", Decimal(1700000), zone, full_time_equivalents=count)
        line = lines.add_salary_line(cost_base=made, facts=facts, by=maker, now=NOW)
        assert salaries.cost_of(line).pension == Decimal(pension)


def test_a_changed_key_gives_every_row_that_names_it_the_new_share(maker: User) -> None:
    made = bottom_up(maker)
    numbers = KeyFacts("full_time", Decimal(1), Decimal(1), Decimal(3), Decimal(0), Decimal(1))
    lines.set_key(cost_base=made, facts=numbers, by=maker, now=NOW)
    shared = made.lines.get(key="full_time")
    assert (shared.key_part, shared.key_whole) == (Decimal(3), Decimal(6))
    assert made.lines.get(key="").key_part is None


def test_a_row_that_names_an_empty_key_is_refused(maker: User) -> None:
    made = bottom_up(maker)
    with pytest.raises(KeyNotFilled):
        lines.add_cost_line(cost_base=made, facts=LineFacts("Husleie", Decimal(1000), key="hours"), by=maker, now=NOW)
    with pytest.raises(KeyNotFilled):
        lines.set_key(cost_base=made, facts=KeyFacts("full_time"), by=maker, now=NOW)
    assert made.keys.get().advice == Decimal(2)


numbers = st.decimals(min_value=0, max_value=5000, places=2)
amounts = st.decimals(min_value=0, max_value=9_000_000, places=2)


@some_examples
@given(amount=amounts, areas=st.lists(numbers, min_size=5, max_size=5).filter(any))
def test_the_parts_of_a_shared_cost_sum_to_the_whole(amount: Decimal, areas: list[Decimal]) -> None:
    """The service against the rest by largest remainder is the formula HU(amount * part / whole)."""
    key = AllocationKey(
        kind="hours",
        catalogue=areas[0], meeting_place=areas[1], advice=areas[2], courses=areas[3], joint_projects=areas[4],
    )  # fmt: skip
    part, whole = part_and_whole(key, "advice")
    own, rest = largest_remainder(amount, [part, whole - part])
    assert own + rest == amount
    assert own == half_up(Fraction(amount) * Fraction(part) / Fraction(whole))
    others = [number for index, number in enumerate(areas) if index != 2]
    if any(others):
        assert sum(largest_remainder(rest, others)) + own == amount
    assert part_and_whole(key, "courses") == (areas[3], sum(areas))


@pytest.mark.parametrize("model", [CostBase, CostLine, SalaryLine, AssetLine, AllocationKey], ids=lambda m: m.__name__)
def test_no_row_of_an_adopted_base_can_be_changed_added_or_deleted(
    maker: User, adopter: User, model: type[models.Model]
) -> None:
    made = bottom_up(maker)
    adopted(made, maker, adopter)
    manager = model._default_manager
    row = manager.first()
    assert row is not None
    attempts: list[Callable[[], object]] = [
        lambda: manager.all()._raw_delete("default"),
        *(
            lambda field=field: manager.filter(pk=row.pk).update(**{field.attname: getattr(row, field.attname)})
            for field in model._meta.concrete_fields
        ),
    ]
    if model is not CostBase:
        copy = model._default_manager.get(pk=row.pk)
        copy.pk, copy._state.adding = None, True
        if isinstance(copy, AllocationKey):
            copy.kind = "hours"
        attempts.append(lambda: copy.save(force_insert=True))
    for attempt in attempts:
        with pytest.raises(IntegrityError), transaction.atomic():
            attempt()


def test_verbs_refuse_rows_of_an_adopted_base(maker: User, adopter: User) -> None:
    made = bottom_up(maker)
    adopted(made, maker, adopter)
    with pytest.raises(base.BaseAdopted):
        lines.remove_salary_line(line=made.salaries.all()[0], by=maker, now=NOW)
    with pytest.raises(base.BaseAdopted):
        lines.remove_asset_line(line=made.assets.get(), by=maker, now=NOW)
    with pytest.raises(base.BaseAdopted):
        lines.set_key(cost_base=made, facts=KeyFacts("hours", advice=Decimal(1)), by=maker, now=NOW)


def test_next_year_starts_with_all_rows_and_assets_one_year_older(maker: User, adopter: User) -> None:
    made = bottom_up(maker)
    lines.add_asset_line(
        cost_base=made,
        facts=AssetFacts("Siste år", Decimal(100), 3, Decimal("33.34"), Decimal(4)),
        by=maker,
        now=NOW,
    )
    interest(maker, 2027, "3.50")
    newer = on_costs(maker, valid_from=date(2027, 1, 1))
    following = base.draft_cost_base(year=2027, service="advice", by=maker, now=NOW, copy_from=made)
    [asset] = following.assets.all()
    # 150 000 - 30 000 = 120 000; the one that ends is left out.
    assert (asset.label, asset.opening_value.amount) == ("Utstyr", Decimal("120000.00"))
    assert asset.interest_percent == Decimal("3.50")
    assert {line.levy_zone_id for line in following.salaries.all()} == {newer.pk}
    assert {line.on_costs_id for line in following.salaries.all()} == {newer.on_costs_id}
    assert following.lines.count() == 2
    assert following.keys.get().advice == Decimal(2)
    assert following.income_source == "Tilskuddsbrev"
    assert made.assets.count() == 2


@some_examples
@given(cost=st.decimals(min_value="0.01", max_value=10**7, places=2), years=st.integers(1, 40))
def test_an_asset_is_used_up_after_its_years(cost: Decimal, years: int) -> None:
    asset = Asset("Utstyr", cost, years, cost, Decimal(4))
    assert copying.rolled(asset, years) is None
    if years > 1 and asset.depreciation > Decimal("0.50"):
        left = copying.rolled(asset, years - 1)
        assert left is not None
        assert abs(left - asset.depreciation) <= Decimal(years).scaleb(-2)


def test_a_price_per_seat_is_adopted_and_proved(maker: User, adopter: User) -> None:
    """Domain rules, example 3: 21 437.50 over 18 seats is 1 190.9722, rounded down to 1 190.97."""
    made = base.draft_cost_base(year=2026, service="courses", by=maker, now=NOW)
    assert made.unit == "seats"
    facts = LineFacts("Kurs", Decimal("21437.50"), source="Budsjett")
    lines.add_cost_line(cost_base=made, facts=facts, by=maker, now=NOW)
    base.change_cost_base(cost_base=made, facts=BaseFacts(billable_hours=Decimal(18)), by=maker, now=NOW)
    version = adopted(made, maker, adopter)
    fact = rate_from_json(version.calculation)
    assert (version.rate.amount, version.unit, fact.unit) == (Decimal("1190.97"), "seats", "seats")
    assert not rate_contradictions(fact)


def test_a_price_per_seat_never_prices_hours(maker: User, adopter: User) -> None:
    builders.rate(service="courses", valid_from=date(2025, 1, 1))
    made = base.draft_cost_base(year=2026, service="courses", by=maker, now=NOW)
    lines.add_cost_line(cost_base=made, facts=LineFacts("Kurs", Decimal(1000)), by=maker, now=NOW)
    base.change_cost_base(cost_base=made, facts=BaseFacts(billable_hours=Decimal(10)), by=maker, now=NOW)
    version = adopted(made, maker, adopter)
    assert RateVersion.objects.on("courses", date(2025, 12, 31)) is not None
    assert RateVersion.objects.on("courses", date(2026, 1, 1)) is None
    assert RateVersion.objects.in_force("courses", date(2026, 1, 1)) == version


def test_old_arithmetic_reads_as_hours() -> None:
    assert rate_from_json(builders.rate().calculation).unit == "hours"


def test_costs_of_other_areas_are_refused_in_one_go_with_nothing_stored(maker: User) -> None:
    made = bottom_up(maker)
    before = base.fingerprint(made)
    with pytest.raises(base.AreaNotInRate):
        lines.write_rows(
            cost_base=made,
            lines=[(None, LineFacts("Drift", Decimal(1))), (None, LineFacts("Prosjekt", Decimal(1), funding_area=4))],
            by=maker,
            now=NOW,
        )
    assert base.fingerprint(made) == before


@pytest.mark.parametrize(
    "values",
    [{"annual_salary": nok(-1)}, {"full_time_equivalents": Decimal(0)}, {"billable_percent": Decimal("100.01")}],
    ids=lambda values: next(iter(values)),
)
def test_the_database_refuses_salaries_that_cannot_be(maker: User, values: dict[str, object]) -> None:
    made = bottom_up(maker)
    with pytest.raises(IntegrityError), transaction.atomic():
        made.salaries.update(**values)
