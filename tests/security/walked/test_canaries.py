"""Hostile text in every field of every model lies dead in every page, file and mail (X1, X2, X6, X8, N6, A3).

Every path as the one who comes furthest on it, and as others where they are shown another page; every file that the
pages offer; every mail that has been posted.
"""

from __future__ import annotations

import csv
import io
import json
import re
import socket
from dataclasses import replace
from email import message_from_bytes
from email.policy import default
from typing import Any, cast

import openpyxl
import pytest
from django.apps import apps
from django.core import mail
from django.db import transaction
from pypdf import PdfReader

from advisory.kernel import outbox, texts
from advisory.kernel.outbox import OutboundMessage
from advisory.kernel.spreadsheet import XLSX_TYPE
from tests.access.world import CANARY
from tests.security import canaries
from tests.security.alive import alive
from tests.security.canaries import MARK
from tests.security.headers import missing_headers
from tests.security.walked.conftest import Walk

pytestmark = pytest.mark.django_db

OPENERS = tuple("=+-@|%\t\r\uff1d\uff0b\uff0d\uff20")
#: A figure may begin with a minus: it is no text.
FIGURE = re.compile(r"[+-]?[\d\s\xa0.,]+( ?%)?")
#: What a browser shows and never runs.
HARMLESS = (
    "application/pdf", "image/png", "application/json", "application/problem+json", "application/vnd.oai.openapi",
)  # fmt: skip
#: What is in /etc/hostname, where there is such a file.
HOSTNAMES = [name for name in (socket.gethostname(),) if len(name) > 5]


def test_every_text_field_of_every_model_has_its_canary(walk: Walk) -> None:
    without = []
    for label in canaries.text_fields():
        model, _dot, name = label.rpartition(".")
        rows = apps.get_model(model)._base_manager.values_list(name, flat=True)
        if not canaries.holds_no_text(label) and not any(MARK in str(value) for value in rows):
            without.append(label)
    assert not without, "lay a row in tests/security/hostile_world.py, or say in canaries.NO_TEXT that it is no text"


def test_what_people_write_is_shown_somewhere_or_known_to_be_shown_nowhere(walk: Walk) -> None:
    said = "".join(
        answer.content.decode("utf-8", "replace") for _who, _path, answer in walk.of_type("text/", "application/json")
    )
    hidden = {
        label
        for label in canaries.text_fields()
        if not canaries.holds_no_text(label) and not canaries.is_made_of_others(label)
        if canaries.name_of(label) not in said
    }
    assert hidden <= canaries.SHOWN_NOWHERE, "a field nobody sees proves nothing: show it, or say that nobody does"


def test_no_canary_becomes_markup(walk: Walk) -> None:
    live = [
        f"{path} as {who}: {what}"
        for who, path, answer in walk.of_type("text/html")
        for what in alive(answer.content.decode())
    ]
    assert not live, live[:20]


def test_no_canary_is_run_as_a_template(walk: Walk) -> None:
    run = [
        f"{path} as {who}: {found[0]}"
        for who, path, answer in walk.of_type("text/", "application/json")
        if (found := re.search(rf"{MARK}49{MARK}|(?:<|&lt;)class '\w+'", answer.content.decode("utf-8", "replace")))
    ]
    assert not run, run[:20]


def test_answers_for_programs_hold_the_text_as_data(walk: Walk) -> None:
    answers = [each for each in walk.of_type("application/json") if each[1].startswith("/api/v1/")]
    assert len(answers) > 20
    sung = 0
    for who, path, answer in answers:
        said = json.dumps(json.loads(answer.content), ensure_ascii=False)
        sung += f"<{MARK}n" in said
        # A browser that took the answer for a page would see no tag in it.
        assert answer.headers["X-Content-Type-Options"] == "nosniff", f"{path} as {who}"
    assert sung > 10


def test_no_cell_of_a_csv_file_begins_a_formula(walk: Walk) -> None:
    files = list(walk.of_type("text/csv"))
    assert len(files) > 15
    live, sung = [], False
    for who, path, answer in files:
        for row in csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline=""), delimiter=";"):
            for cell in row:
                sung |= MARK in cell
                if cell.lstrip().startswith(OPENERS) and not FIGURE.fullmatch(cell):
                    live.append(f"{path} as {who}: {cell!r}")
    assert not live, live[:20]
    assert sung


