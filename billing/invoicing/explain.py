"""«Slik ble prisen til» for a whole document: one value that the screen, the PDF and the mail render.

Pure. The steps are the treasurer's questions in order: what an hour costs, the hours, the full price, the
discount and who pays it, VAT, to pay. Each result is the first figure of a later step. Figures are taken from
the document as it was issued and only summed here; `contradictions` proves the document first.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from advisory.kernel.money import ORE, ZERO, half_up, largest_remainder
from billing.invoicing import payment_reference
from billing.invoicing.document import Document, DocumentLine
from billing.pricing import proof
from billing.pricing.proof import Contradiction
from billing.pricing.statement import PotFact, RateFact, TierFact
from billing.pricing.vat import TaxedNet, VatGroup, vat_groups


@dataclass(frozen=True, slots=True)
class RateStep:
    """What an hour costs, and what was bought at that rate."""

    rate: RateFact
    minutes: int
    gross: Decimal


@dataclass(frozen=True, slots=True)
class WorkStep:
    """The time used on one thing: lines of the same text and price together."""

    text: str
    minutes: int
    unit_price: Decimal
    gross: Decimal


@dataclass(frozen=True, slots=True)
class TierStep:
    """A discount tier, the full price it was given on, and the discount."""

    tier: TierFact
    gross: Decimal
    discount: Decimal


@dataclass(frozen=True, slots=True)
class PotStep:
    """A named pot and what it pays of the discount."""

    pot: PotFact
    amount: Decimal


@dataclass(frozen=True, slots=True)
class BarPart:
    """A part of the bar: `kind` is price, vat or discount; the `permille` of all parts sum to 1000.

    A part of zero is left out.
    """

    kind: str
    amount: Decimal
    permille: int


@dataclass(frozen=True, slots=True)
class Explanation:
    """The steps of a document's price. Tuples stand in the order of the lines, VAT groups in printing order."""

    rates: tuple[RateStep, ...]
    work: tuple[WorkStep, ...]
    minutes: int
    gross: Decimal
    tiers: tuple[TierStep, ...]
    discount: Decimal
    pots: tuple[PotStep, ...]
    net: Decimal
    vat_groups: tuple[VatGroup, ...]
    vat: Decimal
    total: Decimal
    # Full price + VAT, parted into what the organisation pays, the VAT in it, and the discount.
    bar: tuple[BarPart, ...]


def explain(document: Document) -> Explanation:
    """Give the steps of a document's price."""
    rates: dict[RateFact, RateStep] = {}
    work: dict[tuple[str, Decimal], WorkStep] = {}
    tiers: dict[TierFact, TierStep] = {}
    pots: dict[PotFact, PotStep] = {}
    for line in document.lines:
        rate, tier = line.statement.rate, line.statement.tier
        at_rate = rates.get(rate, RateStep(rate, 0, ZERO))
        rates[rate] = replace(at_rate, minutes=at_rate.minutes + line.minutes, gross=at_rate.gross + line.gross)
        done = work.get((line.text, line.unit_price), WorkStep(line.text, 0, line.unit_price, ZERO))
        work[line.text, line.unit_price] = replace(
            done, minutes=done.minutes + line.minutes, gross=done.gross + line.gross
        )
        in_tier = tiers.get(tier, TierStep(tier, ZERO, ZERO))
        tiers[tier] = replace(in_tier, gross=in_tier.gross + line.gross, discount=in_tier.discount + line.discount)
        for pot, paid in line.statement.pots:
            pots[pot] = PotStep(pot, pots.get(pot, PotStep(pot, ZERO)).amount + paid)
    return Explanation(
        rates=tuple(rates.values()),
        work=tuple(work.values()),
        minutes=sum(line.minutes for line in document.lines),
        gross=document.gross,
        tiers=tuple(tiers.values()),
        discount=document.discount,
        pots=tuple(pots.values()),
        net=document.net,
        vat_groups=document.vat_groups,
        vat=document.vat,
        total=document.total,
        bar=_bar(document),
    )


