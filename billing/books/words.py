"""The checks of the books in words: what each compares, what it found, and what the rows that disagree are called."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise

from advisory.kernel import show
from billing.books.finding import KRONER, MINUTES, Disagreement, Finding
from engagements.work.models import SelfcostService

Facts = dict[str, str]


@dataclass(frozen=True, slots=True)
class Row:
    """A row that disagrees, as it is read."""

    name: str
    expected: str
    found: str


@dataclass(frozen=True, slots=True)
class Said:
    """A finding as it is read; `more` is how many rows are not among `rows`."""

    title: str
    sentence: str
    agrees: bool
    rows: Sequence[Row]
    more: int


def say(found: Finding) -> Said:
    """The finding in the page's language."""
    title, sentence = _CHECKS[found.check](found)
    rows = [_row(row) for row in found.rows]
    return Said(title, sentence, found.agrees, rows, found.count - len(rows))


def _language() -> str:
    return get_language() or "nb"


def _kr(amount: str) -> str:
    return show.money(Decimal(amount), _language())


def _t(minutes: str) -> str:
    return show.hours(int(minutes), _language())


def _draws(found: Finding) -> tuple[str, str]:
    facts = {
        "draws": _kr(found.facts["draws"]),
        "discounts": _kr(found.facts["discounts"]),
        "documents": found.facts["documents"],
    }
    words = (
        _(
            "The pots have paid %(draws)s, less what was paid back. That is the sum of the discounts on all "
            "%(documents)s issued documents, per pot, document and line."
        )
        if found.agrees
        else _(
            "The pots have paid %(draws)s, less what was paid back. "
            "The discounts on issued documents are %(discounts)s."
        )
    )
    return _("Pots pay the discounts, and nothing else"), words % facts


def _pots(found: Finding) -> tuple[str, str]:
    facts = {
        "pots": found.facts["pots"],
        "balance": _kr(found.facts["balance"]),
        "reserved": _kr(found.facts["reserved"]),
    }
    words = (
        _(
            "The %(pots)s pots hold %(balance)s, of which %(reserved)s is bound for engagements. "
            "Every movement follows from the one before, and no pot is below zero."
        )
        if found.agrees
        else _(
            "The %(pots)s pots hold %(balance)s, of which %(reserved)s is bound for engagements. "
            "Something does not follow."
        )
    )
    return _("No pot has spent more than it got"), words % facts


def _hours(found: Finding) -> tuple[str, str]:
    facts = {name: _t(minutes) for name, minutes in found.facts.items()}
    words = _(
        "%(total)s billable hours = %(billed)s billed + %(written_off)s written off + %(ready)s in proposals that "
        "can be issued + %(blocked)s in proposals that cannot + %(deferred)s put off + %(open)s open."
    )
    if found.agrees:
        # The parts are written so that they add up to the whole as it is written.
        parts = [name for name in found.facts if name != "total"]
        texts = show.hours_that_sum([int(found.facts[part]) for part in parts], _language())
        facts |= dict(zip(parts, texts, strict=True))
    else:
        words = _(
            "%(total)s billable hours, but: %(billed)s billed, %(written_off)s written off, %(ready)s in proposals "
            "that can be issued, %(blocked)s in proposals that cannot, %(deferred)s put off, %(open)s open."
        )
    return _("Every hour is in one place"), words % facts


def _rates(found: Finding) -> tuple[str, str]:
    words = (
        _(
            "All %(rates)s adopted rates: rate times planned units is no more than self-cost less use of the fund, "
            "and one step more would be too much."
        )
        if found.agrees
        else _("Of %(rates)s adopted rates, some bring in another sum than self-cost less use of the fund.")
    )
    return _("No rate brings in more than the cost"), words % found.facts


def _fund(found: Finding) -> tuple[str, str]:
    parts = [
        _("%(service)s %(balance)s") % {"service": _service(service), "balance": _kr(balance)}
        for service, balance in found.facts.items()
    ]
    words = (
        _(
            "The balance is the sum of the years it comes from, and each movement follows from the one before: "
            "%(parts)s."
        )
        if found.agrees
        else _("The balance of the fund does not follow from its movements: %(parts)s.")
    )
    return _("The self-cost fund is the sum of its years"), words % {"parts": ", ".join(parts)}


