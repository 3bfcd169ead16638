"""What is done with invitations: `invite`, `send_again`, `withdraw`, `accept`.

The token stands in the mail alone; the table keeps its SHA-256. It works once, for one address and one organisation
(or for staff), until a moment, and only while the one who sent it may still invite. Nothing here tells the inviter
whether an address is known from elsewhere.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from advisory.kernel import audit, outbox, staff
from advisory.kernel.errors import DomainError
from advisory.kernel.users import LONGEST_ADDRESS, StaffRole, User, email_key
from clients.invitations import mail
from clients.invitations.models import Invitation
from clients.memberships.models import Membership, Role
from clients.memberships.services import HasAccessAlready, give_access, hold
from clients.organisations.models import Organisation

#: How long an invitation can be used.
LIFETIME = timedelta(days=14)
A_DAY = timedelta(days=1)
#: How many invitations an address gets from one organisation in a day.
MAILS_A_DAY = 5
#: Random bytes in a token: nobody guesses 256 bits.
TOKEN_BYTES = 32


class MayNotInvite(DomainError):
    """Only administrators invite staff; administrators and owners invite members."""

    status = 403
    template = _("Only administrators and the owner of an organisation's access can invite. Ask one of them.")


class NotAnAddress(DomainError):
    """No mailbox of ours would be told apart by this spelling."""

    template = _("Write an e-mail address with the letters a to z before the @.")


class InvitedAlready(DomainError):
    """An invitation to this address is open."""

    template = _("%(email)s is invited already. Send the invitation again, or withdraw it first.")


class TooManyMails(DomainError):
    """The mailbox of a stranger is not ours to fill."""

    status = 429
    template = _("%(email)s has got many invitations from you in a day. Wait until tomorrow.")


class NotOpen(DomainError):
    """The invitation was used or withdrawn."""

    template = _("The invitation to %(email)s has been used or withdrawn.")


class InvitationGone(DomainError):
    """No open invitation has this token: used, withdrawn, run out, never made; the answer is the same."""

    status = 404
    template = _("This invitation does not work.")


class SignInFirst(DomainError):
    """The address belongs to somebody who signs in: the link alone does not let in."""

    template = _("The invitation is for %(email)s. Sign in with that address to accept it.")


class ForSomeoneElse(DomainError):
    """Signed in as another than the one who is invited."""

    status = 403
    template = _("The invitation is for %(email)s.")


def digest_of(token: str) -> str:
    """The SHA-256 of a token, as the table keeps it."""
    return hashlib.sha256(token.encode()).hexdigest()


def may_invite(user: User, organisation: Organisation | None) -> bool:
    """Whether the person may invite to the organisation, or to staff where it is None."""
    if user.is_administrator:
        return True
    if organisation is None or not user.is_active:
        return False
    return Membership.objects.current().filter(organisation=organisation, user=user, role=Role.OWNER).exists()


@transaction.atomic
def invite(
    *,
    email: str,
    role: Role | StaffRole,
    by: User,
    now: datetime,
    organisation: Organisation | None = None,
    name: str = "",
) -> Invitation:
    """An invitation that is mailed to the address: to act for the organisation, or to be staff where it is None.

    Raises `MayNotInvite`, `NotAnAddress`, `InvitedAlready`, `HasAccessAlready`, `TooManyMails` and, for staff,
    `staff.IsStaffAlready` and `staff.IsSwitchedOff`.
    """
    _hold(organisation)
    if not may_invite(by, organisation):
        raise MayNotInvite()
    address = _address(email)
    if organisation is None:
        staff.check_can_be_let_in(address)
    elif Membership.objects.current().filter(organisation=organisation, user__email=address).exists():
        raise HasAccessAlready(email=address)
    pending = Invitation.objects.pending().filter(organisation=organisation, email=address)
    if pending.open(now).exists():
        raise InvitedAlready(email=address)
    # What ran out is replaced: the list shows one line for each address.
    pending.update(withdrawn_at=now)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    invitation = Invitation.objects.create(
        email=address,
        name=name,
        organisation=organisation,
        role=role,
        digest=digest_of(token),
        invited_at=now,
        invited_by=by,
        expires_at=now + LIFETIME,
    )
    _record("invitation.send", invitation, by, now, after={"email": address, "name": name, "role": role})
    _post(invitation, token, now)
    return invitation


@transaction.atomic
def send_again(*, invitation: Invitation, by: User, now: datetime) -> Invitation:
    """The invitation with a new token and fourteen new days; the link that was sent before is dead.

    Raises `MayNotInvite`, `NotOpen`, `TooManyMails` and, for staff, `staff.IsStaffAlready`, `staff.IsSwitchedOff`.
    """
    invitation = _held(invitation, by)
    if invitation.organisation is None:
        staff.check_can_be_let_in(invitation.email)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    invitation.digest, invitation.expires_at, invitation.invited_by = digest_of(token), now + LIFETIME, by
    invitation.save(update_fields=["digest", "expires_at", "invited_by"])
    _record("invitation.again", invitation, by, now, after={"expires_at": invitation.expires_at})
    _post(invitation, token, now)
    return invitation


@transaction.atomic
def withdraw(*, invitation: Invitation, by: User, now: datetime) -> Invitation:
    """The invitation taken back: its link is dead. Raises `MayNotInvite` and `NotOpen`."""
    invitation = _held(invitation, by)
    invitation.withdrawn_at = now
    invitation.save(update_fields=["withdrawn_at"])
    _record("invitation.withdraw", invitation, by, now)
    return invitation


def open_invitation(token: str, now: datetime) -> Invitation:
    """What the link with this token invites to. Raises `InvitationGone`."""
    found = (
        Invitation.objects.open(now)
        .filter(digest=digest_of(token))
        .select_related("organisation", "invited_by")
        .first()
    )
    if found is None or not may_invite(found.invited_by, found.organisation):
        raise InvitationGone()
    return found


@transaction.atomic
def accept(*, token: str, by: User | None, now: datetime) -> User:
    """The person who is let in by the link; `by` is who is signed in, None where nobody is.

    A new address becomes a user, whom the caller signs in: the link came to that mailbox. A known one must be
    signed in. Raises `InvitationGone`, `ForSomeoneElse`, `SignInFirst`, `CannotSignIn`, `HasAccessAlready`.
    """
    _hold(open_invitation(token, now).organisation)
    # Read once more behind the lock: two clicks at once let in one person once.
    invitation = open_invitation(token, now)
    person = _person(invitation, by)
    invitation.accepted_at = now
    if invitation.organisation is None:
        person = staff.let_in(
            email=invitation.email, name=invitation.name, role=StaffRole(invitation.role), by=invitation.invited_by,
            now=now,
        )  # fmt: skip
    else:
        person = give_access(
            organisation=invitation.organisation,
            email=invitation.email,
            name=invitation.name,
            role=Role(invitation.role),
            by=invitation.invited_by,
            now=now,
        ).user
    invitation.accepted_by = person
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    _record("invitation.accept", invitation, person, now)
    return person


def _person(invitation: Invitation, by: User | None) -> User | None:
    """Who accepts, None for somebody new."""
    if by is not None:
        if by.email != invitation.email:
            raise ForSomeoneElse(email=invitation.email)
        return by
    if User.objects.filter(email=invitation.email).exists():
        raise SignInFirst(email=invitation.email)
    return None


def _address(email: str) -> str:
    """The one spelling of the address, which is also where the mail goes (CVE-2019-19844)."""
    address = email_key(email)
    try:
        validate_email(address)
    except ValidationError:
        raise NotAnAddress() from None
    # Letters that only look like others (a dotless i) would make two addresses one in a database's eyes.
    if not address.rpartition("@")[0].isascii() or len(address) > LONGEST_ADDRESS:
        raise NotAnAddress()
    return address


def _hold(organisation: Organisation | None) -> None:
    if organisation is None:
        staff.hold()
    else:
        hold(organisation)


def _held(invitation: Invitation, by: User) -> Invitation:
    _hold(invitation.organisation)
    if not may_invite(by, invitation.organisation):
        raise MayNotInvite()
    now_there = Invitation.objects.select_related("organisation").get(pk=invitation.pk)
    if not now_there.is_pending:
        raise NotOpen(email=now_there.email)
    return now_there


def _post(invitation: Invitation, token: str, now: datetime) -> None:
    letter = mail.letter(invitation, token, now)
    today = outbox.OutboundMessage.objects.filter(
        kind=mail.KIND, recipient=letter.recipient, organisation=letter.organisation, created_at__gt=now - A_DAY
    )
    if today.count() >= MAILS_A_DAY:
        raise TooManyMails(email=letter.recipient)
    outbox.post([letter])


def _record(action: str, invitation: Invitation, by: User, now: datetime, **facts: dict[str, object]) -> None:
    number = invitation.organisation.number if invitation.organisation else None
    audit.record(action, invitation, by=by, now=now, label=invitation.name or invitation.email, organisation=number,
                 **facts)  # fmt: skip
