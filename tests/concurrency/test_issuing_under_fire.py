"""400 invoices by four processes at once, some of them killed: no gap, no duplicate, no hour twice, chain intact."""

from __future__ import annotations

import json

from tests.concurrency.databases import Script

DRAFTS = 400
WORKERS = 4
WAVES = 4
# Of the twelve that are given a short life, some may end their work before it is over.
KILLS = 6

# Four processes at a time go through ALL drafts, each in an order of its own and in small sets, so they race for
# every one of them; most are killed after a while, wherever they are, and the last wave finishes what they left.
SCENE = """
import json, random
import sys
from datetime import date, timedelta
from tests import builders as b
from clients.models import Organisation
from engagements.models import Engagement, TimeEntry
from billing.invoicing.gather import gather
from billing.discounts.models import TierDecision

count = int(sys.argv[1])
by = b.administrator()
b.seller(); b.rate(); b.tier_table(); b.pot("10000000.00", by=by)
lead, kind = b.advisor(), b.service_type()
tier = b.TierTable.objects.get().tiers.get(code="T2")
Organisation.objects.bulk_create(
    Organisation(number=5000 + n, name=f"Lag {n}", search_name=f"lag {n}", email=f"lag{n}@lag.example",
                 address="Veien 1", postal_code="5003", city="Bergen", created_at=b.NOW)
    for n in range(count))
orgs = list(Organisation.objects.order_by("number"))
TierDecision.objects.bulk_create(
    TierDecision(organisation=o, tier=tier, basis="accounts", income_year=2025, valid_from=date(2026, 1, 1),
                 valid_to=date(2027, 6, 30), reason="x", decided_at=b.NOW, decided_by=by) for o in orgs)
Engagement.objects.bulk_create(
    Engagement(reference=f"2026-{n:05d}", organisation=o, title="Strategi", service_type=kind, lead=lead,
               phase="active", requested_on=date(2026, 1, 1), created_at=b.NOW) for n, o in enumerate(orgs))
TimeEntry.objects.bulk_create(
    TimeEntry(engagement=e, advisor=lead, service_type=kind, day=date(2026, 10, 1) + timedelta(days=d), minutes=45 + d,
              text="Arbeid", funding_area=3, billable=True, created_at=b.NOW, changed_at=b.NOW)
    for e in Engagement.objects.all() for d in range(3))
drafts = gather(up_to=date(2026, 10, 31), by=by, now=b.NOW)
assert len(drafts) == count
from functools import partial
from tests.concurrency.together import together
from advisory.kernel.users import User
from billing.invoicing.issue import issue
from billing.models import InvoiceDraft


def work(seed):
    issuer = User.objects.filter(staff_role="administrator").first()
    ids = list(InvoiceDraft.objects.values_list("pk", flat=True))
    random.Random(seed).shuffle(ids)
    for start in range(0, len(ids), 16):
        outcome = issue({pk: None for pk in ids[start:start + 16]}, by=issuer, now=b.NOW)
        assert not outcome.failures, outcome.failures


waves, workers, dice, killed = int(sys.argv[2]), int(sys.argv[3]), random.Random(2026), 0
for wave in range(waves):
    acts = [partial(work, wave * workers + n) for n in range(workers)]
    lives = [dice.uniform(0.05, 0.35) if wave < waves - 1 else 0 for _ in acts]
    killed += together(acts, lives=lives).count(None)

from collections import Counter
from billing.discounts.ledger import balances
from billing.invoicing.ledger import verify
from billing.models import Invoice, InvoicedHour, InvoiceDraft, InvoiceLine, Pot, PotEntry
from engagements.models import HourHold, TimeEntry
from advisory.kernel.models import OutboundMessage

numbers = sorted(Invoice.objects.values_list("number", flat=True))
hours = Counter(InvoicedHour.objects.values_list("entry", flat=True))
verdict = verify()
print(json.dumps({
    "killed": killed,
    "numbers": numbers == list(range(202600001, 202600001 + len(numbers))),
    "issued": len(numbers),
    "drafts left": InvoiceDraft.objects.count(),
    "hours twice": sum(1 for n in hours.values() if n > 1),
    "hours missing": TimeEntry.objects.count() - len(hours),
    "holds without document": HourHold.objects.filter(document=None).count(),
    "lines without header": InvoiceLine.objects.exclude(invoice__in=Invoice.objects.all()).count(),
    "mails": OutboundMessage.objects.count(),
    "draws": PotEntry.objects.filter(kind="draw").count(),
    "broken": str(verdict.broken),
}))
"""


def test_four_processes_and_sudden_death_leave_whole_books(script: Script) -> None:
    books = json.loads(script(SCENE, str(DRAFTS), str(WAVES), str(WORKERS)))
    assert books.pop("killed") >= KILLS
    assert books == {
        "numbers": True,
        "issued": DRAFTS,
        "drafts left": 0,
        "hours twice": 0,
        "hours missing": 0,
        "holds without document": 0,
        "lines without header": 0,
        "mails": DRAFTS,
        "draws": DRAFTS,
        "broken": "None",
    }
