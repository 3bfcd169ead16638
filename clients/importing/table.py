"""The file as it came: its headings, its rows, and which column says what."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from advisory.kernel.errors import DomainError
from advisory.kernel.spreadsheet import read_numbered_table, undefused
from clients.organisations.columns import ALL

MOST_ROWS = 5_000
#: Bytes of a file; five thousand rows of all columns are about half of it.
LARGEST_FILE = 5_000_000


class TooManyRows(DomainError):
    """More than an import takes at once."""

    template = _("«%(name)s» has %(rows)s rows. At most %(most)s are taken in at a time: divide the file.")


class ImportFileTooLarge(DomainError):
    """More bytes than five thousand rows have."""

    template = _("«%(name)s» is larger than 5 MB. Divide the file, or leave out columns that are not needed.")


class OnlyHeadings(DomainError):
    """There is no row below the headings."""

    template = _("«%(name)s» has a row of headings and nothing below it.")


@dataclass(frozen=True, slots=True)
class Table:
    """Headings, and rows of text with the number that a spreadsheet shows beside them."""

    name: str
    headings: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]


def table_of(name: str, content: bytes) -> Table:
    """Read a file. Raises `ImportFileTooLarge`, `TooManyRows`, `OnlyHeadings` and what `read_numbered_table` raises."""
    if len(content) > LARGEST_FILE:
        raise ImportFileTooLarge(name=name)
    is_csv = content[:2] != b"PK"
    (_number, headings), *rows = read_numbered_table(name, content)
    if not rows:
        raise OnlyHeadings(name=name)
    if len(rows) > MOST_ROWS:
        raise TooManyRows(name=name, rows=len(rows), most=MOST_ROWS)
    width = len(headings)
    kept = ((number, (*row, *[""] * (width - len(row)))) for number, row in rows)
    return Table(
        name,
        tuple(headings),
        tuple((number, tuple(undefused(cell) if is_csv else cell for cell in row)) for number, row in kept),
    )


def recognised(headings: Sequence[str]) -> list[str]:
    """For each heading the key of the column it is known as, or empty; each key once, the first that fits."""
    words = _words()
    found: list[str] = []
    for heading in headings:
        key = words.get(_plain(heading), "")
        found.append("" if key in found else key)
    return found


def keys() -> list[str]:
    """All that a column can be."""
    return [fact.key for fact in ALL]


def _words() -> dict[str, str]:
    known: dict[str, str] = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            for word, key in _here():
                known.setdefault(_plain(word), key)
    # Our own headings come before what others call the same.
    for fact in ALL:
        for word in (fact.key, *fact.words):
            known.setdefault(_plain(word), fact.key)
    return known


def _here() -> Iterator[tuple[str, str]]:
    for fact in ALL:
        yield str(fact.heading), fact.key


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold().replace("_", " ")
    return " ".join(folded.replace(".", " ").replace("-", " ").replace(":", " ").split())
