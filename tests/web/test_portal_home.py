"""The portal's first page: the organisation's name, what waits for an answer, and what each role may see."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from advisory.web.home import in_rows
from clients import panels
from clients.panels import PortalCard, Todo
from tests import builders

pytestmark = pytest.mark.django_db


def page_of(client: Client, role: str = "owner") -> str:
    organisation = builders.organisation("Bygdekor Vest")
    client.force_login(builders.member(organisation, role))
    return client.get(f"/portal/{organisation.number}/").content.decode().replace("\u00a0", " ")


def test_the_organisations_name_is_the_title(client: Client) -> None:
    page = page_of(client)
    assert "<h1>Bygdekor Vest</h1>" in page
    assert "Innlogget som eier" in page


def test_what_waits_comes_first_with_amount_and_one_filled_button(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    todos = [
        Todo("Oppgi inntekt", "Tar tre minutter.", "/a/", verb="Oppgi inntekt"),
        Todo("Betal faktura 202600123", "Forfall 4. desember", "/b/", True, Decimal("12896.78"), "Se fakturaen"),
    ]
    monkeypatch.setattr(panels, "_todos", [lambda membership, on: todos])
    page = page_of(client)
    assert page.index("Betal faktura 202600123") < page.index("Tar tre minutter.")
    assert "12 896,78 kr" in page
    assert page.index("Trenger svar fra dere") < page.index("Betal faktura")
    assert page.count('<a class="ds-button" href=') == 1


def test_a_page_without_anything_to_say_says_what_will_come(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(panels, "_todos", [])
    monkeypatch.setattr(panels, "_portal_cards", [])
    assert "Her ser dere oppdrag og fakturaer når vi har avtalt noe." in page_of(client)


def test_a_reader_sees_neither_money_nor_who_has_access(client: Client) -> None:
    page = page_of(client, "reader")
    assert "Hvem har tilgang" not in page
    assert "Rabatten" not in page


def test_the_advisor_can_be_asked(client: Client) -> None:
    organisation = builders.organisation()
    lead = builders.advisor(name="Rådgiver Nord")
    builders.engagement(organisation, lead)
    client.force_login(builders.member(organisation))
    page = client.get(f"/portal/{organisation.number}/").content.decode()
    assert "Rådgiver Nord" in page
    assert f'href="mailto:{lead.email}"' in page


def test_two_halves_that_follow_each_other_share_a_row() -> None:
    a, b, c, d = (PortalCard(name, "x.html", half=name in "abc") for name in "abcd")
    assert in_rows([a, b, c, d]) == [[a, b], [c], [d]]
    assert in_rows([a, d, b]) == [[a], [d], [b]]


def test_the_number_of_queries_does_not_follow_the_engagements(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    organisation = builders.organisation()
    client.force_login(builders.member(organisation))
    lead = builders.advisor()
    for _number in range(2):
        builders.entry(builders.engagement(organisation, lead), 60, date(2026, 10, 1))
    with django_assert_max_num_queries(30) as few:
        client.get(f"/portal/{organisation.number}/")
    for _number in range(3):
        builders.entry(builders.engagement(organisation, lead), 60, date(2026, 10, 1))
    with django_assert_max_num_queries(len(few)):
        client.get(f"/portal/{organisation.number}/")
