"""What the billing storey holds about people and organisations, and how long: mostly what the books need."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from advisory.kernel import retention
from advisory.kernel.own_personal_data import MINIMAL
from advisory.kernel.personal_data.sources import BOOKS, Source, leave_out, register
from advisory.kernel.retention import Kind, first_kept, moment_before, months_before
from billing import models as tables
from clients.income.models import EvidenceFile

ALWAYS = Q(pk__isnull=False)


def register_sources() -> None:
    """Fill in this storey's part of the register."""
    adopted, closed_year = Q(cost_base__rate_version__isnull=False), Q(accounting_year__closing__isnull=False)
    register(
        Source(
            tables.Invoice,
            _("Invoices and credit notes"),
            organisation="organisation",
            closed=("hash", "previous_hash", "payment_reference", "language"),
            day="issued_on",
            books=ALWAYS,
        ),
        Source(
            tables.InvoiceLine,
            _("Lines of invoices"),
            organisation="invoice__organisation",
            day="invoice__issued_on",
            books=ALWAYS,
        ),
        Source(
            tables.InvoicedHour,
            _("Hours on invoices"),
            organisation="invoice__organisation",
            day="invoice__issued_on",
            books=ALWAYS,
        ),
        Source(
            tables.InvoiceVat,
            _("VAT of invoices"),
            organisation="invoice__organisation",
            day="invoice__issued_on",
            books=ALWAYS,
        ),
        Source(
            tables.PotShare,
            _("Discounts on invoices"),
            organisation="invoice__organisation",
            day="invoice__issued_on",
            books=ALWAYS,
        ),
        Source(
            tables.DocumentFile,
            _("Files of invoices"),
            organisation="invoice__organisation",
            closed=("media_type", "sha256"),
            day="made_at",
            books=ALWAYS,
        ),
        Source(
            tables.InvoiceDraft,
            _("Invoice proposals"),
            organisation="organisation",
            day="made_at",
            unsettled=ALWAYS,
        ),
        Source(
            tables.TierDecision, _("Tier decisions"), organisation="organisation", day="valid_to", books=ALWAYS
        ),
        Source(tables.HardshipRequest, _("Hardship"), organisation="organisation", day="asked_at"),
        Source(
            tables.Appeal, _("Complaints"), organisation="decision__organisation", day="registered_at", books=ALWAYS
        ),
        Source(
            tables.PotEntry,
            _("Movements of discount pots"),
            organisation="engagement__organisation",
            day="at",
            books=ALWAYS,
        ),
        Source(tables.Pot, _("Discount pots"), closed=("areas", "tiers"), day="created_at"),
        Source(tables.TierTable, _("Tier tables"), day="adopted_at"),
        Source(tables.OnCosts, _("On-costs of salary"), day="set_at"),
        Source(tables.InterestRate, _("Interest of self-cost"), day="set_at"),
        Source(
            tables.CostBase, _("Cost bases"), sealed=Q(rate_version__isnull=False), day="made_at"
        ),
        Source(tables.CostLine, _("Costs of cost bases"), sealed=adopted, day="cost_base__made_at"),
        Source(tables.SalaryLine, _("Salaries of cost bases"), sealed=adopted, day="cost_base__made_at"),
        Source(tables.AssetLine, _("Assets of cost bases"), sealed=adopted, day="cost_base__made_at"),
        Source(tables.RateVersion, _("Hourly rates"), day="adopted_at"),
        Source(tables.AccountingYear, _("Accounts of the year"), sealed=Q(closing__isnull=False), day="made_at"),
        Source(tables.ActualLine, _("Costs of the year"), sealed=closed_year, day="accounting_year__made_at"),
        Source(tables.SeatSale, _("Sold course seats"), sealed=closed_year, day="accounting_year__made_at"),
        Source(tables.AccountMapping, _("Places of accounts"), closed=("account", "destination"), day="changed_at"),
        Source(
            tables.TrialBalance,
            _("Trial balances"),
            sealed=closed_year,
            closed=("media_type", "sha256"),
            day="uploaded_at",
        ),
        Source(tables.YearClosing, _("Closed years"), day="closed_at"),
        Source(tables.ServiceResult, _("Results of the year"), day="closing__closed_at"),
        Source(tables.ClosingFile, _("Files of closed years"), closed=("media_type", "sha256"), day="made_at"),
        Source(tables.FundEntry, _("Self-cost fund"), day="at"),
        Source(tables.FundingReport, _("Funding reports"), day="made_at"),
        Source(tables.FundingReportFile, _("Files of funding reports"), closed=("media_type", "sha256"), day="made_at"),
        Source(tables.BooksCheck, _("Checks of the books"), day="checked_at"),
    )  # fmt: skip
    leave_out(
        "Percentages and keys of a table that is a source itself.",
        tables.Tier, tables.LevyZone, tables.AllocationKey, tables.YearKey,
    )  # fmt: skip


def _old_evidence(day: date) -> models.QuerySet[EvidenceFile]:
    """Files that support no invoice the books still need, of discounts that ended a year ago or were never given."""
    decisions = tables.TierDecision.objects.filter(declaration=OuterRef("declaration"))
    billed = tables.InvoiceLine.objects.filter(
        decision__declaration=OuterRef("declaration"), invoice__issued_on__gte=first_kept(day)
    )
    a_year_ago = months_before(day, 12)
    return EvidenceFile.objects.defer("content").filter(
        ~Exists(decisions.filter(valid_to__gte=a_year_ago)),
        ~Exists(billed),
        uploaded_at__lt=moment_before(day, 12),
        declaration__arrived_on__lt=a_year_ago,
    )


def _delete_evidence(keys: Sequence[Any], now: datetime) -> int:
    EvidenceFile.objects.filter(pk__in=keys).delete()
    return len(keys)


def register_kinds() -> None:
    """Say how long this storey keeps its own, and what it never lets go of."""
    retention.register(
        Kind(
            "evidence", _("Evidence of income"), _("the files are deleted; the decision keeps their names"),
            _("as long as an invoice rests on it, else 12 months after the discount ended or the declaration arrived"),
            BOOKS, _old_evidence, _delete_evidence,
        ),
        Kind(
            "books", _("Invoices, credit notes, decisions, ledgers and closed years"),
            _("stay: the program never removes them, and the database refuses to"),
            _("5 years after the end of the year at least"), BOOKS,
        ),
        Kind(
            "colleagues", _("People who work here"), _("stay until an administrator erases them"),
            _("as long as they work here"), MINIMAL,
        ),
    )  # fmt: skip
