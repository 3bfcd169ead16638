"""Two administrators who close the same year at once: it is closed by one, and the fund moves once."""

from __future__ import annotations

import json

from tests.concurrency.databases import Script

CLOSE = """
import json, time
from datetime import UTC, datetime
from functools import partial
from django.db import transaction
from tests import builders as b
from tests.billing.yearend.memo_year import memo_year
from tests.concurrency.together import together
from billing.models import FundEntry, ServiceResult
from billing.yearend.closing import AlreadyClosed, close_year

maker, closers = b.administrator(), [b.administrator() for _ in range(3)]
with transaction.atomic():
    year = memo_year(maker=maker)


def close(by):
    try:
        close_year(accounting_year=year, by=by, now=datetime(2027, 2, 3, 9, tzinfo=UTC))
    except AlreadyClosed:
        return 0
    return 1


done = together([partial(close, by) for by in closers])
rows = FundEntry.objects.order_by("sequence").values_list("sequence", "balance")
print(json.dumps([done, ServiceResult.objects.count(), [[sequence, f"{balance:.2f}"] for sequence, balance in rows]]))
"""


def test_of_three_who_close_at_once_exactly_one_does(script: Script) -> None:
    done, results, ledger = json.loads(script(CLOSE))
    assert sorted(done) == [0, 0, 1]
    assert results == 2
    assert ledger == [[1, "-589.74"], [2, "-30076.76"]]
