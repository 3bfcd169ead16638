"""Text as long as a page lets one type, and addresses longer than any column: taken or refused, never an error (Q1).

PostgreSQL refuses what SQLite stores. Signs that grow when they are folded or normalised find the columns beside the
one they are typed for.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.db import DatabaseError

from tests.security.pages import Field
from tests.security.walked.conftest import Walk

pytestmark = pytest.mark.django_db

#: ΐ becomes three signs when case is folded, ﷺ eighteen in compatible form, 😀 is two of some and four of other bytes.
GROWING = "ΐﷺ😀"
#: What a rule reads: garbage there would keep the rest of the form from being stored.
CHECKED = re.compile(
    r"phone|postal|number|account|accent|code|day|amount|hours|year|percent|minutes|parent|organisation"
)
TYPED = ("text", "textarea", "search")
#: Right in form, and longer than the 254 signs that a column of addresses has.
LONG_ADDRESS = "a" * 60 + "@" + ("b" * 60 + ".") * 4 + "no"
GROWING_ADDRESS = "noen@" + "ﷺ" * 60 + ".no"


def _wrong(walk: Walk, chosen: Callable[[Field], bool], text_of: Callable[[Field], str]) -> tuple[int, int, list[str]]:
    """How many forms were sent with such texts in the chosen fields, how many stored them, and what was no answer."""
    tried, wrote, wrong = 0, 0, []
    for (who, path), forms in walk.forms.items():
        for form in forms:
            fields = [field for field in form.fields if chosen(field)]
            said = {field.name: [text_of(field)] for field in fields}
            if not fields:
                continue
            tried += 1
            try:
                answer = walk.house.post(who, path, form.filled() | said)
            except DatabaseError as error:
                wrong.append(f"{path} as {who}: {error}")
                continue
            wrote += bool(answer.written)  # type: ignore[attr-defined]
            if [LONG_ADDRESS] in said.values() and who != "anonymous" and answer.status_code != 422:
                wrong.append(f"{path} as {who}: answered {answer.status_code}")
    return tried, wrote, wrong


def test_text_of_the_greatest_length_is_no_error(walk: Walk) -> None:
    tried, wrote, wrong = _wrong(
        walk,
        lambda field: bool(field.longest) and field.kind in TYPED and not CHECKED.search(field.name),
        lambda field: (GROWING * field.longest)[: min(field.longest, 2_000)],
    )
    assert not wrong, "\n".join(wrong)
    assert tried > 20
    assert wrote > 30


@pytest.mark.parametrize("address", [LONG_ADDRESS, GROWING_ADDRESS], ids=["long", "growing"])
def test_an_address_longer_than_its_column_is_refused(walk: Walk, address: str) -> None:
    tried, _wrote, wrong = _wrong(walk, lambda field: "email" in (field.kind, field.name), lambda _field: address)
    assert not wrong, "\n".join(wrong)
    assert tried > 8
