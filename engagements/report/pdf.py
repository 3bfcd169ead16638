"""The engagement report as PDF: one `EngagementReport` in, the file's bytes out.

A band with what came of it, the goal and what was done, the hours by kind as bars, before and after as dots beside
the same figures in columns, tools, next steps, and at the end every hour. Roles, no personal names: the value
holds none. The same report gives the same bytes, and no text can make it fail.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from advisory.kernel import show
from advisory.kernel.pdf import letterhead
from advisory.kernel.pdf.sheet import BODY, FOOT, LEFT, NOTE, RIGHT, SMALL, WIDTH, Sheet, lines_of, millimetres
from advisory.kernel.pdf.text import clean, cut, cut_lines, paragraphs
from engagements.report.value import EngagementReport, OutcomeFact, RecommendationFact, TimeFact

# The left column ends where the bars of the hours begin.
LEFT_WIDTH, HOURS = 100.0, 134.0
SECOND = 110.0
# Columns of «Før og etter»: where the scale begins and ends, and the right edges of the three figures.
SCALE, SCALE_WIDTH = 76.0, 44.0
BEFORE, AFTER, TARGET, STATUS = 136.0, 149.0, 161.0, 167.0
TOP_OF_NEXT_PAGE = 8.0
LOWEST = FOOT - 1.2
MOST_OUTCOMES, MOST_TOOLS, MOST_STEPS, MOST_ENTRIES, MOST_KINDS = 40, 20, 20, 400, 8
# Lines of text beside the hours, and of one text in all.
MOST_BESIDE, MOST_LINES = 18.0, 250


def render(report: EngagementReport) -> bytes:
    """Give the PDF of a report, in its own language (nb, nn or en)."""
    language = report.language if report.language in {"nb", "nn", "en"} else "nb"
    with translation.override(language):
        return _Drawing(report, language).draw()


def status_label(status: str) -> str:
    """A status as a word; an unknown code as it stands."""
    return {
        "planned": _("Planned"),
        "achieved": _("Achieved"),
        "partly": _("Partly achieved"),
        "not_achieved": _("Not achieved"),
        "abandoned": _("Abandoned"),
        "unknown": _("Not known"),
    }.get(status, status)


def evidence_label(evidence: str) -> str:
    """How well a result is known; empty for an unknown code."""
    return {
        "E0": _("the advisor's view"),
        "E1": _("the organisation says so"),
        "E2": _("a document was seen"),
        "E3": _("verified in a system or by a third party"),
    }.get(evidence, "")


@dataclass(frozen=True, slots=True)
class _Piece:
    """Something that stands together on a page: its height in lines, and how it is drawn from a baseline."""

    height: float
    draw: Callable[[float], None]
    # A heading goes to the next page with what follows it.
    with_next: bool = False


class _Drawing:
    def __init__(self, report: EngagementReport, language: str) -> None:
        self.report = report
        self.language = language
        self.title = cut(clean(report.title).strip(), 120) or clean(report.reference)
        self.organisation = cut(clean(report.organisation).strip(), 200)
        self.seller = cut(clean(report.seller).strip(), 120)
        self.head = _("Report, engagement %(reference)s") % {"reference": report.reference[:30]}
        self.sheet = Sheet(
            title=f"{self.head}: {self.title}", author=self.seller, subject=self.organisation, language=language
        )

    def draw(self) -> bytes:
        pages = self._paginate(self._pieces())
        for number, page in enumerate(pages, start=1):
            letterhead.mark(self.sheet, self.seller, None, letterhead.BESIDE_HEAD)
            letterhead.running_head(self.sheet, self.head if number == 1 else f"{self.head}, {self.organisation}")
            line = TOP_OF_NEXT_PAGE
            if number == 1:
                self.sheet.entry(self.title, "report")
                line = self._draw_title()
            for piece in page:
                piece.draw(line)
                line += piece.height
            letterhead.foot(self.sheet, self._foot(), number, len(pages))
            if number < len(pages):
                self.sheet.new_page()
        return self.sheet.finish()

    def _paginate(self, pieces: list[_Piece]) -> list[list[_Piece]]:
        pages: list[list[_Piece]] = [[]]
        line = self._first_line()
        for place, piece in enumerate(pieces):
            needed = piece.height
            follower = place + 1
            while pieces[follower - 1].with_next and follower < len(pieces):
                needed += pieces[follower].height
                follower += 1
            if line + needed > LOWEST and pages[-1]:
                pages.append([])
                line = TOP_OF_NEXT_PAGE
            pages[-1].append(piece)
            line += piece.height
        return pages

    # --- title and band ---
    def _title_lines(self) -> list[str]:
        return cut_lines(lines_of(self.title, WIDTH, 24, bold=True), 3)

    def _first_line(self) -> float:
        return 18.4 + 2.25 * (len(self._title_lines()) - 1)

    def _draw_title(self) -> float:
        sheet = self.sheet
        line = 9.0
        for text in self._title_lines():
            sheet.text(LEFT, line, text, 24, bold=True, colour=sheet.colours.heading, tracking=-0.2)
            line += 2.25
        sheet.short(LEFT, line - 0.75, self._about(), WIDTH, 11, colour=sheet.colours.soft)
        letterhead.band(sheet, line + 1.25, self._band())
        return self._first_line()

    def _about(self) -> str:
        report = self.report
        if report.started_on and report.ended_on:
            return f"{self.organisation}, {show.period(report.started_on, report.ended_on, self.language)}"
        if report.started_on:
            started = {"day": show.long_day(report.started_on, self.language)}
            return f"{self.organisation}, " + _("since %(day)s") % started
        return self.organisation

    def _band(self) -> list[tuple[float, str, str]]:
        report = self.report
        achieved = sum(outcome.status == "achieved" for outcome in report.outcomes)
        facts = {"achieved": achieved, "count": len(report.outcomes)}
        result = ngettext("%(achieved)s of %(count)s goal achieved", "%(achieved)s of %(count)s goals achieved",
                          len(report.outcomes)) % facts  # fmt: skip
        cells = [(24.0, _("Result"), result if report.outcomes else _("No goals set"))]
        cells.append((100.0, _("Hours used"), show.hours(report.minutes_used, self.language)))
        if report.minutes_agreed:
            cells.append((132.0, _("Hours agreed"), show.hours(report.minutes_agreed, self.language)))
        cells.append((160.0, _("Phase"), self._phase()))
        return cells

    def _phase(self) -> str:
        return {
            "requested": _("Requested"),
            "agreed": _("Agreed"),
            "active": _("Active"),
            "completed": _("Completed"),
            "closed": _("Closed"),
            "cancelled": _("Cancelled"),
        }.get(self.report.phase, clean(self.report.phase)[:20])

    # --- the pieces of the page, in reading order ---
    def _pieces(self) -> list[_Piece]:
        return [
            *self._opening(),
            *self._outcomes(),
            *self._advice(),
            *self._entries(),
        ]

    def _heading(self, text: str, x: float = LEFT, above: float = 0.6) -> _Piece:
        def draw(line: float) -> None:
            self.sheet.text(x, line + above, text, 11, bold=True, colour=self.sheet.colours.heading)

        return _Piece(1.25 + above, draw, with_next=True)

    def _opening(self) -> list[_Piece]:
        """The goal and what was done on the left, the hours by kind on the right; a long text goes on below."""
        kinds = self.report.hours[:MOST_KINDS]
        right = 1.3 + 2.0 * len(kinds) + 2.1 + bool(self.report.minutes_agreed)
        left = [
            *self._told(_("The goal"), self.report.goal, 2000),
            *self._told(_("What we did"), self.report.done, 8000),
        ]
        beside: list[_Piece] = []
        height = 0.0
        while left and height + left[0].height <= max(right, MOST_BESIDE):
            beside.append(left.pop(0))
            height += beside[-1].height
        if left and beside and beside[-1].with_next:
            left.insert(0, beside.pop())
            height -= left[0].height

        def draw(line: float) -> None:
            at = line
            for piece in beside:
                piece.draw(at)
                at += piece.height
            self._draw_hours(line)

        return [_Piece(max(height, right), draw), *left]

    def _told(self, heading: str, text: str, limit: int) -> list[_Piece]:
        """A heading and the lines of its text, one piece each, so that a page may break between them."""
        broken = [line for part in paragraphs(cut(text.strip(), limit)) for line in lines_of(part, LEFT_WIDTH)]
        lines = cut_lines(broken, MOST_LINES)
        if not lines:
            return []
        pieces = [self._left_line(1.3, heading, 11, bold=True)]
        pieces += [self._left_line(1.0, line, BODY) for line in lines[:-1]]
        return [*pieces, self._left_line(1.75, lines[-1], BODY)]

    def _left_line(self, height: float, text: str, size: float, *, bold: bool = False) -> _Piece:
        def draw(line: float) -> None:
            self.sheet.text(LEFT, line, text, size, bold=bold, colour=self.sheet.colours.heading if bold else None)

        return _Piece(height, draw, with_next=bold)

    def _draw_hours(self, line: float) -> None:
        sheet, report, language = self.sheet, self.report, self.language
        colours, width = sheet.colours, RIGHT - HOURS
        sheet.text(HOURS, line, _("Hours by kind"), 11, bold=True, colour=colours.heading)
        line += 1.3
        shown, rest = report.hours[:MOST_KINDS], report.hours[MOST_KINDS:]
        most = max((kind.minutes for kind in shown), default=0)
        for kind in shown:
            label = kind.kind
            if rest and kind is shown[-1]:
                label = f"{label} …"
            figure = show.number(Decimal(kind.minutes) / 60, decimals=2, language=language)
            sheet.short(HOURS, line, label, width - millimetres(figure) - 4, BODY)
            sheet.right(RIGHT, line, figure)
            sheet.rule(line + 0.95, HOURS, RIGHT)
            if most > 0 and kind.minutes > 0:
                sheet.bar(HOURS, line + 0.65, line + 0.95, width * kind.minutes / most, colours.accent)
            line += 2
        total = show.number(Decimal(report.minutes_used) / 60, decimals=2, language=language)
        sheet.text(HOURS, line, _("Sum"), bold=True)
        sheet.right(RIGHT, line, total, bold=True)
        if report.minutes_agreed:
            agreed = show.number(Decimal(report.minutes_agreed) / 60, decimals=2, language=language)
            sheet.text(HOURS, line + 1, _("Hours agreed"), colour=colours.soft)
            sheet.right(RIGHT, line + 1, agreed, colour=colours.soft)

    # --- before and after ---
    def _outcomes(self) -> list[_Piece]:
        outcomes = self.report.outcomes[:MOST_OUTCOMES]
        if not outcomes:
            return []
        measured = any(outcome.before is not None or outcome.after is not None for outcome in outcomes)
        heading = self._heading(_("Before and after") if measured else _("Goals"), above=0.9)
        return [heading, self._head_of_outcomes(measured), *(self._outcome(each, measured) for each in outcomes)]

    def _head_of_outcomes(self, measured: bool) -> _Piece:
        def draw(line: float) -> None:
            sheet, line = self.sheet, line + 0.35
            soft = sheet.colours.soft
            sheet.text(LEFT, line, _("What we measured") if measured else _("What we wanted"), NOTE, colour=soft)
            if measured:
                self._draw_legend(line)
                sheet.right(BEFORE, line, pgettext("column", "Before"), NOTE, colour=soft)
                sheet.right(AFTER, line, pgettext("column", "After"), NOTE, colour=soft)
                sheet.right(TARGET, line, pgettext("column", "Goal"), NOTE, colour=soft)
            sheet.text(STATUS, line, _("Status"), NOTE, colour=soft)
            sheet.rule(line + 0.5, weight=0.8, colour=sheet.colours.ink)

        return _Piece(1.85, draw, with_next=True)

    def _draw_legend(self, line: float) -> None:
        sheet, x, soft = self.sheet, SCALE + 1.1, self.sheet.colours.soft
        sheet.dot(x, line - 0.22, filled=False)
        x = sheet.text(x + 2.2, line, pgettext("legend", "before"), NOTE, colour=soft) + 6
        sheet.dot(x, line - 0.22, filled=True)
        x = sheet.text(x + 2.2, line, pgettext("legend", "after"), NOTE, colour=soft) + 6
        sheet.tick(x, line - 0.5, line + 0.05, weight=1.2)
        sheet.text(x + 1.5, line, pgettext("legend", "goal"), NOTE, colour=soft)

    def _outcome(self, outcome: OutcomeFact, measured: bool) -> _Piece:
        width = SCALE - LEFT - 4 if measured else STATUS - LEFT - 6
        goal = cut_lines(lines_of(cut(outcome.goal.strip(), 300), width), 8) or [show.UNKNOWN]
        unit = "" if outcome.unit.strip() == "%" else outcome.unit.strip()[:40]
        # What is only planned is not known in any way yet.
        evidence = "" if outcome.status == "planned" else evidence_label(outcome.evidence)
        known = ", ".join(filter(None, (unit, evidence)))
        note = cut_lines(lines_of(known, width, NOTE), 3)
        result = cut_lines(lines_of(cut(clean(outcome.result).strip(), 2000), STATUS - LEFT - 6, SMALL), 36)
        height = len(goal) + 0.75 * len(note) + 0.75 + (0.85 * len(result) + 0.15 if result else 0)

        def draw(line: float) -> None:
            sheet = self.sheet
            after = sheet.block(LEFT, line, goal)
            after = sheet.block(LEFT, after - 0.25, note, NOTE, step=0.75, colour=sheet.colours.soft)
            if measured:
                self._draw_scale(outcome, line)
            achieved = outcome.status == "achieved"
            colour = sheet.colours.heading if achieved else None
            sheet.text(STATUS, line, status_label(outcome.status), bold=achieved, colour=colour, width=RIGHT - STATUS)
            sheet.block(LEFT, after + 0.3, result, SMALL, step=0.85)
            sheet.rule(line + height - 1.1)

        return _Piece(height, draw)

    def _draw_scale(self, outcome: OutcomeFact, line: float) -> None:
        """Draw the dots on a scale of the row's own, from 0 to its largest value, and the values in columns."""
        sheet, soft = self.sheet, self.sheet.colours.soft
        if outcome.before is not None:
            sheet.right(BEFORE, line, self._value(outcome.before, outcome), colour=soft, width=14)
        if outcome.after is not None:
            sheet.right(AFTER, line, self._value(outcome.after, outcome), bold=True, width=11.5)
        if outcome.target is not None:
            sheet.right(TARGET, line, self._value(outcome.target, outcome), colour=soft, width=11.5)
        values = [value for value in (outcome.before, outcome.after, outcome.target) if value is not None]
        low, high = min([*values, Decimal(0)]), max([*values, Decimal(0)])
        if high == low or (outcome.before is None and outcome.after is None):
            return
        at = line + 0.35

        def place(value: Decimal) -> float:
            return SCALE + SCALE_WIDTH * float((value - low) / (high - low))

        sheet.rule(at, SCALE, SCALE + SCALE_WIDTH)
        if outcome.before is not None and outcome.after is not None:
            ends = sorted((place(outcome.before), place(outcome.after)))
            sheet.rule(at, *ends, weight=2.4, colour=sheet.colours.mid)
        if outcome.target is not None:
            sheet.tick(place(outcome.target), at - 0.4, at + 0.4, weight=1.2)
        if outcome.before is not None:
            sheet.dot(place(outcome.before), at, filled=False)
        if outcome.after is not None:
            sheet.dot(place(outcome.after), at, filled=True)

    def _value(self, value: Decimal, outcome: OutcomeFact) -> str:
        exact = value.normalize()
        decimals = max(0, min(2, -int(exact.as_tuple().exponent)))
        text = show.number(value, decimals=decimals, language=self.language)
        if outcome.unit.strip() == "%":
            return show.percent(value, self.language)
        return text

    # --- tools and next steps, side by side ---
    def _advice(self) -> list[_Piece]:
        tools = [self._tool(each) for each in self.report.recommendations[:MOST_TOOLS]]
        steps = [self._next_step(n, each) for n, each in enumerate(self.report.next_steps[:MOST_STEPS], start=1)]
        if not tools and not steps:
            return []
        pieces = [self._headings(bool(tools), bool(steps))]
        if not tools or not steps:
            return [*pieces, *(tools or steps)]
        # Row by row, so that a page may break between two pairs.
        for place in range(max(len(tools), len(steps))):
            pieces.append(_beside(tools[place : place + 1], steps[place : place + 1]))
        return pieces

    def _headings(self, tools: bool, steps: bool) -> _Piece:
        def draw(line: float) -> None:
            colour = self.sheet.colours.heading
            if tools:
                self.sheet.text(LEFT, line + 0.5, _("Recommended tools"), 11, bold=True, colour=colour)
            if steps:
                x = SECOND if tools else LEFT
                self.sheet.text(x, line + 0.5, _("Your next steps"), 11, bold=True, colour=colour)

        return _Piece(1.85, draw, with_next=True)

    def _tool(self, tool: RecommendationFact) -> _Piece:
        name = f"{clean(tool.title).strip()} {clean(tool.version).strip()}".strip()
        width = SECOND - LEFT - 8
        title = cut_lines(lines_of(cut(name, 205), width, bold=True), 6) or [show.UNKNOWN]
        reason = cut(clean(tool.reason).strip(), 1000)
        if not tool.advised:
            reason = (_("Advised against.") + " " + reason).strip()
        texts = cut_lines(lines_of(reason, width, SMALL), 24)
        url = cut_lines(lines_of(tool.url[:300], width, NOTE), 8)
        height = len(title) + 0.85 * len(texts) + 0.8 * len(url) + 0.5

        def draw(line: float) -> None:
            sheet, soft = self.sheet, self.sheet.colours.soft
            after = sheet.block(LEFT, line, title, bold=True)
            after = sheet.block(LEFT, after - 0.1, texts, SMALL, step=0.85, colour=soft)
            sheet.block(LEFT, after, url, NOTE, step=0.8, colour=soft)

        return _Piece(height, draw)

    def _next_step(self, number: int, step: object) -> _Piece:
        text, due = getattr(step, "text", ""), getattr(step, "due", None)
        x = SECOND if self.report.recommendations else LEFT
        lines = cut_lines(lines_of(cut(clean(text).strip(), 300), RIGHT - x - 6), 6) or [show.UNKNOWN]

        def draw(line: float) -> None:
            sheet = self.sheet
            sheet.text(x, line, str(number), bold=True, colour=sheet.colours.heading)
            after = sheet.block(x + 5, line, lines)
            if due is not None:
                deadline = _("By %(day)s") % {"day": show.long_day(due, self.language)}
                sheet.text(x + 5, after - 0.1, deadline, SMALL, colour=sheet.colours.soft)

        return _Piece(len(lines) + (0.85 if due is not None else 0) + 0.5, draw)

    # --- every hour ---
    def _entries(self) -> list[_Piece]:
        entries = self.report.entries[:MOST_ENTRIES]
        if not entries:
            return []
        pieces = [self._heading(_("Every hour"), above=0.9), self._head_of_entries()]
        pieces += [self._entry(entry) for entry in entries]
        left = len(self.report.entries) - len(entries)
        if left > 0:
            pieces.append(self._left_out(left))
        return pieces

    def _head_of_entries(self) -> _Piece:
        def draw(line: float) -> None:
            sheet, soft = self.sheet, self.sheet.colours.soft
            line += 0.35
            sheet.text(LEFT, line, _("Day"), NOTE, colour=soft)
            sheet.text(LEFT + 22, line, _("Kind"), NOTE, colour=soft)
            sheet.text(SCALE, line, _("What we did"), NOTE, colour=soft)
            sheet.right(RIGHT, line, pgettext("column", "Hours"), NOTE, colour=soft)
            sheet.rule(line + 0.4, weight=0.8, colour=sheet.colours.ink)

        return _Piece(1.6, draw, with_next=True)

    def _entry(self, entry: TimeFact) -> _Piece:
        texts = cut_lines(lines_of(cut(clean(entry.text).strip(), 500), RIGHT - SCALE - 16, SMALL), 8)
        kind = cut_lines(lines_of(cut(entry.kind, 80), SCALE - LEFT - 25, SMALL), 3)
        height = 0.85 * max(1, len(texts), len(kind)) + 0.35

        def draw(line: float) -> None:
            sheet = self.sheet
            sheet.text(LEFT, line, show.day(entry.day), SMALL)
            sheet.block(LEFT + 22, line, kind, SMALL, step=0.85)
            sheet.block(SCALE, line, texts, SMALL, step=0.85)
            figure = show.number(Decimal(entry.minutes) / 60, decimals=2, language=self.language)
            sheet.right(RIGHT, line, figure, SMALL)

        return _Piece(height, draw)

    def _left_out(self, left: int) -> _Piece:
        text = ngettext("and %(count)s more, see the portal", "and %(count)s more, see the portal", left)

        def draw(line: float) -> None:
            self.sheet.text(LEFT, line, text % {"count": left}, SMALL, colour=self.sheet.colours.soft)

        return _Piece(1.0, draw)

    def _foot(self) -> list[str]:
        made = _("Made on %(day)s by %(seller)s.") % {
            "day": show.long_day(self.report.made_on, self.language),
            "seller": self.seller,
        }
        if self.report.recommendations:
            made += " " + _("The tools are from the tool catalogue as it was then. We get no payment from suppliers.")
        return [made]


def _beside(left: list[_Piece], right: list[_Piece]) -> _Piece:
    both = [*left, *right]

    def draw(line: float) -> None:
        for piece in both:
            piece.draw(line)

    return _Piece(max(piece.height for piece in both), draw)
