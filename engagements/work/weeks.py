"""ISO weeks: Monday to Sunday, week 1 is the one with the year's first Thursday. Pure dates, no clock.

The year of a week is not always the year of its days: 1 January 2027 lies in week 53 of 2026.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta


class NoSuchWeek(ValueError):
    """A week that its year does not have, or a text that names none."""


@dataclass(frozen=True, slots=True, order=True)
class Week:
    """Week `number` of the week-year `year`; both as ISO 8601 counts them."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> Week:
        """The week that the day lies in."""
        year, number, _weekday = day.isocalendar()
        return cls(year, number)

    @classmethod
    def checked(cls, year: int, number: int) -> Week:
        """The week, if the year has it; raises `NoSuchWeek`."""
        try:
            date.fromisocalendar(year, number, 1)
        except ValueError:
            raise NoSuchWeek(f"{year}-W{number}") from None
        if not 1900 <= year <= 2199:
            raise NoSuchWeek(f"{year}-W{number}")
        return cls(year, number)

    @property
    def first(self) -> date:
        """Its Monday."""
        return date.fromisocalendar(self.year, self.number, 1)

    @property
    def last(self) -> date:
        """Its Sunday."""
        return self.first + timedelta(days=6)

    @property
    def days(self) -> tuple[date, ...]:
        return tuple(self.first + timedelta(days=count) for count in range(7))

    @property
    def previous(self) -> Week:
        return Week.of(self.first - timedelta(days=7))

    @property
    def next(self) -> Week:
        return Week.of(self.first + timedelta(days=7))

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


_WRITTEN = (
    re.compile(r"(?P<year>\d{4})[ /-]*w(?P<week>\d{1,2})", re.ASCII),
    re.compile(r"(?:uke|veke|week|w)?\s*(?P<week>\d{1,2})(?:\s*[/. -]\s*(?P<year>\d{4}))?", re.ASCII),
)


def parse_week(text: str, *, year: int) -> Week:
    """The week a person wrote: `47`, `uke 47`, `47/2026`, `2026-W47`; without a year it is in `year`.

    Raises `NoSuchWeek`.
    """
    written = " ".join(text.casefold().split())
    for pattern in _WRITTEN:
        if found := pattern.fullmatch(written):
            return Week.checked(int(found["year"] or year), int(found["week"]))
    raise NoSuchWeek(text)
