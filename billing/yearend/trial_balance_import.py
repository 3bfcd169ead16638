"""Verbs of the import: a trial balance is uploaded, looked at, and its accounts become lines.

The file is kept as it came, with its hash. Nothing of a file that is refused is kept. A new import takes the place of
the imported lines and leaves those written by hand; taking the same file in twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from advisory.kernel import audit
from advisory.kernel.errors import Conflict, DomainError
from advisory.kernel.fields import nok
from advisory.kernel.files import facts_of
from advisory.kernel.money import ZERO
from advisory.kernel.spreadsheet import CSV_TYPE, XLSX_TYPE
from advisory.kernel.users import User
from billing.yearend.account_lines import next_position
from billing.yearend.accounts import open_accounts, open_for_changes
from billing.yearend.mapping import UnknownDestination, remember, remembered
from billing.yearend.models import AccountingYear, ActualLine, Destination, TrialBalance
from billing.yearend.trial_balance import Account, Columns, TrialBalanceRead, read_file, recognised, trial_balance


class FileGone(Conflict):
    """Somebody deleted the file meanwhile."""

    template = _("Somebody else has deleted this file. Upload it again.")


class FileTaken(DomainError):
    """The file is what imported lines are from."""

    template = _("The accounts are imported from this file, so it is kept.")


@dataclass(frozen=True, slots=True)
class Change:
    """An account before and after an import; `now` is None for one the file no longer has."""

    account: str
    label: str
    before: Decimal | None
    now: Decimal | None
    destination: str

    @property
    def is_new(self) -> bool:
        return self.before is None

    @property
    def is_gone(self) -> bool:
        return self.now is None

    @property
    def is_same(self) -> bool:
        return self.before == self.now

    @property
    def difference(self) -> Decimal:
        return (self.now or ZERO) - (self.before or ZERO)


@dataclass(frozen=True, slots=True)
class Preview:
    """What taking the file in would do: accounts without a destination first, then in the file's order."""

    read: TrialBalanceRead
    changes: tuple[Change, ...]
    gone: tuple[Change, ...]
    by_hand: int

    @property
    def unmapped(self) -> int:
        return sum(not change.destination for change in self.changes)

    @property
    def new(self) -> int:
        return sum(change.is_new for change in self.changes)

    @property
    def changed(self) -> int:
        return sum(not change.is_new and not change.is_same for change in self.changes)

    @property
    def is_first(self) -> bool:
        """No import came before it."""
        return not self.gone and all(change.is_new for change in self.changes)


@dataclass(frozen=True, slots=True)
class Taken:
    """What an import did: counts of accounts."""

    accounts: int
    new: int
    changed: int
    gone: int
    unmapped: int


@transaction.atomic
def upload_trial_balance(*, year: int, name: str, content: bytes, by: User, now: datetime) -> TrialBalance:
    """Keep the file with its hash; the accounts of the year are opened if they are not.

    Where its headings say which columns hold what, it is read at once, so that a bad file is refused before anything
    is kept. The same file again gives the row that is there. Raises a `TrialBalanceRefused`, `NotATable` and the like.
    """
    rows = read_file(name, content)
    columns = recognised(rows, year)
    if columns is not None:
        trial_balance(rows, columns)
    accounting_year = open_for_changes(open_accounts(year=year, by=by, now=now), by=by)
    facts = facts_of(_harmless(name), XLSX_TYPE if content[:2] == b"PK" else CSV_TYPE, content)
    found = accounting_year.trial_balances.filter(sha256=facts["sha256"]).first()
    if found is not None:
        return found
    file = TrialBalance.objects.create(accounting_year=accounting_year, uploaded_at=now, uploaded_by=by, **facts)
    audit.record(
        "trial_balance.upload",
        accounting_year,
        by=by,
        now=now,
        after={"file": file.name, "sha256": file.sha256, "size": file.size},
    )
    return file


@transaction.atomic
def discard_trial_balance(*, file: TrialBalance, by: User, now: datetime) -> None:
    """Delete a file that nothing was imported from; once it is gone, nothing happens. Raises `FileTaken`."""
    year = open_for_changes(file.accounting_year, by=by)
    found = year.trial_balances.filter(pk=file.pk).first()
    if found is None:
        return
    if found.taken_at is not None:
        raise FileTaken()
    audit.record("trial_balance.discard", year, by=by, now=now, before={"file": found.name, "sha256": found.sha256})
    found.delete()


