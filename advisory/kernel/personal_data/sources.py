"""The register of tables that hold something about people or organisations. Each storey fills in its own at start."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from advisory.kernel.guards import Frozen, FrozenFor

#: Rows are named by their table, as `model._meta.label_lower` spells it.
Table = str
BOOKS = _("bokføringsloven § 13: five years after the end of the year")
#: No mail reaches this domain (RFC 2606).
NOWHERE = "erased.invalid"


@dataclass(frozen=True, slots=True)
class Subject:
    """A person or an organisation: its rows by table, and the words by which free text means it.

    A name is searched for in what belongs to `organisations` and in what belongs to none: elsewhere it is likely
    another person of the same name. Those who work here are `everywhere`. `whole` is the one organisation that is
    asked about as such.
    """

    rows: Mapping[Table, frozenset[int]]
    names: frozenset[str] = frozenset()
    emails: frozenset[str] = frozenset()
    phones: frozenset[str] = frozenset()
    organisations: frozenset[int] = frozenset()
    #: The numbers people say of `organisations`; some tables know only these.
    numbers: frozenset[int] = frozenset()
    everywhere: bool = False

    def ids(self, table: Table) -> frozenset[int]:
        return self.rows.get(table, frozenset())


@dataclass(frozen=True, slots=True)
class Pseudonym:
    """What stands in the place of a name and of an e-mail address. Norwegian whoever reads: it is stored."""

    number: int
    name: str
    address: str

    @staticmethod
    def person(number: int) -> Pseudonym:
        return Pseudonym(number, f"Slettet person {number}", f"erased-{number}@{NOWHERE}")

    @staticmethod
    def organisation(number: int) -> Pseudonym:
        """An organisation keeps the number people say."""
        return Pseudonym(number, f"Slettet organisasjon {number}", f"erased-organisation-{number}@{NOWHERE}")


#: What takes the rows of a source about a person away.
Eraser = Callable[["Source", Subject, Pseudonym, datetime], None]


@dataclass(frozen=True, slots=True)
class Source:
    """A table with something about people or organisations.

    `about` says which lookups lead from a row to what it is about, by the table of that; `addresses` are columns that
    hold the e-mail address of whom the row is about; `organisation` leads to the organisation it belongs to, or
    `organisation_number` is the column with the number people say. All other links to users only tell who acted.
    """

    model: type[models.Model]
    label: StrOrPromise
    about: Mapping[Table, tuple[str, ...]] = field(default_factory=dict)
    addresses: tuple[str, ...] = ()
    #: More rows about the subject, where no lookup says it.
    also: Callable[[Subject], Q] | None = None
    organisation: str = ""
    organisation_number: str = ""
    #: Never handed out: hashes, tokens, keys.
    secret: tuple[str, ...] = ()
    #: What a column is handed out as, where it is not as it stands.
    shown: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)
    #: Text columns in which nobody writes about people: codes, hashes, names of things.
    closed: tuple[str, ...] = ()
    #: Columns with what somebody is called: a value that is the name and nothing else is another of the same name.
    called: tuple[str, ...] = ()
    #: The day of a row, by which it is sorted and by which the books count.
    day: str = ""
    #: Rows that the database keeps as they are, besides those of a frozen table.
    sealed: Q | None = None
    #: Why what cannot be changed is kept.
    law: StrOrPromise = BOOKS
    #: What becomes of the rows about a person who is erased, and the verb that does it.
    becomes: StrOrPromise = ""
    is_deleted: bool = False
    erase: Eraser | None = None
    #: Rows that an organisation's books rest on: while there are any, the organisation keeps its name.
    books: Q | None = None
    #: Rows that an organisation's books rest on in part: they stay as long as it keeps its name.
    supports_books: bool = False
    #: Rows that are not settled: while there are any, the organisation cannot be erased.
    unsettled: Q | None = None
    #: What becomes of the rows of an organisation that is made anonymous: deleted, or some columns written over.
    goes_with_organisation: bool = False
    emptied: Mapping[str, Any] = field(default_factory=dict)
    #: Rows of an organisation that go although its books keep the organisation itself.
    goes_in_any_case: bool = False

    @property
    def table(self) -> Table:
        return self.model._meta.label_lower

    @property
    def is_frozen(self) -> bool:
        return any(isinstance(each, Frozen | FrozenFor) for each in self.model._meta.constraints)

    @property
    def rows(self) -> models.QuerySet[Any]:
        return self.model._default_manager.all()

    def text_columns(self) -> list[models.Field[Any, Any]]:
        """The columns in which somebody may have written about a person."""
        return [column for column in text_columns(self.model) if column.name not in self.closed]

    def actors(self) -> list[str]:
        """The columns that tell which user acted."""
        told = set(self.about.get("kernel.user", ()))
        user = get_user_model()
        return [
            column.name
            for column in self.model._meta.concrete_fields
            if column.is_relation and column.related_model is user and column.name not in told
        ]

    def of(self, subject: Subject) -> models.QuerySet[Any]:
        """The rows about the person: by their links and by the addresses that stand in them."""
        return self._in_order(self.rows.filter(self._about(subject)))

    def _about(self, subject: Subject) -> Q:
        about = Q(pk__in=[])
        for table, lookups in self.about.items():
            if subject.ids(table):
                for lookup in lookups:
                    about |= Q(**{f"{lookup}__in": subject.ids(table)})
        for column in self.addresses:
            for address in subject.emails:
                about |= Q(**{f"{column}__iexact": address})
        if self.also is not None:
            about |= self.also(subject)
        return about

    def belonging_to(self, subject: Subject) -> models.QuerySet[Any]:
        """The rows that belong to the organisations of the subject."""
        return self._in_order(self.rows.filter(self.belonging(subject)))

    def belonging(self, subject: Subject) -> Q:
        return self.scope(subject) | self._about(subject)

    def scope(self, subject: Subject) -> Q:
        if self.organisation:
            return Q(**{f"{self.organisation}__in": subject.organisations})
        if self.organisation_number:
            return Q(**{f"{self.organisation_number}__in": subject.numbers})
        return Q(pk__in=[])

    def where_a_name_counts(self, subject: Subject) -> Q:
        """The rows in which the person's name means the person: those of his organisations and those of none."""
        if subject.everywhere or not self.has_scope:
            return Q()
        return self.scope(subject) | Q(**{f"{self.organisation or self.organisation_number}__isnull": True})

    @property
    def has_scope(self) -> bool:
        return bool(self.organisation or self.organisation_number)

    def _in_order(self, rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
        return rows.order_by(*([self.day] if self.day else []), "pk")


_sources: dict[Table, Source] = {}
_left_out: dict[Table, str] = {}


def register(*sources: Source) -> None:
    """Put tables into the register; a storey does so once, when the program starts."""
    _sources.update({source.table: source for source in sources})


def leave_out(reason: str, *tables: type[models.Model]) -> None:
    """Say why tables hold nothing about a person or an organisation."""
    _left_out.update({table._meta.label_lower: reason for table in tables})


def sources() -> list[Source]:
    """All sources, in the order they were registered."""
    return list(_sources.values())


def source_of(table: Table) -> Source:
    return _sources[table]


def left_out() -> Mapping[Table, str]:
    """The tables without anything about anybody, each with the reason."""
    return _left_out


def text_columns(model: type[models.Model]) -> Iterator[models.Field[Any, Any]]:
    """Columns of free text: no choices, no keys, no relations."""
    for column in model._meta.concrete_fields:
        is_text = isinstance(column, models.CharField | models.TextField | models.JSONField)
        if is_text and not column.choices and not column.is_relation and not column.primary_key:
            yield column


def is_erased_address(address: str) -> bool:
    """Whether an address stands for somebody who was erased."""
    return re.fullmatch(rf"erased-[\w-]+@{re.escape(NOWHERE)}", address) is not None
