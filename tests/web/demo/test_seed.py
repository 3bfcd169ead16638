"""The demo: the same every time, whole by the program's own proofs, and never where it does not belong."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth import authenticate
from django.contrib.auth.password_validation import validate_password
from django.core.management import CommandError, call_command
from django.db import connection, models, transaction
from django.db.models import Sum
from django.utils import timezone
from django_q.models import OrmQ
from pytest_django import DjangoDbBlocker, Settings

from advisory.kernel import guards
from advisory.kernel.fields import sum_of
from advisory.kernel.models import AuditEvent, OutboundMessage
from advisory.kernel.periods import ClosedMonth
from advisory.kernel.users import StaffRole, User
from advisory.web.demo.build import NotEmpty, build
from advisory.web.demo.people import PASSWORD, SIGN_INS
from advisory.web.demo.wishes import Wishes, is_workday
from billing.books.check import examine
from billing.discounts.ledger import balances, holdings
from billing.discounts.models import Basis, PotEntryKind
from billing.invoicing.accounting import hours_accounted
from billing.invoicing.documents import document_of, with_document
from billing.invoicing.explain import contradictions
from billing.invoicing.ledger import verify
from billing.invoicing.quote import quotes
from billing.models import (
    AccountingYear,
    ActualLine,
    AllocationKey,
    CostBase,
    CostLine,
    FundEntry,
    HardshipRequest,
    Invoice,
    InvoiceDraft,
    InvoiceLine,
    Pot,
    PotEntry,
    PotShare,
    RateVersion,
    TierDecision,
    YearClosing,
)
from billing.selfcost.base import must_give_a_rate
from billing.selfcost.models import CostKind, KeyKind, Unit
from billing.selfcost.rows import rows_of
from billing.yearend import fund_ledger
from billing.yearend.accounts import missing
from billing.yearend.figures import after_figures
from billing.yearend.models import Destination, FundEntryKind
from clients import organisation_number
from clients.memberships import Role
from clients.models import EvidenceFile, IncomeDeclaration, Membership, Organisation
from clients.organisations import Kind, Status
from engagements.models import Engagement, HourHold, JointOrder, Outcome, Recommendation, TimeEntry, VatTreatment
from engagements.outcomes.models import Evidence, OutcomeStatus
from engagements.work.frame import frames_of
from engagements.work.models import FundingArea, Phase, SelfcostService, VatCategory

AS_OF = date(2026, 11, 20)
#: The link of an invitation, which nobody can guess: it is another each time.
TOKEN = re.compile(r"(?<=/)[\w-]{43}(?=/)")
SMALL = {"organisations": 12, "engagements": 20, "entries": 160}


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Wishes]:
    """The demo in its usual size, built once for this module and taken back after it."""
    wishes = Wishes(as_of=AS_OF)
    with django_db_blocker.unblock():
        # A test that committed may have been here before: it leaves the tables empty, and without their guards.
        guards.install(connection)
    with django_db_blocker.unblock(), transaction.atomic():
        build(wishes)
        yield wishes
        transaction.set_rollback(True)


@pytest.fixture
def showcase(demo: Wishes) -> Organisation:
    return Organisation.objects.get(number=1001)


def midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def digest() -> str:
    """What a visitor could see, without row ids: PostgreSQL does not give used ones again."""
    columns: tuple[tuple[type[models.Model], tuple[str, ...]], ...] = (
        (User, ("email", "name", "staff_role", "last_login", "created_at")),
        (Organisation, ("number", "name", "organisation_number", "city", "members", "parent__number", "created_at")),
        (Engagement, ("reference", "title", "organisation__number", "lead__email", "minutes_agreed", "phase", "done")),
        (TimeEntry, ("day", "minutes", "text", "advisor__email", "engagement__reference", "billable", "created_at")),
        (Outcome, ("goal", "engagement__reference", "status", "after")),
        (EvidenceFile, ("name", "sha256")),
        (TierDecision, ("organisation__number", "tier__code", "valid_from", "valid_to", "decided_at")),
        (PotEntry, ("pot__name", "sequence", "kind", "amount", "balance", "document", "at")),
        (Invoice, ("number", "organisation__number", "issued_at", "due_on", "total", "credits_id")),
        (InvoiceLine, ("invoice_id", "position", "text", "minutes", "net")),
        (AuditEvent, ("at", "actor__email", "action", "object_label", "reason")),
        (OutboundMessage, ("kind", "recipient", "subject", "body", "sent_at", "failed_at")),
    )
    text = hashlib.sha256()
    for model, names in columns:
        for row in model._default_manager.order_by("pk").values_list(*names):
            text.update(TOKEN.sub("", repr(row)).encode())
    return text.hexdigest()


def built(**wishes: Any) -> str:
    """The digest of a demo that is taken back at once."""
    with transaction.atomic():
        build(Wishes(**({"as_of": AS_OF} | SMALL | wishes)))
        found = digest()
        transaction.set_rollback(True)
    return found


@pytest.mark.django_db
def test_the_same_wishes_give_the_same_rows_and_another_seed_others() -> None:
    first = built()
    assert built() == first
    assert built(seed=7) != first


@pytest.mark.django_db
def test_a_tiny_demo_has_the_memos_invoice_and_says_how_to_sign_in() -> None:
    out = StringIO()
    call_command("seed", organisations=3, engagements=3, entries=20, as_of=AS_OF, stdout=out)
    assert (Organisation.objects.count(), Engagement.objects.count(), TimeEntry.objects.count()) == (3, 3, 20)
    assert [invoice.total.amount for invoice in Invoice.objects.all()] == [Decimal("12896.78")]
    assert "http://localhost:8000" in out.getvalue()
    for one in SIGN_INS:
        assert one.email in out.getvalue()
    assert out.getvalue().count(PASSWORD) == len(SIGN_INS)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "day",
    [date(2026, 3, 1), date(2026, 6, 8), date(2026, 12, 31), date(2027, 1, 1), date(2027, 2, 14), date(2028, 2, 29)],
    ids=str,
)
def test_any_day_of_the_year_will_do(day: date) -> None:
    build(Wishes(as_of=day, **SMALL))
    assert verify().broken is None
    showcase = Invoice.objects.filter(organisation__number=1001, total=Decimal("12896.78"))
    assert showcase.count() == 1
    assert not AuditEvent.objects.filter(at__gte=midnight(day)).exists()


@pytest.mark.django_db
def test_a_database_with_organisations_is_left_alone() -> None:
    build(Wishes(as_of=AS_OF, organisations=1, engagements=1, entries=20))
    before = digest()
    with pytest.raises(CommandError, match="already"):
        call_command("seed")
    with pytest.raises(NotEmpty):
        build(Wishes(as_of=AS_OF))
    out = StringIO()
    call_command("seed", if_empty=True, stdout=out)
    assert SIGN_INS[0].email in out.getvalue()
    assert digest() == before


@pytest.mark.django_db
@pytest.mark.parametrize("if_empty", [False, True])
def test_production_gets_no_demo(settings: Settings, if_empty: bool) -> None:
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="production"):
        call_command("seed", if_empty=if_empty)
    assert not User.objects.exists()


@pytest.mark.parametrize("wish", [["--entries", "3"], ["--organisations", "0"], ["--as-of", "tomorrow"]])
def test_wishes_that_make_no_demo_are_refused(wish: list[str]) -> None:
    with pytest.raises(CommandError, match=r"is less than|is not a day"):
        call_command("seed", *wish)


def test_there_is_as_much_as_was_wished(demo: Wishes) -> None:
    alone = Engagement.objects.filter(joint_share=None, beneficiary=None)
    entries = TimeEntry.objects.filter(joint_hour=None, engagement__beneficiary=None)
    assert (Organisation.objects.count(), alone.count(), entries.count()) == (40, 70, 1500)


def test_two_share_their_hours_and_one_is_helped_on_anothers_account(demo: Wishes) -> None:
    [order] = JointOrder.objects.all()
    assert [hour.minutes for hour in order.hours.all()] == [100, 150, 45]
    assert all(sum(part.minutes for part in hour.parts.all()) == hour.minutes for hour in order.hours.all())
    [paid] = Engagement.objects.exclude(beneficiary=None)
    assert paid.beneficiary is not None
    assert paid.beneficiary.parent == paid.organisation
    assert paid.time_entries.exists()


def test_the_memos_invoice_stands_with_its_three_lines(demo: Wishes, showcase: Organisation) -> None:
    # Domain rules, example 1: 12.5, 7.25 and 1.75 hours at 959.76 kr in tier 2 (50 %).
    invoice = Invoice.objects.get(organisation=showcase, issued_on=date(2026, 10, 8))
    assert [(line.minutes, line.net.amount, line.discount_percent) for line in invoice.lines.all()] == [
        (750, Decimal("5998.50"), Decimal(50)),
        (435, Decimal("3479.13"), Decimal(50)),
        (105, Decimal("839.79"), Decimal(50)),
    ]
    amounts = (invoice.gross, invoice.discount, invoice.net, invoice.vat, invoice.total)
    assert [money.amount for money in amounts] == [
        Decimal("20634.84"), Decimal("10317.42"), Decimal("10317.42"), Decimal("2579.36"), Decimal("12896.78"),
    ]  # fmt: skip


def test_the_rate_is_the_memos_and_two_people_made_it(demo: Wishes) -> None:
    rate = RateVersion.objects.get(year=2026, service=SelfcostService.ADVICE)
    assert (rate.self_cost.amount, rate.billable_hours, rate.rate.amount) == (
        Decimal("767813.27"),
        Decimal(800),
        Decimal("959.76"),
    )
    assert sum_of(rate.cost_base.lines.all(), "amount") == Decimal("2500000.00")
    assert rate.adopted_by != rate.cost_base.made_by
    assert rate.adopted_at < midnight(date(2026, 1, 1))


def test_in_autumn_next_years_cost_base_waits_for_the_second_person(demo: Wishes) -> None:
    [base] = CostBase.objects.filter(rate_version=None)
    assert base.year == 2027
    assert base.submitted_by != User.objects.get(email="administrator2@demo.example")


def test_next_years_base_has_people_an_asset_and_keys_and_gives_some_of_the_fund_back(demo: Wishes) -> None:
    base = CostBase.objects.get(rate_version=None)
    rows = rows_of(base)
    assert (len(rows.salaries), len(rows.assets), {key.kind for key in rows.keys}) == (3, 1, set(KeyKind.values))
    must_give_a_rate(base, rows)
    # The layer of 2022 falls due: what the expected shortfall leaves of it, and a third of the rest.
    assert base.fund_use.amount > 0


def test_the_year_before_is_closed_by_the_second_administrator(demo: Wishes) -> None:
    closing = YearClosing.objects.get()
    assert closing.accounting_year.year == 2025
    assert closing.closed_by not in (closing.accounting_year.made_by, closing.accounting_year.submitted_by)
    figures = after_figures(2025, SelfcostService.ADVICE)
    assert figures.actual is not None
    # It cost six percent more than it brought in, but for the øre that rounding leaves.
    assert abs(figures.actual.self_cost - figures.sold.gross * Decimal("1.06")) < Decimal("0.10")
    assert not [remark for remark in figures.remarks if remark.code in ("unpriced", "no_plan")]
    assert after_figures(2025, SelfcostService.COURSES).sold.gross > 0


def test_the_fund_holds_layers_of_three_years_and_nothing_is_overdue(demo: Wishes) -> None:
    layers = fund_ledger.layers(SelfcostService.ADVICE)
    assert [layer.origin for layer in layers] == [2022, 2023, 2024, 2025]
    assert all(layer.amount > 0 for layer in layers)
    assert [layer.origin for layer in layers if layer.due_year <= 2027] == [2022]


def test_the_running_year_has_one_account_that_nobody_has_placed(demo: Wishes) -> None:
    accounts = AccountingYear.objects.get(closing=None)
    assert (accounts.year, accounts.submitted_at) == (2026, None)
    assert accounts.lines.filter(destination="").count() == 1
    assert len([each for each in missing(accounts) if not each.holds]) == 1


def test_the_gift_is_spent_first_and_its_last_line_is_paid_by_two_pots(demo: Wishes) -> None:
    gift, year = Pot.objects.get(name="Gavepott 2026"), Pot.objects.get(name="Rabattpott 2026")
    assert gift.rank < year.rank
    shared = InvoiceLine.objects.filter(pot_shares__pot=gift).filter(pot_shares__pot=year)
    assert shared.exists()
    for line in shared:
        assert sum_of(line.pot_shares.all(), "amount") == line.discount.amount


def test_money_is_bound_for_work_and_set_aside_for_hardship(demo: Wishes) -> None:
    year = Pot.objects.get(name="Rabattpott 2026")
    assert holdings([year.pk])[year.pk].reserved > 0
    request = HardshipRequest.objects.get()
    pots = Pot.objects.filter(for_hardship=True, starts__lte=request.valid_from, ends__gte=request.valid_from)
    assert all(left > 0 for left in balances([pot.pk for pot in pots]).values())
    assert pots.exists()


def test_the_books_agree_on_everything(demo: Wishes) -> None:
    findings = examine(AS_OF)
    assert len(findings) == 8
    assert [found for found in findings if not found.agrees] == []


def test_pots_pay_what_invoices_show_as_discount(demo: Wishes) -> None:
    for pot in Pot.objects.all():
        drawn = sum_of(pot.entries.filter(kind=PotEntryKind.DRAW), "amount")
        refunded = sum_of(pot.entries.filter(kind=PotEntryKind.REFUND), "amount")
        assert drawn == -sum_of(PotShare.objects.filter(pot=pot, line__credits_line=None), "amount")
        assert refunded == -sum_of(PotShare.objects.filter(pot=pot, line__credits_line__isnull=False), "amount")


def test_the_years_pot_is_the_memos_and_lasts(demo: Wishes) -> None:
    pot = Pot.objects.get(name="Rabattpott 2026")
    assert sum_of(pot.entries.filter(kind=PotEntryKind.GRANT), "amount") == Decimal("250000.00")
    left = balances([pot.pk])[pot.pk]
    proposed = sum(quote.discount for quote in quotes(InvoiceDraft.objects.all(), on=AS_OF))
    assert 0 < left - proposed < 100_000


def test_documents_are_whole_and_follow_from_their_own_facts(demo: Wishes) -> None:
    verdict = verify()
    assert (verdict.broken, verdict.documents) == (None, Invoice.objects.count())
    assert verdict.documents > 80
    for invoice in with_document(Invoice.objects.all()):
        assert contradictions(document_of(invoice)) == ()


def test_every_hour_is_accounted_for(demo: Wishes) -> None:
    hours = hours_accounted(AS_OF)
    assert hours.agrees
    assert min(hours.billed, hours.proposed, hours.open, hours.written_off) > 0


def test_hours_are_like_the_memos_year(demo: Wishes) -> None:
    by_area = dict(TimeEntry.objects.order_by().values_list("funding_area").annotate(Sum("minutes")))
    assert 900 < by_area[FundingArea.ADVICE] / 60 < 1150
    sold = TimeEntry.objects.billable().aggregate(minutes=Sum("minutes"))["minutes"] / 60
    assert 700 < sold < 900
    assert 3000 < sum(by_area.values()) / 60 < 3500


def test_nobody_works_more_than_a_day_or_on_a_holiday(demo: Wishes) -> None:
    days = TimeEntry.objects.order_by().values("advisor", "day").annotate(minutes=Sum("minutes"))
    assert max(day["minutes"] for day in days) <= 7.5 * 60
    assert all(is_workday(day["day"]) for day in days)
    assert not is_workday(date(2026, 4, 3))  # Good Friday
    assert not is_workday(date(2027, 3, 29))  # Easter Monday


def test_nobody_is_billed_more_than_was_agreed(demo: Wishes) -> None:
    frames = frames_of(list(Engagement.objects.all()))
    assert not [frame for frame in frames.values() if frame.over]
    assert [frame for frame in frames.values() if frame.is_near and not frame.is_full]
    assert [frame for frame in frames.values() if frame.is_full and frame.free]


def test_one_invoice_was_credited_and_billed_again_and_one_written_off(demo: Wishes) -> None:
    again, given = Invoice.objects.credit_notes().order_by("number")
    assert (again.hours_released, given.hours_released) == (True, False)
    assert HourHold.objects.filter(document=given.number, written_off=True).exists()
    entries = {hour.entry_id for hour in again.credits.hours.all()}  # type: ignore[union-attr]
    holds = HourHold.objects.filter(entry__in=entries, written_off=False)
    assert {hold.document for hold in holds} & set(Invoice.objects.uncredited().values_list("number", flat=True))


def test_proposals_show_what_an_administrator_has_to_look_at(demo: Wishes) -> None:
    made = quotes(InvoiceDraft.objects.all(), on=AS_OF)
    assert {problem.code for quote in made for problem in quote.problems} == {"no_decision", "no_email", "no_text"}
    assert len([quote for quote in made if not quote.problems]) > 8
    assert {quote.draft.up_to for quote in made} == {date(2026, 10, 31)}


def test_the_worker_starts_without_work(demo: Wishes) -> None:
    assert not OrmQ.objects.exists()
    assert not OutboundMessage.objects.waiting(timezone.now()).exists()
    assert OutboundMessage.objects.exclude(failed_at=None).count() == 1


def test_months_are_closed_up_to_two_months_ago(demo: Wishes) -> None:
    assert max(ClosedMonth.objects.values_list("month", flat=True)) == date(2026, 9, 1)
    # Eleven as they were billed, and the rest of the year that is closed.
    assert ClosedMonth.objects.count() == 21


def test_every_word_that_a_page_can_show_is_shown_somewhere(demo: Wishes) -> None:
    def seen(model: type[models.Model], field: str) -> set[Any]:
        return set(model._default_manager.order_by().values_list(field, flat=True))

    for model, field, words in (
        (User, "staff_role", StaffRole), (Organisation, "kind", Kind), (Organisation, "status", Status),
        (Membership, "role", Role), (Engagement, "phase", Phase), (TimeEntry, "funding_area", FundingArea),
        (VatTreatment, "category", VatCategory), (Outcome, "status", OutcomeStatus), (Outcome, "evidence", Evidence),
        (TierDecision, "basis", Basis), (PotEntry, "kind", PotEntryKind),
        (FundEntry, "kind", FundEntryKind), (CostLine, "kind", CostKind), (AllocationKey, "kind", KeyKind),
        (CostBase, "unit", Unit), (RateVersion, "service", SelfcostService),
    ):  # fmt: skip
        assert seen(model, field) == set(words.values), (model, field)
    assert seen(ActualLine, "destination") == {"", *Destination.values}
    assert seen(Organisation, "language") == {"nb", "nn", "en"}
    assert seen(Recommendation, "advised") == {True, False}
    assert seen(TierDecision, "tier__code") == {"T0", "T1", "T2", "T3"}
    assert len(seen(Organisation, "county")) == 15
    assert Organisation.objects.exclude(parent=None).exists()
    assert Membership.objects.exclude(ended_at=None).exists()


def test_discounts_wait_run_out_and_are_not_settled_somewhere(demo: Wishes) -> None:
    voluntary = Organisation.objects.filter(kind=Kind.VOLUNTARY)
    ends = dict(TierDecision.objects.order_by("valid_to").values_list("organisation", "valid_to"))
    assert [pk for pk, end in ends.items() if end < AS_OF]
    assert [pk for pk, end in ends.items() if AS_OF <= end <= AS_OF + timedelta(days=60)]
    assert voluntary.exclude(pk__in=ends).exists()
    waiting = IncomeDeclaration.objects.filter(decisions=None, arrived_on__gt=AS_OF - timedelta(days=10))
    assert waiting.filter(evidence__isnull=False).exists()


def test_nothing_lies_after_the_day_the_demo_is_looked_at(demo: Wishes) -> None:
    ahead = {"due_on", "due", "valid_to", "ends", "expires_at"}
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if model._meta.app_label in {"django_q", "sessions", "account"} or field.name in ahead:
                continue
            if isinstance(field, models.DateTimeField):
                late: Any = midnight(AS_OF)
            elif isinstance(field, models.DateField):
                late = AS_OF
            else:
                continue
            assert not model._default_manager.filter(**{f"{field.name}__gte": late}).exists(), (model, field.name)


def test_organisations_are_nobodys(demo: Wishes) -> None:
    numbers = list(Organisation.objects.values_list("organisation_number", flat=True))
    assert len(set(numbers)) == 40
    assert all(number.startswith("3") and organisation_number.is_valid(number) for number in numbers)
    addresses = [*Organisation.objects.exclude(email="").values_list("email", flat=True)]
    addresses += User.objects.values_list("email", flat=True)
    assert all(address.endswith(".example") for address in addresses)


def test_everyone_on_the_list_can_sign_in(demo: Wishes) -> None:
    validate_password(PASSWORD)
    for one in SIGN_INS:
        assert authenticate(email=one.email, password=PASSWORD) == User.objects.get(email=one.email)
