"""Logging, changing and removing hours: the only writers of time entries.

Held hours (in a draft, billed or written off) and hours of a closed month stay as they are. Minutes throughout.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError, Sum
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from advisory.kernel import audit
from advisory.kernel.errors import Conflict, DomainError
from advisory.kernel.periods import PeriodClosed, PeriodKind, is_closed
from advisory.kernel.users import User
from engagements.work.frame import Frame, frame_of
from engagements.work.hours import MINUTES_OF_A_DAY
from engagements.work.hours_field import shown
from engagements.work.models import (
    Activity,
    Engagement,
    FundingArea,
    HourHold,
    JointHour,
    ServiceType,
    TimeEntry,
)
from engagements.work.phases import require_hours_allowed
from engagements.work.rights import require_own, require_staff, require_writer

Work = Engagement | Activity

#: Above this many minutes on a day the page asks whether the figure is right.
LONG_DAY = 12 * 60


class DayFull(DomainError):
    """More than 24 hours on one day. `minutes` is what the day would have."""

    template = _("You have now logged %(hours)s hours on this day. Check the figure.")

    def __init__(self, *, minutes: int) -> None:
        super().__init__(minutes=minutes)

    @property
    def message(self) -> str:
        return str(self.template) % {"hours": shown(self.facts["minutes"])}


class BeyondFrame(DomainError):
    """The agreed hours do not cover it: extend the agreement, or do not bill. Never billed silently."""

    template = _(
        "With these hours %(used)s of %(agreed)s agreed hours are used. "
        "Extend the agreement, or log the hours as not billable."
    )

    def __init__(self, *, engagement: Engagement, frame: Frame) -> None:
        super().__init__(engagement=engagement, frame=frame)

    @property
    def engagement(self) -> Engagement:
        found: Engagement = self.facts["engagement"]
        return found

    @property
    def message(self) -> str:
        frame: Frame = self.facts["frame"]
        return str(self.template) % {"used": shown(frame.used), "agreed": shown(frame.agreed or 0)}


class HoursHeld(DomainError):
    """The hours are in a draft, or on a document with a number: they cannot change (409: billing was first)."""

    status = 409

    def __init__(self, hold: HourHold) -> None:
        self.template = (
            _("The hours are in an invoice proposal and cannot be changed.")
            if hold.document is None
            else _("The hours were written off by a credit note (%(document)s) and cannot be changed.")
            if hold.written_off
            else _("The hours are billed (%(document)s) and cannot be changed.")
        )
        super().__init__(document=hold.document, draft=hold.draft)


class PartOfJointHour(DomainError):
    """The entry is a part of an hour that several organisations share: only that hour is changed."""

    status = 409
    template = _("The hours are a part of an hour on the joint order %(reference)s, and are changed there.")


class ChangedMeanwhile(Conflict):
    """Another tab or person changed the hours since they were shown. `theirs` is the entry as it is now."""

    template = _("Changed in another tab to %(theirs)s. You wrote %(mine)s.")

    def __init__(self, *, theirs: TimeEntry, mine: int) -> None:
        super().__init__(theirs=theirs, mine=mine)

    @property
    def theirs(self) -> TimeEntry:
        found: TimeEntry = self.facts["theirs"]
        return found

    @property
    def message(self) -> str:
        return str(self.template) % {"theirs": shown(self.theirs.minutes), "mine": shown(self.facts["mine"])}


class RemovedMeanwhile(Conflict):
    """The hours were removed in another tab."""

    template = _("These hours were removed in another tab. Write them again if they should be there.")


class StoodOnADocument(DomainError):
    """A credited invoice keeps its specification (bokføringsforskriften § 5-14), and with it the entries it names."""

    status = 409
    template = _("The hours stood on an invoice that was credited, so they are kept. Log them as not billable instead.")


class NotInUse(DomainError):
    """An activity or service type that is no longer in use."""

    template = _("«%(name)s» is no longer in use. Choose another.")


def minutes_on(advisor: User, day: date, *, besides: TimeEntry | None = None) -> int:
    """What the advisor has logged on the day, without the entry `besides`."""
    entries = TimeEntry.objects.filter(advisor=advisor, day=day)
    if besides is not None:
        entries = entries.exclude(pk=besides.pk)
    total: int = entries.aggregate(total=Sum("minutes", default=0))["total"]
    return total


def bills_by_default(work: Work) -> bool:
    """Whether hours on `work` are billable unless somebody says no: advice to an organisation (area 3)."""
    return isinstance(work, Engagement) and work.funding_area == FundingArea.ADVICE


def work_of(entry: TimeEntry) -> Work:
    """The engagement or the activity."""
    work = entry.engagement or entry.activity
    assert work is not None
    return work


def require_open_month(day: date) -> None:
    """Raise `PeriodClosed` where the hours of the day's month are closed."""
    if is_closed(PeriodKind.HOURS, day):
        raise PeriodClosed(month=capfirst(date_format(day, "F Y")))


