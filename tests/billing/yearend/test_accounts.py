"""The accounts of a year: written by hand, handed over, sent back, and kept once the year is closed."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from advisory.kernel.audit import AuditEvent
from advisory.kernel.errors import OnlyAdministrators, ReasonMissing
from advisory.kernel.users import User
from billing.yearend.account_lines import (
    LineGone,
    LineImported,
    LineWritten,
    NoSuchDestination,
    add_line,
    change_line,
    map_lines,
    remove_line,
)
from billing.yearend.account_seats import (
    SeatWritten,
    add_seat_sale,
    change_seat_sale,
    remove_seat_sale,
    seat_sums,
)
from billing.yearend.accounts import (
    AccountsIncomplete,
    AccountsSubmitted,
    NoSuchYear,
    YearClosed,
    describe_accounts,
    missing,
    open_accounts,
    send_back_accounts,
    submit_accounts,
    write_full_time_key,
)
from billing.yearend.actual_split import Weights
from billing.yearend.mapping import UnknownDestination, remember, remembered
from billing.yearend.models import (
    AccountingYear,
    AccountMapping,
    ActualLine,
    Destination,
    SeatSale,
    YearClosing,
    YearKey,
)
from tests import builders
from tests.billing.yearend.arrange import accounts, line, memo_hours
from tests.builders import NOW

pytestmark = pytest.mark.django_db

RENT = LineWritten("Husleie", Decimal("12000.00"), Destination.SHARED_HOURS, "6300", "Leieavtale")
KEY = Weights(Decimal(1), Decimal("0.5"), Decimal("1.25"), Decimal(0), Decimal("0.25"))


@pytest.fixture
def administrator() -> User:
    return builders.administrator()


def close(year: AccountingYear) -> None:
    YearClosing.objects.create(accounting_year=year, figures={}, closed_at=NOW, closed_by=builders.administrator())


def last_event(year: AccountingYear) -> AuditEvent:
    event = AuditEvent.objects.of(year).first()
    assert event is not None
    return event


def test_a_year_is_opened_once(administrator: User) -> None:
    first = open_accounts(year=2026, by=administrator, now=NOW)
    assert open_accounts(year=2026, by=builders.administrator(), now=NOW) == first
    assert AuditEvent.objects.of(first).count() == 1


@pytest.mark.parametrize("year", [1999, 2101, -1])
def test_a_year_out_of_reach_is_said(year: int, administrator: User) -> None:
    with pytest.raises(NoSuchYear):
        open_accounts(year=year, by=administrator, now=NOW)


def test_a_line_is_written_changed_and_removed_with_what_it_was_in_the_log(administrator: User) -> None:
    year = accounts()
    made = add_line(accounting_year=year, written=RENT, by=administrator, now=NOW)
    assert (made.position, made.amount.amount, made.imported) == (1, Decimal("12000.00"), False)
    more = LineWritten("Husleie", Decimal("13000.00"), Destination.SHARED_HOURS, "6300", "Leieavtale")
    change_line(line=made, written=more, by=administrator, now=NOW)
    event = last_event(year)
    assert (event.before, event.after) == ({"label": "Husleie", "amount": "12000.00"}, {"amount": "13000.00"})
    remove_line(line=made, by=administrator, now=NOW)
    assert not year.lines.exists()
    assert last_event(year).before["amount"] == "13000.00"
    remove_line(line=made, by=administrator, now=NOW)
    assert AuditEvent.objects.of(year).count() == 3


def test_a_line_that_is_gone_is_not_written_again(administrator: User) -> None:
    made = add_line(accounting_year=accounts(), written=RENT, by=administrator, now=NOW)
    ActualLine.objects.filter(pk=made.pk).delete()
    with pytest.raises(LineGone):
        change_line(line=made, written=RENT, by=administrator, now=NOW)


def test_the_figures_of_an_imported_line_are_the_files(administrator: User) -> None:
    imported = line(accounts(), "Lønn", "5.00", imported=True, account="5000")
    with pytest.raises(LineImported):
        change_line(line=imported, written=RENT, by=administrator, now=NOW)
    with pytest.raises(LineImported):
        remove_line(line=imported, by=administrator, now=NOW)


def test_a_destination_must_be_one_of_the_list(administrator: User) -> None:
    year = accounts()
    with pytest.raises(NoSuchDestination):
        add_line(accounting_year=year, written=LineWritten("A", Decimal(1), "moon"), by=administrator, now=NOW)
    with pytest.raises(NoSuchDestination):
        map_lines(accounting_year=year, destinations={line(year, "B", "1.00").pk: "moon"}, by=administrator, now=NOW)


def test_mapping_a_line_is_remembered_by_its_account(administrator: User) -> None:
    year = accounts()
    wages, note = line(year, "Lønn", "5.00", account="5000", imported=True), line(year, "Uten konto", "1.00")
    chosen = {wages.pk: Destination.ADVICE.value, note.pk: Destination.OUTSIDE.value, 987654: "advice"}
    assert map_lines(accounting_year=year, destinations=chosen, by=administrator, now=NOW) == 2
    assert remembered(["5000", "6000"]) == {"5000": "advice"}
    assert map_lines(accounting_year=year, destinations=chosen, by=administrator, now=NOW) == 0


def test_what_is_remembered_can_be_changed_and_forgotten(administrator: User) -> None:
    remember({"5000": ("Lønn", "advice")}, by=administrator, now=NOW)
    assert remember({"5000": ("Lønn", "shared_hours")}, by=administrator, now=NOW) == 1
    assert remember({"5000": ("Lønn", "shared_hours")}, by=administrator, now=NOW) == 0
    assert AccountMapping.objects.get().destination == "shared_hours"
    remember({"5000": ("", "")}, by=administrator, now=NOW)
    assert not AccountMapping.objects.exists()
    with pytest.raises(UnknownDestination):
        remember({"5000": ("", "moon")}, by=administrator, now=NOW)


def test_full_time_equivalents_are_written_over(administrator: User) -> None:
    year = accounts()
    write_full_time_key(accounting_year=year, full_time=KEY, by=administrator, now=NOW)
    write_full_time_key(accounting_year=year, full_time=KEY, by=administrator, now=NOW)
    assert YearKey.objects.get().meeting_place == Decimal("0.50")
    assert AuditEvent.objects.of(year).count() == 1


def test_seats_are_priced_as_a_line_of_an_invoice(administrator: User) -> None:
    # domain rules, example 3: 3 seats at 1 190.97 with 70 percent discount.
    year = accounts()
    written = SeatWritten("Kurs", 3, Decimal("1190.97"), Decimal(70), "Faktura")
    sale = add_seat_sale(accounting_year=year, written=written, by=administrator, now=NOW)
    sums = seat_sums(year.seat_sales.all())
    assert (sums.gross, sums.discount, sums.net) == (Decimal("3572.91"), Decimal("2501.04"), Decimal("1071.87"))
    change_seat_sale(sale=sale, written=SeatWritten("Kurs", 2, Decimal("1190.97")), by=administrator, now=NOW)
    assert seat_sums(year.seat_sales.all()).net == Decimal("2381.94")
    remove_seat_sale(sale=sale, by=administrator, now=NOW)
    remove_seat_sale(sale=sale, by=administrator, now=NOW)
    assert not SeatSale.objects.exists()
    assert AuditEvent.objects.of(year).count() == 3


def test_accounts_are_handed_over_only_when_every_account_has_a_destination(administrator: User) -> None:
    year = accounts()
    with pytest.raises(AccountsIncomplete):
        submit_accounts(accounting_year=year, by=administrator, now=NOW)
    unknown = line(year, "Ukjent", "5.00", account="7000")
    with pytest.raises(AccountsIncomplete, match="1 konto er ikke plassert"):
        submit_accounts(accounting_year=year, by=administrator, now=NOW)
    map_lines(accounting_year=year, destinations={unknown.pk: "outside"}, by=administrator, now=NOW)
    submit_accounts(accounting_year=year, by=administrator, now=NOW)
    year.refresh_from_db()
    assert (year.submitted_at, year.submitted_by) == (NOW, administrator)


def test_what_is_shared_needs_its_key_before_the_accounts_are_handed_over(administrator: User) -> None:
    year = accounts()
    line(year, "Drift", "5.00", Destination.SHARED_HOURS)
    line(year, "Støtte", "5.00", Destination.SHARED_FULL_TIME)
    assert [each.holds for each in missing(year)] == [True, True, False, False]
    memo_hours()
    assert [each.holds for each in missing(year)] == [True, True, True, False]
    write_full_time_key(accounting_year=year, full_time=KEY, by=administrator, now=NOW)
    assert all(each.holds for each in missing(year))


def test_accounts_in_review_are_sent_back_with_a_reason_before_they_are_changed(administrator: User) -> None:
    year = accounts()
    made = line(year, "Styret", "5.00", Destination.OUTSIDE)
    submit_accounts(accounting_year=year, by=administrator, now=NOW)
    for attempt in attempts(year, made, administrator):
        with pytest.raises(AccountsSubmitted):
            attempt()
    with pytest.raises(ReasonMissing):
        send_back_accounts(accounting_year=year, reason=" ", by=administrator, now=NOW)
    send_back_accounts(accounting_year=year, reason="Mangler husleie.", by=administrator, now=NOW)
    assert last_event(year).reason == "Mangler husleie."
    add_line(accounting_year=year, written=RENT, by=administrator, now=NOW)


def test_a_closed_year_refuses_every_verb(administrator: User) -> None:
    year = accounts()
    made = line(year, "Styret", "5.00", Destination.OUTSIDE)
    sale = SeatSale.objects.create(accounting_year=year, label="Kurs", seats=1, unit_price=RENT.amount)
    close(year)
    every: tuple[Callable[[], object], ...] = (
        *attempts(year, made, administrator),
        lambda: change_seat_sale(sale=sale, written=SeatWritten("K", 1, Decimal(1)), by=administrator, now=NOW),
        lambda: remove_seat_sale(sale=sale, by=administrator, now=NOW),
        lambda: send_back_accounts(accounting_year=year, reason="Nei", by=administrator, now=NOW),
    )
    for attempt in every:
        with pytest.raises(YearClosed):
            attempt()


def test_the_database_refuses_changes_of_a_closed_year() -> None:
    year = accounts()
    made = line(year, "Styret", "5.00", Destination.OUTSIDE)
    YearKey.objects.create(accounting_year=year, advice=1)
    SeatSale.objects.create(accounting_year=year, label="Kurs", seats=1, unit_price=RENT.amount)
    close(year)
    for attempt in (
        lambda: ActualLine.objects.filter(pk=made.pk).update(label="Annet"),
        lambda: ActualLine.objects.filter(pk=made.pk).delete(),
        lambda: line(year, "Ny", "1.00"),
        lambda: YearKey.objects.update(advice=2),
        lambda: SeatSale.objects.update(seats=2),
        lambda: AccountingYear.objects.filter(pk=year.pk).update(comment="Nei"),
    ):
        with pytest.raises(IntegrityError, match="kept as it is"), transaction.atomic():
            attempt()


def test_nobody_but_administrators_writes_accounts() -> None:
    year = accounts()
    made = line(year, "Styret", "5.00", Destination.OUTSIDE)
    advisor = builders.advisor()
    every: tuple[Callable[[], object], ...] = (
        *attempts(year, made, advisor),
        lambda: open_accounts(year=2027, by=advisor, now=NOW),
        lambda: remember({"5000": ("Lønn", "advice")}, by=advisor, now=NOW),
        lambda: send_back_accounts(accounting_year=year, reason="Nei", by=advisor, now=NOW),
    )
    for attempt in every:
        with pytest.raises(OnlyAdministrators):
            attempt()
    assert not AuditEvent.objects.exists()


def attempts(year: AccountingYear, made: ActualLine, by: User) -> tuple[Callable[[], object], ...]:
    """Every verb that changes the accounts of a year."""
    return (
        lambda: add_line(accounting_year=year, written=RENT, by=by, now=NOW),
        lambda: change_line(line=made, written=RENT, by=by, now=NOW),
        lambda: remove_line(line=made, by=by, now=NOW),
        lambda: map_lines(accounting_year=year, destinations={made.pk: "advice"}, by=by, now=NOW),
        lambda: write_full_time_key(accounting_year=year, full_time=KEY, by=by, now=NOW),
        lambda: add_seat_sale(accounting_year=year, written=SeatWritten("K", 1, Decimal(1)), by=by, now=NOW),
        lambda: describe_accounts(
            accounting_year=year, board_case="7/27", comment="", assets_by_hand=True, by=by, now=NOW
        ),
        lambda: submit_accounts(accounting_year=year, by=by, now=NOW),
    )
