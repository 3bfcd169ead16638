"""What is done with an organisation's particulars: `register` a new one, `change` the facts of one.

Both take facts by field name, record what differs in the audit log and keep `search_name` in step.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from advisory.kernel import audit
from advisory.kernel.counters import next_number
from advisory.kernel.errors import Conflict, DomainError
from advisory.kernel.users import User
from clients import organisation_number
from clients.organisations.models import FIRST_NUMBER, Organisation, Status

#: What a person can write about an organisation.
FACTS = (
    "name",
    "organisation_number",
    "form",
    "kind",
    "in_voluntary_register",
    "icnpo",
    "purpose_documented",
    "own_accounts",
    "address",
    "postal_code",
    "city",
    "municipality",
    "county",
    "parent",
    "members",
    "status",
    "language",
    "email",
    "phone",
    "invoice_email",
    "invoice_address",
    "invoice_postal_code",
    "invoice_city",
    "invoice_reference",
    "payment_days",
    "customer_since",
)
#: What the organisation itself may change in the portal.
OWN_FACTS = (
    "address",
    "postal_code",
    "city",
    "email",
    "phone",
    "invoice_email",
    "invoice_address",
    "invoice_postal_code",
    "invoice_city",
    "invoice_reference",
    "language",
)


class OrganisationNumberTaken(DomainError):
    """Another organisation has it: facts `name` and `number` (ours) of that one."""

    template = _("%(name)s already has this organisation number.")


class PartOfItself(DomainError):
    """The organisation above is this one or one of its own branches."""

    template = _("%(name)s cannot be part of its own branch. Choose another organisation.")


class AccountsOfNobody(DomainError):
    """A branch without accounts of its own is judged by those of the body above, and none is named."""

    template = _("Say which organisation %(name)s is part of: its accounts are used where there are no own ones.")


class ChangedMeanwhile(Conflict):
    """Somebody else changed the facts after the person began to write."""

    template = _(
        "Somebody else changed %(name)s while you were writing. Nothing of yours is saved yet. "
        "Compare with the newest version, and save again if yours shall stand."
    )


def fingerprint(organisation: Organisation) -> str:
    """A short mark of all facts as they stand, so that a form can tell whether they changed meanwhile."""
    text = json.dumps(_facts_of(organisation), sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@transaction.atomic
def register(*, by: User | None, now: datetime, reason: str = "", **facts: Any) -> Organisation:
    """A new organisation with the next number (1001 is the first); `reason` stands in the audit log.

    Raises `OrganisationNumberTaken`, `AccountsOfNobody`, and `InvalidOrganisationNumber` where a form let through
    what is none.
    """
    organisation = Organisation(number=next_number("organisation", first=FIRST_NUMBER), created_at=now)
    _write(organisation, facts)
    audit.record(
        "organisation.register",
        organisation,
        by=by,
        now=now,
        after={key: value for key, value in _facts_of(organisation).items() if value not in ("", None, False)},
        reason=reason,
        organisation=organisation.number,
    )
    return organisation


@transaction.atomic
def change(
    *,
    organisation: Organisation,
    by: User | None,
    now: datetime,
    seen: str | None = None,
    reason: str = "",
    **facts: Any,
) -> Organisation:
    """The organisation with the given facts changed and the others as they stand; nothing is recorded without a change.

    `seen` is the `fingerprint` the person started from. Raises `ChangedMeanwhile`, `OrganisationNumberTaken`,
    `PartOfItself` and `AccountsOfNobody`.
    """
    organisation = Organisation.objects.select_for_update().get(pk=organisation.pk)
    if seen is not None and seen != fingerprint(organisation):
        raise ChangedMeanwhile(name=organisation.name)
    before = _facts_of(organisation)
    _write(organisation, facts)
    old, new = audit.changed(before, _facts_of(organisation))
    if "status" in new:
        _begin_or_end_contacts(organisation, now)
    if new:
        audit.record(
            "organisation.change",
            organisation,
            by=by,
            now=now,
            before=old,
            after=new,
            reason=reason,
            organisation=organisation.number,
        )
    return organisation


def _begin_or_end_contacts(organisation: Organisation, now: datetime) -> None:
    """Nobody is a contact of an organisation we no longer work with: from here their time of keeping runs."""
    contacts = organisation.contacts.filter(active=True)
    if organisation.status == Status.INACTIVE:
        contacts.filter(ended_at=None).update(ended_at=now)
    else:
        contacts.filter(erased_at=None).update(ended_at=None)


def _write(organisation: Organisation, facts: Mapping[str, Any]) -> None:
    unknown = set(facts) - set(FACTS)
    if unknown:
        raise TypeError(f"An organisation has no {sorted(unknown)}.")
    for key, value in facts.items():
        setattr(organisation, key, " ".join(value.split()) if isinstance(value, str) else value)
    if organisation.organisation_number:
        organisation.organisation_number = organisation_number.clean(organisation.organisation_number)
    # Folding can lengthen a text (ß becomes ss).
    organisation.search_name = organisation.name.casefold()[:200]
    if not organisation.own_accounts and organisation.parent is None:
        raise AccountsOfNobody(name=organisation.name)
    _refuse_circle(organisation)
    _refuse_taken(organisation)
    try:
        with transaction.atomic():
            organisation.save()
    except IntegrityError:
        # Someone registered the same number between our look and our write.
        _refuse_taken(organisation)
        raise


def _refuse_taken(organisation: Organisation) -> None:
    if not organisation.organisation_number:
        return
    other = (
        Organisation.objects.filter(organisation_number=organisation.organisation_number)
        .exclude(pk=organisation.pk)
        .first()
    )
    if other is not None:
        raise OrganisationNumberTaken(name=other.name, number=other.number)


def _refuse_circle(organisation: Organisation) -> None:
    above, seen = organisation.parent_id, set()
    while above is not None and above not in seen:
        if above == organisation.pk:
            raise PartOfItself(name=organisation.name)
        seen.add(above)
        above = Organisation.objects.values_list("parent_id", flat=True).get(pk=above)


def _facts_of(organisation: Organisation) -> dict[str, Any]:
    facts = {key: getattr(organisation, key) for key in FACTS if key != "parent"}
    return facts | {"parent": organisation.parent.number if organisation.parent else None}
