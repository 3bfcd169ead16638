"""The cost base as a file: out, in again, and everything that may be wrong with one."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from openpyxl.worksheet.worksheet import Worksheet

from advisory.kernel.audit import AuditEvent
from advisory.kernel.errors import DomainError
from advisory.kernel.spreadsheet import EmptyTable, NotATable
from billing.models import CostBase
from billing.selfcost import sheet_file
from billing.selfcost.base import fingerprint
from billing.selfcost.file_columns import (
    ASSETS,
    CALCULATION,
    FIGURES,
    KEYS,
    LINES,
    SALARIES,
    SHEETS,
    FileSheet,
    csv_columns,
)
from billing.selfcost.file_differences import Sort
from billing.selfcost.rows import rows_of
from billing.selfcost.sheet_export import as_csv, as_workbook
from billing.selfcost.sheet_file import FileChangesNothing, FileHasMistakes, Reading, read, store
from billing.selfcost.states import BaseChanged
from tests import builders
from tests.billing.selfcost.sheets import HOSTILE, whole_base
from tests.builders import NOW

pytestmark = pytest.mark.django_db


def _read(base: CostBase, content: bytes, name: str = "grunnlag.xlsx") -> Reading:
    return read(base, rows_of(base), name=name, content=content)


def _book(base: CostBase) -> bytes:
    return as_workbook(base, rows_of(base), made_at=NOW)


def _edited(content: bytes, edit: Callable[[openpyxl.Workbook], None]) -> bytes:
    """The workbook as somebody changed it in Excel."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    edit(book)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _cell(book: openpyxl.Workbook, sheet: FileSheet, field: str, row: int) -> Any:
    column = [column.field for column in sheet.columns].index(field) + 1
    return book[str(sheet.title)].cell(row=row, column=column)


def _heading(sheet: FileSheet, field: str) -> str:
    column = sheet.column(field)
    assert column
    return str(column.heading)


def _set(sheet: FileSheet, field: str, row: int, value: Any) -> Callable[[openpyxl.Workbook], None]:
    def edit(book: openpyxl.Workbook) -> None:
        _cell(book, sheet, field, row).value = value

    return edit


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
@pytest.mark.parametrize("service", ["advice", "courses"])
def test_out_and_in_again_changes_nothing(language: str, service: str) -> None:
    base = whole_base(service=service)
    with translation.override(language):
        book, table = _book(base), as_csv(base, rows_of(base))
    for content, name in ((book, "grunnlag.xlsx"), (table, "grunnlag.csv")):
        reading = _read(base, content, name)
        assert reading.mistakes == ()
        assert reading.differences == (), name
        assert reading.notes == ()
        with pytest.raises(FileChangesNothing):
            store(reading, by=builders.administrator(), now=NOW)


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_an_empty_draft_becomes_the_base_the_file_was_taken_from(kind: str) -> None:
    by = builders.administrator()
    base = whole_base(by=by)
    content = _book(base) if kind == "xlsx" else as_csv(base, rows_of(base))
    base.salaries.all().delete()
    base.lines.all().delete()
    base.assets.all().delete()
    base.keys.all().delete()
    before = sheet_of(whole_base(by=by, year=2028))
    reading = _read(base, content, f"grunnlag.{kind}")
    assert reading.mistakes == ()
    assert {difference.sort for difference in reading.differences} == {Sort.ADDED, Sort.CHANGED}
    store(reading, by=by, now=NOW)
    assert sheet_of(CostBase.objects.get(pk=base.pk)) == before


def sheet_of(base: CostBase) -> list[str]:
    """Everything a base says but its year, as the file says it."""
    lines = as_csv(base, rows_of(base)).decode("utf-8-sig").split("\r\n")
    return [line for line in lines if str(base.year) not in line]


