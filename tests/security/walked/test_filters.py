"""What is asked for in an address gives nobody a row of another, nor a sign that there is one (T6)."""

from __future__ import annotations

import re

import pytest
from django.http import HttpResponse

from tests.access.routes import routes
from tests.access.world import CANARY
from tests.security import words
from tests.security.house import MEMBER, STAFF
from tests.security.walked.conftest import Walk

pytestmark = pytest.mark.django_db

#: Ways to ask for an order, and what a careless list would follow to a table it does not show.
ORDERS = ("sort", "ordering", "order", "order_by", "o")
INTO_OTHER_TABLES = ("-organisation__income_declarations__total_income", "lead__password", "organisation__members", "?")


def _said(answer: HttpResponse) -> str:
    """The page without what repeats its own address, and without the way back to all rows."""
    page = answer.content.decode()
    page = re.sub(r'(csrfmiddlewaretoken" value="|X-CSRFToken": ")[\w-]+', r"\1", page)
    page = re.sub(r'(<input[^>]*type="hidden"[^>]*value=")[^"]*', r"\1", page)
    page = re.sub(r'<a class="reset"[^>]*>[^<]*</a>', "", page)
    return re.sub(r"\s+", " ", re.sub(r'(?:\?|%3F)[^"]*', "", page))


def test_no_page_or_file_of_a_member_shows_text_of_another_organisation(walk: Walk) -> None:
    leaks = [
        path
        for who, path, answer in walk.answers
        if who in (MEMBER, "reader") and CANARY in answer.content.decode("utf-8", "replace")
    ]
    assert not leaks
    assert any(CANARY in answer.content.decode("utf-8", "replace") for who, _p, answer in walk.answers if who == STAFF)


def test_asking_for_what_is_foreign_answers_like_asking_for_what_is_missing(walk: Walk) -> None:
    foreign = walk.house.world.foreign
    things = {name: getattr(thing, "pk", thing) for name, thing in foreign.things.items()}
    things |= {
        "organisation": foreign.organisation.number, "engagement": foreign.engagement.reference, "q": CANARY,
        "user": foreign.owner.pk, "lead": foreign.owner.pk, "advisor": foreign.owner.pk, "drafts": things["draft"],
        "number": foreign.organisation.number, "invoice": foreign.things["invoice"].number,
    }  # fmt: skip
    names = [name for name in words.NAMES if name not in ("page", "file", "language")]
    theirs = words.encoded({name: str(things.get(name, foreign.organisation.pk)) for name in names})
    nobodys = words.encoded({name: "nobody" if name == "q" else "987654" for name in names})
    for route in routes():
        if not route.is_portal or "GET" not in route.methods:
            continue
        path = walk.house.path(route)
        answers = [walk.house.get(MEMBER, f"{path}?{query}") for query in (theirs, nobodys)]
        assert answers[0].status_code == answers[1].status_code, path
        if answers[0].headers.get("Content-Type", "").startswith("text/html"):
            assert _said(answers[0]).replace(CANARY, "nobody") == _said(answers[1]), path


def test_no_list_is_ordered_by_what_it_does_not_offer(walk: Walk) -> None:
    lists = 0
    for who, path, answer in list(walk.of_type("text/html")):
        offers = re.search(r'href="[^"]*[?&;]sort=', answer.content.decode())
        if not offers and not (who == MEMBER and path.count("/") <= 4):
            continue
        lists += bool(offers)
        for wanted in INTO_OTHER_TABLES if offers else INTO_OTHER_TABLES[:1]:
            nonsense = "-nonsense" if wanted.startswith("-") else "nonsense"
            asked, plain = (
                walk.house.get(who, f"{path}?{words.encoded(dict.fromkeys(ORDERS, order))}")
                for order in (wanted, nonsense)
            )
            assert asked.status_code == plain.status_code == answer.status_code, path
            assert _said(asked) == _said(plain), f"{path} as {who} follows {wanted}"
    assert lists >= 3
