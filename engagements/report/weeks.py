"""The entries of a report by ISO week, for pages that show them all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from engagements.report.value import EngagementReport, TimeFact
from engagements.work.weeks import Week


@dataclass(frozen=True, slots=True)
class WeekOfEntries:
    """The entries of one week and their sum in minutes."""

    week: Week
    entries: Sequence[TimeFact]

    @property
    def minutes(self) -> int:
        return sum(entry.minutes for entry in self.entries)


def entries_by_week(report: EngagementReport) -> list[WeekOfEntries]:
    """Newest week first, within it the days as they came."""
    found = [
        WeekOfEntries(week, tuple(entries)) for week, entries in groupby(report.entries, lambda fact: Week.of(fact.day))
    ]
    return found[::-1]