def test_rows_are_changed_added_and_removed_by_their_name() -> None:
    by = builders.administrator()
    base = whole_base(by=by)

    def edit(book: openpyxl.Workbook) -> None:
        _cell(book, LINES, "amount", 2).value = 210_000
        _cell(book, LINES, "label", 4).value = "Regnskap og revisjon"
        _cell(book, SALARIES, "annual_salary", 2).value = 652_800.5

    reading = _read(base, _edited(_book(base), edit))
    assert reading.mistakes == ()
    said = {(each.sort, each.name): each.fields for each in reading.differences}
    assert set(said) == {
        (Sort.CHANGED, "Husleie"),
        (Sort.ADDED, "Regnskap og revisjon"),
        (Sort.REMOVED, "Regnskap"),
        (Sort.CHANGED, "Rådgiver"),
    }
    [amount] = said[Sort.CHANGED, "Husleie"]
    assert (amount.heading, amount.before, amount.after) == (
        "Beløp",
        "205\N{NO-BREAK SPACE}000,00",
        "210\N{NO-BREAK SPACE}000,00",
    )
    assert base.lines.filter(label="Regnskap").exists()
    store(reading, by=by, now=NOW)
    assert base.lines.get(label="Husleie").amount.amount == Decimal(210_000)
    assert not base.lines.filter(label="Regnskap").exists()
    new = base.lines.get(label="Regnskap og revisjon")
    assert (new.key_part, new.key_whole, new.key_label) == (Decimal(2), Decimal(5), "saker")
    assert base.salaries.get(label="Rådgiver").annual_salary.amount == Decimal("652800.50")
    assert {"cost_base.line_change", "cost_base.line_add", "cost_base.line_remove", "cost_base.salary_change"} <= set(
        AuditEvent.objects.of(base).values_list("action", flat=True)
    )


def test_a_sheet_or_a_column_the_file_lacks_stays_as_it_is() -> None:
    base = whole_base()

    def edit(book: openpyxl.Workbook) -> None:
        del book[str(SALARIES.title)]
        book[str(LINES.title)].delete_cols(2)

    reading = _read(base, _edited(_book(base), edit))
    assert (reading.mistakes, reading.differences) == ((), ())
    [note] = reading.notes
    assert str(SALARIES.title) in note


def test_a_file_of_another_year_says_so() -> None:
    by = builders.administrator()
    content = _book(whole_base(by=by, year=2026))
    [note] = _read(whole_base(by=by, year=2027), content).notes
    assert "2026" in note


MISTAKES: list[tuple[FileSheet, str, int, Any, str]] = [
    (LINES, "amount", 3, "mye", "Skriv beløpet"),
    (LINES, "amount", 3, -5, "uten minus"),
    (LINES, "amount", 3, 1.2345, "desimaler"),
    (LINES, "amount", 3, 1.005, "1 005"),
    (LINES, "amount", 3, "NaN", "Skriv beløpet"),
    (LINES, "amount", 3, "1e400", "Skriv beløpet"),
    (LINES, "amount", 3, 10**15, "for stort"),
    (LINES, "amount", 3, None, "fylles ut"),
    (LINES, "funding_area", 3, 1, "betalt av tilskudd"),
    (LINES, "funding_area", 3, 2, "betalt av tilskudd"),
    (LINES, "funding_area", 3, 4, "betalt av tilskudd"),
    (LINES, "funding_area", 3, 7, ""),
    (LINES, "kind", 3, "gaver", "lokaler"),
    (LINES, "key", 3, "areal", "timer"),
    (LINES, "key_part", 2, 3, "følger av nøkkelen"),
    (LINES, "key_part", 4, 6, "større enn"),
    (LINES, "label", 3, "x" * 121, "120"),
    (SALARIES, "levy_zone", 2, "XII", "«XII»"),
    (SALARIES, "table", 2, "31.02.2026", "dato"),
    (SALARIES, "over_60", 2, "kanskje", "ja, nei"),
    (SALARIES, "full_time_equivalents", 2, 101, "100"),
    (SALARIES, "billable_percent", 2, 101, "100"),
    (ASSETS, "years", 2, 0, "1"),
    (ASSETS, "interest_percent", 2, 200, "100"),
    (KEYS, "catalogue", 2, -1, "minus"),
    (KEYS, "label", 2, "areal", "timer"),
    (FIGURES, "value", 6, 0, "over null"),
    (FIGURES, "value", 12, 3, ""),
    (FIGURES, "value", 9, 9, ""),
    (FIGURES, "label", 6, "Timer", "Fakturerbare"),
]


def test_a_mistake_is_told_with_its_sheet_row_and_column_and_nothing_is_stored() -> None:
    base, by = whole_base(), builders.administrator()
    before, as_it_is = fingerprint(base), _book(base)
    for sheet, field, row, value, says in MISTAKES:
        reading = _read(base, _edited(as_it_is, _set(sheet, field, row, value)))
        places = {(mistake.sheet, mistake.row) for mistake in reading.mistakes}
        assert places == {(str(sheet.title), row)}, reading.mistakes
        assert any(says in mistake.text for mistake in reading.mistakes), reading.mistakes
        if sheet is not FIGURES:
            assert _heading(sheet, field) in {mistake.column for mistake in reading.mistakes}
        with pytest.raises(FileHasMistakes):
            store(reading, by=by, now=NOW)
        assert fingerprint(base) == before