def preview(file: TrialBalance, columns: Columns) -> Preview:
    """What `take_in` would do. Raises a `TrialBalanceRefused`."""
    read = trial_balance(read_file(file.name, bytes(file.content)), columns)
    lines = list(file.accounting_year.lines.all())
    before = {line.account: line for line in lines if line.imported}
    known = remembered(account.number for account in read.accounts)
    changes = [
        Change(
            account=account.number,
            label=account.name,
            before=before[account.number].amount.amount if account.number in before else None,
            now=account.amount,
            destination=_destination(account, before, known),
        )
        for account in read.accounts
    ]
    kept = {account.number for account in read.accounts}
    gone = [
        Change(line.account, line.label, line.amount.amount, None, line.destination)
        for account, line in before.items()
        if account not in kept
    ]
    # A stable sort: within both groups the file's order stays.
    changes.sort(key=lambda change: bool(change.destination))
    return Preview(read, tuple(changes), tuple(gone), sum(not line.imported for line in lines))


@transaction.atomic
def take_in(
    *,
    file: TrialBalance,
    columns: Columns,
    by: User,
    now: datetime,
    destinations: Mapping[str, str] | None = None,
) -> Taken:
    """Make the accounts of the file the imported lines of the year; those written by hand stay.

    `destinations` are what the person chose, by account, and are remembered; for other accounts what stands or is
    remembered holds. An account without either is imported without a destination. Raises a `TrialBalanceRefused`,
    `UnknownDestination`, `FileGone`.
    """
    year = open_for_changes(file.accounting_year, by=by)
    found = year.trial_balances.filter(pk=file.pk).first()
    if found is None:
        raise FileGone()
    seen = preview(found, columns)
    chosen = destinations or {}
    for account, destination in chosen.items():
        if destination and destination not in Destination.values:
            raise UnknownDestination(account=account)
    goes_to = {change.account: chosen.get(change.account, change.destination) for change in seen.changes}
    _replace_lines(year, seen.read, goes_to, source=found.name)
    found.taken_at = now
    found.save(update_fields=["taken_at"])
    remember(
        {
            account.number: (account.name, goes_to[account.number])
            for account in seen.read.accounts
            if goes_to[account.number]
        },
        by=by,
        now=now,
    )
    result = Taken(
        accounts=len(seen.read.accounts),
        new=seen.new,
        changed=seen.changed,
        gone=len(seen.gone),
        unmapped=sum(not destination for destination in goes_to.values()),
    )
    audit.record(
        "trial_balance.take_in",
        year,
        by=by,
        now=now,
        before={change.account: _plain(change.before) for change in (*seen.changes, *seen.gone) if not change.is_same},
        after={
            "file": found.name,
            "sha256": found.sha256,
            "accounts": {c.account: _plain(c.now) for c in (*seen.changes, *seen.gone) if not c.is_same},
        },
    )
    return result


def _replace_lines(year: AccountingYear, read: TrialBalanceRead, goes_to: Mapping[str, str], *, source: str) -> None:
    """Lines that stay keep their row and place, so that links to them hold."""
    before = {line.account: line for line in year.lines.filter(imported=True)}
    position = next_position(year)
    new, changed = [], []
    for account in read.accounts:
        line = before.pop(account.number, None)
        if line is None:
            line = ActualLine(accounting_year=year, position=position, account=account.number, imported=True)
            position += 1
            new.append(line)
        else:
            changed.append(line)
        line.label, line.amount, line.source = account.name, nok(account.amount), source[:160]
        line.destination = goes_to[account.number]
    ActualLine.objects.filter(pk__in=[line.pk for line in before.values()]).delete()
    ActualLine.objects.bulk_update(changed, ["label", "amount", "currency", "source", "destination"])
    ActualLine.objects.bulk_create(new)


def _destination(account: Account, before: Mapping[str, ActualLine], known: Mapping[str, str]) -> str:
    """Where the account stands this year, else where it went the last time."""
    line = before.get(account.number)
    return (line.destination if line else "") or known.get(account.number, "")


def _plain(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount:f}"


def _harmless(name: str) -> str:
    """The file's own name without folders and unseen signs."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(sign for sign in last if sign.isprintable())[-200:] or "saldobalanse"
