"""A document with two rates, two tiers and teaching without VAT: each step says which part it is about.

By hand: 1 h at 959.76 less 50 % = 479.88, VAT 25 % = 119.97; 1 h of teaching at 1 000.00 less 70 % = 300.00.
Full price 1 959.76, discount 1 179.88, net 779.88, to pay 899.85.
"""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from advisory.kernel.users import User
from billing.invoicing.gather import gather
from billing.invoicing.issue import issue
from billing.invoicing.models import Invoice
from billing.models import Pot
from tests import builders as b
from tests.billing.invoicing.pages.conftest import OCTOBER_END
from tests.billing.invoicing.pages.reading import words


@pytest.fixture
def mixed(pot: Pot, administrator: User) -> Invoice:
    b.rate(amount="1000.00", valid_from=date(2026, 10, 15))
    org = b.organisation("Blandet lag")
    b.decision(org, "T2", valid_to=date(2026, 10, 10))
    b.decision(org, "T1", valid_from=date(2026, 10, 11))
    lead = b.advisor()
    b.entry(b.engagement(org, lead, title="Medlemssystem"), 60, day=date(2026, 10, 1))
    teaching = b.service_type("teaching", name_nb="Kurs i personvern", category="E")
    b.entry(b.engagement(org, lead, title="Personvern", service_type=teaching), 60, day=date(2026, 10, 20))
    [draft] = gather(up_to=OCTOBER_END, by=administrator, now=b.NOW)
    return issue({draft.pk: None}, by=administrator, now=b.NOW).invoices[0]


def test_the_organisation_can_follow_each_part(mixed: Invoice) -> None:
    client = Client()
    client.force_login(b.member(mixed.organisation, "finance"))
    text = words(client.get(reverse("portal_invoice", args=[mixed.organisation.number, mixed.number])))
    steps = ["959,76 kr", "1 000,00 kr", "−479,88 kr", "−700,00 kr", "119,97 kr", "899,85 kr"]
    at = [text.index(figure, text.index("959,76 kr")) for figure in steps]
    assert at == sorted(at)
    assert "1 time " in text
    for figure in ("50 %", "70 %", "479,88 kr", "300,00 kr", "merverdiavgiftsloven", "3-5"):
        assert figure in text, figure


def test_staff_see_the_same_sums(mixed: Invoice, office: Client) -> None:
    text = words(office.get(reverse("invoice", args=[mixed.number])))
    for figure in ("1 959,76", "−1 179,88", "779,88", "119,97", "899,85 kr", "300,00"):
        assert figure in text, figure


@pytest.mark.parametrize(("language", "figure"), [("nb", "899,85 kr"), ("nn", "899,85 kr"), ("en", "NOK 899.85")])
def test_the_page_is_in_the_readers_language(mixed: Invoice, language: str, figure: str) -> None:
    client = Client()
    client.force_login(b.member(mixed.organisation, "finance", language=language))
    page = client.get(reverse("portal_invoice", args=[mixed.organisation.number, mixed.number]))
    assert f'lang="{language}"' in page.content.decode()[:200]
    assert figure in words(page)


def test_the_review_puts_a_mixed_proposal_on_a_line_of_its_own(pot: Pot, office: Client, administrator: User) -> None:
    org = b.organisation("Midt i året")
    b.decision(org, "T2", valid_to=date(2026, 10, 10))
    b.decision(org, "T1", valid_from=date(2026, 10, 11))
    work = b.engagement(org, b.advisor())
    b.entry(work, 60, day=date(2026, 10, 1))
    b.entry(work, 60, day=date(2026, 10, 20))
    [draft] = gather(up_to=OCTOBER_END, by=administrator, now=b.NOW)
    page = office.get(reverse("review"), {"drafts": str(draft.pk)})
    assert [(tier.code, tier.sums.count) for _words, tier in page.context["tiers"]] == [(None, 1)]
