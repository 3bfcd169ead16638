"""Lists and single things: pages that are stable, filters that do not leak, and marks that save the way."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clients.models import Organisation
from tests import builders
from tests.api.asking import Asker, problem

pytestmark = pytest.mark.django_db


def _walk(ask: Asker, path: str) -> list[Any]:
    rows: list[Any] = []
    following: str | None = path
    while following:
        page = ask.get(following).json()  # type: ignore[attr-defined]
        rows += page["results"]
        following = page["next"]
    return rows


@pytest.mark.parametrize("ordering", ["number", "-number", "name", "-name"])
def test_the_pages_give_every_row_once_in_order(ordering: str) -> None:
    ask = Asker(builders.advisor())
    # Equal names: only the row id parts them.
    for name in ["Koret", "Koret", "Koret", "Ås lag", "Bygda", "Bygda", "Æres lag"]:
        builders.organisation(name)
    column = {"number": "number", "name": "search_name"}[ordering.removeprefix("-")]
    sign = "-" if ordering.startswith("-") else ""
    expected = list(Organisation.objects.order_by(f"{sign}{column}", f"{sign}pk").values_list("number", flat=True))
    assert [row["number"] for row in _walk(ask, f"organisations/?limit=2&ordering={ordering}")] == expected


def test_rows_that_come_and_go_meanwhile_neither_repeat_nor_hide_others() -> None:
    ask = Asker(builders.advisor())
    numbers = [builders.organisation(number=number).number for number in range(2000, 2010)]
    page = ask.get("organisations/?limit=4").json()  # type: ignore[attr-defined]
    assert [row["number"] for row in page["results"]] == numbers[:4]
    builders.organisation(number=1500)  # Before what was read: must not push a row onto the next page.
    Organisation.objects.get(number=2003).delete()  # The very row that the page ended with.
    rest = _walk(ask, page["next"])
    assert [row["number"] for row in rest] == numbers[4:]


def test_a_cursor_of_another_order_is_refused() -> None:
    ask = Asker(builders.advisor())
    builders.organisation(), builders.organisation()
    following = ask.get("organisations/?limit=1").json()["next"]  # type: ignore[attr-defined]
    problem(ask.get(following + "&ordering=name"), 400)


def test_a_member_sees_his_own_and_a_foreign_number_is_like_one_that_is_none() -> None:
    own, foreign = builders.organisation(), builders.organisation("Fylkeslaget Nord")
    ask = Asker(builders.member(own, "reader"))
    assert [row["number"] for row in _walk(ask, "organisations/")] == [own.number]
    answers = [ask.get(f"organisations/?number={number}") for number in (foreign.number, 987654)]
    assert answers[0].content == answers[1].content == b'{"next":null,"results":[]}'
    pages = [ask.get(f"organisations/{number}/") for number in (foreign.number, 987654)]
    assert pages[0].content == pages[1].content
    assert sorted(pages[0].headers.items()) == sorted(pages[1].headers.items())
    problem(pages[0], 404)


def test_what_was_read_already_is_304_until_it_changes() -> None:
    org = builders.organisation()
    ask = Asker(builders.advisor())
    for path in (f"organisations/{org.number}/", "organisations/"):
        first = ask.get(path)
        etag = first.headers["ETag"]
        again = ask.get(path, If_None_Match=etag)
        assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", etag)
        assert ask.get(path, If_None_Match='"another"').status_code == 200
        assert ask.get(path, If_None_Match=f'W/{etag}, "x"').status_code == 304
        Organisation.objects.filter(pk=org.pk).update(name=f"{path} nytt navn")
        changed = ask.get(path, If_None_Match=etag)
        assert changed.status_code == 200
        assert changed.headers["ETag"] != etag


def test_a_list_asks_the_database_as_often_for_many_rows_as_for_few() -> None:
    ask = Asker(builders.advisor())
    counts = []
    for _round in range(2):
        for _one in range(3):
            builders.organisation()
        ask.get("organisations/")
        with CaptureQueriesContext(
            connection,
        ) as asked:
            ask.get("organisations/")
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 2


def test_answers_are_for_one_person_only() -> None:
    response = Asker(builders.advisor()).get("organisations/")
    assert response.headers["Cache-Control"] == "private, no-cache"
    assert {"Authorization", "Cookie"} <= {name.strip() for name in response.headers["Vary"].split(",")}


def _cursor(*parts: Any) -> str:
    return urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    ("value", "status"),
    [
        ("2026-11-20T09:00:00+00:00", 200),
        ("2026-11-20T09:00:00+22:12", 200),
        ("0001-01-01T00:00:00+23:59", 400),
        ("9999-12-31T23:59:59-23:59", 400),
        ("2026-11-20", 200),
        ("2026-11-20T09:00:00", 200),
        ("never", 400),
        (2**80, 400),
        (None, 400),
        (["2026-11-20"], 400),
    ],
)
def test_a_cursor_somebody_made_himself_breaks_nothing(value: Any, status: int) -> None:
    ask = Asker(builders.administrator())
    answer = ask.get(f"time-entries/?ordering=changed_at&cursor={_cursor('changed_at', value, 1)}")
    assert answer.status_code == status
    # A number that no column holds is beyond all rows.
    assert ask.get(f"organisations/?cursor={_cursor('number', 2**80, 1)}").status_code in (200, 400)
    for row in (0, -1, 2**63, True, "1", 1.5, None):
        assert ask.get(f"organisations/?cursor={_cursor('number', 1, row)}").status_code in (200, 400)


@pytest.mark.parametrize(
    ("moment", "status"),
    [
        ("2026-11-20T09:00:00Z", 200),
        ("2026-11-20T09:00:00%2B22:12", 200),
        ("0001-01-01T00:00:00%2B23:59", 400),
        ("9999-12-31T23:59:59-23:59", 400),
        ("0001-01-01T00:00:00", 400),
        ("yesterday", 400),
    ],
)
def test_a_moment_at_the_edge_of_time_is_read_or_refused(moment: str, status: int) -> None:
    assert Asker(builders.administrator()).get(f"time-entries/?changed_since={moment}").status_code == status
