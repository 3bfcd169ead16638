"""Open invitations as the pages list them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from clients.invitations.models import Invitation
from clients.memberships.models import Membership, Role
from clients.organisations.models import Organisation


@dataclass(frozen=True, slots=True)
class Row:
    """One invitation that nobody has used or withdrawn. `works` is False when the link is dead all the same."""

    invitation: Invitation
    has_run_out: bool
    #: The one who sent it may invite no longer: it must be sent again by somebody who may.
    sender_left: bool

    @property
    def works(self) -> bool:
        return not (self.has_run_out or self.sender_left)


def pending(organisation: Organisation | None, now: datetime) -> list[Row]:
    """The organisation's pending invitations, or those to staff; newest first, two statements."""
    found = list(Invitation.objects.pending().filter(organisation=organisation).select_related("invited_by"))
    owners: Iterable[int] = ()
    if found and organisation is not None:
        owners = set(
            Membership.objects.current()
            .filter(organisation=organisation, role=Role.OWNER)
            .values_list("user", flat=True)
        )
    return [
        Row(
            one,
            has_run_out=one.expires_at <= now,
            sender_left=not (
                one.invited_by.is_administrator or (one.invited_by.is_active and one.invited_by_id in owners)
            ),
        )
        for one in found
    ]
