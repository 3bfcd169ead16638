"""A trial balance is read to the øre as programs and people write it, or refused with the row and what to do."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from advisory.kernel.errors import DomainError
from advisory.kernel.spreadsheet import Column, EmptyTable, NotATable, Sheet, Show, workbook
from billing.yearend.trial_balance import (
    LARGEST_FILE,
    AccountTwice,
    AmbiguousInRow,
    Columns,
    DoesNotSumToZero,
    FileEmpty,
    FileTooLarge,
    NoAccounts,
    NotAnAccount,
    NotAnAmountInRow,
    RowsWrong,
    TooLargeInRow,
    TooManyAccounts,
    TooManyDecimalsInRow,
    TrialBalanceRead,
    letter,
    read_file,
    recognised,
    trial_balance,
)

HEADING = "Kontonr;Kontonavn;Saldo"


def read(*lines: str, heading: str = HEADING) -> TrialBalanceRead:
    rows = read_file("saldobalanse.csv", "\n".join((heading, *lines)).encode())
    columns = recognised(rows, 2026)
    assert columns is not None
    return trial_balance(rows, columns)


def amounts(found: TrialBalanceRead) -> dict[str, Decimal]:
    return {account.number: account.amount for account in found.accounts}


def test_costs_and_incomes_are_taken_and_the_balance_sheet_only_counted() -> None:
    found = read(
        "1920;Bank;1000,00",
        "2050;Egenkapital;-700,00",
        "3000;Rådgivning;-1 500,50",
        "5000;Lønn;1 200,50",
        "6999;Ubrukt;0,00",
    )
    assert amounts(found) == {"3000": Decimal("-1500.50"), "5000": Decimal("1200.50")}
    assert [account.number for account in found.balance_sheet] == ["1920", "2050"]
    assert [account.number for account in found.zero] == ["6999"]
    assert found.result == Decimal("-300.00")


@pytest.mark.parametrize(
    "written",
    [
        "-1234,50",
        "−1 234,50",
        "–1234,50",
        "(1 234,50)",
        "1 234,50-",
        "1.234,50−",
        "-1\u00a0234,50",
        "-1,234.50",
        "-1234.50",
        "kr -1 234,50",
    ],
)
def test_a_minus_is_read_however_it_is_written(written: str) -> None:
    assert amounts(read(f'3000;Salg;"{written}"', "5000;Lønn;1234,50"))["3000"] == Decimal("-1234.50")


def test_a_dash_or_nothing_is_zero() -> None:
    found = read("5000;Lønn;-", "5010;Lønn;", "5020;Lønn;–", "1920;Bank;0")
    assert [account.number for account in found.zero] == ["5000", "5010", "5020"]


def test_debit_and_credit_make_the_amount() -> None:
    found = read("3000;Salg;;1 500,00", "5000;Lønn;1 500,00;", heading="Konto;Navn;Debet;Kredit")
    assert amounts(found) == {"3000": Decimal("-1500.00"), "5000": Decimal("1500.00")}


def test_credits_that_carry_their_own_minus_are_not_turned_twice() -> None:
    found = read("3000;Salg;;-1500,00", "5000;Lønn;1500,00;", heading="Konto;Navn;Debet;Kredit")
    assert amounts(found) == {"3000": Decimal("-1500.00"), "5000": Decimal("1500.00")}


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("Konto;Navn;Saldo", Columns(0, 1, amount=2)),
        ("KONTONUMMER;KONTONAVN;UTGÅENDE BALANSE", Columns(0, 1, amount=2)),
        ("Kontonr.;Konto;Beløp", Columns(0, 1, amount=2)),
        ("Navn;Konto nr;IB;Bevegelse;UB 31.12.2026", Columns(1, 0, amount=4)),
        ("Konto;Navn;Saldo 2025;Saldo 2026", Columns(0, 1, amount=3)),
        ("Account;Description;Debit;Credit", Columns(0, 1, debit=2, credit=3)),
    ],
)
def test_columns_are_known_by_their_headings(heading: str, expected: Columns) -> None:
    assert recognised(read_file("b.csv", heading.encode()), 2026) == expected


@pytest.mark.parametrize(
    "heading", ["A;B;C", "Konto;Navn", "Konto;Navn;Saldo;Saldo", "Konto;Navn;Debet", "5000;Lønn;1"]
)
def test_columns_that_are_not_plain_are_left_to_the_person(heading: str) -> None:
    assert recognised(read_file("b.csv", heading.encode()), 2026) is None


def test_titles_above_and_sums_below_are_kept_apart_and_named() -> None:
    titles = "Saldobalanse for 2026;;\nPeriode 01-12;;\nKonto;Navn;Saldo\n"
    rows = read_file("b.csv", f"{titles}3000;Salg;-5,00\n5000;Lønn;5,00\n;Sum;0,00".encode())
    found = trial_balance(rows, recognised(rows, 2026) or Columns(0))
    assert [(each.row, each.text) for each in found.left_out] == [
        (1, "Saldobalanse for 2026"),
        (2, "Periode 01-12"),
        (3, "Konto Navn Saldo"),
        (6, "Sum 0,00"),
    ]


def test_number_and_name_in_one_column_are_parted() -> None:
    found = read("3000 Salg;-5,00", "5000 - Lønn til ansatte;5,00", heading="Konto;Saldo")
    assert [(account.number, account.name) for account in found.accounts] == [
        ("3000", "Salg"),
        ("5000", "Lønn til ansatte"),
    ]


def test_a_workbook_is_read_as_the_text_file_is() -> None:
    columns = [Column("Konto"), Column("Navn"), Column("Saldo", Show.MONEY)]
    rows = [[3000, "Salg", Decimal("-0.30")], [5000, "Lønn", Decimal("0.10")], [5400, "Avgift", Decimal("0.20")]]
    content = workbook([Sheet("Ark", columns, rows)], title="B", made_at=datetime(2027, 2, 3, tzinfo=UTC))
    table = read_file("b.xlsx", content)
    found = trial_balance(table, recognised(table, 2026) or Columns(0))
    assert amounts(found) == {"3000": Decimal("-0.30"), "5000": Decimal("0.10"), "5400": Decimal("0.20")}


def test_what_does_not_sum_to_zero_is_refused_with_the_difference() -> None:
    with pytest.raises(DoesNotSumToZero, match="29\u00a0487,02\u00a0kr"):
        read("3000;Salg;-100,00", "5000;Lønn;29587,02")
    with pytest.raises(DoesNotSumToZero, match="−0,01\u00a0kr"):
        read("3000;Salg;-100,01", "5000;Lønn;100,00")


@pytest.mark.parametrize(
    ("row", "mistake"),
    [
        ("5000;Lønn;NaN", NotAnAmountInRow),
        ("5000;Lønn;Infinity", NotAnAmountInRow),
        ("5000;Lønn;1e400", NotAnAmountInRow),
        ("5000;Lønn;fem", NotAnAmountInRow),
        ("5000;Lønn;12,345", AmbiguousInRow),
        ("5000;Lønn;1234,567", TooManyDecimalsInRow),
        ("5000;Lønn;0,005", TooManyDecimalsInRow),
        ("5000;Lønn;1000000000,01", TooLargeInRow),
        ("5000;Lønn;" + "9" * 400, TooLargeInRow),
        ("50;Lønn;1,00", NotAnAccount),
        ("123456789;Lønn;1,00", NotAnAccount),
        ("3000;Salg igjen;1,00", AccountTwice),
    ],
)
def test_a_row_that_cannot_be_right_is_named(row: str, mistake: type[DomainError]) -> None:
    with pytest.raises(mistake, match="3"):
        read("3000;Salg;-1,00", row)


def test_all_rows_that_are_wrong_are_named_at_once() -> None:
    with pytest.raises(RowsWrong) as refusal:
        read("3000;Salg;-1,00", "5000;Lønn;NaN", "5400;Avgift;0,005", "3000;Salg igjen;1,00")
    assert [text.split(":")[0] for text in refusal.value.messages] == [
        "Rad 3",
        "Rad 4",
        "Konto 3000 står både på rad 2 og rad 5. Eksporter én rad for hver konto.",
    ]
    with pytest.raises(RowsWrong, match="2 rader til er feil"):
        read(*(f"{account};Lønn;fem" for account in range(5000, 5012)))


def test_without_accounts_the_column_is_named() -> None:
    rows = read_file("b.csv", b"a;b\nc;d\n")
    with pytest.raises(NoAccounts, match="B"):
        trial_balance(rows, Columns(1, amount=0))


def test_sizes_have_a_ceiling() -> None:
    with pytest.raises(FileEmpty):
        read_file("b.csv", b"")
    with pytest.raises(FileTooLarge):
        read_file("b.csv", b"5" * (LARGEST_FILE + 1))
    with pytest.raises(TooManyAccounts):
        read(*[f"{3000 + number};K;1" for number in range(601)], "1920;Bank;-601")


@pytest.mark.parametrize("content", [b"%PDF-1.7\0\0", b"\x89PNG\r\n\x1a\n\0", b"PK\x03\x04 broken"])
def test_another_format_is_said(content: bytes) -> None:
    with pytest.raises(NotATable):
        read_file("regnskap.pdf", content)


def test_rows_without_anything_are_an_empty_file() -> None:
    with pytest.raises(EmptyTable):
        read_file("b.csv", b";;\n;;\n")


def test_columns_are_called_as_in_a_spreadsheet() -> None:
    assert [letter(index) for index in (0, 25, 26, 52)] == ["A", "Z", "AA", "BA"]
