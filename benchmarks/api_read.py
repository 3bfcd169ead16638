"""How fast the API reads a thousand hours, as a ratio to the same view with a plain serializer.

    python tests/with_postgres.py python -m benchmarks.api_read 1000

Measured in one run on one database, through the whole view (token, gate, filters, paging, ETag): the rows as the
product writes them, and the same fields from model instances through a `ModelSerializer` with its relations joined
beforehand. The floor is the same columns read with `values_list` and written with `json.dumps`, without a view.
Prints one JSON line.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from unittest.mock import patch

import django

os.environ.setdefault("SELVKOST_ENV", "test")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from django.core.management import call_command
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models
from django.test import RequestFactory
from rest_framework import serializers

from advisory.kernel.api import paging
from advisory.kernel.users import User
from engagements.models import TimeEntry
from engagements.work.api.time import TimeEntries, TimeRow
from tests import builders as b
from tests.api.asking import token_of

ROUNDS = 15
JOINED = ("engagement__organisation", "advisor", "service_type", "hold")


class Plain(serializers.ModelSerializer[TimeEntry]):
    """The fields of `TimeRow`, as one would write them without thinking."""

    engagement = serializers.CharField(source="engagement.reference")
    organisation = serializers.IntegerField(source="engagement.organisation.number")
    advisor = serializers.EmailField(source="advisor.email")
    service_type = serializers.CharField(source="service_type.code")
    billing = serializers.CharField(source="billing_state")
    invoice = serializers.IntegerField(source="hold.document", default=None)

    class Meta:
        model = TimeEntry
        fields = list(TimeRow().fields)


def plainly(found: models.QuerySet[TimeEntry], *, user: User) -> dict[int, Any]:
    """What `TimeRow.of` gives, by `Plain`."""
    return {row["id"]: row for row in Plain(found.select_related(*JOINED), many=True).data}


def arrange(count: int) -> str:
    """The secret of a token that reads the hours."""
    lead = b.advisor()
    works = [b.engagement(b.organisation(), lead) for _one in range(10)]
    TimeEntry.objects.bulk_create(
        TimeEntry(
            engagement=works[n % 10], advisor=lead, service_type=works[0].service_type, minutes=30, text="Møte",
            day=date(2026, 1, 1) + timedelta(days=n % 300), funding_area=3, billable=True, created_at=b.NOW,
            changed_at=b.NOW,
        )
        for n in range(count)
    )  # fmt: skip
    return token_of(lead)


def best(act: Callable[[], Any]) -> float:
    """Seconds of CPU of the fastest of some rounds."""
    act()
    times = []
    for _round in range(ROUNDS):
        started = time.process_time()
        act()
        times.append(time.process_time() - started)
    return min(times)


def main(count: int) -> None:
    call_command("migrate", verbosity=0)
    secret = arrange(count)
    view = TimeEntries.as_view({"get": "list"})

    def read() -> bytes:
        asked = RequestFactory().get(f"/?limit={count}", headers={"Authorization": f"Bearer {secret}"})
        return bytes(view(asked).render().content)

    with patch.object(paging, "MOST", count):
        content = read()
        with patch.object(TimeRow, "of", plainly):
            assert len(json.loads(read())["results"]) == len(json.loads(content)["results"]) == count
            plain = best(read)
        ours = best(read)
    columns = [str(field.source).replace(".", "__") for field in TimeRow().fields.values()]
    found = TimeEntries().visible(b.administrator())
    floor = best(lambda: json.dumps(list(found.values_list(*columns)), cls=DjangoJSONEncoder))
    print(
        json.dumps(
            {
                "benchmark": "api_read",
                "database": connection.vendor,
                "rows": count,
                "bytes": len(content),
                "ms": f"{1000 * ours:.1f}",
                "ms_of_a_plain_serializer": f"{1000 * plain:.1f}",
                "times_faster_than_a_plain_serializer": f"{plain / ours:.1f}",
                "times_the_floor": f"{ours / floor:.1f}",
            }
        )
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
