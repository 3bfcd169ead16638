"""Tables in and out of files: nothing lost, nothing run, the same bytes for the same words."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pytest

from advisory.kernel.spreadsheet import (
    Column,
    EmptyTable,
    Formula,
    NotATable,
    Sheet,
    Show,
    csv_file,
    read_numbered_table,
    read_sheets,
    read_table,
    undefused,
    workbook,
)

MOMENT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def _book(*rows: list[object]) -> bytes:
    columns = [Column("Konto"), Column("Beløp", Show.MONEY)]
    return workbook([Sheet("Ark", columns, rows)], title="Ark", made_at=MOMENT)


@pytest.mark.parametrize("sign", ["=1+1", "+1+2", "-1+2", "@SUM(A1)"])
def test_text_that_looks_like_a_formula_stays_text(sign: str) -> None:
    cell = openpyxl.load_workbook(io.BytesIO(_book([sign, Decimal(1)]))).worksheets[0]["A2"]
    assert (cell.data_type, cell.value) == ("s", sign)
    assert csv_file(["A"], [[sign]]).decode("utf-8-sig").splitlines()[1].startswith("'")


def test_a_formula_that_is_meant_is_one() -> None:
    cell = openpyxl.load_workbook(io.BytesIO(_book(["Sum", Formula("=SUM(B2:B3)")]))).worksheets[0]["B2"]
    assert (cell.data_type, cell.value) == ("f", "=SUM(B2:B3)")


def test_the_same_table_gives_the_same_bytes_whenever_it_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    first = _book(["3000", Decimal("-12.50")])
    monkeypatch.setattr(time, "time", lambda: 2_000_000_000.0)
    monkeypatch.setattr(time, "localtime", lambda *_: time.gmtime(2_000_000_000))
    assert _book(["3000", Decimal("-12.50")]) == first


def test_a_workbook_is_read_back_as_it_was_written() -> None:
    assert read_table("b.xlsx", _book(["5000", Decimal("0.30")], ["", None], ["3000", Decimal("-12.50")])) == [
        ["Konto", "Beløp"],
        ["5000", "0.3"],
        ["3000", "-12.5"],
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_csv_is_read_whatever_wrote_it(encoding: str, separator: str) -> None:
    text = f"Konto{separator}Navn\r\n5000{separator}Lønn på kontoret\r\n"
    assert read_table("b.csv", text.encode(encoding)) == [["Konto", "Navn"], ["5000", "Lønn på kontoret"]]


def test_a_norwegian_amount_keeps_its_comma_beside_semicolons() -> None:
    content = csv_file(["Konto", "Beløp", "Dag"], [["5000", Decimal("-1234.50"), date(2026, 3, 1)]])
    assert content.startswith(b"\xef\xbb\xbf")
    assert read_table("b.csv", content)[1] == ["5000", "-1234,50", "01.03.2026"]


@pytest.mark.parametrize(
    "content",
    [b"PK\x03\x04 broken", b"\x00\x01\x02", b"%PDF-1.7\nkonto;navn", b"\xef\xbb\xbf\n<html>", b"{\\rtf1 a;b"],
    ids=["broken archive", "binary", "PDF", "web page", "RTF"],
)
def test_what_is_no_table_is_refused_with_what_to_do(content: bytes) -> None:
    with pytest.raises(NotATable) as refusal:
        read_table("regnskap.pdf", content)
    assert "regnskap.pdf" in refusal.value.message


def test_a_file_without_rows_is_refused() -> None:
    with pytest.raises(EmptyTable):
        read_table("tom.csv", b"\r\n;;\r\n")


@pytest.mark.parametrize("separator", [";", "\t", ","])
def test_the_separator_is_found_below_a_title_and_beside_commas_in_texts(separator: str) -> None:
    amount = "1234.50" if separator == "," else "1234,50"
    rows = [["Konto", "Navn", "Saldo"], ["5000", "Lønn", amount], ["5400", "Avgift", amount], ["6300", "Leie", amount]]
    text = "Saldobalanse, senteret, 2026\n\n" + "\n".join(separator.join(row) for row in rows)
    assert [row[:3] for row in read_table("b.csv", text.encode())][1:] == rows


def test_rows_keep_the_numbers_the_spreadsheet_shows() -> None:
    assert read_numbered_table("b.csv", b"Konto;Saldo\n;\n5000;1\n") == [
        (1, ["Konto", "Saldo"]),
        (3, ["5000", "1"]),
    ]
    content = _book(["5000", Decimal("1.00")], ["", None], ["3000", Decimal("-1.00")])
    assert [number for number, _row in read_numbered_table("b.xlsx", content)] == [1, 2, 4]


def test_every_sheet_of_a_workbook_is_read_with_its_rows_numbered() -> None:
    sheets = [
        Sheet("Kostnader", [Column("Navn"), Column("Beløp", Show.MONEY)], [["Leie", Decimal("1.50")], ["", None]]),
        Sheet("Tomt", [], []),
        Sheet("Ansatte", [Column("Navn")], [["Rådgiver"]]),
    ]
    content = workbook(sheets, title="Ark", made_at=MOMENT)
    assert read_sheets("a.xlsx", content) == [
        ("Kostnader", [(1, ["Navn", "Beløp"]), (2, ["Leie", "1.5"])]),
        ("Tomt", []),
        ("Ansatte", [(1, ["Navn"]), (2, ["Rådgiver"])]),
    ]
    assert read_sheets("a.csv", b"Navn;Belop\r\n;\r\nLeie;1,5\r\n") == [
        ("", [(1, ["Navn", "Belop"]), (3, ["Leie", "1,5"])])
    ]
    with pytest.raises(EmptyTable):
        read_sheets("a.xlsx", workbook([Sheet("Tomt", [], [])], title="Ark", made_at=MOMENT))


@pytest.mark.parametrize("text", ["=1+1", "-10 % | av", "+47", "@a", "'sitat'", "plain", ""])
def test_what_was_defused_for_a_csv_file_is_read_as_it_was(text: str) -> None:
    [_heading, row] = read_table("a.csv", csv_file(["Navn", "B"], [[text, "x"]]))
    assert undefused(row[0]) == text


def test_separators_within_quoted_texts_are_no_separators() -> None:
    content = 'Konto;Navn;Saldo\n3000;"a;b";"1,50"\n3001;"a;b;c";"2,50"\n5000;Lønn;"-4,00"\n'
    assert [len(row) for row in read_table("b.csv", content.encode())] == [3, 3, 3, 3]
