"""Mail and letter texts that administrators may write themselves, from fixed placeholders, per language.

Each storey registers its kinds of message when the program starts, with the program's own text. A placeholder is a
word in braces, `{organisation}`; it is replaced as it stands and once, by no template language and not by
`str.format`, so that nothing in a text or in a value can reach further than its own words. What the program must work
out (the lines of a price, the reason of a decision) is the value of a placeholder.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models, transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from advisory.kernel import audit
from advisory.kernel.errors import DomainError, OnlyAdministrators
from advisory.kernel.users import User

LONGEST_SUBJECT = 200
LONGEST_BODY = 8000
#: Room for a subject in the outbox.
_SENT_SUBJECT = 250
#: What a writer means as a placeholder, also when it is none of ours: one word in braces.
_MEANT = re.compile(r"\{\s*([^\W\d]\w*)\s*\}")


class MessageText(models.Model):
    """The house's own words for one kind of message in one language; without a row the program's text is used."""

    key = models.CharField(max_length=40)
    language = models.CharField(max_length=2, choices=settings.LANGUAGES)
    subject = models.CharField(_("subject"), max_length=200)
    body = models.TextField(_("text"), max_length=8000)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects: ClassVar[models.Manager[MessageText]] = models.Manager()

    class Meta:
        ordering = ["key", "language"]
        constraints = [models.UniqueConstraint(fields=["key", "language"], name="message_text_once")]

    def __str__(self) -> str:
        return f"{self.key} {self.language}"


class UnknownPlaceholders(DomainError):
    """The text has words in braces that this kind of message does not know."""

    template = _("We have nothing to put in for %(names)s. Use the placeholders in the list, or take the braces away.")


class MissingPlaceholders(DomainError):
    """The text lacks what the receiver must be told."""

    template = _("The text must tell %(names)s. Put the placeholder back.")


class EmptyText(DomainError):
    """Nothing is written."""

    template = _("Write both a subject and a text, or use the standard text.")


@dataclass(frozen=True, slots=True)
class Placeholder:
    """What the program puts in: its name in braces, words for it, and whether the text may do without it."""

    name: str
    label: StrOrPromise
    necessary: bool = False

    @property
    def written(self) -> str:
        return "{" + self.name + "}"


@dataclass(frozen=True, slots=True)
class Text:
    """A subject and a body, with placeholders or filled."""

    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of message. `default` and `example` answer in the language that is active when they are called."""

    key: str
    label: StrOrPromise
    #: When it is sent, in a sentence.
    about: StrOrPromise
    placeholders: tuple[Placeholder, ...]
    default: Callable[[], Text]
    #: The value of every placeholder in an invented case, for the preview.
    example: Callable[[], Mapping[str, str]]


_kinds: dict[str, Kind] = {}


def register(*kinds: Kind) -> None:
    """Put kinds of message into the list of texts; a storey does so once, when the program starts."""
    _kinds.update({kind.key: kind for kind in kinds})


def kinds() -> list[Kind]:
    """All kinds, in the order they were registered."""
    return list(_kinds.values())


def kind_of(key: str) -> Kind | None:
    return _kinds.get(key)


def default_text(kind: Kind, language: str) -> Text:
    """The program's own text."""
    with translation.override(language):
        return kind.default()


def example_values(kind: Kind, language: str) -> Mapping[str, str]:
    """What the preview is filled with."""
    with translation.override(language):
        return kind.example()


def from_template(template: str, subject: Callable[[], str]) -> Callable[[], Text]:
    """A `default` whose body is a template that has the placeholders as plain words."""
    return lambda: Text(subject(), render_to_string(template).strip())


class Texts:
    """The texts in force, read from the database once: for those who write many messages at a time."""

    def __init__(self) -> None:
        rows = MessageText.objects.filter(key__in=_kinds)
        self._known = {(row.key, row.language): Text(row.subject, row.body) for row in rows}

    def compose(self, kind: Kind, language: str, values: Mapping[str, str]) -> Text:
        """The message of the kind in the language, the house's own text before the program's, filled."""
        which = (kind.key, language)
        if which not in self._known:
            self._known[which] = default_text(kind, language)
        return fill(self._known[which], values)


