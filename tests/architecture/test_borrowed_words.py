"""What the libraries can say to a person is said in bokmål and in nynorsk, never in English or in the other form.

The libraries are asked themselves: every message that their forms, validators, adapters and errors declare.
"""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Iterator
from typing import Any

import allauth.account.adapter
import allauth.mfa.adapter
import allauth.socialaccount.adapter
import rest_framework.exceptions
import rest_framework.fields
import rest_framework.serializers
import rest_framework.validators
from django import forms
from django.core import validators
from django.utils import translation
from django.utils.functional import Promise

from tests.architecture.test_translations import _catalogue

#: Parts of the libraries that nothing here uses, and a sentence of a field that nothing here uses.
UNUSED = ("django.contrib.postgres", "django_filters", "djmoney")
UNREACHABLE = {"Integer value too large to convert to float"}


def _below(kind: type) -> Iterator[Any]:
    yield kind
    below: list[Any] = kind.__subclasses__()
    for each in below:
        yield from _below(each)


def _declared() -> Iterator[Any]:
    for room in ("account", "mfa.base", "mfa.totp", "mfa.webauthn", "mfa.recovery_codes", "socialaccount"):
        importlib.import_module(f"allauth.{room}.forms")
    for root in (forms.Field, rest_framework.fields.Field):
        for field in _below(root):
            if not field.__module__.startswith(UNUSED):
                yield from field.default_error_messages.values()
    yield from forms.BaseFormSet.default_error_messages.values()
    for adapter in (
        allauth.account.adapter.DefaultAccountAdapter,
        allauth.mfa.adapter.DefaultMFAAdapter,
        allauth.socialaccount.adapter.DefaultSocialAccountAdapter,
    ):
        yield from adapter.error_messages.values()
    for error in _below(rest_framework.exceptions.APIException):
        yield error.default_detail
    for module in (validators, rest_framework.validators):
        for _name, kind in inspect.getmembers(module, inspect.isclass):
            yield getattr(kind, "message", None)


#: What the plurals count, so that they can be said.
COUNTED = {"limit_value": 2, "show_value": 3, "max": 2, "length": 3, "num": 2}


def _said(message: Any, language: str) -> str:
    with translation.override(language):
        # A plural says nothing until it knows how many.
        return str(message) or str(message % COUNTED)


def _messages() -> Iterator[tuple[str, Any]]:
    """(English, message), each once."""
    seen: set[str] = set()
    for message in _declared():
        if isinstance(message, str | Promise) and message != "":
            english = _said(message, "en")
            if english not in seen | UNREACHABLE:
                seen.add(english)
                yield english, message


def test_the_libraries_are_asked() -> None:
    assert len(list(_messages())) > 100


def test_nothing_that_a_library_says_is_english_on_a_norwegian_page() -> None:
    english = [said for said, message in _messages() if _said(message, "nb") == said or _said(message, "nn") == said]
    assert not english, "say it in advisory/kernel/borrowed_words.py or field_words.py"


def test_nothing_that_a_library_says_is_bokmaal_on_a_nynorsk_page() -> None:
    """A sentence without nynorsk comes out in the house's language; some sentences are the same in both."""
    ours = {message.id if isinstance(message.id, str) else message.id[0] for message in _catalogue("nn") if message.id}
    bokmaal = [
        said for said, message in _messages() if said not in ours and _said(message, "nn") == _said(message, "nb")
    ]
    assert not bokmaal, "say it in advisory/kernel/borrowed_words.py or field_words.py"
