"""What a person may log hours on, as choices of one select: used last first, with what is left of each frame.

A choice is written `2026-014` for an engagement and `a5` for an internal activity; anything else is unknown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Max
from django.utils.translation import gettext as _

from advisory.kernel.users import User
from engagements.work.frame import Frame, frames_of
from engagements.work.hours_field import shown_with_unit
from engagements.work.log_time import Work
from engagements.work.models import Activity, Engagement, TimeEntry
from engagements.work.phases import TAKES_HOURS

RECENT = 5


@dataclass(frozen=True, slots=True)
class Places:
    """The engagements and activities a person may log on; `frames` by engagement id; the recent ones first."""

    engagements: Sequence[Engagement]
    activities: Sequence[Activity]
    frames: dict[int, Frame]
    recent: Sequence[Work]
    mine: frozenset[int]

    def find(self, code: str) -> Work | None:
        """What the code names, if it is one of the places."""
        works: list[Work] = [*self.engagements, *self.activities]
        return next((work for work in works if code_of(work) == code), None)

    def grouped(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """Choices of a select in groups; nothing stands in two groups."""
        used = {code_of(work) for work in self.recent}
        rest = [work for work in self.engagements if code_of(work) not in used]
        groups: list[tuple[str, Sequence[Work]]] = [
            (_("Used last"), self.recent),
            (_("My engagements"), [work for work in rest if work.pk in self.mine]),
            (_("Other engagements"), [work for work in rest if work.pk not in self.mine]),
            (_("Not billable"), [work for work in self.activities if code_of(work) not in used]),
        ]
        return [(name, [(code_of(work), self._label(work)) for work in works]) for name, works in groups if works]

    def _label(self, work: Work) -> str:
        if isinstance(work, Activity):
            return work.name
        frame = self.frames[work.pk]
        label = f"{work.organisation.name} – {work.title}"
        if frame.left is None:
            return label
        return _("%(label)s (%(hours)s left)") % {"label": label, "hours": shown_with_unit(frame.left)}


def code_of(work: Work) -> str:
    """How a choice is written in forms and paths."""
    return work.reference if isinstance(work, Engagement) else f"a{work.pk}"


def places_of(user: User, *, also: Work | None = None) -> Places:
    """All that the person may log hours on now; `also` stays a choice for hours that are there already."""
    engagements = list(
        Engagement.objects.writable_by(user)
        .filter(phase__in=TAKES_HOURS)
        .select_related("organisation", "service_type", "lead")
        .order_by("organisation__search_name", "reference")
    )
    activities = list(Activity.objects.filter(active=True))
    if isinstance(also, Activity) and also not in activities:
        activities.append(also)
    by_key: dict[tuple[int | None, int | None], Work] = {
        **{(work.pk, None): work for work in engagements},
        **{(None, work.pk): work for work in activities},
    }
    latest = (
        TimeEntry.objects.filter(advisor=user)
        .order_by()
        .values("engagement", "activity")
        .annotate(latest=Max("changed_at"))
        .order_by("-latest")[: RECENT * 4]
    )
    recent = [work for row in latest if (work := by_key.get((row["engagement"], row["activity"])))][:RECENT]
    mine = frozenset(Engagement.objects.mine(user).filter(phase__in=TAKES_HOURS).values_list("pk", flat=True))
    return Places(engagements, activities, frames_of(engagements), recent, mine)
