"""The tables of the billing storey, gathered from their rooms."""

from billing.books.models import BooksCheck
from billing.discounts.models import Appeal, HardshipRequest, Pot, PotEntry, Tier, TierDecision, TierTable
from billing.invoicing.models import (
    DocumentFile,
    Invoice,
    InvoicedHour,
    InvoiceDraft,
    InvoiceLine,
    InvoiceVat,
    PotShare,
)
from billing.official_rates.models import InterestRate, LevyZone, OnCosts
from billing.ringfence.models import FundingReport, FundingReportFile
from billing.selfcost.models import AllocationKey, AssetLine, CostBase, CostLine, RateVersion, SalaryLine
from billing.yearend.models import (
    AccountingYear,
    AccountMapping,
    ActualLine,
    ClosingFile,
    FundEntry,
    SeatSale,
    ServiceResult,
    TrialBalance,
    YearClosing,
    YearKey,
)

__all__ = [
    "AccountMapping",
    "AccountingYear",
    "ActualLine",
    "AllocationKey",
    "Appeal",
    "AssetLine",
    "BooksCheck",
    "ClosingFile",
    "CostBase",
    "CostLine",
    "DocumentFile",
    "FundEntry",
    "FundingReport",
    "FundingReportFile",
    "HardshipRequest",
    "InterestRate",
    "Invoice",
    "InvoiceDraft",
    "InvoiceLine",
    "InvoiceVat",
    "InvoicedHour",
    "LevyZone",
    "OnCosts",
    "Pot",
    "PotEntry",
    "PotShare",
    "RateVersion",
    "SalaryLine",
    "SeatSale",
    "ServiceResult",
    "Tier",
    "TierDecision",
    "TierTable",
    "TrialBalance",
    "YearClosing",
    "YearKey",
]
