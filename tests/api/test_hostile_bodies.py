"""Bodies that want more than they may: fields of the model, dangerous extras, figures that are none, odd signs.

Generated from the bodies of all writes. Each is seen to be taken in its plain form first, so that a refusal is one
of what was added and not of the rest.
"""

from __future__ import annotations

import ast
import json
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse
from rest_framework import serializers

from advisory.kernel.access import Audience
from advisory.kernel.api.fields import FigureField, Ref, Text, Whole
from advisory.kernel.api.shapes import Nothing
from tests.access.test_walk import writes
from tests.access.world import World
from tests.api.asking import Asker, fields, problem
from tests.api.writes import GOOD, Write, every_write
from tests.architecture.sources import python_files, short, tree

pytestmark = pytest.mark.django_db

#: What other programs let through by mistake.
DANGEROUS = (
    "organisation", "is_staff", "is_superuser", "is_active", "is_administrator", "role", "staff_role", "number",
    "total", "net", "vat", "discount", "state", "phase", "status", "created_by", "created_at", "decided_by", "hold",
    "id", "pk", "user", "password", "by", "now", "on",
)  # fmt: skip
NOTED = ("kernel_apitoken", "kernel_cache")

#: What a whole number may not be, as JSON. Source: N15.
NO_WHOLE = (
    "-1", "2147483648", "9223372036854775808", str(2**80), "9" * 400, "NaN", "Infinity", "-Infinity", "0.005", "1e400",
    "1.0", "1e2", "true", '"12"', '"１２"', '""', "[]", "{}", '"1e400"',
)  # fmt: skip
#: What a figure may not be, as JSON: figures are strings.
NO_FIGURE = (
    "1", "-1", "1.5", "1e400", "NaN", "Infinity", "true", "[]", "{}", '""', '"NaN"', '"Infinity"', '"-Infinity"',
    '"1e400"', '"0.005"', '"１２"', '"12,5"', '"1 000"', '"99999999999.00"', '"--1"', '"+1"', '" 1"', '"0x10"', '"1_0"',
)  # fmt: skip
#: Bodies and what becomes of them, whatever the address.
BROKEN: tuple[tuple[bytes, int], ...] = (
    (b'{"x": "a\\u0000b"}', 400),
    (b'{"x": "a\\ud800"}', 400),
    (b'{"\\ud800": 1}', 400),
    (b'{"x": NaN}', 400),
    (b'{"x": ' + b"[" * 5000 + b"]" * 5000 + b"}", 400),
    (b'{"x": ' + b'{"x": ' * 40 + b"1" + b"}" * 40 + b"}", 400),
    (b'{"x": "' + b"a" * 10_000_000 + b'"}', 413),
    (b"\xff\xfe", 400),
    (b"{", 400),
    (b"[]", 422),
    (b'"x"', 422),
    (b"null", 422),
    (b'{"x": %d}' % 2**80, 422),
)


@pytest.fixture(autouse=True)
def refusals_are_no_news(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("CRITICAL", "django.request")


@pytest.fixture
def ask(world: World) -> Asker:
    return Asker(world.people["administrator"])


def sent(asker: Asker, write: Write, path: str, body: Any) -> tuple[HttpResponse, list[str]]:
    """The answer and the statements that wrote, which are taken back."""
    with transaction.atomic(), writes() as written:
        response = asker(write.method, path, body)
        transaction.set_rollback(True)
    return response, [sql for sql in written if not any(name in sql for name in NOTED)]


def with_body() -> list[Write]:
    return [write for write in every_write() if write.body is not None]


def test_every_write_is_taken_as_it_stands_here(world: World, ask: Asker) -> None:
    assert GOOD.keys() == {(write.method, write.route.name) for write in every_write()}
    for write in every_write():
        response, written = sent(ask, write, write.path(world.own), write.good(world.own))
        assert response.status_code in (200, 201, 204), f"{write}: {response.content[:300]!r}"
        # A contact that is in use already is taken into use without a word.
        assert written or write.body is Nothing, write


def test_no_field_of_a_model_besides_those_that_are_named_can_be_written(world: World, ask: Asker) -> None:
    for write in with_body():
        assert write.body is not None
        declared = write.body().fields
        columns = {field.name for field in write.resource.model._meta.get_fields()}
        columns |= {getattr(field, "attname", "") for field in write.resource.model._meta.get_fields()} - {""}
        extras = sorted({*columns, *DANGEROUS} - set(declared))
        assert len(extras) > 10, write
        wanted = dict.fromkeys(extras, 1)
        response, written = sent(ask, write, write.path(world.own), write.good(world.own) | wanted)
        assert sorted(fields(problem(response, 422))) == extras, write
        assert not written, write


def test_nothing_here_writes_all_fields_of_a_model() -> None:
    named = [
        f"{short(path)}:{node.lineno}"
        for path in python_files()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Assign | ast.Attribute | ast.Name) and _takes_a_whole_model(node)
    ]
    assert not named, "name the fields, in a Body"


