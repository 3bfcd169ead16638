"""The one field for free text: it asks before eleven digits that look like a national identity number are stored.

A warning, not a wall: the page comes back with what was typed and a box to tick, because an account number can look
the same. The box is drawn by the widget, so every page that shows the field shows it, however the page is made.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from advisory.kernel.identity_number import is_suspected

BOX = "no-identity-number"


class Typed(str):
    """Text as it came with the form, and whether its box was ticked."""

    __slots__ = ("is_let_through",)

    is_let_through: bool

    def __new__(cls, text: str, is_let_through: bool) -> Typed:
        typed = super().__new__(cls, text)
        typed.is_let_through = is_let_through
        return typed


class _Asking(forms.Widget):
    """The box below the control, only where there is something to ask about."""

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        text = super().value_from_datadict(data, files, name)
        return Typed(text, f"{name}-{BOX}" in data) if isinstance(text, str) else text

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        if isinstance(value, str) and is_suspected(value):
            context["widget"]["box"] = {
                "name": f"{name}-{BOX}",
                "id": f"{context['widget']['attrs'].get('id') or name}-{BOX}",
                # What is stored was let through when it was written.
                "is_ticked": not isinstance(value, Typed) or value.is_let_through,
            }
        return context


class NoteLine(_Asking, forms.TextInput):
    """Free text on one line."""

    template_name = "django/forms/widgets/note_line.html"


class NoteArea(_Asking, forms.Textarea):
    """Free text on several lines."""

    template_name = "django/forms/widgets/note_area.html"


class NoteField(forms.CharField):
    """Free text; `widget` is a `NoteLine` unless a `NoteArea` is given."""

    widget = NoteLine

    default_error_messages = {
        "identity_number": _(
            "This looks like a national identity number. We do not keep such numbers: take it out. "
            "If the digits are something else, tick the box."
        ),
    }

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if text and is_suspected(text) and not getattr(value, "is_let_through", False):
            raise ValidationError(self.error_messages["identity_number"], code="identity_number")
        return text
