"""Erasing a person: what becomes of each record, the verb, and what it refuses.

One transaction, and one event in the audit log that stays for good and names nobody. Sources: GDPR art. 17; what
is kept is kept by art. 17(3)(b) for what the law on bookkeeping demands.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from advisory.kernel import audit, staff
from advisory.kernel.audit import AuditEvent
from advisory.kernel.errors import Conflict, OnlyAdministrators, ReasonMissing
from advisory.kernel.personal_data import erasure
from advisory.kernel.personal_data.erasure import Line, Verdict
from advisory.kernel.personal_data.mentions import words_of
from advisory.kernel.personal_data.sources import Pseudonym, source_of
from advisory.kernel.users import User
from clients.erasing.people import Person, person_of_contact, person_of_user
from clients.memberships.models import Membership
from clients.memberships.services import end_access, hold, keep_an_owner
from clients.personal_data import next_pseudonym


class ErasedAlready(Conflict):
    """Nothing is left to take away."""

    template = _("This is erased already.")


def plan_person(person: Person) -> list[Line]:
    """What becomes of every record of the person."""
    return erasure.plan(person.subject)


@transaction.atomic
def erase_person(*, person: Person, reason: str, by: User, now: datetime) -> Pseudonym:
    """Take the person's name, address and telephone out of everything that need not be kept; give the pseudonym.

    Raises `OnlyAdministrators`, `ReasonMissing`, `ErasedAlready`, `staff.OwnAccess`, `staff.LastAdministrator` and
    `memberships.LastOwner`.
    """
    person = _as_it_is_now(person)
    # Whoever decides may have lost the right a moment ago.
    if not User.objects.get(pk=by.pk).is_administrator:
        raise OnlyAdministrators()
    if not reason.strip():
        raise ReasonMissing()
    if person.is_erased:
        raise ErasedAlready()
    for membership in _current(person):
        hold(membership.organisation)
    check_can_go(person, by)
    lines = plan_person(person)
    pseudonym = next_pseudonym()
    erasure.erase(person.subject, pseudonym, now)
    # Now that the log will only read the pseudonym.
    for membership in _current(person):
        end_access(membership=membership, by=by, now=now)
    reason = words_of(person.subject).replaced(reason.strip(), pseudonym.name, with_names=True)
    about = person.user or person.contacts[0]
    audit.record("person.erase", about, by=by, now=now, after=facts_of(lines), reason=reason, label=pseudonym.name)
    return pseudonym


def check_can_go(person: Person, by: User) -> None:
    """Raises what stands in the way of an erasure: `staff.OwnAccess`, `LastAdministrator` and `LastOwner`."""
    if person.user is not None:
        staff.check_can_go(person.user, by)
    for membership in _current(person):
        keep_an_owner(membership)


def _current(person: Person) -> list[Membership]:
    """In the order of their organisations, so that two erasures at once do not wait for each other."""
    current = Membership.objects.current().filter(user=person.user) if person.user else Membership.objects.none()
    return list(current.select_related("organisation", "user").order_by("organisation"))


def counts(lines: list[Line]) -> dict[str, int]:
    """How many records became what."""
    return {verdict.value: sum(line.count for line in lines if line.verdict is verdict) for verdict in Verdict}


def facts_of(lines: list[Line]) -> dict[str, Any]:
    """What the audit log keeps of an erasure: the counts, and by table what is kept and until when."""
    kept = {line.table: [line.count, line.until] for line in lines if line.verdict is Verdict.KEPT}
    return {**counts(lines), "kept_until": kept}


def kept_by(event: AuditEvent) -> list[Line]:
    """What an erasure kept, as it was told then."""
    return [
        Line(
            table,
            source_of(table).label,
            Verdict.KEPT,
            count,
            "",
            date.fromisoformat(until) if until else None,
            source_of(table).law,
        )
        for table, (count, until) in event.after.get("kept_until", {}).items()
    ]


def _as_it_is_now(person: Person) -> Person:
    staff.hold()
    if person.user is not None:
        return person_of_user(User.objects.select_for_update().get(pk=person.user.pk))
    return person_of_contact(type(person.contacts[0]).objects.select_for_update().get(pk=person.contacts[0].pk))
