"""Crediting an invoice: the reason, what becomes of the hours, and the consequences before the press."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from advisory.kernel.access import administrators, user_of
from billing.invoicing.credit import credit
from billing.invoicing.documents import document_of, with_document
from billing.invoicing.explain import explain
from billing.invoicing.forms import CreditNoteForm
from billing.invoicing.models import Invoice


@administrators("GET", "POST")
def credit_note(request: HttpRequest, number: int) -> HttpResponse:
    """GET: what crediting the invoice does. POST: the credit note."""
    invoice = get_object_or_404(with_document(Invoice.objects.invoices()), number=number)
    existing = getattr(invoice, "credit_note", None)
    if existing is not None:
        messages.info(
            request,
            _("Invoice %(number)s is already credited by credit note %(credit_note)s.")
            % {"number": invoice.number, "credit_note": existing.number},
        )
        return redirect("invoice", number=existing.number)
    form = CreditNoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        note = credit(
            invoice,
            reason=form.cleaned_data["reason"],
            release_hours=form.cleaned_data["release_hours"],
            by=user_of(request),
            now=timezone.now(),
        )
        messages.success(
            request,
            _("Credit note %(number)s is issued for invoice %(invoice)s.")
            % {"number": note.number, "invoice": invoice.number},
        )
        return redirect("invoice", number=note.number)
    document = document_of(invoice)
    return render(
        request,
        "invoices/credit_note.html",
        {
            "form": form,
            "invoice": invoice,
            "document": document,
            "explanation": explain(document),
            "organisation": invoice.organisation,
        },
        status=422 if form.errors else 200,
    )
