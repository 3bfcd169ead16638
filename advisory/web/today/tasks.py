"""What waits for a person of staff, most urgent first. Reads only; each task leads to where it is done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from advisory.kernel import show
from advisory.kernel.audit import AuditEvent
from advisory.kernel.outbox import MessageState, OutboundMessage
from advisory.kernel.users import User
from billing.books.check import latest
from billing.discounts import state
from billing.invoicing.quote import Quote
from billing.selfcost.models import CostBase
from billing.selfcost.words import words_of
from billing.yearend.models import AccountingYear
from clients.register.warnings import warned
from engagements.models import Engagement, TimeEntry
from engagements.work.frame import Frame, frames_of
from engagements.work.models import Phase
from engagements.work.ready_weeks import not_ready
from engagements.work.weeks import Week

#: Of one kind, so that one long list does not bury the others.
AT_MOST = 6
SENT_BACK = {"cost_base.send_back", "accounts.send_back"}
HANDED_OVER = {"cost_base.submit", "accounts.submit"}


@dataclass(frozen=True, slots=True)
class Task:
    """One line: `name` and what is to be done about it, and the verb that leads there. No day means today."""

    name: str
    sentence: str
    verb: str
    url: str
    is_urgent: bool = False
    since: date | None = None


def of_advisor(user: User, on: date) -> list[Task]:
    """What follows from the person's own engagements and hours."""
    mine = list(
        Engagement.objects.mine(user)
        .filter(phase__in=(Phase.REQUESTED, Phase.AGREED, Phase.ACTIVE))
        .select_related("organisation")
    )
    return _sorted([*_frames(mine), *_requests(mine), *_weeks(user, on), *_hours_without_text(user, on)])


def of_administrator(user: User, on: date, quotes: list[Quote]) -> list[Task]:
    """The office's: proposals that cannot be issued, tiers, control, mails; then the person's own engagements."""
    return _sorted(
        [
            *_books(),
            *_blocked(quotes),
            *_registers(),
            *_tiers(on),
            *_cost_bases(user),
            *_accounts(user),
            *_sent_back(),
            *_failed_mails(),
            *of_advisor(user, on),
        ]
    )


def _sorted(tasks: list[Task]) -> list[Task]:
    return sorted(tasks, key=lambda task: not task.is_urgent)


def _frames(engagements: list[Engagement]) -> Iterator[Task]:
    frames = frames_of(engagements)
    near = [(each, frames[each.pk]) for each in engagements if frames[each.pk].is_near]
    for engagement, frame in sorted(near, key=lambda pair: -(pair[1].percent or 0)):
        yield Task(
            name=engagement.organisation.name,
            sentence=_of_frame(engagement, frame),
            verb=_("Extend") if frame.is_full else _("Open"),
            url=reverse("engagement_agreement" if frame.is_full else "engagement", args=[engagement.reference]),
            is_urgent=frame.is_full,
        )


def _of_frame(engagement: Engagement, frame: Frame) -> str:
    language = get_language() or "nb"
    if frame.over:
        words = _("%(hours)s hours more than agreed on %(title)s")
        return words % {"hours": show.hours(frame.over, language), "title": engagement.title}
    words = _("%(percent)s of the agreed hours on %(title)s are used")
    return words % {"percent": show.percent(frame.percent or 0, language), "title": engagement.title}


def _requests(engagements: list[Engagement]) -> Iterator[Task]:
    for engagement in engagements:
        if engagement.phase == Phase.REQUESTED and engagement.minutes_agreed is None:
            yield Task(
                name=engagement.organisation.name,
                sentence=_("Asks for help: %(title)s. No hours are agreed") % {"title": engagement.title},
                verb=_("Agree"),
                url=reverse("engagement_agreement", args=[engagement.reference]),
                since=engagement.requested_on,
            )


def _hours_without_text(user: User, on: date) -> Iterator[Task]:
    """Billable hours must say what was done before they are billed (bokføringsforskriften § 5-1-1 no. 3)."""
    days = (
        TimeEntry.objects.filter(advisor=user, text="", day__lte=on)
        .billable()
        .unbilled()
        .order_by("day")
        .values_list("day")
        .annotate(count=Count("pk"))
    )
    weeks: dict[Week, int] = {}
    for day, count in days:
        weeks[Week.of(day)] = weeks.get(Week.of(day), 0) + count
    for week, count in list(weeks.items())[:AT_MOST]:
        yield Task(
            name=_("Week %(number)s") % {"number": week.number},
            sentence=ngettext(
                "%(count)s entry does not say what was done", "%(count)s entries do not say what was done", count
            )
            % {"count": count},
            verb=_("Write"),
            url=reverse("week", args=[week.year, week.number]),
            since=week.first,
        )


