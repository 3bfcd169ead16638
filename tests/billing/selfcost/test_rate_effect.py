"""What a rate would change, shown before it is adopted: unbilled hours, organisations, pots."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from advisory.kernel.users import User
from billing.invoicing.gather import gather
from billing.invoicing.issue import issue
from billing.models import CostBase, RateVersion
from billing.selfcost import base, lines
from billing.selfcost.effect import effect_of
from billing.selfcost.facts import BaseFacts, LineFacts
from billing.selfcost.rows import rows_of
from tests import builders as b
from tests.builders import NOW, TODAY

pytestmark = pytest.mark.django_db
JUNE = date(2026, 6, 1)
PAGE = "/selfcost/2026/advice/adopt/"


@pytest.fixture
def maker() -> User:
    return b.administrator()


def thousand_kroner(maker: User) -> CostBase:
    """A second version of 2026, submitted: 800 000 over 800 hours is 1 000 kr an hour."""
    made = base.draft_cost_base(year=2026, service="advice", by=maker, now=NOW)
    lines.add_cost_line(cost_base=made, facts=LineFacts("Drift", Decimal(800000)), by=maker, now=NOW)
    base.change_cost_base(cost_base=made, facts=BaseFacts(billable_hours=Decimal(800)), by=maker, now=NOW)
    return base.submit_cost_base(cost_base=made, by=maker, now=NOW)


def half_price_customer(maker: User) -> None:
    """Two hours before June and three after, 959.76 an hour, half of it paid by the pot."""
    b.seller()
    b.rate(maker=maker)
    b.pot(by=maker)
    org = b.organisation()
    b.decision(org, "T2")
    work = b.engagement(org, b.advisor())
    b.entry(work, 120, date(2026, 5, 31))
    b.entry(work, 180, JUNE)


def test_hours_from_the_day_on_are_priced_as_they_are_and_as_they_would_be(maker: User) -> None:
    """3 h: 2 879.28 gross, half of it 1 439.64; at 1 000 kr 3 000.00 and 1 500.00."""
    half_price_customer(maker)
    made = thousand_kroner(maker)
    found = effect_of(made, rows_of(made), valid_from=JUNE, on=TODAY)
    assert found.minutes == 180
    assert (found.now.gross, found.now.discount, found.now.net) == (
        Decimal("2879.28"), Decimal("1439.64"), Decimal("1439.64"),
    )  # fmt: skip
    assert (found.after.gross, found.after.discount, found.after.net) == (
        Decimal("3000.00"), Decimal("1500.00"), Decimal("1500.00"),
    )  # fmt: skip
    assert found.change == Decimal("60.36")
    [pot] = found.pots
    assert (pot.now, pot.after, pot.change) == (Decimal("1439.64"), Decimal("1500.00"), Decimal("60.36"))
    assert not RateVersion.objects.filter(cost_base=made).exists()


def test_billed_hours_and_hours_of_a_later_rate_are_not_touched(maker: User) -> None:
    half_price_customer(maker)
    b.rate(valid_from=JUNE, maker=maker)
    made = thousand_kroner(maker)
    assert effect_of(made, rows_of(made), valid_from=date(2026, 5, 1), on=TODAY).minutes == 120
    [draft] = gather(up_to=TODAY, by=maker, now=NOW)
    assert effect_of(made, rows_of(made), valid_from=date(2026, 5, 1), on=TODAY).minutes == 120
    issue({draft.pk: None}, by=maker, now=NOW)
    assert not effect_of(made, rows_of(made), valid_from=date(2026, 5, 1), on=TODAY).rows


def test_nobody_adopts_without_having_seen_what_the_day_changes(maker: User) -> None:
    half_price_customer(maker)
    made = thousand_kroner(maker)
    client = Client()
    client.force_login(b.administrator())
    seen = client.get(PAGE).context["sheet"].fingerprint
    blind = client.post(PAGE, {"valid_from": "01.06.2026", "seen": seen, "then": "adopt"})
    text = blind.content.decode().replace("\xa0", " ")
    assert blind.status_code == 422
    assert 'href="#id_valid_from"' in text
    assert "1 439,64" in text
    assert "+60,36" in text
    assert not RateVersion.objects.filter(cost_base=made).exists()
    shown = blind.context["effect"].fingerprint
    client.post(PAGE, {"valid_from": "01.06.2026", "seen": seen, "effect": shown, "then": "adopt"})
    assert RateVersion.objects.get(cost_base=made).valid_from == JUNE


def test_the_effect_of_a_day_is_shown_without_adopting(maker: User) -> None:
    half_price_customer(maker)
    made = thousand_kroner(maker)
    client = Client()
    client.force_login(b.administrator())
    seen = client.get(PAGE).context["sheet"].fingerprint
    shown = client.post(PAGE, {"valid_from": "01.06.2026", "seen": seen, "then": "preview"})
    assert shown.status_code == 200
    assert "Bygdekor Vest" in shown.content.decode()
    later = client.post(PAGE, {"valid_from": "02.06.2026", "seen": seen, "then": "preview"})
    assert "Bygdekor Vest" not in later.content.decode()
    wrong = client.post(PAGE, {"valid_from": "i fjor", "seen": seen, "then": "preview"})
    assert (wrong.status_code, 'value="i fjor"' in wrong.content.decode()) == (422, True)
    assert not RateVersion.objects.filter(cost_base=made).exists()


def test_a_day_of_another_year_is_refused_where_the_effect_is_asked_for(maker: User) -> None:
    half_price_customer(maker)
    made = thousand_kroner(maker)
    client = Client()
    client.force_login(b.administrator())
    seen = client.get(PAGE).context["sheet"].fingerprint
    shown = client.post(PAGE, {"valid_from": "31.12.2025", "seen": seen, "then": "preview"})
    assert shown.status_code == 422
    assert "valid_from" in shown.context["form"].errors
    assert not RateVersion.objects.filter(cost_base=made).exists()


def test_the_effect_asks_no_more_for_many_hours_than_for_few(maker: User) -> None:
    half_price_customer(maker)
    made = thousand_kroner(maker)
    counts = []
    for times in (1, 6):
        for _each in range(times):
            org = b.organisation()
            b.decision(org, "T1")
            b.entry(b.engagement(org, b.advisor()), 60, JUNE)
        with CaptureQueriesContext(connection) as asked:
            effect_of(made, rows_of(made), valid_from=JUNE, on=TODAY)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_a_price_per_seat_blocks_hours_with_a_clear_word(maker: User) -> None:
    b.seller()
    org = b.organisation()
    b.decision(org, "T0")
    kind = b.service_type("course", service="courses")
    b.entry(b.engagement(org, b.advisor(), service_type=kind), 60, JUNE)
    made = base.draft_cost_base(year=2026, service="courses", by=maker, now=NOW)
    lines.add_cost_line(cost_base=made, facts=LineFacts("Kurs", Decimal(1000)), by=maker, now=NOW)
    base.change_cost_base(cost_base=made, facts=BaseFacts(billable_hours=Decimal(10)), by=maker, now=NOW)
    base.submit_cost_base(cost_base=made, by=maker, now=NOW)
    client = Client()
    client.force_login(b.administrator())
    page = "/selfcost/2026/courses/adopt/"
    shown = client.get(page)
    posted = {
        "valid_from": "01.01.2026",
        "seen": shown.context["sheet"].fingerprint,
        "effect": shown.context["effect"].fingerprint,
    }
    client.post(page, posted)
    gather(up_to=TODAY, by=maker, now=NOW)
    text = client.get("/billing/proposals/").content.decode()
    assert "Kurs har pris per plass fra 01.01.2026, og ingen timepris" in text