def require_room(minutes: int) -> None:
    """Raise `DayFull` where a day would have more than 24 hours."""
    if minutes > MINUTES_OF_A_DAY:
        raise DayFull(minutes=minutes)


@transaction.atomic
def log_time(
    *,
    work: Work,
    day: date,
    minutes: int,
    by: User,
    now: datetime,
    text: str = "",
    advisor: User | None = None,
    service_type: ServiceType | None = None,
    billable: bool | None = None,
    joint_hour: JointHour | None = None,
) -> TimeEntry:
    """A new time entry on an engagement or an internal activity.

    `advisor` is `by` unless an administrator writes for somebody; `service_type` and `billable` default to the
    engagement's; `joint_hour` is the hour it is a part of. Raises `NotOnTheTeam`, `NotYourHours`,
    `PhaseTakesNoHours`, `PeriodClosed`, `DayFull`, `BeyondFrame`, `NotInUse`.
    """
    advisor = advisor or by
    require_staff(advisor)
    entry = TimeEntry(advisor=advisor, day=day, minutes=minutes, text=text.strip(), created_at=now, changed_at=now)
    entry.joint_hour = joint_hour
    _place(entry, work, service_type, billable)
    _require_allowed(entry, by=by)
    entry.save(force_insert=True)
    _record("time.log", entry, by=by, now=now, after=facts_of(entry))
    return entry


@transaction.atomic
def change_time(
    *,
    entry: TimeEntry,
    version: int,
    minutes: int,
    by: User,
    now: datetime,
    day: date | None = None,
    text: str | None = None,
    work: Work | None = None,
    service_type: ServiceType | None = None,
    billable: bool | None = None,
    joint_hour: JointHour | None = None,
) -> TimeEntry:
    """Change the entry as it stood in `version`; what is None stays. `joint_hour` is the hour it is changed through.

    Raises `PartOfJointHour`, `ChangedMeanwhile` (with both values), `RemovedMeanwhile`, `HoursHeld`, and what
    `log_time` raises.
    """
    entry = _for_change(entry, version=version, mine=minutes, by=by, joint_hour=joint_hour)
    before = facts_of(entry)
    was = (entry.day, entry.minutes, entry.billable, entry.engagement_id)
    entry.minutes = minutes
    entry.day = day or entry.day
    entry.text = entry.text if text is None else text.strip()
    if work is not None and work != work_of(entry):
        _place(entry, work, service_type, billable)
    elif entry.engagement is not None:
        entry.service_type = service_type or entry.service_type
        entry.billable = entry.billable if billable is None else billable
    if facts_of(entry) == before:
        return entry
    costs_more = not (
        entry.minutes <= was[1] and (was[0], was[3]) == (entry.day, entry.engagement_id) and entry.billable <= was[2]
    )
    _require_allowed(entry, by=by, within_limits=costs_more)
    entry.version += 1
    entry.changed_at = now
    entry.save(force_update=True)
    _record("time.change", entry, by=by, now=now, before=before, after=facts_of(entry))
    return entry


@transaction.atomic
def remove_time(
    *, entry: TimeEntry, version: int, by: User, now: datetime, joint_hour: JointHour | None = None
) -> dict[str, Any]:
    """Remove the entry as it stood in `version`; gives the facts that `restore_time` takes back.

    Raises `PartOfJointHour`, `ChangedMeanwhile`, `RemovedMeanwhile`, `HoursHeld`, `PeriodClosed`,
    `PhaseTakesNoHours`, `NotYourHours`, `StoodOnADocument`.
    """
    entry = _for_change(entry, version=version, mine=0, by=by, joint_hour=joint_hour)
    facts = facts_of(entry) | {"advisor": entry.advisor_id, "engagement": entry.engagement_id}
    facts |= {"activity": entry.activity_id, "service_type": entry.service_type_id}
    _record("time.remove", entry, by=by, now=now, before=facts_of(entry))
    try:
        entry.delete()
    except ProtectedError:
        raise StoodOnADocument from None
    return facts


