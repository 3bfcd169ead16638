"""Engagements in every phase, with lead, team and the days on which something happened to them.

Planned first and stored when their hours are known, for what was agreed follows from what was used.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from advisory.kernel import audit
from advisory.kernel.counters import locked
from advisory.kernel.users import User
from advisory.web.demo.house import House
from advisory.web.demo.people import Staff
from advisory.web.demo.stories import CANCELLED_BECAUSE, FREE_ENGAGEMENTS, MORE_AGREED, SERVICES, STORIES, Story
from advisory.web.demo.wishes import Wishes, at, workday_before, workday_from
from clients.models import Organisation
from clients.organisations import Status
from engagements.models import Engagement
from engagements.work.models import FundingArea, Phase

#: Phases in turn, so that few engagements have many of them and seventy have all.
_PHASES = (
    Phase.CLOSED, Phase.ACTIVE, Phase.COMPLETED, Phase.ACTIVE, Phase.CLOSED, Phase.REQUESTED, Phase.CLOSED,
    Phase.AGREED, Phase.CLOSED, Phase.COMPLETED, Phase.ACTIVE, Phase.CANCELLED, Phase.CLOSED, Phase.ACTIVE,
    Phase.COMPLETED, Phase.CLOSED, Phase.ACTIVE, Phase.AGREED, Phase.CLOSED, Phase.ACTIVE,
)  # fmt: skip
#: How much of the agreed hours is used, in percent, in turn; None = no frame was agreed.
_FILLS = (64, 88, 45, 100, 72, None, 95, 52, 81, 38)
SHOWCASE_MINUTES = 48 * 60
#: Two earlier engagements of the showcase: their turn, how many days ago they began, and what they were about.
PAST_OF_SHOWCASE = {0: (340, "personvern"), 4: (235, "opplaering")}


@dataclass(slots=True)
class Planned:
    """An engagement that is not stored yet; `first` to `last` are the days on which hours may fall."""

    engagement: Engagement
    story: Story
    people: list[User]
    agreed_on: date
    first: date
    last: date
    settled_on: date | None = None
    fill: int | None = 70
    showcase: bool = False
    #: Minutes that were billable, and whether more were agreed on the way.
    used: int = 0
    extended_on: date | None = None
    events: list[audit.AuditEvent] = field(default_factory=list)

    @property
    def has_hours(self) -> bool:
        return self.engagement.phase in (Phase.ACTIVE, Phase.COMPLETED, Phase.CLOSED)


def plan_engagements(
    organisations: Sequence[Organisation], house: House, staff: Staff, wishes: Wishes
) -> list[Planned]:
    """As many engagements as wished; the showcase is the first."""
    dice = wishes.dice("engagements")
    plans = [_showcase(organisations[0], house, staff, wishes)]
    rest = list(organisations[1:]) or [organisations[0]]
    active = [one for one in rest if one.status == Status.ACTIVE] or rest
    queue: list[Organisation] = []
    for turn in range(wishes.engagements - 1):
        phase = _PHASES[turn % len(_PHASES)]
        if not queue:
            queue = dice.sample(active, len(active))
        # The showcase has a past, but nothing else in the month that its invoice is about.
        if wishes.engagements >= 10 and turn in PAST_OF_SHOWCASE:
            organisation = organisations[0]
        elif phase == Phase.CLOSED and dice.random() < 0.15:
            organisation = dice.choice(rest)
        else:
            organisation = queue.pop()
        if turn % 60 in (13, 16):
            title, area, code, goal = FREE_ENGAGEMENTS[turn % 60 == 16]
            plan = _plan(organisation, phase, SERVICES[code], house, staff, wishes, dice, turn)
            plan.engagement.title, plan.engagement.goal, plan.engagement.funding_area = title, goal, area
            plan.fill = None
        else:
            # Each service in turn, and the two that are asked for most once more.
            story = STORIES[turn % len(STORIES)] if dice.random() < 0.7 else STORIES[dice.randrange(3)]
            if organisation is organisations[0] and turn in PAST_OF_SHOWCASE:
                story = SERVICES[PAST_OF_SHOWCASE[turn][1]]
            plan = _plan(organisation, phase, story, house, staff, wishes, dice, turn)
        plans.append(plan)
    return plans


def _showcase(organisation: Organisation, house: House, staff: Staff, wishes: Wishes) -> Planned:
    started = workday_from(wishes.showcase_month - timedelta(days=15))
    story = SERVICES["medlemssystem"]
    engagement = Engagement(
        organisation=organisation,
        title=story.titles[0],
        goal=story.goals[0],
        service_type=house.services[story.code],
        lead=staff.advisors[0],
        phase=Phase.ACTIVE,
        requested_on=started - timedelta(days=21),
        started_on=started,
        minutes_agreed=SHOWCASE_MINUTES,
        their_reference="Styresak 7",
        place="Sogndal",
    )
    return Planned(
        engagement=engagement,
        story=story,
        people=[staff.advisors[0], staff.advisors[1]],
        agreed_on=started - timedelta(days=4),
        first=started,
        last=wishes.as_of - timedelta(days=1),
        showcase=True,
    )


def _plan(
    organisation: Organisation,
    phase: Phase,
    story: Story,
    house: House,
    staff: Staff,
    wishes: Wishes,
    dice: random.Random,
    turn: int,
) -> Planned:
    first, last, settled = _days(phase, wishes, dice, turn)
    agreed = workday_before(first - timedelta(days=dice.randrange(2, 9)))
    requested = workday_before(agreed - timedelta(days=dice.randrange(4, 25)))
    lead = staff.advisors[turn % len(staff.advisors)]
    engagement = Engagement(
        organisation=organisation,
        title=story.titles[turn // 5 % len(story.titles)],
        goal=dice.choice(story.goals),
        service_type=house.services[story.code],
        lead=lead,
        phase=phase,
        requested_on=requested,
        place=dice.choice(("", "", "Nettmøte", organisation.city)),
        their_reference=dice.choice(("", "", "", "Styresak 4", "Prosjekt 210")),
    )
    people = [lead]
    if dice.random() < 0.4:
        people.append(staff.advisors[(turn + 1) % len(staff.advisors)])
    plan = Planned(
        engagement, story, people, agreed, first, last, settled, fill=_FILLS[turn % len(_FILLS)],
    )  # fmt: skip
    if plan.has_hours:
        engagement.started_on = first
    if phase in (Phase.COMPLETED, Phase.CLOSED):
        engagement.completed_on = last
    if phase == Phase.CANCELLED:
        engagement.cancel_reason = CANCELLED_BECAUSE[turn % len(CANCELLED_BECAUSE)]
    if phase in (Phase.REQUESTED, Phase.AGREED, Phase.CANCELLED):
        engagement.minutes_agreed = dice.choice((360, 480, 600, 900, 1200)) if phase != Phase.REQUESTED else None
    return plan


def _days(phase: Phase, wishes: Wishes, dice: random.Random, turn: int) -> tuple[date, date, date | None]:
    """First and last day of the work, and the day on which the matter was settled (closed or cancelled)."""
    yesterday = wishes.as_of - timedelta(days=1)
    began, _about = PAST_OF_SHOWCASE.get(turn, (0, ""))
    ago = {
        # By the golden section: however many there are, they lie evenly over the year, and some began before it.
        Phase.CLOSED: lambda: began or 110 + turn * 618 % 1000 * 310 // 1000,
        Phase.COMPLETED: lambda: dice.randrange(80, 210),
        Phase.ACTIVE: lambda: dice.randrange(25, 190),
        Phase.CANCELLED: lambda: dice.randrange(40, 300),
        Phase.AGREED: lambda: -dice.randrange(1, 15),
        Phase.REQUESTED: lambda: -dice.randrange(10, 20),
    }[phase]()
    first = workday_from(wishes.as_of - timedelta(days=ago))
    if phase == Phase.CLOSED:
        length = max(dice.randrange(35, 110), (wishes.first_day - first).days + 30)
        last = workday_before(min(first + timedelta(days=length), yesterday - timedelta(days=40)))
        return first, last, last + timedelta(days=dice.randrange(7, 30))
    if phase == Phase.COMPLETED:
        return first, workday_before(yesterday - timedelta(days=dice.randrange(1, 45))), None
    if phase == Phase.CANCELLED:
        return first, first, first + timedelta(days=dice.randrange(3, 20))
    return first, yesterday, None


def store_engagements(plans: Sequence[Planned], staff: Staff, wishes: Wishes) -> None:
    """Write the engagements with references in the order in which they were asked for, their teams and their past."""
    yesterday = wishes.as_of - timedelta(days=1)
    for plan in plans:
        plan.engagement.requested_on = workday_before(min(plan.engagement.requested_on, yesterday))
        plan.agreed_on = workday_before(min(plan.agreed_on, yesterday))
        _agree(plan)
    in_order = sorted(plans, key=lambda plan: plan.engagement.requested_on)
    last: dict[int, int] = defaultdict(int)
    for plan in in_order:
        one = plan.engagement
        last[one.requested_on.year] += 1
        one.reference = f"{one.requested_on.year}-{last[one.requested_on.year]:03d}"
        one.created_at = at(one.requested_on, 9, 10 + last[one.requested_on.year] % 45)
    for year, number in sorted(last.items()):
        counter = locked(f"engagement:{year}")
        counter.last = number
        counter.save(update_fields=["last"])
    Engagement.objects.bulk_create([plan.engagement for plan in in_order], batch_size=500)
    Engagement.team.through.objects.bulk_create(
        Engagement.team.through(engagement_id=plan.engagement.pk, user_id=person.pk)
        for plan in in_order
        for person in plan.people[1:]
    )
    events = [event for plan in in_order for event in _past(plan)]
    audit.record_all(sorted(events, key=lambda event: event.at))


def _agree(plan: Planned) -> None:
    """Set the frame that fits the hours: whole half-hours, never below what was used."""
    one = plan.engagement
    if plan.showcase or not plan.has_hours or one.funding_area != FundingArea.ADVICE or not plan.used:
        return
    if plan.fill is None:
        return
    one.minutes_agreed = -(-plan.used * 100 // plan.fill // 30) * 30
    one.minutes_agreed = max(one.minutes_agreed, plan.used)
    if plan.fill == 95 and (plan.last - plan.first).days > 20:
        plan.extended_on = plan.first + (plan.last - plan.first) // 2


def _past(plan: Planned) -> list[audit.AuditEvent]:
    one, lead = plan.engagement, plan.people[0]
    facts = {
        "title": one.title,
        "goal": one.goal,
        "service_type": plan.story.code,
        "funding_area": int(one.funding_area),
        "minutes_agreed": None,
        "lead": str(lead),
        "team": sorted(str(person) for person in plan.people[1:]),
        "their_reference": one.their_reference,
        "place": one.place,
    }
    number = one.organisation.number
    events = [
        audit.event("engagement.start", one, by=lead, now=one.created_at, after=facts, organisation=number),
    ]

    def moved(to: Phase, before: Phase, day: date, hour: int, **after: object) -> None:
        events.append(
            audit.event(
                f"engagement.{to.value}",
                one,
                by=lead,
                now=at(day, hour, 20),
                before={"phase": before.value},
                after={"phase": to.value, **after},
                reason=one.cancel_reason if to == Phase.CANCELLED else "",
                organisation=number,
            )
        )

    if one.phase == Phase.REQUESTED:
        return events
    if one.minutes_agreed is not None:
        first = one.minutes_agreed * 2 // 3 // 30 * 30 if plan.extended_on else one.minutes_agreed
        steps: list[tuple[int | None, int, date, str]] = [(None, first, plan.agreed_on, "Avtalt på telefon med leder.")]
        if plan.extended_on and first:
            steps.append((first, one.minutes_agreed, plan.extended_on, MORE_AGREED))
        events += [
            audit.event(
                "engagement.agree_hours", one, by=lead, now=at(day, 11), before={"minutes_agreed": before},
                after={"minutes_agreed": after}, reason=why, organisation=number,
            )
            for before, after, day, why in steps
        ]  # fmt: skip
    if one.phase == Phase.CANCELLED:
        moved(Phase.CANCELLED, Phase.REQUESTED, plan.settled_on or plan.agreed_on, 13)
        return events
    moved(Phase.AGREED, Phase.REQUESTED, plan.agreed_on, 12)
    if one.started_on:
        moved(Phase.ACTIVE, Phase.AGREED, one.started_on, 8, started_on=one.started_on)
    if one.completed_on:
        moved(Phase.COMPLETED, Phase.ACTIVE, one.completed_on, 16, completed_on=one.completed_on)
    if one.phase == Phase.CLOSED:
        moved(Phase.CLOSED, Phase.COMPLETED, plan.settled_on or plan.last, 14)
    return events
