"""The memo's year as the report shows it (domain rules, example 1, and the picture of the report).

Hours 1 140, 780, 1 050 and 210; 2 560 000 kr shared by them; 850 hours sold at 959,76 kr to four organisations at
full price and at 25, 50 and 70 percent off, and 200 hours of advice that nobody pays for.
"""

from __future__ import annotations

from dataclasses import dataclass

from advisory.kernel.users import User
from billing.invoicing.gather import gather
from billing.invoicing.issue import issue
from billing.models import AccountingYear, Pot
from clients.models import Organisation
from tests import builders
from tests.billing.yearend.arrange import accounts, line, record
from tests.builders import NOW, TODAY

SOLD = (("T0", 420), ("T3", 180), ("T2", 150), ("T1", 100))


@dataclass
class MemoYear:
    administrator: User
    advisor: User
    pot: Pot
    accounts: AccountingYear
    organisations: list[Organisation]


def memo_year(*, base_grant: str = "1800000.00", project_money: str = "200000.00") -> MemoYear:
    """The year with its hours, invoices and accounts."""
    administrator, advisor = builders.administrator(), builders.advisor()
    builders.seller(created_by=administrator)
    builders.rate(maker=administrator)
    builders.tier_table(by=administrator)
    pot = builders.pot("200000.00", name="Rabattpott 2026", by=administrator)
    for area, hours in ((1, 1140), (2, 780), (4, 210)):
        record(builders.activity(funding_area=area, name=f"Område {area}"), hours, by=advisor)
    record(builders.activity(funding_area=3, name="Fagutvikling"), 200, by=advisor)
    organisations = []
    for code, hours in SOLD:
        customer = builders.organisation(f"Kunde {code}")
        builders.decision(customer, code, by=administrator)
        record(builders.engagement(customer, advisor, minutes_agreed=None), hours, by=advisor)
        organisations.append(customer)
    drafts = gather(up_to=TODAY, by=administrator, now=NOW)
    issued = issue({draft.pk: None for draft in drafts}, by=administrator, now=NOW)
    assert not issued.failures, issued.failures
    year = accounts(by=administrator)
    line(year, "Lønn og drift", "2560000.00", "shared_hours")
    line(year, "Grunntilskudd", f"-{base_grant}", "base_grant")
    line(year, "Prosjektmidler", f"-{project_money}", "project")
    return MemoYear(administrator, advisor, pot, year, organisations)
