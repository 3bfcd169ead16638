"""The columns of the files of engagements and of hours, for staff and for the organisation itself."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from advisory.kernel.list_file import ListColumn, minutes_as_hours
from advisory.kernel.spreadsheet import Show
from engagements.work.frame import Frame, frames_of
from engagements.work.models import Engagement, TimeEntry

Row = tuple[Engagement, Frame]


def with_frames(engagements: list[Engagement]) -> list[Row]:
    """Each with its frame, in one query."""
    frames = frames_of(engagements)
    return [(engagement, frames[engagement.pk]) for engagement in engagements]


#: Of an engagement with its frame, for the organisation.
OWN_ENGAGEMENTS = (
    ListColumn(gettext_lazy("Reference"), lambda row: row[0].reference, width=14),
    ListColumn(gettext_lazy("Engagement"), lambda row: row[0].title),
    ListColumn(gettext_lazy("Phase"), lambda row: row[0].get_phase_display(), width=14),
    ListColumn(gettext_lazy("Started"), lambda row: row[0].started_on, Show.DAY),
    ListColumn(gettext_lazy("Completed"), lambda row: row[0].completed_on, Show.DAY),
    ListColumn(gettext_lazy("Hours agreed"), lambda row: minutes_as_hours(row[1].agreed), Show.HOURS),
    ListColumn(gettext_lazy("Hours used"), lambda row: minutes_as_hours(row[1].used), Show.HOURS),
)
#: The same for staff; the engagement is annotated with `last_day`.
ENGAGEMENTS = (
    *OWN_ENGAGEMENTS[:2],
    ListColumn(gettext_lazy("Organisation"), lambda row: row[0].organisation.name),
    ListColumn(gettext_lazy("Organisation, number"), lambda row: row[0].organisation.number, Show.NUMBER),
    *OWN_ENGAGEMENTS[2:],
    ListColumn(gettext_lazy("Hours billed"), lambda row: minutes_as_hours(row[1].billed), Show.HOURS),
    ListColumn(gettext_lazy("Lead"), lambda row: row[0].lead),
    ListColumn(gettext_lazy("Latest hours"), lambda row: row[0].last_day, Show.DAY),
)


def _kind(entry: TimeEntry) -> str:
    return entry.service_type.name_in(get_language() or "nb") if entry.service_type else ""


def _work(entry: TimeEntry, field: str) -> Any:
    return getattr(entry.engagement, field) if entry.engagement else None


def _billing(entry: TimeEntry) -> str:
    hold = getattr(entry, "hold", None)
    if not entry.billable or (hold and hold.written_off):
        return _("not billed")
    return _("billed") if hold and hold.document else _("not billed yet")


#: Of an entry, for the organisation that it is worked for.
OWN_HOURS = (
    ListColumn(gettext_lazy("Day"), lambda entry: entry.day, Show.DAY),
    ListColumn(gettext_lazy("Reference"), lambda entry: _work(entry, "reference"), width=14),
    ListColumn(gettext_lazy("Engagement"), lambda entry: _work(entry, "title")),
    ListColumn(gettext_lazy("Kind of work"), _kind),
    ListColumn(gettext_lazy("What was done"), lambda entry: entry.text, width=50),
    ListColumn(gettext_lazy("Hours"), lambda entry: minutes_as_hours(entry.minutes), Show.HOURS),
)
#: The same for staff, hours on internal activities among them.
HOURS = (
    OWN_HOURS[0],
    ListColumn(gettext_lazy("Advisor"), lambda entry: entry.advisor),
    ListColumn(gettext_lazy("Organisation"), lambda entry: entry.engagement and entry.engagement.organisation.name),
    *OWN_HOURS[1:3],
    ListColumn(gettext_lazy("Activity"), lambda entry: entry.activity.name if entry.activity else ""),
    *OWN_HOURS[3:],
    ListColumn(gettext_lazy("Billing"), _billing, width=16),
)
