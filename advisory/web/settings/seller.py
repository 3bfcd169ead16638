"""The seller's particulars: what documents print, now and before."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from advisory.kernel import show
from advisory.kernel.access import administrators, user_of
from advisory.kernel.errors import DomainError
from advisory.kernel.seller import SellerParticulars, set_seller
from advisory.web.settings.forms import SellerForm


@administrators("GET", "POST")
def seller(request: HttpRequest) -> HttpResponse:
    """The particulars in force, those before and to come, and a form for new ones."""
    today = timezone.localdate()
    rows = list(SellerParticulars.objects.select_related("created_by").order_by("-valid_from"))
    current = next((row for row in rows if row.valid_from <= today), None)
    initial = {"payment_days": 14, "accent": "0F4C5C", **(SellerForm.initial_of(current) if current else {})}
    is_sent = request.method == "POST"
    form = SellerForm(request.POST if is_sent else None, request.FILES if is_sent else None, initial=initial)
    if is_sent and form.is_valid():
        try:
            made = set_seller(
                facts=form.facts(current),
                valid_from=form.cleaned_data["valid_from"],
                by=user_of(request),
                now=timezone.now(),
            )
        except DomainError as error:
            form.refuse(error)
        else:
            messages.success(
                request, _("The particulars are saved. They apply from %(day)s.") % {"day": show.day(made.valid_from)}
            )
            return redirect("seller")
    return render(
        request,
        "settings/seller.html",
        {"rows": rows, "current": current, "form": form, "today": today},
        status=422 if form.errors else 200,
    )


@administrators("GET")
def seller_mark(request: HttpRequest, row: int) -> HttpResponse:
    """The mark of one row of particulars, as a picture."""
    found = get_object_or_404(SellerParticulars, pk=row)
    if not found.mark:
        raise Http404
    response = HttpResponse(bytes(found.mark), content_type="image/png")
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
