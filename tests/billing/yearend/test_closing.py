"""Closing a year: by a second administrator, once, frozen, and nothing lost between the years."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from advisory.kernel.errors import OnlyAdministrators
from advisory.kernel.periods import PeriodKind, is_closed
from advisory.kernel.users import User
from billing.invoicing.credit import credit
from billing.invoicing.gather import gather
from billing.invoicing.issue import issue
from billing.invoicing.models import Invoice
from billing.models import AccountingYear, FundEntry, InterestRate, ServiceResult, YearClosing
from billing.pricing.sold import Sold
from billing.selfcost.fund import Layer
from billing.yearend import closing, fund_ledger
from billing.yearend.closing import close_year
from billing.yearend.figures import after_figures
from billing.yearend.income import income_of_work
from tests import builders
from tests.billing.yearend.memo_year import accounts, cost, memo_year
from tests.builders import NOW

pytestmark = pytest.mark.django_db

FEBRUARY = datetime(2027, 2, 3, 9, 0, tzinfo=UTC)
MARCH = datetime(2027, 3, 9, 9, 0, tzinfo=UTC)
YEAR_AFTER = datetime(2028, 2, 3, 9, 0, tzinfo=UTC)


@pytest.fixture
def maker() -> User:
    return builders.administrator()


@pytest.fixture
def other() -> User:
    return builders.administrator()


def small_year(year: int, maker: User, *, costs: str = "1000.00") -> AccountingYear:
    made = accounts(year, by=maker, submitted_by=maker)
    cost(made, costs, "advice")
    return made


def test_the_memos_year_is_frozen_and_booked_and_its_hours_closed(maker: User, other: User) -> None:
    made = memo_year(maker=maker)
    live = after_figures(2026, "advice", on=FEBRUARY.date())
    close_year(accounting_year=made, by=other, now=FEBRUARY)
    result = ServiceResult.objects.get(service="advice")
    assert [
        result.self_cost.amount,
        result.gross.amount,
        result.discount.amount,
        result.result.amount,
        result.interest.amount,
        result.balance.amount,
    ] == [Decimal(x) for x in ("845283.02", "815796.00", "182354.40", "-29487.02", "-589.74", "-30076.76")]
    assert [(e.kind, e.year, e.origin, e.amount.amount) for e in FundEntry.objects.order_by("sequence")] == [
        ("interest", 2026, 2026, Decimal("-589.74")),
        ("result", 2026, 2026, Decimal("-29487.02")),
    ]
    assert fund_ledger.layers("advice") == (Layer(2026, Decimal("-30076.76")),)
    assert fund_ledger.last_closed_year("advice") == fund_ledger.last_closed_year("courses") == 2026
    assert after_figures(2026, "advice") == live
    assert all(is_closed(PeriodKind.HOURS, date(2026, month, 1)) for month in range(1, 13))
    assert not is_closed(PeriodKind.HOURS, date(2027, 1, 1))


def test_a_closed_year_stays_what_it_was_whatever_comes(maker: User, other: User) -> None:
    made = memo_year(maker=maker)
    close_year(accounting_year=made, by=other, now=FEBRUARY)
    before = after_figures(2026, "advice")
    builders.entry(builders.engagement(builders.organisation(), builders.advisor()), 60, date(2026, 12, 30))
    InterestRate.objects.update(percent=Decimal("9.00"))
    assert after_figures(2026, "advice") == before
    for change in (
        lambda: ServiceResult.objects.update(result=0),
        lambda: YearClosing.objects.all().delete(),
        lambda: made.lines.update(label="another"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_another_administrator_closes_and_only_what_was_handed_over(maker: User, other: User) -> None:
    made = small_year(2026, maker)
    for person in (maker,):
        with pytest.raises(closing.AnotherMustClose):
            close_year(accounting_year=made, by=person, now=FEBRUARY)
    AccountingYear.objects.filter(pk=made.pk).update(submitted_by=other)
    with pytest.raises(closing.AnotherMustClose):
        close_year(accounting_year=made, by=other, now=FEBRUARY)
    with pytest.raises(OnlyAdministrators):
        close_year(accounting_year=made, by=builders.advisor(), now=FEBRUARY)
    AccountingYear.objects.filter(pk=made.pk).update(submitted_at=None, submitted_by=None)
    with pytest.raises(closing.AccountsNotSubmitted):
        close_year(accounting_year=made, by=other, now=FEBRUARY)
    assert not YearClosing.objects.exists()


def test_a_year_is_closed_once(maker: User, other: User) -> None:
    made = small_year(2026, maker)
    close_year(accounting_year=made, by=other, now=FEBRUARY)
    with pytest.raises(closing.AlreadyClosed):
        close_year(accounting_year=made, by=other, now=FEBRUARY)
    assert ServiceResult.objects.count() == 2


def test_what_is_missing_is_said_and_nothing_is_kept(maker: User, other: User) -> None:
    made = small_year(2026, maker)
    with pytest.raises(closing.CannotClose, match="2026"):
        close_year(accounting_year=made, by=other, now=datetime(2026, 12, 31, 22, 59, tzinfo=UTC))
    cost(made, "10.00", "")
    with pytest.raises(closing.CannotClose, match=r"10,00\skr"):
        close_year(accounting_year=made, by=other, now=FEBRUARY)
    made.lines.filter(destination="").delete()
    InterestRate.objects.all().delete()
    with pytest.raises(closing.CannotClose, match=r"0,5|0\.5"):
        close_year(accounting_year=made, by=other, now=FEBRUARY)
    assert not YearClosing.objects.exists()
    assert not FundEntry.objects.exists()


def test_the_year_is_over_at_midnight_in_oslo(maker: User, other: User) -> None:
    made = small_year(2026, maker)
    close_year(accounting_year=made, by=other, now=datetime(2026, 12, 31, 23, 0, tzinfo=UTC))
    assert YearClosing.objects.exists()


def test_years_are_closed_in_their_order(maker: User, other: User) -> None:
    first, third = small_year(2025, maker), small_year(2027, maker)
    with pytest.raises(closing.CannotClose, match="2025"):
        close_year(accounting_year=third, by=other, now=YEAR_AFTER)
    close_year(accounting_year=first, by=other, now=YEAR_AFTER)
    # 2026 has no accounts, and is still a year of the fund.
    with pytest.raises(closing.CannotClose, match="2026"):
        close_year(accounting_year=third, by=other, now=YEAR_AFTER)
    close_year(accounting_year=small_year(2026, maker), by=other, now=YEAR_AFTER)
    close_year(accounting_year=third, by=other, now=YEAR_AFTER)
    assert fund_ledger.last_closed_year("advice") == 2027


def test_figures_that_moved_since_they_were_looked_at_are_looked_at_again(maker: User, other: User) -> None:
    made = small_year(2026, maker)
    seen = closing.fingerprint(closing.figures_of_all(2026, on=FEBRUARY.date()))
    builders.rate()
    work = builders.engagement(builders.organisation(), builders.advisor())
    builders.entry(work, 60, date(2026, 12, 30))
    with pytest.raises(closing.FiguresMoved):
        close_year(accounting_year=made, by=other, now=FEBRUARY, seen=seen)
    seen = closing.fingerprint(closing.figures_of_all(2026, on=FEBRUARY.date()))
    assert close_year(accounting_year=made, by=other, now=FEBRUARY, seen=seen)


def issued(by: User, now: datetime) -> Invoice:
    drafts = gather(up_to=date(2026, 12, 31), by=by, now=now)
    [invoice] = issue({draft.pk: None for draft in drafts}, by=by, now=now).invoices
    return invoice


def test_december_accrued_then_invoiced_then_credited_is_counted_once_over_the_years(maker: User, other: User) -> None:
    builders.seller()
    builders.rate()
    work = builders.engagement(builders.organisation(), builders.advisor())
    builders.entry(work, 90, date(2026, 12, 30))
    close_year(accounting_year=small_year(2026, maker), by=other, now=FEBRUARY)
    assert after_figures(2026, "advice").sold == Sold(90, Decimal("1439.64"))
    # Invoiced at what was accrued: nothing changes.
    invoice = issued(other, FEBRUARY)
    assert after_figures(2027, "advice", on=YEAR_AFTER.date()).earlier == ()
    credit(invoice, reason="Feil kunde", release_hours=False, by=other, now=MARCH)
    open_year = after_figures(2027, "advice", on=YEAR_AFTER.date())
    [work_of_2026] = open_year.earlier
    assert (work_of_2026.origin, work_of_2026.change) == (2026, Sold(-90, Decimal("-1439.64")))
    close_year(accounting_year=small_year(2027, maker, costs="100.00"), by=other, now=YEAR_AFTER)
    closed = [after_figures(year, "advice") for year in (2026, 2027)]
    assert [each.result for each in closed] == [Decimal("439.64"), Decimal("-1539.64")]
    assert sum((each.sold for each in closed), Sold()) == income_of_work(2026, "advice").total == Sold()
    # The year after does not count it again.
    assert after_figures(2028, "advice", on=date(2029, 2, 1)).earlier == ()


def test_an_hour_that_is_invoiced_at_another_tier_changes_only_the_discount_of_the_open_year(
    maker: User, other: User
) -> None:
    builders.seller()
    builders.rate()
    builders.tier_table()
    builders.pot()
    org = builders.organisation()
    builders.entry(builders.engagement(org, builders.advisor()), 90, date(2026, 12, 30))
    close_year(accounting_year=small_year(2026, maker), by=other, now=FEBRUARY)
    builders.decision(org, "T2", valid_from=date(2026, 12, 1))
    [change] = after_figures(2027, "advice", on=YEAR_AFTER.date()).earlier
    assert change.change == Sold(0, Decimal("0.00"), Decimal("719.82"))
    issued(other, MARCH)
    [change] = after_figures(2027, "advice", on=YEAR_AFTER.date()).earlier
    assert change.change.net == Decimal("-719.82")
    close_year(accounting_year=small_year(2027, maker), by=other, now=YEAR_AFTER)
    # The customers' fund does not feel who pays: 1 000 kr of cost, no work.
    assert after_figures(2027, "advice").result == Decimal("-1000.00")


def test_the_fund_carries_on_from_the_closed_year(maker: User, other: User) -> None:
    close_year(accounting_year=small_year(2026, maker), by=other, now=FEBRUARY)
    # -1 000.00, and half a year's interest of it at 4 %.
    assert fund_ledger.balance("advice") == Decimal("-1020.00")
    fund_ledger.correct(
        service="advice", origin=2026, amount=Decimal("20.00"), reason="Feil konto", by=maker, now=MARCH
    )
    figures = after_figures(2027, "advice", on=YEAR_AFTER.date())
    assert (figures.opening, figures.corrected) == (Decimal("-1000.00"), Decimal("20.00"))
    close_year(accounting_year=small_year(2027, maker, costs="0.01"), by=other, now=YEAR_AFTER)
    assert after_figures(2027, "advice").layers_after == (
        Layer(2026, Decimal("-1040.00")),
        Layer(2027, Decimal("-0.01")),
    )
    assert [(y.year, y.balance) for y in after_figures(2027, "advice").history] == [
        (2026, Decimal("-1020.00")),
        (2027, Decimal("-1040.01")),
    ]


def test_entries_by_origin_are_the_layers_the_calculation_gives(maker: User, other: User) -> None:
    opening = [Layer(2023, Decimal("14608.71")), Layer(2024, Decimal("19000.00")), Layer(2025, Decimal("7500.00"))]
    fund_ledger.open_fund(service="advice", as_of=2025, opening=opening, reason="Overført", by=maker, now=NOW)
    close_year(accounting_year=memo_year(maker=maker), by=other, now=FEBRUARY)
    entries = FundEntry.objects.filter(year=2026).order_by("sequence")
    assert [(e.kind, e.origin, e.amount.amount) for e in entries] == [
        ("interest", 2023, Decimal("1054.61")),
        ("result", 2023, Decimal("-15663.32")),
        ("result", 2024, Decimal("-13823.70")),
    ]
    assert fund_ledger.layers("advice") == (Layer(2024, Decimal("5176.30")), Layer(2025, Decimal("7500.00")))
    assert fund_ledger.balance("advice") == Decimal("12676.30")
