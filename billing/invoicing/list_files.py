"""The columns of the files of issued documents and of proposals; amounts in kroner."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from advisory.kernel.list_file import ListColumn, minutes_as_hours
from advisory.kernel.spreadsheet import Show
from billing.invoicing import register

_MAIL = dict(register.MAIL_STATES)

_SUMS = (
    ListColumn(_("Self-cost"), lambda row: row.invoice.gross, Show.MONEY),
    ListColumn(_("Discount"), lambda row: row.invoice.discount, Show.MONEY),
    ListColumn(_("VAT"), lambda row: row.invoice.vat, Show.MONEY),
    ListColumn(_("Amount"), lambda row: row.invoice.total, Show.MONEY),
)
_NUMBERED = (
    ListColumn(_("Number"), lambda row: row.invoice.number, width=14),
    ListColumn(_("Credits"), lambda row: row.invoice.credits_id, width=14),
)
_ABOUT = (
    ListColumn(_("What"), lambda row: row.invoice.subject),
    ListColumn(_("Status"), lambda row: row.state.word, width=14),
    ListColumn(_("Issued"), lambda row: row.invoice.issued_on, Show.DAY),
    ListColumn(_("Due"), lambda row: row.invoice.due_on, Show.DAY),
)
#: Of a row of the register, for the organisation that it was issued to.
OWN_INVOICES = (*_NUMBERED, *_ABOUT, ListColumn(_("KID"), lambda row: row.invoice.payment_reference, width=20), *_SUMS)
#: The same for staff.
INVOICES = (
    *_NUMBERED,
    ListColumn(_("Organisation"), lambda row: row.invoice.organisation.name),
    ListColumn(_("Organisation, number"), lambda row: row.invoice.organisation.number, Show.NUMBER),
    *_ABOUT,
    ListColumn(_("E-mail"), lambda row: _MAIL.get(register.mail_state(row.message)), width=16),
    ListColumn(_("KID"), lambda row: row.invoice.payment_reference, width=20),
    *_SUMS,
)
#: Of a proposal (`billing.invoicing.views.proposals.Row`).
PROPOSALS = (
    ListColumn(_("Organisation"), lambda row: row.quote.draft.organisation.name),
    ListColumn(_("Organisation, number"), lambda row: row.quote.draft.organisation.number, Show.NUMBER),
    ListColumn(_("Engagement"), lambda row: row.engagements),
    ListColumn(_("Tier"), lambda row: row.tier, width=18),
    ListColumn(_("Must be checked"), lambda row: row.problem.message if row.problem else "", width=50),
    ListColumn(_("Hours"), lambda row: minutes_as_hours(row.quote.minutes), Show.HOURS),
    ListColumn(_("Self-cost"), lambda row: row.quote.gross, Show.MONEY),
    ListColumn(_("Discount"), lambda row: row.quote.discount, Show.MONEY),
    ListColumn(_("VAT"), lambda row: row.quote.vat, Show.MONEY),
    ListColumn(_("To pay"), lambda row: row.quote.total, Show.MONEY),
)
#: Of VAT by term (`billing.invoicing.vat_terms.TermSum`).
VAT = (
    ListColumn(_("From"), lambda row: row.first, Show.DAY),
    ListColumn(_("To"), lambda row: row.last, Show.DAY),
    ListColumn(_("VAT"), lambda row: row.word, width=26),
    ListColumn(_("Percent"), lambda row: row.percent, Show.NUMBER),
    ListColumn(_("Basis"), lambda row: row.base, Show.MONEY),
    ListColumn(_("VAT in kroner"), lambda row: row.vat, Show.MONEY),
    ListColumn(_("Number of documents"), lambda row: row.documents, Show.NUMBER),
)
