"""«Slik ble prisen til»: the last page of an invoice. One sentence, one bar, then numbered steps.

Laid out first, drawn afterwards: `lay_out` gives the steps of each page, so that «side n av m» is known.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from advisory.kernel import show
from advisory.kernel.pdf.sheet import BODY, FOOT, LEFT, NOTE, RIGHT, SMALL, WIDTH, Sheet, lines_of, millimetres
from billing.invoicing.price_steps import Figure, PriceSteps, Step

# Explanations from here to there; sums from INNER to the right margin.
TEXT, TEXT_WIDTH = 30.0, 86.0
INNER = 122.0
SUM_WIDTH = RIGHT - INNER

FIRST_STEP = 20.15
NEXT_PAGE_STEP = 7.0
_LOWEST = FOOT - 1.0
_LADDER = 4.0


@dataclass(frozen=True, slots=True)
class _Placed:
    number: int
    step: Step
    text: list[str]
    details: list[str]
    height: float


Pages = list[list[_Placed]]


def lay_out(words: PriceSteps) -> Pages:
    """Give the steps on each page, with their texts broken; at least one page."""
    pages: Pages = [[]]
    at = FIRST_STEP
    for number, step in enumerate(words.steps, start=1):
        placed = _measure(number, step)
        if at + placed.height > _LOWEST and pages[-1]:
            pages.append([])
            at = NEXT_PAGE_STEP
        pages[-1].append(placed)
        at += placed.height
    return pages


def _measure(number: int, step: Step) -> _Placed:
    text = lines_of(step.text, TEXT_WIDTH, 9)[:8]
    details = [line for detail in step.details for line in lines_of(detail, TEXT_WIDTH, NOTE)[:3]]
    left = 1.25 + len(text) + 0.8 * len(details) + (0.2 if details else 0)
    right = 1.25 + len(step.parts) + (0.3 if step.parts and step.result else 0) - (0 if step.result else 1)
    height = max(left, right) + 1.0
    if step.ladder:
        height += _LADDER
    return _Placed(number, step, text, details, height)


def draw_head(sheet: Sheet, words: PriceSteps) -> None:
    """Draw the title, the sentence and the bar."""
    colours = sheet.colours
    sheet.text(LEFT, 9, _("How the price came about"), 24, bold=True, colour=colours.heading, tracking=-0.2)
    sheet.text(LEFT, 10.5, words.sentence, 11, colour=colours.soft, width=WIDTH)
    sheet.text(LEFT, 13, _("Who pays what"), 11, bold=True, colour=colours.heading)
    sheet.right(RIGHT, 13, words.whole, NOTE, colour=colours.soft, width=110)
    if words.bar:
        _draw_bar(sheet, words)


def _draw_bar(sheet: Sheet, words: PriceSteps) -> None:
    colours, top, bottom = sheet.colours, 14.5, 16.5
    labels = {"price": _("Your price"), "vat": _("VAT"), "discount": _("Discount")}
    unnamed_vat = False
    at, paid = LEFT, LEFT
    for part in words.bar:
        width = WIDTH * part.permille / 1000
        label = f"{labels[part.kind]} {show.amount(part.amount, sheet.language)}"
        if part.kind == "discount":
            sheet.hatch(at, top, bottom, width)
        else:
            sheet.bar(at, top, bottom, width, colours.accent if part.kind == "price" else colours.mid)
            paid = at + width
        size = BODY if part.kind != "vat" else NOTE
        room = millimetres(label, size, bold=True)
        if room + 3 <= width:
            inset = min(2.5, (width - room) / 2)
            if part.kind == "discount":
                sheet.bar(at + inset - 1.2, top + 0.4, bottom - 0.4, room + 2.4, colours.white)
            ink = colours.on_accent if part.kind == "price" else colours.ink
            sheet.text(at + inset, top + 1.25, label, size, bold=True, colour=ink)
        elif part.kind == "vat":
            unnamed_vat = True
        at += width
    sheet.frame(LEFT, top, bottom, WIDTH)
    you = f"{words.you_pay}, {words.of_which_vat}" if unnamed_vat else words.you_pay
    _draw_brackets(sheet, paid, you, words.pot_pays)


def _draw_brackets(sheet: Sheet, paid: float, you: str, pots: str) -> None:
    """Say below the bar who pays which side; the right one goes to the next line where both do not fit."""
    end = LEFT
    if paid > LEFT:
        _bracket(sheet, LEFT, paid)
        end = sheet.text(LEFT + 0.3, 17.95, you, 9, bold=True, width=WIDTH)
    if not pots:
        return
    _bracket(sheet, paid, RIGHT)
    room = millimetres(pots, 9)
    start = min(paid + 0.3, RIGHT - room)
    if start < LEFT + 0.3 or (end > LEFT and start < end + 4):
        sheet.right(RIGHT, 18.9, pots, 9, width=WIDTH)
    else:
        sheet.text(start, 17.95, pots, 9)


def _bracket(sheet: Sheet, left: float, right: float) -> None:
    left, right, ink = left + 0.3, right - 0.3, sheet.colours.ink
    sheet.tick(left, 16.7, 16.95, weight=0.7, colour=ink)
    sheet.rule(16.95, left, right, weight=0.7, colour=ink)
    sheet.tick(right, 16.7, 16.95, weight=0.7, colour=ink)


def draw_steps(sheet: Sheet, page: list[_Placed], *, first: bool, last: bool) -> None:
    """Draw the steps of one page; the last step of all, to pay, stands under a thick rule."""
    at = FIRST_STEP if first else NEXT_PAGE_STEP
    for place, placed in enumerate(page):
        final = last and place == len(page) - 1
        if final:
            sheet.rule(at, weight=1.4, colour=sheet.colours.accent)
        else:
            sheet.rule(at)
        _draw_step(sheet, placed, at, final)
        at += placed.height


def _draw_step(sheet: Sheet, placed: _Placed, top: float, final: bool) -> None:
    colours, step, line = sheet.colours, placed.step, top + (1.4 if final else 1.25)
    sheet.text(LEFT, line, str(placed.number), 12, bold=True, colour=colours.heading)
    size, colour = (13.0, colours.heading) if final else (10.5, colours.ink)
    sheet.text(TEXT, line, step.heading, size, bold=True, colour=colour, width=TEXT_WIDTH)
    after = sheet.block(TEXT, line + 1, placed.text, 9, colour=colours.soft)
    if placed.details:
        sheet.block(TEXT, after + 0.05, placed.details, NOTE, step=0.8, colour=colours.soft)
    _draw_sum(sheet, step, line, final)
    if step.ladder:
        _draw_ladder(sheet, step, top + placed.height - 2.9)


def _draw_sum(sheet: Sheet, step: Step, line: float, final: bool) -> None:
    colours = sheet.colours
    for part in step.parts:
        # A result of its own is as strong as a sum; a part of a sum is soft.
        alone = step.result is None
        _draw_figure(sheet, part, line, alone)
        line += 1
    if step.result is None:
        return
    if step.parts:
        sheet.rule(line - 0.6, INNER, RIGHT, colour=colours.hairline)
        line += 0.3
    size, colour = (13.0, colours.heading) if final else (10.5, colours.ink)
    room = millimetres(step.result.figure, size, bold=True)
    sheet.text(INNER, line, step.result.label, SMALL, width=SUM_WIDTH - room - 2)
    sheet.right(RIGHT, line, step.result.figure, size, bold=True, colour=colour, width=SUM_WIDTH)


def _draw_figure(sheet: Sheet, part: Figure, line: float, strong: bool) -> None:
    colour = sheet.colours.ink if strong else sheet.colours.soft
    size = 10.5 if strong else 9.0
    room = millimetres(part.figure, size, bold=strong)
    sheet.text(INNER, line, part.label, SMALL, colour=colour, width=SUM_WIDTH - room - 2)
    sheet.right(RIGHT, line, part.figure, size, bold=strong, colour=colour, width=SUM_WIDTH)


def _draw_ladder(sheet: Sheet, step: Step, line: float) -> None:
    """Draw the steps of the discount table side by side; the own one is thick and bold."""
    colours = sheet.colours
    width = (RIGHT - TEXT) / len(step.ladder)
    for place, rung in enumerate(step.ladder):
        x, room = TEXT + place * width, width - 2
        sheet.text(x, line, rung.label, 9, bold=rung.own, colour=colours.heading if rung.own else None, width=room)
        if rung.own:
            sheet.bar(x, line + 0.35, line + 0.95, room, colours.accent)
        else:
            sheet.bar(x, line + 0.65, line + 0.95, room, colours.mid)
        sheet.text(
            x, line + 1.75, rung.incomes, NOTE, bold=rung.own, colour=None if rung.own else colours.soft, width=room
        )
