"""What a form says about a field: the words name the field, and an address keeps its letters."""

from __future__ import annotations

from decimal import Decimal

from django import forms

from advisory.kernel.field_words import error_texts


class Days(forms.Form):
    days = forms.IntegerField(label="Days to pay", min_value=1, max_value=90)


def said(value: str) -> list[str]:
    return error_texts(Days({"days": value})["days"])


def test_a_number_outside_its_bounds_is_named_with_the_bound() -> None:
    assert said("0") == ["Days to pay må være minst 1."]
    assert said("91") == ["Days to pay kan være høyst 90."]


def test_an_empty_field_is_named() -> None:
    assert said("") == ["Fyll ut «Days to pay»"]


def test_an_address_that_begins_a_sentence_keeps_its_small_letter() -> None:
    form = Days({"days": "1"})
    form.add_error("days", "leader@example.org har allerede tilgang.")
    form.add_error("days", "dette er feil.")
    assert error_texts(form["days"]) == ["leader@example.org har allerede tilgang.", "Dette er feil."]


class Parts(forms.Form):
    part = forms.DecimalField(max_digits=5, decimal_places=2, min_value=Decimal("0.01"))
    own = forms.DecimalField(min_value=1, error_messages={"min_value": "Skriv én eller flere."})


def test_a_bound_keeps_its_decimals_and_a_fields_own_words_stand() -> None:
    form = Parts({"part": "0", "own": "0"})
    assert error_texts(form["part"]) == ["Part må være minst 0,01."]
    assert error_texts(form["own"]) == ["Skriv én eller flere."]


def test_too_many_digits_are_answered_with_what_to_write() -> None:
    assert [error_texts(Parts({"part": value})["part"]) for value in ("1.234", "123456")] == [
        ["Skriv høyst 2 desimaler."],
        ["Skriv høyst 5 sifre til sammen."],
    ]
