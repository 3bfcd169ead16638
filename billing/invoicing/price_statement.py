"""«Slik ble prisen til» in words: the steps of an `Explanation` as the page and the mail show them.

All figures come from the explanation of the issued document; here they only get their sentences, in the active
language. The organisation reads operators in words (ganger, minus, pluss); staff see the arithmetic first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.utils.text import capfirst
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from advisory.kernel import show
from advisory.kernel.money import ORE, ZERO
from billing.invoicing.document import Document
from billing.invoicing.explain import Explanation, RateStep, TierStep, explain
from billing.invoicing.price_steps import quantity, service_name, taxed_first, vat_reason
from billing.pricing.statement import CostLineFact, RateFact, TierBandFact


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the ladder. `anchor` is the id of the place that says more, `more` the words that lead there."""

    say: str
    value: str
    why: str = ""
    anchor: str = ""
    more: str = ""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of the bar, in shares of its width that SVG takes; `kind` is price, vat or discount."""

    kind: str
    start: str
    width: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Band:
    """A step of the tier table: its name, discount and incomes; `is_theirs` marks the one that was given."""

    name: str
    percent: Decimal
    incomes: str
    is_theirs: bool


@dataclass(frozen=True, slots=True)
class TierReason:
    """Why the discount of a tier was given: `question` is the heading, `sentence` the answer."""

    question: str
    sentence: str
    bands: tuple[Band, ...]


@dataclass(frozen=True, slots=True)
class Cost:
    """A cost of the base: `share` shows what was shared and by what key, empty where all of it counts."""

    label: str
    share: str
    attributed: Decimal


@dataclass(frozen=True, slots=True)
class RateReason:
    """From the cost base to the hourly rate: `hours` are the billable ones, `rounded` says to what it is rounded."""

    rate: RateFact
    service: str
    costs: tuple[Cost, ...]
    hours: str
    fund: str
    fund_amount: str
    rounded: str


@dataclass(frozen=True, slots=True)
class Hour:
    """An hour behind a line: when, what, for which line, and by whom (staff only; empty in the portal)."""

    day: date
    text: str
    line: str
    engagement: str
    minutes: int
    advisor: str = ""


@dataclass(frozen=True, slots=True)
class PriceStatement:
    """What the template draws; `document` and `explanation` are the sources of all figures."""

    document: Document
    explanation: Explanation
    lead: str
    steps: tuple[Step, ...]
    versions: tuple[str, ...]
    rates: tuple[RateReason, ...]
    reasons: tuple[TierReason, ...]
    bar: tuple[Stretch, ...]
    full_price_with_vat: Decimal
    hours: tuple[Hour, ...]
    for_staff: bool


def price_statement(document: Document, hours: Iterable[Hour] = (), *, for_staff: bool) -> PriceStatement:
    """Give the statement of a document in the active language, with the hours behind it."""
    explanation = explain(document)
    return PriceStatement(
        document=document,
        explanation=explanation,
        lead=_lead(explanation),
        steps=tuple(
            replace(step, say=capfirst(step.say)) if for_staff else step
            for step in _steps(explanation, for_staff=for_staff)
        ),
        versions=tuple(_version(step) for step in explanation.rates),
        rates=tuple(_rate_reason(step.rate) for step in explanation.rates),
        reasons=tuple(_reason(step) for step in explanation.tiers),
        bar=tuple(_bar(explanation)),
        full_price_with_vat=explanation.gross + explanation.vat,
        hours=tuple(hours),
        for_staff=for_staff,
    )


def tier_name(code: str) -> str:
    """«trinn 2» for T2, «full pris» for T0, as it stands inside a sentence."""
    found = re.fullmatch(r"T(\d+)", code)
    if not found:
        # No decision at all is written as an empty code.
        return code or _("full price")
    return _("tier %(number)s") % {"number": found[1]} if int(found[1]) else _("full price")


def tier_label(code: str, percent: Decimal) -> str:
    """The tier as a column shows it: «Trinn 2», or «Full pris» where nothing is taken off."""
    return capfirst(tier_name(code) if percent else _("full price"))


def _language() -> str:
    return get_language() or "nb"


def _money(amount: Decimal) -> str:
    return show.money(amount, _language())


def _hours(minutes: int) -> str:
    return quantity(minutes, _language())


def _time(minutes: int) -> str:
    """«21,5 timer»; one hour alone is singular."""
    return ngettext("%(hours)s hour", "%(hours)s hours", 1 if minutes == 60 else 2) % {"hours": _hours(minutes)}


def _percent(percent: Decimal) -> str:
    return show.percent(percent, _language())


def _lead(explanation: Explanation) -> str:
    start = _("The price is self-cost: it covers our costs, without profit.")
    discounted = [step for step in explanation.tiers if step.discount]
    if not discounted:
        return start
    if len(explanation.tiers) > 1:
        return f"{start} " + _("A named pot pays the discount you have.")
    step = discounted[0]
    return f"{start} " + _("Because you have discount %(tier)s, you pay %(percent)s of it.") % {
        "tier": tier_name(step.tier.code),
        "percent": _percent(100 - step.tier.percent),
    }


def _steps(explanation: Explanation, *, for_staff: bool) -> Iterator[Step]:
    rates = explanation.rates
    if for_staff:
        yield from _rate_steps_for_staff(explanation)
    elif len(rates) == 1:
        yield Step(
            say=_("%(time)s of %(service)s")
            % {"time": _time(explanation.minutes), "service": service_name(rates[0].rate)},
            value=_hour_unit(explanation.minutes),
            why=_work(explanation),
            anchor="hours",
            more=_("Show all the hours"),
        )
        yield Step(
            say=_("times the self-cost of an hour in %(year)s, %(rate)s")
            % {"year": rates[0].rate.year, "rate": _money(rates[0].rate.rate)},
            value=_money(explanation.gross),
            why=_("What an hour costs us in pay, premises and running costs."),
            anchor="self-cost",
            more=_("What is self-cost?"),
        )
    else:
        for index, each in enumerate(rates):
            yield Step(
                say=(_("plus %(part)s") if index else "%(part)s")
                % {
                    "part": _("%(time)s times the self-cost from %(day)s, %(rate)s")
                    % {
                        "time": _time(each.minutes),
                        "day": show.long_day(each.rate.valid_from, _language()),
                        "rate": _money(each.rate.rate),
                    }
                },
                value=_money(each.gross),
                why=capfirst(service_name(each.rate)),
                anchor="self-cost",
                more=_("What is self-cost?"),
            )
    for number, tier in enumerate(explanation.tiers, start=1):
        yield _tier_step(tier, number, explanation, for_staff=for_staff)
    for group in taxed_first(explanation.vat_groups):
        if group.category == "S":
            yield Step(
                say=_("plus %(percent)s VAT") % {"percent": _percent(group.percent)},
                value=_money(group.vat),
                why=_("Of %(base)s. We collect it for the state.") % {"base": _money(group.base)},
            )
        else:
            yield Step(
                say=_("without VAT on %(base)s") % {"base": _money(group.base)},
                value=_money(group.vat),
                why=vat_reason(group.category, group.reason),
            )


def _rate_steps_for_staff(explanation: Explanation) -> Iterator[Step]:
    for each in explanation.rates:
        rate = each.rate
        facts = {
            "cost": _money(rate.self_cost),
            "fund": _money(abs(rate.fund_use)),
            "hours": _figure(rate.billable_hours),
        }
        yield Step(
            say=(
                _("%(cost)s of self-cost less %(fund)s from the fund, shared by %(hours)s billable hours")
                if rate.fund_use > 0
                else _("%(cost)s of self-cost plus %(fund)s of shortfall, shared by %(hours)s billable hours")
                if rate.fund_use
                else _("%(cost)s of self-cost shared by %(hours)s billable hours, rounded down")
            )
            % facts,
            value=_money(rate.rate),
        )
        yield Step(
            say=f"× {_time(each.minutes)}",
            value=_money(each.gross),
        )


def _work(explanation: Explanation) -> str:
    return " · ".join(f"{step.text} {_hours(step.minutes)}" for step in explanation.work[:6])


def _tier_step(step: TierStep, number: int, explanation: Explanation, *, for_staff: bool) -> Step:
    tier = step.tier
    several = len(explanation.tiers) > 1
    if not step.discount:
        return Step(
            say=_("no discount on %(gross)s") % {"gross": _money(step.gross)} if several else _("no discount"),
            value=_money(ZERO),
            why="" if for_staff else _("You pay what the work costs."),
            anchor=f"tier-{number}",
            more=_("Why the full price?"),
        )
    facts = {"tier": tier_name(tier.code), "percent": _percent(tier.percent), "gross": _money(step.gross)}
    if for_staff:
        return Step(
            say=_("discount %(tier)s, %(percent)s of %(gross)s") % facts,
            value=_money(-step.discount),
            why=_staff_reason(step, explanation),
        )
    return Step(
        say=(
            _("minus discount, %(tier)s: %(percent)s of %(gross)s")
            if several
            else _("minus discount, %(tier)s: %(percent)s")
        )
        % facts,
        value=_money(-step.discount),
        why=_("Paid by %(pot)s, not by other customers.") % {"pot": _pots(explanation)},
        anchor=f"tier-{number}",
        more=_("Why did we get %(tier)s?") % facts,
    )


def _pots(explanation: Explanation) -> str:
    """One pot by its name; several with what each pays, so that they add up to the discount."""
    if len(explanation.pots) == 1:
        return f"«{explanation.pots[0].pot.name}»"
    named = [f"«{step.pot.name}» ({_money(step.amount)})" for step in explanation.pots]
    return f" {_('and')} ".join(filter(None, (", ".join(named[:-1]), *named[-1:])))


def _staff_reason(step: TierStep, explanation: Explanation) -> str:
    parts = []
    if step.tier.decided_on:
        parts.append(_("Decision of %(day)s") % {"day": show.day(step.tier.decided_on)})
    if explanation.pots:
        parts.append(_("paid by %(pot)s") % {"pot": _pots(explanation)})
    return capfirst(", ".join(parts))


def _rate_reason(rate: RateFact) -> RateReason:
    fund = _("Surplus of earlier years") if rate.fund_use > 0 else _("Shortfall of earlier years")
    return RateReason(
        rate=rate,
        service=service_name(rate),
        costs=tuple(_cost(line) for line in rate.cost_lines),
        hours=_figure(rate.billable_hours),
        fund=fund if rate.fund_use else "",
        # What the fund covers is taken off the price; what it lacks is put on.
        fund_amount=show.amount(-rate.fund_use, _language()),
        rounded=_rounded(rate.step),
    )


def _cost(line: CostLineFact) -> Cost:
    share = ""
    if line.key_part is not None and line.key_whole is not None and line.key_part != line.key_whole:
        parts = show.amount(line.amount, _language()), _figure(line.key_part), _figure(line.key_whole)
        share = "{} × {} / {}".format(*parts)
    return Cost(line.label, share, line.attributed)


def _figure(value: Decimal) -> str:
    """A quantity with as many decimals as it has: 800, 1 628,5."""
    decimals = next(d for d in (0, 1, 2) if d == 2 or value == value.quantize(Decimal(1).scaleb(-d)))
    return show.number(value, decimals=decimals, language=_language())


def _rounded(step: Decimal) -> str:
    if step == ORE:
        return _("Hourly rate, rounded down to whole øre")
    if step == 1:
        return _("Hourly rate, rounded down to whole kroner")
    return _("Hourly rate, rounded down to steps of %(step)s") % {"step": _money(step)}


def _version(step: RateStep) -> str:
    return _("version %(version)s of the hourly rate %(year)s") % {
        "version": step.rate.version,
        "year": step.rate.year,
    }


def _reason(step: TierStep) -> TierReason:
    tier = step.tier
    bands = tuple(
        Band(
            name=capfirst(tier_name(band.code)),
            percent=band.percent,
            incomes=_incomes(band),
            is_theirs=band.code == tier.code or not (tier.code or band.percent),
        )
        for band in tier.bands
    )
    if tier.valid_from is None or tier.valid_to is None:
        return TierReason(
            question=_("Why the full price?"),
            sentence=_(
                "There was no decision on a discount for you when the work was done, so the price is full self-cost. "
                "Tell us your income, and we decide which tier you have from then on."
            ),
            bands=bands,
        )
    facts = {
        "tier": tier_name(tier.code),
        "percent": _percent(tier.percent),
        "year": tier.income_year,
        "from": show.long_day(tier.valid_from, _language()),
        "to": show.long_day(tier.valid_to, _language()),
    }
    theirs = next((band for band in tier.bands if band.code == tier.code), None)
    if step.tier.percent == 0:
        question = _("Why the full price?")
        sentence = _("We have decided that you pay full self-cost. The decision is valid from %(from)s to %(to)s.")
    elif theirs is not None and tier.income_year:
        question = _("Why did we get %(tier)s?")
        facts["incomes"] = _incomes(theirs)
        sentence = _(
            "Your accounts for %(year)s show an income %(incomes)s. That gives %(tier)s: %(percent)s discount. "
            "The decision is valid from %(from)s to and including %(to)s."
        )
    else:
        question = _("Why did we get %(tier)s?")
        sentence = _(
            "We have decided on %(tier)s for you: %(percent)s discount, from %(from)s to and including %(to)s."
        )
    return TierReason(question=question % facts, sentence=sentence % facts, bands=bands)


def _incomes(band: TierBandFact) -> str:
    """The band in words: under 500 000 kr, 500 000–1 000 000 kr, from 5 000 000 kr."""
    low, high = band.income_from, band.income_below
    if high is None:
        return _("from %(low)s") % {"low": show.kroner(low, _language())}
    if not low:
        return _("below %(high)s") % {"high": show.kroner(high, _language())}
    return _("between NOK %(low)s and NOK %(high)s") % {
        "low": show.whole(low, _language()),
        "high": show.whole(high, _language()),
    }


def _hour_unit(minutes: int) -> str:
    return _("%(hours)s h") % {"hours": _hours(minutes)}


def _bar(explanation: Explanation) -> Iterator[Stretch]:
    """The stretches from the left: the permilles of the explanation as shares of the width."""
    start = 0
    for part in explanation.bar:
        yield Stretch(part.kind, _share(start), _share(part.permille), part.amount)
        start += part.permille


def _share(permille: int) -> str:
    return f"{permille // 10}.{permille % 10}%"
