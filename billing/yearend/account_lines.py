"""Verbs of the lines of a year's accounts: written by hand, changed, removed, and given a destination.

What came from a trial balance keeps its figures; only where it goes is decided here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from advisory.kernel import audit
from advisory.kernel.errors import Conflict, DomainError
from advisory.kernel.fields import nok
from advisory.kernel.users import User
from billing.yearend.accounts import open_for_changes
from billing.yearend.mapping import remember
from billing.yearend.models import AccountingYear, ActualLine, Destination


class LineImported(DomainError):
    """The figures of an imported line are the file's."""

    template = _(
        "This line comes from the trial balance. Choose where it goes; to change its amount, import a new trial"
        " balance."
    )


class LineGone(Conflict):
    """Somebody removed the line meanwhile."""

    template = _("Somebody else has removed this line. Look at the accounts again.")


class NoSuchDestination(DomainError):
    template = _("Choose where «%(label)s» goes from the list.")


@dataclass(frozen=True, slots=True)
class LineWritten:
    """A line as a person writes it: kroner, a cost above zero and an income below."""

    label: str
    amount: Decimal
    destination: str = ""
    account: str = ""
    source: str = ""


@transaction.atomic
def add_line(*, accounting_year: AccountingYear, written: LineWritten, by: User, now: datetime) -> ActualLine:
    """Add a line by hand at the end."""
    year = open_for_changes(accounting_year, by=by)
    _must_be_known(written.label, written.destination)
    line = ActualLine(accounting_year=year, position=next_position(year), imported=False)
    _write(line, written)
    line.save(force_insert=True)
    audit.record("accounts.line_add", year, by=by, now=now, after=line_facts(line))
    return line


@transaction.atomic
def change_line(*, line: ActualLine, written: LineWritten, by: User, now: datetime) -> ActualLine:
    """Write a line anew. Raises `LineImported` for the figures of a trial balance, and `LineGone`."""
    year = open_for_changes(line.accounting_year, by=by)
    found = year.lines.filter(pk=line.pk).first()
    if found is None:
        raise LineGone()
    if found.imported:
        raise LineImported()
    _must_be_known(written.label, written.destination)
    before = line_facts(found)
    _write(found, written)
    was, became = audit.changed(before, line_facts(found))
    if became:
        found.save()
        audit.record(
            "accounts.line_change", year, by=by, now=now, before={"label": before["label"], **was}, after=became
        )
    return found


@transaction.atomic
def remove_line(*, line: ActualLine, by: User, now: datetime) -> None:
    """Take a line written by hand out; once it is gone, nothing happens. Raises `LineImported`."""
    year = open_for_changes(line.accounting_year, by=by)
    found = year.lines.filter(pk=line.pk).first()
    if found is None:
        return
    if found.imported:
        raise LineImported()
    audit.record("accounts.line_remove", year, by=by, now=now, before=line_facts(found))
    found.delete()


@transaction.atomic
def map_lines(*, accounting_year: AccountingYear, destinations: Mapping[int, str], by: User, now: datetime) -> int:
    """Say where lines go, by their id; accounts are remembered for the next import. How many were changed.

    An empty destination takes one away. Ids that are no lines of the year are passed over.
    """
    year = open_for_changes(accounting_year, by=by)
    lines = [line for line in year.lines.all() if destinations.get(line.pk, line.destination) != line.destination]
    for line in lines:
        _must_be_known(line.label, destinations[line.pk])
    before = {_name(line): line.destination for line in lines}
    for line in lines:
        line.destination = destinations[line.pk]
    if not lines:
        return 0
    ActualLine.objects.bulk_update(lines, ["destination"])
    audit.record(
        "accounts.map", year, by=by, now=now, before=before, after={_name(line): line.destination for line in lines}
    )
    remember({line.account: (line.label, line.destination) for line in lines if line.account}, by=by, now=now)
    return len(lines)


def next_position(year: AccountingYear) -> int:
    """The place after the last line."""
    last: int | None = year.lines.aggregate(last=Max("position"))["last"]
    return (last or 0) + 1


def line_facts(line: ActualLine) -> dict[str, Any]:
    """The line as the log keeps it."""
    return {
        "account": line.account,
        "label": line.label,
        "amount": f"{line.amount.amount.quantize(Decimal('0.01')):f}",
        "destination": line.destination,
        "source": line.source,
    }


def _write(line: ActualLine, written: LineWritten) -> None:
    line.account, line.label, line.amount = written.account, written.label, nok(written.amount)
    line.destination, line.source = written.destination, written.source


def _must_be_known(label: str, destination: str) -> None:
    if destination and destination not in Destination.values:
        raise NoSuchDestination(label=label)


def _name(line: ActualLine) -> str:
    return str(line) or str(line.pk)
