"""What the invoice and the credit note say on paper. Figures from domain.md's worked examples."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from PIL import Image

from billing.invoicing import pdf
from billing.invoicing.document import Document
from tests.billing import memo, printed
from tests.paper import Drawn, faults, objects, pages, text, watched


def drawn(document: Document) -> list[Drawn]:
    with watched() as seen:
        pdf.render(document)
    return seen


@pytest.mark.parametrize(
    "figure",
    [
        "20 634,84",
        "−10 317,42",
        "10 317,42",
        "Mva 25 % av 10 317,42",
        "2 579,36",
        "12 896,78 kr",
        # The lines: quantity, price, full price, discount and net of the first one.
        "12,50",
        "959,76",
        "11 997,00",
        "50 %",
        "−5 998,50",
        "5 998,50",
    ],
)
def test_the_first_page_has_every_figure_of_the_memos_invoice(figure: str) -> None:
    assert figure in pages(pdf.render(printed.invoice()))[0]


@pytest.mark.parametrize(
    ("required", "said"),
    [
        ("number", "Faktura 202600123"),
        ("document date", "22.11.2026"),
        ("seller's name", "Kompetansebasen"),
        ("seller's organisation number and registration", "Org.nr. 310 000 078 MVA"),
        ("seller's address", "0150 Oslo"),
        ("buyer's name", "Bygdekor Vest"),
        ("buyer's address", "6899 Fjordvik"),
        ("buyer's organisation number", "Org.nr. 313 224 414"),
        ("nature of the service", "Anskaffelsesbistand medlemssystem"),
        ("quantity", "7,25"),
        ("time of delivery", "1.–31. oktober 2026"),
        ("place of delivery", "Bergen og digitalt"),
        ("price", "959,76"),
        ("due date", "06.12.2026"),
        ("VAT in kroner", "2 579,36"),
        ("reference of the buyer", "Styrevedtak 14/26"),
    ],
)
def test_every_item_of_the_bookkeeping_regulation_is_on_page_one(required: str, said: str) -> None:
    assert said in pages(pdf.render(printed.invoice()))[0], required


def test_the_band_says_how_to_pay_in_one_place() -> None:
    band = [each for each in drawn(printed.invoice()) if each.page == 1 and 23.75 < each.line < 27]
    assert [each.text.replace("\u00a0", " ") for each in band] == [
        "Å betale",
        "12 896,78 kr",
        "Forfall",
        "6. desember 2026",
        "Kontonummer",
        "1234 56 78903",
        "KID",
        "2026 00123 6",
    ]


def test_vat_is_one_rounding_for_each_group_and_an_exempt_group_says_so() -> None:
    first = pages(pdf.render(printed.mixed_vat()))[0]
    for said in ("Mva 25 % av 1 104,65", "276,16", "Unntatt mva 1 071,87", "2 176,52", "2 452,68 kr", "5 078,57"):
        assert said in first
    assert "Undervisning er unntatt mva etter merverdiavgiftsloven § 3-5." in first
    assert "0 %" not in first.replace("70 %", "")


def test_taxed_groups_stand_before_exempt_ones() -> None:
    first = pages(pdf.render(printed.mixed_vat()))[0]
    assert first.index("Mva 25 % av") < first.index("Unntatt mva")


def test_a_credit_note_names_its_invoice_and_what_is_left_to_pay() -> None:
    (page,) = pages(pdf.render(printed.credit_note()))
    for said in (
        "Kreditnota 202600140",
        "Retter faktura 202600131 av 22.11.2026",
        "Til gode",
        "554,55 kr",
        "Mva 25 % av 157,81",
        "39,45",
        "1 898,13 kr",
        "2026 00131 9",
        "Reisetiden var ført på feil oppdrag.",
        "Timene blir fakturert på nytt.",
        "Dette krediteres",
        "Linje 3 på fakturaen",
        "Rabatten på linjene over, 1 201,90 kr, er ført tilbake til «Grunntilskudd 2026».",
        "§ 5-2-8",
    ):
        assert said in page
    assert "Slik ble prisen til" not in page


def test_what_was_paid_or_credited_before_stands_between_invoice_and_rest() -> None:
    made = printed.credit_note()
    assert made.credits is not None
    paid = replace(made, credits=replace(made.credits, left_to_pay=Decimal("0.00")))
    said = text(pdf.render(paid))
    # 2 452,68 - 554,55 = 1 898,13 was paid before.
    assert "Betalt eller kreditert før" in said
    assert "−1 898,13" in said
    assert "Dere skal ikke betale noe." in said
    assert "Betalt eller kreditert" not in text(pdf.render(made))


def test_a_draft_has_no_number_and_nothing_to_pay_by() -> None:
    draft = replace(printed.invoice(), number=None, payment_reference="")
    first, last = pages(pdf.render(draft))
    assert "Utkast – ikke faktura" in first
    assert "Utkast – ikke faktura, Bygdekor Vest" in last
    for page in (first, last):
        for missing in ("202600123", "Fakturanummer", "KID 2026", "1234 56 78903", "None"):
            assert missing not in page
    assert "06.12.2026" not in first


def test_a_draft_of_a_credit_note_is_no_credit_note() -> None:
    assert "Utkast – ikke kreditnota" in text(pdf.render(replace(printed.credit_note(), number=None)))


def test_a_seller_outside_the_vat_register_neither_says_mva_nor_charges_it() -> None:
    line = printed.line(1, "Digital strategi", 750, "11997.00", "5998.50", vat=printed.OUTSIDE)
    made = printed.document([line], [(printed.OUTSIDE, "5998.50", "0.00")])
    made = replace(made, seller=replace(made.seller, vat_registered=False))
    first = pages(pdf.render(made))[0]
    assert "MVA" not in first
    assert "25 %" not in first
    assert "Mva" not in first
    assert "Vi er ikke registrert i Merverdiavgiftsregisteret" in first
    assert "5 998,50 kr" in first


def test_without_a_discount_there_is_no_discount_column_nor_row() -> None:
    line = printed.line(1, "Digital strategi", 750, "11997.00", "0.00", tier=memo.FULL_PRICE, pot=None)
    first = pages(pdf.render(printed.document([line], [(printed.TAXED, "11997.00", "2999.25")])))[0]
    assert "Rabatt" not in first
    assert "Full pris" not in first
    assert "14 996,25 kr" in first


def test_a_discount_of_all_leaves_nothing_to_pay_and_no_way_to_pay_it() -> None:
    free = replace(memo.TIER, code="H", percent=Decimal("100.00"))
    line = printed.line(1, "Digital strategi", 750, "11997.00", "11997.00", tier=free)
    said = text(pdf.render(printed.document([line], [(printed.TAXED, "0.00", "0.00")])))
    assert "0,00 kr" in said
    assert "Rabatten dekker hele prisen" in said
    assert "Dere skal ikke betale noe." in said
    assert "Kontonummer" not in said


def test_time_that_hundredths_cannot_say_is_printed_as_hours_and_minutes() -> None:
    # 20 minutes at 959,76 are 319,92; "0,33" times 959,76 would be 316,72.
    line = printed.line(1, "Telefon", 20, "319.92", "159.96")
    first = pages(pdf.render(printed.document([line], [(printed.TAXED, "159.96", "39.99")])))[0]
    assert "0:20" in first
    assert "0,33" not in first


@pytest.mark.parametrize(
    ("language", "title", "pay", "price", "lang"),
    [
        ("nb", "Faktura 202600123", "Å betale", "Slik ble prisen til", "nb-NO"),
        ("nn", "Faktura 202600123", "Å betale", "Slik blei prisen til", "nn-NO"),
        ("en", "Invoice 202600123", "To pay", "How the price came about", "en-GB"),
    ],
)
def test_the_document_speaks_its_own_language(language: str, title: str, pay: str, price: str, lang: str) -> None:
    file = pdf.render(replace(printed.invoice(), language=language))
    said = text(file)
    assert title in said
    assert pay in said
    assert price in said
    assert objects(file).root_object["/Lang"] == lang


def test_nynorsk_says_nothing_in_bokmål() -> None:
    said = text(pdf.render(replace(printed.invoice(), language="nn"))).lower()
    for word in ("hvem", "hva ", "ikke", "timer", "selvkost", "rabattrinn", "dere ", "fra «"):
        assert word not in said


def test_english_writes_figures_the_english_way() -> None:
    said = text(pdf.render(replace(printed.invoice(), language="en")))
    assert "NOK 12,896.78" in said
    assert "6 December 2026" in said
    assert "NOK 500,000 – 1 million" in said


def test_the_same_document_gives_the_same_bytes_in_this_process_and_another() -> None:
    here = pdf.render(printed.mixed_vat())
    assert pdf.render(printed.mixed_vat()) == here
    program = (
        "import sys, django; django.setup();"
        "from billing.invoicing import pdf; from tests.billing import printed;"
        "pdf.render(printed.invoice());"
        "sys.stdout.buffer.write(pdf.render(printed.mixed_vat()))"
    )
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings", "PYTHONHASHSEED": "7"}
    there = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, check=True)
    assert there.stdout == here


def test_the_file_says_what_it_is_and_embeds_its_two_fonts() -> None:
    reader = objects(pdf.render(printed.invoice()))
    information = reader.metadata
    assert information.title == "Faktura 202600123 fra Kompetansebasen"
    assert information.author == "Kompetansebasen"
    assert information.subject == "Rådgivning i oktober 2026, Bygdekor Vest"
    assert information.creator == "Selvkost"
    assert reader.root_object["/ViewerPreferences"]["/DisplayDocTitle"]
    assert [entry.title for entry in reader.outline] == ["Faktura 202600123", "Slik ble prisen til"]
    fonts = {}
    for page in reader.pages:
        for font in page["/Resources"]["/Font"].values():
            fonts[font["/BaseFont"]] = font
    assert sorted(name.partition("+")[2] for name in fonts) == ["SourceSansPro-Regular", "SourceSansPro-Semibold"]
    for font in fonts.values():
        assert "/FontFile2" in font["/FontDescriptor"]
        assert "/ToUnicode" in font


def _png(width: int, height: int) -> bytes:
    file = BytesIO()
    Image.new("RGB", (width, height), "#0F4C5C").save(file, "PNG")
    return file.getvalue()


def test_the_sellers_own_mark_takes_the_place_of_the_drawn_one() -> None:
    made = printed.invoice()
    with_mark = replace(made, seller=replace(made.seller, mark=_png(200, 60)))
    file = pdf.render(with_mark)
    assert len(objects(file).pages[0].images) == 1
    assert pdf.render(with_mark) == file


@pytest.mark.parametrize("mark", [b"no picture", _png(30, 30)[:60], _png(3000, 3000), b"GIF89a" + bytes(40)])
def test_a_mark_that_cannot_be_used_does_not_hold_up_the_invoice(mark: bytes) -> None:
    made = printed.invoice()
    file = pdf.render(replace(made, seller=replace(made.seller, mark=mark)))
    assert len(objects(file).pages[0].images) == 0
    assert "12 896,78 kr" in text(file)


@pytest.mark.parametrize("accent", ["FFF2A8", "000000", "#0f4c5c", "", "red; x"])
def test_any_accent_gives_a_readable_document(accent: str) -> None:
    made = printed.invoice()
    assert "12 896,78 kr" in text(pdf.render(replace(made, seller=replace(made.seller, accent=accent))))


def test_a_fact_that_is_missing_leaves_no_row() -> None:
    made = printed.invoice()
    said = pages(pdf.render(replace(made, place="", buyer=replace(made.buyer, reference="", organisation_number=""))))
    assert "Sted" not in said[0]
    assert "Deres ref." not in said[0]
    assert said[0].count("Org.nr.") == 2  # the seller's, in the head and in the foot


@pytest.mark.parametrize(
    "made",
    [
        printed.invoice(),
        printed.mixed_vat(),
        printed.credit_note(),
        replace(printed.invoice(), number=None),
        replace(printed.invoice(), language="en"),
        replace(printed.mixed_vat(), language="nn"),
        replace(printed.credit_note(), language="en"),
    ],
)
def test_no_text_meets_another_or_leaves_its_place(made: Document) -> None:
    assert faults(drawn(made)) == []


def test_long_particulars_keep_to_their_places() -> None:
    made = printed.invoice()
    long = "Landsforeningen for frivillig kulturvern, friluftsliv og lokalhistorie på Vestlandet og i Nord-Norge"
    rows = (
        "v/ kasserer",
        "Samfunnshuset ved den gamle ferjekaia",
        "Øvre Strandvegen 128 B",
        "Boks 14",
        "6899 Fjordvik",
    )
    made = replace(
        made,
        place="Bergen, Voss og digitalt over tre kvelder i oktober",
        buyer=replace(made.buyer, name=long, address=rows, reference="Styrevedtak 14/26, prosjekt 7781, avdeling Vest"),
        seller=replace(made.seller, name=long, address=rows, web="https://kompetansebasen.example/om/oss"),
    )
    seen = drawn(made)
    assert faults(seen) == []
    said = " ".join(each.text for each in seen)
    for row in (*rows, "avdeling Vest"):
        assert row in said


def test_a_receiver_with_more_rows_than_there_is_room_for_is_cut_with_a_notice() -> None:
    made = printed.invoice()
    rows = tuple(f"Rad {n} av adressen" for n in range(1, 30))
    seen = drawn(replace(made, buyer=replace(made.buyer, address=rows)))
    assert faults(seen) == []
    assert any("(forkortet)" in each.text for each in seen)
    # The name and the number that the regulation asks for are never what is cut.
    assert "Org.nr.\u00a0313\u00a0224\u00a0414" in {each.text.replace(" ", "\u00a0") for each in seen if each.page == 1}


def test_large_amounts_stay_inside_their_columns() -> None:
    rate = replace(memo.RATE, rate=Decimal("99999.99"))
    line = printed.line(1, "Digital strategi", 600_000, "999999900.00", "499999950.00", rate=rate)
    made = printed.document([line], [(printed.TAXED, "499999950.00", "124999987.50")])
    assert faults(drawn(made)) == []


def test_the_note_about_the_last_page_leads_there() -> None:
    reader = objects(pdf.render(printed.invoice()))
    assert len(reader.pages[0]["/Annots"]) == 1


def test_the_date_of_the_page_is_the_documents_own() -> None:
    assert "31.12.2026" in text(pdf.render(replace(printed.invoice(), issued_on=date(2026, 12, 31))))
