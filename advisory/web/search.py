"""Search for staff: a number goes straight to what it names, words give hits in groups.

Each group is a list of the house with the same filter as that list's own `?q=`, so «Show all» opens the rest.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from advisory.kernel import show
from advisory.kernel.access import staff, user_of
from advisory.kernel.users import User
from billing.models import Invoice
from clients.models import Contact, Organisation
from engagements.models import Engagement

LIMIT = 8
#: A shorter text is like too many names.
FEWEST_PAIRS = 3
LONGEST = 100


@dataclass(frozen=True, slots=True)
class Hit:
    """One line of a group."""

    text: str
    detail: str
    url: str


@dataclass(frozen=True, slots=True)
class Group:
    """Hits of one kind, and where the rest of them are (empty when all are shown)."""

    label: str
    hits: list[Hit]
    all_url: str


def destination(text: str, user: User) -> str:
    """The address of the one thing that the number `text` names, or nothing.

    Numbers are tried as people say them: engagement 2026-014, invoice 202600123, KID 2026001236, organisation
    number 999 014 201, our own number 1042. A payment reference shared with a credit note means the invoice.
    """
    if re.fullmatch(r"\d{4}-\d{3,}", text):
        found = Engagement.objects.filter(reference=text).first()
        return reverse("engagement", args=[found.reference]) if found else ""
    digits = re.sub(r"\s", "", text)
    if not re.fullmatch(r"\d{1,25}", digits, re.ASCII):
        return ""
    invoices = Invoice.objects.select_related("organisation")
    invoice = invoices.filter(payment_reference=digits).order_by("number").first()
    if invoice is None and len(digits) == 9:
        invoice = invoices.filter(number=int(digits)).first()
    if invoice:
        return _address_of(invoice, user)
    organisation = None
    if len(digits) == 9:
        organisation = Organisation.objects.filter(organisation_number=digits).first()
    elif len(digits) <= 6:
        organisation = Organisation.objects.filter(number=int(digits)).first()
    return reverse("organisation", args=[organisation.number]) if organisation else ""


def _address_of(invoice: Invoice, user: User) -> str:
    """The document, or for those who may not open it the organisation's list, where it stands with its status."""
    if user.is_administrator:
        return reverse("invoice", args=[invoice.number])
    return reverse("organisation_invoices", args=[invoice.organisation.number])


def _organisations(text: str) -> Iterator[Hit]:
    for row in Organisation.objects.matching(text)[: LIMIT + 1]:
        detail = show.org_number(row.organisation_number) or row.municipality
        yield Hit(row.name, detail, reverse("organisation", args=[row.number]))


def near(text: str) -> list[Hit]:
    """Organisations whose names hold most of the pairs of letters of the text: what a slip of the finger meant."""
    folded = text.casefold()
    pairs = {folded[at : at + 2] for at in range(len(folded) - 1) if " " not in folded[at : at + 2]}
    if len(pairs) < FEWEST_PAIRS:
        return []
    names = Organisation.objects.order_by("search_name", "number").values_list("search_name", "name", "number")
    alike = [(sum(pair in folded_name for pair in pairs), name, number) for folded_name, name, number in names]
    enough = sorted((-score, name, number) for score, name, number in alike if score * 3 >= len(pairs) * 2)
    return [Hit(name, str(number), reverse("organisation", args=[number])) for _score, name, number in enough[:LIMIT]]


def _contacts(text: str) -> Iterator[Hit]:
    named = Q(name__icontains=text) | Q(email__icontains=text)
    found = Contact.objects.filter(named, erased_at=None).select_related("organisation")
    for row in found.order_by("name", "pk")[: LIMIT + 1]:
        yield Hit(row.name, row.organisation.name, reverse("organisation", args=[row.organisation.number]))


def _engagements(text: str) -> Iterator[Hit]:
    named = Q(title__icontains=text) | Q(reference__startswith=text)
    belonging = Q(organisation__search_name__contains=text.casefold())
    for row in Engagement.objects.filter(named | belonging).select_related("organisation")[: LIMIT + 1]:
        yield Hit(f"{row.reference} {row.title}", row.organisation.name, reverse("engagement", args=[row.reference]))


def _invoices(text: str, user: User) -> Iterator[Hit]:
    found = Q(organisation__search_name__contains=text.casefold()) | Q(subject__icontains=text)
    for row in Invoice.objects.filter(found).select_related("organisation")[: LIMIT + 1]:
        label = _("Credit note %(number)s") if row.is_credit_note else _("Invoice %(number)s")
        detail = f"{row.organisation.name} · {show.day(row.issued_on)}"
        yield Hit(label % {"number": row.number}, detail, _address_of(row, user))


Finder = Callable[[str], Iterable[Hit]]


def _kinds(user: User) -> list[tuple[str, Finder, str]]:
    return [
        (_("Organisations"), _organisations, "organisations"),
        (_("Contacts"), _contacts, "organisations"),
        (_("Engagements"), _engagements, "engagements"),
        (_("Invoices"), partial(_invoices, user=user), "invoices" if user.is_administrator else ""),
    ]


def groups(text: str, user: User) -> list[Group]:
    """At most eight hits of each kind; kinds without hits are left out."""
    found = []
    for label, find, list_name in _kinds(user):
        hits = list(find(text))
        if hits:
            more = f"{reverse(list_name)}?{urlencode({'q': text})}" if list_name and len(hits) > LIMIT else ""
            found.append(Group(label, hits[:LIMIT], more))
    return found


@staff("GET")
def search(request: HttpRequest) -> HttpResponse:
    """`?q=`: one number leads on, words give a page."""
    user = user_of(request)
    text = " ".join(request.GET.get("q", "").split())[:LONGEST]
    url = destination(text, user) if text else ""
    if url:
        return redirect(url)
    context: dict[str, Any] = {"q": text, "groups": groups(text, user) if text else []}
    if text and not context["groups"]:
        context["near"] = near(text)
    return render(request, "search/results.html", context)
