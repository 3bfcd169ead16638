"""The board's sentences: what the year came to, why, and what is proposed. In the active language."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from advisory.kernel import show
from advisory.kernel.money import half_up
from billing.selfcost.models import Unit
from billing.yearend.after_page import AfterPage
from billing.yearend.board import Board, NextRate
from billing.yearend.figures import AfterFigures
from engagements.work.models import SelfcostService


def _language() -> str:
    return get_language() or "nb"


def _money(amount: Decimal) -> str:
    return show.money(amount, _language())


def title(figures: AfterFigures) -> str:
    """«Etterkalkyle 2026»; another service than advice is named."""
    if figures.service == SelfcostService.ADVICE:
        return _("After-calculation %(year)s") % {"year": figures.year}
    service = SelfcostService(figures.service).label
    return _("After-calculation %(year)s, %(service)s") % {"year": figures.year, "service": service}


def service_name(figures: AfterFigures) -> str:
    """«Rådgivning», «Kurs»."""
    return capfirst(str(SelfcostService(figures.service).label))


def finding(figures: AfterFigures) -> str:
    """The year in one or two short sentences."""
    facts = {"service": service_name(figures), "amount": _money(abs(figures.result or Decimal(0)))}
    if figures.result is None:
        return _("The accounts are missing, so the result is not known yet.")
    if figures.result < 0:
        follows = _("It is carried into later prices.") if figures.balance < 0 else _("The self-cost fund covers it.")
        return _("%(service)s cost %(amount)s more than the self-cost price covered.") % facts + " " + follows
    if figures.result > 0:
        follows = _("It goes back to the customers.") if figures.balance > 0 else _("It covers earlier shortfall.")
        return _("The self-cost price covered %(amount)s more than it cost.") % facts + " " + follows
    return _("The self-cost price covered exactly what %(service)s cost.") % facts


def why(page: AfterPage) -> str:
    """The reason for the result: what the service took of the whole, what it cost, and how much was sold."""
    texts = []
    plan, actual = page.plan_share, page.actual_share
    if plan is not None and actual is not None:
        text = _("%(service)s took %(part)s of %(whole)s against %(planned)s of %(of)s in the budget.")
        texts.append(
            text
            % {
                "service": service_name(page.figures),
                "part": show.plain(actual.part, _language()),
                "whole": _("%(count)s hours") % {"count": show.plain(actual.whole, _language())},
                "planned": show.plain(plan.part, _language()),
                "of": show.plain(plan.whole, _language()),
            }
        )
    if page.costs.difference and page.costs_compare:
        more = _("The costs that are shared became %(amount)s higher.")
        less = _("The costs that are shared became %(amount)s lower.")
        amount = show.kroner(abs(page.costs.difference), _language())
        texts.append((more if page.costs.difference > 0 else less) % {"amount": amount})
    texts.append(_sold(page))
    return " ".join(text for text in texts if text)


def _sold(page: AfterPage) -> str:
    more, cost = page.quantity.difference, unit_cost_difference(page)
    if more is None or cost is None:
        return ""
    facts = {
        "count": show.plain(abs(more), _language()),
        "unit": _("seats") if page.figures.unit == Unit.SEATS else _("hours"),
        "one": _("seat") if page.figures.unit == Unit.SEATS else _("hour"),
        "amount": _money(abs(cost)),
    }
    if more > 0:
        sold = _("We sold %(count)s %(unit)s more than planned")
    elif more < 0:
        sold = _("We sold %(count)s %(unit)s fewer than planned")
    else:
        sold = _("We sold as many %(unit)s as planned")
    if cost > 0:
        each = _("each %(one)s cost %(amount)s more than expected")
    elif cost < 0:
        each = _("each %(one)s cost %(amount)s less than expected")
    else:
        each = _("each %(one)s cost what was expected")
    return _("%(sold)s, and %(each)s.") % {"sold": sold % facts, "each": each % facts}


def unit_cost(self_cost: Decimal | None, quantity: Decimal | None) -> Decimal | None:
    """Self-cost of an hour or a seat, to the øre; None where there is nothing to divide or to divide by."""
    if self_cost is None or not quantity or quantity < 0:
        return None
    return half_up(Fraction(self_cost) / Fraction(quantity))


def unit_cost_difference(page: AfterPage) -> Decimal | None:
    """How much more an hour or a seat cost than was planned."""
    planned = unit_cost(page.self_cost.plan, page.quantity.plan)
    actual = unit_cost(page.self_cost.actual, page.quantity.actual)
    return None if planned is None or actual is None else actual - planned


def resolution(made: Board) -> list[str]:
    """What the board is asked to decide."""
    figures, follows = made.figures, made.next_rate
    points = [_("The board approves the after-calculation for %(year)s.") % {"year": figures.year}]
    if figures.result is not None and figures.balance:
        points.append(_of_the_fund(figures, follows))
    if follows is not None:
        facts = {"year": follows.year, "rate": _money(follows.rate)}
        seats = figures.unit == Unit.SEATS
        text = _("The price per seat for %(year)s is %(rate)s.") if seats else _("The rate for %(year)s is %(rate)s.")
        points.append(text % facts)
    return points


def _of_the_fund(figures: AfterFigures, follows: NextRate | None) -> str:
    facts = {"amount": _money(abs(figures.balance)), "year": figures.year + 1, "due": figures.layers_after[0].due_year}
    if follows is not None and follows.fund_use == figures.balance:
        if figures.balance < 0:
            return _("The shortfall, %(amount)s with interest, is covered in %(year)s.") % facts
        return _("The surplus, %(amount)s with interest, goes back to the customers in %(year)s.") % facts
    if figures.balance < 0:
        return _("The shortfall, %(amount)s with interest, is covered, the oldest layer by %(due)s.") % facts
    return _("The surplus, %(amount)s with interest, goes back to the customers, the oldest layer by %(due)s.") % facts


def explained() -> list[tuple[str, str]]:
    """The words of the document for somebody who is no accountant: word and sentence."""
    return [
        (
            _("Self-cost"),
            _(
                "What the service costs us, and no more: its own costs and its share of what several areas have in"
                " common. The price is set so that it covers this, without profit."
            ),
        ),
        (
            _("Full price"),
            _(
                "The hours at the adopted rate, before discount. The after-calculation counts the full price, because"
                " the discounts are paid by pots and not by the other customers."
            ),
        ),
        (
            _("Discount pot"),
            _("Money a funder gave for discounts. It has a frame and cannot be overdrawn."),
        ),
        (
            _("Not invoiced yet"),
            _(
                "Work done in the year whose invoice is sent later. It counts in the year the work was done, at the"
                " rate of its day."
            ),
        ),
        (
            _("Written off"),
            _("Hours that were credited and will never be invoiced. They are no income; their cost is in self-cost."),
        ),
        (
            _("Self-cost fund"),
            _(
                "What the price has covered too much (above zero) or too little (below zero) so far. It is nobody's"
                " profit: it goes back into the price."
            ),
        ),
        (
            _("Layer"),
            _(
                "What is left in the fund of one year's result. The oldest layer is used first, and each must be used"
                " by the fifth year after it arose."
            ),
        ),
        (
            _("Interest"),
            _(
                "The fund carries interest at the year's average five-year swap plus half a point, on the average of"
                " the fund at the start and at the end of the year. It is added to the oldest layer."
            ),
        ),
    ]
