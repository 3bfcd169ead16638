"""Fields for money and days: what people write becomes exact values, what cannot be read says what to do."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django import forms
from django.utils import translation

from advisory.kernel.fields import nok
from advisory.kernel.forms import AmountField, DayField


class Written(forms.Form):
    amount = AmountField(required=False, low=0, high=1000)
    day = DayField(required=False, first=date(2026, 1, 1), last=lambda: date(2026, 11, 20))


@pytest.mark.parametrize(
    ("text", "amount"),
    [("412", "412.00"), ("1 000,00", "1000.00"), ("kr 12,5", "12.50"), ("0", "0.00"), ("12,-", "12.00")],
)
def test_an_amount_is_read_as_people_write_it(text: str, amount: str) -> None:
    form = Written({"amount": text})
    assert form.is_valid()
    assert form.cleaned_data["amount"] == Decimal(amount)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("mye", "for example 412"),
        ("5.625", "Write 5 625 if you mean thousands. If not, write the amount with at most two decimals."),
        ("1,234567", "two decimals"),
        ("-5", "minus"),
        ("1000,01", "at most"),
        ("99999999999", "zeros"),
    ],
)
def test_an_amount_that_cannot_be_read_says_what_to_do(text: str, words: str) -> None:
    with translation.override("en"):
        form = Written({"amount": text})
        assert words in form.errors["amount"][0]
        assert text in str(form["amount"]), "what was written is kept"


def test_nothing_written_is_nothing() -> None:
    form = Written({})
    assert form.is_valid()
    assert form.cleaned_data == {"amount": None, "day": None}


def test_a_stored_amount_is_shown_as_it_is_written_and_is_no_change() -> None:
    form = Written({"amount": "612,00"}, initial={"amount": nok("612")})
    assert 'value="612,00"' in str(Written(initial={"amount": nok("612")})["amount"])
    assert not form.has_changed()
    assert Written({"amount": "612,01"}, initial={"amount": nok("612")}).has_changed()


@time_machine.travel("2026-11-20T09:00:00Z", tick=False)
@pytest.mark.parametrize(
    ("text", "day"),
    [("14.10.2026", date(2026, 10, 14)), ("14.10", date(2026, 10, 14)), ("i går", date(2026, 11, 19))],
)
def test_a_day_is_read_as_people_write_it(text: str, day: date) -> None:
    form = Written({"day": text})
    assert form.is_valid()
    assert form.cleaned_data["day"] == day


@time_machine.travel("2026-11-20T09:00:00Z", tick=False)
@pytest.mark.parametrize(
    ("text", "words"),
    [("snart", "22.11.2026"), ("31.11", "no such date"), ("31.12.2025", "or later"), ("21.11.2026", "no later than")],
)
def test_a_day_that_cannot_be_used_says_what_to_do(text: str, words: str) -> None:
    with translation.override("en"):
        assert words in Written({"day": text}).errors["day"][0]
