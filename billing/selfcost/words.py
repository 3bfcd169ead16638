"""What a page says of a rate, by what it is the price of: an hour or a seat."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from billing.selfcost.models import Unit


@dataclass(frozen=True, slots=True)
class Words:
    """Headings and sentences of one unit, in the reader's language."""

    title: str
    count: str
    count_hint: str
    divided: str
    result: str
    each: str
    missing: str


def words_of(unit: str, year: int) -> Words:
    """The words of `unit` for the rate of a year."""
    facts = {"year": year}
    if unit == Unit.SEATS:
        return Words(
            title=_("Price per seat %(year)s") % facts,
            count=_("Planned seats"),
            count_hint=_("The seats we expect to sell; must be filled in before the control"),
            divided=_("shared by planned seats"),
            result=_("Self-cost of a seat in %(year)s") % facts,
            each=_("seat"),
            missing=_("The price shows here when there are costs and planned seats."),
        )
    return Words(
        title=_("Hourly rate %(year)s") % facts,
        count=_("Billable hours"),
        count_hint=_("The hours we expect to sell; must be filled in before the control"),
        divided=_("shared by billable hours"),
        result=_("Self-cost of an hour in %(year)s") % facts,
        each=_("hour"),
        missing=_("The rate shows here when there are costs and billable hours."),
    )
