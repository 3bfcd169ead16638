"""What hostile people type, and the names of everything that can be sent."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from urllib.parse import quote_from_bytes, quote_plus

from django import forms
from django.apps import apps
from django.urls import get_resolver

from tests.architecture.sources import python_files

#: Signs and figures that some reader somewhere takes for another thing than the writer does.
HOSTILE = (
    # Text that is none, or that turns, hides and breaks.
    "", " ", "\x00", "a\x00b", "\ud800", "\udfff\ud800", "\ufeff", "\u202egnp.exe", "\u2028", "\x1b[31m", "\r\nX-A: b",
    # Figures beyond every column, beside every figure, or of other alphabets.
    "-1", "0", "-0", "1" * 30, str(2**31), str(2**63), str(2**80), str(-(2**80)), "9" * 5000, "1e400", "-1e400",
    "1e-400", "NaN", "sNaN", "Infinity", "-inf", "0.005", "0,005", "1_000", "0x10", "１２", "١٢", "²", "½", "1/0", "٫",
    "1 000 000 000 000 000,00", "--1", "+1", "−1",
    # Days that are in no calendar, and clocks.
    "0000-00-00", "2026-02-30", "9999-12-31", "10000-01-01", "31.12.9999", "1.1.1", "29.2.2027", "2026-W53", "24:60",
    "31.4.", "i går", "0.0.0",
    # Longer than any field, also after folding: ΐ becomes three signs, ß two, ﷺ eighteen.
    "x" * 20_000, "ΐ" * 200, "ß" * 300, "😀" * 100, "\u0301" * 200, "ﷺ" * 120,
    # What other languages read.
    "'", '"', "\\", "%", "%s", "%(x)s", "{0.__class__}", "{{7*7}}", "{% x %}", "<b>", "';--", "*", "?", "(", "[", ")(",
    "^", "..", "../../etc/passwd", "null", "true", "[]", "{}", '{"a": "\\ud800"}',
    # Nearly what is asked for.
    "2026-001", "2026-999999999999", "F2026-001", "a,b,c", ",", ";", "-" * 40, "1-2-3", "-name", "__class__",
    "organisation__name", "-pk", "//evil.example", "https:evil.example", "javascript:alert(1)", "http://[::1",
    "mailto:", "@", "a@b", '"<b>"@b.example', "a@" + "b." * 130 + "no",
)  # fmt: skip

#: What the views read besides their forms, and the usual guesses.
_GUESSES = ("ordering", "order", "o", "limit", "offset", "format", "fields", "id", "pk", "page_size", "callback")


def _names() -> list[str]:
    get_resolver().url_patterns  # noqa: B018 - reading the URL map loads every view and every form
    found: set[str] = set(_GUESSES)
    for path in python_files():
        found.update(re.findall(r'\.(?:GET|POST|FILES)\.(?:get|getlist)\(\s*"([\w-]+)"', path.read_text("utf-8")))
    waiting: list[type[forms.BaseForm]] = [forms.Form, forms.ModelForm]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        if not kind.__module__.startswith(("django.", "allauth.")):
            found |= set(getattr(kind, "base_fields", {}))
    return sorted(found)


def _asked_for() -> list[str]:
    found = set(_GUESSES)
    for path in python_files():
        found.update(re.findall(r'\.GET\.(?:get|getlist)\(\s*"([\w-]+)"', path.read_text("utf-8")))
    return sorted(found | {"q", "sort", "kind", "status", "state", "advisor", "from", "to", "county", "file"})


#: The names that addresses carry.
ASKED_FOR = _asked_for()
#: Every name that a form or a view of ours reads.
NAMES = _names()


def model_fields() -> list[str]:
    """The names of every field of every model of ours, as forms would send them."""
    ours = ("kernel", "clients", "engagements", "billing")
    return sorted({field.name for model in apps.get_models() if model._meta.app_label in ours
                   for field in model._meta.concrete_fields})  # fmt: skip


def encoded(values: Mapping[str, str | Iterable[str]]) -> str:
    """As in the body of a form. Lone surrogates are sent as the bytes that broken programs make of them."""
    pairs = [
        (name, value) for name, given in values.items() for value in ([given] if isinstance(given, str) else given)
    ]
    return "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in pairs)


def _quoted(text: str) -> str:
    return quote_plus(text.encode("utf-8", "surrogatepass"))


def in_a_path(text: str) -> str:
    return quote_from_bytes(text.encode("utf-8", "surrogatepass"), safe="")