def test_unknown_columns_and_sheets_are_told_by_name() -> None:
    base = whole_base()

    def edit(book: openpyxl.Workbook) -> None:
        book[str(LINES.title)].cell(row=1, column=11).value = "Konto"
        book.create_sheet("Notater")["A1"] = "Husk"

    mistakes = _read(base, _edited(_book(base), edit)).mistakes
    assert [(mistake.sheet, mistake.row, mistake.column) for mistake in mistakes] == [
        (str(LINES.title), 1, "Konto"),
        ("Notater", None, ""),
    ]
    assert "Beløp" in mistakes[0].text


def test_a_table_of_something_else_is_told_where_to_begin() -> None:
    [mistake] = _read(whole_base(), b"Navn;Telefon\nLaget;12345678\n", "kontakter.csv").mistakes
    assert "«Ark»" in mistake.text
    assert "Last ned" in mistake.text


def test_a_key_that_lost_its_numbers_is_told_at_the_row_that_needs_it() -> None:
    base = whole_base()

    def edit(book: openpyxl.Workbook) -> None:
        for column in range(2, 7):
            book[str(KEYS.title)].cell(row=2, column=column).value = 0

    mistakes = _read(base, _edited(_book(base), edit)).mistakes
    assert [(mistake.sheet, mistake.row, mistake.column) for mistake in mistakes] == [
        (str(LINES.title), 2, _heading(LINES, "key"))
    ]


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", EmptyTable),
        (b"PK\x03\x04 broken", NotATable),
        (b"%PDF-1.7\n\0\0", NotATable),
        (b"x" * 500_001, sheet_file.FileTooLarge),
    ],
)
def test_a_file_of_another_format_is_refused(content: bytes, refusal: type[DomainError]) -> None:
    with pytest.raises(refusal):
        _read(whole_base(), content, "fil.pdf")


def test_a_table_of_something_else_is_no_cost_base() -> None:
    reading = _read(whole_base(), b"Konto;Belop\r\n5000;100\r\n", "saldo.csv")
    assert reading.mistakes
    assert not reading.differences


def test_a_base_that_was_saved_meanwhile_is_not_overwritten() -> None:
    by = builders.administrator()
    base = whole_base(by=by)
    reading = _read(base, _edited(_book(base), _set(LINES, "amount", 2, 1)))
    base.lines.filter(label="Programvare").update(source="Ny avtale")
    with pytest.raises(BaseChanged):
        store(reading, by=by, now=NOW)
    assert base.lines.get(label="Husleie").amount.amount == Decimal(205_000)


def test_texts_never_become_formulas() -> None:
    base = whole_base()
    sheet = openpyxl.load_workbook(io.BytesIO(_book(base)))[str(LINES.title)]
    assert isinstance(sheet, Worksheet)
    names = {str(row[0].value): row[0] for row in sheet.iter_rows(min_row=2)}
    assert all(names[name].data_type == "s" for name in HOSTILE)
    for line in as_csv(base, rows_of(base)).decode("utf-8-sig").split("\r\n"):
        assert not re.search(r'(^|;)"?[=+@]', line), line


def test_the_workbook_computes_the_rate_with_live_formulas() -> None:
    book = openpyxl.load_workbook(io.BytesIO(_book(whole_base())))
    steps = {row[0].value: row[1].value for row in book[str(CALCULATION)].iter_rows(min_row=2)}
    assert next(iter(steps.values())) == f"=SUM('{LINES.title}'!J2:J9)"
    assert steps["Selvkost"] == "=SUM(B2:B6)"
    assert book[str(LINES.title)]["J2"].value == f"=ROUND(D2*'{KEYS.title}'!D2/'{KEYS.title}'!G2,2)"
    assert book[str(LINES.title)]["J4"].value == "=ROUND(D4*F4/G4,2)"
    assert book[str(ASSETS.title)]["H2"].value == "=ROUND((2*D2-G2)/2*E2/100,2)"


def test_the_same_base_gives_the_same_bytes() -> None:
    base = whole_base()
    assert _book(base) == _book(base)


