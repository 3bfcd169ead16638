"""The week as a table: rows of engagement and service type, or activity; one cell a day. Reads, never writes.

A cell edits exactly one entry. Where a day has several they are a sum that leads to them, and a locked cell says why
in words. What was typed and refused stays in its cell.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from advisory.kernel import show
from advisory.kernel.periods import PeriodKind, closed_months
from advisory.kernel.users import User
from engagements.panels import HourWarning, hour_warnings
from engagements.work.frame import Frame, frames_of
from engagements.work.hours_field import shown
from engagements.work.locks import Lock, hold_of, lock_of, month_lock
from engagements.work.log_time import Work, work_of
from engagements.work.models import Activity, Engagement, HourHold, ServiceType, TimeEntry
from engagements.work.phases import TAKES_HOURS, PhaseTakesNoHours
from engagements.work.weeks import Week

#: Ordinary working hours of a week (arbeidstid, 37.5 hours), the measure beside the week's sum.
FULL_WEEK = 2250


@dataclass(frozen=True, slots=True, order=True)
class RowKey:
    """Which row: `2026-014.member-system`, or `a5` for an activity."""

    reference: str
    service: str = ""

    def __str__(self) -> str:
        return f"{self.reference}.{self.service}" if self.service else self.reference

    @classmethod
    def parse(cls, text: str) -> RowKey:
        reference, _point, service = text.partition(".")
        return cls(reference, service)


def key_of(entry: TimeEntry) -> RowKey:
    """The row that the entry stands in."""
    if entry.engagement is None:
        return RowKey(f"a{entry.activity_id}")
    assert entry.service_type is not None
    return RowKey(entry.engagement.reference, entry.service_type.code)


def cell_name(key: RowKey, day: date) -> str:
    """The name of the cell's field; the field `seen-…` beside it says what the page showed."""
    return f"{key}:{day.isoformat()}"


def seen_mark(entry: TimeEntry | None) -> str:
    """What the page showed: id, version and minutes of the one entry, or nothing."""
    return f"{entry.pk}.{entry.version}.{entry.minutes}" if entry else ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """What became of a cell that was not saved: the text as typed, the reason, and what may be chosen instead."""

    typed: str
    reason: str
    theirs: str = ""
    beyond: Engagement | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    name: str
    day: date
    label: str
    entries: tuple[TimeEntry, ...]
    lock: Lock | None
    refusal: Refusal | None
    saved: bool

    @property
    def minutes(self) -> int:
        return sum(entry.minutes for entry in self.entries)

    @property
    def entry(self) -> TimeEntry | None:
        return self.entries[0] if len(self.entries) == 1 else None

    @property
    def is_sum(self) -> bool:
        return len(self.entries) > 1

    @property
    def seen(self) -> str:
        return seen_mark(self.entry)

    @property
    def text(self) -> str:
        """What stands in the field."""
        if self.refusal is not None:
            return self.refusal.typed
        return shown(self.minutes) if self.entries else ""


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence under the row: `kind` is error, locked, warning or quiet."""

    kind: str
    text: str
    lead: str = ""
    document: int | str | None = None
    url: str = ""
    url_label: str = ""
    name: str = ""
    use_text: str = ""
    beyond: Engagement | None = None
    day: date | None = None
    typed: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    key: RowKey
    work: Work
    service_type: ServiceType | None
    cells: tuple[Cell, ...]
    notes: tuple[Note, ...]

    @property
    def engagement(self) -> Engagement | None:
        return self.work if isinstance(self.work, Engagement) else None

    @property
    def total(self) -> int:
        return sum(cell.minutes for cell in self.cells)

    @property
    def name(self) -> str:
        return self.work.organisation.name if isinstance(self.work, Engagement) else _("Not billable")

    @property
    def title(self) -> str:
        """Below the name: the engagement's title, and the service where it is not the usual one."""
        if isinstance(self.work, Activity):
            return self.work.name
        own = self.service_type is None or self.service_type.pk == self.work.service_type_id
        return self.work.title if own else f"{self.work.title}, {self.service_type}"


@dataclass(frozen=True, slots=True)
class Grid:
    week: Week
    rows: tuple[Row, ...]
    entries: tuple[TimeEntry, ...]
    saved: frozenset[str] = field(default_factory=frozenset)

    @property
    def total(self) -> int:
        return sum(row.total for row in self.rows)

    @property
    def left(self) -> int:
        """What is left of a full week."""
        return max(FULL_WEEK - self.total, 0)

    def day_totals(self) -> list[tuple[date, int]]:
        return [(day, sum(row.cells[index].minutes for row in self.rows)) for index, day in enumerate(self.week.days)]


def entries_of(advisor: User, week: Week) -> list[TimeEntry]:
    """The advisor's entries of the week with all that the page says about them."""
    return list(
        TimeEntry.objects.filter(advisor=advisor, day__range=(week.first, week.last)).select_related(
            "engagement__organisation",
            "engagement__lead",
            "engagement__service_type",
            "activity",
            "service_type",
            "hold",
            "joint_hour__joint_order",
        )
    )


def rows_of_week(advisor: User, week: Week) -> list[RowKey]:
    """The rows that have hours in the week."""
    return sorted({key_of(entry) for entry in entries_of(advisor, week)})


