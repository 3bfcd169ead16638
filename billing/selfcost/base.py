"""Verbs of a cost base while it is a draft: made, filled in, handed over for control, sent back.

Only administrators. A base that waits for control or has become a rate is not changed: it is sent back, or a new
version is made. The rows have their own verbs in `lines`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from advisory.kernel import audit, show
from advisory.kernel.counters import locked
from advisory.kernel.errors import DomainError
from advisory.kernel.fields import nok
from advisory.kernel.users import User
from billing.selfcost import arithmetic, copying, fund_use
from billing.selfcost.calculation import SelfCostError
from billing.selfcost.facts import AssetFacts, BaseFacts, KeyFacts, LineFacts, SalaryFacts
from billing.selfcost.lines import (
    AreaNotInRate,
    Change,
    KeyNotFilled,
    add_cost_line,
    change_cost_line,
    must_enter_the_rate,
    remove_cost_line,
    write_rows,
)
from billing.selfcost.models import CostBase, Unit
from billing.selfcost.rows import Rows, asset_said, base_said, key_said, line_said, rows_of, salary_said
from billing.selfcost.states import (
    BaseAdopted,
    BaseChanged,
    BaseSubmitted,
    locked_base,
    must_be_administrator,
    open_base,
)
from engagements.work.models import SelfcostService

__all__ = [
    "AreaNotInRate", "BaseAdopted", "BaseChanged", "BaseFacts", "BaseIncomplete", "BaseSubmitted", "DraftExists",
    "FundHasMoved", "KeyNotFilled", "LineFacts", "NoRate", "add_cost_line", "change_cost_base", "change_cost_line",
    "draft_cost_base", "fingerprint", "locked_base", "must_give_a_rate", "open_base", "remove_cost_line",
    "send_back_cost_base", "submit_cost_base", "write_cost_base",
]  # fmt: skip


class DraftExists(DomainError):
    """Another version of the same year is not finished."""

    template = _("Version %(version)s for %(year)s is not finished. Go on with that one.")


class BaseIncomplete(DomainError):
    """Something is missing before the base gives a rate."""

    template = _("Add at least one cost and the billable hours before you hand the cost base over.")


class SeatsMissing(BaseIncomplete):
    """A price per seat has no seats to share the cost by."""

    template = _("Add at least one cost and the planned seats before you hand the cost base over.")


class NoRate(DomainError):
    """The figures give no rate."""

    template = _("These figures give a rate below zero. Check the income deducted and the use of the fund.")


class FundHasMoved(DomainError):
    """The use of the fund follows from a rule, and the fund is another than when the base was saved."""

    template = _(
        "The cost base uses %(stored)s of the fund, but the rule now gives %(rule)s, for the fund has changed. "
        "Send the cost base back and save it again."
    )


@transaction.atomic
def draft_cost_base(*, year: int, service: str, by: User, now: datetime, copy_from: CostBase | None = None) -> CostBase:
    """Give a new version of the year's cost base, empty or with the figures of `copy_from`.

    Rows of an earlier year are carried forward (see `copying`). A use of the fund in kroner is copied within the
    same year only: it is decided year by year. Raises `DraftExists` while another version of the year is not
    adopted, and `OnlyAdministrators`.
    """
    must_be_administrator(by)
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
        unit=Unit.SEATS if service == SelfcostService.COURSES else Unit.HOURS,
        expected_result=nok(0),
        fund_use=nok(0),
        income_deducted=nok(0),
        made_at=now,
        made_by=by,
    )
    if copy_from is not None:
        copy_from = CostBase.objects.get(pk=copy_from.pk)
        copying.figures(copy_from, base)
        base.fund_use = nok(fund_use.use_of(base))
    base.save(force_insert=True)
    if copy_from is not None:
        copying.rows(copy_from, base)
    audit.record("cost_base.draft", base, by=by, now=now, after={"copied_from": str(copy_from) if copy_from else ""})
    return base


@transaction.atomic
def change_cost_base(*, cost_base: CostBase, facts: BaseFacts, by: User, now: datetime) -> CostBase:
    """Write the figures beside the rows. Raises `BaseAdopted` and `BaseSubmitted`."""
    base = open_base(cost_base, by=by)
    before = base_said(base)
    write_figures(base, facts)
    was, became = audit.changed(before, base_said(base))
    if became:
        base.save()
        audit.record("cost_base.change", base, by=by, now=now, before=was, after=became)
    return base


def write_figures(base: CostBase, facts: BaseFacts) -> None:
    """Put the figures into the base, unsaved; where a rule decides the use of the fund, it is worked out here."""
    base.billable_hours, base.rate_step = facts.billable_hours, facts.rate_step
    base.unit = facts.unit or base.unit
    base.income_deducted, base.income_source = nok(facts.income_deducted), facts.income_source
    base.spread_years, base.expected_result = facts.spread_years, nok(facts.expected_result)
    base.fund_use = nok(facts.fund_use)
    base.fund_use = nok(fund_use.use_of(base))
    base.comment = facts.comment


@transaction.atomic
def write_cost_base(
    *,
    cost_base: CostBase,
    facts: BaseFacts,
    lines: Sequence[Change[LineFacts]],
    seen: str,
    by: User,
    now: datetime,
    salaries: Sequence[Change[SalaryFacts]] = (),
    assets: Sequence[Change[AssetFacts]] = (),
    keys: Sequence[KeyFacts] = (),
) -> CostBase:
    """Save the whole sheet: (row id, facts) changes a row, (None, facts) adds one, (row id, None) removes it.

    `seen` is the `fingerprint` of the sheet the writer looked at; raises `BaseChanged` where it is another now,
    and what `write_rows` raises.
    """
    base = open_base(cost_base, by=by)
    if seen != fingerprint(base):
        raise BaseChanged()
    write_rows(cost_base=base, lines=lines, salaries=salaries, assets=assets, keys=keys, by=by, now=now)
    return change_cost_base(cost_base=base, facts=facts, by=by, now=now)


@transaction.atomic
def submit_cost_base(*, cost_base: CostBase, by: User, now: datetime) -> CostBase:
    """Hand the base over for control. Raises `BaseIncomplete`, `NoRate` and `FundHasMoved`."""
    base = open_base(cost_base, by=by)
    must_give_a_rate(base, rows_of(base))
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


def must_give_a_rate(base: CostBase, rows: Rows) -> None:
    """Raise where the base gives no rate, a cost in it is another area's, or the fund is not as it was."""
    if not rows.has_costs or base.billable_hours is None:
        raise SeatsMissing() if base.unit == Unit.SEATS else BaseIncomplete()
    for line in rows.lines:
        must_enter_the_rate(line.label, line.funding_area)
    rule = fund_use.use_of(base)
    if rule != base.fund_use.amount:
        raise FundHasMoved(stored=show.money(base.fund_use.amount), rule=show.money(rule))
    try:
        arithmetic.calculated(base, rows)
    except SelfCostError:
        raise NoRate() from None


def fingerprint(base: CostBase, rows: Rows | None = None) -> str:
    """A short text that is another when any figure of the sheet is."""
    rows = rows or rows_of(base)
    facts = [
        base_said(base),
        [line_said(line) for line in rows.lines],
        [salary_said(line) for line in rows.salaries],
        [asset_said(line) for line in rows.assets],
        [key_said(key) for key in rows.keys],
    ]
    return hashlib.sha256(json.dumps(facts, default=str, sort_keys=True).encode()).hexdigest()[:16]
