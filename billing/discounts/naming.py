"""What people call a tier with its discount: «Trinn 2 (50 %)», «Full pris»."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import get_language

from advisory.kernel import show
from billing.invoicing.price_statement import tier_label


def tier_with_percent(code: str, percent: Decimal) -> str:
    """The tier as a column shows it, in the active language."""
    name = tier_label(code, percent)
    return f"{name} ({show.percent(percent, get_language() or 'nb')})" if percent else name
