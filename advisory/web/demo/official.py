"""Figures that others decide: on-costs of 2026 with the zones of the employer's levy, and interest of some years."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from advisory.web.demo.people import Staff
from advisory.web.demo.wishes import Wishes, at
from billing.official_rates.models import LevyZone, OnCosts
from billing.official_rates.tables import OnCostsFacts, set_interest, set_on_costs

#: Domain rules, 1.3. The ceilings are 6 G and 12 G with G = 130 160 kr (1 May 2025).
ON_COSTS = OnCostsFacts(
    holiday_percent=Decimal("10.20"),
    holiday_days=21,
    agreed_holiday_percent=Decimal("12.00"),
    agreed_holiday_days=25,
    over_60_percent=Decimal("2.30"),
    over_60_days=5,
    over_60_ceiling=Decimal("780960.00"),
    pension_percent=Decimal("2.00"),
    pension_ceiling=Decimal("1561920.00"),
    gross_hours=Decimal("1950.00"),
    hours_a_day=Decimal("7.50"),
    public_holiday_hours=Decimal("75.00"),
    absence_percent=Decimal("3.50"),
    source="Satser for 2026: Skatteetaten (avgift), ferieloven, OTP-loven. Fravær: egen erfaring.",
)
ZONES = (
    ("I", "14.10"),
    ("Ia, under fribeløpet", "10.60"),
    ("Ia, over fribeløpet", "14.10"),
    ("II", "10.60"),
    ("III", "6.40"),
    ("IV", "5.10"),
    ("IVa, under fribeløpet", "5.10"),
    ("IVa, over fribeløpet", "7.90"),
    ("V", "0.00"),
)
#: Interest of self-cost that is published (domain rules, 1.1); other years have an invented figure, and say so.
PUBLISHED = {2020: "1.39", 2021: "1.96", 2023: "4.30"}
INVENTED = "4.00"


def write_official_rates(staff: Staff, wishes: Wishes) -> OnCosts:
    """The table that the bases of the memo's year and later use, and interest up to the year before the memo's."""
    by, now = staff.administrator, at(wishes.first_day - timedelta(days=28), 13)
    for year in range(wishes.year - 4, wishes.year):
        known = PUBLISHED.get(year)
        source = "KBN, kalkylerente" if known else "Oppdiktet tall for demonstrasjonen"
        set_interest(year=year, percent=Decimal(known or INVENTED), source=source, by=by, now=now)
    zones = [(code, Decimal(percent)) for code, percent in ZONES]
    start = date(min(2026, wishes.year), 1, 1)
    return set_on_costs(valid_from=start, facts=ON_COSTS, zones=zones, by=by, now=now)


def zone(code: str) -> LevyZone:
    """A zone of the newest table."""
    return LevyZone.objects.filter(code=code).order_by("-on_costs__valid_from")[0]