def _areas(found: Finding) -> tuple[str, str]:
    words = (
        _(
            "No grant pays for area 4, in %(years)s closed years, in the pots and on the documents, and no adopted "
            "rate holds a cost of another area than 3."
        )
        if found.agrees
        else _("A cost stands in an area whose money may not pay for it. Closed years: %(years)s.")
    )
    return _("No funding area pays for another"), words % found.facts


def _chain(found: Finding) -> tuple[str, str]:
    words = (
        _("All %(documents)s issued documents are what was issued, in an unbroken series.")
        if found.agrees
        else _("%(documents)s documents are what was issued. The next one is not, or is missing.")
    )
    return _("Issued documents are as they were"), words % found.facts


def _guards(found: Finding) -> tuple[str, str]:
    words = (
        _("All %(guards)s rules by which the database refuses changes are in force.")
        if found.agrees
        else _("Of %(guards)s rules by which the database refuses changes, some are missing.")
    )
    return _("The database guards its rows"), words % found.facts


_CHECKS: dict[str, Callable[[Finding], tuple[str, str]]] = {
    "draws": _draws,
    "pots": _pots,
    "hours": _hours,
    "rates": _rates,
    "fund": _fund,
    "areas": _areas,
    "chain": _chain,
    "guards": _guards,
}


def _service(code: str) -> StrOrPromise:
    return SelfcostService(code).label if code in SelfcostService.values else code


def _row(row: Disagreement) -> Row:
    facts: dict[str, StrOrPromise] = dict(row.facts)
    if "service" in facts:
        facts["service"] = _service(row.facts["service"])
    if "day" in facts:
        facts["day"] = show.day(date.fromisoformat(row.facts["day"]))
    return Row(_names()[row.kind] % facts, _in_unit(row.expected, row.unit), _in_unit(row.found, row.unit))


def _in_unit(value: str, unit: str) -> str:
    if not value:
        return ""
    if unit == KRONER:
        return _kr(value)
    return _("%(hours)s h") % {"hours": _t(value)} if unit == MINUTES else value


def _names() -> dict[str, str]:
    """What each kind of row is called."""
    return {
        "all_pots": _("All pots against all documents"),
        "pot_document": _("«%(pot)s», document %(document)s"),
        "line": _("Document %(document)s, line %(position)s: what the pots pay"),
        "document": _("Document %(document)s: the discount against its lines"),
        "pot_sequence": _("«%(pot)s», movement %(sequence)s: its number"),
        "pot_balance": _("«%(pot)s», movement %(sequence)s: the balance after it"),
        "pot_reserved": _("«%(pot)s», movement %(sequence)s: bound after it"),
        "pot_free": _("«%(pot)s», movement %(sequence)s: free after it"),
        "pot_engagement": _("«%(pot)s», bound for engagement %(engagement)s"),
        "pot_bound": _("«%(pot)s»: bound, by engagement"),
        "hours_sum": _("All billable hours against where they are"),
        "document_hours": _("Document %(document)s: hours it bills against hours it holds"),
        "not_billable": _("Entry %(entry)s of %(day)s is not billable, but held for billing"),
        "lost_proposal": _("Hours held by proposal %(proposal)s, which does not exist"),
        "joint_hour": _("Joint order %(order)s, %(day)s: the hour against its parts"),
        "rate_above": _("Rate for %(service)s %(year)s, version %(version)s, brings in too much"),
        "rate_low": _("Rate for %(service)s %(year)s, version %(version)s, is a step too low"),
        "rate_kept": _("Rate for %(service)s %(year)s, version %(version)s, against its arithmetic"),
        "fund_sequence": _("Fund for %(service)s, movement %(sequence)s: its number"),
        "fund_balance": _("Fund for %(service)s, movement %(sequence)s: the balance after it"),
        "fund_layers": _("Fund for %(service)s: the balance against the sum of its years"),
        "fund_signs": _("Fund for %(service)s: surplus of one year beside shortfall of another"),
        "area_4": _("%(year)s: cost of area 4 against its own project money"),
        "year_unread": _("%(year)s: the costs cannot be shared out"),
        "pot_area": _("«%(pot)s» is base grant and may pay for area 4"),
        "paid_line": _("Document %(document)s, line %(position)s, is area 4 and paid by «%(pot)s»"),
        "cost_line": _("«%(label)s» of area %(area)s in the cost base of %(year)s"),
        "chain": _("Document %(document)s"),
        "guard": _("%(guard)s is missing"),
    }
