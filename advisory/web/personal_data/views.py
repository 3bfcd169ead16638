"""Requests about personal data: find who is asked about, see what there is and what can go, hand out, erase."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from advisory.kernel.access import administrators, signed_in, user_of
from advisory.kernel.audit import AuditEvent
from advisory.kernel.errors import DomainError
from advisory.kernel.note_field import NoteArea, NoteField
from advisory.kernel.personal_data.erasure import Verdict
from advisory.kernel.personal_data.mentions import searched_names
from advisory.kernel.users import User
from advisory.web.audit.words import action_words
from advisory.web.personal_data.asked import (
    KINDS,
    Asked,
    about_contact,
    about_organisation,
    about_user,
    hand_out,
)
from clients.erasing.person import counts
from clients.models import Contact, Organisation

#: Hits of a sort on the page that finds, and the latest events beside it.
SHOWN = 20
LONGEST = 200
ACTIONS = ("person.erase", "person.export", "organisation.erase", "organisation.export")


class FindForm(forms.Form):
    """Whom the request is about."""

    q = forms.CharField(label=gettext_lazy("Name, e-mail address or telephone"), max_length=LONGEST)


class EraseForm(forms.Form):
    """Why; the reason stays in the audit log, without the name."""

    reason = NoteField(
        label=gettext_lazy("Reason"),
        max_length=500,
        widget=NoteArea(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "Who asked, how and when. It stays in the audit log; the name in it gives way to the pseudonym."
        ),
    )


@administrators("GET")
def find(request: HttpRequest) -> HttpResponse:
    """Search among users, contacts and organisations, and the latest downloads and erasures."""
    text = " ".join(request.GET.get("q", "").split())[:LONGEST]
    form = FindForm({"q": text} if text else None)
    context = {
        "form": form,
        "text": text,
        "users": _users(text)[:SHOWN] if text else [],
        "contacts": _contacts(text)[:SHOWN] if text else [],
        "organisations": _organisations(text)[:SHOWN] if text else [],
        "events": [
            (action_words(event.action), event)
            for event in AuditEvent.objects.filter(action__in=ACTIONS).select_related("actor").order_by("-at")[:8]
        ],
    }
    return render(request, "settings/personal-data/find.html", context)


def _users(text: str) -> QuerySet[User]:
    named = Q(name__icontains=text) | Q(email__icontains=text) | Q(memberships__name__icontains=text)
    return User.objects.filter(named, erased_at=None).distinct().order_by("name", "pk")


def _contacts(text: str) -> QuerySet[Contact]:
    named = Q(name__icontains=text) | Q(email__icontains=text) | Q(phone__icontains=text)
    return Contact.objects.filter(named, erased_at=None).select_related("organisation").order_by("name", "pk")


def _organisations(text: str) -> QuerySet[Organisation]:
    named = Q(search_name__contains=text.casefold()) | Q(email__icontains=text)
    if text.isascii() and text.isdigit() and len(text) <= 9:
        named |= Q(number=int(text)) | Q(organisation_number=text)
    return Organisation.objects.filter(named)


@administrators("GET")
def user(request: HttpRequest, user: int) -> HttpResponse:
    return _page(request, _user(user))


@administrators("GET")
def contact(request: HttpRequest, contact_id: int) -> HttpResponse:
    return _page(request, _contact(contact_id))


@administrators("GET")
def organisation(request: HttpRequest, number: int) -> HttpResponse:
    return _page(request, _organisation(number))


@administrators("POST")
def user_file(request: HttpRequest, user: int, kind: str) -> HttpResponse:
    return _file(request, _user(user), kind)


@administrators("POST")
def contact_file(request: HttpRequest, contact_id: int, kind: str) -> HttpResponse:
    return _file(request, _contact(contact_id), kind)


@administrators("POST")
def organisation_file(request: HttpRequest, number: int, kind: str) -> HttpResponse:
    return _file(request, _organisation(number), kind)


@signed_in("POST")
def own_file(request: HttpRequest, kind: str) -> HttpResponse:
    """All about whoever is signed in."""
    return _file(request, about_user(user_of(request)), kind)


@administrators("GET", "POST")
def user_erase(request: HttpRequest, user: int) -> HttpResponse:
    return _erase(request, _user(user))


@administrators("GET", "POST")
def contact_erase(request: HttpRequest, contact_id: int) -> HttpResponse:
    return _erase(request, _contact(contact_id))


@administrators("GET", "POST")
def organisation_erase(request: HttpRequest, number: int) -> HttpResponse:
    return _erase(request, _organisation(number))


def _user(pk: int) -> Asked:
    return about_user(get_object_or_404(User, pk=pk))


def _contact(pk: int) -> Asked:
    return about_contact(get_object_or_404(Contact.objects.select_related("organisation"), pk=pk))


def _organisation(number: int) -> Asked:
    return about_organisation(get_object_or_404(Organisation, number=number))


def _page(request: HttpRequest, asked: Asked) -> HttpResponse:
    """What becomes of every record, with the ways to hand all out and to erase."""
    lines = asked.kept() if asked.is_erased else asked.plan()
    of = {verdict: [line for line in lines if line.verdict is verdict] for verdict in Verdict}
    context = {
        "asked": asked,
        "groups": [(verdict, found, sum(line.count for line in found)) for verdict, found in of.items() if found],
        "hindrance": "" if asked.is_erased else asked.hindrance(user_of(request)),
        "one_word": asked.person is not None and not asked.is_erased and not searched_names(asked.subject),
    }
    return render(request, "settings/personal-data/page.html", context)


def _file(request: HttpRequest, asked: Asked, kind: str) -> HttpResponse:
    if kind not in KINDS:
        raise Http404
    handed = hand_out(asked, kind, by=user_of(request), now=timezone.now())
    response = HttpResponse(handed.content, content_type=handed.media_type)
    response["Content-Disposition"] = content_disposition_header(True, handed.name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    return response


def _erase(request: HttpRequest, asked: Asked) -> HttpResponse:
    """The last question, with the sums and a reason."""
    form = EraseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            asked.erase(reason=form.cleaned_data["reason"], by=user_of(request), now=timezone.now())
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("Erased. What had to be kept is listed below."))
            return redirect(asked.url)
    if asked.is_erased:
        return redirect(asked.url)
    hindrance = "" if form.errors else asked.hindrance(user_of(request))
    context = {"asked": asked, "form": form, "counts": counts(asked.plan()), "hindrance": hindrance}
    return render(request, "settings/personal-data/erase.html", context, status=422 if form.errors else 200)
