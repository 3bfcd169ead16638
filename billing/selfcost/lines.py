"""Verbs of the rows of a cost base: costs, people, assets and keys, each added, changed and removed with its log.

Only costs of funding area 3 (advice, courses) enter a rate: the other areas are paid by grants, and a cost of
theirs in the price would be paid twice (domain rule of the memo; selvkostforskriften § 2).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from advisory.kernel import audit
from advisory.kernel.errors import DomainError
from advisory.kernel.fields import nok
from advisory.kernel.users import User
from billing.selfcost.facts import AssetFacts, KeyFacts, LineFacts, SalaryFacts
from billing.selfcost.models import AllocationKey, AssetLine, CostBase, CostLine, KeyKind, SalaryLine
from billing.selfcost.rows import KEY_COLUMNS, asset_said, key_said, line_said, part_and_whole, salary_said
from billing.selfcost.states import open_base
from engagements.work.models import FundingArea


class AreaNotInRate(DomainError):
    """A cost of an area that grants pay for."""

    template = _("«%(label)s» belongs to area %(area)s, which is paid by grants. Only costs of area 3 enter the rate.")


class KeyNotFilled(DomainError):
    """A row is shared by a key that has no numbers."""

    template = _("«%(label)s» is shared by %(key)s, but the key has no numbers. Fill it in under Keys.")


R = TypeVar("R", CostLine, SalaryLine, AssetLine)
S = TypeVar("S", CostLine, SalaryLine)
F = TypeVar("F")

#: (row id, facts) changes a row, (None, facts) adds one, (row id, None) removes it.
Change = tuple[int | None, F | None]


@dataclass(frozen=True, slots=True)
class _Kind(Generic[R, F]):
    """One kind of row: its table, its word in the log, how facts are written into it, and how it is said."""

    model: type[R]
    word: str
    write: Callable[[R, F], None]
    said: Callable[[R], dict[str, Any]]

    def rows(self, base: CostBase) -> models.QuerySet[R]:
        # The manager is there on each of the three; the checker does not see it on their union.
        found: models.QuerySet[R] = self.model._default_manager.filter(cost_base=base)
        return found


def must_enter_the_rate(label: str, funding_area: int) -> None:
    """Raise `AreaNotInRate` for a cost that grants pay for."""
    if funding_area != FundingArea.ADVICE:
        raise AreaNotInRate(label=label, area=int(funding_area))


@transaction.atomic
def add_cost_line(*, cost_base: CostBase, facts: LineFacts, by: User, now: datetime) -> CostLine:
    """Add a cost at the end. Raises `AreaNotInRate` for a cost that grants pay for, and `KeyNotFilled`."""
    return _add(_LINES, open_base(cost_base, by=by), facts, by, now)


@transaction.atomic
def change_cost_line(*, line: CostLine, facts: LineFacts, by: User, now: datetime) -> CostLine:
    """Write a cost anew. Raises `AreaNotInRate` for a cost that grants pay for, and `KeyNotFilled`."""
    return _change(_LINES, open_base(line.cost_base, by=by), line, facts, by, now)


@transaction.atomic
def remove_cost_line(*, line: CostLine, by: User, now: datetime) -> None:
    """Take a cost out of the base."""
    _remove(_LINES, open_base(line.cost_base, by=by), line, by, now)


@transaction.atomic
def add_salary_line(*, cost_base: CostBase, facts: SalaryFacts, by: User, now: datetime) -> SalaryLine:
    """Add a person at the end. Raises `KeyNotFilled`."""
    return _add(_SALARIES, open_base(cost_base, by=by), facts, by, now)


@transaction.atomic
def change_salary_line(*, line: SalaryLine, facts: SalaryFacts, by: User, now: datetime) -> SalaryLine:
    """Write a person anew. Raises `KeyNotFilled`."""
    return _change(_SALARIES, open_base(line.cost_base, by=by), line, facts, by, now)


@transaction.atomic
def remove_salary_line(*, line: SalaryLine, by: User, now: datetime) -> None:
    """Take a person out of the base."""
    _remove(_SALARIES, open_base(line.cost_base, by=by), line, by, now)


@transaction.atomic
def add_asset_line(*, cost_base: CostBase, facts: AssetFacts, by: User, now: datetime) -> AssetLine:
    """Add an asset at the end."""
    return _add(_ASSETS, open_base(cost_base, by=by), facts, by, now)


@transaction.atomic
def change_asset_line(*, line: AssetLine, facts: AssetFacts, by: User, now: datetime) -> AssetLine:
    """Write an asset anew."""
    return _change(_ASSETS, open_base(line.cost_base, by=by), line, facts, by, now)


@transaction.atomic
def remove_asset_line(*, line: AssetLine, by: User, now: datetime) -> None:
    """Take an asset out of the base."""
    _remove(_ASSETS, open_base(line.cost_base, by=by), line, by, now)


@transaction.atomic
def set_key(*, cost_base: CostBase, facts: KeyFacts, by: User, now: datetime) -> None:
    """Write a key of the sheet; every row that names it gets the new share. Raises `KeyNotFilled`."""
    base = open_base(cost_base, by=by)
    _store_key(base, facts, by, now)
    refresh_shares(base, by=by, now=now)


@transaction.atomic
def write_rows(
    *,
    cost_base: CostBase,
    lines: Sequence[Change[LineFacts]] = (),
    salaries: Sequence[Change[SalaryFacts]] = (),
    assets: Sequence[Change[AssetFacts]] = (),
    keys: Sequence[KeyFacts] = (),
    by: User,
    now: datetime,
) -> None:
    """Write many rows in one go. Raises `AreaNotInRate` and `KeyNotFilled`; then nothing is stored."""
    base = open_base(cost_base, by=by)
    for key in keys:
        _store_key(base, key, by, now)
    _write_all(_LINES, base, lines, by, now)
    _write_all(_SALARIES, base, salaries, by, now)
    _write_all(_ASSETS, base, assets, by, now)
    refresh_shares(base, by=by, now=now)


def refresh_shares(base: CostBase, *, by: User, now: datetime) -> None:
    """Give every row that names a key the key's share as it is now. Raises `KeyNotFilled`."""
    _refresh(_LINES, base, by, now)
    _refresh(_SALARIES, base, by, now)


