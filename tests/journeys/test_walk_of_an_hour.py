"""The walk of one hour (docs/architecture.md), stop by stop, by the verbs and pages people use.

Figures are the memo's, worked by hand in the domain rules (example 1): 767 813.27 kr of self-cost over 800 hours
is 959.76 kr; 12.5 + 7.25 + 1.75 hours at half price are 10 317.42 kr and, with VAT, 12 896.78 kr to pay.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from advisory.kernel.models import OutboundMessage
from advisory.kernel.outbox import sweep
from advisory.kernel.users import User
from billing.discounts.decide import decide_tier
from billing.discounts.ledger import balances
from billing.discounts.models import Tier
from billing.discounts.pots import open_pot
from billing.invoicing.credit import credit
from billing.invoicing.documents import document_of, with_document
from billing.invoicing.files import pdf_of
from billing.invoicing.gather import gather
from billing.invoicing.issue import issue
from billing.invoicing.ledger import verify
from billing.invoicing.quote import quotes
from billing.models import Invoice, RateVersion
from billing.selfcost.adopt import adopt_rate
from billing.selfcost.base import (
    BaseFacts,
    LineFacts,
    add_cost_line,
    change_cost_base,
    draft_cost_base,
    submit_cost_base,
)
from clients.income.declare import declare
from clients.income.evidence import Upload
from clients.models import Organisation
from engagements.models import Engagement
from engagements.work.log_time import log_time
from engagements.work.models import Phase
from engagements.work.phases import move
from engagements.work.start import start_engagement
from tests import builders as b
from tests.billing.invoicing.test_files import text_of
from tests.clients.test_evidence import PDF

pytestmark = pytest.mark.django_db

AUTUMN = datetime(2025, 10, 20, 9, tzinfo=UTC)
OCTOBER = datetime(2026, 10, 14, 14, tzinfo=UTC)
MONTH_END = datetime(2026, 11, 20, 9, tzinfo=UTC)


def test_an_hour_walks_from_the_week_to_the_reader(client: Client) -> None:
    maker, adopter, advisor = b.administrator(), b.administrator(), b.advisor()
    b.seller(created_by=maker)
    choir = b.organisation("Bygdekor Vest")
    treasurer = b.member(choir, "finance")

    # 3. In the autumn the cost base becomes a rate, adopted by a second person.
    assert rate_of_2026(maker, adopter).rate.amount == Decimal("959.76")
    pot = open_pot(
        name="Rabattpott 2026", funder="Kulturdepartementet", purpose="Rabatt", amount=Decimal("250000.00"),
        starts=date(2026, 1, 1), ends=date(2026, 12, 31), by=maker, now=AUTUMN,
    )  # fmt: skip

    # 4. The declaration becomes a tier decision.
    decided_tier_2(choir, treasurer, adopter)

    # 1. The advisor logs hours on three kinds of help.
    work = [
        (worked(choir, advisor, "strategy", "Digital strategi", 750)),
        (worked(choir, advisor, "procurement", "Anskaffelsesbistand", 435)),
        (worked(choir, advisor, "questions", "Spørsmål og svar", 105)),
    ]

    # 2. The organisation sees them; a stranger sees nothing.
    page = reverse("portal_engagement", args=[choir.number, work[0].reference])
    client.force_login(treasurer)
    assert "12,5" in client.get(page).content.decode()
    client.force_login(b.member(b.organisation("En annen")))
    assert client.get(page).status_code == 404

    # 5. Month end: proposals gather the hours by id.
    drafts = gather(up_to=date(2026, 10, 31), by=maker, now=MONTH_END)
    [quote] = quotes(drafts, on=date(2026, 11, 20))
    assert (quote.minutes, quote.gross, quote.total) == (1290, Decimal("20634.84"), Decimal("12896.78"))

    # 6. Reviewed and issued: all or nothing.
    [invoice] = issue({quote.draft.pk: quote.fingerprint}, by=maker, now=MONTH_END).invoices
    assert (invoice.number, invoice.total.amount) == (202600001, Decimal("12896.78"))
    assert balances([pot.pk])[pot.pk] == Decimal("239682.58")

    # 7. The worker draws the PDF once and mails it.
    assert sweep() == 2  # the letter about the tier, and the invoice
    mail = OutboundMessage.objects.get(kind="document")
    assert (mail.reference, mail.sent_at is not None) == ("202600001", True)
    printed = text_of(bytes(pdf_of(invoice).content))
    for figure in ("959,76", "20 634,84", "10 317,42", "2 579,36", "12 896,78", "767 813,27"):
        assert figure in printed

    # 8. The treasurer reads the same figures in the portal, and the stored bytes.
    client.force_login(treasurer)
    shown = client.get(reverse("portal_invoice", args=[choir.number, invoice.number])).content.decode()
    for figure in ("959,76", "20\xa0634,84", "10\xa0317,42", "2\xa0579,36", "12\xa0896,78", "767\xa0813,27"):
        assert figure in shown
    fetched = client.get(reverse("portal_invoice_pdf", args=[choir.number, invoice.number]))
    assert fetched.content == bytes(pdf_of(invoice).content)

    # 10. A mistake: the whole invoice is credited, the hours are freed, the pot is refilled.
    note = credit(invoice, reason="Feil mottaker", release_hours=True, by=maker, now=MONTH_END)
    assert balances([pot.pk])[pot.pk] == Decimal("250000.00")
    [again] = gather(up_to=date(2026, 10, 31), by=maker, now=MONTH_END)
    [billed] = issue({again.pk: None}, by=maker, now=MONTH_END).invoices
    assert [note.number, billed.number] == [202600002, 202600003]
    assert billed.total == invoice.total
    assert verify().broken is None
    assert document_of(with_document(Invoice.objects.filter(pk=note.pk)).get()).total == Decimal("12896.78")


def rate_of_2026(maker: User, adopter: User) -> RateVersion:
    """The memo's base: 2.5 million kroner, 1 000 of 3 256 hours are advice, 800 of them billable."""
    base = draft_cost_base(year=2026, service="advice", by=maker, now=AUTUMN)
    facts = LineFacts(
        label="Drift", amount=Decimal("2500000.00"), key_part=Decimal(1000), key_whole=Decimal(3256),
        key_label="timer", source="Budsjett 2026",
    )  # fmt: skip
    add_cost_line(cost_base=base, facts=facts, by=maker, now=AUTUMN)
    change_cost_base(cost_base=base, facts=BaseFacts(billable_hours=Decimal(800)), by=maker, now=AUTUMN)
    submit_cost_base(cost_base=base, by=maker, now=AUTUMN)
    return adopt_rate(cost_base=base, valid_from=date(2026, 1, 1), by=adopter, now=AUTUMN)