def restore_time(*, facts: dict[str, Any], by: User, now: datetime) -> TimeEntry:
    """Log again what `remove_time` gave; the rules of the day hold. Raises what `log_time` raises."""
    work: Work = (
        Engagement.objects.get(pk=facts["engagement"])
        if facts["engagement"]
        else Activity.objects.get(pk=facts["activity"])
    )
    return log_time(
        work=work,
        day=date.fromisoformat(facts["day"]),
        minutes=facts["minutes"],
        text=facts["text"],
        advisor=User.objects.get(pk=facts["advisor"]),
        service_type=ServiceType.objects.filter(pk=facts["service_type"]).first(),
        billable=facts["billable"],
        by=by,
        now=now,
    )


def facts_of(entry: TimeEntry) -> dict[str, Any]:
    """What the audit log keeps of an entry."""
    return {
        "work": str(work_of(entry)),
        "day": entry.day.isoformat(),
        "minutes": entry.minutes,
        "text": entry.text,
        "billable": entry.billable,
        "service": entry.service_type.code if entry.service_type else "",
    }


def _place(entry: TimeEntry, work: Work, service_type: ServiceType | None, billable: bool | None) -> None:
    """Put the entry on `work`, whose funding area it takes."""
    entry.funding_area = work.funding_area
    if isinstance(work, Engagement):
        entry.engagement, entry.activity = work, None
        entry.service_type = service_type or work.service_type
        entry.billable = bills_by_default(work) if billable is None else billable
    else:
        entry.engagement, entry.activity, entry.service_type, entry.billable = None, work, None, False


def _for_change(entry: TimeEntry, *, version: int, mine: int, by: User, joint_hour: JointHour | None) -> TimeEntry:
    """The entry as it is now, held until the transaction ends, if the person may change what he saw."""
    found = (
        TimeEntry.objects.select_for_update(of=("self",))
        .select_related(
            "advisor",
            "engagement__lead",
            "engagement__organisation",
            "activity",
            "service_type",
            "joint_hour__joint_order",
        )
        .filter(pk=entry.pk)
        .first()
    )
    if found is None:
        raise RemovedMeanwhile
    require_own(by, found.advisor)
    hold = HourHold.objects.filter(entry=found).first()
    if hold is not None:
        raise HoursHeld(hold)
    if found.joint_hour is not None and found.joint_hour != joint_hour:
        raise PartOfJointHour(reference=found.joint_hour.joint_order.reference)
    if found.version != version:
        raise ChangedMeanwhile(theirs=found, mine=mine)
    require_open_month(found.day)
    if found.engagement is not None:
        require_writer(by, found.engagement)
        require_hours_allowed(found.engagement)
    return found


def _require_allowed(entry: TimeEntry, *, by: User, within_limits: bool = True) -> None:
    """The rules of a new or changed entry; advisor and engagement are held, so that no two slip past a limit."""
    require_own(by, entry.advisor)
    require_open_month(entry.day)
    if (
        entry.service_type is not None
        and not entry.service_type.active
        and entry.service_type_id != (entry.engagement.service_type_id if entry.engagement else None)
    ):
        raise NotInUse(name=str(entry.service_type))
    if entry.activity is not None and entry.pk is None and not entry.activity.active:
        raise NotInUse(name=str(entry.activity))
    if entry.engagement is not None:
        require_writer(by, entry.engagement)
    User.objects.select_for_update(no_key=True).get(pk=entry.advisor_id)
    if within_limits:
        require_room(minutes_on(entry.advisor, entry.day, besides=entry) + entry.minutes)
    if entry.engagement is not None:
        entry.engagement = (
            Engagement.objects.select_for_update(of=("self",), no_key=True)
            .select_related("lead", "organisation", "service_type")
            .get(pk=entry.engagement.pk)
        )
        require_hours_allowed(entry.engagement)
        if within_limits and entry.billable:
            _require_within_frame(entry, entry.engagement)


def _require_within_frame(entry: TimeEntry, engagement: Engagement) -> None:
    frame = frame_of(engagement)
    if frame.agreed is None:
        return
    if entry.pk is not None:
        saved = TimeEntry.objects.get(pk=entry.pk)
        if saved.engagement_id == engagement.pk and saved.billable:
            frame = frame.with_more(-saved.minutes)
    frame = frame.with_more(entry.minutes)
    if frame.over:
        raise BeyondFrame(engagement=engagement, frame=frame)


def _record(action: str, entry: TimeEntry, *, by: User, now: datetime, **facts: Any) -> None:
    number = entry.engagement.organisation.number if entry.engagement else None
    audit.record(action, entry, by=by, now=now, organisation=number, label=str(work_of(entry)), **facts)
