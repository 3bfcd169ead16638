"""The after-calculation as a workbook with live formulas: change a cell, and totals, result and fund follow.

Costs, hours, income by tier, and the fund, each on a sheet; what is computed is a formula over the cells it is
computed from, also across sheets. Amounts that were rounded line by line (gross and discount of a tier) are values.
"""

from __future__ import annotations

from decimal import Decimal

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from advisory.kernel import show
from advisory.kernel.money import ZERO
from advisory.kernel.spreadsheet import Column, Formula, Sheet, Show, workbook
from billing.invoicing.price_statement import tier_label
from billing.pricing.sold import Sold
from billing.selfcost.models import Unit
from billing.yearend import figures as after
from billing.yearend.after_page import after_page
from billing.yearend.board import Board, day_of
from billing.yearend.board_words import finding, title, why
from billing.yearend.figures import CostRow
from billing.yearend.pdf import kind_name


def render(made: Board, *, seller: str, language: str) -> bytes:
    """Give the XLSX; the same value gives the same bytes."""
    with translation.override(language):
        costs, costs_total = _costs(made, seller, language)
        income, totals = _income(made)
        sheets = [costs, _hours(made), income]
        sheets.append(_fund(made, costs.title, costs_total, income.title, totals))
        return workbook(sheets, title=title(made.figures), made_at=timezone.localtime(made.closed_at or made.made_at))


def _intro(made: Board, seller: str, language: str) -> list[str]:
    day = show.long_day(day_of(made), language)
    status = _("Closed on %(day)s.") if made.closed_at else _("Draft of %(day)s: the year is not closed.")
    lines = [f"{title(made.figures)}, {seller}", status % {"day": day}, finding(made.figures)]
    if made.figures.actual is not None:
        lines.append(why(after_page(made.figures)))
    return lines


def _costs(made: Board, seller: str, language: str) -> tuple[Sheet, str]:
    """The sheet of costs, and the cell of self-cost on it."""
    intro = _intro(made, seller, language)
    columns = [
        Column(_("Account"), width=12),
        Column(_("Cost")),
        Column(_("How it is shared"), width=30),
        Column(_("Amount"), Show.MONEY),
        Column(_("Share"), Show.HOURS),
        Column(_("Out of"), Show.HOURS),
        Column(_("Of it ours"), Show.MONEY),
    ]
    empty = Sheet(_("Costs"), columns, [], intro)
    actual, first = made.figures.actual, empty.first_row
    rows: list[list[object]] = []
    for row in actual.rows if actual else ():
        rows.append(_cost(row, first + len(rows)))
    last = first + len(rows) - 1
    rows.append([_("Self-cost"), "", "", "", "", "", _sum("G", first, last)])
    total = f"G{first + len(rows) - 1}"
    return Sheet(empty.title, columns, rows, intro, frozenset({len(rows) - 1})), total


def _cost(row: CostRow, number: int) -> list[object]:
    facts: list[object] = [row.account, row.label, kind_name(row.kind), row.amount]
    if row.part is None or not row.whole:
        return [*facts, None, None, Formula(f"=D{number}")]
    # Hours are kept in minutes.
    part, whole = (row.part / 60, row.whole / 60) if row.kind == after.BY_HOURS else (row.part, row.whole)
    return [*facts, part, whole, Formula(f"=ROUND(D{number}*E{number}/F{number},2)")]


def _sum(column: str, first: int, last: int) -> object:
    return Formula(f"=SUM({column}{first}:{column}{last})") if last >= first else ZERO


def _hours(made: Board) -> Sheet:
    """Hours sold by tier, issued and not issued yet, and the recorded hours they are part of."""
    columns = [
        Column(_("Discount tier")),
        Column(_("Invoiced"), Show.HOURS, 14),
        Column(_("Not invoiced yet"), Show.HOURS, 18),
        Column(_("Sum"), Show.HOURS, 14),
    ]
    empty = Sheet(_("Hours"), columns, [])
    first = empty.first_row
    rows: list[list[object]] = []
    for tier in made.figures.income.tiers:
        number = first + len(rows)
        hours = [Decimal(sold.minutes) / 60 for sold in (tier.issued, tier.accrued)]
        rows.append([_tier(tier.code, tier.percent), *hours, Formula(f"=B{number}+C{number}")])
    last = first + len(rows) - 1
    rows.append([_("Sum sold"), *(_sum(column, first, last) for column in "BCD")])
    bold = {len(rows) - 1}
    plan, actual = made.figures.plan, made.figures.actual
    if plan is not None:
        sold, planned = first + len(rows) - 1, first + len(rows)
        rows.append([_("Budget"), None, None, plan.quantity])
        rows.append([_("Deviation"), None, None, Formula(f"=D{sold}-D{planned}")])
    if actual is not None:
        rows.append([_("Recorded hours of the service"), None, None, Decimal(actual.minutes) / 60])
        rows.append([_("Recorded hours in all"), None, None, Decimal(actual.all_minutes) / 60])
    written_off = made.figures.income.written_off
    rows.append([_("Written off, never invoiced"), None, None, Decimal(written_off.minutes) / 60])
    return Sheet(empty.title, columns, rows, bold=frozenset(bold))


