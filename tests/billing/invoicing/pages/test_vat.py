"""VAT by term, as it stands on the documents; expected figures are those of the memo invoice and a second hour."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from advisory.kernel.users import User
from billing.invoicing.credit import credit
from billing.invoicing.gather import gather
from billing.invoicing.issue import issue
from billing.invoicing.models import Invoice
from tests import builders as b
from tests.billing.invoicing.pages.conftest import OCTOBER_END, customer
from tests.billing.invoicing.pages.reading import words

pytestmark = pytest.mark.django_db


def test_a_term_sums_the_documents_dated_in_it(office: Client, invoice: Invoice) -> None:
    assert f"{invoice.issued_on:%Y-%m}" == "2026-11"
    page = words(office.get(reverse("vat")))
    # 10 317,42 at 25 % is 2 579,355, half up.
    assert "10 317,42 2 579,36 1" in page
    assert "1. september–31. oktober 2026 Ingenting er utstedt" in page


def test_a_credit_note_takes_its_invoice_out_of_the_sum(office: Client, invoice: Invoice, administrator: User) -> None:
    credit(invoice, reason="Feil oppdrag.", release_hours=True, by=administrator, now=b.NOW)
    assert "0,00 0,00 2" in words(office.get(reverse("vat")))


def test_the_file_gives_the_sums_of_the_page(office: Client, invoice: Invoice) -> None:
    file = office.get(reverse("vat"), {"file": "csv"}).content.decode("utf-8-sig").splitlines()
    assert len(file) == 2
    assert "10317,42;2579,36;1" in file[1]


def test_a_year_without_documents_is_not_made_up(office: Client, invoice: Invoice) -> None:
    for year in ("1999", "0", "x", "99999999999999999999"):
        assert office.get(reverse("vat"), {"year": year}).context["year"] == 2026


def test_the_page_asks_the_same_however_many_documents_there_are(office: Client, administrator: User) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            office.get(reverse("vat"))
        return len(asked)

    customer("Første kor")
    issue({d.pk: None for d in gather(up_to=OCTOBER_END, by=administrator, now=b.NOW)}, by=administrator, now=b.NOW)
    few = queries()
    for number in range(4):
        customer(f"Kor {number}")
    later = b.NOW + timedelta(minutes=1)
    issue({d.pk: None for d in gather(up_to=OCTOBER_END, by=administrator, now=later)}, by=administrator, now=later)
    assert queries() == few


def test_the_vat_page_is_the_administrators(invoice: Invoice) -> None:
    client = Client()
    client.force_login(b.advisor())
    assert client.get(reverse("vat")).status_code == 403
