"""Verbs of a cost base while it is a draft: made, filled in, handed over for control, sent back.

Only administrators. A base that waits for control or has become a rate is not changed: it is sent back, or a new
version is made. Only costs of funding area 3 (advice, courses) enter a rate: the other areas are paid by grants,
and a cost of theirs in the price would be paid twice (domain rule of the memo; selvkostforskriften § 2).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from advisory.kernel import audit
from advisory.kernel.counters import locked
from advisory.kernel.errors import Conflict, DomainError, OnlyAdministrators
from advisory.kernel.fields import nok
from advisory.kernel.money import ZERO
from advisory.kernel.users import User
from billing.selfcost import arithmetic
from billing.selfcost.calculation import SelfCostError
from billing.selfcost.models import CostBase, CostLine, RateVersion
from engagements.work.models import FundingArea, SelfcostService


class BaseAdopted(DomainError):
    """The base has become a rate."""

    template = _("This cost base has been adopted and is kept as it is. Make a new version to change the rate.")


class BaseSubmitted(DomainError):
    """The base waits for control."""

    template = _("This cost base waits for control. Send it back before you change it.")


class DraftExists(DomainError):
    """Another version of the same year is not finished."""

    template = _("Version %(version)s for %(year)s is not finished. Go on with that one.")


class AreaNotInRate(DomainError):
    """A cost of an area that grants pay for."""

    template = _("«%(label)s» belongs to area %(area)s, which is paid by grants. Only costs of area 3 enter the rate.")


class BaseIncomplete(DomainError):
    """Something is missing before the base gives a rate."""

    template = _("Add at least one cost and the billable hours before you hand the cost base over.")


class NoRate(DomainError):
    """The figures give no rate."""

    template = _("These figures give a rate below zero. Check the income deducted and the use of the fund.")


class BaseChanged(Conflict):
    """Somebody saved the base after this page was opened."""

    template = _("Somebody else has changed the cost base since you opened it. Look at the new figures first.")


@dataclass(frozen=True, slots=True)
class LineFacts:
    """A cost as written: amounts in kroner; `key_part` of `key_whole` of it belongs to the service."""

    label: str
    amount: Decimal
    funding_area: int = FundingArea.ADVICE
    key_part: Decimal | None = None
    key_whole: Decimal | None = None
    key_label: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class BaseFacts:
    """The figures of the base beside its lines: hours, kroner, and the step the rate is rounded down to."""

    billable_hours: Decimal | None = None
    rate_step: Decimal = Decimal("0.01")
    fund_use: Decimal = ZERO
    income_deducted: Decimal = ZERO
    comment: str = ""


@transaction.atomic
def draft_cost_base(*, year: int, service: str, by: User, now: datetime, copy_from: CostBase | None = None) -> CostBase:
    """Give a new version of the year's cost base, empty or with the figures of `copy_from`.

    The use of the fund is copied within the same year only: it is decided year by year. Raises `DraftExists`
    while another version of the year is not adopted, and `OnlyAdministrators`.
    """
    _must_be_administrator(by)
    service = SelfcostService(service)
    locked(f"cost-base-{service}")
    versions = CostBase.objects.filter(year=year, service=service)
    unfinished = versions.filter(rate_version=None).first()
    if unfinished is not None:
        raise DraftExists(version=unfinished.version, year=year)
    newest = versions.order_by("-version").first()
    base = CostBase(
        year=year,
        service=service,
        version=newest.version + 1 if newest else 1,
        fund_use=nok(0),
        income_deducted=nok(0),
        made_at=now,
        made_by=by,
    )
    if copy_from is not None:
        copy_from = CostBase.objects.get(pk=copy_from.pk)
        base.billable_hours, base.rate_step = copy_from.billable_hours, copy_from.rate_step
        base.income_deducted = copy_from.income_deducted
        if copy_from.year == year:
            base.fund_use = copy_from.fund_use
    base.save(force_insert=True)
    if copy_from is not None:
        lines = list(copy_from.lines.all())
        for line in lines:
            line.pk, line.cost_base = None, base
        CostLine.objects.bulk_create(lines)
    audit.record("cost_base.draft", base, by=by, now=now, after={"copied_from": str(copy_from) if copy_from else ""})
    return base


@transaction.atomic
def change_cost_base(*, cost_base: CostBase, facts: BaseFacts, by: User, now: datetime) -> CostBase:
    """Write the figures beside the lines. Raises `BaseAdopted` and `BaseSubmitted`."""
    base = open_base(cost_base, by=by)
    before = _base_facts(base)
    base.billable_hours, base.rate_step = facts.billable_hours, facts.rate_step
    base.fund_use, base.income_deducted = nok(facts.fund_use), nok(facts.income_deducted)
    base.comment = facts.comment
    was, became = audit.changed(before, _base_facts(base))
    if became:
        base.save()
        audit.record("cost_base.change", base, by=by, now=now, before=was, after=became)
    return base


@transaction.atomic
def add_cost_line(*, cost_base: CostBase, facts: LineFacts, by: User, now: datetime) -> CostLine:
    """Add a cost at the end. Raises `AreaNotInRate` for a cost that grants pay for."""
    base = open_base(cost_base, by=by)
    _must_enter_the_rate(facts)
    last = base.lines.order_by("-position").first()
    line = CostLine(cost_base=base, position=last.position + 1 if last else 1)
    _write(line, facts)
    audit.record("cost_base.line_add", base, by=by, now=now, after=_line_facts(line))
    return line


@transaction.atomic
def change_cost_line(*, line: CostLine, facts: LineFacts, by: User, now: datetime) -> CostLine:
    """Write a cost anew. Raises `AreaNotInRate` for a cost that grants pay for."""
    base = open_base(line.cost_base, by=by)
    _must_enter_the_rate(facts)
    found = base.lines.get(pk=line.pk)
    before = _line_facts(found)
    _write(found, facts, save=False)
    was, became = audit.changed(before, _line_facts(found))
    if became:
        found.save()
        audit.record(
            "cost_base.line_change", base, by=by, now=now, before={"label": before["label"], **was}, after=became
        )
    return found


@transaction.atomic
def remove_cost_line(*, line: CostLine, by: User, now: datetime) -> None:
    """Take a cost out of the base."""
    base = open_base(line.cost_base, by=by)
    found = base.lines.get(pk=line.pk)
    audit.record("cost_base.line_remove", base, by=by, now=now, before=_line_facts(found))
    found.delete()


@transaction.atomic
def write_cost_base(
    *,
    cost_base: CostBase,
    facts: BaseFacts,
    lines: Sequence[tuple[int | None, LineFacts | None]],
    seen: str,
    by: User,
    now: datetime,
) -> CostBase:
    """Save the whole sheet: (row id, facts) changes a line, (None, facts) adds one, (row id, None) removes it.

    `seen` is the `fingerprint` of the sheet the writer looked at; raises `BaseChanged` where it is another now.
    """
    base = open_base(cost_base, by=by)
    if seen != fingerprint(base):
        raise BaseChanged()
    known = {line.pk: line for line in base.lines.all()}
    for pk, written in lines:
        if pk is None and written is not None:
            add_cost_line(cost_base=base, facts=written, by=by, now=now)
        elif pk in known and written is None:
            remove_cost_line(line=known[pk], by=by, now=now)
        elif pk in known and written is not None:
            change_cost_line(line=known[pk], facts=written, by=by, now=now)
    return change_cost_base(cost_base=base, facts=facts, by=by, now=now)


@transaction.atomic
def submit_cost_base(*, cost_base: CostBase, by: User, now: datetime) -> CostBase:
    """Hand the base over for control. Raises `BaseIncomplete` and `NoRate` where it gives no rate."""
    base = open_base(cost_base, by=by)
    lines = list(base.lines.all())
    must_give_a_rate(base, lines)
    base.submitted_at, base.submitted_by = now, by
    base.save(update_fields=["submitted_at", "submitted_by"])
    audit.record("cost_base.submit", base, by=by, now=now)
    return base


@transaction.atomic
def send_back_cost_base(*, cost_base: CostBase, reason: str, by: User, now: datetime) -> CostBase:
    """Open a base that waits for control again; the reason is kept in the log and shown above the sheet."""
    base = locked_base(cost_base, by=by)
    if base.submitted_at is None:
        return base
    base.submitted_at = base.submitted_by = None
    base.save(update_fields=["submitted_at", "submitted_by"])
    audit.record("cost_base.send_back", base, by=by, now=now, reason=reason)
    return base


def must_give_a_rate(base: CostBase, lines: Sequence[CostLine]) -> None:
    """Raise where the base gives no rate, or a cost in it is another area's."""
    if not lines or base.billable_hours is None:
        raise BaseIncomplete()
    for line in lines:
        _must_enter_the_rate(LineFacts(line.label, line.amount.amount, line.funding_area))
    try:
        arithmetic.calculated(base, lines)
    except SelfCostError:
        raise NoRate() from None