def decided_tier_2(organisation: Organisation, treasurer: User, administrator: User) -> None:
    """612 000 kr in 2025 lies between 500 000 and 1 000 000: tier 2, from the day the declaration came."""
    table = b.tier_table()
    declaration = declare(
        organisation=organisation, year=2025, total_income=Decimal("612000.00"), by=treasurer,
        files=[Upload("regnskap.pdf", PDF)],
        arrived_on=date(2026, 3, 2), now=datetime(2026, 3, 2, 12, tzinfo=UTC),
    )  # fmt: skip
    decision = decide_tier(
        organisation=organisation, declaration=declaration, tier=Tier.objects.get(table=table, code="T2"),
        basis="accounts", valid_from=date(2026, 3, 2), reason="Årsregnskapet for 2025 viser 612 000 kroner.",
        by=administrator, now=datetime(2026, 3, 5, 9, tzinfo=UTC),
    )  # fmt: skip
    assert decision.valid_to == date(2027, 6, 30)


def worked(organisation: Organisation, advisor: User, code: str, title: str, minutes: int) -> Engagement:
    """An active engagement with its hours of 14 October 2026."""
    engagement = start_engagement(
        organisation=organisation, title=title, service_type=b.service_type(code, name_nb=title), lead=advisor,
        by=advisor, on=date(2026, 9, 1), now=OCTOBER, minutes_agreed=1200,
    )  # fmt: skip
    for phase in (Phase.AGREED, Phase.ACTIVE):
        move(engagement=engagement, to=phase, by=advisor, on=date(2026, 9, 1), now=OCTOBER)
    log_time(work=engagement, day=date(2026, 10, 14), minutes=minutes, text="Arbeid", by=advisor, now=OCTOBER)
    return engagement
