"""The cost bases and their rates, made and adopted by two people as the house demands it.

The figures of the middle year are the memo's: 2 500 000 kr for two full-time equivalents, of which 1 000 of 3 256
hours are advice, 800 of them billed: 767 813.27 kr of self-cost, 959.76 kr an hour (domain rules, example 1). Of the
year before only the months with hours are budgeted. The year after is made of people, an asset and shared costs, and
gives some of the fund back: in the autumn it waits for the second person. Courses are priced per seat.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from advisory.kernel import show
from advisory.web.demo.official import zone
from advisory.web.demo.people import Staff
from advisory.web.demo.tasks import Task
from advisory.web.demo.wishes import Wishes, at
from billing.models import CostBase
from billing.selfcost.adopt import adopt_rate
from billing.selfcost.base import change_cost_base, draft_cost_base, submit_cost_base
from billing.selfcost.facts import AssetFacts, BaseFacts, KeyFacts, LineFacts, SalaryFacts
from billing.selfcost.lines import write_rows
from billing.selfcost.models import CostKind, KeyKind
from engagements.work.models import SelfcostService

_COSTS = (
    ("Lønn og sosiale kostnader", CostKind.SALARY),
    ("Husleie", CostKind.PREMISES),
    ("IKT", CostKind.ICT),
    ("Reise", CostKind.TRAVEL),
    ("Revisjon og regnskap", CostKind.SUPPORT),
    ("Kompetanse", CostKind.OTHER),
)
#: Budgets of the year before and of the memo's year, in the order of the costs.
BEFORE = (1_796_000, 205_000, 176_000, 92_000, 73_000, 58_000)
MEMO = (1_868_000, 212_000, 190_000, 95_000, 75_000, 60_000)
BILLABLE_HOURS = Decimal(800)
#: 3 256 hours of two full-time equivalents, by area.
HOURS = KeyFacts(KeyKind.HOURS, Decimal(1_230), Decimal(846), Decimal(1_000), Decimal(0), Decimal(180))
FULL_TIME = KeyFacts(
    KeyKind.FULL_TIME, Decimal("0.65"), Decimal("0.45"), Decimal("0.60"), Decimal("0.10"), Decimal("0.20")
)
#: Fewer days than these are budgeted as if they were so many.
FEWEST_DAYS = 30
SEATS = Decimal(180)
WHOLE_YEAR = 365
SPREAD_YEARS, EXPECTED = 3, Decimal("-9500.00")


def set_rates(staff: Staff, wishes: Wishes) -> None:
    """Adopt the rates of the memo's year and of the year before it, each in the autumn before."""
    for year, budget in ((wishes.year - 1, BEFORE), (wishes.year, MEMO)):
        drafted = at(date(year - 1, 10, 1), 10)
        for base in (_advice(year, budget, staff, wishes, drafted), _courses(year, staff, wishes, drafted)):
            _hand_over(base, staff, at(date(year - 1, 10, 20), 14, 20))
            _adopt(base, staff, at(date(year - 1, 11, 5), 12))


def next_base(staff: Staff, wishes: Wishes) -> list[Task]:
    """The base of the year after the memo's: adopted where that year has begun, in review in the autumn before."""
    year = wishes.year + 1
    has_begun = year <= wishes.as_of.year
    if not has_begun and wishes.as_of.month < 10:
        return []
    drafted = date(year - 1, 10, 1) if has_begun else wishes.as_of - timedelta(days=12)
    handed_over = date(year - 1, 10, 20) if has_begun else wishes.as_of - timedelta(days=4)
    tasks = [
        Task(at(drafted, 10), lambda now: _with_people(year, staff, now)),
        Task(at(handed_over, 14, 20), lambda now: _hand_over(_unfinished(year), staff, now)),
    ]
    if has_begun:
        tasks.append(Task(at(date(year - 1, 11, 5), 12), lambda now: _adopt(_unfinished(year), staff, now)))
    return tasks


def _unfinished(year: int) -> CostBase:
    return CostBase.objects.get(year=year, service=SelfcostService.ADVICE, rate_version=None)


def _hand_over(base: CostBase, staff: Staff, now: datetime) -> None:
    submit_cost_base(cost_base=base, by=staff.administrator, now=now)


def _adopt(base: CostBase, staff: Staff, now: datetime) -> None:
    adopt_rate(cost_base=base, valid_from=date(base.year, 1, 1), by=staff.second, now=now)


def _advice(year: int, budget: Sequence[int], staff: Staff, wishes: Wishes, now: datetime) -> CostBase:
    by = staff.administrator
    base = draft_cost_base(year=year, service=SelfcostService.ADVICE, by=by, now=now)
    days = days_of(year, wishes)
    lines = [
        LineFacts(label, _part(amount, days), kind=kind, key=KeyKind.HOURS, source=f"Budsjett {year}")
        for (label, kind), amount in zip(_COSTS, budget, strict=True)
    ]
    write_rows(cost_base=base, keys=[HOURS], lines=[(None, line) for line in lines], by=by, now=now)
    hours = BILLABLE_HOURS if days >= WHOLE_YEAR else BILLABLE_HOURS * days // WHOLE_YEAR
    comment = _memo_comment(year) if days >= WHOLE_YEAR else _part_comment(year, wishes)
    return change_cost_base(
        cost_base=base, facts=BaseFacts(billable_hours=hours, comment=comment), by=by, now=now + timedelta(minutes=45)
    )


