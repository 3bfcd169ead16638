"""What a form says about a field: the words name the field, and an address keeps its letters."""

from __future__ import annotations

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
