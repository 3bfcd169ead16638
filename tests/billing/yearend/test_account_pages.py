"""The pages of a year's accounts, from an empty year to accounts in review, as an administrator clicks them."""

from __future__ import annotations

import io
from decimal import Decimal

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from billing.models import AccountingYear, ActualLine, SeatSale, TrialBalance, YearClosing
from billing.yearend.models import AccountMapping, Destination, YearKey
from tests import builders
from tests.billing.yearend.arrange import accounts, line, memo_hours
from tests.builders import NOW

pytestmark = pytest.mark.django_db

PAGE = "/selfcost/2026/accounts/"
FILE = "Konto;Navn;Saldo\n1920;Bank;-500,00\n3000;Salg;-1 500,00\n5000;Lønn;1 900,00\n6300;Husleie;100,00\n;Sum;0,00\n"


@pytest.fixture
def client() -> Client:
    client = Client()
    client.force_login(builders.administrator())
    return client


def sent(text: str | bytes = FILE, name: str = "saldobalanse.csv") -> dict[str, SimpleUploadedFile]:
    return {"file": SimpleUploadedFile(name, text.encode() if isinstance(text, str) else text)}


def words(client: Client, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status
    return " ".join(response.content.decode().replace("\u00a0", " ").split())


def test_an_empty_year_says_what_is_missing_and_what_to_do(client: Client) -> None:
    assert "Regnskapstall mangler: last opp saldobalanse." in words(client, PAGE)
    assert not AccountingYear.objects.exists()
    assert client.post(f"{PAGE}start/").status_code == 302
    assert AccountingYear.objects.get().year == 2026
    assert "Regnskapstall mangler: last opp saldobalanse." in words(client, PAGE)


def test_years_are_listed_and_another_is_opened(client: Client) -> None:
    assert client.post("/selfcost/accounts/", {"year": "2025"}).headers["Location"] == "/selfcost/2025/accounts/"
    assert "/selfcost/2025/accounts/" in words(client, "/selfcost/accounts/")
    refused = client.post("/selfcost/accounts/", {"year": "99"})
    assert refused.status_code == 422
    assert "<title>Feil: " in refused.content.decode()


def test_a_trial_balance_goes_from_the_file_to_the_page(client: Client) -> None:
    AccountMapping.objects.create(
        account="5000", label="Lønn", destination="advice", changed_at=NOW, changed_by=builders.administrator()
    )
    response = client.post(f"{PAGE}import/", sent())
    file = TrialBalance.objects.get()
    assert response.headers["Location"] == f"{PAGE}import/{file.pk}/"
    preview = words(client, f"{PAGE}import/{file.pk}/")
    assert "2 kontoer som må plasseres" in preview
    # What lacks a place stands before what has one.
    assert preview.index("6300</span> Husleie") < preview.index("5000</span> Lønn")
    assert not ActualLine.objects.exists()
    taken = client.post(
        f"{PAGE}import/{file.pk}/",
        {"account": "0", "name": "1", "amount": "2", "to-3000": "customers", "to-5000": "advice", "to-6300": ""},
        follow=True,
    )
    text = " ".join(taken.content.decode().replace("\u00a0", " ").split())
    assert "3 kontoer er importert. Nye: 3. Endret: 0. Borte: 0. 1 konto er ikke plassert." in text
    assert {row.account: row.destination for row in ActualLine.objects.all()} == {
        "3000": "customers",
        "5000": "advice",
        "6300": "",
    }
    assert "Ikke plassert ennå" in text


def test_columns_that_are_not_plain_are_chosen(client: Client) -> None:
    client.post(f"{PAGE}import/", sent("A;B;C\n3000;Salg;-5,00\n5000;Lønn;5,00\n"))
    path = f"{PAGE}import/{TrialBalance.objects.get().pk}/"
    assert "Hvilken kolonne har hva?" in words(client, path)
    assert "Velg kolonnen med saldo" in words(client, f"{path}?account=0&name=1", 422)
    assert "er ikke et beløp" in words(client, f"{path}?account=0&amount=1", 422)
    assert "Lønn" in words(client, f"{path}?account=0&name=1&amount=2")
    client.post(path, {"account": "0", "name": "1", "amount": "2", "to-5000": "advice"})
    assert ActualLine.objects.get(account="5000").destination == "advice"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("Konto;Navn;Saldo\n3000;Salg;-1\n5000;Lønn;0,99\n", "alle kontoene til sammen blir −0,01 kr"),
        ("Konto;Navn;Saldo\n3000;Salg;NaN\n", "Rad 2: «NaN» er ikke et beløp"),
        ("Konto;Navn;Saldo\n3000;Salg;1e400\n", "Rad 2: «1e400» er ikke et beløp"),
        ("Konto;Navn;Saldo\n3000;Salg;1234,567\n", "Rad 2: «1234,567» har mer enn to desimaler"),
        ("Konto;Navn;Saldo\n3000;Salg;1\n3000;Salg;-1\n", "Konto 3000 står både på rad 2 og rad 3"),
        (b"%PDF-1.7\0", "er verken en CSV-fil eller en XLSX-arbeidsbok"),
        ("", "er tom"),
    ],
)
def test_a_file_that_cannot_be_right_is_refused_beside_the_field(
    client: Client, content: str | bytes, message: str
) -> None:
    response = client.post(f"{PAGE}import/", sent(content))
    text = " ".join(response.content.decode().replace("\u00a0", " ").split())
    assert response.status_code == 422
    assert message in text
    assert "<title>Feil: " in text
    assert not TrialBalance.objects.exists()