def _weeks(user: User, on: date) -> Iterator[Task]:
    """The last week that ended, until it is marked as ready; older ones are asked about where a month is closed."""
    week = Week.of(on).previous
    if not_ready(first=week.first, last=week.last, today=on, of=user):
        yield Task(
            name=_("Week %(number)s") % {"number": week.number},
            sentence=_("Is not marked as ready"),
            verb=_("Open"),
            url=reverse("week", args=[week.year, week.number]),
            since=week.last,
        )


def _books() -> Iterator[Task]:
    """Only when something disagrees: books that agree are no news."""
    last = latest()
    if last is not None and not last.agrees:
        yield Task(
            name=_("Check of the books"),
            sentence=_("Something does not agree"),
            verb=_("Look"),
            url=reverse("books"),
            is_urgent=True,
        )


def _blocked(quotes: list[Quote]) -> Iterator[Task]:
    unready = [(quote, next(p for p in quote.problems if p.blocks)) for quote in quotes if not quote.ready]
    for quote, problem in unready[:AT_MOST]:
        yield Task(
            name=quote.draft.organisation.name,
            sentence=problem.message.rstrip("."),
            verb=_("Settle"),
            url=problem.url or reverse("draft", args=[quote.draft.pk]),
            is_urgent=True,
        )


def _registers() -> Iterator[Task]:
    """Customers that a register says are bankrupt, being wound up or gone, until they are made inactive."""
    for organisation, warning in warned()[:AT_MOST]:
        yield Task(
            name=organisation.name,
            sentence=warning.sentence.rstrip("."),
            verb=_("Look"),
            url=reverse("organisation", args=[organisation.number]),
            is_urgent=True,
        )


def _tiers(on: date) -> Iterator[Task]:
    # The list begins with those whose declaration waits.
    for organisation in state.to_settle(on)[:AT_MOST]:
        waiting = getattr(organisation, "waiting", None)
        if waiting is not None:
            yield Task(
                name=organisation.name,
                sentence=_("Has declared its income and waits for a discount tier"),
                verb=_("Decide"),
                url=reverse("organisation_income", args=[organisation.number]),
                since=waiting,
            )


def _cost_bases(user: User) -> Iterator[Task]:
    for base in CostBase.objects.exclude(submitted_at=None).filter(rate_version=None).order_by("year", "service"):
        own = user.pk in (base.made_by_id, base.submitted_by_id)
        yield Task(
            name=words_of(base.unit, base.year).title,
            sentence=_("Waits for control by another administrator") if own else _("Waits for your control"),
            verb=_("Open") if own else _("Control"),
            url=reverse("cost_base", args=[base.year, base.service]),
        )


def _accounts(user: User) -> Iterator[Task]:
    waiting = AccountingYear.objects.exclude(submitted_at=None).filter(closing=None).order_by("year")
    for year in waiting:
        own = user.pk in (year.made_by_id, year.submitted_by_id)
        yield Task(
            name=_("Accounts %(year)s") % {"year": year.year},
            sentence=_("Waits for control by another administrator") if own else _("Waits for your control"),
            verb=_("Open") if own else _("Control"),
            url=reverse("after", args=[year.year]),
        )


def _sent_back() -> Iterator[Task]:
    """Cost bases and accounts that the control sent back, until they are handed over again."""
    bases = list(CostBase.objects.filter(submitted_at=None, rate_version=None).order_by("year", "service"))
    years = list(AccountingYear.objects.filter(submitted_at=None, closing=None).order_by("year"))
    places: list[tuple[CostBase | AccountingYear, str, str]] = [
        (base, words_of(base.unit, base.year).title, reverse("cost_base", args=[base.year, base.service]))
        for base in bases
    ]
    places += [
        (year, _("Accounts %(year)s") % {"year": year.year}, reverse("accounts", args=[year.year])) for year in years
    ]
    newest: dict[tuple[str, str], AuditEvent] = {}
    told = AuditEvent.objects.filter(
        object_type__in=[CostBase._meta.label_lower, AccountingYear._meta.label_lower],
        object_id__in={str(each.pk) for each, _name, _url in places},
        action__in=SENT_BACK | HANDED_OVER,
    ).order_by("at", "id")
    for event in told:
        newest[event.object_type, event.object_id] = event
    for each, name, url in places:
        last = newest.get((each._meta.label_lower, str(each.pk)))
        if last is not None and last.action in SENT_BACK:
            reason = last.reason if len(last.reason) <= 90 else f"{last.reason[:89]}…"
            yield Task(name=name, sentence=f"{_('Sent back:')} {reason}", verb=_("Open"), url=url)


def _failed_mails() -> Iterator[Task]:
    count = OutboundMessage.objects.in_state(MessageState.FAILED).count()
    if count:
        yield Task(
            name=_("Outbox"),
            sentence=ngettext("%(count)s mail was not delivered", "%(count)s mails were not delivered", count)
            % {"count": count},
            verb=_("Look"),
            url=f"{reverse('outbox')}?status={MessageState.FAILED}",
            is_urgent=True,
        )
