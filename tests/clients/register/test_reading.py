"""Answers read leniently: the odd shapes that domain rules name, and hostile ones."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.register import icnpo
from clients.register.counties import county_of
from clients.register.reading import category, entity, spoken
from tests.properties import many_examples


def test_an_address_with_holes_is_one_line() -> None:
    said = {"postadresse": {"adresse": ["Postboks 1", None, ""], "postnummer": "5003", "poststed": "BERGEN"}}
    assert str(entity(said).place) == "Postboks 1, 5003 Bergen"


def test_the_business_address_is_where_it_is_and_the_county_follows_from_the_municipality() -> None:
    said = entity(
        {
            "forretningsadresse": {"adresse": ["Lagsveien 2"], "kommune": "MØRE OG ROMSDAL", "kommunenummer": "1508"},
            "postadresse": {"adresse": ["Postboks 1"]},
        }
    )
    assert (said.place.address, said.post.address) == ("Lagsveien 2", "Postboks 1")
    assert (said.municipality, said.county) == ("Møre og Romsdal", "Møre og Romsdal")


@pytest.mark.parametrize(
    ("written", "number"),
    [("1200", 1200), ("01100", 1100), ("9100", 9100), (12100, 12100), ("", None), (None, None), ("tull", None)],
)
def test_a_category_is_read_as_a_number(written: Any, number: int | None) -> None:
    assert category({"icnpoKategorier": [{"icnpoNummer": written, "rekkefoelge": 1}]}) == number


def test_the_first_category_by_rank_counts() -> None:
    ranked = [{"icnpoNummer": "1300", "rekkefoelge": 2}, {"icnpoNummer": "1100", "rekkefoelge": 1}]
    assert category({"icnpoKategorier": ranked}) == 1100


@pytest.mark.parametrize(
    ("written", "day"), [("1987-02-11", date(1987, 2, 11)), ("", None), (None, None), ("1987-13-01", None), (7, None)]
)
def test_days_may_be_missing(written: Any, day: date | None) -> None:
    assert entity({"stiftelsesdato": written}).founded == day


@pytest.mark.parametrize(
    ("number", "county"), [("4601", "Vestland"), ("0301", "Oslo"), ("2111", "Svalbard"), ("9999", ""), ("46", "")]
)
def test_the_county_is_in_the_first_two_digits(number: str, county: str) -> None:
    assert county_of(number) == county


@pytest.mark.parametrize(
    ("capitals", "said"),
    [("NORD-ODAL", "Nord-Odal"), ("MO I RANA", "Mo i Rana"), ("Bergen", "Bergen"), ("ÅLESUND", "Ålesund"), ("", "")],
)
def test_places_are_written_as_people_write_them(capitals: str, said: str) -> None:
    assert spoken(capitals) == said


def test_a_category_nobody_knows_shows_its_group_and_else_its_number() -> None:
    assert icnpo.name(1200) == "Idrett"
    assert icnpo.name(1250) == "Kultur og fritid"
    assert icnpo.name(99100) == "99100"
    assert icnpo.name(None) == ""


_json: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=300),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=20), inner, max_size=4),
    max_leaves=12,
)
_keys = st.sampled_from(
    ["navn", "organisasjonsform", "forretningsadresse", "postadresse", "stiftelsesdato", "icnpoKategorier", "kode"]
)


@many_examples
@given(st.dictionaries(_keys, _json | st.dictionaries(st.sampled_from(["adresse", "kommune", "postnummer"]), _json)))
def test_no_shape_makes_reading_fail_or_overflow_a_field(data: dict[str, Any]) -> None:
    said = entity(data)
    category(data)
    assert len(said.name) <= 160
    assert len(said.place.address) <= 200
    assert len(said.place.postal_code) in (0, 4)
    assert len(said.place.city) <= 60
    assert len(said.municipality) <= 60
