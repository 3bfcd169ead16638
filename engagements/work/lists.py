"""What the list and the board of engagements show, in a number of queries that does not follow the rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import F, Max, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from advisory.kernel.users import User
from engagements.work.frame import COUNTED, WARN_PERCENT
from engagements.work.models import Engagement, EngagementQuerySet, Phase, TimeEntry

SORTS = {
    "reference": ("reference",),
    "-reference": ("-reference",),
    "organisation": ("organisation__search_name", "-reference"),
    "-organisation": ("-organisation__search_name", "-reference"),
    "lead": ("lead__name", "-reference"),
    "-lead": ("-lead__name", "-reference"),
    "last": ("last_day", "-reference"),
    "-last": ("-last_day", "-reference"),
}
DEFAULT_SORT = "-reference"
#: A filter beside the phases: open engagements that have used 80 % or more of what was agreed.
NEAR = "near"

PHASE_COLORS = {
    Phase.REQUESTED: "neutral",
    Phase.AGREED: "info",
    Phase.ACTIVE: "info",
    Phase.COMPLETED: "neutral",
    Phase.CLOSED: "neutral",
    Phase.CANCELLED: "neutral",
}


def filtered(user: User, asked: Mapping[str, Any], *, phases: bool = True) -> EngagementQuerySet:
    """The engagements that the filters ask for: `q`, `whose`, `phase` (open by default) and `organisation` (number)."""
    found = Engagement.objects.visible_to(user).select_related("organisation", "lead", "service_type")
    if asked.get("whose") == "mine":
        found = found.mine(user)
    if asked.get("organisation"):
        found = found.filter(organisation__number=asked["organisation"])
    if phases:
        phase = asked.get("phase") or "open"
        if phase == "open":
            found = found.open()
        elif phase == NEAR:
            found = near_frame(found.open())
        elif phase != "any":
            found = found.filter(phase=phase)
    for word in str(asked.get("q") or "").split():
        found = found.filter(
            Q(title__icontains=word)
            | Q(reference__icontains=word)
            | Q(organisation__name__icontains=word)
            | Q(organisation__search_name__contains=word.casefold())
        )
    return found


def near_frame(engagements: EngagementQuerySet) -> EngagementQuerySet:
    """Those whose `Frame.is_near`, asked of the database."""
    used = (
        TimeEntry.objects.filter(COUNTED, engagement=OuterRef("pk"))
        .order_by()
        .values("engagement")
        .annotate(minutes=Sum("minutes"))
        .values("minutes")
    )
    # used >= agreed * 80 // 100, in whole numbers.
    return engagements.annotate(minutes_used=Coalesce(Subquery(used), 0)).filter(
        minutes_agreed__isnull=False, minutes_used__gt=F("minutes_agreed") * WARN_PERCENT / 100 - 1
    )


def with_last_day(engagements: EngagementQuerySet) -> EngagementQuerySet:
    """Each with `last_day`, the day of its newest hours."""
    last = TimeEntry.objects.filter(engagement=OuterRef("pk")).order_by().values("engagement").annotate(day=Max("day"))
    return engagements.annotate(last_day=Subquery(last.values("day")))
