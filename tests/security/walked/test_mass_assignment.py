"""Who sends more than the form asks for changes no more than the form does (T5).

Every form of the house is sent as it is shown, and with a value for every field of every model besides, the other
organisation's numbers among them. Both must write the same statements with the same values.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.urls import resolve

from tests.access.routes import routes
from tests.access.world import CANARY
from tests.security import words
from tests.security.alive import alive
from tests.security.headers import missing_headers
from tests.security.house import STAFF, furthest
from tests.security.pages import Form
from tests.security.walked.conftest import Walk

pytestmark = pytest.mark.django_db

#: What a form of another program would take, or a careless one of ours.
DANGEROUS = (
    "id", "pk", "organisation_id", "user_id", "owner", "is_staff", "is_superuser", "is_admin", "groups", "permissions",
    "roles", "state", "created_by_id", "approved", "price", "paid", "credits_id", "lead_id", "_method", "is_active",
)  # fmt: skip
ELSEWHERE = {"next": [r"/\evil.example"]}
FIGURE, TEXT, DAY = "777777", "mass-assigned", "2.2.2022"
#: Random in every invitation and every mail.
RANDOM = re.compile(r"[0-9a-f]{16,64}|[\w-]{43}|![A-Za-z0-9]{40}")
#: What a view takes though the form that was found does not show it: it is another form of the same page.
ITS_OWN = {"engagement_phase": {"reason"}, "review": {"draft"}}


@pytest.fixture(scope="module")
def extras(walk: Walk) -> dict[str, list[str]]:
    """A value for every field there is: of the right kind, and the other organisation's where it is a reference."""
    foreign = walk.house.world.foreign
    references = {
        "organisation": foreign.organisation.pk, "engagement": foreign.engagement.pk, "user": foreign.owner.pk,
        "owner": foreign.owner.pk, "created_by": foreign.owner.pk, "lead": foreign.owner.pk,
        **{name: thing.pk for name, thing in foreign.things.items() if hasattr(thing, "pk")},
    }  # fmt: skip
    names = {*words.model_fields(), *DANGEROUS} - {"version"}
    return {name: [_value(name, references)] for name in sorted(names)}


def _value(name: str, references: dict[str, Any]) -> str:
    base = name.removesuffix("_id")
    if base in references:
        return str(references[base])
    if base == "staff_role":
        return "administrator"
    if base == "role":
        return "owner"
    if base.startswith(("is_", "has_", "in_")) or base in ("approved", "billable", "active", "visible"):
        return "on"
    if base.endswith(("_at", "_on", "_from", "_to")) or base in ("day", "starts", "ends", "due", "first", "last"):
        return DAY
    if base in ("name", "title", "email", "text", "goal", "reason", "comment", "body", "hash", "language", "kind"):
        return TEXT
    return FIGURE


def test_a_form_takes_what_it_asks_for_and_no_more(walk: Walk, extras: dict[str, list[str]]) -> None:
    forms = dict(walk.forms)
    sent_to = {path for _who, path in forms}
    for route in routes():
        path = walk.house.path(route)
        if "POST" in route.methods and path not in sent_to and route.name not in ("account_logout", "set_language"):
            forms[furthest(route), path] = [Form("post", path)]
    wrote, wrong = 0, []
    for (who, path), each in sorted(forms.items()):
        for form in each:
            own = form.names | ITS_OWN.get(resolve(path).url_name or "", set())
            more = {name: value for name, value in extras.items() if name not in own}
            answer = walk.house.post(who, path, more | form.filled() | ELSEWHERE)
            if who != STAFF and CANARY in answer.content.decode("utf-8", "replace"):
                wrong.append(f"{path} as {who}: shows text of another organisation")
            wrong += [f"{path} as {who}: {what}" for what in _about(answer, who)]
            if not _written(answer):
                continue
            wrote += 1
            plain = walk.house.post(who, path, form.filled())
            wrong += [f"{path} as {who}: {what}" for what in _differences(_written(plain), _written(answer), more)]
    assert not wrong, "\n".join(wrong[:40])
    assert wrote > 50, "the forms no longer reach what they are for"


def _about(answer: Any, who: str) -> list[str]:
    """What is wrong with the answer itself: where it leads, its headers, and what it repeats of what was sent."""
    wrong = missing_headers(answer, is_known=who != "anonymous" and "sessionid" not in answer.cookies)
    if urlsplit(answer.headers.get("Location", "")).netloc or "evil" in answer.headers.get("Location", ""):
        wrong.append(f"leads to {answer.headers['Location']}")
    if answer.headers.get("Content-Type", "").startswith("text/html"):
        wrong += alive(answer.content.decode())
    return wrong


def _written(answer: Any) -> list[tuple[str, Any]]:
    return list(answer.written)


def _differences(plain: list[tuple[str, Any]], answer: list[tuple[str, Any]], more: dict[str, list[str]]) -> list[str]:
    shape = [_figures_out(sql) for sql, _params in plain], [_figures_out(sql) for sql, _params in answer]
    if shape[0] != shape[1]:
        other = [sql[:120] for sql in shape[1] if sql not in shape[0]]
        return [f"writes other statements: {other or len(shape[1])}"]
    values = {value for given in more.values() for value in given}
    return [
        f"{sql[:90]}… took {after!r} for {before!r}"
        for (sql, first), (_sql, second) in zip(plain, answer, strict=True)
        for before, after in zip(first or (), second or (), strict=True)
        if not _is_the_same(_plain(before), _plain(after), values)
    ]


def _plain(value: Any) -> Any:
    """What psycopg wraps, and rows it sends as one list, as text."""
    inner = getattr(value, "obj", value)
    return repr(inner) if isinstance(inner, dict | list) else inner


def _is_the_same(before: Any, after: Any, values: set[str]) -> bool:
    if before == after:
        return True
    if TEXT in str(after) or FIGURE in str(after):
        return False
    if connection.vendor == "postgresql" and _is_a_number(before) and _is_a_number(after):
        # The number of a row that was taken back is not given again: the form that was sent last has the higher ones.
        return int(before) > int(after)
    if str(after) in values or not isinstance(before, str) or not isinstance(after, str):
        return False
    return _figures_out(RANDOM.sub("", before)) == _figures_out(RANDOM.sub("", after))


def _is_a_number(value: Any) -> bool:
    return type(value) is int or (isinstance(value, str) and value.isdecimal())


def _figures_out(text: str) -> str:
    return re.sub(r"\d+", "0", text) if connection.vendor == "postgresql" else text
