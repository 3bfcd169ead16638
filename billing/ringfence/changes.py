"""What has changed since a year was closed: the frozen report against what the books say now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from advisory.kernel import show
from billing.ringfence.report import AREAS, NOTHING, Financing, FundingFigures
from billing.ringfence.words import area_name, breakdowns, check_words, count_text, source_name


@dataclass(frozen=True, slots=True)
class Change:
    """A figure as it was frozen, and as it is now, in words."""

    label: str
    before: str
    now: str


def changes(frozen: FundingFigures, live: FundingFigures) -> tuple[Change, ...]:
    """Give every figure of the report that is another one now; none = nothing has changed."""
    return tuple(_changes(frozen, live))


def _changes(frozen: FundingFigures, live: FundingFigures) -> Iterator[Change]:
    language = get_language() or "nb"
    for place, area in enumerate(AREAS):
        before, now = frozen.minutes[place], live.minutes[place]
        if before != now:
            label = _("Hours, %(area)s") % {"area": area_name(area)}
            yield Change(label, show.hours(before, language), show.hours(now, language))
    yield from _amounts(_("Cost"), frozen.cost or NOTHING, live.cost or NOTHING)
    was, is_now = ({_key(row): row for row in each.financing} for each in (frozen, live))
    for key in [*was, *(key for key in is_now if key not in was)]:
        row = was.get(key) or is_now[key]
        name = source_name(row, frozen.financing if key in was else live.financing)
        before_row, now_row = was.get(key), is_now.get(key)
        yield from _amounts(
            name, before_row.amounts if before_row else NOTHING, now_row.amounts if now_row else NOTHING
        )
    if frozen.organisations != live.organisations:
        yield Change(_("Organisations reached"), count_text(frozen.organisations), count_text(live.organisations))
    yield from _groups(frozen, live)
    for before_check in frozen.checks:
        for check in live.checks:
            if check.finding is before_check.finding and check.holds != before_check.holds:
                yield Change(_("Check"), check_words(before_check).sentence, check_words(check).sentence)


def _key(row: Financing) -> tuple[str, str, int | None]:
    return row.source.value, row.name if row.pot is None else "", row.pot


def _amounts(label: str, before: tuple[Decimal, ...], now: tuple[Decimal, ...]) -> Iterator[Change]:
    language = get_language() or "nb"
    for place, area in enumerate(AREAS):
        if before[place] != now[place]:
            yield Change(
                f"{label}, {area_name(area)}",
                show.amount(before[place], language),
                show.amount(now[place], language),
            )


def _groups(frozen: FundingFigures, live: FundingFigures) -> Iterator[Change]:
    for before, now in zip(breakdowns(frozen), breakdowns(live), strict=True):
        was = {row.label: row.count for row in before.rows}
        is_now = {row.label: row.count for row in now.rows}
        for label in [*was, *(label for label in is_now if label not in was)]:
            if was.get(label) != is_now.get(label):
                yield Change(f"{before.title}: {label}", was.get(label, show.UNKNOWN), is_now.get(label, show.UNKNOWN))
