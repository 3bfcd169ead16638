"""The import of organisations and contacts: it does what it shows, all or nothing, and nothing hostile passes."""

from __future__ import annotations

import html
import io
import re
import zipfile
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from advisory.kernel.audit import AuditEvent
from advisory.kernel.spreadsheet import Column, Formula, Sheet, csv_file, read_table, workbook
from clients.contacts import services as contacts
from clients.importing import table as file_table
from clients.importing.plan import Sort, plan_of
from clients.importing.services import ImportChangesNothing, ImportHasMistakes, ImportStale, take_in
from clients.importing.table import TooManyRows, recognised, table_of
from clients.models import Contact, Organisation
from clients.organisations.services import change, register
from tests import builders
from tests.builders import NOW

pytestmark = pytest.mark.django_db
PATH = "/organisations/import/"


def _csv(*rows: list[Any]) -> bytes:
    return csv_file([str(cell) for cell in rows[0]], rows[1:])


def _plan(*rows: list[Any]) -> Any:
    table = table_of("lag.csv", _csv(*rows))
    return plan_of(table, recognised(table.headings))


def _take(*rows: list[Any]) -> Any:
    table = table_of("lag.csv", _csv(*rows))
    columns = recognised(table.headings)
    seen = plan_of(table, columns).digest
    return take_in(table=table, columns=columns, seen=seen, by=builders.administrator(), now=NOW)


def _upload(client: Client, content: bytes, name: str = "lag.csv") -> Any:
    return client.post(PATH, {"file": SimpleUploadedFile(name, content)})


