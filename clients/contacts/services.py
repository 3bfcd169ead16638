"""What is done with contacts: `add`, `change`, `deactivate` and `activate` one."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from advisory.kernel import audit
from advisory.kernel.errors import DomainError
from advisory.kernel.users import User
from clients.contacts.models import Contact
from clients.organisations.models import Organisation

_FACTS = ("name", "role", "email", "phone", "active")


class ContactErased(DomainError):
    """The person's name was taken away; a new person is a new contact."""

    template = _("This contact is erased. Add a new one instead.")


@transaction.atomic
def add(
    *,
    organisation: Organisation,
    name: str,
    role: str = "",
    email: str = "",
    phone: str = "",
    by: User | None,
    now: datetime,
    reason: str = "",
) -> Contact:
    """A new contact of the organisation; `reason` stands in the audit log."""
    contact = Contact.objects.create(
        organisation=organisation, name=name, role=role, email=email, phone=phone, created_at=now
    )
    audit.record(
        "contact.add",
        contact,
        by=by,
        now=now,
        after=_facts(contact),
        reason=reason,
        organisation=organisation.number,
    )
    return contact


@transaction.atomic
def change(
    *,
    contact: Contact,
    name: str,
    role: str,
    email: str,
    phone: str,
    by: User | None,
    now: datetime,
    reason: str = "",
) -> Contact:
    """The contact with these facts. Raises `ContactErased`."""
    if contact.erased_at:
        raise ContactErased()
    before = _facts(contact)
    contact.name, contact.role, contact.email, contact.phone = name, role, email, phone
    return _save(contact, "contact.change", before, by=by, now=now, reason=reason)


@transaction.atomic
def deactivate(*, contact: Contact, by: User | None, now: datetime) -> Contact:
    """The contact kept, but no longer offered or listed first. Portal access is another matter (`memberships`)."""
    before = _facts(contact)
    contact.active, contact.ended_at = False, contact.ended_at or now
    return _save(contact, "contact.deactivate", before, by=by, now=now)


@transaction.atomic
def activate(*, contact: Contact, by: User | None, now: datetime) -> Contact:
    """The contact in use again: the way back from `deactivate`. Raises `ContactErased`."""
    before = _facts(contact)
    if contact.erased_at:
        raise ContactErased()
    contact.active, contact.ended_at = True, None
    return _save(contact, "contact.activate", before, by=by, now=now)


def _save(
    contact: Contact, action: str, before: dict[str, object], *, by: User | None, now: datetime, reason: str = ""
) -> Contact:
    old, new = audit.changed(before, _facts(contact))
    if new:
        contact.save()
        number = contact.organisation.number
        audit.record(action, contact, by=by, now=now, before=old, after=new, reason=reason, organisation=number)
    return contact


def _facts(contact: Contact) -> dict[str, object]:
    return {key: getattr(contact, key) for key in _FACTS}
