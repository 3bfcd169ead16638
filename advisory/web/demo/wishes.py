"""How much demo is wanted, and the calendar of it: days on which people work, months that are billed."""

from __future__ import annotations

import random
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property

from django.utils import timezone

ENTRIES_OF_AN_ADVISOR = 520
DEFAULT_ENTRIES = 1500


@dataclass(frozen=True)
class Wishes:
    """How many rows, from which seed, and the day on which the demo is looked at: all of it lies before `as_of`."""

    as_of: date
    organisations: int = 40
    engagements: int = 70
    entries: int = DEFAULT_ENTRIES
    seed: int = 2026
    workdays: tuple[date, ...] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        days = (self.first_day + timedelta(n) for n in range((self.as_of - self.first_day).days))
        object.__setattr__(self, "workdays", tuple(day for day in days if is_workday(day)))

    def dice(self, topic: str) -> random.Random:
        """Chance for one topic, so that more rows of one kind do not change another."""
        return random.Random(f"{self.seed}:{topic}")  # noqa: S311 - a demo, not a secret

    @property
    def first_day(self) -> date:
        """The first day of the year of hours."""
        return self.as_of - timedelta(days=365)

    @cached_property
    def months(self) -> tuple[date, ...]:
        """First days of the months of the hours, the last of them that of the day before `as_of`."""
        found = [self.first_day.replace(day=1)]
        while (following := next_month(found[-1])) < self.as_of:
            found.append(following)
        return tuple(found)

    @property
    def proposed_month(self) -> date:
        """The last whole month before `as_of`: its hours are proposed, not billed."""
        return previous_month(self.as_of)

    @property
    def showcase_month(self) -> date:
        """The newest month that is billed."""
        return previous_month(self.proposed_month)

    @property
    def year(self) -> int:
        """The year with the memo's figures: that of the newest billed month, so that they stand on an invoice."""
        return self.showcase_month.year

    @property
    def advisors(self) -> int:
        return max(3, -(-self.entries // ENTRIES_OF_AN_ADVISOR))

    @property
    def scale(self) -> int:
        """How many times the usual amount of work there is, at least one."""
        return max(1, -(-self.entries // DEFAULT_ENTRIES))

    def workdays_between(self, first: date, last: date) -> tuple[date, ...]:
        """The days of work from `first` to and including `last` that the demo covers."""
        return self.workdays[bisect_left(self.workdays, first) : bisect_right(self.workdays, last)]

    def before_as_of(self, moment: datetime) -> datetime:
        """The moment, or the afternoon before `as_of` where it would lie later."""
        return min(moment, at(self.as_of - timedelta(days=1), 17))


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """The clock in Oslo on `day`."""
    return timezone.make_aware(datetime.combine(day, time(hour, minute)), timezone.get_default_timezone())


def next_month(day: date) -> date:
    """The first day of the month after that of `day`."""
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)


def previous_month(day: date) -> date:
    """The first day of the month before that of `day`."""
    return (day.replace(day=1) - timedelta(days=1)).replace(day=1)


def month_end(day: date) -> date:
    return next_month(day) - timedelta(days=1)


def is_workday(day: date) -> bool:
    """Monday to Friday, but not the holidays and not between Christmas and New Year."""
    if day.weekday() > 4 or (day.month, day.day) in {(1, 1), (5, 1), (5, 17)}:
        return False
    return not (day.month == 12 and day.day >= 24) and (day - _easter(day.year)).days not in {-3, -2, 1, 39, 50}


def workday_from(day: date) -> date:
    """The first day of work on or after `day`."""
    while not is_workday(day):
        day += timedelta(days=1)
    return day


def workday_before(day: date) -> date:
    """The last day of work on or before `day`."""
    while not is_workday(day):
        day -= timedelta(days=1)
    return day


def _easter(year: int) -> date:
    """Easter Sunday by the Gregorian computus (Meeus, Jones and Butcher)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    f = (b + 8) // 25
    h = (19 * a + b - d - (b - f + 1) // 3 + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)
