"""What the engagement's page says of money: the price of the agreed hours, and how far billing is.

The figures of the estimate are the memo's rate at 48 hours, tier 2 and 25 % VAT, worked by hand:
48 x 959.76 = 46 068.48; half of it is 23 034.24; a quarter of that is 5 758.56; together 28 792.80.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client

from billing.invoicing.engagement_page import estimate, invoice_task
from engagements.models import Engagement, HourHold
from tests import builders
from tests.builders import TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def work() -> Engagement:
    builders.seller()
    builders.rate()
    work = builders.engagement(builders.organisation(), builders.advisor(language="nb"), minutes_agreed=48 * 60)
    builders.decision(work.organisation)
    return work


def test_the_agreed_hours_are_priced_as_an_invoice_for_them_would_be(work: Engagement) -> None:
    found = estimate(work, TODAY)
    assert found is not None
    assert (found.gross, found.discount, found.vat, found.total) == (
        Decimal("46068.48"),
        Decimal("23034.24"),
        Decimal("5758.56"),
        Decimal("28792.80"),
    )


def test_without_a_decision_the_price_is_full_self_cost(work: Engagement) -> None:
    found = estimate(builders.engagement(builders.organisation(), work.lead, minutes_agreed=60), TODAY)
    assert found is not None
    assert (found.discount, found.total) == (Decimal(0), Decimal("1199.70"))


def test_nothing_is_estimated_where_nothing_is_agreed_or_nobody_pays(work: Engagement) -> None:
    organisation = work.organisation
    assert estimate(builders.engagement(organisation, work.lead, minutes_agreed=None), TODAY) is None
    assert estimate(builders.engagement(organisation, work.lead, funding_area=4), TODAY) is None
    assert estimate(work, date(2025, 6, 1)) is None


def test_the_page_shows_the_price_and_what_waits_for_an_invoice(work: Engagement, client: Client) -> None:
    builders.entry(work, 90)
    client.force_login(work.lead)
    page = client.get(f"/engagements/{work.reference}/").content.decode().replace("\u00a0", " ")
    assert "28 792,80 kr" in page
    assert "−23 034,24 kr" in page
    assert "1,5 timer ikke fakturert" in page


def test_billing_is_partly_done_until_no_hour_waits(work: Engagement) -> None:
    HourHold.objects.create(entry=builders.entry(work, 60), document=202600123)
    waiting = builders.entry(work, 30)
    task = invoice_task(work, TODAY)
    assert task is not None
    assert task.tag
    hold = HourHold.objects.create(entry=waiting, draft=1)
    task = invoice_task(work, TODAY)
    assert task is not None
    assert task.tag, "hours in a proposal are not on an invoice yet"
    hold.delete()
    HourHold.objects.create(entry=waiting, document=202600124)
    task = invoice_task(work, TODAY)
    assert task is not None
    assert (task.tag, bool(task.done)) == ("", True)
