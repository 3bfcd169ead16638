"""Books in which everything has happened: two of each way an hour, a discount and a year can go."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import connection

from advisory.kernel import guards
from advisory.kernel.fields import nok
from billing.invoicing.credit import credit
from billing.invoicing.gather import gather, take_out
from billing.invoicing.issue import issue
from billing.invoicing.models import Invoice
from billing.models import PotEntry, YearClosing
from billing.selfcost.fund import Layer
from billing.yearend.fund_ledger import open_fund
from engagements.work.joint_hours import log_joint_hour
from tests import builders
from tests.billing.yearend.arrange import accounts, line
from tests.builders import NOW

OCTOBER_END = date(2026, 10, 31)
DECEMBER = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)


@pytest.fixture
def books() -> None:
    """Invoices, credit notes that free and write off hours, proposals ready and blocked, hours put off and open."""
    administrator, advisor = builders.administrator(), builders.advisor()
    builders.seller(created_by=administrator)
    builders.rate(maker=administrator)
    builders.tier_table(by=administrator)
    pot = builders.pot(by=administrator)
    names = ("Bygdekor Vest", "Turlaget Vidda", "Fjellkoret", "Korpset")
    works = [builders.engagement(builders.organisation(name), advisor) for name in names]
    for work, tier in zip(works, ("T1", "T2", "T3", "T0"), strict=True):
        builders.decision(work.organisation, tier, by=administrator)
        builders.entry(work, 90)
    order = builders.joint_order((works[0], 1), (works[1], 2))
    log_joint_hour(order=order, day=date(2026, 10, 20), minutes=100, by=advisor, now=NOW, text="Kurs")
    drafts = gather(up_to=OCTOBER_END, by=administrator, now=NOW)
    assert not issue({draft.pk: None for draft in drafts}, by=administrator, now=NOW).failures
    first, second, *_rest = Invoice.objects.order_by("number")
    credit(first, reason="Feil mottaker", release_hours=True, by=administrator, now=NOW)
    credit(second, reason="Feil mottaker", release_hours=False, by=administrator, now=NOW)
    builders.entry(works[3], 45)
    builders.entry(works[2], 30)
    late = builders.entry(works[2], 15)
    drafts = gather(up_to=OCTOBER_END, by=administrator, now=NOW)
    take_out(
        next(draft for draft in drafts if draft.organisation == works[2].organisation),
        entries=[late.pk],
        by=administrator,
        now=NOW,
    )
    works[3].organisation.invoice_email = works[3].organisation.email = ""
    works[3].organisation.save()
    builders.entry(works[1], 60, date(2026, 11, 12))
    # Bound money as a verb would bind it.
    last = PotEntry.objects.filter(pot=pot).order_by("-sequence")[0]
    PotEntry.objects.create(
        pot=pot,
        sequence=last.sequence + 1,
        kind="reserve",
        amount=nok(0),
        balance=last.balance,
        reserved_change=nok("1000.00"),
        reserved=nok("1000.00"),
        engagement=works[0],
        at=NOW,
        by=administrator,
    )
    open_fund(
        service="advice",
        as_of=2025,
        opening=[Layer(2023, Decimal("1000.00")), Layer(2024, Decimal("250.50"))],
        reason="Fra regnskapet",
        by=administrator,
        now=NOW,
    )
    year = accounts(2025, by=administrator)
    line(year, "Felles nettside", "40000.00", "area_4")
    line(year, "Prosjektmidler", "-40000.00", "project")
    YearClosing.objects.create(accounting_year=year, figures={}, closed_at=NOW, closed_by=administrator)


@pytest.fixture
def unguarded(books: None) -> None:
    """The same with all guards gone, as far as the test reaches, so that a row can be broken as a fault would.

    By plain SQL: what `guards.lift` uses does not work inside a test's own transaction.
    """
    # PostgreSQL drops no trigger of a table whose foreign keys are still to be looked at.
    connection.check_constraints()
    with connection.cursor() as cursor:
        for model, guard in guards.guarded_models():
            for name in guard.trigger_names(connection.vendor):
                on = f' ON "{model._meta.db_table}"' if connection.vendor == "postgresql" else ""
                cursor.execute(f'DROP TRIGGER "{name}"{on}')
