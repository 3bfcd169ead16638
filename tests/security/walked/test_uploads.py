"""Whatever is sent where a file is asked for: it is judged by its bytes, refused in words, and nothing is kept (X5)."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from tests.security.pages import Form
from tests.security.walked.conftest import Walk

pytestmark = pytest.mark.django_db


def _zip(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return out.getvalue()


FILES = (
    ("regnskap.pdf", b"<!doctype html><script>alert(1)</script>"),
    ("regnskap.pdf", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
    ("tom.pdf", b""),
    ("../../etc/passwd.xlsx", b"PK\x03\x04" + bytes(200)),
    ("regnskap\u202efdp.exe", b"MZ\x90\x00\x03"),
    ("a\r\nX-Header: b.xlsx", _zip("../../out.xml", "xl/workbook.xml", "[Content_Types].xml", "xl/vbaProject.bin")),
    ("x" * 300 + ".csv", b"\x00\x01\x02\x03"),
)


def _places(walk: Walk) -> list[tuple[str, str, Form, str]]:
    """(who, path, form, name) of every control that asks for a file."""
    return [
        (who, path, form, field.name)
        for (who, path), forms in walk.forms.items() for form in forms for field in form.fields
        if field.kind == "file"
    ]  # fmt: skip


def test_every_place_that_asks_for_a_file_refuses_what_it_does_not_take(walk: Walk) -> None:
    places = _places(walk)
    assert len(places) >= 6
    for who, path, form, control in places:
        for name, content in FILES:
            sent: dict[str, Any] = {key: values[0] for key, values in form.filled().items()}
            sent[control] = SimpleUploadedFile("x", content)
            sent[control].name = name  # as a program sends it: a browser would have taken the folders off
            answer = walk.house.ask(
                who, "POST", path, data=encode_multipart(BOUNDARY, sent), content_type=MULTIPART_CONTENT
            )
            assert answer.status_code == 422, f"{path} took {name!r} ({answer.status_code})"
            assert not answer.written, f"{path} kept {name!r}"  # type: ignore[attr-defined]
            assert b"alert(1)" not in answer.content, path
