"""Several processes on one pot with room for a few of them: never below zero, nothing lost, no gap in the ledger."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.concurrency.databases import own_database, run, start

ARRANGE = """
import sys
from tests import builders as b
print(b.pot(sys.argv[1]).pk)
"""

# Every process waits for the same starting shot, then draws as often as it is told.
DRAW = """
import sys, time
from decimal import Decimal
from pathlib import Path
from django.db import transaction
from tests import builders as b
from billing.discounts.ledger import Movement, PotEmpty, book

pot, first, times, shot = int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4])
print("ready", flush=True)
while not shot.exists():
    time.sleep(0.001)
done = 0
for number in range(first, first + times):
    try:
        with transaction.atomic():
            book([Movement(pot, "draw", Decimal("-60.00"), number)], now=b.NOW, by=None)
            # Long enough for the others to read what they must not read.
            time.sleep(0.02)
        done += 1
    except PotEmpty as refusal:
        assert refusal.missing > 0
print(done)
"""

LOOK = """
import json, sys
from billing.discounts.models import PotEntry
rows = list(PotEntry.objects.filter(pot=sys.argv[1]).order_by("sequence").values_list("sequence", "balance"))
print(json.dumps([[sequence, f"{balance:.2f}"] for sequence, balance in rows]))
"""


def race(folder: Path, *, amount: str, processes: int, times: int) -> tuple[list[int], list[list[object]]]:
    """How many draws each process got through, and the ledger afterwards as [sequence, balance]."""
    with own_database(folder) as environment:
        pot = run(environment, ARRANGE, amount).strip()
        shot = folder / "shot"
        workers = [
            start(environment, DRAW, pot, str(202600001 + n * times), str(times), str(shot)) for n in range(processes)
        ]
        for worker in workers:
            assert worker.stdout is not None
            assert worker.stdout.readline() == "ready\n"
        shot.touch()
        done = []
        for worker in workers:
            out, errors = worker.communicate(timeout=120)
            assert worker.returncode == 0, errors
            done.append(int(out))
        return done, json.loads(run(environment, LOOK, pot))


@pytest.mark.django_db
def test_of_two_at_once_with_room_for_one_exactly_one_gets_it(tmp_path: Path) -> None:
    done, ledger = race(tmp_path, amount="100.00", processes=2, times=1)
    assert sorted(done) == [0, 1]
    assert ledger == [[1, "100.00"], [2, "40.00"]]


@pytest.mark.django_db
def test_many_at_once_use_a_pot_up_and_never_below_zero(tmp_path: Path) -> None:
    """1 000 kroner hold sixteen draws of 60 (960), and 40 are left."""
    done, ledger = race(tmp_path, amount="1000.00", processes=4, times=8)
    assert sum(done) == 16
    assert [sequence for sequence, _balance in ledger] == list(range(1, 18))
    assert ledger[-1] == [17, "40.00"]
