"""Letting staff in, changing what they may do, and switching them off. Members are let in by `clients`.

There is always an administrator. Nobody changes his own role or switches himself off. Whoever is switched off is out
at the next request: `is_active` is asked each time, and all sessions and tokens end.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from advisory.kernel import audit, counters
from advisory.kernel.api_tokens import withdraw_all
from advisory.kernel.errors import DomainError, OnlyAdministrators
from advisory.kernel.users import StaffRole, User, email_key


class LastAdministrator(DomainError):
    """Without this one nobody could keep the house."""

    template = _("%(name)s is the only administrator. Make someone else administrator first.")


class OwnAccess(DomainError):
    """Nobody decides about himself."""

    template = _("You cannot change your own access. Ask another administrator.")


class IsStaffAlready(DomainError):
    """The address belongs to somebody who works here."""

    template = _("%(email)s works here already. Change the role instead.")


class IsSwitchedOff(DomainError):
    """The address belongs to somebody who was switched off."""

    template = _("%(email)s is switched off. Let the person in again instead.")


class NoStaffRole(DomainError):
    """Staff is advisor or administrator; who leaves is switched off."""

    template = _("Choose advisor or administrator. Someone who leaves is switched off.")


def hold() -> None:
    """One change of staff at a time, until the transaction ends: two administrators cannot demote each other."""
    counters.locked("staff")


def check_can_be_let_in(email: str) -> None:
    """Raises `IsStaffAlready` and `IsSwitchedOff` for an address (as `email_key` spells it) that cannot be invited."""
    known = User.objects.filter(email=email).first()
    if known is not None and not known.is_active:
        raise IsSwitchedOff(email=email)
    if known is not None and known.staff_role:
        raise IsStaffAlready(email=email)


@transaction.atomic
def let_in(*, email: str, name: str, role: StaffRole, by: User, now: datetime) -> User:
    """The person with this address as staff, who signs in with a code; made where there is none.

    Raises `IsStaffAlready` and `IsSwitchedOff`.
    """
    hold()
    address = email_key(email)
    check_can_be_let_in(address)
    person = User.objects.filter(email=address).first()
    if person is None:
        person = User.objects.create_user(address, name=name, staff_role=role)
        audit.record("user.create", person, by=by, now=now, after={"staff_role": role})
        return person
    before = {"staff_role": person.staff_role, "name": person.name}
    person.staff_role, person.name = role, person.name or name
    person.save(update_fields=["staff_role", "name"])
    was, is_now = audit.changed(before, {"staff_role": role, "name": person.name})
    audit.record("user.change", person, by=by, now=now, before=was, after=is_now)
    return person


@transaction.atomic
def change_role(*, person: User, role: StaffRole, by: User, now: datetime) -> User:
    """The person with another role of staff. Raises `OwnAccess`, `LastAdministrator` and `NoStaffRole`."""
    person = _held(person, by)
    if not role or not person.staff_role:
        raise NoStaffRole()
    if person.staff_role == role:
        return person
    _keep_an_administrator(person)
    before = person.staff_role
    person.staff_role = role
    person.save(update_fields=["staff_role"])
    audit.record("user.change", person, by=by, now=now, before={"staff_role": before}, after={"staff_role": role})
    return person


@transaction.atomic
def switch_off(*, person: User, by: User, now: datetime) -> User:
    """The person out at the next request, with every session and token ended; what he wrote keeps his name.

    Raises `OwnAccess` and `LastAdministrator`.
    """
    person = _held(person, by)
    if not person.is_active:
        return person
    _keep_an_administrator(person)
    person.is_active = False
    person.session_epoch += 1
    person.save(update_fields=["is_active", "session_epoch"])
    audit.record("user.switch_off", person, by=by, now=now, before={"is_active": True}, after={"is_active": False})
    withdraw_all(user=person, by=by, now=now)
    return person


@transaction.atomic
def switch_on(*, person: User, by: User, now: datetime) -> User:
    """The person may sign in again, with the role from before. Raises `OwnAccess`."""
    person = _held(person, by)
    if person.is_active:
        return person
    person.is_active = True
    person.save(update_fields=["is_active"])
    audit.record("user.switch_on", person, by=by, now=now, before={"is_active": False}, after={"is_active": True})
    return person


def _held(person: User, by: User) -> User:
    hold()
    # As they are now: whoever decides may have lost the right a moment ago.
    everyone = User.objects.in_bulk([person.pk, by.pk])
    if not everyone[by.pk].is_administrator:
        raise OnlyAdministrators()
    person = everyone[person.pk]
    if person.pk == by.pk:
        _keep_an_administrator(person)
        raise OwnAccess()
    return person


def check_can_go(person: User, by: User) -> None:
    """Raises `OwnAccess` and `LastAdministrator` for a person whom `by` may not take away. The caller calls `hold`."""
    _keep_an_administrator(person)
    if person.pk == by.pk:
        raise OwnAccess()


def _keep_an_administrator(person: User) -> None:
    others = User.objects.filter(is_active=True, staff_role=StaffRole.ADMINISTRATOR).exclude(pk=person.pk)
    if person.is_administrator and not others.exists():
        raise LastAdministrator(name=person)


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
