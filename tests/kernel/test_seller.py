"""The seller's particulars: checked, dated, never written anew."""

from __future__ import annotations

import struct
import zlib
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from advisory.kernel import png, seller
from advisory.kernel.errors import OnlyAdministrators
from advisory.kernel.seller import SellerFacts, SellerParticulars, set_seller
from tests import builders
from tests.builders import NOW, TODAY

FACTS = SellerFacts(
    name="Kompetansebasen",
    address="Eksempelveien 4",
    postal_code="5003",
    city="Bergen",
    organisation_number="310 000 078",
    account="1234 56 78903",
    email="faktura@kompetansebasen.example",
    vat_registered=True,
)


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def picture(width: int = 3, height: int = 2, *, rows: int | None = None) -> bytes:
    """A grey PNG of width by height points, with `rows` rows of data (as many as it is high)."""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    data = zlib.compress((b"\0" + b"\x80" * width) * (height if rows is None else rows))
    return png.SIGNATURE + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def test_a_sound_picture_tells_its_size() -> None:
    assert png.size_of(picture(3, 2)) == (3, 2)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"GIF89a",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        picture()[:-1],
        picture() + b"<script>",
        picture().replace(b"IDAT", b"IDAX"),
        picture(rows=1),
        picture(rows=2000),
        picture(100_000, 100_000, rows=1),
    ],
    ids=["empty", "gif", "svg", "cut", "tail", "damaged", "too few points", "a bomb", "too large"],
)
def test_what_is_no_sound_picture_is_refused(content: bytes) -> None:
    with pytest.raises(png.NotPng):
        png.size_of(content)


@pytest.mark.parametrize(
    ("accent", "ratio"),
    # Black and white are the ends of the scale; grey #767676 is the well-known 4.54 : 1 of WCAG's techniques.
    [("000000", "21.00"), ("FFFFFF", "1.00"), ("767676", "4.54"), ("777777", "4.48")],
)
def test_contrast_on_white_is_wcags(accent: str, ratio: str) -> None:
    assert seller.contrast_on_white(accent) == Decimal(ratio)


@pytest.mark.django_db
def test_particulars_apply_from_their_day_and_are_in_the_log() -> None:
    by = builders.administrator()
    first = set_seller(facts=FACTS, valid_from=date(2025, 1, 1), by=by, now=NOW)
    moved = replace(FACTS, city="Oslo", postal_code="0150")
    second = set_seller(facts=moved, valid_from=date(2027, 1, 1), by=by, now=NOW)
    on = SellerParticulars.objects.on
    assert on(date(2026, 12, 31)) == first
    assert on(date(2027, 1, 1)) == second
    assert (first.organisation_number, first.account) == ("310000078", "12345678903")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"organisation_number": "310000079"}, seller.WrongOrganisationNumber),
        ({"account": "12345678904"}, seller.WrongAccount),
        ({"postal_code": "503"}, seller.WrongPostalCode),
        ({"payment_days": 0}, seller.WrongPaymentDays),
        ({"payment_days": 61}, seller.WrongPaymentDays),
        ({"accent": "blue"}, seller.NotAColour),
        ({"accent": "777777"}, seller.AccentTooPale),
        ({"mark": b"GIF89a"}, seller.MarkRefused),
        ({"mark": picture() + b"x" * 200_000}, seller.MarkRefused),
        ({"mark": picture(2_001, 1)}, seller.MarkRefused),
    ],
)
def test_what_cannot_stand_on_a_document_is_refused(wrong: dict[str, object], error: type[Exception]) -> None:
    with pytest.raises(error):
        set_seller(facts=replace(FACTS, **wrong), valid_from=TODAY, by=builders.administrator(), now=NOW)  # type: ignore[arg-type]
    assert not SellerParticulars.objects.exists()


@pytest.mark.django_db
def test_particulars_in_force_are_not_written_anew() -> None:
    by = builders.administrator()
    set_seller(facts=FACTS, valid_from=date(2025, 1, 1), by=by, now=NOW)
    with pytest.raises(seller.SellerReachesBack):
        set_seller(facts=FACTS, valid_from=date(2026, 11, 19), by=by, now=NOW)
    assert set_seller(facts=FACTS, valid_from=TODAY, by=by, now=NOW).pk
    with pytest.raises(seller.SellerDayTaken):
        set_seller(facts=FACTS, valid_from=TODAY, by=by, now=NOW)
    with pytest.raises(OnlyAdministrators):
        set_seller(facts=FACTS, valid_from=date(2027, 1, 1), by=builders.advisor(), now=NOW)


@pytest.mark.django_db
def test_the_page_keeps_what_was_written_and_the_mark_there_was() -> None:
    by = builders.administrator()
    builders.seller(created_by=by, mark=picture())
    client = Client()
    client.force_login(by)
    posted = {
        "valid_from": "01.01.2100",
        "name": "Kompetansebasen",
        "organisation_number": "310000079",
        "address": "Nyveien 1",
        "postal_code": "5003",
        "city": "Bergen",
        "account": "12345678903",
        "payment_days": "21",
        "email": "faktura@kompetansebasen.example",
        "accent": "#0F4C5C",
    }
    wrong = client.post("/settings/seller/", posted)
    assert wrong.status_code == 422
    assert "De ni sifrene" in wrong.content.decode() or "de ni sifrene" in wrong.content.decode()
    assert 'value="Nyveien 1"' in wrong.content.decode()
    pale = client.post("/settings/seller/", {**posted, "organisation_number": "310000078", "accent": "FFFF00"})
    assert 'href="#id_accent"' in pale.content.decode()
    broken = SimpleUploadedFile("merke.png", b"not a picture", content_type="image/png")
    refused = client.post("/settings/seller/", {**posted, "organisation_number": "310000078", "mark": broken})
    assert 'href="#id_mark"' in refused.content.decode()
    assert client.post("/settings/seller/", {**posted, "organisation_number": "310000078"}).status_code == 302
    made = SellerParticulars.objects.get(valid_from=date(2100, 1, 1))
    assert (bytes(made.mark or b""), made.accent, made.payment_days) == (picture(), "0F4C5C", 21)
    shown = client.get(f"/settings/seller/{made.pk}/mark/")
    assert (shown.headers["Content-Type"], shown.content) == ("image/png", picture())


@pytest.mark.django_db
def test_all_mistakes_are_told_at_once() -> None:
    builders.seller()
    office = Client()
    office.force_login(builders.administrator())
    written = {
        "valid_from": "", "name": "Basen", "organisation_number": "123", "address": "Veien 1", "postal_code": "x",
        "city": "Bergen", "account": "12", "payment_days": "0", "email": "a@b.example", "accent": "rød",
    }  # fmt: skip
    page = office.post("/settings/seller/", written)
    assert page.status_code == 422
    wrong = {"valid_from", "organisation_number", "postal_code", "account", "payment_days", "accent"}
    assert set(page.context["form"].errors) == wrong


@pytest.mark.django_db
def test_the_particulars_are_the_administrators() -> None:
    client = Client()
    client.force_login(builders.advisor())
    assert client.get("/settings/seller/").status_code == 403
