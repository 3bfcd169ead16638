"""The report as the page draws it: rows with their words and the addresses of what they sum."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from billing.ringfence.chart import Bar, bars
from billing.ringfence.report import AREAS, Checked, Financing, Finding, FundingFigures, ServiceUse, Source
from billing.ringfence.words import (
    Breakdown,
    CheckWords,
    area_name,
    breakdowns,
    check_words,
    finding_sentence,
    missing_sentence,
    parts_sentences,
    short_source,
    source_name,
)
from engagements.work.models import FundingArea


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure and the page of the rows it sums, where there is one."""

    amount: Decimal
    url: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the matrix: a figure for each area, and their sum."""

    label: str
    source: Source
    cells: tuple[Cell, ...]
    total: Cell


@dataclass(frozen=True, slots=True)
class Hours:
    minutes: int
    url: str


@dataclass(frozen=True, slots=True)
class AreaBar:
    """A bar of the chart with its words."""

    name: str
    bar: Bar
    words: str


@dataclass(frozen=True, slots=True)
class CheckLine:
    """A check with the one place it leads to."""

    words: CheckWords
    url: str
    verb: str


@dataclass(frozen=True, slots=True)
class AreaCard:
    """An area on a phone: its hours, cost and who paid."""

    name: str
    hours: Hours
    cost: Cell | None
    rows: tuple[tuple[str, Cell], ...]


@dataclass(frozen=True, slots=True)
class Service:
    """A kind of help with its words."""

    name: str
    area: str
    use: ServiceUse


@dataclass(frozen=True, slots=True)
class Page:
    """All that the template draws."""

    figures: FundingFigures
    areas: tuple[str, ...]
    finding: str
    missing: tuple[str, ...]
    bars: tuple[AreaBar, ...]
    parts: tuple[str, ...]
    hours: tuple[Hours, ...]
    all_hours: Hours
    cost: tuple[Cell, ...]
    total_cost: Cell | None
    rows: tuple[Row, ...]
    sums: tuple[Decimal, ...]
    cards: tuple[AreaCard, ...]
    checks: tuple[CheckLine, ...]
    in_order: int
    breakdowns: tuple[Breakdown, ...]
    services: tuple[Service, ...]


def page_of(figures: FundingFigures) -> Page:
    """Give the page in the active language."""
    areas = tuple(area_name(area) for area in AREAS)
    hours = tuple(
        Hours(minutes, _rows_url("funding_hours", figures, area=area))
        for area, minutes in zip(AREAS, figures.minutes, strict=True)
    )
    accounts = _accounts_url(figures)
    cost = tuple(
        Cell(amount, _cost_url(figures, area)) for area, amount in zip(AREAS, figures.cost or (), strict=False)
    )
    rows = tuple(_row(row, figures, accounts) for row in figures.financing)
    total, drawn = figures.total_cost, bars(figures, short_source)
    checks = tuple(_check_line(check, figures, accounts) for check in figures.checks)
    return Page(
        figures=figures,
        areas=areas,
        finding=finding_sentence(figures),
        missing=tuple(missing_sentence(each) for each in figures.missing),
        bars=tuple(
            AreaBar(name, bar, ", ".join(short_source(part.source) for part in bar.parts))
            for name, bar in zip(areas, drawn, strict=False)
        ),
        parts=tuple(parts_sentences(drawn)),
        hours=hours,
        all_hours=Hours(figures.total_minutes, _rows_url("funding_hours", figures)),
        cost=cost,
        total_cost=None if total is None else Cell(total, accounts),
        rows=rows,
        sums=(*figures.financed, figures.total_financed),
        cards=tuple(
            AreaCard(
                name,
                hours[place],
                cost[place] if cost else None,
                tuple((row.label, row.cells[place]) for row in rows if row.cells[place].amount),
            )
            for place, name in enumerate(areas)
        ),
        checks=checks,
        in_order=sum(1 for line in checks if line.words.check.known and line.words.check.holds),
        breakdowns=breakdowns(figures),
        services=tuple(
            Service(use.name_in(get_language() or "nb"), area_name(use.area), use) for use in figures.services
        ),
    )


def _rows_url(name: str, figures: FundingFigures, **chosen: object) -> str:
    query = {"from": figures.first.isoformat(), "to": figures.last.isoformat(), **chosen}
    return f"{reverse(name)}?{urlencode(query)}"


def _row(row: Financing, figures: FundingFigures, accounts: str) -> Row:
    def url(area: int | None, amount: Decimal) -> str:
        chosen: dict[str, object] = {"area": area} if area else {}
        match row.source:
            case Source.CUSTOMERS:
                return _rows_url("funding_lines", figures, **chosen) if amount else ""
            case Source.POT:
                return _rows_url("funding_lines", figures, pot=row.pot, **chosen) if amount else ""
            case Source.BASE_GRANT | Source.PROJECT | Source.DEDUCTED:
                return accounts if amount else ""
            case _:
                return ""

    cells = tuple(Cell(amount, url(area, amount)) for area, amount in zip(AREAS, row.amounts, strict=True))
    return Row(source_name(row, figures.financing), row.source, cells, Cell(row.total, url(None, row.total)))


def _accounts_url(figures: FundingFigures) -> str:
    """Where the accounts behind the costs are; nothing where there are none."""
    return "" if figures.year is None or figures.base_grant is None else reverse("accounts", args=[figures.year])


def _cost_url(figures: FundingFigures, area: int) -> str:
    """The rows of an area's cost; area 3 has two services, whose costs stand side by side in the accounts."""
    accounts = _accounts_url(figures)
    if area == FundingArea.ADVICE or not accounts:
        return accounts
    return reverse("account_cost", args=[figures.year, f"area_{area}"])


def _check_line(check: Checked, figures: FundingFigures, accounts: str) -> CheckLine:
    words = check_words(check)
    verb = _("Show the rows") if check.holds or not check.known else _("Put right")
    return CheckLine(words, _leads_to(check, figures, accounts), verb)


def _leads_to(check: Checked, figures: FundingFigures, accounts: str) -> str:
    match check.finding:
        case Finding.HOURS_HAVE_AREA:
            return _rows_url("funding_hours", figures)
        case Finding.NO_GRANT_IN_AREA_4:
            return accounts or _rows_url("funding_hours", figures, area=4)
        case Finding.RATE_HOLDS_AREA_3:
            return reverse("cost_base_version", args=check.base) if check.base else reverse("selfcost")
        case Finding.POTS_PAY_DISCOUNTS:
            if check.documents:
                return reverse("invoice", args=[check.documents[0]])
            return _rows_url("funding_lines", figures)
        case Finding.FINANCING_IS_COST:
            return accounts
        case Finding.ACCOUNTS_ARE_MAPPED:
            return accounts
