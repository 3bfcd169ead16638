"""Paths of invoicing for staff."""

from django.urls import path

from billing.invoicing.views import credit_notes, drafts, invoices, proposals, review, vat

urlpatterns = [
    path("billing/proposals/", proposals.proposals, name="proposals"),
    path("billing/proposals/chosen/", proposals.proposals_chosen, name="proposals_chosen"),
    path("billing/drafts/<int:pk>/", drafts.draft, name="draft"),
    path("billing/drafts/<int:pk>/preview/", drafts.draft_preview, name="draft_preview"),
    path("billing/drafts/<int:pk>/defer/", drafts.draft_defer, name="draft_defer"),
    path("billing/drafts/<int:pk>/discard/", drafts.draft_discard, name="draft_discard"),
    path("billing/review/", review.review, name="review"),
    path("billing/issued/", review.issued, name="issued"),
    path("invoices/", invoices.invoices, name="invoices"),
    path("invoices/<int:number>/", invoices.invoice, name="invoice"),
    path("invoices/<int:number>/pdf/", invoices.invoice_pdf, name="invoice_pdf"),
    path("invoices/<int:number>/credit-note/", credit_notes.credit_note, name="credit_note"),
    path("settings/vat/", vat.vat, name="vat"),
    path("organisations/<int:number>/invoices/", invoices.organisation_invoices, name="organisation_invoices"),
]
