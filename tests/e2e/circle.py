"""What the circle of two years needs and nobody types: people, four customers with their discounts, 3 180 hours.

Run inside the served database by `manage.py shell`; everything by the product's own verbs, but for decisions and
internal activities, which the tests' builders make.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from advisory.kernel.users import StaffRole, User
from billing.discounts.rules import Step
from billing.discounts.tables import adopt_tier_table
from clients.models import Organisation
from engagements.models import Activity, Engagement
from engagements.work.log_time import log_time
from engagements.work.models import Phase
from engagements.work.phases import move
from engagements.work.start import start_engagement
from tests import builders
from tests.e2e.conftest import PASSWORD, PEOPLE

#: Discount and hours sold in the first year (domain rules, example 1); ten of the first are logged in the browser.
SOLD = (("T1", 90), ("T2", 150), ("T3", 180), ("", 420))
TIERS = (("T1", 0, 70), ("T2", 500_000, 50), ("T3", 1_000_000, 25), ("T0", 5_000_000, 0))


def open_house(first: int) -> None:
    """Two administrators and an advisor, the seller, the table of tiers, and the first year's work."""
    roles = {
        "administrator": StaffRole.ADMINISTRATOR,
        "second administrator": StaffRole.ADMINISTRATOR,
        "advisor": StaffRole.ADVISOR,
    }
    people = {
        who: User.objects.create(
            email=PEOPLE[who], name=who.capitalize(), staff_role=role, password=make_password(PASSWORD), language="nb"
        )
        for who, role in roles.items()
    }
    administrator, advisor = people["administrator"], people["advisor"]
    builders.seller(created_by=administrator, valid_from=date(first, 1, 1))
    adopt_tier_table(
        valid_from=date(first, 1, 1),
        steps=[Step(code, Decimal(start), Decimal(percent)) for code, start, percent in TIERS],
        note="Styret, sak 3",
        by=administrator,
        now=timezone.now(),
    )
    for code, hours in SOLD:
        work = _engagement(_organisation(f"Laget {code or 'uten rabatt'}"), advisor, first)
        if code:
            builders.decision(
                work.organisation, code, valid_from=date(first, 1, 1), valid_to=date(first + 4, 6, 30), by=administrator
            )
        _log(work, hours, first)
    _organisation("Forbundet")
    _log(builders.activity(name="Fagdag", funding_area=3), 200, first)
    _log(builders.activity(name="Møteplass", funding_area=2), 2130, first)


def second_year(year: int) -> None:
    """870 hours for somebody who pays the full price, and the rest of 1 100 and 3 256 hours."""
    advisor = User.objects.get(email=PEOPLE["advisor"])
    _log(_engagement(Organisation.objects.get(name="Forbundet"), advisor, year), 870, year)
    for name, hours in (("Fagdag", 220), ("Møteplass", 2156)):
        _log(Activity.objects.get(name=name), hours, year)


def _organisation(name: str) -> Organisation:
    return builders.organisation(name, email=f"post@{name.lower().replace(' ', '-')}.example")


def _engagement(organisation: Organisation, lead: User, year: int) -> Engagement:
    now, on = timezone.now(), date(year, 1, 5)
    work = start_engagement(
        organisation=organisation, title=f"Medlemssystem for {organisation.name}",
        service_type=builders.service_type(), lead=lead, by=lead, on=on, now=now, minutes_agreed=60_000,
    )  # fmt: skip
    for phase in (Phase.AGREED, Phase.ACTIVE):
        move(engagement=work, to=phase, by=lead, on=on, now=now)
    return work


def _log(work: Engagement | Activity, hours: int, year: int) -> None:
    """At most ten hours a day, by a colleague who does nothing else."""
    person = builders.advisor(name=f"kollega {User.objects.count()}")
    if isinstance(work, Engagement):
        work.team.add(person)
    day, minutes = date(year, 1, 6), hours * 60
    while minutes:
        part = min(minutes, 600)
        log_time(work=work, day=day, minutes=part, text="Arbeid", by=person, now=timezone.now())
        day, minutes = day + timedelta(days=1), minutes - part
