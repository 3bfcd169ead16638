"""The office's year, in the order of its days: every month is billed on the 8th and closed on the 10th.

The newest whole month is only proposed. One invoice is credited and its hours billed again, one is written off, one
mail came back. Everything goes through the verbs; what the worker would have done with the mails is written here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

from django.db.models import F

from advisory.kernel import audit
from advisory.kernel.outbox import MAX_ATTEMPTS, OutboundMessage
from advisory.kernel.periods import PeriodKind, close_month
from advisory.kernel.users import User
from advisory.web.demo import pots
from advisory.web.demo.people import Staff
from advisory.web.demo.tasks import Task
from advisory.web.demo.wishes import Wishes, at, month_end, next_month
from billing.invoicing.credit import credit
from billing.invoicing.gather import gather
from billing.invoicing.issue import issue
from billing.models import Invoice
from clients.models import Note, Organisation
from clients.organisations.services import change

WRONG_ENGAGEMENT = "Timene var ført på feil oppdrag. Dere får en ny faktura."
GIVEN_AWAY = "Møtet skulle vært gratis. Timene blir ikke fakturert."


class NotIssued(Exception):
    """The demo's own data did not become invoices: a fault of the demo."""


def run_the_year(organisations: list[Organisation], staff: Staff, wishes: Wishes, others: Sequence[Task]) -> None:
    """Do all tasks in the order of their moments: those of billing, and `others` between them."""
    by, showcase = staff.administrator, organisations[0]
    tasks = [Task(pots.opening(year, wishes), _opening(year, by, wishes)) for year in pots.years(wishes)]
    tasks += [
        Task(at(date(year + 1, 2, 20), 13), _giving_back(year, by)) for year in pots.years(wishes) if year < wishes.year
    ]
    billed = [month for month in wishes.months if month <= wishes.showcase_month]
    for month in billed:
        following = next_month(month)
        tasks.append(Task(at(following.replace(day=8), 10), _billing(month, by, wishes)))
        tasks.append(Task(at(following.replace(day=10), 15, 30), _closing(month, by)))
    for months_ago, day, reason, release in ((3, 15, WRONG_ENGAGEMENT, True), (2, 20, GIVEN_AWAY, False)):
        if len(billed) > months_ago:
            run = next_month(billed[-1 - months_ago])
            tasks.append(Task(at(run.replace(day=day), 11, 10), _crediting(run, reason, release, showcase, by)))
    proposed = wishes.before_as_of(at(wishes.as_of.replace(day=2), 9))
    tasks.append(Task(proposed, lambda now: gather(up_to=month_end(wishes.proposed_month), by=by, now=now)))
    promised = wishes.before_as_of(at(wishes.as_of.replace(day=2), 10))
    tasks.append(Task(promised, lambda now: pots.bind_for_work(wishes.as_of, by=by, now=now)))
    for task in sorted([*tasks, *others], key=lambda task: task.at):
        task.do(task.at)
    _mails_were_sent()
    _one_came_back(showcase, staff, wishes)


def _opening(year: int, by: User, wishes: Wishes) -> Callable[[datetime], object]:
    return lambda now: pots.open_year(year, by=by, wishes=wishes, now=now)


def _giving_back(year: int, by: User) -> Callable[[datetime], object]:
    return lambda now: pots.give_back(year, by=by, now=now)


def _billing(month: date, by: User, wishes: Wishes) -> Callable[[datetime], object]:
    def bill(now: datetime) -> None:
        drafts: dict[int, str | None] = {draft.pk: None for draft in gather(up_to=month_end(month), by=by, now=now)}
        outcome = issue(drafts, by=by, now=now)
        if outcome.failures:
            pots.grant_more(month, by=by, wishes=wishes, now=now)
            outcome = issue({failure.draft: None for failure in outcome.failures}, by=by, now=now)
        if outcome.failures:
            raise NotIssued(f"{month:%Y-%m}: {outcome.failures[0].organisation}: {outcome.failures[0].message}")

    return bill


def _closing(month: date, by: User) -> Callable[[datetime], object]:
    return lambda now: close_month(kind=PeriodKind.HOURS, month=month, by=by, now=now)


def _crediting(run: date, reason: str, release: bool, showcase: Organisation, by: User) -> Callable[[datetime], object]:
    def take_back(now: datetime) -> None:
        candidates = (
            Invoice.objects.uncredited()
            .filter(issued_on=run.replace(day=8))
            .exclude(organisation=showcase)
            .exclude(organisation__in=Invoice.objects.credit_notes().values("organisation"))
        )
        chosen = candidates.filter(discount__gt=0).order_by("number").first() or candidates.order_by("number").first()
        if chosen is not None:
            credit(chosen, reason=reason, release_hours=release, by=by, now=now)

    return take_back


def _mails_were_sent() -> None:
    """What the worker does a few minutes after each run."""
    OutboundMessage.objects.filter(sent_at=None).update(sent_at=F("created_at") + timedelta(minutes=4), attempts=1)


def _one_came_back(showcase: Organisation, staff: Staff, wishes: Wishes) -> None:
    """The newest invoice to one organisation was returned, so its address was taken away: its proposal says so."""
    found = (
        Invoice.objects.uncredited()
        .filter(issued_on=next_month(wishes.showcase_month).replace(day=8))
        .exclude(organisation=showcase)
        .filter(organisation__invoice_draft__isnull=False, discount__gt=0)
        .order_by("-number")
        .first()
    )
    if found is None:
        return
    message = OutboundMessage.objects.get(kind="document", reference=str(found.number))
    failed = message.created_at + timedelta(hours=1, minutes=7)
    OutboundMessage.objects.filter(pk=message.pk).update(
        sent_at=None, failed_at=failed, attempts=MAX_ATTEMPTS, last_error="SMTPRecipientsRefused: 550 ukjent mottaker"
    )
    noticed = wishes.before_as_of(failed + timedelta(days=4))
    change(organisation=found.organisation, by=staff.administrator, now=noticed, email="", invoice_email="")
    text = f"Faktura {found.number} kom i retur. Adressen finnes ikke lenger. Ring kasserer og få en ny."
    note = Note.objects.create(
        organisation=found.organisation, text=text, visible=False, written_at=noticed, written_by=staff.administrator
    )
    number = found.organisation.number
    audit.record("note.write", note, by=staff.administrator, now=noticed, after={"visible": False}, organisation=number)
