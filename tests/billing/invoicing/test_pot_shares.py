"""Who pays a discount: one pot or several, in their order, with what is bound for the work first."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import translation

from advisory.kernel import guards
from advisory.kernel.fields import nok
from advisory.kernel.models import OutboundMessage
from advisory.kernel.users import User
from billing.discounts.ledger import Holding, Movement, balances, book, holdings
from billing.discounts.models import PotEntry, PotEntryKind
from billing.invoicing import chain
from billing.invoicing.credit import credit
from billing.invoicing.documents import document_of, with_document
from billing.invoicing.explain import contradictions, explain
from billing.invoicing.gather import gather
from billing.invoicing.issue import issue
from billing.invoicing.ledger import verify
from billing.invoicing.models import Invoice, PotShare
from billing.invoicing.price_statement import price_statement
from billing.invoicing.price_steps import price_steps
from billing.invoicing.quote import quote
from billing.invoicing.run import pot_effects
from billing.models import Pot
from engagements.models import Engagement
from tests import builders as b
from tests.billing.issued import issued_line

pytestmark = pytest.mark.django_db
RESERVE = PotEntryKind.RESERVE


@pytest.fixture(autouse=True)
def prices(administrator: User) -> None:
    b.seller()
    b.rate()
    b.tier_table()


def work(code: str = "T2", *days: date, minutes: int = 60, name: str = "Bygdekor Vest") -> Engagement:
    """An hour in tier 2: 959.76, of which pots pay 479.88."""
    org = b.organisation(name)
    b.decision(org, code)
    made = b.engagement(org, b.advisor())
    for day in days or (date(2026, 10, 14),):
        b.entry(made, minutes, day)
    return made


def issued(by: User) -> Invoice:
    drafts = gather(up_to=date(2026, 12, 31), by=by, now=b.NOW)
    outcome = issue({draft.pk: None for draft in drafts}, by=by, now=b.NOW)
    assert outcome.failures == ()
    return outcome.invoices[-1]


def shares(invoice: Invoice) -> list[tuple[int, str, Decimal]]:
    rows = PotShare.objects.filter(invoice=invoice).order_by("line__position", "position")
    return [(s.line.position, s.pot.name, s.amount.amount) for s in rows.select_related("line", "pot")]


def bind(pot: Pot, engagement: Engagement, amount: str) -> None:
    with transaction.atomic():
        book([Movement(pot.pk, RESERVE, Decimal(amount), engagement=engagement.pk)], now=b.NOW, by=None)


def test_the_first_pot_pays_what_it_has_and_the_next_one_the_rest(administrator: User) -> None:
    first = b.pot("100.00", name="Gave 2026", rank=1)
    second = b.pot("1000.00", rank=2)
    work()
    invoice = issued(administrator)
    assert shares(invoice) == [(1, "Gave 2026", Decimal("100.00")), (1, "Grunntilskudd 2026", Decimal("379.88"))]
    assert balances([first.pk, second.pk]) == {first.pk: Decimal("0.00"), second.pk: Decimal("620.12")}
    document = document_of(with_document(Invoice.objects.all()).get())
    assert contradictions(document) == ()
    assert [(step.pot.name, step.amount) for step in explain(document).pots] == [
        ("Gave 2026", Decimal("100.00")),
        ("Grunntilskudd 2026", Decimal("379.88")),
    ]
    assert verify().broken is None


def test_an_empty_pot_is_passed_by_and_has_no_share(administrator: User) -> None:
    empty = b.pot("1.00", name="Gave 2026", rank=1)
    with transaction.atomic():
        book([Movement(empty.pk, PotEntryKind.RETURN, Decimal("-1.00"))], now=b.NOW, by=None)
    b.pot("1000.00")
    work()
    assert shares(issued(administrator)) == [(1, "Grunntilskudd 2026", Decimal("479.88"))]


def test_a_credit_note_gives_each_pot_its_part_back_to_use_again(administrator: User) -> None:
    first, second = b.pot("100.00", name="Gave 2026", rank=1), b.pot("1000.00")
    work()
    note = credit(issued(administrator), reason="Feil", release_hours=True, by=administrator, now=b.NOW)
    assert shares(note) == [(1, "Gave 2026", Decimal("-100.00")), (1, "Grunntilskudd 2026", Decimal("-379.88"))]
    assert balances([first.pk, second.pk]) == {first.pk: Decimal("100.00"), second.pk: Decimal("1000.00")}
    assert holdings([first.pk])[first.pk].free == Decimal("100.00")
    assert verify().broken is None


def test_what_is_bound_for_the_work_is_used_before_what_is_free(administrator: User) -> None:
    pot = b.pot("1000.00")
    mine = work()
    bind(pot, mine, "300.00")
    issued(administrator)
    draw = PotEntry.objects.get(kind="draw")
    assert (draw.engagement, draw.amount.amount, draw.reserved_change.amount) == (
        mine, Decimal("-479.88"), Decimal("-300.00"),
    )  # fmt: skip
    assert holdings([pot.pk]) == {pot.pk: Holding(Decimal("520.12"), Decimal("0.00"))}


def test_what_is_free_afterwards_is_said_before_and_is_so(administrator: User) -> None:
    """Of 1 000, 300 are bound for the work and 200 for other work: 500 are free. 479.88 is drawn, 300 of it bound."""
    pot, engagement = b.pot("1000.00"), work()
    bind(pot, engagement, "300.00")
    bind(pot, b.engagement(b.organisation("Koret"), b.advisor()), "200.00")
    drafts = gather(up_to=date(2026, 12, 31), by=administrator, now=b.NOW)
    [effect] = pot_effects([quote(draft, on=b.TODAY) for draft in drafts])
    assert (effect.before, effect.drawn, effect.bound) == (Decimal("500.00"), Decimal("479.88"), Decimal("300.00"))
    assert effect.after == Decimal("320.12")
    issue({draft.pk: None for draft in drafts}, by=administrator, now=b.NOW)
    assert holdings([pot.pk])[pot.pk].free == effect.after


def test_money_bound_for_others_pays_for_nobody_else(administrator: User) -> None:
    pot = b.pot("600.00")
    other = work(name="Andre lag")
    bind(pot, other, "200.00")
    mine = work()
    drafts = {draft.organisation_id: draft for draft in gather(up_to=b.TODAY, by=administrator, now=b.NOW)}
    draft = drafts[mine.organisation_id]
    priced = quote(draft, on=b.TODAY)
    assert [problem.code for problem in priced.problems] == ["pot_empty"]
    assert "79,88" in priced.problems[0].message  # 479.88 − 400.00 free
    assert issue({draft.pk: None}, by=administrator, now=b.NOW).invoices == ()
    # The one it is bound for gets it: 200 bound and 279.88 of the free 400.
    assert issue({drafts[other.organisation_id].pk: None}, by=administrator, now=b.NOW).failures == ()
    assert balances([pot.pk]) == {pot.pk: Decimal("120.12")}


def test_the_missing_sum_names_every_pot_that_was_asked(administrator: User) -> None:
    b.pot("100.00", name="Gave 2026", rank=1)
    b.pot("200.00")
    work()
    [draft] = gather(up_to=b.TODAY, by=administrator, now=b.NOW)
    [problem] = quote(draft, on=b.TODAY).problems
    assert "«Gave 2026»" in problem.message
    assert "«Grunntilskudd 2026»" in problem.message
    assert "179,88" in problem.message


def test_a_pot_pays_for_its_areas_and_tiers_only(administrator: User) -> None:
    b.pot("1000.00", name="Kurspott", rank=1, areas=[2])
    b.pot("1000.00", name="For de minste", rank=2, tiers=["T1"])
    b.pot("1000.00")
    work()
    work("T1", name="Lite lag")
    issued(administrator)
    paid = {share.pot.name: share.amount.amount for share in PotShare.objects.select_related("pot")}
    assert paid == {"Grunntilskudd 2026": Decimal("479.88"), "For de minste": Decimal("671.83")}


def test_days_on_both_sides_of_a_pots_last_day_are_lines_of_their_own(administrator: User) -> None:
    b.pot("1000.00", name="Vårens", rank=1, ends=date(2026, 6, 30))
    b.pot("1000.00", name="Høstens", rank=1, starts=date(2026, 7, 1))
    work("T2", date(2026, 6, 30), date(2026, 7, 1))
    assert shares(issued(administrator)) == [
        (1, "Vårens", Decimal("479.88")),
        (2, "Høstens", Decimal("479.88")),
    ]


def test_a_line_does_not_straddle_a_new_year(administrator: User) -> None:
    b.pot("1000.00", ends=date(2027, 12, 31))
    work("T2", date(2026, 12, 31), date(2027, 1, 1))
    drafts = gather(up_to=date(2027, 1, 31), by=administrator, now=b.NOW)
    [invoice] = issue({drafts[0].pk: None}, by=administrator, now=b.NOW).invoices
    days = [(line.first_day, line.last_day) for line in invoice.lines.order_by("position")]
    assert days == [(date(2026, 12, 31),) * 2, (date(2027, 1, 1),) * 2]


def test_an_invoice_whose_pots_do_not_pay_the_discount_is_refused_by_the_database() -> None:
    org = b.organisation()
    given = b.decision(org)
    line = issued_line(engagement=b.engagement(org, b.advisor()), decision=given, pot=b.pot())
    whole = Invoice.objects.get()
    assert PotShare.objects.get().amount == line.discount

    @transaction.atomic
    def insert(paid: str) -> None:
        line.pk, line.invoice_id, line._state.adding = None, 202690000, True
        line.save(force_insert=True)
        if paid:
            pot = Pot.objects.get()
            PotShare.objects.create(line=line, invoice_id=202690000, position=1, pot=pot, amount=nok(paid))
        whole.number, whole.hash, whole._state.adding = 202690000, "1" * 64, True
        whole.save(force_insert=True)

    for paid in ("479.87", "479.89", ""):
        with pytest.raises(IntegrityError, match="invoice_discount_paid_by_pots"):
            insert(paid)
    insert("479.88")


@pytest.mark.usefixtures("committed")
def test_what_each_pot_pays_is_sealed_in_the_chain(administrator: User) -> None:
    b.pot("100.00", name="Gave 2026", rank=1)
    b.pot("1000.00")
    work()
    invoice = issued(administrator)
    assert invoice.chain_version == chain.VERSION == 2
    guards.lift(connection)
    first, second = PotShare.objects.order_by("position")
    with transaction.atomic():
        # An øre moved from one pot to the other leaves every sum as it was.
        PotShare.objects.filter(pk=first.pk).update(amount=nok("99.99"))
        PotShare.objects.filter(pk=second.pk).update(amount=nok("379.89"))
        broken = verify().broken
        transaction.set_rollback(True)
    assert broken is not None
    assert broken.number == invoice.number
    assert verify().broken is None


def test_page_paper_and_mail_name_each_pot_with_its_sum(administrator: User) -> None:
    b.pot("100.00", name="Gave 2026", rank=1)
    b.pot("1000.00")
    work()
    issued(administrator)
    document = document_of(with_document(Invoice.objects.all()).get())
    with translation.override("nb"):
        said = " ".join(step.why for step in price_statement(document, for_staff=False).steps)
        [step] = [step for step in price_steps(document, "nb").steps if step.code == "pot"]
    said = said.replace("\xa0", " ")
    assert "«Gave 2026» (100,00 kr) og «Grunntilskudd 2026» (379,88 kr)" in said
    assert [(part.label, part.figure) for part in step.parts] == [
        ("Fra «Gave 2026»", "100,00"),
        ("Fra «Grunntilskudd 2026»", "379,88"),
    ]
    mail = OutboundMessage.objects.get().body.replace("\xa0", " ")
    assert "100,00 kr av rabatten betales av «Gave 2026»" in mail
    assert "379,88 kr av rabatten betales av «Grunntilskudd 2026»" in mail