def _hidden(page: str) -> dict[str, str]:
    """What the report's form carries, as a browser would post it."""
    found = {}
    for tag in re.findall(r'<input type="hidden"[^>]*>', page):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and value and name[1] in ("name", "content", "seen"):
            found[name[1]] = html.unescape(value[1])
    for name, options in re.findall(r'<select[^>]*name="(column-\d+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found[name] = chosen[1] if chosen else ""
    return found


@pytest.fixture
def office(client: Client) -> Client:
    client.force_login(builders.administrator())
    return client


def _full() -> Organisation:
    """An organisation with every fact, of letters and signs that files break on."""
    parent = register(by=None, now=NOW, name="Fylkeslaget; «Nord»")
    return register(
        by=None, now=NOW, name='Åsgård "Øst" =lag', organisation_number="974760673", form="FLI", kind="voluntary",
        in_voluntary_register=True, purpose_documented=False, own_accounts=False, parent=parent, icnpo=1200,
        members=38,
        address="+Gata 1", postal_code="0150", city="Oslo", municipality="Oslo", county="Oslo",
        email="post@lag.example", phone="+47 55 12 34 56", language="nn",
        invoice_email="faktura@lag.example", invoice_reference="-42",
        invoice_address="Boks 1", invoice_postal_code="0151", invoice_city="Oslo", payment_days=30,
        customer_since=date(2020, 3, 1), status="inactive",
    )  # fmt: skip


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_a_list_that_is_downloaded_and_read_back_changes_nothing(client: Client, kind: str, language: str) -> None:
    organisation = _full()
    someone = contacts.add(organisation=organisation, name="=Kari", role="leder", email="k@x.example", by=None, now=NOW)
    contacts.add(organisation=organisation, name="Ola", phone="+47 12345678", by=None, now=NOW)
    contacts.deactivate(contact=someone, by=None, now=NOW)
    client.force_login(builders.administrator(language=language))
    for path in ("/organisations/?status=all&", f"/organisations/{organisation.number}/contacts/?"):
        content = client.get(f"{path}file={kind}").content
        table = table_of(f"lag.{kind}", content)
        columns = recognised(table.headings)
        assert len([key for key in columns if key]) == (27 if "status" in path else 8)
        plan = plan_of(table, columns)
        assert [(row.sort, row.mistakes, row.differences) for row in plan.rows] == [
            (Sort.UNCHANGED, [], []) for _row in plan.rows
        ]
        page = _upload(client, content, f"lag.{kind}")
        assert page.status_code == 200
        assert 'name="take"' not in page.content.decode()


def test_new_changed_unchanged_and_wrong_rows_are_told_apart() -> None:
    register(by=None, now=NOW, name="Bygdekor Vest", organisation_number="974760673", city="Bergen")
    register(by=None, now=NOW, name="Fjellklubben", city="Voss")
    plan = _plan(
        ["Navn", "Org.nr.", "Poststed", "E-post"],
        ["Et annet navn", "974 760 673", "Os", ""],
        ["fjellklubben", "", "Voss", ""],
        ["Speiderkretsen", "", "Hamar", "post@krets.example"],
        ["Feil", "123456789", "", "ikke en adresse"],
    )
    assert [row.sort for row in plan.rows] == [Sort.CHANGED, Sort.CHANGED, Sort.NEW, Sort.WRONG]
    shown = [(str(d.heading), d.before, d.after) for d in plan.rows[0].differences]
    assert ("Poststed", "Bergen", "Os") in shown
    assert ("Navn", "Bygdekor Vest", "Et annet navn") in shown
    assert [(d.before, d.after) for d in plan.rows[1].differences] == [("Fjellklubben", "fjellklubben")]
    assert len(plan.rows[3].mistakes) == 2
    assert all(mistake.heading and mistake.text for mistake in plan.rows[3].mistakes)
    assert [row.number for row in plan.rows] == [2, 3, 4, 5]


def test_taking_in_writes_organisations_and_contacts_with_the_file_as_reason() -> None:
    taken = _take(
        ["Navn", "Del av", "Kontaktperson", "Rolle", "Kontakt e-post"],
        ["Lokallaget", "Kretsen", "Kari", "leder", "kari@lag.example"],
        ["Kretsen", "", "", "", ""],
        ["Lokallaget", "", "Ola", "kasserer", ""],
    )
    assert (taken.new, taken.changed, taken.contacts) == (2, 0, 2)
    branch = Organisation.objects.get(name="Lokallaget")
    assert branch.parent is not None
    assert branch.parent.name == "Kretsen"
    assert list(branch.contacts.values_list("name", "role")) == [("Kari", "leder"), ("Ola", "kasserer")]
    reasons = set(AuditEvent.objects.filter(action__in=["organisation.register", "contact.add"]).values_list("reason"))
    assert reasons == {("Fra filen «lag.csv».",)}


def test_an_empty_cell_leaves_what_stands() -> None:
    register(by=None, now=NOW, name="Bygdekor Vest", city="Bergen", phone="55 12 34 56")
    _take(["Navn", "Poststed", "Telefon"], ["Bygdekor Vest", "", "55 00 00 00"])
    organisation = Organisation.objects.get(name="Bygdekor Vest")
    assert (organisation.city, organisation.phone) == ("Bergen", "55 00 00 00")


def test_a_contact_that_is_here_is_changed_and_not_added_again() -> None:
    organisation = register(by=None, now=NOW, name="Bygdekor Vest")
    contacts.add(organisation=organisation, name="Kari Nes", email="kari@lag.example", by=None, now=NOW)
    _take(
        ["Navn", "Kontakt", "Rolle", "Kontakt e-post", "Kontakten er i bruk"],
        ["Bygdekor Vest", "Kari Nesheim", "leder", "KARI@lag.example", "nei"],
    )
    contact = Contact.objects.get()
    assert (contact.name, contact.role, contact.active) == ("Kari Nesheim", "leder", False)


@pytest.mark.parametrize(
    ("rows", "part"),
    [
        ([["Navn"], ["Kor"], ["kor"]], "rad 2"),
        ([["Navn", "Org.nr."], ["Kor", "974760673"], ["Lag", "974760673"]], "rad 2"),
        ([["Navn", "Del av"], ["Kor", "Ingen"]], "Ingen"),
        ([["Navn", "Del av"], ["A", "B"], ["B", "A"]], "A kan ikke ligge under seg selv"),
        ([["Vårt nummer", "Navn"], ["9999", "Kor"]], "9999"),
        ([["Navn", "Slag"], ["Kor", "kor"]], "frivillig"),
        ([["Navn", "Medlemmer"], ["Kor", "mange"]], ""),
        ([["Navn", "Rolle"], ["Kor", "leder"]], "kontakt"),
        ([["Navn", "Har eget regnskap"], ["Kor", "nei"]], "Kor"),
        ([["Navn"], ["K" * 161]], "160"),
        ([["Navn"], ["Kor\x07"]], ""),
        ([["Navn", "Kunde siden"], ["Kor", "32.13.2020"]], ""),
    ],
)
def test_a_wrong_row_says_what_to_do_and_nothing_is_taken_in(rows: list[list[Any]], part: str) -> None:
    content = "\n".join(";".join(row) for row in rows).encode()
    table = table_of("lag.csv", content)
    columns = recognised(table.headings)
    plan = plan_of(table, columns)
    wrong = plan.of(Sort.WRONG)
    assert wrong
    assert part in " ".join(mistake.text for row in wrong for mistake in row.mistakes)
    with pytest.raises(ImportHasMistakes):
        take_in(table=table, columns=columns, seen=plan.digest, by=builders.administrator(), now=NOW)
    assert not Organisation.objects.exists()


def test_a_report_that_no_longer_holds_is_refused() -> None:
    organisation = register(by=None, now=NOW, name="Bygdekor Vest", city="Bergen")
    table = table_of("lag.csv", _csv(["Navn", "Poststed"], ["Bygdekor Vest", "Voss"]))
    columns = recognised(table.headings)
    seen = plan_of(table, columns).digest
    change(organisation=organisation, by=None, now=NOW, city="Os")
    with pytest.raises(ImportStale):
        take_in(table=table, columns=columns, seen=seen, by=builders.administrator(), now=NOW)
    organisation.refresh_from_db()
    assert organisation.city == "Os"


def test_taking_the_same_file_in_twice_changes_nothing_the_second_time() -> None:
    rows = (["Navn", "Poststed", "Kontakt"], ["Kor", "Voss", "Kari"])
    _take(*rows)
    with pytest.raises(ImportChangesNothing):
        _take(*rows)


def test_a_failure_halfway_keeps_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(**_facts: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(contacts, "add", breaks)
    with pytest.raises(RuntimeError):
        _take(["Navn", "Kontakt"], ["Kor", "Kari"])
    assert not Organisation.objects.exists()


def test_the_pages_lead_from_a_file_to_the_organisations(office: Client) -> None:
    page = _upload(office, _csv(["Lagets navn", "Poststed"], ["Kor", "Voss"]))
    assert page.status_code == 422
    posted = _hidden(page.content.decode()) | {"column-0": "name"}
    page = office.post(PATH, posted)
    assert page.status_code == 200
    text = page.content.decode()
    assert "Ta inn 1 organisasjon" in text
    assert not Organisation.objects.exists()
    answer = office.post(PATH, _hidden(text) | {"take": "1"})
    assert (answer.status_code, answer["Location"]) == (302, "/organisations/")
    assert Organisation.objects.get().city == "Voss"


def test_a_stale_report_is_shown_anew_on_the_page(office: Client) -> None:
    page = _upload(office, _csv(["Navn"], ["Kor"])).content.decode()
    register(by=None, now=NOW, name="Kor", city="Voss")
    answer = office.post(PATH, _hidden(page) | {"take": "1"})
    assert answer.status_code == 409
    assert Organisation.objects.count() == 1


def test_two_columns_for_one_fact_are_refused(office: Client) -> None:
    page = _upload(office, _csv(["Navn", "Annet"], ["Kor", "Lag"])).content.decode()
    answer = office.post(PATH, _hidden(page) | {"column-1": "name", "take": "1"})
    assert answer.status_code in (302, 422)
    answer = office.post(PATH, _hidden(page) | {"column-1": "name"})
    assert answer.status_code == 422
    assert "«Navn»" in answer.content.decode()


def _bomb() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 70_000_000)
    return buffer.getvalue()


def _book_with(entity: bytes) -> bytes:
    plain = workbook([Sheet("Ark", [Column("Navn")], [["Kor"]])], title="Ark", made_at=datetime(2026, 1, 1, tzinfo=UTC))
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(plain)) as old, zipfile.ZipFile(buffer, "w") as new:
        for info in old.infolist():
            data = old.read(info)
            if info.filename.endswith("sheet1.xml"):
                data = re.sub(rb"(<\?xml[^>]*\?>)?", lambda found: found[0] + entity, data, count=1)
            new.writestr(info.filename, data)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("bombe.xlsx", _bomb()),
        ("enheter.xlsx", _book_with(b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>')),
        ("latter.xlsx", _book_with(b'<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>')),
        ("bilde.png", b"\x89PNG\r\n\x1a\n\0\0\0"),
        ("ødelagt.xlsx", b"PK\x03\x04 broken"),
        ("tom.csv", b"\r\n;;\r\n"),
        ("overskrift.csv", b"Navn;Poststed\r\n"),
        ("bred.csv", b";".join([b"x"] * 70)),
    ],
    ids=["zip bomb", "external entity", "entities", "picture", "broken archive", "empty", "headings only", "wide"],
)
def test_a_hostile_or_empty_file_is_refused_in_words(office: Client, name: str, content: bytes) -> None:
    answer = _upload(office, content, name)
    assert answer.status_code == 422
    assert "Feil: " in answer.content.decode()
    assert not Organisation.objects.exists()


