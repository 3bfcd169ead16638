"""Saving the cells of a week: each by its own verb, so that a refused one keeps nobody else back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from advisory.kernel.errors import DomainError
from advisory.kernel.users import User
from engagements.work.grid import Refusal, RowKey, cell_name, key_of
from engagements.work.hours import HoursError, parse_hours
from engagements.work.hours_field import shown, words_for
from engagements.work.log_time import (
    BeyondFrame,
    ChangedMeanwhile,
    Work,
    change_time,
    log_time,
    remove_time,
)
from engagements.work.models import Activity, Engagement, ServiceType, TimeEntry
from engagements.work.weeks import Week

#: The fields of a posted week.
CELL, SEEN = "cell-", "seen-"
STEP = 15


@dataclass(slots=True)
class Saved:
    """What became of the posted cells, by the cells' names."""

    written: list[str] = field(default_factory=list)
    refused: dict[str, Refusal] = field(default_factory=dict)
    removed: dict[int, dict[str, Any]] = field(default_factory=dict)
    conflict: bool = False
    rows: set[RowKey] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Seen:
    entry: int
    version: int
    minutes: int


def _seen(mark: str) -> _Seen | None:
    parts = mark.split(".")
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() and len(part) < 19 for part in parts):
        return None
    return _Seen(*map(int, parts))


def save_cells(
    *, posted: Mapping[str, str], advisor: User, week: Week, by: User, now: datetime, use: str = "", step: str = ""
) -> Saved:
    """Write every posted cell that differs from what its page showed.

    `use` names a cell whose typed text is dropped for what is saved («use 4.5»); `step` is `name|15` or `name|-15`,
    a press on a plus or minus. An empty cell removes its hours. Cells outside the week are left alone.
    """
    saved = Saved()
    stepped, _bar, change = step.partition("|")
    for field_name, typed in posted.items():
        name = field_name.removeprefix(CELL)
        key, day = _place_of(name)
        if not field_name.startswith(CELL) or key is None or day is None or day not in week:
            continue
        saved.rows.add(key)
        if name == use:
            continue
        typed = typed.strip()
        if name == stepped:
            typed = _stepped(typed, change)
        seen = _seen(posted.get(SEEN + name, ""))
        try:
            _save_cell(saved, key, day, typed, seen, advisor=advisor, by=by, now=now)
        except HoursError as mistake:
            saved.refused[name] = Refusal(typed, words_for(mistake))
        except ChangedMeanwhile as conflict:
            saved.conflict = True
            saved.refused[name] = Refusal(typed, conflict.message, theirs=shown(conflict.theirs.minutes))
        except BeyondFrame as beyond:
            saved.refused[name] = Refusal(typed, beyond.message, beyond=beyond.engagement)
        except DomainError as refused:
            saved.conflict = saved.conflict or refused.status == 409
            saved.refused[name] = Refusal(typed, refused.message)
    return saved


def _place_of(name: str) -> tuple[RowKey | None, date | None]:
    row, _colon, day = name.rpartition(":")
    try:
        return (RowKey.parse(row), date.fromisoformat(day)) if row else (None, None)
    except ValueError:
        return None, None


def _stepped(typed: str, change: str) -> str:
    """The cell's text after a press on plus or minus; what is no length of work stays for the parser to refuse."""
    try:
        minutes = parse_hours(typed) if typed else 0
    except HoursError:
        return typed
    minutes += STEP if change == "15" else -STEP if change == "-15" else 0
    return shown(minutes) if minutes > 0 else ""


def _save_cell(
    saved: Saved, key: RowKey, day: date, typed: str, seen: _Seen | None, *, advisor: User, by: User, now: datetime
) -> None:
    if not typed and seen is None:
        return
    if seen is not None and typed == shown(seen.minutes):
        return
    minutes = parse_hours(typed) if typed else 0
    if seen is not None and minutes == seen.minutes:
        return
    name = cell_name(key, day)
    if seen is None:
        place = _work_of(key)
        if place is None:
            return
        if there := _already(key, day, advisor):
            raise ChangedMeanwhile(theirs=there, mine=minutes)
        work, kind = place
        log_time(work=work, day=day, minutes=minutes, service_type=kind, advisor=advisor, by=by, now=now)
    else:
        entry = TimeEntry(pk=seen.entry)
        if minutes:
            change_time(entry=entry, version=seen.version, minutes=minutes, by=by, now=now)
        else:
            saved.removed[seen.entry] = remove_time(entry=entry, version=seen.version, by=by, now=now)
    saved.written.append(name)


def _work_of(key: RowKey) -> tuple[Work, ServiceType | None] | None:
    if key.reference.startswith("a"):
        digits = key.reference[1:]
        activity = Activity.objects.filter(pk=int(digits)).first() if digits.isdecimal() and len(digits) < 12 else None
        return (activity, None) if activity else None
    engagement = (
        Engagement.objects.select_related("organisation", "lead", "service_type")
        .filter(reference=key.reference)
        .first()
    )
    return (engagement, ServiceType.objects.filter(code=key.service).first()) if engagement else None


def _already(key: RowKey, day: date, advisor: User) -> TimeEntry | None:
    """Hours that came into the empty cell since the page was shown."""
    entries = TimeEntry.objects.filter(advisor=advisor, day=day).select_related("engagement", "service_type")
    return next((entry for entry in entries if key_of(entry) == key), None)
