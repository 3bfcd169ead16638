"""Domain rules 1.4, example 2, as rows of a sheet: two people, other costs, a shared support pool, an asset, a grant.

S 2 084 293.79 over 2 279.8 h is 914.2441, rounded down to 914 kr.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from advisory.kernel.fields import nok
from advisory.kernel.users import User
from billing.models import CostBase
from billing.official_rates.models import InterestRate, LevyZone, OnCosts
from billing.selfcost import base, lines
from billing.selfcost.facts import AssetFacts, BaseFacts, KeyFacts, LineFacts, SalaryFacts
from tests.builders import NOW

SELF_COST, HOURS, RATE = Decimal("2084293.79"), Decimal("2279.80"), Decimal("914.00")


def on_costs(by: User, *, valid_from: date = date(2025, 1, 1)) -> LevyZone:
    """The on-costs of the example, and zone I."""
    table = OnCosts.objects.create(
        valid_from=valid_from,
        holiday_percent=Decimal("10.20"),
        holiday_days=21,
        agreed_holiday_percent=Decimal("12.00"),
        agreed_holiday_days=25,
        over_60_percent=Decimal("2.30"),
        over_60_days=5,
        over_60_ceiling=nok("780960.00"),
        pension_percent=Decimal("2.00"),
        pension_ceiling=nok("1561920.00"),
        gross_hours=Decimal("1950.00"),
        hours_a_day=Decimal("7.50"),
        public_holiday_hours=Decimal("75.00"),
        absence_percent=Decimal("3.50"),
        source="Domain rules 1.3",
        set_at=NOW,
        set_by=by,
    )
    return LevyZone.objects.create(on_costs=table, code="I", percent=Decimal("14.10"))


def interest(by: User, year: int = 2026, percent: str = "4.00") -> InterestRate:
    """The interest of a year."""
    return InterestRate.objects.create(year=year, percent=Decimal(percent), source="x", set_at=NOW, set_by=by)


def bottom_up(by: User, zone: LevyZone | None = None, *, year: int = 2026) -> CostBase:
    """The example as a draft for advice."""
    zone = zone or on_costs(by)
    made = base.draft_cost_base(year=year, service="advice", by=by, now=NOW)
    seventy = Decimal(70)
    lines.write_rows(
        cost_base=made,
        keys=[KeyFacts("full_time", Decimal("1.5"), Decimal(1), Decimal(2), Decimal("0.3"), Decimal("0.2"))],
        lines=[
            (None, LineFacts("Reise og lisenser", Decimal(95000), source="Budsjett 2026")),
            (None, LineFacts("Støttefunksjoner", Decimal(1180000), source="Budsjett", kind="support", key="full_time")),
        ],
        salaries=[
            (None, SalaryFacts("Rådgiver A", Decimal(640000), zone, billable_percent=seventy)),
            (None, SalaryFacts("Rådgiver B", Decimal(720000), zone, billable_percent=seventy)),
        ],
        assets=[(None, AssetFacts("Utstyr", Decimal(150000), 5, Decimal(150000), Decimal(4), "Faktura"))],
        by=by,
        now=NOW,
    )
    figures = BaseFacts(
        billable_hours=HOURS, rate_step=Decimal(1), income_deducted=Decimal(120000), income_source="Tilskuddsbrev"
    )
    return base.change_cost_base(cost_base=made, facts=figures, by=by, now=NOW)