def _upload(client: Client, content: bytes, name: str = "grunnlag.xlsx") -> Any:
    return client.post("/selfcost/2027/advice/import/", {"file": SimpleUploadedFile(name, content)})


def _carried(page: str) -> dict[str, str]:
    found = {}
    for name in ("name", "content", "seen"):
        tag = re.search(rf'<input type="hidden" name="{name}"[^>]*>', page)
        assert tag
        found[name] = re.search(r'value="([^"]*)"', tag[0])[1]  # type: ignore[index]
    return found


def test_a_file_is_looked_at_before_it_is_saved(client: Client) -> None:
    by = builders.administrator()
    base = whole_base(by=by)
    client.force_login(by)
    answer = _upload(client, _edited(_book(base), _set(LINES, "amount", 2, 210_000)))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Husleie" in page
    assert base.lines.get(label="Husleie").amount.amount == Decimal(205_000)
    answer = client.post("/selfcost/2027/advice/import/", _carried(page))
    assert answer.status_code == 302
    assert base.lines.get(label="Husleie").amount.amount == Decimal(210_000)


def test_a_stale_look_saves_nothing(client: Client) -> None:
    by = builders.administrator()
    base = whole_base(by=by)
    client.force_login(by)
    page = _upload(client, _edited(_book(base), _set(LINES, "amount", 2, 210_000))).content.decode()
    base.lines.filter(label="Programvare").update(source="Ny avtale")
    answer = client.post("/selfcost/2027/advice/import/", _carried(page))
    assert answer.status_code == 409
    assert base.lines.get(label="Husleie").amount.amount == Decimal(205_000)


def test_mistakes_are_a_table_with_their_places(client: Client) -> None:
    by = builders.administrator()
    base = whole_base(by=by)
    client.force_login(by)
    answer = _upload(client, _edited(_book(base), _set(LINES, "funding_area", 3, 4)))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "<title>Feil: " in page
    assert "betalt av tilskudd" in page
    assert 'name="content"' not in page


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\0", b"x" * 500_001])
def test_a_wrong_file_is_told_at_the_field(client: Client, content: bytes) -> None:
    by = builders.administrator()
    whole_base(by=by)
    client.force_login(by)
    answer = _upload(client, content, "bilde.png")
    assert answer.status_code == 422
    assert 'href="#id_file"' in answer.content.decode()


def test_what_is_carried_is_read_anew_and_may_be_nonsense(client: Client) -> None:
    by = builders.administrator()
    base = whole_base(by=by)
    client.force_login(by)
    for content in ("", "ikke base64!", "AAAA"):
        answer = client.post("/selfcost/2027/advice/import/", {"name": "x.csv", "content": content, "seen": "y"})
        assert answer.status_code == 422
    assert base.lines.count() == 8


def test_an_adopted_base_is_taken_out_and_not_read_into(client: Client) -> None:
    builders.rate()
    client.force_login(builders.administrator())
    answer = client.get("/selfcost/2026/advice/1/sheet.xlsx")
    assert answer.status_code == 200
    assert answer[
        "Content-Disposition"
    ] == 'attachment; filename="kostnadsgrunnlag-2026-rådgivning-versjon-1.xlsx"' or (
        "filename*=utf-8''" in answer["Content-Disposition"]
    )
    assert client.get("/selfcost/2026/advice/1/sheet.csv").content.startswith(b"\xef\xbb\xbf")
    assert 'type="file"' not in client.get("/selfcost/2026/advice/import/").content.decode()
    answer = client.post("/selfcost/2026/advice/import/", {"file": SimpleUploadedFile("x.csv", b"a;b")})
    assert answer.status_code == 422


def test_a_look_at_a_long_file_asks_no_more_than_at_a_short_one(client: Client) -> None:
    by = builders.administrator()
    client.force_login(by)
    base = whole_base(by=by)

    def longer(book: openpyxl.Workbook) -> None:
        for number in range(60):
            book[str(LINES.title)].append([f"Kostnad {number}", "annet", 3, number])

    counts = []
    for content in (_book(base), _edited(_book(base), longer)):
        with CaptureQueriesContext(connection) as asked:
            assert _upload(client, content).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 40


def test_a_heading_means_one_column_in_every_language() -> None:
    for columns in (csv_columns(), *(sheet.columns for sheet in SHEETS)):
        meant: dict[str, str] = {}
        for code, _name in settings.LANGUAGES:
            with translation.override(code):
                for column in columns:
                    assert meant.setdefault(str(column.heading).casefold(), column.field) == column.field
