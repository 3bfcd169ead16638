"""The register of issued documents, and one document: read, downloaded, never edited."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _

from advisory.kernel.access import administrators, staff
from advisory.kernel.fields import kroner, sum_ore
from advisory.kernel.files import download
from advisory.kernel.list_file import list_file
from billing.invoicing import register
from billing.invoicing.documents import document_of, with_document
from billing.invoicing.files import pdf_of
from billing.invoicing.forms import RegisterFilters
from billing.invoicing.history import history_of
from billing.invoicing.hours import hours_of
from billing.invoicing.list_files import INVOICES
from billing.invoicing.models import Invoice
from billing.invoicing.price_statement import price_statement
from clients.organisations import Organisation
from clients.organisations.views import head

PAGE_SIZE = 50


@administrators("GET")
def invoices(request: HttpRequest) -> HttpResponse:
    """All issued documents, the newest first; `?q=&state=&mail=&sort=&page=`."""
    filters = RegisterFilters(request.GET)
    chosen = filters.cleaned_data if filters.is_valid() else {}
    found = register.narrowed(
        Invoice.objects.all(),
        q=chosen.get("q", ""),
        state=chosen.get("state", ""),
        mail=chosen.get("mail", ""),
    )
    sort = request.GET.get("sort", "-number")
    fields = register.SORTS.get(sort.removeprefix("-"), register.SORTS["number"])
    back = "-" if sort.startswith("-") else ""
    ordered = found.select_related("organisation", "credit_note").order_by(*(f"{back}{field}" for field in fields))
    file = list_file(
        request,
        on=timezone.localdate(),
        name=_("invoices"),
        title=_("Invoices"),
        columns=INVOICES,
        rows=ordered,
        enriched=register.rows,
    )
    if file:
        return file
    total = found.order_by().aggregate(total=sum_ore("total"))["total"]
    page = Paginator(ordered, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(
        request,
        "invoices/list.html",
        {
            "filters": filters,
            "page": page,
            "rows": register.rows(page),
            "total": kroner(total),
            "sort": sort,
            "is_narrowed": any(chosen.get(key) for key in ("q", "state", "mail")),
            "q": chosen.get("q", ""),
        },
    )


@administrators("GET")
def invoice(request: HttpRequest, number: int) -> HttpResponse:
    """One document: its lines, the frozen price statement, the hours, the history."""
    found = get_object_or_404(with_document(Invoice.objects.select_related("issued_by")), number=number)
    document = document_of(found)
    on = timezone.localdate()
    return render(
        request,
        "invoices/detail.html",
        {
            "invoice": found,
            "document": document,
            "organisation": found.organisation,
            "credit_note": getattr(found, "credit_note", None),
            "state": register.state_of(found),
            "days": (found.due_on - on).days if found.due_on else None,
            "price": price_statement(document, hours_of(found), for_staff=True),
            "history": history_of(found),
            "message": register.messages_of([found.number]).get(found.number),
        },
    )


@administrators("GET")
def invoice_pdf(request: HttpRequest, number: int) -> HttpResponse:
    """The document's PDF, the same bytes every time."""
    return download(pdf_of(get_object_or_404(Invoice, number=number)))


@staff("GET")
def organisation_invoices(request: HttpRequest, number: int) -> HttpResponse:
    """The documents of one organisation, under its name. Advisors read; only administrators go on to a document."""
    organisation = get_object_or_404(Organisation, number=number)
    found = Invoice.objects.of(organisation).select_related("organisation", "credit_note").order_by("-number")
    file = list_file(
        request,
        on=timezone.localdate(),
        name=_("invoices-%(number)s") % {"number": number},
        title=_("Invoices"),
        columns=INVOICES,
        rows=found,
        enriched=register.rows,
    )
    if file:
        return file
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(
        request,
        "organisations/invoices.html",
        {
            **head(organisation, "organisation_invoices", request),
            "page": page,
            "rows": register.rows(page),
        },
    )
