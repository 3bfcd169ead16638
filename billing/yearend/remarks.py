"""What is to be known before a year is closed, in words. The codes are those of `billing.yearend.figures.Remark`."""

from __future__ import annotations

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _

from advisory.kernel import show
from advisory.kernel.money import ZERO
from billing.yearend.figures import Remark

_WORDS = {
    "no_accounts": _("The accounts are missing: upload a trial balance or write the costs by hand."),
    "no_hours_key": _("Costs are shared by hours, but no hours are recorded in the year."),
    "no_full_time_key": _("Costs are shared by full-time equivalents, but none are written for the year."),
    "not_over": _("%(year)s is not over yet."),
    "earlier_open": _("%(year)s must be closed first: its fund is where this year begins."),
    "later_closed": _("%(year)s is already closed, so an earlier year can no longer be."),
    "no_interest": _("The interest for %(year)s is missing: it is the year's average five-year swap plus 0.5 points."),
    "no_plan": _("No rate was adopted for this year, so there is no budget to compare with."),
    "unpriced": _("%(hours)s billable hours have no rate on their day and are not counted as income."),
    "other_areas": _("%(amount)s was invoiced for work outside area 3 and is not counted here."),
    "overdue": _(
        "%(amount)s from %(year)s should have been settled by %(due)s at the latest. "
        "This is a breach of the five-year rule."
    ),
    "due_next": _("%(amount)s from %(year)s must be settled by the price of %(due)s, its last year."),
}


def text(remark: Remark) -> str:
    """The remark as one or two sentences in the active language."""
    language = get_language() or "nb"
    if remark.code == "unmapped":
        count = remark.count or 0
        return ngettext(
            "%(count)s account of %(amount)s has not been given a place.",
            "%(count)s accounts of %(amount)s together have not been given a place.",
            count,
        ) % {"count": count, "amount": show.money(remark.amount or ZERO, language)}
    if remark.code == "straddling":
        count = remark.count or 0
        return ngettext(
            "%(count)s invoice line has work of two years and is counted in the first.",
            "%(count)s invoice lines have work of two years and are counted in the first.",
            count,
        ) % {"count": count}
    return str(_WORDS[remark.code]) % {
        "amount": show.money(abs(remark.amount or ZERO), language),
        "hours": show.hours(remark.count or 0, language),
        "year": remark.year,
        "due": (remark.year or 0) + 5,
    }