def grid_of(
    *,
    advisor: User,
    week: Week,
    more_rows: Iterable[RowKey] = (),
    refusals: Mapping[str, Refusal] | None = None,
    saved: Iterable[str] = (),
) -> Grid:
    """The advisor's week; `more_rows` are shown empty where they have no hours and still take some."""
    refusals, saved = refusals or {}, frozenset(saved)
    entries = entries_of(advisor, week)
    by_cell: dict[tuple[RowKey, date], list[TimeEntry]] = defaultdict(list)
    works: dict[RowKey, tuple[Work, ServiceType | None]] = {}
    for entry in entries:
        by_cell[key_of(entry), entry.day].append(entry)
        works[key_of(entry)] = (work_of(entry), entry.service_type)
    works |= _resolve(advisor, [key for key in more_rows if key not in works])
    engagements = {work.pk: work for work, _kind in works.values() if isinstance(work, Engagement)}
    frames = frames_of(list(engagements.values()))
    warnings = hour_warnings(list(engagements), week.last)
    writable = set(Engagement.objects.writable_by(advisor).filter(pk__in=engagements).values_list("pk", flat=True))
    closed = closed_months(PeriodKind.HOURS, first=week.first, last=week.last)
    rows = []
    for key, (work, kind) in sorted(works.items(), key=lambda item: _order(item[1][0], item[0])):
        cells = tuple(
            Cell(
                cell_name(key, day),
                day,
                _cell_label(work, day),
                tuple(by_cell[key, day]),
                _lock(work, day, by_cell[key, day], closed, writable, advisor),
                refusals.get(cell_name(key, day)),
                cell_name(key, day) in saved,
            )
            for day in week.days
        )
        own = work.pk if isinstance(work, Engagement) else None
        notes = _notes(cells, frames.get(own) if own else None, warnings.get(own, []) if own else [])
        rows.append(Row(key, work, kind, cells, tuple(notes)))
    return Grid(week, tuple(rows), tuple(entries), saved)


def _order(work: Work, key: RowKey) -> tuple[bool, str, RowKey]:
    is_activity = isinstance(work, Activity)
    return is_activity, work.name if isinstance(work, Activity) else work.organisation.search_name, key


def _resolve(advisor: User, keys: list[RowKey]) -> dict[RowKey, tuple[Work, ServiceType | None]]:
    """What the keys name, as far as the advisor may log hours on it."""
    if not keys:
        return {}
    engagements = {
        found.reference: found
        for found in Engagement.objects.writable_by(advisor)
        .filter(reference__in=[key.reference for key in keys])
        .select_related("organisation", "lead", "service_type")
    }
    activities = {
        f"a{found.pk}": found
        for found in Activity.objects.filter(
            pk__in=[int(k.reference[1:]) for k in keys if k.reference[1:].isdecimal() and len(k.reference) < 12],
            active=True,
        )
    }
    kinds = {kind.code: kind for kind in ServiceType.objects.filter(code__in=[key.service for key in keys])}
    found: dict[RowKey, tuple[Work, ServiceType | None]] = {}
    for key in keys:
        if key.reference in activities and not key.service:
            found[key] = (activities[key.reference], None)
        elif (work := engagements.get(key.reference)) and (not key.service or key.service in kinds):
            kind = kinds.get(key.service, work.service_type)
            found[RowKey(key.reference, kind.code)] = (work, kind)
    return found


def _lock(
    work: Work, day: date, entries: list[TimeEntry], closed: set[date], writable: set[int], reader: User
) -> Lock | None:
    if len(entries) > 1:
        return None
    if entries and (found := lock_of(entries[0], closed, reader=reader)):
        return found
    if found := month_lock(day, closed):
        return found
    if isinstance(work, Engagement):
        if work.phase not in TAKES_HOURS:
            return Lock(PhaseTakesNoHours(phase=work.phase).message)
        if work.pk not in writable:
            return Lock(_("You are no longer on the team, so your hours stay as they are."))
    return None


def _cell_label(work: Work, day: date) -> str:
    what = work.name if isinstance(work, Activity) else f"{work.organisation.name}, {work.title}"
    return f"{what}, {show.weekday(day, get_language() or 'nb')}"


def _weekdays(days: list[date]) -> str:
    """«Mandag og tirsdag», «Mandag, onsdag og fredag»."""
    names = [show.weekday(day, get_language() or "nb").split(" ")[0] for day in days]
    return capfirst(
        names[0] if len(names) == 1 else _("%(some)s and %(last)s") % {"some": ", ".join(names[:-1]), "last": names[-1]}
    )


def _notes(cells: tuple[Cell, ...], frame: Frame | None, warnings: Iterable[HourWarning]) -> Iterable[Note]:
    for cell in cells:
        if cell.refusal is not None:
            yield Note(
                "error",
                cell.refusal.reason,
                lead=_weekdays([cell.day]),
                name=cell.name,
                use_text=cell.refusal.theirs,
                beyond=cell.refusal.beyond,
                day=cell.day,
                typed=cell.refusal.typed,
            )
    by_reason: dict[Lock, list[date]] = defaultdict(list)
    for cell in cells:
        if cell.lock is not None:
            by_reason[cell.lock].append(cell.day)
    for lock, days in by_reason.items():
        lead = "" if len(days) == len(cells) else _weekdays(days)
        yield Note("locked", lock.reason, lead=lead, document=lock.document, url=lock.url)
    if by_reason and sum(map(len, by_reason.values())) < len(cells):
        yield Note("after", _("The other days are open."))
    for warning in warnings:
        yield Note("quiet", warning.text, url=warning.url, url_label=warning.url_label)
    if frame is not None and frame.is_near and not frame.is_full:
        yield Note(
            "quiet",
            _("%(left)s of %(agreed)s agreed hours are left.")
            % {"left": shown(frame.left or 0), "agreed": shown(frame.agreed or 0)},
        )
    elif frame is not None and frame.is_full:
        yield Note("warning", _("All %(agreed)s agreed hours are used.") % {"agreed": shown(frame.agreed or 0)})


__all__ = [
    "FULL_WEEK",
    "Cell",
    "Grid",
    "HourHold",
    "Note",
    "Refusal",
    "Row",
    "RowKey",
    "cell_name",
    "grid_of",
    "hold_of",
]
