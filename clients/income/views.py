"""Staff's side of income declarations: register one, hand out its evidence. The decision is made in billing."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from advisory.kernel.access import staff, user_of
from clients.access import require_income_access
from clients.identity_number import IdentityNumberInText
from clients.income.declare import YearNotClosed, declare
from clients.income.downloads import hand_out
from clients.income.evidence import EvidenceRefused
from clients.income.forms import StaffDeclarationForm
from clients.income.models import EvidenceFile
from clients.organisations.models import Organisation


@staff("GET", "POST")
def new(request: HttpRequest, number: int) -> HttpResponse:
    """A form for a declaration that came by letter, e-mail or telephone."""
    organisation = get_object_or_404(Organisation, number=number)
    require_income_access(user_of(request), organisation)
    today = timezone.localdate()
    form = StaffDeclarationForm(
        request.POST or None,
        request.FILES or None,
        on=today,
        initial={"year": request.GET.get("year", today.year - 1), "arrived_on": today},
    )
    if request.method == "POST" and form.is_valid():
        try:
            declare(
                organisation=organisation,
                year=form.cleaned_data["year"],
                total_income=form.cleaned_data["total_income"],
                comment=form.cleaned_data["comment"],
                files=form.cleaned_data["evidence"],
                by=user_of(request),
                arrived_on=form.cleaned_data["arrived_on"],
                now=timezone.now(),
            )
        except EvidenceRefused as error:
            form.add_error("evidence", error.message)
        except YearNotClosed as error:
            form.add_error("year", error.message)
        except IdentityNumberInText as error:
            form.add_error("comment", error.message)
        else:
            messages.success(request, _("The declaration is registered."))
            return redirect("organisation_income", number)
    context = {"organisation": organisation, "form": form}
    return render(request, "organisations/income/new.html", context, status=422 if form.errors else 200)


@staff()
def evidence(request: HttpRequest, number: int, file_id: int) -> HttpResponse:
    """One file of evidence, to those who may see the income."""
    file = get_object_or_404(
        EvidenceFile.objects.select_related("declaration__organisation"),
        pk=file_id,
        declaration__organisation__number=number,
    )
    require_income_access(user_of(request), file.declaration.organisation)
    return hand_out(file, by=user_of(request), now=timezone.now())
