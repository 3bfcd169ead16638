"""At most three figures, each a link to exactly the list it counts, asked for with that list's own queryset."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Sum
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from advisory.kernel import show
from advisory.kernel.users import User
from billing.discounts import state
from billing.invoicing.quote import Quote
from billing.invoicing.run import sums_of
from engagements.models import TimeEntry
from engagements.work import lists
from engagements.work.frame import WARN_PERCENT
from engagements.work.grid import FULL_WEEK
from engagements.work.models import TimeEntryQuerySet
from engagements.work.weeks import Week


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure with its unit, one line of context, and where it leads."""

    label: str
    figure: str
    unit: str
    context: str
    url: str


def of_advisor(user: User, on: date) -> list[Tile]:
    """The week, engagements near their frame, and own hours that are not billed."""
    mine = lists.filtered(user, {"whose": "mine", "phase": lists.NEAR})
    near = mine.count()
    return [
        week_tile(user, on),
        Tile(
            label=_("Near the agreed frame"),
            figure=str(near),
            unit=ngettext("engagement", "engagements", near),
            context=_("%(percent)s or more of the agreed hours are used")
            % {"percent": show.percent(WARN_PERCENT, get_language() or "nb")},
            url=f"{reverse('engagements')}?{urlencode({'whose': 'mine', 'phase': lists.NEAR})}",
        ),
        _unbilled_tile(TimeEntry.objects.filter(advisor=user), on, advisor="me"),
    ]


def of_administrator(on: date, quotes: list[Quote]) -> list[Tile]:
    """Proposals ready, hours that are not billed yet, tiers that are not settled."""
    return [_proposals_tile(quotes), _unbilled_tile(TimeEntry.objects.all(), on), _tiers_tile(on)]


def minutes_of(user: User, first: date, last: date) -> int:
    """What the person logged from and with `first` to and with `last`."""
    found = TimeEntry.objects.filter(advisor=user, day__range=(first, last)).aggregate(sum=Sum("minutes"))
    return found["sum"] or 0


def week_tile(user: User, on: date) -> Tile:
    """Hours of this week against a full one."""
    week, language = Week.of(on), get_language() or "nb"
    minutes = minutes_of(user, week.first, week.last)
    left = max(FULL_WEEK - minutes, 0)
    return Tile(
        label=_("Hours week %(number)s") % {"number": week.number},
        figure=show.hours(minutes, language),
        unit=_("of %(hours)s") % {"hours": show.hours(FULL_WEEK, language)},
        context=_("%(hours)s hours to go") % {"hours": show.hours(left, language)} if left else _("The week is full"),
        url=reverse("week", args=[week.year, week.number]),
    )


def _proposals_tile(quotes: list[Quote]) -> Tile:
    ready = [quote for quote in quotes if quote.ready]
    rest = len(quotes) - len(ready)
    total = show.kroner(sums_of(ready).total, get_language() or "nb")
    return Tile(
        label=_("Invoice proposals ready"),
        figure=str(len(ready)),
        unit=_("for %(total)s in all") % {"total": total} if ready else "",
        context=ngettext("%(count)s more must be checked first", "%(count)s more must be checked first", rest)
        % {"count": rest}
        if rest
        else _("Nothing must be checked first")
        if ready
        else _("No hours are gathered for billing"),
        url=reverse("proposals"),
    )


def last_of_last_month(on: date) -> date:
    return on.replace(day=1) - timedelta(days=1)


def _unbilled_tile(entries: TimeEntryQuerySet, on: date, **more: str) -> Tile:
    language = get_language() or "nb"
    up_to = last_of_last_month(on)
    found = entries.billable().not_issued().up_to(up_to)
    minutes = found.aggregate(sum=Sum("minutes"))["sum"] or 0
    return Tile(
        label=_("Billable, not billed"),
        figure=show.hours(minutes, language),
        unit=_("hours"),
        context=_("up to %(day)s") % {"day": show.long_day(up_to, language)},
        url=f"{reverse('time_all')}?{urlencode({**more, 'state': 'unbilled', 'last': show.day(up_to)})}",
    )


def _tiers_tile(on: date) -> Tile:
    count = state.to_settle(on).count()
    return Tile(
        label=_("Discount tiers to settle"),
        figure=str(count),
        unit=ngettext("organisation", "organisations", count),
        context=_("without a decision, declared anew, or it ends soon"),
        url=reverse("discounts"),
    )