def test_no_file_is_said(client: Client) -> None:
    response = client.post(f"{PAGE}import/", {})
    assert response.status_code == 422
    assert "Velg fila med saldobalansen." in response.content.decode()


def test_lines_are_written_changed_and_deleted_by_hand(client: Client) -> None:
    year = accounts()
    posted = {"label": "Husleie", "amount": "12 000,50", "destination": "shared_hours", "account": "6300"}
    client.post(f"{PAGE}lines/new/", posted)
    made = ActualLine.objects.get()
    assert (made.amount.amount, made.destination) == (Decimal("12000.50"), "shared_hours")
    refused = client.post(f"{PAGE}lines/{made.pk}/", {**posted, "amount": "1e400"})
    assert refused.status_code == 422
    assert "1e400" in refused.content.decode()
    client.post(f"{PAGE}lines/{made.pk}/", {**posted, "amount": "−1,25"})
    made.refresh_from_db()
    assert made.amount.amount == Decimal("-1.25")
    client.post(f"{PAGE}lines/{made.pk}/delete/")
    assert not year.lines.exists()


@pytest.mark.parametrize("amount", ["NaN", "1e400", "1,234", "12,345", "9999999999", ""])
def test_an_amount_that_is_none_is_said_at_the_field(client: Client, amount: str) -> None:
    accounts()
    response = client.post(f"{PAGE}lines/new/", {"label": "Husleie", "amount": amount})
    assert response.status_code == 422
    assert 'id="id_amount_error"' in response.content.decode()
    assert 'value="Husleie"' in response.content.decode()
    assert not ActualLine.objects.exists()


def test_full_time_equivalents_and_seats_are_typed(client: Client) -> None:
    accounts()
    client.post(f"{PAGE}full-time/", {"catalogue": "1", "advice": "1,25"})
    assert YearKey.objects.get().advice == Decimal("1.25")
    assert client.post(f"{PAGE}full-time/", {"advice": "-1"}).status_code == 422
    client.post(f"{PAGE}seats/new/", {"label": "Kurs", "seats": "3", "unit_price": "1190,97", "discount_percent": "70"})
    assert "3 572,91" in words(client, PAGE)
    sale = SeatSale.objects.get()
    assert client.post(f"{PAGE}seats/{sale.pk}/", {"label": "Kurs", "seats": "0", "unit_price": "1"}).status_code == 422
    client.post(f"{PAGE}seats/{sale.pk}/delete/")
    assert not SeatSale.objects.exists()


def test_the_memos_year_stands_on_the_page_to_the_øre(client: Client) -> None:
    memo_hours()
    year = accounts()
    line(year, "Drift", "2560000.00", Destination.SHARED_HOURS, account="5000", imported=True)
    text = words(client, PAGE)
    for figure in ("917 735,85", "627 924,53", "845 283,02", "169 056,60", "2 560 000,00"):
        assert figure in text
    assert "1 050,0 av 3 180,0 timer" in words(client, f"{PAGE}costs/advice/")
    assert "845 283,02" in words(client, f"{PAGE}costs/advice/")
    assert "3 180,0" in words(client, f"{PAGE}hours/")


