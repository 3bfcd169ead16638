"""Nothing that is sent breaks the API: each refusal is a problem, never a page, never a 5xx."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from rest_framework import serializers

from advisory.kernel.api.fields import MoneyField, money
from advisory.kernel.fields import nok
from clients.models import Organisation
from tests import builders
from tests.api.asking import PROBLEM, Asker, fields, problem

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask() -> Asker:
    return Asker(builders.advisor())


DEEP = b'{"name": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'{"name": "a\\u0000b"}', 400),
        (b'{"name": "a\\ud800"}', 400),
        (b'{"\\ud800": "a"}', 400),
        (b'{"name": "a\xff"}', 400),
        (b'{"name": NaN}', 400),
        (b'{"name": Infinity}', 400),
        (b'{"name": ' + b"9" * 5000 + b"}", 400),
        (b"{", 400),
        (b"", 422),
        (b"[]", 422),
        (b'"name"', 422),
        (b"null", 422),
        (b'{"name": null}', 422),
        (b'{"name": {"a": 1}}', 422),
        (b'{"name": 1e400}', 422),
        (DEEP, 400),
        (b'{"name": "' + b"a" * 10_000_000 + b'"}', 413),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_body_that_cannot_be_used_is_refused(ask: Asker, body: bytes, status: int) -> None:
    problem(ask("POST", "organisations/", body), status)
    assert not Organisation.objects.exists()


def test_what_is_not_json_is_415_and_what_wants_html_is_406(ask: Asker) -> None:
    for kind in ("text/html", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "nonsense"):
        problem(ask("POST", "organisations/", "name=x", Content_Type=kind), 415)
    problem(ask.get("organisations/", Accept="text/html"), 406)


@pytest.mark.parametrize(
    "query",
    [
        "limit=0", "limit=201", "limit=x", "limit=１２", "limit=-1", "cursor=x", "cursor=%00", "cursor=W10",
        "cursor=" + "W" * 900, "ordering=organisation__name", "ordering=pk", "ordering=--number", "kind=nothing",
        "number=9999999999999999999999999", "number=x", "nonsense=1", "name=%00", "format=xml",
    ],
)  # fmt: skip
def test_a_parameter_that_cannot_be_read_is_400_and_named(ask: Asker, query: str) -> None:
    found = problem(ask.get(f"organisations/?{query}"), 400)
    if "%00" not in query:
        assert fields(found) == [query.partition("=")[0]]


@pytest.mark.parametrize("number", ["9" * 30, "0", str(2**80)])
def test_numbers_in_the_path_that_no_column_holds_are_404(ask: Asker, number: str) -> None:
    problem(ask.get(f"organisations/{number}/"), 404)


def test_paths_that_do_not_exist_are_problems_too(ask: Asker) -> None:
    problem(ask.get("nothing/"), 404)
    problem(Client().get("/api/v1/nothing/"), 404)
    problem(Client().get("/api/v1/organisations/", headers={"Host": "elsewhere.example"}), 400)


def test_an_unknown_field_is_refused_and_nothing_is_written(ask: Asker) -> None:
    found = problem(
        ask("POST", "organisations/", {"name": "Koret", "kind": "voluntary", "search_name": "x", "is_staff": True}), 422
    )
    assert fields(found) == ["search_name", "is_staff"]
    assert not Organisation.objects.exists()


def test_a_mistake_names_its_field_in_the_language_that_was_asked_for(ask: Asker) -> None:
    english = problem(ask("POST", "organisations/", {"kind": "voluntary"}, Accept_Language="en"), 422)
    assert english["errors"] == [{"field": "name", "message": "This field is required.", "code": "required"}]
    norwegian = problem(ask("POST", "organisations/", {"kind": "voluntary"}, Accept_Language="nb"), 422)
    assert norwegian["title"] == "Det som ble sendt, er ikke riktig."


class _Amount(serializers.Serializer[Any]):
    amount = MoneyField()


@pytest.mark.parametrize(
    "value",
    [
        959.76, 5, True, None, "", "5,00", "1e400", "1e2", "NaN", "Infinity", "-Infinity", "１２", "0.005", "1 000",
        "-1.00", "99999999999", "1000000000.01", "5.", ".5", "+5", " 5", "5\n", "kr 5", [], {},
    ],
)  # fmt: skip
def test_what_is_no_amount_is_refused(value: Any) -> None:
    assert not _Amount(data={"amount": value}).is_valid()


@pytest.mark.parametrize(
    ("text", "amount"),
    [("959.76", "959.76"), ("0", "0"), ("-0", "0"), ("5.5", "5.50"), ("1000000000.00", "1000000000.00")],
)
def test_an_amount_is_a_string_in_and_out(text: str, amount: str) -> None:
    body = _Amount(data={"amount": text})
    assert body.is_valid(), body.errors
    assert body.validated_data["amount"] == Decimal(amount)
    assert money(nok(amount)) == f"{Decimal(amount):.2f}"


def test_our_own_mistakes_are_problems_with_a_code(monkeypatch: pytest.MonkeyPatch, ask: Asker) -> None:
    def broken(*args: Any, **kwargs: Any) -> Any:
        raise ZeroDivisionError

    monkeypatch.setattr("advisory.kernel.api.paging.CursorPages.page", broken)
    response = ask.get("organisations/")
    assert response.status_code == 500
    assert response.headers["Content-Type"] == PROBLEM
    assert len(json.loads(response.content)["code"]) == 6
