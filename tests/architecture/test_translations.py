"""Everything that is said on screen is said in bokmål."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

from tests.architecture.sources import ROOT, python_files, short, templates

KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}


def _catalogue(language: str) -> Catalog:
    path = ROOT / "locale" / language / "LC_MESSAGES" / "django.po"
    with path.open("rb") as file:
        return read_po(file, locale=language)


def _said() -> Iterator[tuple[Path, str, str | None]]:
    """(file, message id, context) of all that code and templates say."""
    for path in (*python_files(), *templates()):
        text = path.read_text(encoding="utf-8")
        if path.suffix != ".py":
            # The indentation of a page means nothing to Python's tokenizer.
            text = "\n".join(line.lstrip() for line in templatize(text, origin=short(path)).splitlines())
        for _line, message, _comments, context in extract("python", io.BytesIO(text.encode()), keywords=KEYWORDS):
            yield path, message if isinstance(message, str) else message[0], context


@pytest.mark.parametrize("language", ["nb"])
def test_everything_said_is_translated(language: str) -> None:
    catalogue = _catalogue(language)
    missing = {}
    for path, message_id, context in _said():
        found = catalogue.get(message_id, context) if message_id else None
        if message_id and (found is None or not _is_complete(found.string) or found.fuzzy):
            missing[message_id] = short(path)
    lines = [f"{place}: {message_id!r}" for message_id, place in missing.items()]
    assert not missing, f"{len(missing)} without {language}:\n" + "\n".join(lines)


def _is_complete(string: str | tuple[str, ...] | list[str] | None) -> bool:
    return all(string) if isinstance(string, tuple | list) else bool(string)


@pytest.mark.parametrize("language", ["nb", "nn"])
def test_translations_fill_in_the_same_facts(language: str) -> None:
    """A `%(name)s` that a translation drops or misspells would be an error before a person's eyes."""
    wrong = [message.id for message in _catalogue(language) if message.id and message.string and message.check()]
    assert not wrong
