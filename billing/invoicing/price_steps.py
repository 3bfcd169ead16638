"""«Slik ble prisen til» in words: the steps of a document's price as texts in the active language.

One wording for the PDF, the page and the mail; the figures come from `billing.invoicing.explain`. Each result is
the first figure of a later step, so it can be checked with a pocket calculator. The income itself is never said,
only the steps of the table and how long the decision lasts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from advisory.kernel import show
from advisory.kernel.money import half_up
from billing.invoicing.document import Document
from billing.invoicing.explain import BarPart, Explanation, PotStep, TierStep, explain
from billing.pricing.statement import CostLineFact, RateFact, TierBandFact, TierFact
from billing.pricing.vat import VatGroup
from engagements.work.models import SelfcostService

# More kinds than these are counted, and found in the portal.
MOST_NAMED = 4
MILLION = Decimal(1_000_000)


@dataclass(frozen=True, slots=True)
class Figure:
    """A label with its figure as text."""

    label: str
    figure: str


@dataclass(frozen=True, slots=True)
class Rung:
    """A step of the discount table: «Trinn 2: 50 %», «500 000 – 1 mill. kr»; `own` = the discount came from it."""

    label: str
    incomes: str
    own: bool


@dataclass(frozen=True, slots=True)
class Step:
    """One question a treasurer asks, with its answer.

    `parts` lead to `result`. Where several results are not a sum they are all `parts` and `result` is None.
    `code`: rate, hours, gross, tier, pot, vat or total.
    """

    code: str
    heading: str
    text: str
    details: tuple[str, ...]
    parts: tuple[Figure, ...]
    result: Figure | None
    ladder: tuple[Rung, ...] = ()


@dataclass(frozen=True, slots=True)
class PriceSteps:
    """All of the statement: a sentence, the bar with what each side of it says, and the steps."""

    sentence: str
    bar: tuple[BarPart, ...]
    whole: str
    you_pay: str
    of_which_vat: str
    pot_pays: str
    steps: tuple[Step, ...]


def price_steps(document: Document, language: str) -> PriceSteps:
    """Give the statement in words. Activate `language` (nb, nn, en) for gettext before."""
    words = _Words(document, explain(document), language)
    return PriceSteps(
        sentence=words.sentence(),
        bar=words.made.bar,
        whole=words.whole(),
        you_pay=_("You pay %(amount)s") % {"amount": words.money(document.total)},
        of_which_vat=_("of which VAT %(amount)s") % {"amount": words.amount(document.vat)} if document.vat else "",
        pot_pays=words.pot_pays(),
        steps=tuple(step for step in words.steps() if step is not None),
    )


def quantity(minutes: int, language: str) -> str:
    """Hours that say exactly what was worked: `2`, `21,5`, `0,25`; where hundredths do not, `0:20`."""
    if minutes * 100 % 60:
        hours, rest = divmod(abs(minutes), 60)
        return f"{show.MINUS if minutes < 0 else ''}{hours}:{rest:02}"
    return _number(Decimal(minutes) / 60, language)


def tier_number(code: str) -> str:
    """The number of a tier as people say it: «2» for T2; any other code as it stands."""
    found = re.fullmatch(r"T?0*(\d{1,3})", code)
    return found[1] if found else code


def tier_name(tier: TierFact) -> str:
    """«Rabattrinn 2», or «Full pris» where the step gives no discount."""
    if not tier.percent:
        return _("Full price")
    return _("Discount tier %(number)s") % {"number": tier_number(tier.code)}


def vat_reason(category: str, reason: str) -> str:
    """The sentence that says why no VAT is charged; empty for taxed lines."""
    if category == "S":
        return ""
    if category == "O":
        return _("We are not in the Norwegian VAT register, so the price has no VAT.")
    if reason in {"", "teaching"}:
        return _("Teaching is exempt from VAT under section 3-5 of the Norwegian VAT Act.")
    return reason


def pot_names(pots: Sequence[PotStep]) -> str:
    """The pots as one text: «Grunntilskudd 2026»; from three on they are counted."""
    names = [f"«{pot.pot.name[:80]}»" for pot in pots[:2]]
    if len(pots) > 2:
        more = len(pots) - 2
        return _and_more(names, more)
    return (" " + _("and") + " ").join(names)


def _and_more(texts: Sequence[str], more: int) -> str:
    rest = ngettext("and %(count)s more, see the portal", "and %(count)s more, see the portal", more)
    return f"{', '.join(texts)} {rest % {'count': more}}"


def _number(value: Decimal, language: str) -> str:
    exact = value.normalize()
    decimals = max(0, min(2, -int(exact.as_tuple().exponent)))
    return show.number(value, decimals=decimals, language=language)


def service_name(rate: RateFact) -> str:
    """The service as within a sentence, in the active language; a name that is not the house's own stays as frozen."""
    if rate.service not in SelfcostService.values:
        return rate.service_name
    label = SelfcostService(rate.service).label
    with translation.override(settings.LANGUAGE_CODE):
        is_the_house_word = rate.service_name == str(label)
    return str(label) if is_the_house_word else rate.service_name


