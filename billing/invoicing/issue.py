"""Issuing: drafts become numbered invoices that nobody can change.

Set-based: one path for one draft and for many. What belongs to an invoice (number, printed facts, lines, price
statement, hours, pot, chain, audit, outbox) commits together; a set that fails is repeated one by one, so a bad
draft holds back nobody. Any process may call it, in any order, as often as it likes: a draft is issued once.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.db import DataError, IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from advisory.kernel import audit, outbox
from advisory.kernel.counters import Counter, locked
from advisory.kernel.errors import DomainError
from advisory.kernel.fields import nok
from advisory.kernel.texts import Texts
from advisory.kernel.users import User
from billing.discounts.ledger import Movement, book
from billing.discounts.models import PotEntryKind
from billing.invoicing import chain, mail, payment_reference
from billing.invoicing.models import Invoice, InvoicedHour, InvoiceDraft, InvoiceLine, InvoiceVat, PotShare
from billing.invoicing.quote import Quote, quotes
from billing.pricing import statement
from engagements.work import holds

log = logging.getLogger(__name__)

SET_SIZE = 50
IN_A_YEAR = 100_000


class ClockSetBack(DomainError):
    """The clock shows a day before the newest document's."""

    template = gettext_lazy("The newest document is dated %(newest)s. Check the clock: it shows %(today)s.")


class SeriesFull(DomainError):
    """The year has no numbers left."""

    template = gettext_lazy("The series of %(year)s has no numbers left.")


@dataclass(frozen=True, slots=True)
class Failure:
    """A draft that was not issued, and why, in the active language."""

    draft: int
    organisation: str
    message: str


@dataclass(frozen=True, slots=True)
class Issued:
    """What came of it: invoices in the order of their numbers (also those that were issued before), and failures."""

    invoices: tuple[Invoice, ...]
    failures: tuple[Failure, ...]


def issue(drafts: Mapping[int, str | None], *, by: User, now: datetime) -> Issued:
    """Issue drafts, as {draft id: fingerprint the reviewer saw, or None for "as it is"}.

    A draft whose prices or hours are no longer those of the fingerprint is not issued. One transaction holds up
    to fifty drafts. Raises nothing for a single bad draft: it is among the failures.
    """
    invoices: list[Invoice] = []
    failures: list[Failure] = []
    ids = sorted(drafts)
    for start in range(0, len(ids), SET_SIZE):
        some = {pk: drafts[pk] for pk in ids[start : start + SET_SIZE]}
        try:
            outcome = _issue_set(some, by=by, now=now)
        except (DomainError, IntegrityError, DataError):
            outcome = _one_by_one(some, by=by, now=now)
        invoices += outcome.invoices
        failures += outcome.failures
    return Issued(tuple(sorted(invoices, key=lambda invoice: invoice.number)), tuple(failures))


def _one_by_one(drafts: Mapping[int, str | None], *, by: User, now: datetime) -> Issued:
    invoices: list[Invoice] = []
    failures: list[Failure] = []
    for pk, fingerprint in drafts.items():
        try:
            outcome = _issue_set({pk: fingerprint}, by=by, now=now)
        except DomainError as error:
            failures.append(Failure(pk, _name_of(pk), error.message))
            continue
        except (IntegrityError, DataError):
            log.exception("Draft %s could not be issued", pk)
            failures.append(Failure(pk, _name_of(pk), _("Something is wrong on our side. Nothing was issued.")))
            continue
        invoices += outcome.invoices
        failures += outcome.failures
    return Issued(tuple(invoices), tuple(failures))


def _name_of(draft: int) -> str:
    return InvoiceDraft.objects.filter(pk=draft).values_list("organisation__name", flat=True).first() or ""


