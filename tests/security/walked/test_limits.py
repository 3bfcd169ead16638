"""Text as long as a page lets one type, and addresses longer than any column: taken or refused, never an error (Q1).

PostgreSQL refuses what SQLite stores. Signs that grow when they are folded or normalised find the columns beside the
one they are typed for.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import DatabaseError

from tests.security.pages import Field
from tests.security.walked.conftest import Walk

pytestmark = pytest.mark.django_db

#: ΐ becomes three signs when case is folded, ﷺ eighteen in compatible form, 😀 is two of some and four of other bytes.
GROWING = ("ΐ", "ﷺ", "😀")
TYPED = ("text", "textarea", "search")
#: Right in form, and longer than the 254 signs that a column of addresses has.
LONG_ADDRESS = "a" * 60 + "@" + ("b" * 60 + ".") * 4 + "no"
GROWING_ADDRESS = "noen@" + "ﷺ" * 60 + ".no"


def _failures(walk: Walk, texts: dict[str, str], chosen: Callable[[Field], bool]) -> tuple[int, list[str]]:
    """How many forms were sent with each text in each chosen field, and what was no answer or no refusal."""
    tried, wrong = 0, []
    for (who, path), forms in walk.forms().items():
        for form in forms:
            fields = [field for field in form.fields if chosen(field)]
            for name, text in texts.items() if fields else ():
                said = {field.name: [text * field.longest if len(text) == 1 else text] for field in fields}
                tried += 1
                try:
                    answer = walk.house.post(who, path, form.filled() | said)
                except DatabaseError as error:
                    wrong.append(f"{path} as {who}, {name}: {error}")
                    continue
                if name == "too long" and who != "anonymous" and answer.status_code != 422:
                    wrong.append(f"{path} as {who}, {name}: answered {answer.status_code}")
    return tried, wrong


def test_text_of_the_greatest_length_is_no_error(walk: Walk) -> None:
    tried, wrong = _failures(
        walk, dict(zip(GROWING, GROWING, strict=True)), lambda field: bool(field.longest) and field.kind in TYPED
    )
    assert not wrong, "\n".join(wrong)
    assert tried > 60


def test_an_address_longer_than_its_column_is_refused(walk: Walk) -> None:
    tried, wrong = _failures(
        walk,
        {"too long": LONG_ADDRESS, "growing": GROWING_ADDRESS},
        lambda field: field.kind == "email" or "email" in field.name,
    )
    assert not wrong, "\n".join(wrong)
    assert tried > 16
