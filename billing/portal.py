"""The organisation's side of billing: its documents, how each price came about, and the PDFs.

Every view starts at `clients.access`; a document of somebody else and one that does not exist give the same 404.
"""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _

from advisory.kernel.files import download
from advisory.kernel.list_file import list_file
from billing.invoicing import register
from billing.invoicing.documents import document_of, with_document
from billing.invoicing.files import pdf_of
from billing.invoicing.hours import hours_of
from billing.invoicing.list_files import OWN_INVOICES
from billing.invoicing.models import Invoice
from billing.invoicing.price_statement import price_statement
from clients.access import portal
from clients.memberships import Membership, Role

PAGE_SIZE = 50


@portal(Role.FINANCE)
def portal_invoices(request: HttpRequest, membership: Membership) -> HttpResponse:
    """The organisation's documents, the newest first."""
    own = Invoice.objects.of(membership.organisation)
    found = own.select_related("organisation", "credit_note").order_by("-number")
    file = list_file(
        request,
        on=timezone.localdate(),
        name=_("invoices"),
        title=_("Invoices"),
        columns=OWN_INVOICES,
        rows=found,
        enriched=register.rows,
    )
    if file:
        return file
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(
        request,
        "portal/invoices/list.html",
        {
            "organisation": membership.organisation,
            "page": page,
            "rows": register.rows(page),
        },
    )


@portal(Role.FINANCE)
def portal_invoice(request: HttpRequest, membership: Membership, invoice: int) -> HttpResponse:
    """One document: how to pay it, and how its price came about."""
    found = get_object_or_404(with_document(Invoice.objects.of(membership.organisation)), number=invoice)
    document = document_of(found)
    on = timezone.localdate()
    return render(
        request,
        "portal/invoices/detail.html",
        {
            "organisation": membership.organisation,
            "invoice": found,
            "document": document,
            "credit_note": getattr(found, "credit_note", None),
            "state": register.state_of(found),
            "days": (found.due_on - on).days if found.due_on else None,
            "price": price_statement(document, hours_of(found, with_advisor=False), for_staff=False),
            # Half a thousand bytes up, and never 0.
            "kilobytes": max((pdf_of(found).size + 500) // 1000, 1),
        },
    )


@portal(Role.FINANCE)
def portal_invoice_pdf(request: HttpRequest, membership: Membership, invoice: int) -> HttpResponse:
    """The document's PDF, the same bytes every time."""
    return download(pdf_of(get_object_or_404(Invoice.objects.of(membership.organisation), number=invoice)))


urlpatterns = [
    path("portal/<int:number>/invoices/", portal_invoices, name="portal_invoices"),
    path("portal/<int:number>/invoices/<int:invoice>/", portal_invoice, name="portal_invoice"),
    path("portal/<int:number>/invoices/<int:invoice>/pdf/", portal_invoice_pdf, name="portal_invoice_pdf"),
]