@transaction.atomic
def _issue_set(drafts: Mapping[int, str | None], *, by: User, now: datetime) -> Issued:
    # The counter first: every writer of documents takes the same lock before any other, so none waits in a ring.
    counter = locked(chain.KEY)
    found = list(
        InvoiceDraft.objects.select_for_update(of=("self",))
        .filter(pk__in=drafts)
        .select_related("organisation")
        .order_by("pk")
    )
    already = list(Invoice.objects.filter(draft__in=set(drafts) - {draft.pk for draft in found}))
    failures = [
        Failure(pk, "", _("The proposal is gone: somebody discarded it."))
        for pk in set(drafts) - {draft.pk for draft in found} - {invoice.draft for invoice in already}
    ]
    ready: list[Quote] = []
    on = timezone.localdate(now)
    for quote in quotes(found, on=on):
        seen = drafts[quote.draft.pk]
        name = quote.draft.organisation.name
        if not quote.ready:
            reason = next(problem.message for problem in quote.problems if problem.blocks)
            failures.append(Failure(quote.draft.pk, name, reason))
        elif seen is not None and seen != quote.fingerprint:
            changed = _("Hours or prices have changed since you looked. Look at the proposal again.")
            failures.append(Failure(quote.draft.pk, name, changed))
        else:
            ready.append(quote)
    made = _write(ready, counter, by=by, now=now, on=on) if ready else []
    return Issued((*already, *made), tuple(failures))


def take_numbers(counter: Counter, count: int, *, on: date) -> list[int]:
    """The next `count` numbers of the series for documents dated `on`; moves the counter (not yet saved)."""
    newest = Invoice.objects.filter(pk=counter.last).values_list("issued_on", flat=True).first()
    if newest is not None and on < newest:
        raise ClockSetBack(newest=newest, today=on)
    first = max(counter.last, on.year * IN_A_YEAR) + 1
    if (first + count - 1) // IN_A_YEAR != on.year:
        raise SeriesFull(year=on.year)
    counter.last = first + count - 1
    return list(range(first, first + count))


def _write(ready: list[Quote], counter: Counter, *, by: User, now: datetime, on: date) -> list[Invoice]:
    numbers = take_numbers(counter, len(ready), on=on)
    headers, lines, groups = [], [], []
    for number, quote in zip(numbers, ready, strict=True):
        headers.append(_header(number, quote, by=by, now=now))
        lines.append(_lines(number, quote))
        groups.append(_groups(number, quote))
    # Lines, groups and hours before their header: a row whose header exists is turned away.
    InvoiceLine.objects.bulk_create([line for some in lines for line in some])
    hours = [
        [
            InvoicedHour(
                line=line, invoice_id=number, entry=entry, day=entry.day, minutes=entry.minutes, text=entry.text
            )
            for line, plan in zip(own, quote.lines, strict=True)
            for entry in plan.entries
        ]
        for number, quote, own in zip(numbers, ready, lines, strict=True)
    ]
    shares = [_shares(quote, own) for quote, own in zip(ready, lines, strict=True)]
    PotShare.objects.bulk_create([share for some in shares for share in some])
    InvoiceVat.objects.bulk_create([group for some in groups for group in some])
    InvoicedHour.objects.bulk_create([hour for some in hours for hour in some])
    for header, own_lines, own_groups, own_hours, own_shares in zip(headers, lines, groups, hours, shares, strict=True):
        seal(header, own_lines, own_groups, own_hours, own_shares, counter)
    Invoice.objects.bulk_create(headers)
    counter.save(update_fields=["last", "head"])
    holds.bill(
        {quote.draft.pk: number for number, quote in zip(numbers, ready, strict=True)},
        hours=sum(len(quote.entries) for quote in ready),
    )
    book(
        [
            Movement(pot, PotEntryKind.DRAW, -amount, document=number, engagement=engagement)
            for number, quote in zip(numbers, ready, strict=True)
            for (pot, engagement), amount in sorted(quote.draws.items())
        ],
        now=now,
        by=by,
    )
    audit.record_all(
        audit.event(
            "invoice.issue",
            header,
            by=by,
            now=now,
            after={"total": header.total.amount, "due_on": header.due_on},
            organisation=quote.draft.organisation.number,
        )
        for header, quote in zip(headers, ready, strict=True)
    )
    own = Texts()
    outbox.post(
        [
            mail.message(header, quote.document, quote.draft.organisation, now=now, own=own)
            for header, quote in zip(headers, ready, strict=True)
            if quote.document is not None
        ]
    )
    InvoiceDraft.objects.filter(pk__in=[quote.draft.pk for quote in ready]).delete()
    return headers


