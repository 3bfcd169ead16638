"""Staff's side of income declarations: register one, hand out its evidence. The decision is made in billing."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from advisory.kernel.access import staff, user_of
from advisory.kernel.errors import DomainError
from clients.access import require_income_access
from clients.income.declare import declare
from clients.income.downloads import hand_out
from clients.income.forms import StaffBudgetForm, StaffDeclarationForm
from clients.income.models import DeclarationBasis, EvidenceFile
from clients.organisations.models import Organisation


@staff("GET", "POST")
def new(request: HttpRequest, number: int) -> HttpResponse:
    """A form for a declaration that came by letter, e-mail or telephone; `?basis=budget` for a new organisation."""
    organisation = get_object_or_404(Organisation.objects.select_related("parent"), number=number)
    require_income_access(user_of(request), organisation)
    today = timezone.localdate()
    is_budget = request.GET.get("basis") == DeclarationBasis.BUDGET
    kind = StaffBudgetForm if is_budget else StaffDeclarationForm
    usual = today.year if is_budget else today.year - 1
    form = kind(
        request.POST or None,
        request.FILES or None,
        on=today,
        initial={"year": request.GET.get("year", usual), "arrived_on": today},
    )
    if request.method == "POST" and form.is_valid():
        try:
            declare(organisation=organisation, by=user_of(request), now=timezone.now(), **form.facts())
        except DomainError as error:
            form.show(error)
        else:
            messages.success(request, _("The declaration is registered."))
            return redirect("organisation_income", number)
    context = {"organisation": organisation, "form": form, "is_budget": is_budget, "judge": organisation.judged_by}
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