def test_a_formula_of_a_workbook_is_one_of_ours(walk: Walk) -> None:
    files = list(walk.of_type(XLSX_TYPE))
    assert len(files) > 15
    live, sung = [], False
    for who, path, answer in files:
        for sheet in openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets:
            for cell in (cell for row in sheet.iter_rows() for cell in row):
                said = str(cell.value)
                sung |= MARK in said
                if (cell.data_type == "f" and MARK in said) or cell.hyperlink:
                    live.append(f"{path} as {who}: {cell.coordinate} {said!r}")
    assert not live, live[:20]
    assert sung


def test_a_pdf_shows_the_text_as_it_stands_and_opens_nothing(walk: Walk) -> None:
    files = list(walk.of_type("application/pdf"))
    assert len(files) > 5
    literal = 0
    for who, path, answer in files:
        if answer.content.startswith(b"%PDF-1.7 "):
            continue  # Evidence: the bytes that somebody sent in, which are not a PDF of ours.
        read = PdfReader(io.BytesIO(answer.content))
        said = "".join("".join(page.extract_text().split()) for page in read.pages)
        literal += f"<{MARK}n" in said
        links: list[Any] = [link.get_object() for page in read.pages for link in cast(Any, page.get("/Annots", ()))]
        # Within the document only: one that runs something or leads elsewhere has an action.
        named = [key for link in links for key in link if key in ("/A", "/AA", "/URI", "/JS")]
        named += [key for page in read.pages for key in page if key == "/AA"]
        named += [
            key for key in cast(Any, read.trailer["/Root"]) if key in ("/OpenAction", "/AA", "/Names", "/AcroForm")
        ]
        assert not named, f"{path} as {who}: {named}"
        assert f"{MARK}49{MARK}" not in said, path
        assert all(host not in said for host in HOSTNAMES), f"{path} read a file of this machine"
    assert literal > 3


def test_a_mail_is_plain_text_with_no_header_but_ours(walk: Walk) -> None:
    waiting = (
        OutboundMessage.objects.filter(sent_at=None).exclude(kind="access-walk").exclude(reference__contains=CANARY)
    )
    kinds = {message.kind for message in waiting}
    assert len(kinds) >= 4, kinds
    mail.outbox = []
    with transaction.atomic():
        ids = list(waiting.values_list("pk", flat=True))
        sent = outbox.send_each(ids)
        errors = set(OutboundMessage.objects.filter(pk__in=ids).values_list("last_error", flat=True))
        transaction.set_rollback(True)
    assert sent == len(ids), errors
    for message in mail.outbox:
        read = message_from_bytes(message.message().as_bytes(), policy=default)
        assert not [name for name in read if MARK in name.lower() or name.lower() in ("bcc", "cc")], message.subject
        assert MARK in str(read["Subject"]) + str(read["To"]) + message.body
        assert "\n" not in message.subject
        body = read.get_body(("html", "plain"))
        assert body is not None
        assert body.get_content_type() == "text/plain"
        assert f"{MARK}49{MARK}" not in body.get_content()
        assert "<class" not in body.get_content()


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_no_value_of_a_letter_reaches_further_than_its_own_words(language: str) -> None:
    for kind in texts.kinds():
        if language == "nn":
            kind = replace(kind, key="the house has written nothing")
        said = {
            each.name: f"{MARK}{{organisation}}\r\nBcc: a@b.example{{{{7*7}}}}%(x)s{{0.__class__}}"
            for each in kind.placeholders
        }
        made = texts.Texts().compose(kind, language, said)
        assert "\n" not in made.subject
        assert "\r" not in made.subject
        assert f"{MARK}{{organisation}}" in made.body
        assert "{{7*7}}%(x)s{0.__class__}" in made.body


def test_every_answer_has_the_headers_that_hold_a_browser_back(walk: Walk) -> None:
    wrong = [
        f"{path} as {who}: {what}"
        for who, path, answer in walk.answers
        for what in missing_headers(answer, is_known=who != "anonymous", is_for_programs=path.startswith("/api/v1/"))
    ]
    assert not wrong, wrong[:20]


def test_what_is_no_page_is_saved_and_not_shown(walk: Walk) -> None:
    """But for what no browser runs: our own PDFs, the seller's mark (a PNG), and answers for programs."""
    shown = set()
    for who, path, answer in walk.answers:
        kind = answer.headers.get("Content-Type", "").partition(";")[0]
        if kind in ("", "text/html") or path == "/healthz" or answer.status_code != 200:
            continue
        disposition = answer.headers.get("Content-Disposition", "")
        if not disposition.startswith("attachment"):
            shown.add(kind)
            assert kind in HARMLESS, f"{path} as {who}: {kind} {disposition!r}"
        if "/evidence/" in path or "/attachments/" in path:
            assert disposition.startswith("attachment"), path
    assert "text/csv" not in shown
