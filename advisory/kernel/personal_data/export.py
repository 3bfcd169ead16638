"""All about a person or an organisation, read from the register: values that a page, JSON and PDF only render.

A person gets the records about himself whole, and of what he did only what, when and where: what he wrote about others
is theirs. Secrets are never read, files are named but not included, and nobody is told of other people.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.contrib.auth import get_user_model
from django.db import models
from django.utils import timezone
from django_stubs_ext import StrOrPromise
from moneyed import Money

from advisory.kernel.personal_data.sources import Source, Subject, sources


@dataclass(frozen=True, slots=True)
class Fact:
    """A column of a record: its name in the table, the column's own label, the value, and the word of a choice."""

    name: str
    label: StrOrPromise
    value: Any
    word: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """The records of one table."""

    table: str
    label: StrOrPromise
    records: tuple[tuple[Fact, ...], ...]

    @property
    def count(self) -> int:
        return len(self.records)


@dataclass(frozen=True, slots=True)
class Act:
    """What a person did: which record, as what (`submitted_by`), and when (None where the table knows no day)."""

    table: str
    label: StrOrPromise
    role: str
    record: Any
    day: date | datetime | None


@dataclass(frozen=True, slots=True)
class Export:
    """All about a subject: the records about it, and for a person what he did."""

    parts: tuple[Part, ...]
    acts: tuple[Act, ...] = ()


def of_person(subject: Subject) -> Export:
    """The records about a person, and his acts."""
    parts = tuple(_parts(subject, whole=False))
    return Export(parts, tuple(_acts(subject)))


def of_organisation(subject: Subject) -> Export:
    """The records that belong to an organisation, with the people in them."""
    return Export(tuple(_parts(subject, whole=True)))


#: Long and less personal: after all else.
LAST = ("kernel.outboundmessage", "kernel.auditevent")


def _parts(subject: Subject, *, whole: bool) -> Iterator[Part]:
    for source in sorted(sources(), key=lambda source: source.table in LAST):
        rows = source.belonging_to(subject) if whole else source.of(subject)
        related = [column.name for column in _columns(source) if column.is_relation]
        if related:
            rows = rows.select_related(*related)
        files = [column.name for column in source.model._meta.concrete_fields if isinstance(column, models.BinaryField)]
        if files:
            rows = rows.defer(*files)
        records = tuple(tuple(_facts(source, row, subject, whole=whole)) for row in rows)
        if records:
            yield Part(source.table, source.label, records)


def _columns(source: Source) -> list[models.Field[Any, Any]]:
    return [
        column
        for column in source.model._meta.concrete_fields
        if column.name not in source.secret and not isinstance(column, models.BinaryField)
    ]


def _facts(source: Source, row: models.Model, subject: Subject, *, whole: bool) -> Iterator[Fact]:
    user = get_user_model()
    for column in _columns(source):
        value = getattr(row, column.name)
        if isinstance(value, models.Model):
            if isinstance(value, user) and not whole and value.pk not in subject.ids("kernel.user"):
                continue
            value = _named(value)
        elif column.name in source.shown:
            value = source.shown[column.name](row)
        word = str(dict(column.flatchoices).get(value, "")) if column.choices else ""
        yield Fact(column.name, column.verbose_name, value, word)


def _named(value: models.Model) -> str:
    """A related record by what people call it: reference, number and name, name, or code; else by its row."""
    if isinstance(value, get_user_model()):
        return str(value)
    said = [getattr(value, word, None) for word in ("reference", "number", "name")]
    found = " ".join(str(word) for word in said if word not in (None, ""))
    return found or str(getattr(value, "code", "") or value.pk)


def plain(value: Any) -> Any:
    """A value as JSON knows it: days and moments as ISO, amounts as text."""
    if isinstance(value, Money):
        return f"{value.amount:.2f}"
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    return value


def _acts(subject: Subject) -> Iterator[Act]:
    users = subject.ids("kernel.user")
    if not users:
        return
    for source in sources():
        for name in source.actors():
            rows = source.rows.filter(**{f"{name}__in": users}).order_by("pk")
            for pk, when in rows.values_list("pk", source.day or "pk"):
                yield Act(source.table, source.label, name, pk, when if source.day else None)


def as_json(export: Export, **head: Any) -> dict[str, Any]:
    """The export as plain values: who, when, an index of what there is, the records, the acts."""
    return {
        **head,
        "index": [{"table": part.table, "what": str(part.label), "records": part.count} for part in export.parts],
        "records": {
            part.table: [{fact.name: plain(fact.value) for fact in record} for record in part.records]
            for part in export.parts
        },
        "acts": [
            {"table": act.table, "what": str(act.label), "as": act.role, "record": act.record, "when": plain(act.day)}
            for act in export.acts
        ],
    }