def locked_base(cost_base: CostBase, *, by: User) -> CostBase:
    """The row, held until the transaction ends; refused once a rate was adopted from it."""
    _must_be_administrator(by)
    base = CostBase.objects.select_for_update().get(pk=cost_base.pk)
    if RateVersion.objects.filter(cost_base=base).exists():
        raise BaseAdopted()
    return base


def open_base(cost_base: CostBase, *, by: User) -> CostBase:
    """The row, held until the transaction ends, if it can be written in."""
    base = locked_base(cost_base, by=by)
    if base.submitted_at is not None:
        raise BaseSubmitted()
    return base


def fingerprint(base: CostBase) -> str:
    """A short text that is another when any figure of the sheet is."""
    facts = [_base_facts(base), [_line_facts(line) for line in base.lines.all()]]
    return hashlib.sha256(json.dumps(facts, default=str, sort_keys=True).encode()).hexdigest()[:16]


def _must_be_administrator(by: User) -> None:
    if not by.is_administrator:
        raise OnlyAdministrators()


def _must_enter_the_rate(facts: LineFacts) -> None:
    if facts.funding_area != FundingArea.ADVICE:
        raise AreaNotInRate(label=facts.label, area=int(facts.funding_area))


def _write(line: CostLine, facts: LineFacts, *, save: bool = True) -> None:
    line.label, line.funding_area, line.amount = facts.label, facts.funding_area, nok(facts.amount)
    line.key_part, line.key_whole, line.key_label = facts.key_part, facts.key_whole, facts.key_label
    line.source = facts.source
    if save:
        line.save()


def _base_facts(base: CostBase) -> dict[str, Any]:
    return {
        "billable_hours": _plain(base.billable_hours),
        "rate_step": _plain(base.rate_step),
        "fund_use": _plain(base.fund_use.amount),
        "income_deducted": _plain(base.income_deducted.amount),
        "comment": base.comment,
    }


def _line_facts(line: CostLine) -> dict[str, Any]:
    return {
        "label": line.label,
        "funding_area": int(line.funding_area),
        "amount": _plain(line.amount.amount),
        "key_part": _plain(line.key_part),
        "key_whole": _plain(line.key_whole),
        "key_label": line.key_label,
        "source": line.source,
    }


def _plain(value: Decimal | None) -> str | None:
    # 800 and 800.00 are the same figure: one spelling, so that nothing seems changed that is not.
    return None if value is None else f"{Decimal(value).quantize(Decimal('0.01')):f}"
