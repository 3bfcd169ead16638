"""What is done with access to the portal: `give_access`, `change_role`, `end_access`.

Every organisation keeps at least one owner. `give_access` is what an accepted invitation calls
(`clients.invitations.services`); nobody gets a membership that he has not accepted.
"""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from advisory.kernel import audit
from advisory.kernel.errors import DomainError
from advisory.kernel.users import User, email_key
from clients.memberships.models import Membership, Role
from clients.organisations.models import Organisation


class HasAccessAlready(DomainError):
    """The person acts for this organisation now."""

    template = _("%(email)s has access already. Change the role instead.")


class LastOwner(DomainError):
    """Without this one nobody could give access."""

    template = _("%(name)s is the only owner. Make someone else owner first.")


class CannotSignIn(DomainError):
    """The address belongs to someone whom staff has shut out."""

    template = _("%(email)s cannot be given access. Contact us, and we will sort it out.")


class AccessEnded(DomainError):
    """The membership ended before: there is nothing to change."""

    template = _("%(name)s no longer has access.")


@transaction.atomic
def give_access(
    *, organisation: Organisation, email: str, name: str, role: Role, by: User | None, now: datetime
) -> Membership:
    """A membership for the person with this address, made without a password where there is none yet.

    Raises `HasAccessAlready` and `CannotSignIn`.
    """
    hold(organisation)
    address = email_key(email)
    user = _person(address, name, organisation.language)
    if not user.is_active:
        raise CannotSignIn(email=address)
    if Membership.objects.current().filter(organisation=organisation, user=user).exists():
        raise HasAccessAlready(email=address)
    membership = Membership.objects.create(
        organisation=organisation, user=user, role=role, name=name, created_at=now, created_by=by
    )
    audit.record(
        "membership.give",
        membership,
        by=by,
        now=now,
        label=membership.shown_name,
        after={"email": address, "name": name, "role": role},
        organisation=organisation.number,
    )
    return membership


@transaction.atomic
def change_role(*, membership: Membership, role: Role, by: User | None, now: datetime) -> Membership:
    """The membership with another role. Raises `LastOwner` and `AccessEnded`."""
    membership = _held(membership)
    if membership.role == role:
        return membership
    keep_an_owner(membership)
    before = membership.role
    membership.role = role
    membership.save(update_fields=["role"])
    audit.record(
        "membership.change",
        membership,
        by=by,
        now=now,
        label=membership.shown_name,
        before={"role": before},
        after={"role": role},
        organisation=membership.organisation.number,
    )
    return membership


@transaction.atomic
def end_access(*, membership: Membership, by: User | None, now: datetime) -> Membership:
    """The membership ended: the next request is refused. Raises `LastOwner` and `AccessEnded`."""
    membership = _held(membership)
    keep_an_owner(membership)
    membership.ended_at = now
    membership.save(update_fields=["ended_at"])
    audit.record(
        "membership.end",
        membership,
        by=by,
        now=now,
        label=membership.shown_name,
        before={"role": membership.role},
        organisation=membership.organisation.number,
    )
    return membership


def _person(address: str, name: str, language: str) -> User:
    """The user with this address, made without a password where there is none."""
    known = User.objects.filter(email=address).first()
    if known is not None:
        return known
    try:
        with transaction.atomic():
            return User.objects.create_user(address, name=name, language=language)
    except IntegrityError:
        # Another organisation let the same person in at this very moment.
        return User.objects.get(email=address)


def hold(organisation: Organisation) -> None:
    """One change of an organisation's access at a time: two owners cannot remove each other at once."""
    Organisation.objects.select_for_update().get(pk=organisation.pk)


def _held(membership: Membership) -> Membership:
    hold(membership.organisation)
    now_there = Membership.objects.select_related("organisation", "user").get(pk=membership.pk)
    if now_there.ended_at is not None:
        raise AccessEnded(name=now_there.shown_name)
    return now_there


def keep_an_owner(membership: Membership) -> None:
    """Raises `LastOwner`."""
    # An owner who cannot sign in is no owner to rely on.
    owners = Membership.objects.current().filter(
        organisation=membership.organisation, role=Role.OWNER, user__is_active=True
    )
    if membership.role == Role.OWNER and not owners.exclude(pk=membership.pk).exists():
        raise LastOwner(name=membership.shown_name)
