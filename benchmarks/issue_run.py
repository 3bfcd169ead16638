"""How fast a run of invoices is issued, as a ratio to writing the same rows without thinking.

    python tests/with_postgres.py python -m benchmarks.issue_run 1000

One organisation, engagement and draft of ten unbilled hours for each invoice. Measured: `issue` as the product
calls it (pricing, number, lines, statement, hours, pot, hash chain, audit, outbox). The floor, measured in the
same run on the same database: the same rows inserted again with `bulk_create` into empty tables of the same
shape, with no reading, pricing, hashing or guards. Prints one JSON line.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from datetime import date, timedelta
from typing import Any

import django

os.environ.setdefault("SELVKOST_ENV", "test")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from django.core.management import call_command
from django.db import connection, models, transaction

from billing.invoicing.gather import gather
from billing.invoicing.issue import issue
from billing.models import Invoice, InvoicedHour, InvoiceLine, InvoiceVat, TierDecision, TierTable
from clients.models import Organisation
from engagements.models import Engagement, TimeEntry
from tests import builders as b

HOURS_EACH = 10
COPIED: tuple[type[models.Model], ...] = (InvoiceLine, InvoiceVat, InvoicedHour, Invoice)


def arrange(count: int) -> dict[int, str | None]:
    """Organisations with ten unbilled hours each, gathered into drafts."""
    by = b.administrator()
    b.seller()
    b.rate()
    b.pot("900000000.00", by=by)
    tier = b.tier_table().tiers.get(code="T2")
    lead, kind = b.advisor(), b.service_type()
    Organisation.objects.bulk_create(
        Organisation(
            number=5000 + n, name=f"Lag {n}", search_name=f"lag {n}", email=f"lag{n}@lag.example", address="Veien 1",
            postal_code="5003", city="Bergen", created_at=b.NOW,
        )
        for n in range(count)
    )  # fmt: skip
    organisations = list(Organisation.objects.order_by("number"))
    TierDecision.objects.bulk_create(
        TierDecision(
            organisation=organisation, tier=tier, basis="accounts", income_year=2025, valid_from=date(2026, 1, 1),
            valid_to=date(2027, 6, 30), reason="Accounts", decided_at=b.NOW, decided_by=by,
        )
        for organisation in organisations
    )  # fmt: skip
    engagements = Engagement.objects.bulk_create(
        Engagement(
            reference=f"2026-{n:05d}", organisation=organisation, title="Strategi", service_type=kind, lead=lead,
            phase="active", requested_on=date(2026, 1, 1), created_at=b.NOW,
        )
        for n, organisation in enumerate(organisations)
    )  # fmt: skip
    TimeEntry.objects.bulk_create(
        (
            TimeEntry(
                engagement=engagement, advisor=lead, service_type=kind, day=date(2026, 10, 1) + timedelta(days=day),
                minutes=30 + day, text="Arbeid", funding_area=3, billable=True, created_at=b.NOW, changed_at=b.NOW,
            )
            for engagement in engagements
            for day in range(HOURS_EACH)
        ),
        batch_size=5000,
    )  # fmt: skip
    drafts = gather(up_to=date(2026, 10, 31), by=by, now=b.NOW)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    return {draft.pk: None for draft in drafts}


def floor() -> float:
    """Seconds to write the issued rows once more into bare tables."""
    rows = {model: list(model._default_manager.values_list()) for model in COPIED}
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        for model in COPIED:
            table = model._meta.db_table
            cursor.execute(f"CREATE TABLE {quote('bare_' + table)} AS SELECT * FROM {quote(table)} WHERE 1 = 0")  # noqa: S608
        started = time.perf_counter()
        with transaction.atomic():
            for model, values in rows.items():
                columns = [quote(field.column or "") for field in model._meta.concrete_fields]
                into = f"{quote('bare_' + model._meta.db_table)} ({', '.join(columns)})"
                adapted = [tuple(_plain(value) for value in row) for row in values]
                insert = f"INSERT INTO {into} VALUES ({', '.join(['%s'] * len(columns))})"  # noqa: S608
                cursor.executemany(insert, adapted)
        return time.perf_counter() - started


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return json.dumps(value)
    return getattr(value, "amount", value)


def main(count: int) -> None:
    call_command("migrate", verbosity=0)
    drafts = arrange(count)
    by = TierTable.objects.get().adopted_by
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    cpu, started = time.process_time(), time.perf_counter()
    outcome = issue(drafts, by=by, now=b.NOW)
    cpu, seconds = time.process_time() - cpu, time.perf_counter() - started
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory
    assert len(outcome.invoices) == count
    bare = floor()
    print(
        json.dumps(
            {
                "benchmark": "issue_run",
                "database": connection.vendor,
                "invoices": count,
                "per_second": int(count / seconds),
                "ms_each": f"{1000 * seconds / count:.2f}",
                "python_cpu_ms_each": f"{1000 * cpu / count:.2f}",
                "times_the_bare_writes": f"{seconds / bare:.1f}",
                "memory_grown_mb": grown // 1024,
            }
        )
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
