"""The ring-fence report on paper: at most three pages, from one `FundingFigures`.

Chart, matrix and checks first; then who was reached, the services and the pots, and how the figures are made. The
same figures give the same bytes. Long lists end in a row that says how many are left out; the workbook has them all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal

from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from advisory.kernel import show
from advisory.kernel.money import ZERO
from advisory.kernel.pdf import flow
from advisory.kernel.pdf.flow import Piece, Sender, TableColumn, TableRow
from advisory.kernel.pdf.sheet import BODY, LEFT, NOTE, RIGHT, SMALL, Sheet, lines_of, millimetres
from advisory.kernel.pdf.text import clean, cut, cut_lines
from billing.ringfence.chart import Bar, Part, bars
from billing.ringfence.report import AREAS, Financing, FundingFigures, Source, column_sums
from billing.ringfence.words import (
    Breakdown,
    CheckWords,
    Row,
    area_name,
    breakdowns,
    check_words,
    count_text,
    finding_sentence,
    missing_sentence,
    parts_sentences,
    short_source,
    source_name,
)

# The bars stand between their names and their amounts.
BARS, BARS_WIDTH = 58.0, 108.0
SECOND, COLUMN = 108.0, 82.0
MOST_POTS, MOST_SERVICES, MOST_ROWS, MOST_LINES = 8, 18, 12, 6
_LABEL_ROOM = 57.0


def render(figures: FundingFigures, sender: Sender, *, frozen_at: datetime | None, language: str) -> bytes:
    """Give the PDF of the report; without `frozen_at` it says that it is provisional."""
    with translation.override(language):
        return _Drawing(figures, sender, frozen_at, language).draw()


class _Drawing:
    def __init__(self, figures: FundingFigures, sender: Sender, frozen_at: datetime | None, language: str) -> None:
        self.figures, self.sender, self.frozen_at, self.language = figures, sender, frozen_at, language
        self.name = cut(clean(sender.name).strip(), 120)
        self.period = str(figures.year) if figures.year else show.period(figures.first, figures.last, language)
        self.title = _("Funding report %(period)s") % {"period": self.period}
        self.sheet = Sheet(
            title=f"{self.title}: {self.name}",
            author=self.name,
            subject=_("What each funding area cost, and who paid"),
            language=language,
            accent=sender.accent,
        )

    def draw(self) -> bytes:
        pieces = [
            *self._chart(),
            *self._matrix(),
            *self._checks(),
            *self._reached(),
            *self._services(),
            *self._pots(),
            *self._how(),
        ]
        return flow.draw(self.sheet, self.sender, self._head(), pieces)

    # --- what every page says ---
    def _head(self) -> flow.Head:
        status = _("Provisional") if self.frozen_at is None else self._frozen()
        return flow.Head(
            title=self.title,
            about=finding_sentence(self.figures),
            band=self._band(),
            running=status,
            running_on=f"{self.title}, {status[:1].lower()}{status[1:]}",
            foot=self._foot(),
        )

    def _frozen(self) -> str:
        assert self.frozen_at is not None
        return _("Frozen %(day)s") % {"day": show.long_day(timezone.localdate(self.frozen_at), self.language)}

    def _foot(self) -> list[str]:
        moment = show.moment(timezone.localtime(self.figures.made_at), self.language)
        made = _("Figures as of %(moment)s, from the books of %(name)s.") % {"moment": moment, "name": self.name}
        if self.frozen_at is None:
            return [made + " " + _("Provisional: they may change until the year is closed.")]
        return [made + " " + _("The year is closed, and the figures are kept as they were.")]

    def _band(self) -> list[tuple[float, str, str]]:
        figures = self.figures
        cost = figures.total_cost
        known = [check for check in figures.checks if check.known]
        facts = {"count": sum(check.holds for check in known), "total": len(known)}
        paid = show.money(figures.total_financed if cost is None else cost, self.language)
        return [
            (24.0, _("Paid in all") if cost is None else _("Cost in all"), paid),
            (92.0, _("Hours"), show.hours(figures.total_minutes, self.language)),
            (118.0, _("Organisations reached"), count_text(figures.organisations)),
            (156.0, _("Checks"), _("%(count)s of %(total)s in order") % facts),
        ]

    # --- the chart ---
    def _chart(self) -> list[Piece]:
        drawn = bars(self.figures, short_source)
        if not drawn:
            return []
        text = _("What was paid in each area") if self.figures.cost is None else _("What each area cost, and who paid")
        return [
            flow.heading(self.sheet, text, remark=_("kroner"), above=0.4),
            *(Piece(2.2, self._bar_drawer(bar)) for bar in drawn),
            *(flow.prose(self.sheet, text) for text in parts_sentences(drawn)),
        ]

    def _bar_drawer(self, bar: Bar) -> Callable[[float], None]:
        def drawn(line: float) -> None:
            sheet = self.sheet
            sheet.text(LEFT, line, area_name(bar.area), BODY, bold=True, width=BARS - LEFT - 2)
            hours = _("%(hours)s hours") % {"hours": show.hours(bar.minutes, self.language)}
            sheet.text(LEFT, line + 0.8, hours, NOTE, colour=sheet.colours.soft)
            for part in bar.parts:
                self._draw_part(part, line)
            sheet.tick(BARS, line - 0.95, line + 1.1, weight=0.6)
            for part in bar.parts:
                self._draw_label(part, line, is_last=part is bar.parts[-1])
            sheet.right(RIGHT, line + 0.3, show.amount(bar.amount, self.language), bold=True, width=26)

        return drawn

    def _draw_part(self, part: Part, line: float) -> None:
        sheet, colours = self.sheet, self.sheet.colours
        x, width = BARS + BARS_WIDTH * float(part.start) / 100, BARS_WIDTH * float(part.width) / 100
        top, bottom = line - 0.75, line + 0.9
        match part.fill:
            case "hatch":
                sheet.hatch(x, top, bottom, width)
                sheet.frame(x, top, bottom, width)
            case "pale":
                sheet.bar(x, top, bottom, width, colours.tint)
                sheet.frame(x, top, bottom, width)
            case "open":
                sheet.frame(x, top, bottom, width)
            case fill:
                fills = {"solid": colours.accent, "mid": colours.mid, "dots": colours.ink, "other": colours.soft}
                sheet.bar(x, top, bottom, width, fills[fill])

    def _draw_label(self, part: Part, line: float, *, is_last: bool) -> None:
        if not part.label:
            return
        sheet, colours = self.sheet, self.sheet.colours
        x, width = BARS + BARS_WIDTH * float(part.start) / 100, BARS_WIDTH * float(part.width) / 100
        length = millimetres(part.label, SMALL)
        if part.after or length + 3.6 > width:
            # Behind the bar's last part, as far as the amount at the right edge.
            if is_last and x + width + 2 + length < RIGHT - 27:
                sheet.text(x + width + 2, line + 0.3, part.label, SMALL)
            return
        if part.fill == "hatch":
            # A plate under the word, so that the hatch does not cross it.
            sheet.bar(x + 1.0, line - 0.5, line + 0.65, length + 1.6, colours.white)
        on = {"solid": colours.on_accent, "dots": colours.white, "other": colours.white}
        sheet.text(x + 1.8, line + 0.3, part.label, SMALL, colour=on.get(part.fill, colours.ink))

    # --- the matrix ---
    def _matrix(self) -> list[Piece]:
        figures, language, columns_of = self.figures, self.language, list(enumerate(AREAS))
        columns = [
            TableColumn("", LEFT, _LABEL_ROOM, is_text=True),
            # The first column gives some of its room to the labels.
            *(TableColumn(area_name(area), 97.0 + 23.5 * place, 22.5 if place else 19.5) for place, area in columns_of),
            TableColumn(_("Sum"), RIGHT, 22.5),
        ]
        rows = [
            TableRow(
                [
                    _("Hours"),
                    *(show.hours(each, language) for each in figures.minutes),
                    show.hours(figures.total_minutes, language),
                ]
            )
        ]
        if figures.cost is not None:
            rows.append(self._amounts(_("Cost"), figures.cost))
        rows.append(TableRow([_("Financed by"), "", "", "", "", ""], is_group=True))
        rows += [self._amounts(label, row.amounts) for label, row in self._named(figures.financing)]
        label = _("Sum of what was paid") if figures.cost is None else _("Sum of financing")
        total = self._amounts(label, figures.financed, dashes=False)
        rows.append(TableRow(total.cells, is_sum=True))
        return [
            flow.heading(self.sheet, _("The figures"), remark=_("kroner")),
            *flow.table(self.sheet, columns, rows, step=1.16),
            *(self._missing()),
        ]

    def _named(self, financing: Sequence[Financing]) -> list[tuple[str, Financing]]:
        """The rows with their names; pots that there is no room for are added up in one row."""
        pots = [row for row in financing if row.source is Source.POT]
        rest = sorted(pots, key=lambda row: row.total, reverse=True)[MOST_POTS:]
        named = []
        for row in financing:
            if row in rest:
                if row is rest[0]:
                    text = ngettext("%(count)s other discount pot", "%(count)s other discount pots", len(rest))
                    named.append((text % {"count": len(rest)}, Financing(Source.POT, column_sums(rest))))
                continue
            named.append((source_name(row, financing), row))
        return named

    def _amounts(self, label: str, amounts: Sequence[Decimal], *, dashes: bool = True) -> TableRow:
        texts = [show.amount(amount, self.language) if amount or not dashes else show.UNKNOWN for amount in amounts]
        return TableRow([label, *texts, show.amount(sum(amounts, ZERO), self.language)])

    def _missing(self) -> list[Piece]:
        texts = [missing_sentence(each) for each in self.figures.missing]
        if self.figures.base_grant is not None:
            texts.append(
                _("Received: base grant %(grant)s, project money %(project)s. The table shows what was needed of it.")
                % {
                    "grant": show.money(self.figures.base_grant, self.language),
                    "project": show.money(self.figures.project_money or ZERO, self.language),
                }
            )
        if self.figures.unbilled_minutes:
            hours = show.hours(self.figures.unbilled_minutes, self.language)
            texts.append(_("%(hours)s billable hours are not invoiced yet.") % {"hours": hours})
        return [flow.prose(self.sheet, " ".join(texts))] if texts else []

    # --- checks ---
    def _checks(self) -> list[Piece]:
        *most, last = [check_words(check) for check in self.figures.checks]
        # The checks are read together, so they stay on one page.
        return [
            flow.heading(self.sheet, _("Checks"), above=0.6),
            *(self._check(each, with_next=True) for each in most),
            self._check(last),
        ]

    def _check(self, words: CheckWords, *, with_next: bool = False) -> Piece:
        known, holds = words.check.known, words.check.holds
        state = pgettext("check", "In order") if holds else pgettext("check", "Failing")

        def drawn(line: float) -> None:
            sheet = self.sheet
            failing = known and not holds
            sheet.text(LEFT, line, state if known else show.UNKNOWN, bold=failing, width=20)
            text = f"{words.sentence} · {words.detail}" if words.detail else words.sentence
            sheet.short(LEFT + 24, line, text, RIGHT - LEFT - 24, bold=failing)
            sheet.rule(line + 0.38)

        return Piece(1.25, drawn, with_next=with_next)

    # --- who was reached ---
    def _reached(self) -> list[Piece]:
        parts = breakdowns(self.figures)
        note = _(
            "Counted once, where hours were recorded for them. Groups of fewer than five are hidden, and another one"
            " where they could be worked out from the sum."
        )
        total = _("Organisations reached")
        return [
            flow.heading(self.sheet, total, remark=count_text(self.figures.organisations)),
            self._beside(parts[0], parts[1]),
            self._beside(parts[2], parts[3]),
            flow.prose(self.sheet, note),
        ]

    def _beside(self, left: Breakdown, right: Breakdown) -> Piece:
        sides = [(LEFT, left, self._groups(left)), (SECOND, right, self._groups(right))]
        height = 2.0 + max(1.1, *(sum(1.1 + 0.85 * (len(lines) - 1) for lines, _row in rows) for _x, _p, rows in sides))

        def drawn(line: float) -> None:
            for x, part, rows in sides:
                self._draw_groups(part, rows, x, line)

        return Piece(height, drawn)

    def _groups(self, part: Breakdown) -> list[tuple[list[str], Row | None]]:
        """The rows of a breakdown with their labels broken into lines; at most `MOST_ROWS`, then how many are left."""
        broken: list[tuple[list[str], Row | None]] = [
            (cut_lines(lines_of(row.label, COLUMN - 24), MOST_LINES), row) for row in part.rows[:MOST_ROWS]
        ]
        left = len(part.rows) - len(broken)
        if left > 0:
            broken.append(([_("and %(count)s more, see the workbook") % {"count": left}], None))
        return broken

    def _draw_groups(
        self, part: Breakdown, rows: Sequence[tuple[list[str], Row | None]], x: float, line: float
    ) -> None:
        sheet = self.sheet
        sheet.text(x, line, part.title, NOTE, colour=sheet.colours.soft, width=COLUMN)
        sheet.rule(line + 0.35, x, x + COLUMN, weight=0.8, colour=sheet.colours.ink)
        line += 1.3
        for lines, row in rows:
            if row is not None:
                sheet.right(x + COLUMN, line, row.count, colour=sheet.colours.soft if row.hidden else None, width=23)
            line = sheet.block(x, line, lines, step=0.85) - 0.85
            sheet.rule(line + 0.33, x, x + COLUMN)
            line += 1.1
        if not rows:
            sheet.text(x, line, _("None"), colour=sheet.colours.soft)

    # --- services and pots ---
    def _services(self) -> list[Piece]:
        uses = self.figures.services
        shown, rest = uses[:MOST_SERVICES], uses[MOST_SERVICES:]
        rows = []
        for use in shown:
            name = use.name_in(self.language)
            kind = _("internal work") if use.internal else ""
            rows.append(TableRow([name, kind, area_name(use.area), show.hours(use.minutes, self.language)]))
        if rest:
            text = ngettext("%(count)s other, see the workbook", "%(count)s others, see the workbook", len(rest))
            minutes = sum(use.minutes for use in rest)
            rows.append(TableRow([text % {"count": len(rest)}, "", "", show.hours(minutes, self.language)]))
        total = show.hours(self.figures.total_minutes, self.language)
        rows.append(TableRow([_("Sum"), "", "", total], is_sum=True))
        columns = [
            TableColumn(_("Service"), LEFT, 76, is_text=True),
            TableColumn("", 100, 28, is_text=True),
            TableColumn(_("Area"), 130, 40, is_text=True),
            TableColumn(_("Hours"), RIGHT, 22),
        ]
        return [flow.heading(self.sheet, _("Services")), *flow.table(self.sheet, columns, rows, step=1.15)]

    def _pots(self) -> list[Piece]:
        pots = sorted(self.figures.pots, key=lambda pot: -pot.used)
        if not pots:
            return []
        rows = [
            TableRow(
                [pot.name, pot.funder, show.amount(pot.frame, self.language), show.amount(pot.used, self.language)]
            )
            for pot in pots[:MOST_POTS]
        ]
        if pots[MOST_POTS:]:
            rest = pots[MOST_POTS:]
            text = ngettext("%(count)s other discount pot", "%(count)s other discount pots", len(rest))
            frame, used = (sum(amounts, ZERO) for amounts in ((p.frame for p in rest), (p.used for p in rest)))
            rows.append(
                TableRow(
                    [
                        text % {"count": len(rest)},
                        "",
                        show.amount(frame, self.language),
                        show.amount(used, self.language),
                    ]
                )
            )
        rows.append(TableRow([_("Sum"), "", "", show.amount(self.figures.discounts, self.language)], is_sum=True))
        columns = [
            TableColumn(_("Pot"), LEFT, 60, is_text=True),
            TableColumn(_("Funder"), 82, 55, is_text=True),
            TableColumn(_("Frame"), 164, 26),
            TableColumn(_("Paid"), RIGHT, 24),
        ]
        return [
            flow.heading(self.sheet, _("Discounts by pot"), remark=_("kroner")),
            *flow.table(self.sheet, columns, rows, step=1.15),
        ]

    def _how(self) -> list[Piece]:
        texts = [
            _(
                "Hours are all recorded hours, each of one area. The cost of an area is what the accounts say is its"
                " own, and its part of shared costs by recorded hours or full-time equivalents; the parts always sum"
                " to the whole."
            ),
            _(
                "Area 3 is sold at self-cost: customers pay their part before VAT, the pots pay the discounts, and the"
                " self-cost fund bears the difference. The base grant pays areas 1 and 2, project money area 4; what no"
                " money covers is shown as not covered."
            ),
        ]
        return [
            flow.heading(self.sheet, _("How the figures are made")),
            *(flow.prose(self.sheet, text) for text in texts),
        ]
