"""What mails and letters say: the program's text or our own, one page per kind of message and language."""

from __future__ import annotations

from dataclasses import dataclass

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from advisory.kernel import texts as kernel
from advisory.kernel.access import administrators, user_of
from advisory.kernel.errors import DomainError
from advisory.kernel.note_field import NoteArea, NoteField
from advisory.kernel.texts import Kind, MessageText, Text

#: Languages by their own names, as the switch of languages has them.
LANGUAGES = {"nb": "Bokmål", "nn": "Nynorsk", "en": "English"}


class TextForm(forms.Form):
    """A subject and a body with placeholders."""

    subject = NoteField(label=gettext_lazy("Subject"), max_length=kernel.LONGEST_SUBJECT)
    body = NoteField(
        label=gettext_lazy("Text"),
        max_length=kernel.LONGEST_BODY,
        help_text=gettext_lazy("Words in braces are filled in when the message is written."),
        widget=NoteArea(attrs={"rows": 22, "class": "message-text"}),
    )

    def text(self) -> Text:
        """What is written, also where it is not valid."""
        return Text(self["subject"].value() or "", self["body"].value() or "")


@dataclass(frozen=True, slots=True)
class InLanguage:
    """A kind of message in one language: `own` where an administrator has written it."""

    language: str
    name: str
    own: MessageText | None


@administrators("GET")
def texts(request: HttpRequest) -> HttpResponse:
    """All kinds of message, each with its languages."""
    own = {(row.key, row.language): row for row in MessageText.objects.select_related("changed_by")}
    rows = [
        (kind, [InLanguage(code, name, own.get((kind.key, code))) for code, name in LANGUAGES.items()])
        for kind in kernel.kinds()
    ]
    return render(request, "settings/texts/list.html", {"rows": rows, "languages": LANGUAGES.values()})


@administrators("GET", "POST")
def text(request: HttpRequest, key: str, language: str) -> HttpResponse:
    """One text beside its preview. «Show the preview» posts without saving."""
    kind = _kind(key, language)
    own = MessageText.objects.select_related("changed_by").filter(key=key, language=language).first()
    standard = kernel.default_text(kind, language)
    now = Text(own.subject, own.body) if own else standard
    form = TextForm(
        request.POST if request.method == "POST" else None, initial={"subject": now.subject, "body": now.body}
    )
    if form.is_bound and form.is_valid():
        written = Text(form.cleaned_data["subject"], form.cleaned_data["body"])
        try:
            if "preview" in request.POST:
                kernel.check(kind, written)
            else:
                kernel.write_text(kind=kind, language=language, text=written, by=user_of(request), now=timezone.now())
                messages.success(request, _("The text is saved. The next message of this kind uses it."))
                return redirect("message_text", key, language)
        except DomainError as error:
            form.add_error("body", error.message)
    values = kernel.example_values(kind, language)
    context = {
        "kind": kind,
        "language": language,
        "language_name": LANGUAGES[language],
        "others": [(code, name) for code, name in LANGUAGES.items() if code != language],
        "own": own,
        "standard": standard,
        "form": form,
        "preview": kernel.fill(form.text() if form.is_bound else now, values),
        "placeholders": [(each, values.get(each.name, "")) for each in kind.placeholders],
    }
    return render(request, "settings/texts/edit.html", context, status=422 if form.errors else 200)


@administrators("POST")
def text_default(request: HttpRequest, key: str, language: str) -> HttpResponse:
    """Back to the program's text."""
    kind = _kind(key, language)
    kernel.use_default(kind=kind, language=language, by=user_of(request), now=timezone.now())
    messages.success(request, _("The standard text is in use again. What was written stays in the audit log."))
    return redirect("message_text", key, language)


def _kind(key: str, language: str) -> Kind:
    kind = kernel.kind_of(key)
    if kind is None or language not in dict(settings.LANGUAGES):
        raise Http404
    return kind
