"""A joint order of two organisations, and an engagement that a national body orders and pays for a local branch."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from advisory.kernel.users import User
from advisory.web.demo.hours import A_DAY
from advisory.web.demo.house import EXEMPT, House
from advisory.web.demo.people import Staff
from advisory.web.demo.wishes import Wishes, at, workday_from
from clients.models import Organisation
from clients.organisations import Kind, Status
from engagements.work.joint import Party, agree_all, make_joint_order
from engagements.work.joint_hours import log_joint_hour
from engagements.work.log_time import log_time, minutes_on
from engagements.work.models import Phase
from engagements.work.phases import move
from engagements.work.start import start_engagement

#: A demo smaller than this tells one story only.
FEWEST = 20
#: What was done together: minutes and words.
_TOGETHER = ((100, "Planlegging av felles kurs"), (150, "Felles kurs for styrene"), (45, "Oppsummering på telefon"))


def order_together(organisations: Sequence[Organisation], house: House, staff: Staff, wishes: Wishes) -> None:
    """Both stories, with hours in the last weeks before the demo's day."""
    active = [one for one in organisations[1:] if one.status == Status.ACTIVE and one.kind == Kind.VOLUNTARY]
    if wishes.engagements < FEWEST or len(active) < 2:
        return
    lead, started = staff.advisors[1], workday_from(wishes.as_of - timedelta(days=24))
    order = make_joint_order(
        title="Felles kurs i personvern",
        parties=[Party(active[0], Decimal(2)), Party(active[1], Decimal(1))],
        service_type=house.services["personvern"],
        lead=lead,
        by=lead,
        on=started,
        now=at(started, 10),
        minutes_agreed=15 * 60,
    )
    agree_all(order=order, by=lead, on=started, now=at(started, 14))
    for minutes, text in _TOGETHER:
        if day := _free_day(lead, minutes, started, wishes):
            log_joint_hour(order=order, day=day, minutes=minutes, text=text, by=lead, now=at(day, 15, 30))
    branch = next((one for one in active if one.parent is not None and one.parent.status == Status.ACTIVE), None)
    if branch is not None and branch.parent is not None:
        _for_a_branch(branch.parent, branch, house, lead, started, wishes)


def _for_a_branch(
    payer: Organisation, branch: Organisation, house: House, lead: User, started: date, wishes: Wishes
) -> None:
    code = next(code for code in house.services if code != EXEMPT)
    engagement = start_engagement(
        organisation=payer,
        beneficiary=branch,
        title="Hjelp til lokallaget",
        goal="Lokallaget kan ta i bruk de samme verktøyene som landsleddet.",
        service_type=house.services[code],
        lead=lead,
        by=lead,
        on=started,
        now=at(started, 11),
        minutes_agreed=10 * 60,
    )
    move(engagement=engagement, to=Phase.AGREED, by=lead, on=started, now=at(started, 14, 30))
    if day := _free_day(lead, 90, started, wishes):
        log_time(work=engagement, day=day, minutes=90, text="Gjennomgang med lokallaget", by=lead, now=at(day, 15, 45))


def _free_day(advisor: User, minutes: int, first: date, wishes: Wishes) -> date | None:
    """The first day of work from `first` on on which the advisor has so much time left."""
    days = wishes.workdays_between(first, wishes.as_of - timedelta(days=1))
    return next((day for day in days if minutes_on(advisor, day) + minutes <= A_DAY), None)
