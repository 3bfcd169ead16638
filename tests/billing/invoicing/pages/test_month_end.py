"""From proposals to issued invoices and a credit note, through the pages."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from advisory.kernel.users import User
from billing.discounts.ledger import balances
from billing.invoicing.gather import gather
from billing.invoicing.issue import issue
from billing.invoicing.models import Invoice, InvoiceDraft
from billing.models import Pot
from clients.models import Organisation
from clients.register.client import RecordedRegister
from clients.register.look_up import look_up
from engagements.models import HourHold, TimeEntry
from tests import builders as b
from tests.billing.invoicing.pages.conftest import OCTOBER_END, customer
from tests.billing.invoicing.pages.reading import hidden, ticked, words

MEMO = ["21,5", "20 634,84", "−10 317,42", "2 579,36", "12 896,78 kr"]


def test_the_whole_way_from_hours_to_a_credit_note(
    office: Client, choir: Organisation, pot: Pot, administrator: User
) -> None:
    gathered = office.post(reverse("proposals"), {"up_to": "31.10.2026"}, follow=True)
    assert ticked(gathered, "draft") == [str(InvoiceDraft.objects.get().pk)]

    chosen = office.post(reverse("proposals_chosen"), {"draft": ticked(gathered, "draft")})
    review = office.get(chosen["Location"])
    assert "1 faktura" in words(review) or "1 invoice" in words(review)

    receipt = office.post(reverse("review"), {"draft": hidden(review, "draft")}, follow=True)
    assert "202600001" in words(receipt)
    assert "12 896,78 kr" in words(receipt)

    note = office.post(
        reverse("credit_note", args=[202600001]), {"reason": "Feil oppdrag.", "release_hours": "yes"}, follow=True
    )
    assert "202600002" in words(note)
    assert "Feil oppdrag." in words(note)
    assert Invoice.objects.get(number=202600002).total.amount == Decimal("-12896.78")
    assert balances([pot.pk]) == {pot.pk: Decimal("250000.00")}
    assert not HourHold.objects.exists()


def test_the_proposals_page_shows_the_memos_figures(office: Client, drafts: list[InvoiceDraft]) -> None:
    text = words(office.get(reverse("proposals")))
    for figure in MEMO:
        assert figure in text


@pytest.mark.parametrize("written", ["31.10.2026", "31.10.26", "2026-10-31", "31/10"])
def test_the_cut_off_is_a_day_as_people_write_it(office: Client, choir: Organisation, written: str) -> None:
    office.post(reverse("proposals"), {"up_to": written})
    assert InvoiceDraft.objects.get().up_to == OCTOBER_END


def test_a_cut_off_that_is_no_day_or_not_yet_is_asked_for_again(office: Client, choir: Organisation) -> None:
    for written in ("tull", "21.11.2026", ""):
        answer = office.post(reverse("proposals"), {"up_to": written})
        assert answer.status_code == 422
        assert f'value="{written}"' in answer.content.decode() or not written
        assert "error-summary" in answer.content.decode()
    assert not InvoiceDraft.objects.exists()


def test_hours_after_the_cut_off_wait(office: Client, choir: Organisation) -> None:
    later = b.entry(TimeEntry.objects.first().engagement, 60, day=b.TODAY)  # type: ignore[union-attr,arg-type]
    office.post(reverse("proposals"), {"up_to": "31.10.2026"})
    assert not HourHold.objects.filter(entry=later).exists()


def test_without_hours_the_page_says_so_and_where_to_go(office: Client, pot: Pot) -> None:
    page = office.get(reverse("proposals"))
    assert page.status_code == 200
    assert "31.10.2026" in words(page)
    assert reverse("invoices") in page.content.decode()


# --- What must be checked


def test_a_customer_without_email_must_be_checked_and_is_not_ticked(office: Client, drafts: list[InvoiceDraft]) -> None:
    silent = customer("Stille lag", email="")
    gather(up_to=OCTOBER_END, by=b.administrator(), now=b.NOW)
    page = office.get(reverse("proposals"))
    draft = InvoiceDraft.objects.get(organisation=silent)
    assert str(draft.pk) not in ticked(page, "draft")
    mend = reverse("organisation_edit", args=[silent.number])
    assert f"{mend}?next=%2Fbilling%2Fproposals%2F#id_invoice_email" in page.content.decode()


def test_no_tier_decision_is_a_flag_and_billed_at_the_full_price(office: Client, pot: Pot) -> None:
    org = customer("Nytt lag", tier="")
    gather(up_to=OCTOBER_END, by=b.administrator(), now=b.NOW)
    page = office.get(reverse("proposals"))
    assert ticked(page, "draft") == [str(InvoiceDraft.objects.get().pk)]
    assert reverse("organisation_income", args=[org.number]) in page.content.decode()
    assert "959,76" in words(page)


def test_a_pot_that_is_too_small_blocks_with_a_link_to_it(office: Client, administrator: User) -> None:
    b.seller()
    b.rate()
    b.tier_table()
    pot = b.pot("100.00")
    customer("Lag uten dekning", 600)
    gather(up_to=OCTOBER_END, by=administrator, now=b.NOW)
    page = office.get(reverse("proposals"))
    assert ticked(page, "draft") == []
    assert "4 798,80 kr" in words(page)
    assert reverse("pot", args=[pot.pk]) in page.content.decode()


def test_hours_without_a_rate_block_and_lead_to_self_cost(office: Client, administrator: User) -> None:
    b.seller()
    b.tier_table()
    b.pot()
    customer("For tidlig ute")
    gather(up_to=OCTOBER_END, by=administrator, now=b.NOW)
    page = office.get(reverse("proposals"))
    assert ticked(page, "draft") == []
    assert reverse("selfcost") in page.content.decode()
    draft = office.get(reverse("draft", args=[InvoiceDraft.objects.get().pk]))
    assert draft.status_code == 200
    assert reverse("selfcost") in draft.content.decode()


# --- The hours are accounted for


def test_every_hour_up_to_the_day_stands_in_one_place(office: Client, drafts: list[InvoiceDraft]) -> None:
    customer("Stille lag", 90, email="")
    gather(up_to=OCTOBER_END, by=b.administrator(), now=b.NOW)
    customer("Kom etterpå", 30)
    page = office.get(reverse("proposals"))
    proof = page.context["proof"]
    assert (proof.accounted.total, proof.chosen, proof.blocked, proof.accounted.open) == (1410, 1290, 90, 30)
    assert proof.agrees
    assert "23,5" in words(page)


def test_the_foot_follows_the_ticks(office: Client, drafts: list[InvoiceDraft]) -> None:
    customer("Et lag til", 60)
    gather(up_to=OCTOBER_END, by=b.administrator(), now=b.NOW)
    foot = office.post(reverse("proposals_chosen"), {"draft": [drafts[0].pk]}, headers={"HX-Request": "true"})
    text = words(foot)
    for figure in MEMO:
        assert figure in text


def test_nothing_ticked_goes_back_to_the_proposals(office: Client, drafts: list[InvoiceDraft]) -> None:
    answer = office.post(reverse("proposals_chosen"), {})
    assert answer["Location"] == reverse("proposals")


# --- One proposal


def test_a_proposal_shows_lines_hours_by_id_and_the_price(office: Client, drafts: list[InvoiceDraft]) -> None:
    page = office.get(reverse("draft", args=[drafts[0].pk]))
    text = words(page)
    for figure in [*MEMO, "767 813,27", "959,76 kr", "11 997,00", "6 958,26", "1 679,58"]:
        assert figure in text
    for entry in TimeEntry.objects.all():
        assert f'name="entry" value="{entry.pk}"' in page.content.decode()


def test_hours_are_put_off_and_stay_unbilled(office: Client, drafts: list[InvoiceDraft]) -> None:
    small = TimeEntry.objects.get(minutes=105)
    office.post(reverse("draft_defer", args=[drafts[0].pk]), {"entry": [small.pk]})
    assert list(TimeEntry.objects.unbilled()) == [small]
    assert "1 679,58" not in words(office.get(reverse("draft", args=[drafts[0].pk])))


def test_hours_of_another_proposal_are_not_put_off(office: Client, drafts: list[InvoiceDraft]) -> None:
    customer("Et lag til")
    gather(up_to=OCTOBER_END, by=b.administrator(), now=b.NOW)
    foreign = HourHold.objects.exclude(draft=drafts[0].pk).get().entry_id
    office.post(reverse("draft_defer", args=[drafts[0].pk]), {"entry": [foreign]})
    assert HourHold.objects.filter(entry=foreign).exists()


def test_a_proposal_emptied_of_its_hours_is_gone(office: Client, drafts: list[InvoiceDraft]) -> None:
    everything = list(TimeEntry.objects.values_list("pk", flat=True))
    answer = office.post(reverse("draft_defer", args=[drafts[0].pk]), {"entry": everything})
    assert answer["Location"] == reverse("proposals")
    assert not InvoiceDraft.objects.exists()


def test_a_discarded_proposal_frees_its_hours(office: Client, drafts: list[InvoiceDraft]) -> None:
    office.post(reverse("draft_discard", args=[drafts[0].pk]))
    assert not InvoiceDraft.objects.exists()
    assert TimeEntry.objects.unbilled().count() == 3
    assert office.get(reverse("draft", args=[drafts[0].pk])).status_code == 404


def test_the_preview_is_a_pdf_that_takes_no_number(office: Client, drafts: list[InvoiceDraft]) -> None:
    answer = office.get(reverse("draft_preview", args=[drafts[0].pk]))
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    assert not Invoice.objects.exists()


# --- Review and issuing


def test_the_review_says_count_sum_tiers_pot_and_hours(office: Client, drafts: list[InvoiceDraft], pot: Pot) -> None:
    customer("Et lag til", 60, tier="T1")
    gather(up_to=OCTOBER_END, by=b.administrator(), now=b.NOW)
    page = office.get(reverse("review"), {"draft": [draft.pk for draft in InvoiceDraft.objects.all()]})
    text = words(page)
    # 959.76 at 70 % off: 671.83 from the pot, 287.93 net, 71.98 VAT, 359.91 to pay.
    for figure in ["13 256,69 kr", "12 896,78", "359,91", "671,83", "10 989,25", "250 000,00 kr", "239 010,75 kr"]:
        assert figure in text, figure
    assert page.context["proof"].agrees


def test_a_proposal_that_is_not_ready_is_left_out_of_the_review(office: Client, drafts: list[InvoiceDraft]) -> None:
    silent = customer("Stille lag", email="")
    gather(up_to=OCTOBER_END, by=b.administrator(), now=b.NOW)
    page = office.get(reverse("review"), {"draft": [draft.pk for draft in InvoiceDraft.objects.all()]})
    assert "Stille lag" in words(page)
    assert len(hidden(page, "draft")) == 1
    assert str(InvoiceDraft.objects.get(organisation=silent).pk) + ":" not in "".join(hidden(page, "draft"))


def test_a_double_press_issues_once(office: Client, drafts: list[InvoiceDraft]) -> None:
    seen = hidden(office.get(reverse("review"), {"draft": drafts[0].pk}), "draft")
    first = office.post(reverse("review"), {"draft": seen}, follow=True)
    second = office.post(reverse("review"), {"draft": seen}, follow=True)
    assert Invoice.objects.count() == 1
    assert "202600001" in words(first)
    assert "202600001" in words(second)


def test_a_draft_that_changed_after_the_review_drops_out_with_the_reason(
    office: Client, drafts: list[InvoiceDraft]
) -> None:
    customer("Et lag til", 60)
    gather(up_to=OCTOBER_END, by=b.administrator(), now=b.NOW)
    review = office.get(reverse("review"), {"draft": [draft.pk for draft in InvoiceDraft.objects.all()]})
    seen = hidden(review, "draft")
    office.post(
        reverse("draft_defer", args=[drafts[0].pk]),
        {"entry": [HourHold.objects.filter(draft=drafts[0].pk)[0].entry_id]},
    )
    receipt = office.post(reverse("review"), {"draft": seen}, follow=True)
    assert Invoice.objects.get().organisation.name == "Et lag til"
    assert InvoiceDraft.objects.get() == drafts[0]
    failures = receipt.context["failures"]
    assert [row.quote.draft.organisation.name for row, _reason in failures] == ["Bygdekor Vest"]
    assert failures[0][1] in words(receipt)
    assert "202600002" not in words(receipt)


def test_a_draft_that_somebody_discarded_meanwhile_is_told_of(office: Client, drafts: list[InvoiceDraft]) -> None:
    seen = hidden(office.get(reverse("review"), {"draft": drafts[0].pk}), "draft")
    office.post(reverse("draft_discard", args=[drafts[0].pk]))
    receipt = office.post(reverse("review"), {"draft": seen}, follow=True)
    assert receipt.status_code == 200
    assert receipt.context["failed"] == 1
    assert not Invoice.objects.exists()


def test_an_address_that_makes_no_sense_leads_back_to_the_proposals(office: Client, drafts: list[InvoiceDraft]) -> None:
    for chosen in ("tull", "5-1", "1-999999999", "", "99999"):
        assert office.get(reverse("review"), {"drafts": chosen})["Location"] == reverse("proposals")
    assert office.post(reverse("review"), {"draft": "tull:abc"})["Location"] == reverse("proposals")


# --- As many queries for thirty as for three


@pytest.mark.parametrize(
    "ask",
    [
        pytest.param(lambda office, ids: office.get(reverse("proposals")), id="proposals"),
        pytest.param(lambda office, ids: office.get(reverse("review"), {"draft": ids}), id="review"),
        pytest.param(
            lambda office, ids: office.post(
                reverse("proposals_chosen"), {"draft": ids}, headers={"HX-Request": "true"}
            ),
            id="foot",
        ),
    ],
)
def test_the_pages_ask_as_often_for_thirty_proposals_as_for_three(
    office: Client, pot: Pot, administrator: User, ask: Callable[[Client, list[int]], object]
) -> None:
    counts = []
    for wanted in (3, 30):
        for serial in range(wanted - InvoiceDraft.objects.count()):
            customer(f"Lag {wanted} {serial}", tier="T1" if serial % 2 else "T2")
        gather(up_to=OCTOBER_END, by=administrator, now=b.NOW)
        ids = list(InvoiceDraft.objects.values_list("pk", flat=True))
        assert len(ids) == wanted
        with CaptureQueriesContext(
            connection,
        ) as queries:
            ask(office, ids)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_warning_of_a_register_is_a_flag_that_stands_in_the_proposals_and_before_issuing(
    office: Client, choir: Organisation, administrator: User
) -> None:
    # 399000122 is bankrupt since 6 October 2025 in the recorded answers.
    choir.organisation_number = "399000122"
    choir.save(update_fields=["organisation_number"])
    look_up("399000122", client=RecordedRegister(), by=None, now=b.NOW)
    (draft,) = gather(up_to=OCTOBER_END, by=administrator, now=b.NOW)
    sentence = "Konkurs siden 06.10.2025, ifølge Enhetsregisteret (svar 20.11.2026)."
    assert sentence in office.get(reverse("proposals")).content.decode()
    assert sentence in office.get(reverse("draft", args=[draft.pk])).content.decode()
    assert sentence in office.get(f"{reverse('review')}?drafts={draft.pk}").content.decode()
    # People judge whether a claim is sent to an estate: nothing is blocked.
    assert len(issue({draft.pk: None}, by=administrator, now=b.NOW).invoices) == 1
