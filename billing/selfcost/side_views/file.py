"""The sheet as a file: taken out as a workbook or CSV, and read back into a draft after a look at what it changes."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from advisory.kernel.access import administrators, user_of
from advisory.kernel.errors import DomainError
from advisory.kernel.spreadsheet import CSV_TYPE, XLSX_TYPE
from billing.selfcost import sheet_export, sheet_file
from billing.selfcost.base import BaseAdopted, BaseSubmitted, fingerprint
from billing.selfcost.models import CostBase
from billing.selfcost.rows import rows_of
from billing.selfcost.sheet import State, state_of
from engagements.work.models import SelfcostService


class FileForm(forms.Form):
    """The file to read."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("An XLSX workbook or a CSV file of the same form as the one you download here"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        error_messages={
            "required": gettext_lazy("Choose the file with the cost base."),
            "empty": gettext_lazy("The file is empty. Choose another one."),
        },
    )


class CarriedForm(forms.Form):
    """The file that was looked at, carried from the preview to the saving, and the fingerprint of the base then."""

    name = forms.CharField(widget=forms.HiddenInput)
    content = forms.CharField(widget=forms.HiddenInput, max_length=2 * sheet_file.LARGEST_FILE)
    seen = forms.CharField(widget=forms.HiddenInput)

    def clean_content(self) -> bytes:
        """The bytes of the file."""
        try:
            return base64.b64decode(self.cleaned_data["content"], validate=True)
        except (binascii.Error, ValueError):
            raise forms.ValidationError(_("Choose the file again.")) from None


@administrators("GET")
def cost_base_xlsx(request: HttpRequest, year: int, service: str, version: int) -> HttpResponse:
    """A version of a cost base as a workbook."""
    base = _version(year, service, version)
    content = sheet_export.as_workbook(base, rows_of(base), made_at=timezone.now())
    return _file(base, content, XLSX_TYPE, "xlsx")


@administrators("GET")
def cost_base_csv(request: HttpRequest, year: int, service: str, version: int) -> HttpResponse:
    """A version of a cost base as one CSV table."""
    base = _version(year, service, version)
    return _file(base, sheet_export.as_csv(base, rows_of(base)), CSV_TYPE, "csv")


@administrators("GET", "POST")
def cost_base_import(request: HttpRequest, year: int, service: str) -> HttpResponse:
    """Choose a file; see what it changes or what is wrong with it; save all of it or nothing."""
    base = _newest(year, service)
    if request.method == "POST" and state_of(base) is not State.DRAFT:
        raise BaseAdopted() if state_of(base) is State.ADOPTED else BaseSubmitted()
    if request.method != "POST":
        return _page(request, base, FileForm())
    if "content" in request.POST:
        return _save(request, base)
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, base, form, status=422)
    file = form.cleaned_data["file"]
    if file.size > sheet_file.LARGEST_FILE:
        form.add_error("file", sheet_file.FileTooLarge(name=file.name).message)
        return _page(request, base, form, status=422)
    return _preview(request, base, form, file.name, file.read())


def _preview(request: HttpRequest, base: CostBase, form: FileForm, name: str, content: bytes) -> HttpResponse:
    rows = rows_of(base)
    seen = fingerprint(base, rows)
    try:
        reading = sheet_file.read(base, rows, name=name, content=content, seen=seen)
    except DomainError as error:
        form.add_error("file", error.message)
        return _page(request, base, form, status=422)
    carried = {"name": name, "content": base64.b64encode(content).decode("ascii"), "seen": seen}
    return _page(
        request,
        base,
        FileForm(),
        status=422 if reading.mistakes else 200,
        reading=reading,
        name=name,
        carried=CarriedForm(initial=carried),
        has_errors=bool(reading.mistakes),
    )


def _save(request: HttpRequest, base: CostBase) -> HttpResponse:
    carried = CarriedForm(request.POST)
    if not carried.is_valid():
        return _page(request, base, _refused(_("Choose the file again.")), status=422)
    written = carried.cleaned_data
    try:
        reading = sheet_file.read(
            base, rows_of(base), name=written["name"], content=written["content"], seen=written["seen"]
        )
        sheet_file.store(reading, by=user_of(request), now=timezone.now())
    except DomainError as error:
        return _page(request, base, _refused(error.message), status=error.status)
    messages.success(request, _("The cost base is read from «%(name)s».") % {"name": written["name"]})
    return redirect("cost_base", base.year, base.service)


def _refused(text: str) -> FileForm:
    form = FileForm({}, MultiValueDict())
    form.errors["file"] = form.error_class([text])
    return form


def _page(request: HttpRequest, base: CostBase, form: FileForm, *, status: int = 200, **more: Any) -> HttpResponse:
    service = SelfcostService(base.service)
    about = {
        "base": base,
        "year": base.year,
        "service": service,
        "is_draft": state_of(base) is State.DRAFT,
        "form": form,
        "crumbs": [
            (_("Self-cost"), reverse("selfcost")),
            (f"{base.year} {service.label}", reverse("cost_base", args=[base.year, base.service])),
        ],
        **more,
    }
    return render(request, "selfcost/import.html", about, status=status)


def _file(base: CostBase, content: bytes, media_type: str, extension: str) -> HttpResponse:
    name = _("cost-base-%(year)s-%(service)s-version-%(version)s") % {
        "year": base.year,
        "service": base.get_service_display(),
        "version": base.version,
    }
    response = HttpResponse(content, content_type=media_type)
    disposition = content_disposition_header(as_attachment=True, filename=f"{name}.{extension}")
    response["Content-Disposition"] = disposition or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def _version(year: int, service: str, version: int) -> CostBase:
    found = CostBase.objects.filter(year=year, service=service, version=version).first()
    if found is None:
        raise Http404
    return found


def _newest(year: int, service: str) -> CostBase:
    found = CostBase.objects.filter(year=year, service=service).order_by("-version").first()
    if found is None:
        raise Http404
    return found
