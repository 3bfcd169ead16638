"""Settings of hours: service types with their dated VAT treatment, and internal activities."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from advisory.kernel.access import administrators, user_of
from advisory.kernel.errors import DomainError
from engagements.work import services
from engagements.work.models import Activity, ServiceType
from engagements.work.service_forms import ActivityForm, NamesForm, NewServiceTypeForm, TreatmentForm


@administrators()
def service_types(request: HttpRequest) -> HttpResponse:
    """All service types with the VAT treatment of today."""
    return render(request, "settings/service_types/list.html", {"rows": services.taxed_on(timezone.localdate())})


@administrators("GET", "POST")
def service_type_new(request: HttpRequest) -> HttpResponse:
    """A new service type with its first VAT treatment."""
    form = NewServiceTypeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            kind = services.add_service_type(**form.cleaned_data, by=user_of(request), now=timezone.now())
        except DomainError as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("The service type is added."))
            return redirect("service_type", kind.code)
    return render(request, "settings/service_types/new.html", {"form": form}, status=422 if form.errors else 200)


@administrators("GET", "POST")
def service_type(request: HttpRequest, code: str) -> HttpResponse:
    """One service type: its names, and the VAT treatments through time."""
    kind = get_object_or_404(ServiceType, code=code)
    is_treatment = "treatment" in request.POST
    names = NamesForm.of(kind, request.POST if request.method == "POST" and not is_treatment else None)
    treatment = TreatmentForm(request.POST if is_treatment else None, prefix="vat")
    form = treatment if is_treatment else names
    if request.method == "POST" and form.is_valid():
        try:
            if is_treatment:
                services.set_vat_treatment(
                    service_type=kind, **form.cleaned_data, by=user_of(request), now=timezone.now()
                )
            else:
                services.change_service_type(
                    service_type=kind, **form.cleaned_data, by=user_of(request), now=timezone.now()
                )
        except DomainError as refused:
            form.add_error("valid_from" if isinstance(refused, services.TreatmentTooEarly) else None, refused.message)
        else:
            messages.success(request, _("The service type is saved."))
            return redirect("service_type", kind.code)
    context = {
        "kind": kind,
        "names": names,
        "treatment": treatment,
        "form": form,
        "treatments": kind.vat_treatments.order_by("-valid_from"),
        "today": timezone.localdate(),
    }
    return render(request, "settings/service_types/detail.html", context, status=422 if form.errors else 200)


@administrators()
def activities(request: HttpRequest) -> HttpResponse:
    """All internal activities with their funding area."""
    return render(request, "settings/activities/list.html", {"rows": Activity.objects.order_by("-active", "name")})


@administrators("GET", "POST")
def activity_new(request: HttpRequest) -> HttpResponse:
    """A new activity."""
    form = ActivityForm(request.POST or None)
    del form.fields["active"]
    if request.method == "POST" and form.is_valid():
        try:
            services.add_activity(**form.cleaned_data, by=user_of(request), now=timezone.now())
        except DomainError as refused:
            form.add_error("name", refused.message)
        else:
            messages.success(request, _("The activity is added."))
            return redirect("activities")
    return render(request, "settings/activities/form.html", {"form": form}, status=422 if form.errors else 200)


@administrators("GET", "POST")
def activity(request: HttpRequest, activity: int) -> HttpResponse:
    """Rename an activity, or take it out of use."""
    found = get_object_or_404(Activity, pk=activity)
    form = ActivityForm(request.POST or None, initial={"name": found.name, "active": found.active})
    del form.fields["funding_area"]
    if request.method == "POST" and form.is_valid():
        try:
            services.change_activity(activity=found, **form.cleaned_data, by=user_of(request), now=timezone.now())
        except DomainError as refused:
            form.add_error("name", refused.message)
        else:
            messages.success(request, _("The activity is saved."))
            return redirect("activities")
    context = {"form": form, "activity": found}
    return render(request, "settings/activities/form.html", context, status=422 if form.errors else 200)
