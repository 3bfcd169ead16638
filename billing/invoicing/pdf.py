"""The PDF of an invoice, a credit note or a draft's preview: one `Document` in, the file's bytes out.

Page 1 carries all that bokføringsforskriften § 5-1-1 asks for: number and date, the parties, what was delivered
with its quantity, time and place, price, due date, and VAT in kroner; a credit note (§ 5-2-8) names its invoice.
The band with what to pay stands above the lines, so it is in one place however many lines follow. An invoice
ends with «Slik ble prisen til».

The same document gives the same bytes. No text can make it fail: what does not fit is cut with a notice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils import translation
from django.utils.translation import gettext as _

from advisory.kernel import show
from advisory.kernel.money import ZERO
from advisory.kernel.pdf import letterhead
from advisory.kernel.pdf.sheet import (
    BODY,
    LEFT,
    NOTE,
    RIGHT,
    SMALL,
    WIDTH,
    Sheet,
    lines_of,
    millimetres,
)  # fmt: skip
from advisory.kernel.pdf.text import clean, cut, cut_lines
from billing.invoicing import pdf_statement, pdf_table
from billing.invoicing.document import Credited, Document
from billing.invoicing.explain import explain
from billing.invoicing.price_steps import pot_names, price_steps, taxed_first, tier_name, vat_label, vat_reason
from billing.pricing.vat import VatGroup

# The second column of the letterhead, and of the sums.
LABELS, VALUES = 125.0, 150.0
SUMS = 122.0
NOTES_WIDTH = 84.0
# The receiver's rows keep within a window envelope's left window.
RECEIVER_WIDTH = 90.0


def render(document: Document) -> bytes:
    """Give the PDF of a document, in its own language (nb, nn or en)."""
    language = document.language if document.language in {"nb", "nn", "en"} else "nb"
    with translation.override(language):
        return _Drawing(document, language).draw()


@dataclass(frozen=True, slots=True)
class _Paragraph:
    """A text of the notes: its lines, its size, and the gap below it."""

    lines: list[str]
    size: float = SMALL
    soft: bool = True
    bold: bool = False
    gap: float = 0.4


class _Drawing:
    def __init__(self, document: Document, language: str) -> None:
        self.document = document
        self.language = language
        self.credited = document.credits
        self.draft = document.number is None
        self.name = cut(clean(document.seller.name).strip(), 120)
        self.buyer = cut(clean(document.buyer.name).strip(), 200)
        self.made = explain(document)
        self.title = self._title()
        self.notes = self._notes()
        self.sheet = Sheet(
            title=_("%(document)s from %(seller)s") % {"document": self.title, "seller": self.name},
            author=self.name,
            subject=f"{cut(clean(document.subject), 200)}, {self.buyer}",
            language=language,
            accent=document.seller.accent,
        )

    def draw(self) -> bytes:
        columns = pdf_table.columns_of(self.document)
        rows = pdf_table.rows_of(self.document, columns)
        pages = pdf_table.paginate(rows, self._sums_height())
        words = None if self.credited else price_steps(self.document, self.language)
        step_pages = pdf_statement.lay_out(words) if words else []
        count = len(pages) + len(step_pages)

        self._draw_first_page()
        total = ZERO
        for number, page in enumerate(pages, start=1):
            line = self._begin_rows(number, columns, total)
            line = pdf_table.draw_rows(self.sheet, page, columns, line)
            total = sum((row.line.net for row in page), total)
            if number < len(pages):
                self._carry_over(number, total)
            else:
                self._draw_end(line)
            letterhead.foot(self.sheet, self._foot(), number, count)
            if number < count:
                self.sheet.new_page()
        for number, steps in enumerate(step_pages, start=1):
            self._head_of_later_page()
            if words and number == 1:
                self.sheet.entry(_("How the price came about"), "price")
                pdf_statement.draw_head(self.sheet, words)
            last = number == len(step_pages)
            pdf_statement.draw_steps(self.sheet, steps, first=number == 1, last=last)
            letterhead.foot(self.sheet, self._statement_foot(), len(pages) + number, count)
            if not last:
                self.sheet.new_page()
        return self.sheet.finish()

    # --- the letterhead ---
    def _title(self) -> str:
        if self.draft:
            return _("Draft")
        if self.credited:
            return _("Credit note %(number)s") % {"number": self.document.number}
        return _("Invoice %(number)s") % {"number": self.document.number}

    def _not_a_document(self) -> str:
        return _("Draft – not a credit note") if self.credited else _("Draft – not an invoice")

    def _head_of_later_page(self) -> None:
        letterhead.mark(self.sheet, self.name, self.document.seller.mark, letterhead.BESIDE_HEAD)
        said = self._not_a_document() if self.draft else self.title
        letterhead.running_head(self.sheet, f"{said}, {self.buyer}")

    def _draw_first_page(self) -> None:
        sheet, document = self.sheet, self.document
        sheet.entry(self.title, "document")
        letterhead.mark(sheet, self.name, document.seller.mark)
        self._draw_seller()
        self._draw_receiver()
        self._draw_facts()
        sheet.text(LEFT, 20, self.title, 24, bold=True, colour=sheet.colours.heading, tracking=-0.2)
        sheet.short(LEFT, 21.5, self._about(), WIDTH, 11, colour=sheet.colours.soft)
        self._draw_band()

    def _draw_seller(self) -> None:
        sheet, seller, width = self.sheet, self.document.seller, RIGHT - LABELS
        rows = [cut(row, 100) for row in seller.address][:4]
        reach = [cut(clean(each).strip(), 100) for each in (seller.email, seller.phone, seller.web)]
        reach = [each for each in reach if each]
        if millimetres(" · ".join(reach), NOTE) <= width:
            reach = [" · ".join(reach)]
        # Lines 4 to 10, or all of it small where that is too little.
        size, step = BODY, 1.0
        name, lines = self._seller_lines(rows, width, size)
        if 1 + len(name) + len(lines) + 0.8 * len(reach) > 6.4:
            size, step = NOTE, 0.8
            name, lines = self._seller_lines(rows, width, size)
            lines = cut_lines(lines, max(1, 7 - len(name) - len(reach)))
        after = sheet.block(LABELS, 4, name, size, step=step, bold=True)
        # Whatever is cut, the number stays (§ 5-1-2).
        after = sheet.block(LABELS, after, [*lines, self._organisation_number()], size, step=step)
        for each in reach:
            after = sheet.block(LABELS, after, [each], NOTE, step=0.8, colour=sheet.colours.soft, width=width)

    def _seller_lines(self, rows: list[str], width: float, size: float) -> tuple[list[str], list[str]]:
        name = cut_lines(lines_of(self.name, width, size, bold=True), 3)
        return name, [line for row in rows for line in lines_of(row, width, size)]

    def _organisation_number(self) -> str:
        """The seller's organisation number, followed by MVA only where the seller is in the VAT register (§ 5-1-2)."""
        seller = self.document.seller
        number = show.org_number(seller.organisation_number)
        said = _("Org. no. %(number)s") % {"number": number}
        return f"{said}{show.NBSP}MVA" if seller.vat_registered else said

    def _draw_receiver(self) -> None:
        sheet, buyer = self.sheet, self.document.buyer
        sheet.text(LEFT, 11, _("To"), NOTE, colour=sheet.colours.soft)
        number = []
        if buyer.organisation_number:
            number = [_("Org. no. %(number)s") % {"number": show.org_number(buyer.organisation_number)}]
        # Six lines, or eight small ones; whatever is cut, the number stays.
        size, step, most = BODY, 1.0, 6
        name, lines = self._receiver_lines(size)
        if len(name) + len(lines) + len(number) > most:
            size, step, most = NOTE, 0.8, 8
            name, lines = self._receiver_lines(size)
            name = cut_lines(name, 4)
            lines = cut_lines(lines, most - len(name) - len(number))
        after = sheet.block(LEFT, 12, name, size, step=step, bold=True)
        sheet.block(LEFT, after, [*lines, *number], size, step=step, width=RECEIVER_WIDTH)

    def _receiver_lines(self, size: float) -> tuple[list[str], list[str]]:
        rows = [cut(row, 120) for row in self.document.buyer.address]
        name = lines_of(self.buyer, RECEIVER_WIDTH, size, bold=True)
        return name, [line for row in rows for line in lines_of(row, RECEIVER_WIDTH, size)]

    def _draw_facts(self) -> None:
        """Draw the facts of the document; an empty one leaves no row. There is room for ten small lines at most."""
        sheet = self.sheet
        facts = [(label, cut(said, 120)) for label, value in self._facts() if (said := clean(value).strip())]
        size, step, most = BODY, 1.0, 8
        broken = [(label, lines_of(value, RIGHT - VALUES, size)) for label, value in facts]
        if sum(len(lines) for _label, lines in broken) > most:
            size, step, most = NOTE, 0.8, 10
            broken = [(label, lines_of(value, RIGHT - VALUES, size)) for label, value in facts]
        line, end = 11.0, 11.0 + step * most - 0.01
        for place, (label, lines) in enumerate(broken):
            # Each of the facts below keeps one line.
            room = int((end - line) / step + 1) - (len(broken) - place - 1)
            lines = cut_lines(lines, max(1, room))
            sheet.text(LABELS, line, label, NOTE, colour=sheet.colours.soft, width=VALUES - LABELS - 1)
            line = sheet.block(VALUES, line, lines, size, step=step)

    def _facts(self) -> list[tuple[str, str]]:
        document = self.document
        delivered = show.period(document.delivered_from, document.delivered_to, self.language)
        facts: list[tuple[str, str]] = []
        if self.draft:
            facts.append((_("Made on"), show.day(document.issued_on)))
        elif self.credited:
            facts += [
                (_("Credit note no."), str(document.number)),
                (_("Date"), show.day(document.issued_on)),
            ]
        else:
            facts += [
                (_("Invoice number"), str(document.number)),
                (_("Invoice date"), show.day(document.issued_on)),
                (_("Due date"), show.day(document.due_on) if document.due_on else ""),
            ]
        if self.credited:
            facts += [
                (_("For invoice"), str(self.credited.number)),
                (_("Invoice date"), show.day(self.credited.issued_on)),
            ]
        facts += [
            (_("Delivered"), delivered),
            (_("Place"), document.place),
            (_("Engagement"), self._engagements()),
            (_("Your ref."), document.buyer.reference),
        ]
        return facts

    def _engagements(self) -> str:
        """The engagements of the lines: one with its title, several by their references."""
        titles = {line.engagement: line.engagement_title for line in self.document.lines}
        if len(titles) == 1:
            ((reference, title),) = titles.items()
            return f"{reference} {cut(title.strip(), 60)}".strip()
        references = [reference for reference in titles if reference]
        shown = ", ".join(reference[:20] for reference in references[:4])
        return f"{shown} …" if len(references) > 4 else shown

    def _about(self) -> str:
        if self.credited:
            facts = {"number": self.credited.number, "day": show.day(self.credited.issued_on)}
            return _("Corrects invoice %(number)s of %(day)s") % facts
        return clean(self.document.subject)

    def _draw_band(self) -> None:
        document, places = self.document, (24.0, 76.0, 120.0, 160.0)
        if self.draft:
            letterhead.band(self.sheet, 23.75, [(24.0, _("Only for looking through"), self._not_a_document())])
            return
        account, kid = show.account(document.seller.account), show.kid(document.payment_reference)
        total = show.money(document.total, self.language)
        if self.credited:
            labels = (_("Credited to you"), _("For invoice"), _("Left to pay"), "KID")
            left = show.money(self.credited.left_to_pay, self.language)
            values = (total, str(self.credited.number), left, kid)
        elif not document.total:
            cells = [(24.0, _("To pay"), total), (76.0, _("Nothing to pay"), _("The discount covers the whole price"))]
            letterhead.band(self.sheet, 23.75, cells)
            return
        else:
            due = show.long_day(document.due_on, self.language) if document.due_on else ""
            labels = (_("To pay"), _("Due"), _("Account number"), "KID")
            values = (total, due, account, kid)
        letterhead.band(self.sheet, 23.75, list(zip(places, labels, values, strict=True)))

    # --- the lines ---
    def _begin_rows(self, number: int, columns: pdf_table.Columns, total: Decimal) -> float:
        sheet = self.sheet
        what = _("This is credited") if self.credited else _("What you got help with")
        if number == 1:
            pdf_table.draw_head(sheet, columns, 29, what)
            return pdf_table.FIRST_ROW
        self._head_of_later_page()
        carried = _("Carried over from page %(page)s") % {"page": number - 1}
        sheet.text(LEFT, 8, carried, NOTE, colour=sheet.colours.soft)
        sheet.right(RIGHT, 8, show.amount(total, self.language), NOTE, colour=sheet.colours.soft)
        pdf_table.draw_head(sheet, columns, 10.5, what)
        return pdf_table.NEXT_PAGE_ROW

    def _carry_over(self, number: int, total: Decimal) -> None:
        sheet, soft = self.sheet, self.sheet.colours.soft
        sheet.text(LEFT, 60.5, _("Continues on page %(page)s") % {"page": number + 1}, NOTE, colour=soft)
        sheet.right(157, 60.5, _("Sum so far, net"), NOTE, colour=soft)
        sheet.right(RIGHT, 60.5, show.amount(total, self.language), NOTE, colour=soft)

    # --- the sums, with the notes beside them ---
    def _sum_rows(self) -> list[tuple[str, str]]:
        document, language = self.document, self.language
        rows = []
        if document.discount:
            tiers = [step.tier for step in self.made.tiers if step.tier.percent]
            label = _("Discount")
            if len(tiers) == 1:
                label = _("Discount, %(tier)s") % {"tier": _lower_first(tier_name(tiers[0]))}
            rows = [
                (_("Full price, self-cost"), show.amount(document.gross, language)),
                (label, show.amount(-document.discount, language)),
            ]
        return rows

    def _vat_rows(self) -> list[VatGroup]:
        """The groups of the sums; none where the seller is outside the VAT register and the notes say so."""
        groups = taxed_first(self.document.vat_groups)
        return [] if all(group.category == "O" for group in groups) else groups

    def _sums_height(self) -> float:
        """From the first baseline after the last row to the lowest baseline of sums and notes."""
        sums = 0.5 + len(self._sum_rows()) + (0.25 if self._sum_rows() else 0) + len(self._vat_rows()) + 1.5
        notes = 0.5 + sum(len(part.lines) + part.gap for part in self.notes) - 1
        ends = max(sums, notes)
        if self.credited and not self.draft:
            ends += 2.75 + len(self._balance(self.credited)) + 0.6
        return ends

    def _draw_end(self, line: float) -> None:
        after = max(self._draw_notes(line), self._draw_sums(line))
        if self.credited and not self.draft:
            self._draw_balance(after + 1.75, self.credited)

    def _draw_sums(self, line: float) -> float:
        sheet, document, language = self.sheet, self.document, self.language
        line += 0.5
        for label, figure in self._sum_rows():
            line = self._sum_row(line, label, figure)
        if document.discount:
            sheet.rule(line - 0.6, SUMS, RIGHT)
            line += 0.25
        label = _("Sum without VAT") if self._vat_rows() else _("Sum")
        line = self._sum_row(line, label, show.amount(document.net, language))
        for group in self._vat_rows():
            line = self._sum_row(line, vat_label(group, language), show.amount(group.vat, language))
        sheet.rule(line - 0.5, SUMS, RIGHT, weight=0.8, colour=sheet.colours.ink)
        line += 0.5
        label = _("Credited to you") if self.credited else _("To pay")
        total = show.money(document.total, language)
        sheet.text(SUMS, line, label, 12, bold=True, colour=sheet.colours.heading)
        sheet.right(RIGHT, line, total, 12, bold=True, colour=sheet.colours.heading, width=45)
        sheet.rule(line + 0.5, SUMS, RIGHT, weight=1.4, colour=sheet.colours.accent)
        return line

    def _sum_row(self, line: float, label: str, figure: str) -> float:
        room = RIGHT - SUMS - millimetres(figure) - 2
        self.sheet.text(SUMS, line, label, width=room)
        self.sheet.right(RIGHT, line, figure)
        return line + 1

    def _notes(self) -> list[_Paragraph]:
        """The texts on the left of the sums."""
        document = self.document
        reasons = dict.fromkeys(vat_reason(group.category, clean(group.reason)) for group in document.vat_groups)
        taxes = [cut(reason, 200) for reason in reasons if reason]
        if self.credited:
            why = cut_lines(lines_of(cut(self.credited.reason.strip(), 500), NOTES_WIDTH), 16)
            said = [
                _Paragraph([_("Why we credit")], 11, soft=False, bold=True, gap=0.25),
                _Paragraph(why, BODY, soft=False),
            ]
            texts = [
                _("The hours will be invoiced again.")
                if self.credited.hours_released
                else _("The hours will not be invoiced again."),
                *taxes,
            ]
        else:
            said = []
            texts = [_("The price is self-cost: it covers our costs, without profit."), *self._discount_note(), *taxes]
        return [*said, *(_Paragraph(lines_of(text, NOTES_WIDTH, SMALL)) for text in texts)]

    def _discount_note(self) -> list[str]:
        where = _("The last page, «How the price came about», shows the calculation step by step.")
        if not self.made.pots:
            return [where]
        facts = {"pots": pot_names(self.made.pots)}
        if len(self.made.pots) == 1:
            return [_("The discount is paid by the discount pot %(pots)s.") % facts + " " + where]
        return [_("The discount is paid by the discount pots %(pots)s.") % facts + " " + where]

    def _draw_notes(self, line: float) -> float:
        sheet, line = self.sheet, line + 0.5
        for place, part in enumerate(self.notes):
            colour = sheet.colours.soft if part.soft else sheet.colours.heading if part.bold else None
            after = sheet.block(LEFT, line, part.lines, part.size, bold=part.bold, colour=colour)
            if place == 1 and not self.credited:
                sheet.link("price", LEFT, LEFT + NOTES_WIDTH, line, len(part.lines))
            line = after + part.gap
        return line - 1 - (self.notes[-1].gap if self.notes else 0)

    # --- what a credit note leaves to pay ---
    def _balance(self, credited: Credited) -> list[tuple[str, str]]:
        language, number = self.language, self.document.number
        before = credited.total - self.document.total - credited.left_to_pay
        rows = [
            (_("Invoice %(number)s") % {"number": credited.number}, show.amount(credited.total, language)),
            (_("Credit note %(number)s") % {"number": number}, show.amount(-self.document.total, language)),
        ]
        if before:
            rows.append((_("Paid or credited before"), show.amount(-before, language)))
        return rows

    def _draw_balance(self, line: float, credited: Credited) -> None:
        sheet, end = self.sheet, LEFT + NOTES_WIDTH
        sheet.text(LEFT, line, _("What you are to pay now"), 11, bold=True, colour=sheet.colours.heading)
        top = line = line + 1.25
        for label, figure in self._balance(credited):
            sheet.text(LEFT, line, label, width=50)
            sheet.right(end, line, figure)
            line += 1
        sheet.rule(line - 0.6, LEFT, end, weight=0.8, colour=sheet.colours.ink)
        line += 0.25
        sheet.text(LEFT, line, _("Left to pay"), bold=True)
        sheet.right(end, line, show.money(credited.left_to_pay, self.language), bold=True)
        texts = lines_of(self._how_to_pay(credited), RIGHT - SUMS, SMALL)
        sheet.block(SUMS, top, texts, SMALL, colour=sheet.colours.soft)

    def _how_to_pay(self, credited: Credited) -> str:
        refund = _("If you have paid the whole invoice, we pay back %(amount)s to the account you paid from.") % {
            "amount": show.money(self.document.total, self.language)
        }
        if credited.left_to_pay <= 0:
            return _("You have nothing to pay.") + " " + refund
        if self.document.due_on:
            due = show.long_day(self.document.due_on, self.language)
            first = _("The due date is as before, %(due)s. Use the same KID as on the invoice.") % {"due": due}
        else:
            first = _("The due date is as before. Use the same KID as on the invoice.")
        return first + " " + refund

    # --- the foot ---
    def _foot(self) -> Sequence[str]:
        seller = f"{self.name} · {self._organisation_number()}"
        if self.draft:
            return (f"{seller} · {self._not_a_document()}.",)
        if self.credited:
            first = _("Credit note under section 5-2-8 of the Norwegian Bookkeeping Regulation.")
            return f"{seller} · {first}", self._returned()
        first = _("Sales document under section 5-1-1 of the Norwegian Bookkeeping Regulation.")
        second = _(
            "An issued invoice is not changed; mistakes are corrected by a credit note. "
            "Is something wrong? Write to us before the due date."
        )
        return f"{seller} · {first}", second

    def _returned(self) -> str:
        if not self.made.pots:
            return _("The credit note has a number of its own in the same series as the invoices.")
        facts = {"amount": show.money(self.document.discount, self.language), "pots": pot_names(self.made.pots)}
        return _("The discount on the lines above, %(amount)s, goes back to %(pots)s.") % facts

    def _statement_foot(self) -> Sequence[str]:
        first = _(
            "Self-cost is our costs, without profit. Surplus and shortfall are kept in the self-cost fund and "
            "change later hourly rates."
        )
        second = _("The figures are the same as in the portal, where you also find every hour.")
        if any(step.tier.decision is not None for step in self.made.tiers):
            second += " " + _("Is the discount tier wrong? Answer within three weeks.")
        return first, second


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]