def _tier(code: str, percent: Decimal) -> str:
    return tier_label(code, percent)


def _income(made: Board) -> tuple[Sheet, str]:
    """Income by tier, seats and earlier years' work; and the row of the sums."""
    figures = made.figures
    columns = [
        Column(_("Income")),
        Column(_("Discount"), Show.PERCENT),
        Column(_("Full price"), Show.MONEY),
        Column(_("Discount, paid by pots"), Show.MONEY, 24),
        Column(_("Paid by customers"), Show.MONEY, 20),
    ]
    empty = Sheet(_("Income"), columns, [], [_("kroner, before VAT")])
    first = empty.first_row
    rows: list[list[object]] = []

    def add(label: str, percent: Decimal | None, sold: Sold) -> None:
        number = first + len(rows)
        rows.append([label, percent, sold.gross, sold.discount, Formula(f"=C{number}-D{number}")])

    for tier in figures.income.tiers:
        name = _tier(tier.code, tier.percent)
        add(name, tier.percent, tier.issued)
        if tier.accrued:
            add(_("%(tier)s, not invoiced yet") % {"tier": name}, tier.percent, tier.accrued)
    for seats in figures.income.seats:
        add(seats.label, seats.percent, Sold(0, seats.gross, seats.discount))
    for work in figures.earlier:
        add(_("Work of %(year)s, changed since") % {"year": work.origin}, None, work.change)
    last = first + len(rows) - 1
    rows.append([_("Income of the year's work"), None, *(_sum(column, first, last) for column in "CDE")])
    total = len(rows) - 1
    rows += [
        [_("of it paid by %(name)s") % {"name": pot.name}, None, None, pot.amount, None] for pot in figures.income.pots
    ]
    return Sheet(empty.title, columns, rows, empty.intro, frozenset({total})), f"C{first + total}"


def _fund(made: Board, costs: str, self_cost: str, income: str, gross: str) -> Sheet:
    """Opening balance, result, interest and closing balance, computed; then the layers as they were booked."""
    figures = made.figures
    columns = [
        Column(_("Self-cost fund"), width=40),
        Column(_("Kroner"), Show.MONEY),
        Column(_("Movement"), Show.MONEY),
        Column(_("31 December"), Show.MONEY),
        Column(_("Used by"), Show.TEXT, 14),
    ]
    empty = Sheet(_("Fund"), columns, [])
    first = empty.first_row
    rows: list[list[object]] = []

    def add(label: str, value: object) -> str:
        rows.append([label, value, None, None, ""])
        return f"B{first + len(rows) - 1}"

    sold = add(_("Income of the year's work"), Formula(f"={_sheet(income)}!{gross}"))
    cost = add(_("Self-cost"), Formula(f"={_sheet(costs)}!{self_cost}"))
    result = add(_("Result %(year)s") % {"year": figures.year}, Formula(f"={sold}-{cost}"))
    opening = add(_("Balance on 1 January"), figures.opening)
    percent = add(_("Interest in percent"), figures.interest_percent or ZERO)
    interest = add(_("Interest"), Formula(f"=ROUND((2*{opening}+{result})/2*{percent}/100,2)"))
    add(_("Balance on 31 December"), Formula(f"={opening}+{result}+{interest}"))
    bold = {2, len(rows) - 1}
    if made.next_rate is not None:
        follows = made.next_rate
        planned = add(_("Self-cost, budget %(year)s") % {"year": follows.year}, follows.self_cost)
        use = add(_("Use of the fund"), follows.fund_use)
        seats = figures.unit == Unit.SEATS
        quantity = add(_("Divided by seats") if seats else _("Divided by hours"), follows.quantity)
        step = add(_("Rounded down to whole steps of"), follows.step)
        rate = f"=ROUNDDOWN(({planned}-{use})/{quantity}/{step},0)*{step}"
        label = _("Price per seat %(year)s") if seats else _("Hourly rate %(year)s")
        add(label % {"year": follows.year}, Formula(rate))
        bold.add(len(rows) - 1)
    if figures.layers:
        rows.append([_("Layers by the year they arose"), _("1 January"), _("Movement"), _("31 December"), _("Used by")])
        bold.add(len(rows) - 1)
    start = first + len(rows)
    for layer in figures.layers:
        number = first + len(rows)
        rows.append(
            [str(layer.origin), layer.opening, layer.movement, Formula(f"=B{number}+C{number}"), str(layer.due_year)]
        )
    if figures.layers:
        last = first + len(rows) - 1
        rows.append([_("Sum of the layers"), *(_sum(column, start, last) for column in "BCD"), ""])
        bold.add(len(rows) - 1)
    return Sheet(empty.title, columns, rows, bold=frozenset(bold))


def _sheet(name: str) -> str:
    quoted = name.replace("'", "''")
    return f"'{quoted}'"