@pytest.mark.parametrize("carried", ["", "!!", "AAAA", "eJwDAAAAAAE="])
def test_a_report_that_was_tampered_with_is_refused(office: Client, carried: str) -> None:
    answer = office.post(PATH, {"name": "lag.csv", "content": carried, "seen": "", "take": "1"})
    assert answer.status_code == 422


def test_a_cell_is_never_run_and_never_markup(office: Client) -> None:
    sheet = Sheet("Ark", [Column("Navn")], [["<script>alert(1)</script>"], [Formula("=1+1")], ["=cmd|' /C calc'!A0"]])
    content = workbook([sheet], title="Ark", made_at=datetime(2026, 1, 1, tzinfo=UTC))
    page = _upload(office, content, "lag.xlsx").content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_more_rows_than_an_import_takes_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_table, "MOST_ROWS", 2)
    with pytest.raises(TooManyRows):
        table_of("lag.csv", _csv(["Navn"], ["A"], ["B"], ["C"]))


def test_a_dry_run_asks_the_same_number_of_questions_whatever_the_rows() -> None:
    counts = []
    for size in (5, 200):
        rows = [[f"Kor {number}", "Kretsen", f"Person {number}"] for number in range(size)]
        with CaptureQueriesContext(connection) as asked:
            _plan(["Navn", "Del av", "Kontakt"], ["Kretsen", "", ""], *rows)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 3


def test_taking_in_a_row_asks_a_bounded_number_of_questions() -> None:
    with CaptureQueriesContext(connection) as asked:
        _take(["Navn", "Kontakt"], *[[f"Kor {number}", "Kari"] for number in range(50)])
    assert len(asked) <= 50 * 16 + 20


def test_the_empty_file_holds_every_heading_and_is_known_again(office: Client) -> None:
    for kind in ("csv", "xlsx"):
        content = office.get(f"{PATH}template/?file={kind}").content
        [heading] = read_table(f"mal.{kind}", content)
        assert recognised(heading) == file_table.keys()
    assert office.get(f"{PATH}template/").status_code == 302


def test_only_administrators_import(client: Client) -> None:
    client.force_login(builders.advisor())
    assert client.get(PATH).status_code == 403
    assert PATH not in client.get("/organisations/").content.decode()
