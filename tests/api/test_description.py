"""The description of the API and the page made from it: valid, whole, and in three languages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.utils import translation

from advisory.web.api import description
from tests.access.routes import api_routes

#: The program's pages are drawn with what the shell asks the database.
pytestmark = pytest.mark.django_db


def test_the_description_is_valid_and_nothing_in_it_is_guessed(tmp_path: Path) -> None:
    call_command("spectacular", validate=True, fail_on_warn=True, file=str(tmp_path / "schema.yml"))


def test_every_address_and_method_is_described_once() -> None:
    described = {
        (path, method.upper()) for path, methods in description.schema()["paths"].items() for method in methods
    }
    served = set()
    for route in api_routes():
        path = "/" + route.template
        for name in route.parameters:
            path = path.replace(path[path.index("<") : path.index(">") + 1], f"{{{name}}}", 1)
        served |= {(path, method) for method in route.methods}
    assert described == served
    keys = [one["operationId"] for methods in description.schema()["paths"].values() for one in methods.values()]
    assert len(keys) == len(set(keys))


def test_every_operation_tells_its_refusals_whom_it_is_for_and_what_it_does() -> None:
    for path, methods in description.schema()["paths"].items():
        for method, operation in methods.items():
            wanted = {"400", "401", "403", "404", "429"} | (set() if method == "get" else {"409", "412", "422"})
            assert wanted <= set(operation["responses"]), (path, method)
            assert operation["summary"], (path, method)
            assert operation["x-audience"] in ("staff", "administrators", "portal", "signed in")
            names = {one["name"] for one in operation["parameters"] if one["in"] == "header"}
            assert ("Idempotency-Key" in names) == (method != "get")


def test_bodies_take_no_fields_besides_those_they_name() -> None:
    whole = description.schema()
    bodies = {
        media["schema"]["$ref"].rpartition("/")[2]
        for methods in whole["paths"].values()
        for operation in methods.values()
        for media in operation.get("requestBody", {}).get("content", {}).values()
    }
    assert len(bodies) > 10
    for name in bodies:
        assert whole["components"]["schemas"][name]["additionalProperties"] is False, name


def test_names_of_choices_are_ours_and_stay() -> None:
    schemas = description.schema()["components"]["schemas"]
    chosen_by_the_library = {name for name in schemas if name.endswith("Enum")}
    assert chosen_by_the_library <= {"BlankEnum", "NullEnum", "CountyEnum", "IcnpoEnum"}


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_the_page_shows_every_operation_in_the_readers_language(language: str) -> None:
    page = Client().get("/api/", headers={"Accept-Language": language})
    said = page.content.decode()
    assert page.status_code == 200
    with translation.override(language):
        for group in description.groups():
            for operation in group.operations:
                assert f'id="{operation.key}"' in said
                assert operation.path in said
    refusal = {
        "nb": "Send forespørselen som JSON.",
        "nn": "Send førespurnaden som JSON.",
        "en": "Send the request as JSON.",
    }
    assert [code for code, words in refusal.items() if words in said] == [language]


def test_the_description_comes_as_yaml_and_as_json() -> None:
    plain = Client().get("/api/schema/")
    assert plain.headers["Content-Type"].startswith("application/vnd.oai.openapi")
    assert plain.content.startswith(b"openapi: 3.0.3")
    by_query = Client().get("/api/schema/?format=json")
    by_header = Client().get("/api/schema/", headers={"Accept": "application/json"})
    for answer in (by_query, by_header):
        found: Any = answer.json()
        assert found["info"]["version"] == settings.VERSION
        assert found["openapi"] == "3.0.3"


def test_the_page_and_the_footer_lead_to_each_other() -> None:
    assert b'href="/api/"' in Client().get("/privacy/").content
    assert b'href="/api/schema/"' in Client().get("/api/").content
