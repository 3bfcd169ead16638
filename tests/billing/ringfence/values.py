"""Reports as values, without a database: the memo's year, and one that is as full and hostile as people can make it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from advisory.kernel.money import ZERO
from billing.ringfence.report import (
    Checked,
    Financing,
    Finding,
    FundingFigures,
    Group,
    PotUse,
    ServiceUse,
    Source,
)

MADE = datetime(2027, 2, 3, 8, 12, tzinfo=UTC)
#: Half-width forms, a bell, a lone surrogate, markup, a formula, no space to break at, right to left, a picture.
HOSTILE = ("<b>=SUM(A1)\u0007 \ud800 ﾃｽﾄ \u202e" + "x" * 200 + " 🐴 Čáhppesgáisá")[:160]


def kroner(*amounts: str) -> tuple[Decimal, ...]:
    return tuple(Decimal(amount) for amount in amounts)


def memo_year() -> FundingFigures:
    """The year of domain.md 1.4 example 1, as the picture of the report has it."""
    return FundingFigures(
        first=date(2026, 1, 1),
        last=date(2026, 12, 31),
        made_at=MADE,
        minutes=(1140 * 60, 780 * 60, 1050 * 60, 210 * 60),
        cost=kroner("917735.85", "627924.53", "845283.02", "169056.60"),
        missing=(),
        financing=(
            Financing(Source.BASE_GRANT, kroner("917735.85", "627924.53", "0.00", "0.00")),
            Financing(Source.CUSTOMERS, kroner("0.00", "0.00", "633441.60", "0.00")),
            Financing(Source.POT, kroner("0.00", "0.00", "182354.40", "0.00"), "Øremerket tilskudd", 1),
            Financing(Source.FUND, kroner("0.00", "0.00", "29487.02", "0.00"), "advice"),
            Financing(Source.PROJECT, kroner("0.00", "0.00", "0.00", "169056.60")),
        ),
        base_grant=Decimal("1800000.00"),
        project_money=Decimal("200000.00"),
        unbilled_minutes=0,
        services=(
            ServiceUse(1, ("Verktøykatalogen",) * 3, 1140 * 60, True, 0),
            ServiceUse(2, ("Møteplass",) * 3, 780 * 60, True, 0),
            ServiceUse(3, ("Digital strategi", "Digital strategi", "Digital strategy"), 850 * 60, False, 12),
            ServiceUse(3, ("Fagutvikling",) * 3, 200 * 60, True, 0),
            ServiceUse(4, ("Felles innlogging",) * 3, 210 * 60, True, 0),
        ),
        organisations=31,
        by_tier=(Group("T1", 11, Decimal(70)), Group("T2", 12, Decimal(50)), Group("T0", 8, Decimal(0))),
        by_members=(Group("0", 9), Group("50", 14), Group("200", 8)),
        by_county=(Group("Vestland", 17), Group("Oslo", 8), Group("Troms", None, None, True), Group("", None)),
        by_kind=(Group("voluntary", 31),),
        pots=(PotUse(1, "Øremerket tilskudd", "Kulturdepartementet", Decimal(200000), Decimal("182354.40")),),
        checks=(
            Checked(Finding.HOURS_HAVE_AREA, True, count=3180 * 60),
            Checked(Finding.NO_GRANT_IN_AREA_4, True, amount=Decimal("169056.60")),
            Checked(Finding.RATE_HOLDS_AREA_3, True),
            Checked(Finding.POTS_PAY_DISCOUNTS, True, amount=Decimal("182354.40"), other=Decimal(200000)),
            Checked(Finding.FINANCING_IS_COST, True),
            Checked(Finding.ACCOUNTS_ARE_MAPPED, True),
        ),
    )


def crowded() -> FundingFigures:
    """Thirty pots, sixty services and twenty counties with names nobody can print, and amounts of a milliard."""
    huge = Decimal("999999999.99")
    pots = tuple(PotUse(each, f"{each} {HOSTILE}"[:80], HOSTILE[:120], huge, huge) for each in range(30))
    area_3 = (ZERO, ZERO, huge, ZERO)
    rows = (
        Financing(Source.BASE_GRANT, (huge, huge, ZERO, ZERO)),
        Financing(Source.CUSTOMERS, (huge, huge, huge, huge)),
        Financing(Source.NOT_INVOICED, area_3),
        *(Financing(Source.POT, area_3, pot.name, pot.pot) for pot in pots),
        Financing(Source.NOT_DRAWN, area_3),
        *(Financing(Source.DEDUCTED, area_3, service) for service in ("advice", "courses")),
        *(Financing(Source.OTHER_YEARS, area_3, service) for service in ("advice", "courses")),
        Financing(Source.FUND, (ZERO, ZERO, -huge, ZERO), "advice"),
        Financing(Source.FUND, area_3, "courses"),
        Financing(Source.PROJECT, (ZERO, ZERO, ZERO, huge)),
        Financing(Source.UNCOVERED, (huge, -huge, huge, huge)),
    )
    memo = memo_year()
    return FundingFigures(
        **{
            **{name: getattr(memo, name) for name in memo.__dataclass_fields__},
            "minutes": (10**8,) * 4,
            "cost": tuple(sum((row.amounts[place] for row in rows), ZERO) for place in range(4)),
            "financing": rows,
            "unbilled_minutes": 10**7,
            "services": tuple(
                ServiceUse(1 + each % 4, (f"{each} {HOSTILE}"[:80],) * 3, 10**6, each % 2 == 0, None)
                for each in range(60)
            ),
            "organisations": None,
            "by_county": tuple(Group(f"{each} {HOSTILE}"[:40], 5) for each in range(20))
            + tuple(Group(f"{each} {HOSTILE}"[:40], None, None, True) for each in range(20)),
            "pots": pots,
            "checks": (
                Checked(Finding.NO_GRANT_IN_AREA_4, False, amount=huge, other=huge),
                Checked(Finding.RATE_HOLDS_AREA_3, False, amount=huge, count=99, areas=(1, 2, 4)),
                Checked(Finding.POTS_PAY_DISCOUNTS, False, count=20, documents=tuple(range(202600001, 202600021))),
                Checked(Finding.FINANCING_IS_COST, False, amount=huge, areas=(1, 2, 3, 4)),
                Checked(Finding.ACCOUNTS_ARE_MAPPED, False, amount=huge, count=300),
                Checked(Finding.HOURS_HAVE_AREA, True, count=10**9),
            ),
        }
    )
