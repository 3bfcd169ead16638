"""What the report says in the active language: its rows, its groups, and each check as a plain sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.text import capfirst
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from advisory.kernel import show
from billing.discounts.naming import tier_with_percent
from billing.ringfence.chart import Bar
from billing.ringfence.report import Checked, Financing, Finding, FundingFigures, Group, Missing, Source
from clients.organisations.models import Kind
from engagements.work.models import FundingArea, SelfcostService


def _money(amount: Decimal) -> str:
    return show.money(amount, get_language() or "nb")


def area_name(area: int) -> str:
    """«1 Verktøykatalog»."""
    return str(FundingArea(area).label)


def source_name(row: Financing, rows: Sequence[Financing]) -> str:
    """What a row of financing is called; a service is named where more than one has such a row."""
    same = [each for each in rows if each.source is row.source]
    match row.source:
        case Source.BASE_GRANT:
            return _("Base grant")
        case Source.CUSTOMERS:
            return _("Payment by customers, before VAT")
        case Source.NOT_INVOICED:
            return _("Not invoiced yet, before VAT")
        case Source.POT:
            return _("Discount pot «%(name)s»") % {"name": row.name}
        case Source.NOT_DRAWN:
            return _("Discount no pot has paid yet")
        case Source.DEDUCTED:
            return _of_service(_("Other income of the service"), row, same)
        case Source.OTHER_YEARS:
            return _of_service(_("Changes that other years bear"), row, same)
        case Source.FUND:
            text = _("Self-cost fund (surplus)") if row.total < 0 else _("Self-cost fund (shortfall)")
            return _of_service(text, row, same)
        case Source.PROJECT:
            return _("Project money")
        case Source.UNCOVERED:
            return _("Not covered")


def _of_service(text: str, row: Financing, same: Sequence[Financing]) -> str:
    return f"{text}, {SelfcostService(row.name).label}" if len(same) > 1 and row.name else text


def short_source(source: Source) -> str:
    """The word that stands on a bar."""
    return {
        Source.BASE_GRANT: _("Base grant"),
        Source.CUSTOMERS: _("Customers"),
        Source.NOT_INVOICED: _("Not invoiced"),
        Source.POT: _("Discount pots"),
        Source.NOT_DRAWN: _("Discount to come"),
        Source.DEDUCTED: _("Other income"),
        Source.OTHER_YEARS: _("Other years"),
        Source.FUND: _("Self-cost fund"),
        Source.PROJECT: _("Project money"),
        Source.UNCOVERED: _("Not covered"),
    }[source]


def missing_sentence(missing: Missing) -> str:
    """Why a figure is not there, or what it lacks."""
    return {
        Missing.PART_OF_YEAR: _(
            "Accounts and grants are of whole calendar years. For this period the report shows hours, what customers"
            " and pots paid, and who was helped; not what the areas cost, the grants or the self-cost fund."
        ),
        Missing.NO_ACCOUNTS: _(
            "The year has no accounts yet. Until they are read in, the report shows hours, what customers and pots"
            " paid, and who was helped; not what the areas cost, the grants or the self-cost fund."
        ),
        Missing.UNMAPPED: _(
            "Some accounts do not say where they belong. They are in none of the figures until somebody has said so."
        ),
        Missing.NO_KEY: _(
            "Costs are shared by a key that is empty this year, so the cost of the areas cannot be worked out. Write"
            " the full-time equivalents, or record the hours."
        ),
    }[missing]


def finding_sentence(figures: FundingFigures) -> str:
    """The report in one sentence: what the chart shows."""
    if figures.cost is None:
        return _("What customers and pots paid, by area.")
    if figures.of(Source.UNCOVERED):
        return _("%(amount)s of the cost is not covered by the areas' own money.") % {
            "amount": _money(figures.of(Source.UNCOVERED))
        }
    return _("No krone crosses over: each area is paid by its own money.")


def members_label(key: str) -> str:
    """A band of members."""
    return {
        "0": _("fewer than 50 members"),
        "50": _("50–199 members"),
        "200": _("200–999 members"),
        "1000": _("1 000 members or more"),
    }.get(key, _("number of members not known"))


def parts_sentences(drawn: Sequence[Bar]) -> list[str]:
    """What the parts of a bar are, for bars with more parts than there is room to name."""
    return [
        _("%(area)s, from the left: %(parts)s.")
        % {"area": area_name(bar.area), "parts": ", ".join(_small(short_source(part.source)) for part in bar.parts)}
        for bar in drawn
        if len(bar.parts) > 2
    ]


def _small(text: str) -> str:
    return text[:1].lower() + text[1:]


@dataclass(frozen=True, slots=True)
class Row:
    """A group with its words; `count` is the number, or «skjult» for all that are hidden together.

    Which of them are fewer than five, and which only hide those, is not told: with the sum it would give them away.
    """

    label: str
    count: str
    number: int | None

    @property
    def hidden(self) -> bool:
        return self.number is None


@dataclass(frozen=True, slots=True)
class Breakdown:
    """The organisations divided one way."""

    key: str
    title: str
    rows: tuple[Row, ...]


def breakdowns(figures: FundingFigures) -> tuple[Breakdown, ...]:
    """The organisations by discount tier, members, county and kind, in words."""

    def rows(groups: Sequence[Group], label: dict[str, str], *, by_name: bool = False) -> tuple[Row, ...]:
        shown = [Row(label[group.key], count_text(group.count), group.count) for group in groups if group.count]
        hidden = [label[group.key] for group in groups if group.count is None]
        if by_name:
            # The groups come with the largest first: the order would tell which of the hidden ones is.
            hidden.sort(key=str.casefold)
        if hidden:
            shown.append(Row(", ".join(hidden), _("hidden"), None))
        return tuple(shown)

    tiers = {group.key: tier_with_percent(group.key, group.percent or Decimal(0)) for group in figures.by_tier}
    kinds = {group.key: capfirst(str(Kind(group.key).label)) for group in figures.by_kind}
    counties = {group.key: group.key or _("County not known") for group in figures.by_county}
    members = {group.key: capfirst(members_label(group.key)) for group in figures.by_members}
    return (
        Breakdown(
            "tier", _("Size by income: discount tier"), rows(figures.by_tier, tiers | {"": _("Without a decision")})
        ),
        Breakdown("members", _("Size by members"), rows(figures.by_members, members)),
        Breakdown("county", _("County"), rows(figures.by_county, counties, by_name=True)),
        Breakdown("kind", _("Kind of organisation"), rows(figures.by_kind, kinds, by_name=True)),
    )


def count_text(count: int | None) -> str:
    """The number, or «færre enn 5» where it is hidden."""
    return _("fewer than 5") if count is None else show.number(count, decimals=0, language=get_language() or "nb")


def areas_text(areas: Sequence[int]) -> str:
    """«område 1, 2 og 4»."""
    numbers = [str(area) for area in areas]
    if len(numbers) == 1:
        return _("area %(area)s") % {"area": numbers[0]}
    return _("areas %(areas)s and %(last)s") % {"areas": ", ".join(numbers[:-1]), "last": numbers[-1]}


@dataclass(frozen=True, slots=True)
class CheckWords:
    """A check as the page and the document say it: the sentence, and what may be added to it."""

    check: Checked
    sentence: str
    detail: str = ""


def check_words(check: Checked) -> CheckWords:
    """Say in plain words what a check found."""
    if not check.known:
        return CheckWords(check, _not_known(check.finding))
    return CheckWords(check, *(_in_order(check) if check.holds else _failing(check)))


def _not_known(finding: Finding) -> str:
    if finding is Finding.NO_GRANT_IN_AREA_4:
        return _("Whether area 4 is paid by its own money cannot be checked without the accounts of a whole year")
    return _("Whether the financing is the cost cannot be checked without the accounts of a whole year")


def _in_order(check: Checked) -> tuple[str, str]:
    match check.finding:
        case Finding.HOURS_HAVE_AREA:
            hours = show.hours(check.count, get_language() or "nb")
            return _("Every hour has one area"), _("%(hours)s hours; one without cannot be saved") % {"hours": hours}
        case Finding.NO_GRANT_IN_AREA_4:
            detail = _("the area cost %(amount)s") % {"amount": _money(check.amount)}
            return _("No cost of area 4 is paid by the base grant"), detail
        case Finding.RATE_HOLDS_AREA_3:
            return _("No cost of areas 1, 2 or 4 is in the hourly rate"), ""
        case Finding.POTS_PAY_DISCOUNTS:
            if not check.amount:
                return _("Discounts are paid by pots, not by other customers"), _("none were given")
            detail = _("%(used)s of a frame of %(frame)s") % {
                "used": _money(check.amount),
                "frame": _money(check.other),
            }
            return _("Discounts are paid by pots, not by other customers"), detail
        case Finding.FINANCING_IS_COST:
            return _("The financing is the cost in every area"), ""
        case Finding.ACCOUNTS_ARE_MAPPED:
            return _("Every account says where it belongs"), ""


def _failing(check: Checked) -> tuple[str, str]:
    amount, other = _money(check.amount), _money(check.other)
    match check.finding:
        case Finding.NO_GRANT_IN_AREA_4:
            detail = _("Area 4 must be paid by project money alone.")
            return _("Area 4 lacks %(amount)s of its own money") % {"amount": other or amount}, detail
        case Finding.RATE_HOLDS_AREA_3:
            text = ngettext(
                "%(count)s cost of another area is in the hourly rate",
                "%(count)s costs of other areas are in the hourly rate",
                check.count,
            )
            return text % {"count": check.count}, f"{amount}, {areas_text(check.areas)}"
        case Finding.POTS_PAY_DISCOUNTS:
            text = ngettext(
                "%(count)s document has a discount that no pot paid",
                "%(count)s documents have a discount that no pot paid",
                check.count,
            )
            return text % {"count": check.count}, ", ".join(str(number) for number in check.documents[:5])
        case Finding.FINANCING_IS_COST:
            detail = _("%(areas)s, %(amount)s in all.") % {"areas": capfirst(areas_text(check.areas)), "amount": amount}
            return _("The financing is not the cost in every area"), detail
        case Finding.ACCOUNTS_ARE_MAPPED:
            text = ngettext(
                "%(count)s account does not say where it belongs",
                "%(count)s accounts do not say where they belong",
                check.count,
            )
            return text % {"count": check.count}, _("They are in none of the figures.")
        case _:
            return _("Hours without an area are recorded"), ""
