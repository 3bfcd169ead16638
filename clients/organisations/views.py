"""Pages about organisations for staff: the list, one with its timeline, new and change, a note."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from advisory.kernel.access import staff, user_of
from advisory.kernel.list_file import list_file
from advisory.kernel.where_to import back
from clients import panels
from clients.notes.services import write
from clients.organisations.forms import NoteForm, OrganisationForm
from clients.organisations.listing import file_columns, listing, rows_of_file, with_facts
from clients.organisations.models import Organisation
from clients.organisations.services import (
    AccountsOfNobody,
    ChangedMeanwhile,
    OrganisationNumberTaken,
    PartOfItself,
    change,
    register,
)
from clients.organisations.timeline import by_day
from clients.register.client import RegisterUnavailable
from clients.register.filling import (
    NumberNotReadable,
    NumberRemoved,
    NumberUnknown,
    fill,
    may_fetch,
    source_words,
)

FIRST_EVENTS = 20
MOST_EVENTS = 500


def head(organisation: Organisation, current: str, request: HttpRequest) -> dict[str, object]:
    """What `organisations/_head.html` needs on every page of one organisation; `current` is the page's url name."""
    return {
        "organisation": organisation,
        "badge": panels.badge(organisation, timezone.localdate()),
        "tabs": panels.tabs(organisation, current),
        "actions": panels.actions(organisation, user_of(request)) if current == "organisation" else [],
    }


@staff()
def organisations(request: HttpRequest) -> HttpResponse:
    """All organisations, narrowed and ordered by what the address says."""
    today, query = timezone.localdate(), request.GET.dict()
    file = list_file(
        request,
        on=timezone.localdate(),
        name=_("organisations"),
        title=_("Organisations"),
        columns=file_columns(today),
        rows=rows_of_file(query, today),
        enriched=with_facts(today),
    )
    return file or render(request, "organisations/list.html", {"list": listing(query, today)})


@staff("GET", "POST")
def new(request: HttpRequest) -> HttpResponse:
    """A form for a new organisation."""
    if "fetch" in request.POST:
        return _fetched(request, None)
    form = OrganisationForm(request.POST or None)
    taken: OrganisationNumberTaken | None = None
    if request.method == "POST" and form.is_valid():
        try:
            made = register(by=user_of(request), now=timezone.now(), **form.facts())
        except OrganisationNumberTaken as error:
            taken = error
            form.add_error("organisation_number", error.message)
        except AccountsOfNobody as error:
            form.add_error("parent", error.message)
        else:
            messages.success(
                request,
                _("%(name)s is registered with number %(number)s.") % {"name": made.name, "number": made.number},
            )
            return redirect("organisation", made.number)
    context = {"form": form, "taken": taken, "has_errors": bool(form.errors), "may_fetch": may_fetch()}
    return render(request, "organisations/new.html", context, status=422 if form.errors else 200)


@staff("GET", "POST")
def edit(request: HttpRequest, number: int) -> HttpResponse:
    """A form for all facts of one organisation."""
    organisation = get_object_or_404(Organisation.objects.select_related("parent"), number=number)
    if "fetch" in request.POST:
        return _fetched(request, organisation)
    form = OrganisationForm(request.POST or None, organisation=organisation)
    taken: OrganisationNumberTaken | None = None
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            change(
                organisation=organisation,
                by=user_of(request),
                now=timezone.now(),
                seen=form.cleaned_data["seen"] or None,
                **form.facts(),
            )
        except OrganisationNumberTaken as error:
            taken = error
            form.add_error("organisation_number", error.message)
        except (PartOfItself, AccountsOfNobody) as error:
            form.add_error("parent", error.message)
        except ChangedMeanwhile as error:
            status = error.status
            form.add_error(None, error.message)
            form.look_again()
        else:
            messages.success(request, _("The changes are saved."))
            return redirect(back(request, reverse("organisation", args=[number])))
    context = {
        "organisation": organisation,
        "form": form,
        "taken": taken,
        "has_errors": bool(form.errors),
        "may_fetch": may_fetch(),
    }
    return render(request, "organisations/edit.html", context, status=422 if form.errors and status == 200 else status)


def _fetched(request: HttpRequest, organisation: Organisation | None) -> HttpResponse:
    """The form filled from the registers and not saved; or as it was typed, with what went wrong."""
    template = "organisations/edit.html" if organisation else "organisations/new.html"
    typed = {key: value for key, value in request.POST.items() if key in OrganisationForm.base_fields}
    context: dict[str, object] = {"organisation": organisation, "may_fetch": may_fetch()}
    try:
        filled = fill(typed, by=user_of(request), now=timezone.now())
    except RegisterUnavailable as error:
        form = OrganisationForm.filled(typed, organisation)
        return render(request, template, {**context, "form": form, "silent": error.message})
    except (NumberNotReadable, NumberUnknown, NumberRemoved) as error:
        form = OrganisationForm.filled(typed, organisation)
        form.refuse_number(error.message)
        return render(request, template, {**context, "form": form, "has_errors": True}, status=422)
    form = OrganisationForm.filled(filled.values, organisation)
    return render(request, template, {**context, "form": form, "filled": filled, "source": source_words(filled.known)})


@staff("GET", "POST")
def detail(request: HttpRequest, number: int) -> HttpResponse:
    """One organisation: its timeline, a form for a note, and the rail that all storeys fill."""
    organisation = get_object_or_404(Organisation.objects.select_related("parent"), number=number)
    note = NoteForm(request.POST or None)
    if request.method == "POST" and note.is_valid():
        write(organisation=organisation, by=user_of(request), now=timezone.now(), **note.cleaned_data)
        messages.success(request, _("The note is saved."))
        return redirect("organisation", number)
    context = {
        **head(organisation, "organisation", request),
        **_timeline(request, organisation),
        "cards": panels.cards(organisation, user_of(request), timezone.localdate()),
        "note": note,
        "has_errors": bool(note.errors),
    }
    return render(request, "organisations/detail.html", context, status=422 if note.errors else 200)


def _timeline(request: HttpRequest, organisation: Organisation) -> dict[str, object]:
    """The chosen kinds and as many events as were asked for; one more is fetched to know whether there are more."""
    kinds = panels.timeline_kinds()
    chosen = request.GET.getlist("kind") if "chosen" in request.GET else [kind.kind for kind in kinds]
    limit = min(_whole(request, "events") or FIRST_EVENTS, MOST_EVENTS)
    found = panels.timeline(organisation, user_of(request), chosen, limit + 1)
    more = request.GET.copy()
    more["events"], more["from"] = str(limit + FIRST_EVENTS), str(limit)
    return {
        "kinds": [(kind, kind.kind in chosen) for kind in kinds],
        "is_narrowed": len(chosen) < len(kinds),
        "days": by_day(found[:limit], timezone.localdate(), first_new=_whole(request, "from")),
        "more": f"{reverse('organisation', args=[organisation.number])}?{more.urlencode()}#new"
        if len(found) > limit < MOST_EVENTS
        else "",
    }


def _whole(request: HttpRequest, name: str) -> int | None:
    """A whole number above zero from the address; None for anything else."""
    text = request.GET.get(name, "")
    return (int(text) or None) if text.isascii() and text.isdigit() and len(text) < 6 else None
