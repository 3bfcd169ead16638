"""The page of the audit log (S26): filters, fifty rows at a time, and the same rows as a file. Administrators only."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from advisory.kernel import show
from advisory.kernel.access import administrators
from advisory.kernel.audit import AuditEvent, AuditQuerySet
from advisory.kernel.forms import DayField
from advisory.kernel.list_file import MOST_ROWS, ListColumn, list_file
from advisory.kernel.spreadsheet import CSV_TYPE, Show, csv_file
from advisory.kernel.users import User
from advisory.web.audit import words

ROWS = 50
#: What a file holds at most: the newest; the page says so where there are more.
MOST_IN_A_FILE = 50_000


class PersonChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # the stubs want a parameter the class lacks
    """A person by name."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj)


class Filters(forms.Form):
    """What the log is narrowed by; all of it optional, and all of it in the address."""

    q = forms.CharField(label=gettext_lazy("Search"), required=False, max_length=100)
    who = PersonChoice(
        label=gettext_lazy("Person"), required=False, queryset=User.objects.none(), empty_label=gettext_lazy("All")
    )
    kind = forms.ChoiceField(label=gettext_lazy("Concerns"), required=False)
    organisation = forms.IntegerField(
        label=gettext_lazy("Organisation, number"),
        required=False,
        min_value=1,
        max_value=2_000_000_000,
        widget=forms.TextInput(attrs={"class": "short", "inputmode": "numeric"}),
    )
    first = DayField(label=gettext_lazy("From"), required=False)
    last = DayField(label=gettext_lazy("To"), required=False)
    # One object's history: its type and row id, as links from its page carry them.
    object = forms.CharField(required=False, max_length=120, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        who, kind = self.fields["who"], self.fields["kind"]
        assert isinstance(who, PersonChoice)
        assert isinstance(kind, forms.ChoiceField)
        who.queryset = User.objects.exclude(staff_role="").order_by("name")
        types = sorted({action.partition(".")[0] for action in words.ACTIONS})
        kind.choices = [("", _("All")), *sorted(((t, _kind_label(t)) for t in types), key=lambda pair: pair[1])]


def _kind_label(prefix: str) -> str:
    return str(words.KINDS.get(prefix, prefix))


@dataclass(frozen=True, slots=True)
class Change:
    """A field before and after, in words."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Row:
    """One event as the page draws it."""

    event: AuditEvent
    what: str
    url: str
    changes: tuple[Change, ...]

    @property
    def who(self) -> str:
        """The person, or the program itself."""
        actor = self.event.actor
        return (actor.name or actor.email) if actor else _("The system")


@administrators("GET")
def log(request: HttpRequest) -> HttpResponse:
    """Newest first; filters in the address, so that a search can be sent to a colleague."""
    form = Filters(request.GET)
    found = _narrowed(form)
    page = Paginator(found, ROWS).get_page(request.GET.get("page"))
    by_day: dict[Any, list[Row]] = {}
    for row in rows(page.object_list):
        by_day.setdefault(timezone.localdate(row.event.at), []).append(row)
    context = {
        "page": page,
        "filters": form,
        "has_errors": bool(form.errors),
        "days": list(by_day.items()),
        "query": request.GET.urlencode(),
        "most": MOST_IN_A_FILE,
        "most_in_a_book": MOST_ROWS,
    }
    return render(request, "settings/audit/log.html", context, status=422 if form.errors else 200)


@administrators("GET")
def log_file(request: HttpRequest) -> HttpResponse:
    """The filtered log as CSV, or as a workbook where the address asks for one."""
    narrowed = _narrowed(Filters(request.GET))
    if file := list_file(
        request,
        on=timezone.localdate(),
        name=_("audit-log"),
        title=_("Audit log"),
        columns=BOOK,
        rows=narrowed,
        enriched=rows,
    ):
        return file
    found = narrowed[:MOST_IN_A_FILE]
    heading = [
        _("Date"), _("Clock"), _("Person"), _("Event"), _("Concerns"), _("Organisation, number"),
        _("Before"), _("After"), _("Reason"),
    ]  # fmt: skip
    response = HttpResponse(csv_file(heading, _file_rows(found)), content_type=CSV_TYPE)
    name = f"{_('audit-log')}-{timezone.localdate():%Y-%m-%d}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def rows(events: Any) -> list[Row]:
    """Events in words."""
    return [
        Row(
            event,
            words.action_words(event.action),
            words.page_of(event),
            tuple(
                Change(
                    words.fact_words(event.object_type, name),
                    words.value_words(event.object_type, name, event.before.get(name)),
                    words.value_words(event.object_type, name, event.after.get(name)),
                )
                for name in dict.fromkeys([*event.before, *event.after])
            ),
        )
        for event in events
    ]


def _told(side: str) -> Callable[[Row], str]:
    """What stood before, or what came after, in one cell."""
    return lambda row: "; ".join(
        f"{change.name}: {getattr(change, side)}" for change in row.changes if getattr(change, side) != "–"
    )


BOOK = (
    ListColumn(gettext_lazy("Date"), lambda row: timezone.localtime(row.event.at), Show.DAY),
    ListColumn(gettext_lazy("Clock"), lambda row: show.clock(timezone.localtime(row.event.at)), width=8),
    ListColumn(gettext_lazy("Person"), lambda row: row.who),
    ListColumn(gettext_lazy("Event"), lambda row: row.what),
    ListColumn(gettext_lazy("Concerns"), lambda row: row.event.object_label),
    ListColumn(gettext_lazy("Organisation, number"), lambda row: row.event.organisation, Show.NUMBER),
    ListColumn(gettext_lazy("Before"), _told("before"), width=50),
    ListColumn(gettext_lazy("After"), _told("after"), width=50),
    ListColumn(gettext_lazy("Reason"), lambda row: row.event.reason),
)


def _narrowed(form: Filters) -> AuditQuerySet:
    found = AuditEvent.objects.select_related("actor").order_by("-at", "-pk")
    if not form.is_valid():
        return found.none()
    asked = form.cleaned_data
    if asked["q"]:
        text = asked["q"]
        actions = [action for action in words.ACTIONS if text.casefold() in words.action_words(action).casefold()]
        found = found.filter(Q(object_label__icontains=text) | Q(reason__icontains=text) | Q(action__in=actions))
    if asked["who"]:
        found = found.filter(actor=asked["who"])
    if asked["kind"]:
        found = found.filter(action__startswith=f"{asked['kind']}.")
    if asked["organisation"]:
        found = found.filter(organisation=asked["organisation"])
    if asked["first"]:
        found = found.filter(at__gte=_midnight(asked["first"]))
    if asked["last"]:
        found = found.filter(at__lt=_midnight(asked["last"] + timedelta(days=1)))
    if asked["object"]:
        object_type, _colon, object_id = asked["object"].partition(":")
        found = found.filter(object_type=object_type, object_id=object_id)
    return found


def _midnight(day: Any) -> datetime:
    """The day's first moment in Oslo."""
    return timezone.make_aware(datetime.combine(day, time.min))


def _file_rows(events: Any) -> Iterator[list[Any]]:
    for row in rows(events.iterator(chunk_size=500)):
        event = row.event
        at = timezone.localtime(event.at)
        yield [
            at.date(), show.clock(at), row.who, row.what, event.object_label, event.organisation,
            "; ".join(f"{change.name}: {change.before}" for change in row.changes if change.before != "–"),
            "; ".join(f"{change.name}: {change.after}" for change in row.changes if change.after != "–"),
            event.reason,
        ]  # fmt: skip
