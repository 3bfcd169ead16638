"""The verbs of the dated tables: on-costs with the zones of the levy from a day on, and the interest of a year.

Only administrators, who know the official figures; a fresh installation has none. A table of on-costs is never
edited, since cost bases point at it. The interest of a year is one figure that may become known late: it can be
corrected, and the log keeps what it was; a closed year keeps what it was closed with.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from advisory.kernel import audit, show
from advisory.kernel.counters import locked
from advisory.kernel.errors import DomainError, OnlyAdministrators
from advisory.kernel.fields import nok
from advisory.kernel.users import User
from billing.official_rates.models import InterestRate, LevyZone, OnCosts
from billing.official_rates.salary import WORKING_DAYS, MoreHolidayThanYear, productive_hours

FIRST_YEAR, LAST_YEAR = 2000, 2100


class TableStartTaken(DomainError):
    """Another table starts that day."""

    template = _("Another table of on-costs already starts on %(day)s. Choose another day.")

    def __init__(self, *, day: date) -> None:
        super().__init__(day=show.day(day))


class NoZone(DomainError):
    """Without a zone no levy can be computed."""

    template = _("Add at least one zone of the employer's levy.")


class ZoneTwice(DomainError):
    """Two rows have the same name."""

    template = _("The zone «%(code)s» stands twice.")


class PercentOutOfRange(DomainError):
    """A percentage is from 0 to 100."""

    template = _("A percentage is from 0 to 100.")


class NoHoursLeft(DomainError):
    """Holiday and public holidays take the whole year."""

    template = _("Holiday and public holidays take more than the whole year. Check the days and the hours.")


class YearOutOfRange(DomainError):
    """No year that a cost base can be of."""

    template = _("Write a year from %(first)s to %(last)s.")

    def __init__(self) -> None:
        super().__init__(first=FIRST_YEAR, last=LAST_YEAR)


@dataclass(frozen=True, slots=True)
class OnCostsFacts:
    """The figures of a table: percentages as written (12 is 12 %), days of a year of 260, hours, ceilings in kroner."""

    holiday_percent: Decimal
    holiday_days: int
    agreed_holiday_percent: Decimal
    agreed_holiday_days: int
    over_60_percent: Decimal
    over_60_days: int
    over_60_ceiling: Decimal
    pension_percent: Decimal
    pension_ceiling: Decimal
    gross_hours: Decimal
    hours_a_day: Decimal
    public_holiday_hours: Decimal
    absence_percent: Decimal
    source: str


@transaction.atomic
def set_on_costs(
    *, valid_from: date, facts: OnCostsFacts, zones: Sequence[tuple[str, Decimal]], by: User, now: datetime
) -> OnCosts:
    """Give the table that cost bases may use from `valid_from` on; those before keep theirs.

    `zones` are (name, percent) in the order they are shown. Raises `OnlyAdministrators`, `TableStartTaken`, `NoZone`,
    `ZoneTwice`, `PercentOutOfRange` and `NoHoursLeft`.
    """
    _must_be_administrator(by)
    _must_be_sound(facts, zones)
    locked("on-costs")
    if OnCosts.objects.filter(valid_from=valid_from).exists():
        raise TableStartTaken(day=valid_from)
    written = asdict(facts)
    ceilings = {name: nok(written.pop(name)) for name in ("over_60_ceiling", "pension_ceiling")}
    table = OnCosts.objects.create(valid_from=valid_from, set_at=now, set_by=by, **written, **ceilings)
    LevyZone.objects.bulk_create([LevyZone(on_costs=table, code=code, percent=percent) for code, percent in zones])
    audit.record(
        "on_costs.set",
        table,
        by=by,
        now=now,
        after={"valid_from": valid_from, **asdict(facts), "zones": [[code, percent] for code, percent in zones]},
    )
    return table


@transaction.atomic
def set_interest(*, year: int, percent: Decimal, source: str, by: User, now: datetime) -> InterestRate:
    """Set the interest of self-cost for `year`, or correct it; the same figure again changes nothing.

    Raises `OnlyAdministrators`, `YearOutOfRange` and `PercentOutOfRange`.
    """
    _must_be_administrator(by)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise YearOutOfRange()
    if not 0 <= percent <= 100:
        raise PercentOutOfRange()
    locked("interest")
    found = InterestRate.objects.filter(year=year).first()
    before = {"percent": f"{found.percent:.2f}", "source": found.source} if found else {}
    was, became = audit.changed(before, {"percent": f"{percent:.2f}", "source": source})
    if found is not None and not became:
        return found
    rate = found or InterestRate(year=year)
    rate.percent, rate.source, rate.set_at, rate.set_by = percent, source, now, by
    rate.save()
    audit.record("interest.change" if found else "interest.set", rate, by=by, now=now, before=was, after=became)
    return rate


def _must_be_administrator(by: User) -> None:
    if not by.is_administrator:
        raise OnlyAdministrators()


def _must_be_sound(facts: OnCostsFacts, zones: Sequence[tuple[str, Decimal]]) -> None:
    if not zones:
        raise NoZone()
    seen: set[str] = set()
    for code, _percent in zones:
        if code.casefold() in seen:
            raise ZoneTwice(code=code)
        seen.add(code.casefold())
    percents = [value for name, value in asdict(facts).items() if name.endswith("_percent")]
    if not all(0 <= percent <= 100 for percent in (*percents, *(percent for _code, percent in zones))):
        raise PercentOutOfRange()
    most_days = max(facts.holiday_days, facts.agreed_holiday_days) + facts.over_60_days
    try:
        if most_days > WORKING_DAYS:
            raise MoreHolidayThanYear(most_days)
        productive_hours(
            gross=facts.gross_hours,
            hours_a_day=facts.hours_a_day,
            holiday_days=most_days,
            public_holiday_hours=facts.public_holiday_hours,
            absence_percent=facts.absence_percent,
        )
    except MoreHolidayThanYear:
        raise NoHoursLeft() from None