def contradictions(document: Document) -> tuple[Contradiction, ...]:
    """Give all in a document that does not follow from its own facts; empty for a sound one.

    Lines against their statements, groups against lines, VAT to the øre (the official e-invoice rules let
    0.99 kr pass), totals, and the payment reference. On a credit note VAT and statements are those of the
    invoice it corrects, so there only the sums are checked.
    """
    found: list[Contradiction] = []
    lines = document.lines
    for line in lines:
        place = f"lines[{line.position}]"
        _compare(found, f"{place}.net", line.net, line.gross - line.discount)
        if document.credits is None:
            found += _line_contradictions(place, line)
    computed = vat_groups(TaxedNet(line.vat_category, line.vat_percent, line.net) for line in lines)
    stated = {(group.category, group.percent): group for group in document.vat_groups}
    for group in computed:
        place = f"vat_groups[{group.category} {half_up(group.percent)}]"
        kept = stated.pop((group.category, group.percent), None)
        if kept is None:
            found.append(Contradiction(place, "no group", "a group"))
            continue
        _compare(found, f"{place}.base", kept.base, group.base)
        if document.credits is None:
            _compare(found, f"{place}.vat", kept.vat, group.vat)
    for category, percent in stated:
        found.append(Contradiction(f"vat_groups[{category} {half_up(percent)}]", "a group", "no group"))
    _compare(found, "gross", document.gross, sum((line.gross for line in lines), ZERO))
    _compare(found, "discount", document.discount, sum((line.discount for line in lines), ZERO))
    _compare(found, "net", document.net, sum((line.net for line in lines), ZERO))
    _compare(found, "vat", document.vat, sum((group.vat for group in document.vat_groups), ZERO))
    _compare(found, "total", document.total, document.net + document.vat)
    paid_number = document.number if document.credits is None else document.credits.number
    if paid_number is not None and document.number is not None:
        reference = payment_reference.for_number(paid_number)
        if document.payment_reference != reference:
            found.append(Contradiction("payment_reference", document.payment_reference, reference))
    return tuple(found)


def _line_contradictions(place: str, line: DocumentLine) -> list[Contradiction]:
    statement = line.statement
    found = [replace(each, place=f"{place}.{each.place}") for each in proof.contradictions(statement)]
    if line.minutes != statement.minutes:
        found.append(Contradiction(f"{place}.minutes", str(line.minutes), str(statement.minutes)))
    _compare(found, f"{place}.unit_price", line.unit_price, statement.rate.rate)
    _compare(found, f"{place}.gross", line.gross, statement.gross)
    _compare(found, f"{place}.discount_percent", line.discount_percent, statement.tier.percent)
    _compare(found, f"{place}.discount", line.discount, statement.discount)
    _compare(found, f"{place}.net", line.net, statement.net)
    if (line.vat_category, line.vat_percent) != (statement.vat.category, statement.vat.percent):
        found.append(
            Contradiction(
                f"{place}.vat",
                f"{line.vat_category} {line.vat_percent:f}",
                f"{statement.vat.category} {statement.vat.percent:f}",
            )
        )
    return found


def _compare(found: list[Contradiction], place: str, stated: Decimal, follows: Decimal) -> None:
    if stated != follows:
        found.append(Contradiction(place, f"{stated:f}", f"{follows:f}"))


def _bar(document: Document) -> tuple[BarPart, ...]:
    parts = [("price", document.net), ("vat", document.vat), ("discount", document.discount)]
    shown = [(kind, amount) for kind, amount in parts if amount > 0]
    if not shown:
        return ()
    # A thousand parts of the bar are split like øre, so that they too sum to the whole.
    shares = largest_remainder(1000 * ORE, [amount for _, amount in shown])
    return tuple(BarPart(kind, amount, int(share * 100)) for (kind, amount), share in zip(shown, shares, strict=True))