def seal(
    header: Invoice,
    lines: list[InvoiceLine],
    groups: list[InvoiceVat],
    hours: list[InvoicedHour],
    shares: list[PotShare],
    counter: Counter,
) -> None:
    """Link a document to the one before it and make it the head of the chain."""
    header.chain_version = chain.VERSION
    header.previous_hash = counter.head or chain.START
    header.hash = chain.digest(chain.canonical(header, lines, groups, hours, shares))
    counter.head = header.hash


def _header(number: int, quote: Quote, *, by: User, now: datetime) -> Invoice:
    document = quote.document
    assert document is not None  # only ready quotes come here
    return Invoice(
        number=number,
        organisation=quote.draft.organisation,
        draft=quote.draft.pk,
        language=document.language,
        issued_on=document.issued_on,
        issued_at=now,
        issued_by=by,
        due_on=document.due_on,
        subject=document.subject,
        delivered_from=document.delivered_from,
        delivered_to=document.delivered_to,
        place=document.place,
        seller=frozen_seller(quote),
        buyer={**asdict(document.buyer), "email": quote.draft.organisation.mail_address},
        gross=nok(document.gross),
        discount=nok(document.discount),
        net=nok(document.net),
        vat=nok(document.vat),
        total=nok(document.total),
        payment_reference=payment_reference.for_number(number),
    )


def frozen_seller(quote: Quote) -> dict[str, Any]:
    """The seller as printed, as JSON; the mark's bytes stay in the frozen particulars row that is named."""
    assert quote.document is not None
    facts = asdict(quote.document.seller)
    del facts["mark"]
    return {**facts, "particulars": quote.particulars}


def _lines(number: int, quote: Quote) -> list[InvoiceLine]:
    shared: statement.Shared = {}
    return [
        InvoiceLine(
            invoice_id=number,
            position=plan.line.position,
            engagement_id=plan.engagement,
            engagement_title=plan.line.engagement_title,
            service_type_id=plan.service_type,
            funding_area=plan.funding_area,
            text=plan.line.text,
            note=plan.line.note,
            first_day=plan.line.first_day,
            last_day=plan.line.last_day,
            minutes=plan.line.minutes,
            unit_price=nok(plan.line.unit_price),
            gross=nok(plan.line.gross),
            discount_percent=plan.line.discount_percent,
            discount=nok(plan.line.discount),
            net=nok(plan.line.net),
            vat_category=plan.line.vat_category,
            vat_percent=plan.line.vat_percent,
            rate_version_id=plan.rate_version,
            decision_id=plan.decision,
            statement=statement.to_json(plan.line.statement, shared),
        )
        for plan in quote.lines
    ]


def _shares(quote: Quote, lines: list[InvoiceLine]) -> list[PotShare]:
    return [
        PotShare(line=line, invoice_id=line.invoice_id, position=position, pot_id=pot, amount=nok(paid))
        for line, plan in zip(lines, quote.lines, strict=True)
        for position, (pot, paid) in enumerate(plan.pots, start=1)
    ]


def _groups(number: int, quote: Quote) -> list[InvoiceVat]:
    assert quote.document is not None
    return [
        InvoiceVat(
            invoice_id=number,
            category=group.category,
            percent=group.percent,
            base=nok(group.base),
            vat=nok(group.vat),
            reason=group.reason,
        )
        for group in quote.document.vat_groups
    ]
