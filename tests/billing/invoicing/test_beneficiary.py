"""Work for one organisation that another orders and pays: the payer's tier prices it (domain rules 2 g)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from billing.invoicing.gather import gather
from billing.invoicing.issue import issue
from engagements.models import Engagement
from engagements.work.start import PaysForItself, start_engagement
from tests import builders
from tests.builders import NOW, TODAY

pytestmark = pytest.mark.django_db


def test_the_tier_of_the_one_who_pays_prices_the_work_and_the_line_says_for_whom() -> None:
    administrator, advisor = builders.administrator(), builders.advisor()
    builders.seller(created_by=administrator)
    builders.rate(maker=administrator)
    builders.tier_table(by=administrator)
    builders.pot(by=administrator)
    payer, branch = builders.organisation("Landslaget"), builders.organisation("Lokallaget " + "i bygda " * 17)
    builders.decision(payer, "T3", by=administrator)
    builders.decision(branch, "T1", by=administrator)
    work = builders.engagement(payer, advisor, beneficiary=branch)
    builders.entry(work, 90)
    [draft] = gather(up_to=TODAY, by=administrator, now=NOW)
    assert draft.organisation == payer
    [invoice] = issue({draft.pk: None}, by=administrator, now=NOW).invoices
    [line] = invoice.lines.all()
    # 1.5 h x 959.76 = 1 439.64, less 25 % = 359.91.
    assert (line.gross.amount, line.discount.amount, line.net.amount) == (
        Decimal("1439.64"),
        Decimal("359.91"),
        Decimal("1079.73"),
    )
    assert "utført for Lokallaget i bygda" in line.note
    assert len(line.note) <= 200


def test_nobody_is_helped_on_behalf_of_itself() -> None:
    organisation, advisor = builders.organisation(), builders.advisor()
    with pytest.raises(PaysForItself):
        start_engagement(
            organisation=organisation,
            beneficiary=organisation,
            title="Kurs",
            service_type=builders.service_type(),
            lead=advisor,
            by=advisor,
            on=TODAY,
            now=NOW,
        )


def test_the_form_asks_whom_it_is_done_for_and_pages_say_it(client: Client) -> None:
    advisor = builders.advisor(language="nb")
    client.force_login(advisor)
    payer, branch = builders.organisation("Landslaget"), builders.organisation("Lokallaget")
    data: dict[str, Any] = {
        "title": "Kurs",
        "organisation": "Landslaget",
        "beneficiary": "Landslaget",
        "funding_area": "3",
        "service_type": str(builders.service_type().pk),
        "lead": str(advisor.pk),
    }
    assert client.post("/engagements/new/", data).status_code == 422
    assert client.post("/engagements/new/", data | {"beneficiary": "Lokallaget"}).status_code == 302
    work = Engagement.objects.get()
    assert work.beneficiary == branch
    path = f"/engagements/{work.reference}/"
    page = client.get(path).content.decode()
    assert "Utføres for" in page
    assert "Lokallaget" in page
    assert f'value="{branch.number} Lokallaget"' in client.get(f"{path}edit/").content.decode()
    member = Client()
    member.force_login(builders.member(payer, "reader", language="nb"))
    assert "utført for Lokallaget" in member.get(f"/portal/{payer.number}{path}").content.decode()
    assert work.requested_on >= date(2026, 1, 1)
