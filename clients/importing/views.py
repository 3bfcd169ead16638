"""Organisations and contacts out of a file: choose it, see row by row what it would do, take it in. Administrators."""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django_stubs_ext import StrOrPromise

from advisory.kernel.access import administrators, user_of
from advisory.kernel.errors import DomainError
from advisory.kernel.list_file import ListColumn, list_file
from advisory.kernel.spreadsheet import Show
from clients.importing import table as file_table
from clients.importing.plan import Plan, RowPlan, Sort, plan_of
from clients.importing.services import ImportStale, take_in
from clients.importing.table import Table, recognised, table_of
from clients.organisations.columns import ALL, FactColumn

#: So many rows of each kind the report shows.
MOST_SHOWN = 200
#: What a carried file may take in the form, compressed.
MOST_CARRIED = 2_000_000


class FileForm(forms.Form):
    """The file to read."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("An XLSX workbook or a CSV file, at most 5,000 rows, with headings in the first row."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        error_messages={"empty": gettext_lazy("The file is empty. Choose another one.")},
    )


class CarriedForm(forms.Form):
    """The file that was looked at, carried from the report to the taking in, and the digest of the report."""

    name = forms.CharField(widget=forms.HiddenInput, max_length=255)
    content = forms.CharField(widget=forms.HiddenInput, max_length=MOST_CARRIED)
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)

    def clean_content(self) -> bytes:
        """The bytes of the file, unpacked no further than a file may be large."""
        try:
            packed = base64.b64decode(self.cleaned_data["content"], validate=True)
            content = zlib.decompressobj().decompress(packed, file_table.LARGEST_FILE + 1)
        except (binascii.Error, ValueError, zlib.error):
            raise forms.ValidationError(_("Choose the file again.")) from None
        return content


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """A column of the file, with an example and what it is taken for."""

    name: str
    heading: str
    example: str
    key: str


@dataclass(frozen=True, slots=True)
class Section:
    """The rows of one kind in the report; `more` are not shown."""

    sort: Sort
    title: str
    rows: list[RowPlan]
    count: int

    @property
    def more(self) -> int:
        return self.count - len(self.rows)


@administrators("GET", "POST")
def organisation_import(request: HttpRequest) -> HttpResponse:
    """Choose a file; see what it would do; take all of it in or nothing."""
    if request.method != "POST":
        return _page(request, FileForm())
    if "content" in request.POST:
        return _carried(request)
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form, status=422)
    file = form.cleaned_data["file"]
    try:
        if file.size > file_table.LARGEST_FILE:
            raise file_table.ImportFileTooLarge(name=file.name)
        content = file.read()
        table = table_of(file.name, content)
        if len(_packed(content)) > MOST_CARRIED:
            raise file_table.ImportFileTooLarge(name=file.name)
    except DomainError as error:
        return _page(request, _refused(error.message), status=422)
    return _report(request, table, content, recognised(table.headings))


@administrators("GET")
def organisation_import_template(request: HttpRequest) -> HttpResponse:
    """A file of headings to fill in: `?file=csv` or `?file=xlsx`."""
    columns = [
        ListColumn(fact.heading, lambda row: None, fact.show if isinstance(fact, FactColumn) else Show.TEXT)
        for fact in ALL
    ]
    file = list_file(
        request,
        on=timezone.localdate(),
        name=_("organisations-template"),
        title=_("Organisations"),
        columns=columns,
        rows=[],
    )
    return file or redirect("organisation_import")


def _carried(request: HttpRequest) -> HttpResponse:
    """The file comes back with the report: with other columns, or to be taken in."""
    carried = CarriedForm(request.POST)
    if not carried.is_valid():
        return _page(request, _refused(_("Choose the file again.")), status=422)
    written = carried.cleaned_data
    try:
        table = table_of(written["name"], written["content"])
    except DomainError as error:
        return _page(request, _refused(error.message), status=422)
    columns = _chosen(request, table)
    if "take" not in request.POST:
        return _report(request, table, written["content"], columns)
    try:
        taken = take_in(
            table=table, columns=_once(columns), seen=written["seen"], by=user_of(request), now=timezone.now()
        )
    except DomainError as error:
        stale = error.status if isinstance(error, ImportStale) else 422
        return _report(request, table, written["content"], columns, refusal=error.message, status=stale)
    said = ngettext("%(count)s new organisation", "%(count)s new organisations", taken.new) % {"count": taken.new}
    words = _("«%(name)s» is taken in: %(new)s, %(changed)s changed, %(contacts)s contacts written.")
    facts = {"name": table.name, "new": said, "changed": taken.changed, "contacts": taken.contacts}
    messages.success(request, words % facts)
    return redirect("organisations")


def _chosen(request: HttpRequest, table: Table) -> list[str]:
    known = set(file_table.keys())
    asked = [request.POST.get(f"column-{index}", "") for index in range(len(table.headings))]
    return [key if key in known else "" for key in asked]


def _once(columns: Sequence[str]) -> list[str]:
    """Each fact from one column: the first that was chosen for it."""
    return [key if key and key not in columns[:index] else "" for index, key in enumerate(columns)]


def _report(
    request: HttpRequest,
    table: Table,
    content: bytes,
    columns: Sequence[str],
    *,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    twice = [key for index, key in enumerate(columns) if key and key in columns[:index]]
    names: dict[str, StrOrPromise] = {fact.key: fact.heading for fact in ALL}
    if twice:
        refusal = _("Two columns are «%(name)s». Choose one of them.") % {"name": names[twice[0]]}
    elif not _names_somebody(columns):
        refusal = _("Choose which column holds the name, the organisation number or our number.")
    unclear = bool(twice) or not _names_somebody(columns)
    plan = None if unclear else plan_of(table, columns)
    wrong = bool(plan and plan.of(Sort.WRONG))
    carried = {
        "name": table.name,
        "content": _packed(content).decode("ascii"),
        "seen": plan.digest if plan else "",
    }
    return _page(
        request,
        FileForm(),
        status=status if status != 200 else 422 if refusal or wrong else 200,
        table=table,
        plan=plan,
        wrong=wrong,
        refusal=refusal,
        sections=_sections(plan) if plan else [],
        unchanged=len(plan.of(Sort.UNCHANGED)) if plan else 0,
        columns=_choices(table, columns),
        left_out=sum(not key for key in columns),
        facts=[(fact.key, fact.heading) for fact in ALL],
        carried=CarriedForm(initial=carried),
        has_errors=bool(refusal or wrong),
    )


def _names_somebody(columns: Sequence[str]) -> bool:
    return bool({"name", "organisation_number", "number"} & set(columns))


def _sections(plan: Plan) -> list[Section]:
    titles = {
        Sort.WRONG: _("What is wrong, and where"),
        Sort.CHANGED: _("What is changed"),
        Sort.NEW: _("What is new"),
    }
    found = [(sort, title, plan.of(sort)) for sort, title in titles.items()]
    return [Section(sort, title, rows[:MOST_SHOWN], len(rows)) for sort, title, rows in found if rows]


def _choices(table: Table, columns: Sequence[str]) -> list[ColumnChoice]:
    chosen = []
    for index, (heading, key) in enumerate(zip(table.headings, columns, strict=True)):
        example = next((cells[index] for _number, cells in table.rows if cells[index]), "")
        chosen.append(ColumnChoice(f"column-{index}", heading, example[:60], key))
    return chosen


def _packed(content: bytes) -> bytes:
    return base64.b64encode(zlib.compress(content, 6))


def _refused(text: str) -> FileForm:
    form = FileForm({}, MultiValueDict())
    form.errors["file"] = form.error_class([text])
    return form


def _page(request: HttpRequest, form: FileForm, *, status: int = 200, **more: Any) -> HttpResponse:
    more.setdefault("has_errors", bool(form.errors))
    return render(request, "organisations/import.html", {"form": form, **more}, status=status)
