"""Where declarations and decisions of an organisation are shown: a page of an upper storey, known by its url name."""

from __future__ import annotations

from django.urls import NoReverseMatch, reverse


def income_page(number: int) -> str:
    """The page «Inntekt og rabatt» of organisation `number`; its overview where no storey brings that page."""
    try:
        return reverse("organisation_income", args=[number])
    except NoReverseMatch:
        return reverse("organisation", args=[number])
