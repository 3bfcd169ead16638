"""The list of organisations: narrowed, ordered, one page of rows with a fact in every column."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import F, QuerySet

from advisory.kernel.list_file import ListColumn
from advisory.kernel.spreadsheet import Show
from clients import panels
from clients.organisations.columns import organisation_columns
from clients.organisations.forms import ListFilter
from clients.organisations.models import Organisation, Status
from clients.panels import Fact, FactColumn

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Column:
    """A column as the template draws it; `sortable` ones have a link in their head."""

    key: str
    heading: str
    num: bool
    sortable: bool
    total: str


@dataclass(frozen=True, slots=True)
class Cell:
    column: Column
    fact: Fact | None


@dataclass(frozen=True, slots=True)
class Row:
    organisation: Organisation
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Listing:
    """`count` fit the filters, of `whole` organisations; `page` is the one that is shown, `rows` its rows."""

    form: ListFilter
    sort: str
    count: int
    whole: int
    page: Page[Organisation]
    columns: list[Column]
    rows: list[Row]

    @property
    def has_totals(self) -> bool:
        return any(column.total for column in self.columns)


def listing(query: Mapping[str, str], on: date) -> Listing:
    """The page of the list that the address asks for. What the address says wrongly is left out."""
    columns = panels.fact_columns()
    form, found, sort, ordered = _asked(query, columns, on)
    page = Paginator(ordered, PAGE_SIZE).get_page(query.get("page"))
    shown = list(page.object_list)
    drawn = [
        Column(
            column.key,
            column.heading(on),
            column.num,
            column.arrange is not None,
            column.total(found, on) if column.total and shown else "",
        )
        for column in columns
    ]
    facts = panels.facts([organisation.pk for organisation in shown], on)
    rows = [Row(one, [Cell(column, facts[column.key].get(one.pk)) for column in drawn]) for one in shown]
    return Listing(form, sort, page.paginator.count, Organisation.objects.count(), page, drawn, rows)


def rows_of_file(query: Mapping[str, str], on: date) -> QuerySet[Organisation]:
    """All that fit the filters, in the order that the address asks for: what the list's file holds."""
    _form, _found, _sort, ordered = _asked(query, panels.fact_columns(), on)
    return ordered.select_related("parent")


def file_columns(on: date) -> list[ListColumn]:
    """The facts of an organisation, and behind them the list's own columns; rows are pairs as `with_facts` gives."""
    return [
        *(replace(column, value=_first(column.value)) for column in organisation_columns()),
        *(
            ListColumn(column.heading(on), _second(column.key, column.show is not Show.TEXT), column.show)
            for column in panels.fact_columns()
        ),
    ]


def with_facts(on: date) -> Callable[[list[Organisation]], list[tuple[Organisation, dict[str, Fact]]]]:
    """Pairs of organisations and their facts by column, for some hundred at a time."""

    def enriched(organisations: list[Organisation]) -> list[tuple[Organisation, dict[str, Fact]]]:
        known = panels.facts([one.pk for one in organisations], on)
        return [(one, {key: found[one.pk] for key, found in known.items() if one.pk in found}) for one in organisations]

    return enriched


def _first(value: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda pair: value(pair[0])


def _second(key: str, typed: bool) -> Callable[[Any], Any]:
    def value(pair: tuple[Organisation, dict[str, Fact]]) -> Any:
        fact = pair[1].get(key)
        if fact is None:
            return None
        return fact.sort_key if typed else fact.tag or fact.text

    return value


def _asked(
    query: Mapping[str, str], columns: list[FactColumn], on: date
) -> tuple[ListFilter, QuerySet[Organisation], str, QuerySet[Organisation]]:
    form = ListFilter(query, columns=columns, on=on)
    form.is_valid()
    found = _narrowed(form, columns, on)
    sort, ordered = _ordered(found, query.get("sort", ""), columns, on)
    return form, found, sort, ordered


def _narrowed(form: ListFilter, columns: list[FactColumn], on: date) -> QuerySet[Organisation]:
    # A choice that does not exist is no reason to show nothing: cleaned_data holds what could be read.
    asked = form.cleaned_data
    found = Organisation.objects.all()
    if text := asked.get("q"):
        found = found.matching(text)
    status = asked.get("status") or Status.ACTIVE
    if status != "all":
        found = found.filter(status=status)
    for key in ("kind", "county", "icnpo"):
        if value := asked.get(key):
            found = found.filter(**{key: value})
    narrowed: QuerySet[Organisation] = found
    for column in columns:
        if column.narrow and (value := asked.get(column.key)):
            narrowed = column.narrow(narrowed, value, on)
    return narrowed


def _ordered(
    found: QuerySet[Organisation], sort: str, columns: list[FactColumn], on: date
) -> tuple[str, QuerySet[Organisation]]:
    key = sort.removeprefix("-")
    for column in columns:
        if column.key == key and column.arrange:
            by = F(f"sort_{key}")
            order = by.desc(nulls_last=True) if sort.startswith("-") else by.asc(nulls_last=True)
            return sort, column.arrange(found, on).order_by(order, "search_name", "number")
    backwards = sort == "-name"
    names = ("-search_name", "-number") if backwards else ("search_name", "number")
    return "-name" if backwards else "name", found.order_by(*names)
