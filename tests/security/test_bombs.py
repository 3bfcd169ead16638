"""A small file that unpacks to a large one is refused before anything reads it as a workbook (X4)."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from advisory.kernel import workbook_bounds
from advisory.kernel.spreadsheet import NotATable, TableTooLarge, read_sheets, read_table

SHEET, STYLES, STRINGS, BOOK = (
    "xl/worksheets/sheet1.xml", "xl/styles.xml", "xl/sharedStrings.xml", "xl/workbook.xml",
)  # fmt: skip


def _usual() -> bytes:
    """A workbook as people have them."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Konto", "Beløp"])
    sheet.append(["5000", 12])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _with(parts: dict[str, bytes]) -> bytes:
    """The usual workbook with parts replaced or added."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(_usual())) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new,
    ):
        for info in old.infolist():
            if info.filename not in parts:
                new.writestr(info.filename, old.read(info))
        for name, said in parts.items():
            new.writestr(name, said)
    return out.getvalue()


def _sheet(rows: bytes) -> bytes:
    space = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return b'<worksheet xmlns="' + space + b'"><sheetData>' + rows + b"</sheetData></worksheet>"


BOMBS = {
    "styles": {STYLES: b"<styleSheet><cellXfs>" + b"<xf/>" * 100_001 + b"</cellXfs></styleSheet>"},
    "styles under another name": {SHEET: _sheet(b"<xf/>" * 100_001)},
    "cells of one row": {SHEET: _sheet(b"<row>" + b"<c><v>1</v></c>" * 625_001 + b"</row>")},
    "texts": {STRINGS: b"<sst>" + b"<si><t>a</t></si>" * 625_001 + b"</sst>"},
    "attributes": {SHEET: _sheet(b"<row><c " + b'a="" ' * 5_000 + b"/></row>")},
    "attributes of many": {SHEET: _sheet(b'<c r="" s="" t=""/>' * 900_000)},
    "sheets": {BOOK: b"<workbook><sheets>" + b"<x:sheet\t/>" * 51 + b"</sheets></workbook>"},
    "sheets that are one large part": {
        BOOK: b"<workbook><sheets>" + b"<sheet/>" * 40 + b"</sheets></workbook>",
        SHEET: _sheet(b"<row><c/></row>" * 50_000),
    },
    "depth": {SHEET: _sheet(b"<a>" * 100_001)},
    "in UTF-16": {STYLES: ("<a>" * 100_001).encode("utf-16")},
    "many parts": {f"xl/{number}.xml": b"" for number in range(2_001)},
    "bytes": {SHEET: bytes(61 * 1024 * 1024)},
}  # fmt: skip


@pytest.fixture
def unread(monkeypatch: pytest.MonkeyPatch) -> None:
    def read(*_args: Any, **_named: Any) -> None:
        pytest.fail("the file was read as a workbook")

    monkeypatch.setattr(openpyxl, "load_workbook", read)


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_is_refused_unread(bomb: str, unread: None) -> None:
    content = _with(BOMBS[bomb])
    assert len(content) < 500_000
    with pytest.raises(TableTooLarge):
        read_sheets("a.xlsx", content)


def test_a_part_that_is_larger_than_it_says_is_read_no_further(unread: None) -> None:
    content = bytearray(_with({SHEET: _sheet(b" " * 5_000_000)}))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        real = archive.getinfo(SHEET).file_size
    for at in range(len(content) - 4):
        if content[at : at + 4] == struct.pack("<L", real):
            content[at : at + 4] = struct.pack("<L", 10)
    with pytest.raises(NotATable):
        read_sheets("a.xlsx", bytes(content))


@pytest.mark.parametrize("declared", ["utf-8", "utf-16"])
def test_a_part_that_declares_a_document_type_is_refused_unread(declared: str, unread: None) -> None:
    entity = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>'
    with pytest.raises(NotATable):
        read_sheets("a.xlsx", _with({"docProps/custom.xml": entity.encode(declared)}))


def test_archives_within_and_names_that_lead_out_are_not_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    inner = _usual()
    for _depth in range(10):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr("inner.zip", inner)
        inner = out.getvalue()
    content = _with({"../../out.xml": b"<a/>", "/tmp/out.xml": b"<a/>", "inner.zip": inner})
    assert read_table("a.xlsx", content) == [["Konto", "Beløp"], ["5000", "12"]]
    assert not list(tmp_path.iterdir())


def test_rows_of_all_sheets_together_have_a_ceiling(monkeypatch: pytest.MonkeyPatch) -> None:
    from advisory.kernel import spreadsheet

    book = openpyxl.Workbook()
    for title in ("A", "B"):
        sheet = book.create_sheet(title)
        for number in range(3):
            sheet.append([number])
    out = io.BytesIO()
    book.save(out)
    assert [len(rows) for _title, rows in read_sheets("a.xlsx", out.getvalue())] == [0, 3, 3]
    monkeypatch.setattr(spreadsheet, "MOST_ROWS", 5)
    with pytest.raises(TableTooLarge):
        read_sheets("a.xlsx", out.getvalue())


def test_a_full_sheet_of_texts_is_within_the_bounds() -> None:
    """Twenty thousand rows of fifteen cells, as Excel writes them."""
    row = b'<row r="1">' + b'<c r="A1" s="1" t="s"><v>1</v></c>' * 15 + b"</row>"
    workbook_bounds.check(_with({SHEET: _sheet(row * 20_000)}))
