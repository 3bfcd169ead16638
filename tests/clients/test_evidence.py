"""Evidence is judged by its bytes; names come out harmless (reliability X5)."""

from __future__ import annotations

import io
import zipfile

import pytest

from clients.income import evidence
from clients.income.evidence import EmptyFile, FileTooLarge, TooManyFiles, UnknownContent, Upload, check, checked

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(20)
JPEG = b"\xff\xd8\xff\xe1" + bytes(30) + b"\xff\xd9" + b"telephone's trailer"


def _zipped(*names: str, mimetype: bytes = b"") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        if mimetype:
            archive.writestr("mimetype", mimetype)
        for name in names:
            archive.writestr(name, "x")
    return out.getvalue()


XLSX = _zipped("[Content_Types].xml", "xl/workbook.xml")
ODS = _zipped("content.xml", mimetype=b"application/vnd.oasis.opendocument.spreadsheet")


@pytest.mark.parametrize(
    ("content", "media_type", "ending"),
    [
        (PDF, "application/pdf", "pdf"),
        (PNG, "image/png", "png"),
        (JPEG, "image/jpeg", "jpg"),
        (XLSX, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
        (ODS, "application/vnd.oasis.opendocument.spreadsheet", "ods"),
    ],
)
def test_five_kinds_are_known_by_their_content_whatever_they_are_called(
    content: bytes, media_type: str, ending: str
) -> None:
    found = check(Upload("Årsregnskap 2025.html", content))
    assert (found.media_type, found.name, found.content) == (media_type, f"Årsregnskap 2025.{ending}", content)


@pytest.mark.parametrize(
    "content",
    [
        b"<!doctype html><script>alert(1)</script>",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"<html>%PDF-1.7 %%EOF",
        b"%PDF-1.7 cut off on the way",
        b"MZ\x90\x00",
        b"PK\x03\x04 not a zip at all",
        _zipped("hello.txt"),
        _zipped("[Content_Types].xml", "xl/workbook.xml", "xl/vbaProject.bin"),
        _zipped("Basic/Standard/Module1.xml", mimetype=b"application/vnd.oasis.opendocument.spreadsheet"),
        _zipped("word/document.xml", "[Content_Types].xml"),
        b"\x00",
    ],
)
def test_anything_else_is_refused_whatever_it_is_called(content: bytes) -> None:
    with pytest.raises(UnknownContent):
        check(Upload("regnskap.pdf", content))


def test_nothing_is_no_evidence() -> None:
    with pytest.raises(EmptyFile):
        check(Upload("regnskap.pdf", b""))


def test_ten_megabytes_are_the_limit() -> None:
    padding = bytes(evidence.LARGEST - len(PDF))
    assert check(Upload("a.pdf", PDF + padding)).media_type == "application/pdf"
    with pytest.raises(FileTooLarge):
        check(Upload("a.pdf", PDF + padding + b"x"))


def test_five_files_are_the_limit() -> None:
    assert len(checked([Upload("a.pdf", PDF)] * 5)) == 5
    with pytest.raises(TooManyFiles):
        checked([Upload("a.pdf", PDF)] * 6)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\leder\\regnskap.pdf", "regnskap.pdf"),
        ("regnskap\u202efdp.exe", "regnskapfdp.pdf"),
        ("a\u200bb\x00c\x1b[31m.pdf", "abc[31m.pdf"),
        ("regnskap.pdf.html", "regnskap.pdf"),
        ("..", "vedlegg.pdf"),
        ("", "vedlegg.pdf"),
        (".htaccess", "htaccess.pdf"),
        ('a"b\r\nSet-Cookie: x.pdf', "a_b Set-Cookie_ x.pdf"),
        ("A\u030arsregnskap.pdf", "Årsregnskap.pdf"),
        ("x" * 400 + ".pdf", "x" * 96 + ".pdf"),
    ],
)
def test_a_hostile_name_comes_out_harmless(name: str, kept: str) -> None:
    assert check(Upload(name, PDF)).name == kept


def test_files_of_the_same_name_are_told_apart() -> None:
    names = [found.name for found in checked([Upload("Regnskap.pdf", PDF), Upload("regnskap.PDF", PDF)])]
    assert names == ["Regnskap.pdf", "regnskap (2).pdf"]
