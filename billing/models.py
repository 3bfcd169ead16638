"""The tables of the billing storey, gathered from their rooms."""

from billing.discounts.models import Pot, PotEntry, Tier, TierDecision, TierTable
from billing.invoicing.models import (
    DocumentFile,
    Invoice,
    InvoicedHour,
    InvoiceDraft,
    InvoiceLine,
    InvoiceVat,
)
from billing.selfcost.models import CostBase, CostLine, RateVersion

__all__ = [
    "CostBase",
    "CostLine",
    "DocumentFile",
    "Invoice",
    "InvoiceDraft",
    "InvoiceLine",
    "InvoiceVat",
    "InvoicedHour",
    "Pot",
    "PotEntry",
    "RateVersion",
    "Tier",
    "TierDecision",
    "TierTable",
]