def _takes_a_whole_model(node: ast.Assign | ast.Attribute | ast.Name) -> bool:
    if isinstance(node, ast.Assign):
        return isinstance(node.value, ast.Constant) and node.value.value == "__all__"
    name = node.attr if isinstance(node, ast.Attribute) else node.id
    return name in ("ModelSerializer", "HyperlinkedModelSerializer")


def test_nobody_but_staff_names_an_organisation_in_a_body() -> None:
    for write in with_body():
        assert write.body is not None
        names = [name for name, field in write.body().fields.items() if isinstance(field, Ref)]
        is_for_staff = write.route.gates[write.method].audience in (Audience.STAFF, Audience.ADMINISTRATORS)
        assert is_for_staff or not names, f"{write}: members could name things of others in {names}"


def _numbers(write: Write) -> list[tuple[str, tuple[str, ...]]]:
    """The number fields of a body, each with what it may not be. A field that may be below zero says so."""
    assert write.body is not None
    found: list[tuple[str, tuple[str, ...]]] = []
    for name, field in write.body().fields.items():
        if isinstance(field, Whole):
            found.append((name, NO_WHOLE))
        elif isinstance(field, FigureField):
            found.append((name, NO_FIGURE))
        elif isinstance(field, serializers.IntegerField | serializers.FloatField | serializers.DecimalField):
            raise AssertionError(f"{write}: {name} takes numbers in a way that is not tried here")
    return found


def test_a_figure_that_is_none_is_refused_by_every_field_and_nothing_is_written(world: World, ask: Asker) -> None:
    tried = 0
    for write in with_body():
        for name, values in _numbers(write):
            for value in values:
                body = write.good(world.own)
                plain = ", ".join(f'"{key}": {_json(given)}' for key, given in body.items() if key != name)
                text = f'{{{plain}{", " if plain else ""}"{name}": {value}}}'
                response, written = sent(ask, write, write.path(world.own), text)
                where = f"{write}: {name} = {value[:40]}"
                assert response.status_code in (400, 404, 409, 422), f"{where}: {response.status_code}"
                assert not written, where
                tried += 1
    assert tried > 150


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def test_a_body_that_cannot_be_read_is_refused_at_every_address(world: World, ask: Asker) -> None:
    for write in with_body():
        for body, status in BROKEN:
            response, written = sent(ask, write, write.path(world.own), body)
            problem(response, status)
            assert not written, write


def test_odd_signs_are_refused_in_texts_in_names_and_at_every_depth(world: World, ask: Asker) -> None:
    for write in with_body():
        assert write.body is not None
        names = [name for name, field in write.body().fields.items() if isinstance(field, Text | Ref)] or ["x"]
        for sign in ("\\u0000", "\\ud800", "\\udfff"):
            for value in (f'"a{sign}"', f'[{{"text": ["{sign}"]}}]', f'{{"{sign}": 1}}'):
                text = "{" + ", ".join(f'"{name}": {value}' for name in names) + "}"
                response, written = sent(ask, write, write.path(world.own), text)
                problem(response, 400)
                assert not written, write


HEADERS = ("Idempotency_Key", "If_Match", "If_None_Match", "Authorization", "Accept", "Accept_Language", "Content_Type")
ODD = (
    "",
    " ",
    '"',
    'W/"',
    '"a", "',
    "*, *",
    "æøå",
    "\x7f",
    "a" * 10_000,
    "Bearer",
    "Bearer \xff",
    "; q=x",
    "text/*;q=2",
    "{}",
)


@pytest.mark.parametrize("header", HEADERS)
def test_no_header_breaks_a_reading_or_a_write(world: World, ask: Asker, header: str) -> None:
    number = world.own.organisation.number
    for value in ODD:
        for method, path, body in (
            ("GET", "organisations/", None),
            ("GET", f"invoices/{world.own.things['invoice'].number}/pdf/", None),
            ("PATCH", f"organisations/{number}/", {"name": "Koret"}),
        ):
            with transaction.atomic():
                response = ask(method, path, body, **{header: value})
                transaction.set_rollback(True)
            assert response.status_code < 500, (header, value, path)
            if response.status_code >= 400:
                problem(response, response.status_code)
