"""Every field for free text asks before it takes a national identity number, in all forms there are."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any

import pytest
from django import forms

import advisory
import billing
import clients
import engagements
from advisory.kernel.note_field import BOX, NoteArea, NoteField, NoteLine
from tests.architecture.sources import python_files, short
from tests.numbers_of_nobody import identity_number

#: Text that is no free text. A new `CharField` is a `NoteField` or stands here with its reason.
NAMES = {
    "name", "name_nb", "name_nn", "name_en", "label", "key_label", "funder", "unit", "version", "catalogue_id", "url",
    "web", "RecommendationForm.title",
}  # fmt: skip
PLACES = {"address", "postal_code", "city", "municipality", "invoice_address", "invoice_city", "place"}
#: Account numbers and the like never ask; what the receiver wants on his invoice is his own code.
CODES = {
    "account", "organisation_number", "phone", "accent", "code", "board_case", "their_reference", "invoice_reference",
}  # fmt: skip
SEARCHES = {"q"}
#: What the page carries along, nobody's text.
CARRIED = {"once", "seen", "effect", "content", "service", "object"}
NO_FREE_TEXT = NAMES | PLACES | CODES | SEARCHES | CARRIED


def _forms() -> Iterator[Any]:
    for package in (advisory, billing, clients, engagements):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if ".migrations" not in module.name:
                importlib.import_module(module.name)
    waiting: list[Any] = [forms.BaseForm]
    seen = set()
    while waiting:
        for form in waiting.pop().__subclasses__():
            if form not in seen:
                seen.add(form)
                waiting.append(form)
                if form.__module__.partition(".")[0] in ("advisory", "billing", "clients", "engagements"):
                    yield form


def _fields() -> Iterator[tuple[str, str, forms.Field]]:
    for form in _forms():
        for name, field in form.base_fields.items():
            yield form.__name__, name, field


def test_every_text_field_is_a_note_or_says_why_not() -> None:
    plain = [
        f"{form}.{name}"
        for form, name, field in _fields()
        if type(field) is forms.CharField and not {name, f"{form}.{name}"} & NO_FREE_TEXT
    ]
    assert not plain, f"free text that does not ask (advisory.kernel.note_field): {plain}"


def test_every_text_area_asks() -> None:
    areas = [(form, name, field) for form, name, field in _fields() if isinstance(field.widget, forms.Textarea)]
    assert len(areas) > 12
    assert not [f"{form}.{name}" for form, name, field in areas if not isinstance(field, NoteField)]


def test_every_note_draws_its_box() -> None:
    notes = [(form, name, field) for form, name, field in _fields() if isinstance(field, NoteField)]
    assert len(notes) > 30
    assert not [f"{form}.{name}" for form, name, field in notes if not isinstance(field.widget, NoteLine | NoteArea)]


def test_nothing_that_is_excepted_is_gone() -> None:
    known = {spelling for form, name, _field in _fields() for spelling in (name, f"{form}.{name}")}
    assert not NO_FREE_TEXT - known


def test_fields_that_a_form_makes_itself_ask_too() -> None:
    """What a form adds in `__init__` stands in no class and is looked for in the source."""
    found = [
        f"{short(path)}: {line.strip()}"
        for path in python_files()
        for line in path.read_text(encoding="utf-8").splitlines()
        if "self.fields[" in line and "= forms.CharField(" in line
    ]
    assert not found


@pytest.mark.parametrize("name", sorted({f"{form}.{name}" for form, name, f in _fields() if isinstance(f, NoteField)}))
def test_each_note_asks_once_and_lets_through(name: str) -> None:
    field = next(field for form, each, field in _fields() if f"{form}.{each}" == name)
    said = f"Født {identity_number('010180')}"
    widget = field.widget
    with pytest.raises(forms.ValidationError, match=r"national identity number|fødselsnummer"):
        field.clean(widget.value_from_datadict({"text": said}, {}, "text"))
    typed = widget.value_from_datadict({"text": said, f"text-{BOX}": "on"}, {}, "text")
    assert field.clean(typed) == said
