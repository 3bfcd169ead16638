"""The outbox page: every mail that left or should have left, as it was written. For administrators."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from advisory.kernel import outbox as mail
from advisory.kernel.access import administrators, user_of
from advisory.kernel.list_file import ListColumn, list_file
from advisory.kernel.outbox import MessageState, OutboundMessage
from advisory.kernel.spreadsheet import Show

ROWS = 50
COLORS = {MessageState.WAITING: "info", MessageState.SENT: "neutral", MessageState.FAILED: "danger"}

#: What the list's file holds of a message: never its body.
FILE = (
    ListColumn(gettext_lazy("Subject"), lambda message: message.subject, width=50),
    ListColumn(gettext_lazy("To"), lambda message: message.recipient),
    ListColumn(gettext_lazy("Organisation, number"), lambda message: message.organisation, Show.NUMBER),
    ListColumn(gettext_lazy("Written"), lambda message: message.created_at, Show.DAY),
    ListColumn(gettext_lazy("Sent"), lambda message: message.sent_at, Show.DAY),
    ListColumn(gettext_lazy("Status"), lambda message: message.state.label, width=14),
    ListColumn(gettext_lazy("Tries"), lambda message: message.attempts, Show.NUMBER),
)


class Filters(forms.Form):
    """What the list is narrowed by; all of it optional."""

    q = forms.CharField(label=gettext_lazy("Search"), required=False, max_length=100)
    status = forms.ChoiceField(
        label=gettext_lazy("Status"), required=False, choices=[("", gettext_lazy("All")), *MessageState.choices]
    )


@administrators("GET")
def outbox(request: HttpRequest) -> HttpResponse:
    """Newest first; `?status=failed` is what the day page counts."""
    form = Filters(request.GET)
    found = OutboundMessage.objects.defer("body")
    if form.is_valid():
        if form.cleaned_data["status"]:
            found = found.in_state(MessageState(form.cleaned_data["status"]))
        if form.cleaned_data["q"]:
            found = found.matching(form.cleaned_data["q"])
    file = list_file(
        request,
        on=timezone.localdate(),
        name=_("outbox"),
        title=_("Outbox"),
        columns=FILE,
        rows=found,
    )
    if file:
        return file
    page = Paginator(found, ROWS).get_page(request.GET.get("page"))
    context = {"page": page, "filters": form, "colors": COLORS, "is_demo": settings.DEMO}
    return render(request, "outbox/list.html", context)


@administrators("GET")
def message(request: HttpRequest, message: int) -> HttpResponse:
    found = get_object_or_404(OutboundMessage, pk=message)
    context = {
        "message": found,
        "color": COLORS[found.state],
        "attachments": found.attachments(),
        "is_demo": settings.DEMO,
    }
    return render(request, "outbox/message.html", context)


@administrators("GET")
def attachment(request: HttpRequest, message: int, position: int) -> HttpResponse:
    """The file as it goes with the mail, counted from 1; always a download, never shown in the page."""
    files = get_object_or_404(OutboundMessage, pk=message).attachments()
    if not 1 <= position <= len(files):
        raise Http404
    file = files[position - 1]
    disposition = content_disposition_header(as_attachment=True, filename=file.name)
    return HttpResponse(file.content, content_type=file.media_type, headers={"Content-Disposition": disposition})


@administrators("POST")
def send_again(request: HttpRequest, message: int) -> HttpResponse:
    found = get_object_or_404(OutboundMessage, pk=message)
    mail.send_again(message=found, by=user_of(request), now=timezone.now())
    messages.success(request, _("The message is in the queue again."))
    return redirect("outbox_message", found.pk)