def days_of(year: int, wishes: Wishes) -> int:
    """For how many days of the year there is a budget: those from the demo's first day on, or all of them."""
    if year >= wishes.year or wishes.first_day.year > year:
        return WHOLE_YEAR
    return max(FEWEST_DAYS, min(WHOLE_YEAR, (date(year, 12, 31) - wishes.first_day).days + 1))


def _part(amount: int, days: int) -> Decimal:
    """The part of a year's budget, in whole hundreds; all of it for a whole year."""
    return Decimal(amount if days >= WHOLE_YEAR else amount * days // WHOLE_YEAR // 100 * 100)


def _with_people(year: int, staff: Staff, now: datetime) -> None:
    """Two people and some help, an asset, and shared costs; the fund is given back over three years."""
    by, zone_1 = staff.administrator, zone("I")
    base = draft_cost_base(year=year, service=SelfcostService.ADVICE, by=by, now=now)
    by_hours, budget = KeyKind.HOURS.value, f"Budsjett {year}"
    people = [
        SalaryFacts("Rådgiver", Decimal(640_000), zone_1, billable_percent=Decimal(80), key=by_hours),
        SalaryFacts("Seniorrådgiver", Decimal(720_000), zone_1, billable_percent=Decimal(80), key=by_hours),
        SalaryFacts("Administrasjon", Decimal(585_000), zone_1, Decimal("0.40"), key=by_hours),
    ]
    lines = [
        LineFacts("Husleie", Decimal(217_000), kind=CostKind.PREMISES, key=KeyKind.FULL_TIME, source="Leieavtalen"),
        LineFacts("IKT", Decimal(198_000), kind=CostKind.ICT, key=by_hours, source=budget),
        LineFacts("Reise", Decimal(94_000), kind=CostKind.TRAVEL, key=by_hours, source=budget),
        LineFacts("Revisjon og regnskap", Decimal(78_000), kind=CostKind.SUPPORT, key=by_hours, source=budget),
        LineFacts("Kurs for rådgiverne", Decimal(24_500), source=budget),
    ]
    equipment = AssetFacts(
        "Møteutstyr og maskiner", Decimal(150_000), 5, Decimal(150_000), Decimal("4.00"), "Tilbud av oktober"
    )
    write_rows(
        cost_base=base,
        keys=[HOURS, FULL_TIME],
        lines=[(None, line) for line in lines],
        salaries=[(None, person) for person in people],
        assets=[(None, equipment)],
        by=by,
        now=now,
    )
    facts = BaseFacts(
        billable_hours=BILLABLE_HOURS,
        income_deducted=Decimal(18_000),
        income_source="Refusjon av reise, etter avtale",
        spread_years=SPREAD_YEARS,
        expected_result=EXPECTED,
        comment=(
            "Lønna står nå rolle for rolle, med påslag, i stedet for som én sum: den gamle summen er den store "
            "nedgangen, rollene er økningene. Overdekning som går tilbake, holder prisen nede."
        ),
    )
    change_cost_base(cost_base=base, facts=facts, by=by, now=now + timedelta(minutes=45))


def _courses(year: int, staff: Staff, wishes: Wishes, now: datetime) -> CostBase:
    by, is_first = staff.administrator, year < wishes.year
    base = draft_cost_base(year=year, service=SelfcostService.COURSES, by=by, now=now)
    lines = [
        LineFacts("Kursholdere", Decimal(96_000), kind=CostKind.OTHER, source=f"Budsjett {year}"),
        LineFacts("Lokaler og mat", Decimal(31_000), kind=CostKind.PREMISES, source=f"Budsjett {year}"),
    ]
    if is_first:
        lines.append(LineFacts("Kursansvarlig", Decimal(62_000), kind=CostKind.SALARY, source=f"Budsjett {year}"))
    coordinator = SalaryFacts("Kursansvarlig", Decimal(560_000), zone("I"), Decimal("0.10"))
    recorder = AssetFacts(
        "Utstyr til kurs på nett",
        acquisition=Decimal(60_000),
        years=5,
        opening_value=Decimal(60_000) if is_first else Decimal(48_000),
        interest_percent=Decimal("4.00"),
        source="Kjøpt rett før nyttår" if is_first else "Kjøpt året før",
    )
    write_rows(
        cost_base=base,
        lines=[(None, line) for line in lines],
        salaries=[] if is_first else [(None, coordinator)],
        assets=[(None, recorder)],
        by=by,
        now=now,
    )
    facts = BaseFacts(billable_hours=SEATS, rate_step=Decimal(1), comment="Tolv kurs med femten plasser.")
    return change_cost_base(cost_base=base, facts=facts, by=by, now=now + timedelta(minutes=30))


def _memo_comment(year: int) -> str:
    return (
        f"Rådgivning (område 3) er 1\u00a0000 av 3\u00a0256 timer i {year}, og 800 av dem blir fakturert. "
        "Verktøykatalogen og møteplassen (område 1 og 2) betales av grunntilskuddet, fellesprosjektene (område 4) av "
        "egne prosjektmidler. Rabatt betales av rabattpottene."
    )


def _part_comment(year: int, wishes: Wishes) -> str:
    return (
        f"Rådgivning til selvkost begynte {show.day(wishes.first_day)}: budsjettet gjelder resten av {year}. "
        "Nøkkelen er timene i et helt år."
    )
