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
