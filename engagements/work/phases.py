"""The course of an engagement: requested → agreed → active → completed → closed, or cancelled with a reason."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from advisory.kernel import audit
from advisory.kernel.errors import Conflict, DomainError
from advisory.kernel.users import User
from engagements.work.models import Engagement, Phase
from engagements.work.rights import require_writer

#: Where an engagement may go from each phase; the first is the usual next step.
MOVES: dict[str, tuple[Phase, ...]] = {
    Phase.REQUESTED: (Phase.AGREED, Phase.CANCELLED),
    Phase.AGREED: (Phase.ACTIVE, Phase.CANCELLED),
    Phase.ACTIVE: (Phase.COMPLETED, Phase.CANCELLED),
    Phase.COMPLETED: (Phase.CLOSED, Phase.ACTIVE),
    Phase.CLOSED: (),
    Phase.CANCELLED: (),
}
#: Phases in which hours may be logged.
TAKES_HOURS = (Phase.AGREED, Phase.ACTIVE)

_WAY_OUT = {
    Phase.REQUESTED: _("The agreement must be in place first: move the engagement to Agreed."),
    Phase.AGREED: _("The engagement has not begun: move it to Active first."),
    Phase.ACTIVE: _("The engagement is under way: complete it first."),
    Phase.COMPLETED: _("The engagement is completed: close it, or open it again."),
    Phase.CLOSED: _("The engagement is closed for good. Start a new one."),
    Phase.CANCELLED: _("The engagement was cancelled. Start a new one."),
}
_NO_HOURS = {
    Phase.REQUESTED: _("The agreement must be in place before hours are logged: move the engagement to Agreed."),
    Phase.COMPLETED: _("The engagement is completed. Open it again to change its hours."),
    Phase.CLOSED: _("The engagement is closed, and so are its hours."),
    Phase.CANCELLED: _("The engagement was cancelled, so its hours are closed."),
}


class IllegalMove(DomainError):
    """The engagement cannot go from `phase` straight to `to`; the message says what to do instead."""

    def __init__(self, *, phase: str, to: str) -> None:
        self.template = _WAY_OUT[Phase(phase)]
        super().__init__(phase=phase, to=to)


class ReasonMissing(DomainError):
    """Cancelling wants a reason."""

    template = _("Write why the engagement is cancelled.")


class PhaseTakesNoHours(DomainError):
    """Hours are logged and changed from agreed until completed."""

    def __init__(self, *, phase: str) -> None:
        self.template = _NO_HOURS[Phase(phase)]
        super().__init__(phase=phase)


class MovedMeanwhile(Conflict):
    """Somebody else moved the engagement since the page was shown."""

    template = _("Somebody has moved the engagement to %(phase)s meanwhile. Look at the page before you go on.")


def moves_from(engagement: Engagement) -> tuple[Phase, ...]:
    """Where the engagement may go now."""
    return MOVES[engagement.phase]


def require_hours_allowed(engagement: Engagement) -> None:
    """Raise `PhaseTakesNoHours` unless hours may be logged on the engagement."""
    if engagement.phase not in TAKES_HOURS:
        raise PhaseTakesNoHours(phase=engagement.phase)


@transaction.atomic
def move(
    *,
    engagement: Engagement,
    to: Phase,
    by: User,
    on: date,
    now: datetime,
    reason: str = "",
    seen: str = "",
) -> Engagement:
    """Move the engagement to phase `to` on the day `on`; becoming active or completed writes that day.

    `reason` is wanted for `cancelled` and kept in the audit log otherwise. With `seen` (the phase the person saw)
    a meanwhile moved engagement raises `MovedMeanwhile`. Raises `IllegalMove`, `ReasonMissing`, `NotOnTheTeam`.
    """
    engagement = (
        Engagement.objects.select_for_update(of=("self",)).select_related("organisation", "lead").get(pk=engagement.pk)
    )
    require_writer(by, engagement)
    if seen and engagement.phase != seen:
        raise MovedMeanwhile(phase=Phase(engagement.phase).label)
    if to not in MOVES[engagement.phase]:
        raise IllegalMove(phase=engagement.phase, to=to)
    reason = reason.strip()
    if to == Phase.CANCELLED and not reason:
        raise ReasonMissing
    before, after = engagement.phase, _facts_of(engagement, to, on, reason)
    for name, value in after.items():
        setattr(engagement, name, value)
    engagement.save(update_fields=list(after))
    audit.record(
        f"engagement.{to.value}",
        engagement,
        by=by,
        now=now,
        before={"phase": before},
        after=after,
        reason=reason,
        organisation=engagement.organisation.number,
    )
    return engagement


def _facts_of(engagement: Engagement, to: Phase, on: date, reason: str) -> dict[str, Any]:
    facts: dict[str, Any] = {"phase": to}
    if to == Phase.ACTIVE:
        facts |= {"started_on": engagement.started_on or on, "completed_on": None}
    if to == Phase.COMPLETED:
        facts["completed_on"] = on
    if to == Phase.CANCELLED:
        facts["cancel_reason"] = reason
    return facts
