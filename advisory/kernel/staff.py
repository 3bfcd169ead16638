"""Letting staff in. Members of organisations are let in by `clients`."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from advisory.kernel import audit
from advisory.kernel.users import StaffRole, User, email_key


@transaction.atomic
def make_administrator(*, email: str, password: str | None, name: str = "", now: datetime) -> User:
    """The person with this address as an active administrator; done twice, it changes nothing.

    A new person without a password signs in with a code. The password of a person who exists stays as it is.
    """
    address = email_key(email)
    person = User.objects.filter(email=address).first()
    if person is None:
        person = User.objects.create_user(address, password, name=name, staff_role=StaffRole.ADMINISTRATOR)
        audit.record("user.create", person, by=None, now=now, after={"staff_role": person.staff_role})
        return person
    before = {"staff_role": person.staff_role, "is_active": person.is_active}
    after = {"staff_role": StaffRole.ADMINISTRATOR.value, "is_active": True}
    if before != after:
        person.staff_role, person.is_active = StaffRole.ADMINISTRATOR, True
        person.save(update_fields=["staff_role", "is_active"])
        was, is_now = audit.changed(before, after)
        audit.record("user.change", person, by=None, now=now, before=was, after=is_now)
    return person
