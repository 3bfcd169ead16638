"""Several processes on one pot with room for a few of them: never below zero, nothing lost, no gap in the ledger."""

from __future__ import annotations

import json

from tests.concurrency.databases import Script

DRAW = """
import json, sys, time
from decimal import Decimal
from functools import partial
from django.db import transaction
from tests import builders as b
from tests.concurrency.together import together
from billing.discounts.ledger import Movement, PotEmpty, book
from billing.discounts.models import PotEntry

amount, processes, times = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
pot = b.pot(amount)


def draw(first):
    done = 0
    for number in range(first, first + times):
        try:
            with transaction.atomic():
                book([Movement(pot.pk, "draw", Decimal("-60.00"), number)], now=b.NOW, by=None)
                # Long enough for the others to read what they must not read.
                time.sleep(0.02)
            done += 1
        except PotEmpty as refusal:
            assert refusal.missing > 0
    return done


done = together([partial(draw, 202600001 + n * times) for n in range(processes)])
rows = PotEntry.objects.filter(pot=pot).order_by("sequence").values_list("sequence", "balance")
print(json.dumps([done, [[sequence, f"{balance:.2f}"] for sequence, balance in rows]]))
"""


def test_of_two_at_once_with_room_for_one_exactly_one_gets_it(script: Script) -> None:
    done, ledger = json.loads(script(DRAW, "100.00", "2", "1"))
    assert sorted(done) == [0, 1]
    assert ledger == [[1, "100.00"], [2, "40.00"]]


def test_many_at_once_use_a_pot_up_and_never_below_zero(script: Script) -> None:
    """1 000 kroner hold sixteen draws of 60 (960), and 40 are left."""
    done, ledger = json.loads(script(DRAW, "1000.00", "4", "8"))
    assert sum(done) == 16
    assert [sequence for sequence, _balance in ledger] == list(range(1, 18))
    assert ledger[-1] == [17, "40.00"]


ROUNDS = 100

# In every round two processes start together on a pot that has room for one of them.
RACES = f"""
import json, multiprocessing
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from django.db import transaction
from tests import builders as b
from tests.concurrency.together import together
from advisory.kernel.users import User
from billing.discounts.ledger import Movement, PotEmpty, book, holdings
from billing.discounts.models import PotEntry
from billing.discounts.reservations import PotShort, reserve
from billing.invoicing.gather import gather
from billing.invoicing.issue import issue
from billing.models import Invoice, InvoiceDraft, Pot, PotShare
from engagements.models import Engagement

ROUNDS = {ROUNDS}
by = b.administrator()
lead = b.advisor()
b.seller(); b.rate(valid_from=date(2026, 1, 1)); b.tier_table()
DAYS = [date(2026, 1, 2) + timedelta(days=number) for number in range(ROUNDS)]
for number, day in enumerate(DAYS):
    # 500 kroner for one day; two customers want 479.88 each of them.
    b.pot("500.00", name=f"Pott {{number}}", by=by, starts=day, ends=day)
    for which in (0, 1):
        org = b.organisation(f"Lag {{number}}-{{which}}", number=10_000 + 2 * number + which)
        b.decision(org, "T2", by=by)
        b.entry(b.engagement(org, lead, reference=f"2026-{{number:04}}{{which}}"), 60, day)
gather(up_to=DAYS[-1], by=by, now=b.NOW)
rounds = multiprocessing.get_context("fork").Barrier(2)


def issue_all(which):
    done = 0
    for number in range(ROUNDS):
        draft = InvoiceDraft.objects.get(organisation__number=10_000 + 2 * number + which)
        rounds.wait(30)
        done += len(issue({{draft.pk: None}}, by=by, now=b.NOW).invoices)
    return done


issued = together([partial(issue_all, 0), partial(issue_all, 1)])
per_pot = [PotEntry.objects.filter(pot=pot, kind="draw").count() for pot in Pot.objects.all()]
left = set(holding.balance for holding in holdings(Pot.objects.values_list("pk", flat=True)).values())
invoices = Invoice.objects.count()

ours = [b.pot("100.00", name=f"Løp {{number}}", by=by, starts=b.TODAY, ends=b.TODAY).pk for number in range(ROUNDS)]
work = Engagement.objects.first()


def bind():
    done = 0
    for pot in Pot.objects.filter(pk__in=ours).order_by("pk"):
        rounds.wait(30)
        try:
            reserve(pot=pot, engagement=work, amount=Decimal("60.00"), by=by, now=b.NOW)
            done += 1
        except PotShort as refusal:
            assert refusal.missing == 20
    return done


def draw():
    done = 0
    for pot in Pot.objects.filter(pk__in=ours).order_by("pk"):
        rounds.wait(30)
        try:
            with transaction.atomic():
                book([Movement(pot.pk, "draw", Decimal("-60.00"), 202699999)], now=b.NOW, by=None)
            done += 1
        except PotEmpty as refusal:
            assert refusal.missing == 20
    return done


won = together([bind, draw])
free = set(holding.free for holding in holdings(ours).values())
facts = [sum(issued), invoices, sorted(set(per_pot)), sorted(map(str, left)), sum(won), sorted(map(str, free))]
print(json.dumps(facts))
"""


def test_of_two_a_hundred_times_exactly_one_is_issued_and_of_a_draw_and_a_reservation_one_is_booked(
    script: Script,
) -> None:
    issued, invoices, draws, left, won, free = json.loads(script(RACES))
    assert (issued, invoices) == (ROUNDS, ROUNDS)
    assert draws == [1]
    assert left == ["20.12"]  # 500.00 − 479.88
    assert won == ROUNDS
    assert free == ["40.00"]