def _refresh(kind: _Kind[S, F], base: CostBase, by: User, now: datetime) -> None:
    keys = {key.kind: part_and_whole(key, base.service) for key in base.keys.all()}
    for row in kind.rows(base).exclude(key=""):
        share = keys.get(row.key)
        if share is None or not share[1]:
            raise KeyNotFilled(label=row.label, key=row.get_key_display())
        before = kind.said(row)
        row.key_part, row.key_whole = share
        _save(kind, base, row, before, by, now)


def _add(kind: _Kind[R, F], base: CostBase, facts: F, by: User, now: datetime) -> R:
    last = kind.rows(base).order_by("-position").first()
    row = kind.model(cost_base=base, position=last.position + 1 if last else 1)
    kind.write(row, facts)
    _share(row, base)
    row.save()
    audit.record(f"cost_base.{kind.word}_add", base, by=by, now=now, after=kind.said(row))
    return row


def _change(kind: _Kind[R, F], base: CostBase, row: R, facts: F, by: User, now: datetime) -> R:
    found = kind.rows(base).get(pk=row.pk)
    before = kind.said(found)
    kind.write(found, facts)
    _share(found, base)
    _save(kind, base, found, before, by, now)
    return found


def _save(kind: _Kind[R, F], base: CostBase, row: R, before: dict[str, Any], by: User, now: datetime) -> None:
    was, became = audit.changed(before, kind.said(row))
    if became:
        row.save()
        said = {"label": before["label"], **was}
        audit.record(f"cost_base.{kind.word}_change", base, by=by, now=now, before=said, after=became)


def _remove(kind: _Kind[R, F], base: CostBase, row: R, by: User, now: datetime) -> None:
    found = kind.rows(base).get(pk=row.pk)
    audit.record(f"cost_base.{kind.word}_remove", base, by=by, now=now, before=kind.said(found))
    found.delete()


def _write_all(kind: _Kind[R, F], base: CostBase, changes: Sequence[Change[F]], by: User, now: datetime) -> None:
    known = {row.pk: row for row in kind.rows(base)}
    for pk, facts in changes:
        if pk is None and facts is not None:
            _add(kind, base, facts, by, now)
        elif pk in known and facts is None:
            _remove(kind, base, known[pk], by, now)
        elif pk in known and facts is not None:
            _change(kind, base, known[pk], facts, by, now)


def _store_key(base: CostBase, facts: KeyFacts, by: User, now: datetime) -> None:
    key = base.keys.filter(kind=facts.kind).first() or AllocationKey(cost_base=base, kind=KeyKind(facts.kind))
    before = key_said(key)
    for column in KEY_COLUMNS:
        setattr(key, column, getattr(facts, column))
    was, became = audit.changed(before, key_said(key))
    if became:
        key.save()
        audit.record("cost_base.key", base, by=by, now=now, before={"label": str(key.kind), **was}, after=became)


def _share(row: CostLine | SalaryLine | AssetLine, base: CostBase) -> None:
    # Assets are the service's own; a row that names a key gets its share from the key.
    if isinstance(row, AssetLine) or not row.key:
        return
    key = base.keys.filter(kind=row.key).first()
    part, whole = part_and_whole(key, base.service) if key else (None, None)
    if not whole:
        raise KeyNotFilled(label=row.label, key=row.get_key_display())
    row.key_part, row.key_whole = part, whole


def write_line(line: CostLine, facts: LineFacts) -> None:
    """Put the facts of a cost into its row, unsaved. Raises `AreaNotInRate`."""
    must_enter_the_rate(facts.label, facts.funding_area)
    line.label, line.funding_area, line.amount = facts.label, facts.funding_area, nok(facts.amount)
    line.kind, line.source = facts.kind, facts.source
    line.key, line.key_part, line.key_whole = facts.key, facts.key_part, facts.key_whole
    line.key_label = facts.key_label


def write_salary(line: SalaryLine, facts: SalaryFacts) -> None:
    """Put the facts of a person into the row, unsaved; the table of on-costs is the zone's."""
    line.label, line.annual_salary = facts.label, nok(facts.annual_salary)
    line.full_time_equivalents, line.billable_percent = facts.full_time_equivalents, facts.billable_percent
    line.levy_zone, line.on_costs = facts.levy_zone, facts.levy_zone.on_costs
    line.agreed_holiday, line.over_60 = facts.agreed_holiday, facts.over_60
    line.key, line.key_part, line.key_whole = facts.key, facts.key_part, facts.key_whole


def write_asset(line: AssetLine, facts: AssetFacts) -> None:
    """Put the facts of an asset into its row, unsaved."""
    line.label, line.acquisition, line.opening_value = facts.label, nok(facts.acquisition), nok(facts.opening_value)
    line.years, line.interest_percent, line.source = facts.years, facts.interest_percent, facts.source


_LINES: _Kind[CostLine, LineFacts] = _Kind(CostLine, "line", write_line, line_said)
_SALARIES: _Kind[SalaryLine, SalaryFacts] = _Kind(SalaryLine, "salary", write_salary, salary_said)
_ASSETS: _Kind[AssetLine, AssetFacts] = _Kind(AssetLine, "asset", write_asset, asset_said)
