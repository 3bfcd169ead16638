"""The verb of the import: all that the file says, through the verbs of organisations and contacts, or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from advisory.kernel.counters import locked
from advisory.kernel.errors import Conflict, DomainError
from advisory.kernel.users import User
from clients.contacts import services as contacts
from clients.importing.plan import ContactPlan, Plan, Sort, Target, plan_of
from clients.importing.table import Table
from clients.organisations.models import Organisation
from clients.organisations.services import change, fingerprint, register


class ImportHasMistakes(DomainError):
    """A file with rows that are wrong was to be taken in."""

    template = gettext_lazy("The file has rows that are wrong. Nothing is taken in.")


class ImportChangesNothing(DomainError):
    """Everything the file says stands here already."""

    template = gettext_lazy("Everything in the file stands here already. Nothing is changed.")


class ImportStale(Conflict):
    """What the file would do is no longer what the person looked at."""

    template = gettext_lazy(
        "Somebody changed organisations or contacts after you looked at the report. Nothing is taken in. "
        "Look at the new report below, and take the file in if it is right."
    )


@dataclass(frozen=True, slots=True)
class Taken:
    """Counts of organisations and contacts that were written."""

    new: int
    changed: int
    contacts: int


@transaction.atomic
def take_in(*, table: Table, columns: Sequence[str], seen: str, by: User, now: datetime) -> Taken:
    """Write what the plan of the file says; `seen` is the digest of the plan that the person looked at.

    Raises `ImportHasMistakes`, `ImportStale`, `ImportChangesNothing`, and what the verbs raise; then nothing is kept.
    """
    # Whoever registers an organisation waits here, so that the same file is not taken in twice at once.
    locked("organisation")
    plan = plan_of(table, columns)
    if plan.of(Sort.WRONG):
        raise ImportHasMistakes()
    if plan.digest != seen:
        raise ImportStale()
    if not plan.touched:
        raise ImportChangesNothing()
    writing = _Writing(by, now, _("From the file «%(name)s».") % {"name": table.name})
    for target in plan.touched:
        writing.write(target)
    return _counts(plan)


def _counts(plan: Plan) -> Taken:
    touched = plan.touched
    new = sum(target.organisation is None for target in touched)
    return Taken(new, len(touched) - new, sum(len(target.contacts) for target in touched))


class _Writing:
    def __init__(self, by: User, now: datetime, reason: str) -> None:
        self.by, self.now, self.reason = by, now, reason
        self.made: dict[int, Organisation] = {}

    def write(self, target: Target) -> Organisation:
        """The organisation with its contacts; what it is part of is written before it."""
        if id(target) in self.made:
            return self.made[id(target)]
        facts = dict(target.facts)
        if target.parent is not None:
            facts["parent"] = self.write(target.parent)
        organisation = target.organisation
        if organisation is None:
            organisation = register(by=self.by, now=self.now, reason=self.reason, **facts)
        elif facts:
            organisation = change(
                organisation=organisation,
                seen=fingerprint(organisation),
                by=self.by,
                now=self.now,
                reason=self.reason,
                **facts,
            )
        self.made[id(target)] = organisation
        for planned in target.contacts:
            self._contact(organisation, planned)
        return organisation

    def _contact(self, organisation: Organisation, planned: ContactPlan) -> None:
        facts, contact = dict(planned.facts), planned.contact
        active = facts.pop("active", None)
        if contact is None:
            contact = contacts.add(organisation=organisation, by=self.by, now=self.now, reason=self.reason, **facts)
        elif facts:
            kept = {key: getattr(contact, key) for key in ("name", "role", "email", "phone")}
            contact = contacts.change(
                contact=contact, by=self.by, now=self.now, reason=self.reason, **{**kept, **facts}
            )
        if active is False:
            contacts.deactivate(contact=contact, by=self.by, now=self.now)
        elif active is True and not contact.active:
            contacts.activate(contact=contact, by=self.by, now=self.now)
