"""The memo's year in the tables (domain rules 1.4, example 1): accounts, recorded hours and what was sold."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from advisory.kernel.fields import nok
from advisory.kernel.users import User
from billing.models import AccountingYear, ActualLine, InterestRate, Pot, RateVersion
from engagements.models import Activity, TimeEntry
from tests import builders
from tests.billing.issued import sold_line
from tests.builders import NOW

AFTERWARDS = date(2027, 2, 3)


def recorded(hours: str, work: Activity, by: User, *, year: int = 2026) -> None:
    """Internal hours, at most a day to an entry."""
    left = int(Decimal(hours) * 60)
    entries = []
    while left:
        minutes = min(left, 1440)
        left -= minutes
        entries.append(
            TimeEntry(
                advisor=by,
                day=date(year, 5, 4),
                minutes=minutes,
                activity=work,
                funding_area=work.funding_area,
                billable=False,
                created_at=NOW,
                changed_at=NOW,
            )
        )
    TimeEntry.objects.bulk_create(entries)


def accounts(year: int, *, by: User, submitted_by: User | None = None, interest: str = "4.00") -> AccountingYear:
    """An accounting year with its interest, handed over where somebody is named."""
    InterestRate.objects.create(year=year, percent=Decimal(interest), source="Forskrift", set_at=NOW, set_by=by)
    return AccountingYear.objects.create(
        year=year,
        made_at=NOW,
        made_by=by,
        submitted_at=NOW if submitted_by else None,
        submitted_by=submitted_by,
    )


def cost(of: AccountingYear, amount: str, destination: str, *, label: str = "Drift", account: str = "") -> ActualLine:
    """A line of the accounts."""
    return ActualLine.objects.create(
        accounting_year=of,
        position=of.lines.count() + 1,
        account=account,
        label=label,
        amount=nok(amount),
        destination=destination,
    )


def sell(rate: RateVersion, lead: User, by_tier: tuple[tuple[str, str], ...], *, day: date) -> None:
    """Issued lines: hours at full price ("") or at a tier, each of an organisation of its own, paid by one pot."""
    pot = Pot.objects.filter(name=f"Rabatter {day.year}").first() or builders.pot(
        "1000000.00", name=f"Rabatter {day.year}"
    )
    for code, hours in by_tier:
        work = builders.engagement(builders.organisation(), lead)
        decision = builders.decision(work.organisation, code, valid_to=date(2030, 6, 30)) if code else None
        sold_line(work, rate, hours, decision=decision, pot=pot if code else None, day=day)


def memo_year(*, maker: User | None = None, submitter: User | None = None) -> AccountingYear:
    """2 560 000 kr shared by 1 050 of 3 180 hours, 850 hours sold at 959.76 in four tiers, interest 4 %."""
    maker = maker or builders.administrator()
    lead = builders.advisor()
    rate = builders.rate()
    made = accounts(2026, by=maker, submitted_by=submitter or maker)
    cost(made, "2560000.00", "shared_hours", account="5000")
    recorded("1050", builders.activity(name="Fag", funding_area=3), lead)
    recorded("2130", builders.activity(name="Møteplass", funding_area=2), lead)
    sell(rate, lead, (("", "420"), ("T3", "180"), ("T2", "150"), ("T1", "100")), day=date(2026, 10, 14))
    return made
