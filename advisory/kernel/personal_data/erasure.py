"""What becomes of each record about a person, told beforehand and then done.

A record is erased, made anonymous, or kept until a day and by a law. What the database keeps as it is (issued
documents, decisions, the audit log) is never touched; everything else that names the person is.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import models
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from advisory.kernel import retention
from advisory.kernel.personal_data import mentions
from advisory.kernel.personal_data.sources import Pseudonym, Source, Subject, sources


class Verdict(models.TextChoices):
    """What becomes of a record."""

    ERASED = "erased", _("Erased")
    ANONYMOUS = "anonymous", _("Made anonymous")
    KEPT = "kept", _("Kept")


@dataclass(frozen=True, slots=True)
class Line:
    """Records of one kind and what becomes of them; `until` and `law` for what is kept."""

    table: str
    label: StrOrPromise
    verdict: Verdict
    count: int
    how: StrOrPromise
    until: date | None = None
    law: StrOrPromise = ""


def plan(subject: Subject) -> list[Line]:
    """Every record that is about the person, names him or tells what he did, with what becomes of it."""
    return in_order([*_about(subject), *_mentioned(subject), *_acts(subject)])


def in_order(lines: Iterable[Line]) -> list[Line]:
    """What goes first, what stays last."""
    return sorted(lines, key=lambda line: list(Verdict).index(line.verdict))


def erase(subject: Subject, pseudonym: Pseudonym, now: datetime) -> None:
    """Do what `plan` told, in the caller's transaction: first the records about the person, then what mentions him."""
    for source in sources():
        if source.erase is not None:
            source.erase(source, subject, pseudonym, now)
    words = mentions.words_of(subject)
    for source in sources():
        for mention in list(mentions.mentions(source, subject, words)):
            if not mention.is_kept:
                mentions.replace(source, mention, words, pseudonym)


def _about(subject: Subject) -> Iterable[Line]:
    for source in sources():
        if source.erase is not None and (count := source.of(subject).count()):
            verdict = Verdict.ERASED if source.is_deleted else Verdict.ANONYMOUS
            yield Line(source.table, source.label, verdict, count, source.becomes)


def _mentioned(subject: Subject) -> Iterable[Line]:
    words = mentions.words_of(subject)
    for source in sources():
        found = list(mentions.mentions(source, subject, words))
        handled = set(source.of(subject).values_list("pk", flat=True)) if found and source.erase else set()
        kept = [one.pk for one in found if one.is_kept]
        open_ones = [one for one in found if not one.is_kept and one.pk not in handled]
        if open_ones:
            how = _("the pseudonym takes the place of the name, address and telephone number in the text")
            yield Line(source.table, source.label, Verdict.ANONYMOUS, len(open_ones), how)
        if kept:
            how = _("the name stands there as it was written")
            until = newest_until(source, source.rows.filter(pk__in=kept))
            yield Line(source.table, source.label, Verdict.KEPT, len(kept), how, until, source.law)


def _acts(subject: Subject) -> Iterable[Line]:
    users = subject.ids("kernel.user")
    if not users:
        return
    count = sum(
        source.rows.filter(**{f"{name}__in": users}).count() for source in sources() for name in source.actors()
    )
    if count:
        how = _("the pseudonym is shown as the one who did it")
        yield Line("", _("What the person has done in the program"), Verdict.ANONYMOUS, count, how)


def newest_until(source: Source, rows: models.QuerySet[Any]) -> date | None:
    """The last day that the newest of the rows is kept for the books; None where nobody knows its day."""
    if not source.day:
        return None
    newest = rows.aggregate(newest=Max(source.day))["newest"]
    if newest is None:
        return None
    return retention.kept_until(timezone.localtime(newest).date() if isinstance(newest, datetime) else newest)