def test_a_shared_cost_without_hours_is_said_and_does_not_fail(client: Client) -> None:
    line(accounts(), "Drift", "100.00", Destination.SHARED_HOURS)
    for path in (PAGE, f"{PAGE}costs/advice/"):
        assert "men ingen timer er ført i 2026." in words(client, path)


def test_every_sum_opens_its_rows(client: Client) -> None:
    year = accounts()
    line(year, "Lønn", "100.00", Destination.ADVICE, account="5000", imported=True)
    line(year, "Husleie", "30.00", Destination.AREA_1)
    line(year, "Ukjent", "5.00", account="7000", imported=True)
    page = words(client, PAGE)
    for to in ("advice", "area_1", "none"):
        assert f"{PAGE}rows/?to={to}" in page
    assert "Lønn" in words(client, f"{PAGE}rows/?to=advice")
    assert "Husleie" not in words(client, f"{PAGE}rows/?to=advice")
    assert "Ukjent" in words(client, f"{PAGE}rows/?to=none")
    assert "Husleie" in words(client, f"{PAGE}rows/?from=hand")
    assert client.get(f"{PAGE}rows/?to=moon").status_code == 404


def test_accounts_are_placed_on_a_page_and_remembered(client: Client) -> None:
    wages = line(accounts(), "Lønn", "100.00", account="5000", imported=True)
    assert client.post(f"{PAGE}mapping/", {f"to-{wages.pk}": "moon"}).status_code == 422
    client.post(f"{PAGE}mapping/", {f"to-{wages.pk}": "advice"})
    assert AccountMapping.objects.get().destination == "advice"
    assert "5000" in words(client, "/selfcost/accounts/mapping/")
    client.post("/selfcost/accounts/mapping/", {"to-5000": "outside"})
    assert AccountMapping.objects.get().destination == "outside"
    wages.refresh_from_db()
    assert wages.destination == "advice"


def test_what_is_missing_keeps_the_accounts_from_being_handed_over(client: Client) -> None:
    unplaced = line(accounts(), "Ukjent", "5.00", account="7000")
    assert "1 konto er ikke plassert." in words(client, PAGE)
    client.post(f"{PAGE}submit/")
    assert AccountingYear.objects.get().submitted_at is None
    ActualLine.objects.filter(pk=unplaced.pk).update(destination="outside")
    client.post(f"{PAGE}submit/")
    assert AccountingYear.objects.get().submitted_at is not None
    assert "Til kontroll" in words(client, PAGE)
    refused = client.post(f"{PAGE}lines/new/", {"label": "Ny", "amount": "1"})
    assert refused.status_code == 422
    assert "venter på kontroll" in refused.content.decode()
    assert client.post(f"{PAGE}return/", {"reason": ""}).status_code == 422
    client.post(f"{PAGE}return/", {"reason": "Mangler husleie."})
    assert "Mangler husleie." in words(client, PAGE)


def test_a_closed_year_shows_its_figures_and_takes_nothing(client: Client) -> None:
    year = accounts()
    made = line(year, "Styret", "5.00", Destination.OUTSIDE)
    YearClosing.objects.create(accounting_year=year, figures={}, closed_at=NOW, closed_by=builders.administrator())
    text = words(client, PAGE)
    assert "Avsluttet" in text
    assert f"{PAGE}lines/new/" not in text
    refused = client.post(f"{PAGE}lines/{made.pk}/", {"label": "Annet", "amount": "1"})
    assert refused.status_code == 422
    assert client.post(f"{PAGE}import/", sent()).status_code == 422


def test_rows_come_as_a_workbook_with_live_sums_and_as_csv(client: Client) -> None:
    year = accounts()
    line(year, "=2+2", "100.00", Destination.ADVICE, account="5000", imported=True, source="saldo.csv")
    line(year, "Husleie", "-30.00")
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{PAGE}rows/xlsx/").content))
    rows = [[cell.value for cell in row] for row in book.worksheets[0].iter_rows()]
    assert rows[1] == ["5000", "=2+2", 100, "område 3, rådgivning", "saldo.csv", "saldobalanse"]
    assert book.worksheets[0]["B2"].data_type == "s"
    formulas = [row[1].value for row in book.worksheets[1].iter_rows(min_row=2)]
    assert formulas[0] == "=SUMIF('Regnskap 2026'!D2:D3,A2,'Regnskap 2026'!C2:C3)"
    assert formulas[-1] == "=SUM(B2:B17)"
    text = client.get(f"{PAGE}rows/csv/").content.decode("utf-8-sig")
    assert "Husleie;-30,00;Ikke plassert ennå" in text
    assert client.get(f"{PAGE}rows/pdf/").status_code == 404


