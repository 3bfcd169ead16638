"""The rows behind a figure of the after-calculation: what the page opens when a figure is followed.

Of a closed year only what was issued by then is shown, so that the rows sum to the figure that was frozen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from django.db.models import F, QuerySet, Sum
from django.http import Http404
from django.utils.translation import gettext as _

from advisory.kernel.fields import kroner, sum_ore
from billing.invoicing.models import InvoiceLine
from billing.invoicing.price_statement import tier_label
from billing.pricing.sold import Sold
from billing.selfcost.models import RateVersion, Unit
from billing.yearend.figures import AfterFigures, EarlierWork
from billing.yearend.income import AccruedLine, counted_lines, lines_of_work, unissued_hours, written_off_lines
from billing.yearend.models import YearClosing
from engagements.work.models import FundingArea, SelfcostService, TimeEntry


@dataclass(frozen=True, slots=True)
class Rows:
    """What stands behind a figure: one of the four kinds of rows, and the sum of all of them."""

    title: str
    lead: str
    total: Sold
    lines: QuerySet[InvoiceLine] | None = None
    accrued: tuple[AccruedLine, ...] = ()
    entries: QuerySet[TimeEntry] | None = None
    earlier: EarlierWork | None = None


def rows_behind(of: str, figures: AfterFigures, asked: Mapping[str, str]) -> Rows:
    """Give the rows of a figure by its name in the path. Raises `Http404` for what is no figure."""
    try:
        return _FINDERS[of](figures, asked)
    except (KeyError, ValueError, InvalidOperation):
        raise Http404 from None


def _issued(figures: AfterFigures, asked: Mapping[str, str]) -> Rows:
    lines = _by(figures, counted_lines(figures.year, figures.service))
    title = _("Invoiced work")
    if "percent" in asked:
        percent = _percent(asked)
        lines = lines.filter(discount_percent=percent)
        if percent:
            lines = lines.filter(decision__tier__code=asked["tier"])
        title = tier_label(asked.get("tier", ""), percent)
    return _of_lines(
        title, _("Issued lines of work done in the year, at full price; credit notes are taken off."), lines
    )


def _accrued(figures: AfterFigures, asked: Mapping[str, str]) -> Rows:
    lines = figures.income.accrued_lines
    if "percent" in asked:
        lines = tuple(line for line in lines if line.percent == _percent(asked) and line.code == asked.get("tier", ""))
    return Rows(
        _("Not invoiced yet"),
        _("Billable hours of the year that no invoice has yet, at the rate and tier of their day."),
        sum((Sold(line.minutes, line.gross, line.discount) for line in lines), Sold()),
        accrued=lines,
    )


def _written_off(figures: AfterFigures, asked: Mapping[str, str]) -> Rows:
    lines = _by(figures, written_off_lines(lines_of_work([figures.year], figures.service)))
    found = _of_lines(
        _("Written-off hours"),
        _("Lines of credit notes that decided the hours are never invoiced. They are no income."),
        lines,
    )
    return found


def _other_areas(figures: AfterFigures, asked: Mapping[str, str]) -> Rows:
    lines = lines_of_work([figures.year], figures.service).exclude(funding_area=FundingArea.ADVICE)
    return _of_lines(
        _("Invoiced outside area 3"),
        _("Work of other areas at this service's rate. It is not income of the service."),
        _by(figures, lines),
    )


def _straddling(figures: AfterFigures, asked: Mapping[str, str]) -> Rows:
    lines = counted_lines(figures.year, figures.service).filter(last_day__year__gt=F("first_day__year"))
    return _of_lines(_("Lines with work of two years"), _("Counted in the year they begin in."), _by(figures, lines))


def _pot(figures: AfterFigures, asked: Mapping[str, str]) -> Rows:
    [pot] = [each for each in figures.income.pots if each.pot == int(asked["pot"])]
    lines = _by(figures, counted_lines(figures.year, figures.service)).filter(pot_shares__pot=pot.pot)
    lines = lines.annotate(share=F("pot_shares__amount"))
    found = _of_lines(pot.name, _("Lines whose discount the pot has paid, or has paid a part of."), lines)
    return Rows(found.title, found.lead, Sold(found.total.minutes, found.total.gross, pot.amount), found.lines)


def _earlier(figures: AfterFigures, asked: Mapping[str, str]) -> Rows:
    [work] = [each for each in figures.earlier if each.origin == int(asked["origin"])]
    since = _closed_at(figures.year - 1)
    lines = _by(figures, counted_lines(work.origin, figures.service))
    if since is not None:
        lines = lines.filter(invoice__issued_at__gt=since)
    found = _of_lines(
        _("Work of %(year)s") % {"year": work.origin},
        _("What was counted when the years were closed, what is counted now, and the documents issued since."),
        lines,
    )
    return Rows(found.title, found.lead, found.total, found.lines, earlier=work)


def _recorded(figures: AfterFigures, asked: Mapping[str, str]) -> Rows:
    entries = TimeEntry.objects.filter(day__year=figures.year, funding_area=FundingArea.ADVICE)
    entries = (
        entries.filter(service_type__service=SelfcostService.COURSES)
        if figures.service == SelfcostService.COURSES
        else entries.exclude(service_type__service=SelfcostService.COURSES)
    )
    return _of_entries(
        _("Recorded hours"),
        _("All hours of the service in the year, billable or not: what costs are shared by."),
        entries,
    )


def _unpriced(figures: AfterFigures, asked: Mapping[str, str]) -> Rows:
    rates = RateVersion.objects.filter(service=figures.service).order_by("valid_from")
    first = next((rate.valid_from for rate in rates if rate.unit == Unit.HOURS), date(figures.year + 1, 1, 1))
    entries = unissued_hours([figures.year], figures.service).filter(day__lt=first)
    return _of_entries(_("Hours without a rate"), _("Billable hours that have no rate on their day."), entries)


_FINDERS: dict[str, Callable[[AfterFigures, Mapping[str, str]], Rows]] = {
    "issued": _issued,
    "accrued": _accrued,
    "written-off": _written_off,
    "other-areas": _other_areas,
    "straddling": _straddling,
    "pot": _pot,
    "earlier": _earlier,
    "recorded": _recorded,
    "unpriced": _unpriced,
}


def _percent(asked: Mapping[str, str]) -> Decimal:
    percent = Decimal(asked["percent"])
    if not 0 <= percent <= 100:
        raise ValueError(f"{percent} is no discount.")
    return percent


def _of_lines(title: str, lead: str, lines: QuerySet[InvoiceLine]) -> Rows:
    sums = lines.order_by().aggregate(
        all_minutes=Sum("minutes"), all_gross=sum_ore("gross"), all_discount=sum_ore("discount")
    )
    total = Sold(sums["all_minutes"] or 0, kroner(sums["all_gross"]), kroner(sums["all_discount"]))
    rows = lines.select_related("engagement__organisation", "decision__tier").order_by(
        "first_day", "invoice", "position"
    )
    return Rows(title, lead, total, lines=rows)


def _of_entries(title: str, lead: str, entries: QuerySet[TimeEntry]) -> Rows:
    minutes = entries.order_by().aggregate(total=Sum("minutes"))["total"] or 0
    rows = entries.select_related("engagement__organisation", "activity", "service_type", "advisor").order_by(
        "day", "pk"
    )
    return Rows(title, lead, Sold(minutes), entries=rows)


def _by(figures: AfterFigures, lines: QuerySet[InvoiceLine]) -> QuerySet[InvoiceLine]:
    """Only what was issued when the year was closed."""
    closed = _closed_at(figures.year)
    return lines if closed is None else lines.filter(invoice__issued_at__lte=closed)


def _closed_at(year: int) -> datetime | None:
    return YearClosing.objects.filter(accounting_year__year=year).values_list("closed_at", flat=True).first()
