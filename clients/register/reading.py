"""What answers of the registers say, read leniently: a shape nobody expected gives an empty fact, never a failure.

Enhetsregisteret writes names of places in capitals, addresses as lists with nothing in some lines, and missing days
as ""; Frivillighetsregisteret writes a category as "1200" or "01200". Every text is bounded by the field it may end in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from clients.register.counties import county_of

#: Longest of each fact: the fields of `Organisation`.
LENGTHS = {
    "name": 160,
    "form": 10,
    "address": 200,
    "city": 60,
    "municipality": 60,
    "invoice_address": 200,
    "invoice_city": 60,
}
_SMALL = {"i", "og", "på", "ved", "under"}


@dataclass(frozen=True, slots=True)
class Place:
    """An address: a street or box, four digits, a town."""

    address: str = ""
    postal_code: str = ""
    city: str = ""

    def __str__(self) -> str:
        return ", ".join(part for part in (self.address, f"{self.postal_code} {self.city}".strip()) if part)


@dataclass(frozen=True, slots=True)
class Entity:
    """What Enhetsregisteret says of a number."""

    number: str = ""
    name: str = ""
    form: str = ""
    form_name: str = ""
    place: Place = Place()
    post: Place = Place()
    municipality: str = ""
    county: str = ""
    founded: date | None = None
    in_voluntary_register: bool = False
    is_deleted: bool = False


def text(value: Any, longest: int = 200) -> str:
    """One line of text; empty for anything else."""
    return " ".join(value.split())[:longest].strip() if isinstance(value, str) else ""


def day(value: Any) -> date | None:
    """A day written as 2026-11-20 (perhaps with a time after it); None for "" and whatever else."""
    try:
        return date.fromisoformat(value[:10]) if isinstance(value, str) else None
    except ValueError:
        return None


def part(data: Any, key: str) -> Mapping[str, Any]:
    """The object under `key`; an empty one where there is none."""
    value = data.get(key) if isinstance(data, Mapping) else None
    return value if isinstance(value, Mapping) else {}


def entity(data: Mapping[str, Any]) -> Entity:
    """What an answer of Enhetsregisteret says. A deleted one has hardly more than its name and `slettedato`."""
    business, post = part(data, "forretningsadresse"), part(data, "postadresse")
    home = business or post
    return Entity(
        number=text(data.get("organisasjonsnummer"), 9),
        name=text(data.get("navn"), LENGTHS["name"]),
        form=text(part(data, "organisasjonsform").get("kode"), LENGTHS["form"]),
        form_name=text(part(data, "organisasjonsform").get("beskrivelse"), 80),
        place=_place(home),
        post=_place(post),
        municipality=spoken(text(home.get("kommune"), LENGTHS["municipality"])),
        county=county_of(text(home.get("kommunenummer"), 4)),
        founded=day(data.get("stiftelsesdato")),
        in_voluntary_register=data.get("registrertIFrivillighetsregisteret") is True,
        is_deleted=bool(data.get("slettedato")),
    )


def category(data: Mapping[str, Any]) -> int | None:
    """The first category (ICNPO) of an answer of Frivillighetsregisteret, as a number: 1200 for "01200"."""
    found = data.get("icnpoKategorier")
    ranked = [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []
    numbers = [(_rank(one), number) for one in ranked if (number := _number(one.get("icnpoNummer"))) is not None]
    return min(numbers, key=lambda pair: pair[0])[1] if numbers else None


def voluntary_name(data: Mapping[str, Any]) -> str:
    """How the status in Frivillighetsregisteret is written there."""
    return text(data.get("frivilligOrganisasjonsstatus"), 60)


def spoken(name: str) -> str:
    """A place as people write it: MØRE OG ROMSDAL is Møre og Romsdal. What is not all capitals stays."""
    if name != name.upper():
        return name
    words = re.split(r"([\s-]+)", name)
    return "".join(_spoken(word, is_first=place == 0) for place, word in enumerate(words))


def _spoken(word: str, *, is_first: bool) -> str:
    small = word.lower()
    return small if small in _SMALL and not is_first else small[:1].upper() + small[1:]


def _place(address: Mapping[str, Any]) -> Place:
    code = text(address.get("postnummer"), 20)
    return Place(
        address=", ".join(_lines(address.get("adresse")))[: LENGTHS["address"]],
        # Codes of other countries do not fit the field and are left to people.
        postal_code=code if len(code) == 4 and code.isascii() and code.isdigit() else "",
        city=spoken(text(address.get("poststed"), LENGTHS["city"])),
    )


def _lines(lines: Any) -> Iterator[str]:
    for line in lines if isinstance(lines, list) else [lines]:
        if found := text(line):
            yield found


def _number(value: Any) -> int | None:
    digits = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    digits = digits.strip()
    return int(digits) or None if len(digits) <= 5 and digits.isascii() and digits.isdigit() else None


def _rank(one: Mapping[str, Any]) -> int:
    rank = _number(one.get("rekkefoelge"))
    return rank if rank is not None else 99
