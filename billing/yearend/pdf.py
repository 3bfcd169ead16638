"""The after-calculation for the board, on paper: at most four pages, from one `Board`.

Page 1 is the whole story: the finding, three figures, who covered the cost, budget against accounts, why, and what is
proposed. The pages after show how self-cost was made up, what was sold, the fund by layers, and explain the words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from advisory.kernel import show
from advisory.kernel.money import ZERO
from advisory.kernel.pdf import flow
from advisory.kernel.pdf.flow import Piece, Sender, TableColumn, TableRow
from advisory.kernel.pdf.sheet import BODY, LEFT, NOTE, RIGHT, SMALL, WIDTH, Sheet, lines_of, millimetres
from advisory.kernel.pdf.text import clean, cut, cut_lines
from billing.pricing.sold import Sold
from billing.selfcost.models import Unit
from billing.yearend import figures as after
from billing.yearend import remarks
from billing.yearend.after_page import Compared, after_page
from billing.yearend.board import Board, day_of
from billing.yearend.board_words import (
    explained,
    finding,
    resolution,
    service_name,
    title,
    unit_cost,
    unit_cost_difference,
    why,
)
from billing.yearend.figures import CostRow

# The left half of page 1 ends here; the right one begins at SECOND.
LEFT_END, SECOND = 106.0, 122.0
MOST_TIERS, MOST_COSTS, MOST_POTS, MOST_LAYERS, MOST_SEATS = 6, 22, 6, 8, 5
# One colour and pattern for each part of the bar; the words stand below it.
_BAR = 2.25
_BRACKET = 1.1


def render(made: Board, sender: Sender, *, language: str) -> bytes:
    """Give the PDF. Without `closed_at` every page says that it is a draft."""
    with translation.override(language):
        return _Drawing(made, sender, language).draw()


def kind_name(kind: str) -> str:
    """What sort of cost a row is."""
    return {
        after.DIRECT: _("The service's own costs"),
        after.BY_HOURS: _("Shared by hours"),
        after.BY_FULL_TIME: _("Shared by full-time equivalents"),
        after.DEPRECIATION: _("Depreciation"),
        after.INTEREST: _("Calculated interest"),
        after.DEDUCTED: _("Income deducted"),
    }[kind]


def how_shared(kind: str) -> str:
    """The same in so few words that a narrow column holds them."""
    return {
        after.DIRECT: _("own cost"),
        after.BY_HOURS: _("by hours"),
        after.BY_FULL_TIME: _("by full-time equivalents"),
        after.DEPRECIATION: _("depreciation"),
        after.INTEREST: _("interest"),
        after.DEDUCTED: _("deducted"),
    }[kind]


KINDS = (after.DIRECT, after.BY_HOURS, after.BY_FULL_TIME, after.DEPRECIATION, after.INTEREST, after.DEDUCTED)


@dataclass(frozen=True, slots=True)
class _Part:
    """What was sold at one discount, or of one course."""

    name: str
    sold: Sold
    seats: int = 0


class _Drawing:
    def __init__(self, made: Board, sender: Sender, language: str) -> None:
        self.made, self.figures, self.sender, self.language = made, made.figures, sender, language
        self.page = after_page(made.figures)
        self.name = cut(clean(sender.name).strip(), 120)
        self.title = title(made.figures)
        self.sheet = Sheet(
            title=f"{self.title}: {self.name}",
            author=self.name,
            subject=_("After-calculation for the board"),
            language=language,
            accent=sender.accent,
        )

    def draw(self) -> bytes:
        pieces = [
            *self._who_covered(),
            *self._compared(),
            self._halves(),
            *self._costs(),
            *self._by_kind(),
            *self._income(),
            *self._fund(),
            *self._remarks(),
            *self._words(),
        ]
        return flow.draw(self.sheet, self.sender, self._head(), pieces)

    # --- small things ---
    def _amount(self, amount: Decimal | None) -> str:
        return show.UNKNOWN if amount is None else show.amount(amount, self.language)

    def _signed(self, amount: Decimal | None) -> str:
        return show.UNKNOWN if amount is None else show.signed(show.amount(amount, self.language))

    def _quantity(self, count: Decimal | None, *, signed: bool = False) -> str:
        if count is None:
            return show.UNKNOWN
        decimals = 0 if self.figures.unit == Unit.SEATS else 1
        if count != count.quantize(Decimal(1).scaleb(-decimals)):
            decimals = 2
        text = show.number(count, decimals=decimals, language=self.language)
        return show.signed(text) if signed else text

    def _hours(self, minutes: int) -> str:
        return show.hours(minutes, self.language)

    @property
    def _draft(self) -> bool:
        return self.made.closed_at is None

    # --- what every page says ---
    def _head(self) -> flow.Head:
        # People write «7/2026» as well as «Sak 7/2026».
        case = re.sub(r"^(sak|case)\b[\s.:]*", "", cut(clean(self.made.board_case).strip(), 60), flags=re.IGNORECASE)
        running = _("To the board, case %(case)s") % {"case": case} if case else _("To the board")
        if self._draft:
            running = f"{_('Draft')} · {running}"
        follows = f"{_('Draft')} · {self.title}" if self._draft else self.title
        return flow.Head(self.title, finding(self.figures), self._band(), running, follows, self._foot())

    def _band(self) -> list[tuple[float, str, str]]:
        figures, follows = self.figures, self.made.next_rate
        result = show.UNKNOWN if figures.result is None else show.money(figures.result, self.language)
        rate = show.money(follows.rate, self.language) if follows else _("not adopted yet")
        seats = figures.unit == Unit.SEATS
        after_label = _("Price per seat %(year)s") if seats else _("Hourly rate %(year)s")
        return [
            (24.0, _("Result %(year)s") % {"year": figures.year}, result),
            (88.0, _("Self-cost fund at the end of the year"), show.money(figures.balance, self.language)),
            (150.0, after_label % {"year": figures.year + 1}, rate),
        ]

    def _foot(self) -> list[str]:
        day = show.long_day(day_of(self.made), self.language)
        made = _("Closed on %(day)s.") if not self._draft else _("Draft of %(day)s: the year is not closed.")
        rule = _(
            "The after-calculation counts the full price: discounts are paid by pots, not by other organisations."
            " The rules are those of kommuneloven § 15-1 and selvkostforskriften, followed by our own choice."
        )
        return [made % {"day": day} + " " + rule]

    # --- page 1: who covered the cost ---
    def _who_covered(self) -> list[Piece]:
        figures = self.figures
        if figures.actual is None or figures.result is None:
            text = _("The accounts are missing: what the service cost, and who covered it, is not known yet.")
            return [flow.heading(self.sheet, _("Who covered the cost"), above=0.2), flow.prose(self.sheet, text)]
        remark = _("Self-cost by the accounts %(amount)s") % {
            "amount": show.money(figures.actual.self_cost, self.language)
        }
        return [
            flow.heading(self.sheet, _("Who covered the cost"), remark=remark, above=0.2),
            # A surplus has its bracket above the bar.
            Piece(4.9 + (_BRACKET if figures.result > 0 else 0), self._draw_bar),
        ]

    def _draw_bar(self, line: float) -> None:
        """The bar: solid = customers, hatch = pots, dark = shortfall; a surplus is a bracket beyond self-cost."""
        figures = self.figures
        assert figures.actual is not None
        assert figures.result is not None
        sheet, colours = self.sheet, self.sheet.colours
        net, discount = max(figures.sold.net, ZERO), max(figures.sold.discount, ZERO)
        short, over = max(-figures.result, ZERO), max(figures.result, ZERO)
        whole = net + discount + short
        if not whole:
            return
        line += _BRACKET if over else 0
        top, bottom = line - 0.6, line - 0.6 + _BAR - 0.4
        parts: list[tuple[str, Decimal, str]] = [(_("The organisations"), net, "solid")]
        if discount:
            parts.append((_("Discount pots"), discount, "hatch"))
        if short:
            parts.append((_("Shortfall"), short, "dark"))
        x, labels = LEFT, []
        for label, amount, fill in parts:
            width = WIDTH * float(amount / whole)
            if fill == "hatch":
                sheet.hatch(x, top, bottom, width)
            else:
                sheet.bar(x, top, bottom, width, colours.accent if fill == "solid" else colours.ink)
            share = show.percent((amount * 100 / whole).quantize(Decimal(1)), self.language)
            room = millimetres(share, BODY, bold=True) + 4
            if width > room:
                if fill == "hatch":
                    sheet.bar(x + 1.4, line + 0.05, line + 1.1, room - 2.8, colours.white)
                ink = {"solid": colours.on_accent, "dark": colours.white}.get(fill, colours.ink)
                sheet.text(x + 2, line + 0.8 - 0.05, share, BODY, bold=True, colour=ink)
            labels.append((label, show.money(amount, self.language), x, x + width))
            x += width
        sheet.frame(LEFT, top, bottom, WIDTH)
        if over:
            self._draw_surplus(top, over, whole)
        self._draw_labels(labels, bottom + 0.95)

    def _draw_surplus(self, top: float, over: Decimal, whole: Decimal) -> None:
        """A bracket over the end of the bar: what was paid beyond self-cost."""
        sheet = self.sheet
        start = RIGHT - WIDTH * min(1.0, float(over / whole))
        sheet.rule(top - 0.35, start, RIGHT, weight=1.0, colour=sheet.colours.ink)
        sheet.tick(start, top - 0.35, top + _BAR - 0.4 + 0.2, weight=1.0)
        sheet.tick(RIGHT, top - 0.35, top, weight=1.0)
        text = _("Surplus %(amount)s") % {"amount": show.money(over, self.language)}
        length = millimetres(text, SMALL, bold=True)
        sheet.text(min(start, RIGHT - length), top - 0.6, text, SMALL, bold=True)

    def _draw_labels(self, labels: Sequence[tuple[str, str, float, float]], line: float) -> None:
        """Below each part its name and amount; the last one ends with the bar, and one that meets it gives way."""
        sheet = self.sheet
        taken = RIGHT + 4.0
        for place, (label, amount, left, right) in reversed(list(enumerate(labels))):
            length = max(millimetres(label), millimetres(amount, BODY, bold=True))
            x = min(left if place < len(labels) - 1 or len(labels) == 1 else right - length, taken - 4 - length)
            x = max(x, LEFT)
            if place == len(labels) - 1 and len(labels) > 1:
                sheet.right(x + length, line, label)
                sheet.right(x + length, line + 1, amount, bold=True)
            else:
                sheet.text(x, line, label)
                sheet.text(x, line + 1, amount, bold=True)
            taken = x

    # --- page 1: budget and accounts ---
    def _compared(self) -> list[Piece]:
        page, figures = self.page, self.figures
        seats = figures.unit == Unit.SEATS
        plan, actual = (
            unit_cost(page.self_cost.plan, page.quantity.plan),
            unit_cost(page.self_cost.actual, page.quantity.actual),
        )
        each = Compared(plan, actual)
        income = _("Income at full price")
        if figures.plan and len(figures.plan.rates) < 2:
            rate = self._amount(figures.plan.rate)
            text = _("Income at full price, %(rate)s a seat") if seats else _("Income at full price, %(rate)s an hour")
            income = text % {"rate": rate}
        quantity = page.quantity
        rows = [
            self._row(_("Self-cost, kr"), page.self_cost),
            TableRow(
                [
                    _("Seats") if seats else _("Billable hours"),
                    self._quantity(quantity.plan),
                    self._quantity(quantity.actual),
                    self._quantity(quantity.difference, signed=True),
                ]
            ),
            TableRow(
                [
                    _("Self-cost of a seat, kr") if seats else _("Self-cost of an hour, kr"),
                    self._amount(each.plan),
                    self._amount(each.actual),
                    self._signed(unit_cost_difference(page)),
                ]
            ),
            self._row(income, page.income),
        ]
        result = self._row(_("Result, kr"), page.result)
        rows.append(TableRow(result.cells, is_sum=True))
        columns = [
            TableColumn("", LEFT, 78, is_text=True),
            TableColumn(_("Budget"), 130, 28),
            TableColumn(_("Accounts"), 160, 28),
            TableColumn(_("Deviation"), RIGHT, 28),
        ]
        return [
            flow.heading(self.sheet, _("Budget and accounts"), above=0.9),
            *flow.table(self.sheet, columns, rows, step=1.42),
            flow.prose(self.sheet, why(page), size=9, step=1.0, after=0.2),
        ]

    def _row(self, label: str, compared: Compared) -> TableRow:
        return TableRow(
            [
                label,
                self._amount(compared.plan),
                self._amount(compared.actual),
                self._signed(compared.difference),
            ]
        )

    # --- page 1: sold by tier, and from the fund to the next rate ---
    def _halves(self) -> Piece:
        tiers, points = self._tiers(), self._points()
        left = 5.5 + 1.0 * len(tiers) + (2.0 + sum(1.05 * len(lines) + 0.25 for lines in points) if points else 0)
        right = 9.0 + (6.6 if self.made.next_rate else 0)

        def drawn(line: float) -> None:
            after_tiers = self._draw_tiers(tiers, line + 1.3)
            self._draw_points(points, after_tiers)
            self._draw_next(line + 1.3)

        return Piece(max(left, right), drawn)

    def _tiers(self) -> list[_Part]:
        """What was sold at each discount, the full price first; what there is no room for is added up."""
        parts = []
        for tier in self.page.tiers:
            name = tier.name if not tier.percent else f"{tier.name}, {show.percent(tier.percent, self.language)}"
            parts.append(_Part(name, tier.sold))
        seats = self.figures.income.seats
        if self.figures.unit == Unit.SEATS:
            parts += [_Part(each.label, Sold(0, each.gross, each.discount), each.seats) for each in seats]
        elif seats:
            parts.append(_Part(_("Seats"), self.figures.income.seats_sold))
        kept, rest = parts[:MOST_TIERS], parts[MOST_TIERS:]
        if rest:
            other = _("Other courses") if self.figures.unit == Unit.SEATS else _("Other discounts")
            whole = sum((each.sold for each in rest), Sold())
            kept.append(_Part(other, whole, sum(each.seats for each in rest)))
        if self.figures.changed_earlier:
            kept.append(_Part(_("Earlier years' work, changed"), self.figures.changed_earlier))
        return kept

    def _draw_tiers(self, parts: Sequence[_Part], line: float) -> float:
        sheet, by_seats = self.sheet, self.figures.unit == Unit.SEATS
        heading = _("Seats sold and discount") if by_seats else _("Hours sold and discount")
        sheet.text(LEFT, line, heading, 11, bold=True, colour=sheet.colours.heading)
        line += 1.35
        sheet.right(80, line, _("Seats") if by_seats else _("Hours"), NOTE, colour=sheet.colours.soft)
        sheet.right(LEFT_END, line, _("Discount, kr"), NOTE, colour=sheet.colours.soft)
        sheet.rule(line + 0.4, LEFT, LEFT_END, weight=0.8, colour=sheet.colours.ink)
        line += 1.4
        # A service is sold by the seat or by the hour; work of earlier years may still be hours.
        counts = [part.seats if by_seats else part.sold.minutes for part in parts]
        most = max(counts, default=0)
        # Names of courses are long: then they have the bars' room.
        has_bars = all(millimetres(part.name) <= 27 for part in parts)
        for part, count in zip(parts, counts, strict=True):
            sheet.short(LEFT, line, part.name, 27 if has_bars else 46)
            if has_bars and most > 0 and count > 0:
                sheet.bar(48, line - 0.55, line - 0.1, 18 * count / most, sheet.colours.accent)
            sheet.right(80, line, self._sold_count(count), width=13)
            sheet.right(LEFT_END, line, self._amount(part.sold.discount), width=24)
            line += 1.0
        sheet.rule(line - 0.55, LEFT, LEFT_END, weight=0.8, colour=sheet.colours.ink)
        total = self.figures.sold
        count = sum(part.seats for part in parts) if by_seats else total.minutes
        sheet.short(LEFT, line + 0.25, _("Sum, paid by pots"), 46, bold=True)
        sheet.right(80, line + 0.25, self._sold_count(count), bold=True, width=13)
        sheet.right(LEFT_END, line + 0.25, self._amount(total.discount), bold=True, width=24)
        return line + 2.2

    def _sold_count(self, count: int) -> str:
        if self.figures.unit == Unit.SEATS:
            return show.number(count, decimals=0, language=self.language)
        return self._hours(count)

    def _points(self) -> list[list[str]]:
        return [cut_lines(lines_of(point, LEFT_END - LEFT - 6), 3) for point in resolution(self.made)]

    def _draw_points(self, points: Sequence[Sequence[str]], line: float) -> None:
        sheet = self.sheet
        sheet.text(LEFT, line, _("Proposed resolution"), 11, bold=True, colour=sheet.colours.heading)
        line += 1.3
        for number, lines in enumerate(points, start=1):
            sheet.text(LEFT, line, str(number), bold=True, colour=sheet.colours.heading)
            line = sheet.block(LEFT + 5, line, lines, step=1.05) + 0.25

    def _draw_next(self, line: float) -> None:
        sheet, figures, follows = self.sheet, self.figures, self.made.next_rate
        heading = _("The self-cost fund")
        if follows is not None and figures.result:
            surplus = _("From surplus to new rate") if figures.balance > 0 else _("From shortfall to new rate")
            heading = surplus if figures.balance else heading
        sheet.short(SECOND, line, heading, RIGHT - SECOND, 11, bold=True, colour=sheet.colours.heading)
        line += 1.35
        sheet.text(SECOND, line, _("Self-cost fund"), NOTE, colour=sheet.colours.soft)
        sheet.right(RIGHT, line, "kr", NOTE, colour=sheet.colours.soft)
        sheet.rule(line + 0.4, SECOND, RIGHT, weight=0.8, colour=sheet.colours.ink)
        line += 1.4
        percent = show.percent(figures.interest_percent, self.language) if figures.interest_percent is not None else ""
        interest = _("Interest, %(percent)s") % {"percent": percent} if percent else _("Interest")
        for label, amount in (
            (_("Balance on 1 January"), figures.opening),
            (_("Result %(year)s") % {"year": figures.year}, figures.result),
            (interest, figures.interest),
        ):
            self._pair(label, self._amount(amount), line)
            line += 1.0
        line = self._total(_("Balance on 31 December"), self._amount(figures.balance), line)
        if follows is None:
            return
        use = -follows.fund_use
        covers = use > 0 or (not use and figures.balance < 0)
        covered = _("Covering the shortfall") if covers else _("Use of the surplus")
        seats = figures.unit == Unit.SEATS
        for label, text in (
            (_("Self-cost, budget %(year)s") % {"year": follows.year}, self._amount(follows.self_cost)),
            (covered, self._amount(use)),
            (_("Divided by seats") if seats else _("Divided by hours"), self._quantity(follows.quantity)),
        ):
            self._pair(label, text, line)
            line += 1.0
        rate = _("Price per seat %(year)s") if seats else _("Hourly rate %(year)s")
        line = self._total(rate % {"year": follows.year}, self._amount(follows.rate), line)
        without = _("Without the fund")
        sheet.text(SECOND, line - 0.6, without, NOTE, colour=sheet.colours.soft)
        sheet.right(RIGHT, line - 0.6, self._amount(follows.rate_without_fund), NOTE, colour=sheet.colours.soft)

    def _pair(self, label: str, value: str, line: float) -> None:
        self.sheet.short(SECOND, line, label, 44)
        self.sheet.right(RIGHT, line, value, width=24)

    def _total(self, label: str, value: str, line: float) -> float:
        self.sheet.rule(line - 0.55, SECOND, RIGHT, weight=0.8, colour=self.sheet.colours.ink)
        self.sheet.short(SECOND, line + 0.25, label, 44, bold=True)
        self.sheet.right(RIGHT, line + 0.25, value, bold=True, width=24)
        return line + 1.75

    # --- page 2: how self-cost was made up ---
    def _costs(self) -> list[Piece]:
        actual = self.figures.actual
        if actual is None:
            return []
        columns = [
            TableColumn(_("Cost"), LEFT, 62, is_text=True),
            TableColumn(_("How it is shared"), 84, 26, is_text=True),
            TableColumn(_("Amount"), 133, 23),
            TableColumn(_("Share"), 165, 29),
            TableColumn(_("Of it ours"), RIGHT, 25),
        ]
        shown = sorted(actual.rows, key=lambda row: -abs(row.attributed))[:MOST_COSTS]
        rows = [self._cost(row) for row in actual.rows if row in shown]
        rest = [row for row in actual.rows if row not in shown]
        if rest:
            text = ngettext("%(count)s smaller cost", "%(count)s smaller costs", len(rest)) % {"count": len(rest)}
            ours = sum((row.attributed for row in rest), ZERO)
            rows.append(TableRow([text, _("see the workbook"), "", "", self._amount(ours)]))
        rows.append(TableRow([_("Self-cost"), "", "", "", self._amount(actual.self_cost)], is_sum=True))
        text = _(
            "%(service)s has %(part)s of %(whole)s recorded hours. A shared cost is multiplied by this share, or by the"
            " share of full-time equivalents, and rounded to the øre."
        ) % {
            "service": service_name(self.figures),
            "part": self._hours(actual.minutes),
            "whole": self._hours(actual.all_minutes),
        }
        return [
            flow.heading(self.sheet, _("How self-cost was made up"), remark=_("kroner"), on_new_page=True, above=0.2),
            flow.prose(self.sheet, text),
            *flow.table(self.sheet, columns, rows, step=1.15),
        ]

    def _cost(self, row: CostRow) -> TableRow:
        label = f"{row.account} {row.label}".strip()
        share = ""
        if row.part is not None and row.whole:
            minutes = row.kind == after.BY_HOURS
            part, whole = (row.part / 60, row.whole / 60) if minutes else (row.part, row.whole)
            share = f"{self._short_number(part)} / {self._short_number(whole)}"
        return TableRow([label, how_shared(row.kind), self._amount(row.amount), share, self._amount(row.attributed)])

    def _short_number(self, value: Decimal) -> str:
        return show.plain(value.quantize(Decimal("0.01")), self.language)

    def _by_kind(self) -> list[Piece]:
        """The accounts by where they go, against the budget."""
        actual, plan = self.figures.actual, self.figures.plan
        if actual is None:
            return []
        rows = []
        for kind in KINDS:
            became = [row for row in actual.rows if row.kind == kind]
            planned = [row for row in plan.rows if row.kind == kind] if plan else []
            if became or planned:
                compared = Compared(
                    sum((row.attributed for row in planned), ZERO) if plan else None,
                    sum((row.attributed for row in became), ZERO),
                )
                rows.append(self._row(kind_name(kind), compared))
        rows.append(TableRow(self._row(_("Self-cost"), self.page.self_cost).cells, is_sum=True))
        columns = [
            TableColumn(_("Where the costs go"), LEFT, 78, is_text=True),
            TableColumn(_("Budget"), 130, 28),
            TableColumn(_("Accounts"), 160, 28),
            TableColumn(_("Deviation"), RIGHT, 28),
        ]
        return [
            flow.heading(self.sheet, _("The accounts by destination"), remark=_("kroner")),
            *flow.table(self.sheet, columns, rows, step=1.15),
        ]

    # --- what was sold, and who paid the discounts ---
    def _income(self) -> list[Piece]:
        income, language = self.figures.income, self.language
        rows = []
        for tier in self.page.tiers[:10]:
            name = tier.name if not tier.percent else f"{tier.name}, {show.percent(tier.percent, language)}"
            rows.append(self._sold_row(name, tier.sold))
        rows += [
            self._sold_row(seats.label, Sold(0, seats.gross, seats.discount), seats.seats)
            for seats in income.seats[:MOST_SEATS]
        ]
        if income.seats[MOST_SEATS:]:
            rest = income.seats[MOST_SEATS:]
            whole = sum((Sold(0, each.gross, each.discount) for each in rest), Sold())
            rows.append(self._sold_row(_("Other courses"), whole, sum(each.seats for each in rest)))
        for work in self.figures.earlier[-3:]:
            rows.append(self._sold_row(_("Work of %(year)s, changed since") % {"year": work.origin}, work.change))
        whole_year = self._sold_row(_("Income of the year's work"), self.figures.sold, self.page.seats)
        rows.append(TableRow(whole_year.cells, is_sum=True))
        columns = [
            TableColumn("", LEFT, 66, is_text=True),
            TableColumn(_("Seats") if self.figures.unit == Unit.SEATS else _("Hours"), 108, 18),
            TableColumn(_("Full price"), 136, 26),
            TableColumn(_("Discount"), 163, 25),
            TableColumn(_("Paid by customers"), RIGHT, 26),
        ]
        texts = []
        if income.accrued:
            texts.append(
                _("Of it not invoiced yet: %(hours)s hours at %(amount)s.")
                % {
                    "hours": self._hours(income.accrued.minutes),
                    "amount": show.money(income.accrued.gross, language),
                }
            )
        if income.written_off:
            texts.append(
                _("Written off, no income: %(hours)s hours at %(amount)s.")
                % {
                    "hours": self._hours(income.written_off.minutes),
                    "amount": show.money(income.written_off.gross, language),
                }
            )
        if income.pots:
            texts.append(_("Discounts are paid by: %(pots)s.") % {"pots": self._pots()})
        return [
            flow.heading(self.sheet, _("Income at full price"), remark=_("kroner, before VAT")),
            *flow.table(self.sheet, columns, rows, step=1.15),
            *([flow.prose(self.sheet, " ".join(texts))] if texts else []),
        ]

    def _sold_row(self, label: str, sold: Sold, seats: int = 0) -> TableRow:
        count = seats if self.figures.unit == Unit.SEATS else sold.minutes
        return TableRow(
            [
                label,
                self._sold_count(count) if count else "",
                self._amount(sold.gross),
                self._amount(sold.discount),
                self._amount(sold.net),
            ]
        )

    def _pots(self) -> str:
        pots = self.figures.income.pots
        texts = [f"{cut(pot.name, 60)} {show.money(pot.amount, self.language)}" for pot in pots[:MOST_POTS]]
        rest = pots[MOST_POTS:]
        if rest:
            other = _("other pots %(amount)s") % {
                "amount": show.money(sum((pot.amount for pot in rest), ZERO), self.language)
            }
            texts.append(other)
        return ", ".join(texts)

    # --- the fund by layers ---
    def _fund(self) -> list[Piece]:
        figures = self.figures
        if not figures.layers or not self.page.has_fund:
            return []
        layers, rest = figures.layers[-MOST_LAYERS:], figures.layers[:-MOST_LAYERS]
        rows = []
        if rest:
            sums = [
                sum(amounts, ZERO) for amounts in zip(*((r.opening, r.movement, r.closing) for r in rest), strict=True)
            ]
            text = _("before %(year)s") % {"year": layers[0].origin}
            rows.append(TableRow([text, *(self._amount(each) for each in sums), ""]))
        rows += [
            TableRow(
                [
                    str(layer.origin),
                    self._amount(layer.opening),
                    self._signed(layer.movement),
                    self._amount(layer.closing),
                    str(layer.due_year),
                ]
            )
            for layer in layers
        ]
        total = [figures.opening, figures.movement, figures.balance]
        rows.append(TableRow([_("Sum"), *(self._amount(each) for each in total), ""], is_sum=True))
        columns = [
            TableColumn(_("Year it arose"), LEFT, 30, is_text=True),
            TableColumn(_("1 January"), 80, 28),
            TableColumn(_("Movement"), 115, 28),
            TableColumn(_("31 December"), 150, 28),
            TableColumn(_("Used by"), RIGHT, 24),
        ]
        rule = _(
            "A surplus goes back to the customers, and a shortfall is covered, by the fifth year after it arose. A"
            " result of the opposite sign uses the oldest layer first."
        )
        if figures.corrected:
            rule += " " + _("Corrections of closed years booked in the year: %(amount)s.") % {
                "amount": show.money(figures.corrected, self.language)
            }
        return [
            flow.heading(self.sheet, _("The fund by layers, and the five-year rule"), remark=_("kroner")),
            *flow.table(self.sheet, columns, rows, step=1.15),
            flow.prose(self.sheet, rule),
        ]

    def _remarks(self) -> list[Piece]:
        texts = [remarks.text(remark) for remark in self.figures.remarks if self._draft or not remark.blocks][:6]
        if self.made.comment.strip():
            texts.insert(0, cut(clean(self.made.comment).strip(), 600))
        if not texts:
            return []
        return [flow.heading(self.sheet, _("To be noted")), *(flow.prose(self.sheet, text) for text in texts)]

    # --- the words ---
    def _words(self) -> list[Piece]:
        words = explained()
        return [
            flow.heading(self.sheet, _("The words of this document")),
            # The list stands together: its last word alone on a page would be a page for nothing.
            *(self._word(*each, with_next=place < len(words)) for place, each in enumerate(words, start=1)),
        ]

    def _word(self, word: str, sentence: str, *, with_next: bool) -> Piece:
        lines = lines_of(sentence, RIGHT - LEFT - 36, SMALL)

        def drawn(line: float) -> None:
            self.sheet.text(LEFT, line, word, BODY, bold=True, width=33)
            self.sheet.block(LEFT + 36, line, lines, SMALL, step=0.92, colour=self.sheet.colours.soft)

        return Piece(0.92 * len(lines) + 0.45, drawn, with_next=with_next)
