"""All migrations in turn, over documents issued before a line could have several pots: they are carried over, sound.

The one place where the tests migrate. All others lay the tables from the models (tests.tables), so this is also
where both ways are compared. One test, since migrating takes as long as a hundred others.
"""

from __future__ import annotations

import json

from tests.concurrency.databases import Script

SCENE = """
import hashlib, json
from datetime import UTC, date, datetime
from decimal import Decimal
from django.apps import apps as now_apps
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from moneyed import Money
from tests import builders as b

BEFORE = ("billing", "0003_accounts_with_assets_by_hand")
for app, *target in (("billing", BEFORE[1]), ("kernel",), ("clients",), ("engagements",)):
    call_command("migrate", app, *target, verbosity=0)
old = MigrationExecutor(connection).loader.project_state([BEFORE]).apps


def model(name):
    return old.get_model("billing", name)


def make(of, **facts):
    return model(of).objects.create(**facts)


by = b.administrator()
org = b.organisation()
work = b.engagement(org, b.advisor())
common = {"adopted_at": b.NOW, "adopted_by_id": by.pk}
table = make("TierTable", valid_from=date(2026, 1, 1), **common)
half = make("Tier", table=table, code="T2", income_from=500000, percent=Decimal(50))
decision = make("TierDecision", organisation_id=org.pk, tier=half, basis="accounts", income_year=2025,
                valid_from=date(2026, 1, 1), valid_to=date(2027, 6, 30), reason="x", decided_at=b.NOW,
                decided_by_id=by.pk)
base = make("CostBase", year=2026, service="advice", version=1, billable_hours=800, rate_step=Decimal("0.01"),
            made_at=b.NOW, made_by_id=by.pk)
rate = make("RateVersion", service="advice", year=2026, version=1, valid_from=date(2026, 1, 1), rate=Decimal("959.76"),
            self_cost=Decimal("767813.27"), fund_use=0, billable_hours=800, rate_step=Decimal("0.01"), calculation={},
            cost_base=base, **common)
pot = make("Pot", name="Gave", funder="x", purpose="x", starts=date(2026, 1, 1), ends=date(2026, 12, 31),
           created_at=b.NOW, created_by_id=by.pk)
make("PotEntry", pot=pot, sequence=1, kind="grant", amount=1000, balance=1000, at=b.NOW)


def plain(value):
    if isinstance(value, Money):
        return int(value.amount * 100)
    if isinstance(value, Decimal):
        return f"{value.quantize(Decimal('0.01')):f}"
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return value.isoformat() if isinstance(value, date) else value


def fields(row, *left_out):
    return {f.name: plain(getattr(row, f.attname)) for f in row._meta.concrete_fields if f.name not in left_out}


head = "0" * 64


def issue(number, sign, credits=None):
    # As the first version of the chain sealed a document: lines (one at full price), then the header with its hash.
    global head
    amounts = [(60, "959.76", 50, "479.88", pot, decision), (30, "479.88", 0, "0.00", None, None),
               (0, "0.00", 50, "0.00", pot, decision)]
    lines = []
    credited = {line.position: line.pk for line in model("InvoiceLine").objects.filter(invoice_id=credits)}
    for position, (minutes, gross, percent, discount, payer, given) in enumerate(amounts, start=1):
        line = model("InvoiceLine")(
            invoice_id=number, position=position, engagement_id=work.pk, engagement_title="x", text="x",
            service_type_id=work.service_type_id, funding_area=3, first_day=b.TODAY, last_day=b.TODAY,
            minutes=sign * minutes, unit_price=Decimal("959.76"), gross=sign * Decimal(gross),
            discount_percent=Decimal(percent), discount=sign * Decimal(discount),
            net=sign * (Decimal(gross) - Decimal(discount)), vat_category="E", vat_percent=0, rate_version=rate,
            decision=given, pot=payer, statement={},
            credits_line_id=credited.get(position))
        line.save()
        lines.append(model("InvoiceLine").objects.get(pk=line.pk))
    header = model("Invoice")(
        number=number, organisation_id=org.pk, language="nb", issued_on=b.TODAY, issued_at=b.NOW, issued_by_id=by.pk,
        due_on=None if credits else b.TODAY, subject="x", delivered_from=b.TODAY, delivered_to=b.TODAY, seller={},
        buyer={},
        gross=sign * Decimal("1439.64"), discount=sign * Decimal("479.88"), net=sign * Decimal("959.76"),
        vat=Decimal("0.00"),
        total=sign * Decimal("959.76"), payment_reference="", credits_id=credits, reason="Feil" if credits else "",
        hours_released=True if credits else None, chain_version=1, previous_hash=head, hash="")
    text = json.dumps({
        "document": fields(header, "hash"),
        "lines": [fields(line, "id", "invoice") for line in lines], "vat": [], "hours": [],
    }, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    header.hash = head = hashlib.sha256(text.encode()).hexdigest()
    header.save(force_insert=True)


with transaction.atomic():
    issue(202600001, 1)
    issue(202600002, -1, credits=202600001)
now_apps.get_model("kernel", "Counter").objects.update_or_create(
    key="documents", defaults={"last": 202600002, "head": head})
call_command("migrate", verbosity=0)

from tests import tables
from advisory.kernel import guards
from billing.invoicing.ledger import verify
from billing.models import Invoice, InvoiceLine, PotShare

migrated = tables.described()
try:
    with transaction.atomic():
        line = InvoiceLine.objects.get(invoice=202600001, position=2)
        PotShare.objects.create(line=line, invoice_id=202600001, position=1, pot_id=pot.pk, amount=1)
    refused = False
except IntegrityError:
    refused = True
shares = [[s.invoice_id, s.line.position, s.pot_id == pot.pk, str(s.amount.amount)]
          for s in PotShare.objects.order_by("invoice_id", "line__position").select_related("line")]
verdict = verify()
guards.lift(connection)
with transaction.atomic():
    PotShare.objects.filter(invoice=202600001, line__position=1).update(amount=Decimal("479.87"))
    tampered = verify().broken
    transaction.set_rollback(True)
guards.install(connection)
print(json.dumps([shares, refused, verdict.documents, str(verdict.broken), tampered.number if tampered else None,
                  sorted(guards.missing(connection)), migrated]))
"""


def test_issued_lines_keep_their_pot_as_a_share_and_the_tables_are_those_of_the_models(
    blank: Script, script: Script
) -> None:
    shares, refused, documents, broken, tampered, missing, migrated = json.loads(blank(SCENE))
    laid = json.loads(script("import json; from tests import tables; print(json.dumps(tables.described()))"))
    assert len(laid) > 500
    assert migrated == laid
    assert shares == [
        [202600001, 1, True, "479.88"],
        [202600001, 3, True, "0.00"],
        [202600002, 1, True, "-479.88"],
        [202600002, 3, True, "0.00"],
    ]
    assert refused, "A share was added to an issued document."
    assert (documents, broken) == (2, "None")
    assert tampered == 202600001
    assert missing == []