def _service(rate: RateFact) -> str:
    name = service_name(rate)
    return name[:1].upper() + name[1:40]


def _in_millions(value: Decimal) -> bool:
    return value >= MILLION and not value % 100_000


@dataclass(frozen=True, slots=True)
class _Words:
    document: Document
    made: Explanation
    language: str

    def amount(self, value: Decimal) -> str:
        return show.amount(value, self.language)

    def money(self, value: Decimal) -> str:
        return show.money(value, self.language)

    def percent(self, value: Decimal) -> str:
        return show.percent(value, self.language)

    def hours(self, minutes: int) -> str:
        # One hour alone is singular; 0,5 timer and 1,5 timer are not.
        text = ngettext("%(hours)s hour", "%(hours)s hours", 1 if minutes == 60 else 2)
        return text % {"hours": quantity(minutes, self.language)}

    # --- around the bar ---
    def sentence(self) -> str:
        facts = {"amount": self.money(self.document.total), "hours": self.hours(self.made.minutes)}
        return _("You pay %(amount)s for %(hours)s of work. Here is the whole calculation.") % facts

    def whole(self) -> str:
        total = self.money(self.document.gross + self.document.vat)
        facts = {"gross": self.amount(self.document.gross), "vat": self.amount(self.document.vat), "total": total}
        if not self.document.vat:
            return _("Full price %(total)s") % facts
        return _("Full price %(gross)s + VAT %(vat)s = %(total)s") % facts

    def pot_pays(self) -> str:
        if not self.document.discount:
            return ""
        facts = {"pots": pot_names(self.made.pots), "amount": self.money(self.document.discount)}
        if not self.made.pots:
            return _("Discount %(amount)s") % facts
        if len(self.made.pots) > 1:
            return _("The discount pots %(pots)s pay %(amount)s") % facts
        return _("The discount pot %(pots)s pays %(amount)s") % facts

    # --- the steps ---
    def steps(self) -> Iterable[Step | None]:
        yield self.rate_step()
        yield self.hours_step()
        yield self.gross_step()
        yield self.tier_step()
        yield self.pot_step()
        yield self.vat_step()
        yield self.total_step()

    def rate_step(self) -> Step:
        rates = [step.rate for step in self.made.rates]
        if len(rates) != 1:
            parts = [Figure(f"{_service(rate)} {rate.year}", self.money(rate.rate)) for rate in rates[:MOST_NAMED]]
            details = [self._division(rate) for rate in rates[:MOST_NAMED]]
            if len(rates) > MOST_NAMED:
                details.append(_and_more([], len(rates) - MOST_NAMED).strip())
            text = _("Each price is the costs of the service divided by the hours we expect to bill, rounded down.")
            return Step("rate", _("What an hour costs us"), text, tuple(details), tuple(parts), None)
        (rate,) = rates
        details = [self._cost(line) for line in rate.cost_lines[:MOST_NAMED]]
        if len(rate.cost_lines) > MOST_NAMED:
            details.append(_and_more([], len(rate.cost_lines) - MOST_NAMED).strip())
        parts = [Figure(_("Cost base %(year)s") % {"year": rate.year}, self.amount(rate.self_cost))]
        if rate.fund_use > 0:
            parts.append(Figure(_("Surplus of earlier years"), self.amount(-rate.fund_use)))
        elif rate.fund_use < 0:
            parts.append(Figure(_("Shortfall of earlier years"), self.amount(-rate.fund_use)))
        parts.append(Figure(_("Hours we bill"), _number(rate.billable_hours, self.language)))
        text = _("The costs of the service divided by the hours we expect to bill. %(rounded)s")
        return Step(
            "rate",
            _("What an hour costs us"),
            text % {"rounded": self._rounded(rate.step)},
            tuple(details),
            tuple(parts),
            Figure(_("Hourly rate, self-cost"), self.money(rate.rate)),
        )

    def _cost(self, line: CostLineFact) -> str:
        label = line.label[:80]
        if line.key_part is None or line.key_whole is None or line.key_part == line.key_whole:
            return f"{label}: {self.amount(line.attributed)}"
        share = f"{show.NBSP}/{show.NBSP}".join(_number(k, self.language) for k in (line.key_part, line.key_whole))
        return f"{label}: {self.amount(line.amount)} × {share} = {self.amount(line.attributed)}"

    def _division(self, rate: RateFact) -> str:
        base = self.amount(rate.self_cost)
        if rate.fund_use:
            sign = show.MINUS if rate.fund_use > 0 else "+"
            base = f"({base} {sign} {self.amount(abs(rate.fund_use))})"
        hours = _("%(hours)s hours") % {"hours": _number(rate.billable_hours, self.language)}
        return f"{_service(rate)} {rate.year}: {base} / {hours}"

    def _rounded(self, step: Decimal) -> str:
        if step == Decimal("0.01"):
            return _("The rate is rounded down to whole øre.")
        if step == 1:
            return _("The rate is rounded down to whole kroner.")
        return _("The rate is rounded down to steps of %(step)s.") % {"step": self.money(step)}

    def hours_step(self) -> Step:
        work = [f"{done.text[:60]} {quantity(done.minutes, self.language)}" for done in self.made.work[:MOST_NAMED]]
        text = " · ".join(work)
        if len(self.made.work) > MOST_NAMED:
            text = f"{text} {_and_more([], len(self.made.work) - MOST_NAMED).strip()}"
        period = show.period(self.document.delivered_from, self.document.delivered_to, self.language)
        result = Figure(_("Hours %(period)s") % {"period": period}, self.hours(self.made.minutes))
        return Step("hours", _("The hours you used"), text, (), (), result)

    def gross_step(self) -> Step:
        products = [
            (f"{quantity(step.minutes, self.language)} × {self.amount(step.rate.rate)}", step)
            for step in self.made.rates[:MOST_NAMED]
        ]
        text = _("This is what the help costs us. Without a discount you would have paid this and VAT.")
        if not self.document.vat:
            text = _("This is what the help costs us. Without a discount you would have paid this.")
        if not self.document.discount:
            text = _("This is what the help costs us, without profit.")
        # Lines are rounded one by one, so their sum may differ from the product by some øre.
        if any(half_up(step.minutes * step.rate.rate / 60) != step.gross for step in self.made.rates):
            text += " " + _("Each line is rounded to whole øre.")
        total = self.money(self.made.gross)
        if len(products) == 1:
            return Step("gross", _("Full price"), text, (), (), Figure(products[0][0], total))
        parts = [Figure(label, self.amount(step.gross)) for label, step in products]
        if len(self.made.rates) > MOST_NAMED:
            rest = sum((step.gross for step in self.made.rates[MOST_NAMED:]), Decimal("0.00"))
            parts.append(Figure(_and_more([], len(self.made.rates) - MOST_NAMED).strip(), self.amount(rest)))
        return Step("gross", _("Full price"), text, (), tuple(parts), Figure(_("Full price"), total))

    def tier_step(self) -> Step | None:
        bands = next((step.tier.bands for step in self.made.tiers if step.tier.bands), ())
        own = {step.tier.code for step in self.made.tiers if step.tier.decision is not None or step.tier.percent}
        ladder = tuple(self._rung(band, band.code in own) for band in bands)
        if not self.document.discount:
            if not bands:
                return None
            text = _("Voluntary organisations with small incomes get a discount.") + " "
            decided = [step.tier for step in self.made.tiers if step.tier.decision is not None]
            text += (
                self._decision(decided[0], named=False)
                if decided
                else _("No decision on a discount was in force when the work was done.")
            )
            return Step("tier", _("No discount"), text.strip(), (), (), None, ladder)
        given = [step for step in self.made.tiers if step.tier.percent]
        facts = {"tier": tier_name(given[0].tier), "percent": self.percent(given[0].tier.percent)}
        heading = _("%(tier)s gives %(percent)s discount") % facts if len(given) == 1 else _("The discount")
        parts = [Figure(_("Full price"), self.amount(self.made.gross))]
        parts += [Figure(self._discount_label(step), self.amount(-step.discount)) for step in given[: MOST_NAMED + 1]]
        if len(given) > MOST_NAMED + 1:
            rest = sum((step.discount for step in given[MOST_NAMED + 1 :]), Decimal("0.00"))
            parts.append(Figure(_and_more([], len(given) - MOST_NAMED - 1).strip(), self.amount(-rest)))
        return Step(
            "tier",
            heading,
            " ".join(filter(None, (self._decision(step.tier, named=len(given) > 1) for step in given[:2]))),
            (),
            tuple(parts),
            Figure(_("Your price"), self.money(self.made.net)),
            ladder,
        )

    def _discount_label(self, step: TierStep) -> str:
        if len(self.made.tiers) == 1:
            return _("Discount %(percent)s") % {"percent": self.percent(step.tier.percent)}
        facts = {"percent": self.percent(step.tier.percent), "base": self.amount(step.gross)}
        return _("Discount %(percent)s of %(base)s") % facts

    def _decision(self, tier: TierFact, *, named: bool) -> str:
        if tier.decision is None:
            return ""
        said = []
        if tier.income_year is not None:
            facts = {"year": tier.income_year}
            said.append(_("The decision builds on your income in %(year)s.") % facts)
        if tier.valid_to is not None:
            facts_of_end = {"day": show.long_day(tier.valid_to, self.language), "tier": tier_name(tier)}
            said.append(
                _("%(tier)s lasts until and including %(day)s.") % facts_of_end
                if named
                else _("It lasts until and including %(day)s.") % facts_of_end
            )
        return " ".join(said)

    def _rung(self, band: TierBandFact, own: bool) -> Rung:
        facts = {"number": tier_number(band.code), "percent": self.percent(band.percent)}
        label = _("Tier %(number)s: %(percent)s") % facts if band.percent else _("Full price: %(percent)s") % facts
        return Rung(label, self._incomes(band), own)

    def _incomes(self, band: TierBandFact) -> str:
        low, high = band.income_from, band.income_below
        if high is None:
            return _("from NOK %(from)s") % {"from": self._bound(low)}
        if not low:
            return _("below NOK %(below)s") % {"below": self._bound(high)}
        both_in_millions = _in_millions(low) and _in_millions(high)
        first = _number(low / MILLION, self.language) if both_in_millions else self._bound(low)
        return _("NOK %(from)s – %(below)s") % {"from": first, "below": self._bound(high)}

    def _bound(self, value: Decimal) -> str:
        if _in_millions(value):
            return _("%(number)s million") % {"number": _number(value / MILLION, self.language)}
        return show.whole(value, self.language)

    def pot_step(self) -> Step | None:
        if not self.made.pots:
            return None
        facts = {"pots": pot_names(self.made.pots)}
        text = _("The discount is paid from %(pots)s. Other organisations do not pay more because of it.") % facts
        rows = [
            Figure(_("From «%(pot)s»") % {"pot": pot.pot.name[:60]}, self.amount(pot.amount))
            for pot in self.made.pots[:MOST_NAMED]
        ]
        if len(self.made.pots) > MOST_NAMED:
            rest = sum((pot.amount for pot in self.made.pots[MOST_NAMED:]), Decimal("0.00"))
            rows.append(Figure(_and_more([], len(self.made.pots) - MOST_NAMED).strip(), self.amount(rest)))
        total = self.money(self.made.discount)
        if len(rows) == 1:
            return Step("pot", _("Who pays the discount"), text, (), (), Figure(rows[0].label, total))
        return Step("pot", _("Who pays the discount"), text, (), tuple(rows), Figure(_("The discount"), total))

    def vat_step(self) -> Step:
        groups = taxed_first(self.made.vat_groups)
        reasons = tuple(dict.fromkeys(filter(None, (vat_reason(g.category, g.reason)[:200] for g in groups))))
        taxed = [group for group in groups if group.category == "S"]
        text = _("We pass the tax on to the state.") if taxed else ""
        total = self.money(self.document.vat)
        if len(groups) == 1:
            return Step("vat", _("Value added tax"), text, reasons, (), Figure(self._vat_label(groups[0]), total))
        parts = tuple(Figure(self._vat_label(group), self.amount(group.vat)) for group in groups)
        return Step("vat", _("Value added tax"), text, reasons, parts, Figure(_("VAT"), total))

    def _vat_label(self, group: VatGroup) -> str:
        return vat_label(group, self.language)

    def total_step(self) -> Step:
        document = self.document
        if not document.total:
            text = _("You have nothing to pay.")
        elif document.number is None or document.due_on is None:
            text = _("The due date, the account and the KID come when the invoice is issued.")
        else:
            facts = {
                "due": show.long_day(document.due_on, self.language),
                "account": show.account(document.seller.account),
                "kid": show.kid(document.payment_reference),
            }
            text = _("Due %(due)s, account %(account)s, KID %(kid)s") % facts
        label = f"{self.amount(document.net)} + {self.amount(document.vat)}"
        return Step("total", _("To pay"), text, (), (), Figure(label, self.money(document.total)))


def taxed_first(groups: Iterable[VatGroup]) -> list[VatGroup]:
    """The groups as documents print them: those with VAT first, by falling percent."""
    return sorted(groups, key=lambda group: (group.category != "S", -group.percent, group.category))


def vat_label(group: VatGroup, language: str) -> str:
    """«Mva 25 % av 10 317,42», «Unntatt mva 1 071,87» or «Uten mva 500,00»: the base stands with its group."""
    base = show.amount(group.base, language)
    if group.category == "S":
        return _("VAT %(percent)s of %(base)s") % {"percent": show.percent(group.percent, language), "base": base}
    if group.category == "E":
        return _("Exempt from VAT %(base)s") % {"base": base}
    return _("Without VAT %(base)s") % {"base": base}
