"""Binding and freeing on screen, from the pot and from the engagement."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from advisory.kernel.users import User
from billing.discounts.ledger import bound_for, holdings
from billing.models import Pot, PotEntry
from engagements.models import Engagement
from tests import builders

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Client:
    return browser(builders.administrator())


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def pot() -> Pot:
    # The pages ask the real clock which pots pay now.
    return builders.pot("1000.00", ends=builders.TODAY.replace(year=2099))


@pytest.fixture
def work() -> Engagement:
    org = builders.organisation()
    builders.decision(org)
    return builders.engagement(org, builders.advisor())


def said(client: Client, path: str) -> str:
    return client.get(path).content.decode().replace("\xa0", " ")


def test_money_is_bound_and_freed_and_both_pages_show_it(office: Client, pot: Pot, work: Engagement) -> None:
    page = said(office, f"{reverse('reserve_money')}?engagement={work.reference}")
    assert "selected" in page
    posted = {"pot": pot.pk, "engagement": work.pk, "amount": "300,50"}
    assert office.post(reverse("reserve_money"), posted).status_code == 302
    assert bound_for([work.pk]) == {(pot.pk, work.pk): Decimal("300.50")}
    page = said(office, reverse("pot", args=[pot.pk]))
    for words in ("300,50 kr", "699,50 kr", f"Bundet til {work.reference}", "+300,50"):
        assert words in page
    assert "300,50 kr" in said(office, reverse("engagement", args=[work.reference]))
    assert "699,50" in said(office, reverse("pot_movements", args=[pot.pk]))
    free = reverse("release_money", args=[pot.pk])
    assert office.post(free, {"engagement": work.pk, "amount": "301", "reason": "x"}).status_code == 422
    assert office.post(free, {"engagement": work.pk, "amount": "", "reason": "Ferdig"}).status_code == 302
    assert holdings([pot.pk])[pot.pk].free == Decimal("1000.00")


def test_too_much_is_a_warning_with_the_missing_sum_and_a_way_on(office: Client, pot: Pot, work: Engagement) -> None:
    posted = {"pot": pot.pk, "engagement": work.pk, "amount": "1 200"}
    refused = office.post(reverse("reserve_money"), posted)
    page = refused.content.decode().replace("\xa0", " ")
    assert refused.status_code == 422
    assert "mangler 200,00 kr" in page
    assert 'name="override_reason"' in page
    assert 'value="1 200"' in page
    assert bound_for([work.pk]) == {}
    assert office.post(reverse("reserve_money"), {**posted, "override_reason": "Lovt"}).status_code == 302
    assert bound_for([work.pk]) == {(pot.pk, work.pk): Decimal("1000.00")}


@pytest.mark.parametrize("amount", ["", "0", "-5", "NaN", "1e400", "1,005", "mye", "99999999999999"])
def test_what_is_no_amount_is_named_at_its_field_and_kept(
    office: Client, pot: Pot, work: Engagement, amount: str
) -> None:
    answer = office.post(reverse("reserve_money"), {"pot": pot.pk, "engagement": work.pk, "amount": amount})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Feil: " in page
    assert 'href="#id_amount"' in page
    assert not amount or f'value="{amount}"' in page
    assert bound_for([work.pk]) == {}


def key_of(page: str) -> str:
    found = re.search(r'name="once" value="(\w+)"', page)
    assert found
    return found[1]


def test_a_form_sent_twice_moves_the_pot_once(office: Client, pot: Pot, work: Engagement) -> None:
    frame, free = reverse("change_pot", args=[pot.pk]), reverse("release_money", args=[pot.pk])
    forms: tuple[tuple[str, dict[str, Any]], ...] = (
        (frame, {"change": "grant", "amount": "50", "reason": "Mer"}),
        (reverse("reserve_money"), {"pot": pot.pk, "engagement": work.pk, "amount": "300"}),
        (free, {"engagement": work.pk, "amount": "100", "reason": "Ferdig"}),
        (frame, {"change": "return", "amount": "50", "reason": "Tilbake"}),
    )
    for count, (path, posted) in enumerate(forms, start=2):
        key = key_of(office.get(path).content.decode())
        # A mistake does not use the key up, and keeps it.
        refused = office.post(path, posted | {"once": key, "amount": "-1"})
        assert key_of(refused.content.decode()) == key
        for words in ("", "skjemaet kom to ganger"):
            answer = office.post(path, posted | {"once": key}, follow=True)
            assert words in answer.content.decode()
        assert PotEntry.objects.filter(pot=pot).count() == count
    # Another form is another sending.
    again = {"change": "grant", "amount": "50", "reason": "Mer", "once": "annen"}
    assert office.post(frame, again).status_code == 302
    assert PotEntry.objects.filter(pot=pot).count() == 6


def test_terms_are_changed_with_a_reason(office: Client, pot: Pot) -> None:
    path = reverse("pot_terms", args=[pot.pk])
    posted = {"funding": "base_grant", "areas": ["3", "4"], "rank": "7", "reason": "Ny avtale"}
    refused = office.post(path, posted)
    assert refused.status_code == 422
    assert "kan ikke betale for område 4" in refused.content.decode()
    assert office.post(path, {**posted, "areas": ["3"], "rank": "0"}).status_code == 422
    assert office.post(path, {**posted, "areas": ["3"]}).status_code == 302
    pot.refresh_from_db()
    assert (pot.funding, pot.areas, pot.rank) == ("base_grant", [3], 7)
    assert "Hvem som betaler først" in said(office, reverse("pots"))


def test_advisors_see_what_is_bound_and_bind_nothing(pot: Pot, work: Engagement) -> None:
    advisor = browser(work.lead)
    assert "Bundet til rabatt" in said(advisor, reverse("engagement", args=[work.reference]))
    assert reverse("reserve_money") not in said(advisor, reverse("engagement", args=[work.reference]))
    for path in (
        reverse("reserve_money"),
        reverse("release_money", args=[pot.pk]),
        reverse("pot_terms", args=[pot.pk]),
    ):
        assert advisor.get(path).status_code == 403
    assert advisor.get(reverse("pot_movements", args=[pot.pk])).status_code == 200