def fill(text: Text, values: Mapping[str, str]) -> Text:
    """The text with its placeholders replaced, once; braces that are no placeholder stay as they are.

    A line of the body that held nothing but empty placeholders goes, with the blank line after it, so that what does
    not apply leaves no hole. The subject is one line.
    """
    subject = one_line(_filled(text.subject, values))[:_SENT_SUBJECT]
    lines: list[str] = []
    is_after_a_gap = False
    for line in text.body.replace("\r\n", "\n").strip().split("\n"):
        filled = _filled(line, values)
        if line.strip() and not filled.strip():
            is_after_a_gap = not lines or not lines[-1]
            continue
        if is_after_a_gap and not filled.strip():
            continue
        is_after_a_gap = False
        lines.append(filled)
    return Text(subject, "\n".join(lines).strip() + "\n")


def one_line(text: str) -> str:
    """Without line breaks and other control characters; no-break spaces in figures stay."""
    return re.sub(r"[\x00-\x20]+", " ", text).strip()


def _filled(line: str, values: Mapping[str, str]) -> str:
    return _MEANT.sub(lambda found: values.get(found[1], found[0]), line)


def check(kind: Kind, text: Text) -> None:
    """Raises EmptyText, UnknownPlaceholders or MissingPlaceholders, naming them all."""
    if not text.subject.strip() or not text.body.strip():
        raise EmptyText()
    known = {placeholder.name for placeholder in kind.placeholders}
    used = _MEANT.findall(f"{text.subject}\n{text.body}")
    if unknown := [name for name in dict.fromkeys(used) if name not in known]:
        raise UnknownPlaceholders(names=_listed("{" + name + "}" for name in unknown))
    there = set(_MEANT.findall(text.body))
    if missing := [each for each in kind.placeholders if each.necessary and each.name not in there]:
        raise MissingPlaceholders(names=_listed(f"{each.label} {each.written}" for each in missing))


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)


@transaction.atomic
def write_text(*, kind: Kind, language: str, text: Text, by: User, now: datetime) -> MessageText:
    """Let the house's own text take the place of the program's. Raises what `check` does, and OnlyAdministrators."""
    if not by.is_administrator:
        raise OnlyAdministrators()
    subject, body = one_line(text.subject), text.body.replace("\r\n", "\n").strip()
    check(kind, Text(subject, body))
    row = MessageText.objects.select_for_update().filter(key=kind.key, language=language).first()
    earlier = Text(row.subject, row.body) if row else default_text(kind, language)
    row = row or MessageText(key=kind.key, language=language)
    row.subject, row.body, row.changed_at, row.changed_by = subject, body, now, by
    row.save()
    before, after = audit.changed(
        {"subject": earlier.subject, "body": earlier.body}, {"subject": subject, "body": body}
    )
    if after:
        audit.record(
            "message_text.write", row, by=by, now=now, before=before, after=after, label=_label(kind, language)
        )
    return row


@transaction.atomic
def use_default(*, kind: Kind, language: str, by: User, now: datetime) -> None:
    """Go back to the program's text; what was written stays in the audit log. Nothing happens where nothing was."""
    if not by.is_administrator:
        raise OnlyAdministrators()
    row = MessageText.objects.select_for_update().filter(key=kind.key, language=language).first()
    if row is None:
        return
    before = {"subject": row.subject, "body": row.body}
    audit.record("message_text.use_default", row, by=by, now=now, before=before, label=_label(kind, language))
    row.delete()


def _label(kind: Kind, language: str) -> str:
    with translation.override(settings.LANGUAGE_CODE):
        return f"{kind.label} ({dict(settings.LANGUAGES)[language]})"
