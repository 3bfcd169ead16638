"""What a form says when a field is empty, and the few words of Django's and allauth's that we say otherwise.

Django's «Feltet er påkrevet» tells neither which field nor what to do; ours names it: «Fyll ut e-post».
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.forms import BoundField, Field
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext, gettext_noop, ngettext_lazy

from advisory.kernel import show

# Taken into our catalogue so that our wording wins over theirs.
OURS = (
    gettext_noop("This field is required."),
    gettext_noop("Enter a valid email address."),
    gettext_noop("Enter a valid date."),
    gettext_noop("Enter a number."),
    gettext_noop("Enter a whole number."),
    gettext_noop("Select a valid choice. That choice is not one of the available choices."),
    gettext_noop("Select a valid choice. %(value)s is not one of the available choices."),
    gettext_noop("Enter a valid value."),
    gettext_noop("Enter a valid URL."),
    gettext_noop("Enter a valid “slug” consisting of letters, numbers, underscores or hyphens."),
    gettext_noop("Ensure this value is less than or equal to %(limit_value)s."),
    gettext_noop("Ensure this value is greater than or equal to %(limit_value)s."),
    ngettext_lazy(
        "Ensure this value has at most %(limit_value)d character (it has %(show_value)d).",
        "Ensure this value has at most %(limit_value)d characters (it has %(show_value)d).",
    ),
    ngettext_lazy(
        "Ensure that there are no more than %(max)s digit in total.",
        "Ensure that there are no more than %(max)s digits in total.",
    ),
    ngettext_lazy(
        "Ensure that there are no more than %(max)s decimal place.",
        "Ensure that there are no more than %(max)s decimal places.",
    ),
    ngettext_lazy(
        "Ensure that there are no more than %(max)s digit before the decimal point.",
        "Ensure that there are no more than %(max)s digits before the decimal point.",
    ),
    ngettext_lazy(
        "Ensure this filename has at most %(max)d character (it has %(length)d).",
        "Ensure this filename has at most %(max)d characters (it has %(length)d).",
    ),
    gettext_noop("Null characters are not allowed."),
    gettext_noop("No file was submitted."),
    gettext_noop("The submitted file is empty."),
    gettext_noop("Incorrect code."),
    gettext_noop("Incorrect password."),
    gettext_noop("The email address and/or password you specified are not correct."),
    gettext_noop("Too many failed login attempts. Try again later."),
    gettext_noop("Be patient, you are sending too many requests."),
    gettext_noop("Please type your current password."),
    gettext_noop("You must type the same password each time."),
    gettext_noop("This password is too common."),
    gettext_noop("This password is entirely numeric."),
    gettext_noop("The password is too similar to the %(verbose_name)s."),
    ngettext_lazy(
        "This password is too short. It must contain at least %d character.",
        "This password is too short. It must contain at least %d characters.",
    ),
)


def label_in_sentence(label: str) -> str:
    """The label as it stands inside a sentence: small first letter, or in quotes where it is more than a word."""
    if label.endswith("?") or " " in label:
        return f"«{label}»"
    is_abbreviation = len(label) > 1 and label[1].isupper()
    return label if is_abbreviation else label[:1].lower() + label[1:]


def _required_text(field: BoundField) -> str:
    named = {"field": label_in_sentence(str(field.label))}
    kind = getattr(field.field.widget, "input_type", "")
    if kind == "checkbox" and not field.use_fieldset:
        return gettext("Tick %(field)s to go on") % {"field": f"«{field.label}»"}
    if kind in ("radio", "select", "checkbox"):
        return gettext("Choose %(field)s") % named
    return gettext("Fill in %(field)s") % named


#: Django's codes for a number outside its bounds; a summary must say which number it means. A field's own words stand.
LIMITS = {"min_value", "max_value"}


def _limit_text(field: BoundField, error: ValidationError) -> str:
    named = {
        "field": str(field.label),
        "limit": show.plain((error.params or {})["limit_value"], get_language() or "nb"),
    }
    if error.code == "min_value":
        return gettext("%(field)s must be at least %(limit)s.") % named
    return gettext("%(field)s can be at most %(limit)s.") % named


def error_texts(field: BoundField) -> list[str]:
    """The mistakes of the field as sentences, a general «required» replaced by one that names the field."""
    general = str(Field.default_error_messages["required"])
    errors: list[Any] = field.errors.as_data()
    texts = []
    for error in errors:
        assert isinstance(error, ValidationError)
        for message in error.messages:
            if error.code == "required" and message == general:
                texts.append(_required_text(field))
            elif error.code in LIMITS - field.field.error_messages.keys() and "limit_value" in (error.params or {}):
                texts.append(_limit_text(field, error))
            else:
                texts.append(message)
    return [text if "@" in text.split(" ")[0] else capfirst(text) for text in texts]