def test_the_file_comes_back_as_it_was(client: Client) -> None:
    client.post(f"{PAGE}import/", sent())
    file = TrialBalance.objects.get()
    response = client.get(f"{PAGE}files/{file.pk}/")
    assert response.content == FILE.encode()
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    client.post(f"{PAGE}import/{file.pk}/delete/")
    assert client.get(f"{PAGE}files/{file.pk}/").status_code == 404


@pytest.mark.parametrize("path", [PAGE, f"{PAGE}rows/", f"{PAGE}mapping/", f"{PAGE}hours/", f"{PAGE}costs/advice/"])
def test_the_number_of_queries_does_not_grow_with_the_rows(client: Client, path: str) -> None:
    year = accounts()
    advisor = builders.advisor()
    builders.entry(builders.activity(funding_area=3), 60, advisor=advisor)

    def more() -> None:
        for number in range(6):
            line(year, f"Konto {number}", "10.00", Destination.SHARED_HOURS, account=str(5000 + year.lines.count()))
            SeatSale.objects.create(accounting_year=year, label="Kurs", seats=2, unit_price=Decimal("10.00"))
            builders.entry(builders.activity(funding_area=2), 60, advisor=advisor)

    more()
    client.get(path)
    with CaptureQueriesContext(connection) as few:
        client.get(path)
    more()
    with CaptureQueriesContext(connection) as many:
        client.get(path)
    assert len(many) == len(few)


def test_the_preview_asks_as_often_for_many_accounts_as_for_few(client: Client) -> None:
    def asked(count: int) -> int:
        rows = [f"{5000 + number};Konto;1,00" for number in range(count)]
        client.post(f"{PAGE}import/", sent("\n".join(["Konto;Navn;Saldo", *rows, f"1920;Bank;-{count},00"])))
        path = f"{PAGE}import/{TrialBalance.objects.order_by('-pk')[0].pk}/"
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        return len(queries)

    assert asked(3) == asked(60)


LINE = {"label": "Revisjon", "amount": "60 000", "destination": "advice", "account": "", "source": ""}
SEATS = {"label": "Kurs", "seats": "18", "unit_price": "1 148", "discount_percent": "", "source": ""}


@pytest.mark.parametrize(("place", "typed", "model"), [("lines", LINE, ActualLine), ("seats", SEATS, SeatSale)])
def test_a_form_that_comes_twice_makes_one_row(
    client: Client, place: str, typed: dict[str, str], model: type[ActualLine | SeatSale]
) -> None:
    client.post(f"{PAGE}start/")
    word = {"once": client.get(f"{PAGE}{place}/new/").context["form"]["once"].value()}
    assert 'name="once" value="' in words(client, f"{PAGE}{place}/new/")
    assert client.post(f"{PAGE}{place}/new/", typed | word).status_code == 302
    again = client.post(f"{PAGE}{place}/new/", typed | word, follow=True)
    assert "Dette var lagret allerede" in again.content.decode()
    assert model.objects.count() == 1
    # Whoever goes back and writes something else means something else, and a new page has a new word.
    client.post(f"{PAGE}{place}/new/", typed | word | {"label": "Noe annet"})
    fresh = {"once": client.get(f"{PAGE}{place}/new/").context["form"]["once"].value()}
    client.post(f"{PAGE}{place}/new/", typed | fresh)
    assert model.objects.count() == 3


def test_a_refused_form_can_be_sent_again_with_its_word(client: Client) -> None:
    client.post(f"{PAGE}start/")
    word = {"once": "w" * 32}
    refused = client.post(f"{PAGE}lines/new/", LINE | word | {"amount": "mye"})
    assert refused.status_code == 422
    assert 'name="once" value="' + "w" * 32 in refused.content.decode()
    assert client.post(f"{PAGE}lines/new/", LINE | word).status_code == 302
    assert ActualLine.objects.count() == 1
