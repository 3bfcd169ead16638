"""Logging, changing and removing hours of a joint order: once for all, as one time entry per organisation.

The *minutes* are split, not the price: every line of every invoice is then hours times rate, and every part is an
ordinary hour to phases, frames, closed months and invoices. Largest remainder, so that the parts always sum to the
hour; who gets no minute gets no entry.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from advisory.kernel import audit
from advisory.kernel.errors import Conflict, DomainError
from advisory.kernel.money import split
from advisory.kernel.users import User
from engagements.work.hours_field import shown
from engagements.work.joint import locked, require_all_writers, require_open, shares_of
from engagements.work.log_time import (
    RemovedMeanwhile,
    bills_by_default,
    change_time,
    log_time,
    minutes_on,
    remove_time,
    require_room,
)
from engagements.work.models import Engagement, HourHold, JointHour, JointOrder, TimeEntry
from engagements.work.rights import require_own, require_staff

#: [row id of the engagement, part] in the order of the split.
Key = list[list[Any]]


class PartHeld(DomainError):
    """A part of the hour is in a proposal or on a document: then none of it can change."""

    status = 409

    def __init__(self, hold: HourHold) -> None:
        assert hold.entry.engagement is not None
        self.template = (
            _("The part of %(organisation)s is in an invoice proposal, so the hour cannot be changed.")
            if hold.document is None
            else _("The part of %(organisation)s is on %(document)s, so the hour cannot be changed.")
        )
        super().__init__(organisation=hold.entry.engagement.organisation.name, document=hold.document)


class JointHourMoved(Conflict):
    """Another tab or person changed the hour since it was shown."""

    template = _("Changed in another tab to %(theirs)s. You wrote %(mine)s.")

    def __init__(self, *, theirs: JointHour, mine: int) -> None:
        super().__init__(theirs=shown(theirs.minutes), mine=shown(mine))
        self.theirs = theirs


def key_of(order: JointOrder) -> Key:
    """What splits an hour of the order now."""
    return [[share.engagement_id, str(share.part)] for share in shares_of(order)]


def parts_by(key: Key, minutes: int) -> dict[int, int]:
    """Minutes by row id of the engagement, 0 included; they sum to `minutes`."""
    return dict(zip((pk for pk, _part in key), split(minutes, [Decimal(part) for _pk, part in key]), strict=True))


def parts_of(hour: JointHour) -> Sequence[TimeEntry]:
    """The time entries of the hour, with what pages and verbs ask of them."""
    return list(
        hour.parts.select_related(
            "advisor", "engagement__organisation", "engagement__lead", "engagement__service_type", "hold"
        ).order_by("engagement_id")
    )


@transaction.atomic
def log_joint_hour(
    *,
    order: JointOrder,
    day: date,
    minutes: int,
    by: User,
    now: datetime,
    text: str = "",
    advisor: User | None = None,
    billable: bool = True,
    key: Key | None = None,
) -> JointHour:
    """An hour on the joint order and its parts. `billable` False: nobody is billed for it.

    `advisor` is `by` unless an administrator writes for somebody; `key` is the order's own unless an hour is taken
    back. Raises `JointOrderClosed`, `NotOnTheTeam`, and for any part what `log_time` raises; then nothing is logged.
    """
    advisor = advisor or by
    require_staff(advisor)
    require_own(by, advisor)
    order = locked(order)
    require_open(order)
    require_all_writers(by, shares_of(order))
    # Said of the whole hour, before a part of it is what fills the day.
    require_room(minutes_on(advisor, day) + minutes)
    hour = JointHour.objects.create(
        joint_order=order,
        advisor=advisor,
        day=day,
        minutes=minutes,
        text=text.strip(),
        key=key_of(order) if key is None else key,
        billable=billable,
        created_at=now,
    )
    _log_parts(hour, parts_by(hour.key, minutes), by=by, now=now)
    audit.record("joint_hour.log", hour, by=by, now=now, label=str(order), after=_facts(hour))
    return hour


@transaction.atomic
def change_joint_hour(
    *,
    hour: JointHour,
    version: int,
    minutes: int,
    by: User,
    now: datetime,
    day: date | None = None,
    text: str | None = None,
    billable: bool | None = None,
) -> JointHour:
    """Change the hour as it stood in `version`, and its parts by the key it was logged with; what is None stays.

    Raises `JointHourMoved`, `RemovedMeanwhile`, `PartHeld`, `JointOrderClosed`, `NotYourHours`, and for any part
    what `change_time` raises; then nothing is changed.
    """
    hour, parts = _for_change(hour, version=version, mine=minutes, by=by)
    before = _facts(hour)
    was = (hour.day, hour.minutes)
    hour.day, hour.minutes = day or hour.day, minutes
    hour.text = hour.text if text is None else text.strip()
    hour.billable = hour.billable if billable is None else billable
    if _facts(hour) == before:
        return hour
    others = minutes_on(hour.advisor, hour.day) - (was[1] if hour.day == was[0] else 0)
    if hour.minutes > was[1] or hour.day != was[0]:
        require_room(others + hour.minutes)
    hour.version += 1
    hour.save(update_fields=["day", "minutes", "text", "billable", "version"])
    wanted = parts_by(hour.key, minutes)
    standing = {part.engagement_id: part for part in parts}
    # Shrinking parts first: the day never holds more than the hour on the way.
    for part in sorted(parts, key=lambda part: wanted.get(part.engagement_id or 0, 0) - part.minutes):
        assert part.engagement is not None
        share = wanted.get(part.engagement.pk, 0)
        if not share:
            remove_time(entry=part, version=part.version, by=by, now=now, joint_hour=hour)
            continue
        change_time(
            entry=part,
            version=part.version,
            minutes=share,
            day=hour.day,
            text=hour.text,
            billable=hour.billable and bills_by_default(part.engagement),
            by=by,
            now=now,
            joint_hour=hour,
        )
    _log_parts(hour, {pk: share for pk, share in wanted.items() if pk not in standing}, by=by, now=now)
    audit.record(
        "joint_hour.change", hour, by=by, now=now, label=str(hour.joint_order), before=before, after=_facts(hour)
    )
    return hour


@transaction.atomic
def remove_joint_hour(*, hour: JointHour, version: int, by: User, now: datetime) -> dict[str, Any]:
    """Remove the hour and its parts as it stood in `version`; gives the facts that `restore_joint_hour` takes back.

    Raises what `change_joint_hour` raises.
    """
    hour, parts = _for_change(hour, version=version, mine=0, by=by)
    facts = _facts(hour) | {
        "joint_order": hour.joint_order_id,
        "advisor": hour.advisor_id,
        "key": hour.key,
        "work": str(hour.joint_order),
    }
    for part in parts:
        remove_time(entry=part, version=part.version, by=by, now=now, joint_hour=hour)
    audit.record("joint_hour.remove", hour, by=by, now=now, label=str(hour.joint_order), before=_facts(hour))
    hour.delete()
    return facts


def restore_joint_hour(*, facts: dict[str, Any], by: User, now: datetime) -> JointHour:
    """Log again what `remove_joint_hour` gave, by the same key. Raises what `log_joint_hour` raises."""
    return log_joint_hour(
        order=JointOrder.objects.get(pk=facts["joint_order"]),
        day=date.fromisoformat(facts["day"]),
        minutes=facts["minutes"],
        text=facts["text"],
        advisor=User.objects.get(pk=facts["advisor"]),
        billable=facts["billable"],
        key=facts["key"],
        by=by,
        now=now,
    )


def hold_of(hour: JointHour) -> HourHold | None:
    """The first hold of one of its parts: a proposal or document that keeps the whole hour as it is."""
    return (
        HourHold.objects.filter(entry__joint_hour=hour)
        .select_related("entry__engagement__organisation")
        .order_by("entry_id")
        .first()
    )


def _for_change(hour: JointHour, *, version: int, mine: int, by: User) -> tuple[JointHour, Sequence[TimeEntry]]:
    """The hour and its parts as they are now, held until the transaction ends, if the person may change them."""
    found = (
        JointHour.objects.select_for_update(of=("self",))
        .select_related("advisor", "joint_order")
        .filter(pk=hour.pk)
        .first()
    )
    if found is None:
        raise RemovedMeanwhile
    require_own(by, found.advisor)
    require_open(locked(found.joint_order))
    hold = hold_of(found)
    if hold is not None:
        raise PartHeld(hold)
    if found.version != version:
        raise JointHourMoved(theirs=found, mine=mine)
    return found, parts_of(found)


def _log_parts(hour: JointHour, minutes: dict[int, int], *, by: User, now: datetime) -> None:
    engagements = Engagement.objects.select_related("organisation", "lead", "service_type").in_bulk(list(minutes))
    for pk, share in minutes.items():
        if share:
            log_time(
                work=engagements[pk],
                day=hour.day,
                minutes=share,
                text=hour.text,
                advisor=hour.advisor,
                billable=None if hour.billable else False,
                joint_hour=hour,
                by=by,
                now=now,
            )


def _facts(hour: JointHour) -> dict[str, Any]:
    return {
        "day": hour.day.isoformat(),
        "minutes": hour.minutes,
        "text": hour.text,
        "billable": hour.billable,
        "key": hour.key,
    }
