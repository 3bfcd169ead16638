"""Where accounts go, remembered from one year to the next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from advisory.kernel import audit
from advisory.kernel.errors import DomainError, OnlyAdministrators
from advisory.kernel.users import User
from billing.yearend.models import AccountMapping, Destination


class UnknownDestination(DomainError):
    template = _("Choose where account %(account)s goes from the list.")


def remembered(accounts: Iterable[str]) -> dict[str, str]:
    """The destination each account had the last time; one query, and only for accounts that had one."""
    known = dict(AccountMapping.objects.values_list("account", "destination"))
    return {account: known[account] for account in accounts if account in known}


@transaction.atomic
def remember(accounts: Mapping[str, tuple[str, str]], *, by: User, now: datetime) -> int:
    """Keep (name, destination) of each account for the next time; an empty destination forgets it. How many changed.

    What is imported already stays where it is. Raises `UnknownDestination` and `OnlyAdministrators`.
    """
    if not by.is_administrator:
        raise OnlyAdministrators()
    for account, (_label, destination) in accounts.items():
        if destination and destination not in Destination.values:
            raise UnknownDestination(account=account)
    known = {row.account: row for row in AccountMapping.objects.select_for_update().filter(account__in=list(accounts))}
    events, new, changed, forgotten = [], [], [], []
    for account, (label, destination) in accounts.items():
        row = known.get(account)
        before = row.destination if row else ""
        if before == destination:
            continue
        if row is None:
            row = AccountMapping(account=account, label=label, changed_at=now, changed_by=by, destination=destination)
            new.append(row)
        elif not destination:
            forgotten.append(row)
        else:
            row.label, row.destination = label or row.label, destination
            row.changed_at, row.changed_by = now, by
            changed.append(row)
        events.append((row, before, destination))
    AccountMapping.objects.bulk_create(new)
    AccountMapping.objects.bulk_update(changed, ["label", "destination", "changed_at", "changed_by"])
    audit.record_all(
        audit.event(
            "account_mapping.change",
            row,
            by=by,
            now=now,
            before={"destination": before},
            after={"destination": after},
            label=f"{row.account} {row.label}".strip(),
        )
        for row, before, after in events
    )
    AccountMapping.objects.filter(pk__in=[row.pk for row in forgotten]).delete()
    return len(events)
