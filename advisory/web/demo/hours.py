"""A year of hours: billable work on engagements, work that is not billed, and the centre's own areas.

The shares are the memo's: of some 3 256 hours 1 000 are advice, and 800 of these are billed. An advisor has at most
seven and a half hours a day, and hours are written down in quarters the same afternoon.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from advisory.kernel import audit
from advisory.kernel.money import half_up_quotient
from advisory.kernel.users import User
from advisory.web.demo.engagements import Planned
from advisory.web.demo.house import House
from advisory.web.demo.people import Staff
from advisory.web.demo.stories import ACTIVITIES, SERVICES
from advisory.web.demo.wishes import Wishes, at, month_end
from engagements.models import ReadyWeek, TimeEntry
from engagements.work.log_time import facts_of
from engagements.work.models import FundingArea, Phase, ServiceType
from engagements.work.weeks import Week

BILLABLE_PERCENT, FREE_PERCENT = 33, 4
A_DAY = 450
BATCH = 2000
_BILLABLE = (30, 45, 60, 60, 75, 90, 90, 105, 120, 120, 150, 180)
_INTERNAL = (60, 90, 120, 150, 150, 180, 210, 240, 270)
#: The memo's invoice: 12.5, 7.25 and 1.75 hours (domain rules, example 1); then what is not billed yet, 21 hours.
SHOWCASE_BILLED: tuple[tuple[str, tuple[int, ...]], ...] = (
    ("digital-strategi", (180, 150, 240, 180)),
    ("anskaffelsesbistand", (150, 165, 120)),
    ("sporsmal-og-svar", (45, 60)),
)
SHOWCASE_PROPOSED: tuple[int, ...] = (180, 120, 150, 165, 105)
SHOWCASE_OPEN: tuple[int, ...] = (90, 120, 150, 180)


class Diary:
    """Who worked how long on which day, and the entries that say so."""

    def __init__(self, wishes: Wishes) -> None:
        self.wishes = wishes
        self.entries: list[TimeEntry] = []
        self.minutes: dict[tuple[int, date], int] = defaultdict(int)
        self.sold: dict[tuple[int, int], int] = defaultdict(int)
        self.cells: set[tuple[int, date, int]] = set()

    def fits(self, person: User, day: date, minutes: int, work: object) -> bool:
        """Whether the day has room, and the person has not written on this work that day."""
        return (person.pk, day, id(work)) not in self.cells and self.minutes[person.pk, day] + minutes <= A_DAY

    def find(self, person: User, days: Sequence[date], minutes: int, work: object, dice: random.Random) -> date:
        """A day with room, by chance, rather in a quiet month; in July many are away.

        Where none of some days has room, the emptiest of them.
        """
        some = [day for day in dice.choices(days, k=12) if day.month != 7 or dice.random() < 0.5] or [days[0]]
        fitting = [day for day in some if self.fits(person, day, minutes, work)]
        if fitting:
            return min(fitting[:3], key=lambda day: self.sold[day.year, day.month])
        return min(some, key=lambda day: self.minutes[person.pk, day])

    def write(self, person: User, day: date, minutes: int, text: str, work: object, **facts: object) -> None:
        """An entry that is not stored yet, written the same afternoon."""
        self.minutes[person.pk, day] += minutes
        self.sold[day.year, day.month] += minutes if facts["billable"] else 0
        self.cells.add((person.pk, day, id(work)))
        now = at(day, 15, (len(self.entries) * 7) % 60)
        self.entries.append(
            TimeEntry(
                advisor=person, day=day, minutes=minutes, text=text, created_at=now, changed_at=now, **facts
            )
        )  # fmt: skip


def log_hours(plans: Sequence[Planned], house: House, staff: Staff, wishes: Wishes) -> list[TimeEntry]:
    """All entries, not stored yet, in the order of their days; `Planned.used` is filled in."""
    diary, dice = Diary(wishes), wishes.dice("hours")
    showcase = next(plan for plan in plans if plan.showcase)
    _showcase(showcase, house, diary)
    billable = max(0, wishes.entries * BILLABLE_PERCENT // 100 - len(diary.entries))
    free = wishes.entries * FREE_PERCENT // 100
    working = [plan for plan in plans if plan.has_hours and not plan.showcase]
    sold = [plan for plan in working if plan.engagement.funding_area == FundingArea.ADVICE]
    if sold:
        _widen_teams(sold, billable, staff)
        # What ended long ago was the bigger part of its months.
        weights = [dice.randrange(6, 15) + 8 * (plan.engagement.phase == Phase.CLOSED) for plan in sold]
        for plan, count in zip(sold, _shares(billable, weights), strict=True):
            _work(plan, count, diary, dice, billable=True)
            _make_half_hours(plan, diary)
    given = [plan for plan in working if plan not in sold] or sold
    # Beyond the frame, and a courtesy here and there.
    weights = [3 if plan.fill == 100 else 1 for plan in sold]
    for plan, count in zip(given, _shares(free // 2, [1] * len(given)), strict=True):
        _work(plan, count, diary, dice, billable=False)
    for plan, count in zip(sold, _shares(free - free // 2, weights), strict=True):
        _work(plan, count, diary, dice, billable=False, late=True)
    _run_the_house(max(0, wishes.entries - len(diary.entries)), house, staff, diary, dice)
    _forget_some_texts(plans, diary, wishes)
    return sorted(diary.entries, key=lambda entry: entry.created_at)


def store_hours(entries: list[TimeEntry]) -> None:
    """Write the entries and what the log says about them."""
    TimeEntry.objects.bulk_create(entries, batch_size=BATCH)
    for start in range(0, len(entries), BATCH):
        audit.record_all(
            audit.event(
                "time.log",
                entry,
                by=entry.advisor,
                now=entry.created_at,
                after=facts_of(entry),
                organisation=entry.engagement.organisation.number if entry.engagement else None,
                label=str(entry.engagement or entry.activity),
            )
            for entry in entries[start : start + BATCH]
        )


def mark_weeks(entries: Sequence[TimeEntry], as_of: date) -> None:
    """Everyone has marked the weeks as ready that ended, but for texts that are missing, and the last one of some."""
    people: dict[User, list[TimeEntry]] = defaultdict(list)
    for entry in entries:
        people[entry.advisor].append(entry)
    last = Week.of(as_of).previous
    rows = []
    for turn, (person, own) in enumerate(sorted(people.items(), key=lambda found: found[0].email)):
        silent = {Week.of(entry.day) for entry in own if entry.billable and not entry.text}
        week = Week.of(min(entry.day for entry in own))
        while week <= last:
            if week not in silent and (week < last or not turn % 2):
                rows.append(ReadyWeek(advisor=person, monday=week.first, marked_at=at(week.days[4], 15, 55)))
            week = week.next
    ReadyWeek.objects.bulk_create(rows, batch_size=BATCH)
    audit.record_all(audit.event("week.ready", row, by=row.advisor, now=row.marked_at) for row in rows)


def _showcase(plan: Planned, house: House, diary: Diary) -> None:
    wishes, lead = diary.wishes, plan.people[0]
    days = wishes.workdays_between(wishes.showcase_month, month_end(wishes.showcase_month))
    turn = 0
    for code, parts in SHOWCASE_BILLED:
        for text, minutes in zip(SERVICES[code].hours, parts, strict=False):
            person = plan.people[1] if code == "anskaffelsesbistand" else lead
            _write_on(plan, person, days[2 * turn], minutes, text, diary, service=house.services[code])
            turn += 1
    later = wishes.workdays_between(wishes.proposed_month, month_end(wishes.proposed_month))
    recent = wishes.workdays_between(wishes.as_of.replace(day=1), wishes.as_of)
    if len(recent) < len(SHOWCASE_OPEN):
        later, recent = later[: -len(SHOWCASE_OPEN)], later[-len(SHOWCASE_OPEN) :]
    texts = iter(plan.story.hours)
    for some, parts in ((later, SHOWCASE_PROPOSED), (recent[-2 * len(SHOWCASE_OPEN) :], SHOWCASE_OPEN)):
        for place, minutes in enumerate(parts):
            _write_on(plan, lead, some[place * len(some) // len(parts)], minutes, next(texts), diary)


def _work(plan: Planned, count: int, diary: Diary, dice: random.Random, *, billable: bool, late: bool = False) -> None:
    days = diary.wishes.workdays_between(plan.first, plan.last)
    if late:
        days = days[-max(5, len(days) // 4) :]
    for turn in range(count):
        # The lead does most of it.
        person = plan.people[0] if turn % 3 < 2 else plan.people[turn % len(plan.people)]
        minutes = dice.choice(_BILLABLE)
        day = diary.find(person, days, minutes, plan, dice)
        text = plan.story.hours[dice.randrange(len(plan.story.hours))]
        _write_on(plan, person, day, minutes, text, diary, billable=billable)


def _make_half_hours(plan: Planned, diary: Diary) -> None:
    """A quarter more where a frame that is used up would be an odd one: people agree on halves."""
    if plan.fill != 100 or plan.used % 30 == 0:
        return
    for entry in reversed(diary.entries):
        day = (entry.advisor.pk, entry.day)
        if entry.engagement is plan.engagement and diary.minutes[day] + 15 <= A_DAY:
            entry.minutes += 15
            diary.minutes[day] += 15
            plan.used += 15
            return


def _write_on(
    plan: Planned,
    person: User,
    day: date,
    minutes: int,
    text: str,
    diary: Diary,
    *,
    service: ServiceType | None = None,
    billable: bool = True,
) -> None:
    one = plan.engagement
    diary.write(
        person, day, minutes, text, plan,
        engagement=one, service_type=service or one.service_type, funding_area=one.funding_area, billable=billable,
    )  # fmt: skip
    plan.used += minutes if billable else 0


def _run_the_house(count: int, house: House, staff: Staff, diary: Diary, dice: random.Random) -> None:
    """Internal hours: everyone in turn through all days, so that the weeks fill evenly."""
    shares = [36, 33, 26, *([32] * (len(staff.everyone) - 4)), 5]
    weights = [share for _name, _area, share, _texts in ACTIVITIES]
    for person, own in zip(staff.everyone, _shares(count, shares), strict=True):
        days = list(diary.wishes.workdays)
        dice.shuffle(days)
        turn = 0
        while own:
            day = days[turn % len(days)]
            turn += 1
            # After four rounds every day is as full as the day allows: then longer days are taken.
            limit = A_DAY if turn <= 4 * len(days) else 1440
            minutes = min(dice.choice(_INTERNAL), (limit - diary.minutes[person.pk, day]) // 15 * 15)
            [place] = dice.choices(range(len(ACTIVITIES)), weights)
            activity = house.activities[place]
            if minutes < 30 or ((person.pk, day, id(activity)) in diary.cells and limit == A_DAY):
                continue
            text = dice.choice(ACTIVITIES[place][3])
            diary.write(
                person, day, minutes, text, activity,
                activity=activity, funding_area=activity.funding_area, billable=False,
            )  # fmt: skip
            own -= 1


def _forget_some_texts(plans: Sequence[Planned], diary: Diary, wishes: Wishes) -> None:
    """Two billable entries of the month that is proposed do not say what was done."""
    showcase = next(plan for plan in plans if plan.showcase).engagement
    first, last = wishes.proposed_month, month_end(wishes.proposed_month)
    bare = [e for e in diary.entries if e.billable and first <= e.day <= last and e.engagement is not showcase]
    for entry in bare[:2]:
        entry.text = ""


def _widen_teams(plans: Sequence[Planned], count: int, staff: Staff) -> None:
    """More people where there is more work than a few can do."""
    wanted = min(len(staff.advisors), 1 + count // (60 * len(plans)))
    for place, plan in enumerate(plans):
        for step in range(1, len(staff.advisors)):
            if len(plan.people) >= wanted:
                break
            person = staff.advisors[(place + step) % len(staff.advisors)]
            if person not in plan.people:
                plan.people.append(person)


def _shares(whole: int, weights: Sequence[int]) -> list[int]:
    """`whole` things by weight, so that all are given out."""
    given, passed, total = [], 0, sum(weights)
    for weight in weights:
        before, passed = passed, passed + weight
        given.append(half_up_quotient(whole * passed, total) - half_up_quotient(whole * before, total))
    return given
