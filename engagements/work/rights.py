"""Who may write on an engagement: administrators on all, advisors on those they lead or belong to."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from advisory.kernel.errors import DomainError
from advisory.kernel.users import User
from engagements.work.models import Engagement, TimeEntry


class NotOnTheTeam(DomainError):
    """An advisor tries to write on an engagement he neither leads nor belongs to."""

    status = 403
    template = _("You are not on the team of %(reference)s. Ask %(lead)s to add you.")


class NotYourHours(DomainError):
    """An advisor tries to write somebody else's hours."""

    status = 403
    template = _("Only %(advisor)s and administrators can change these hours.")


class NotStaff(DomainError):
    """Someone who is not staff cannot lead, belong to a team or have hours."""

    template = _("%(person)s is not an active member of staff. Choose somebody else.")


def may_write(user: User, engagement: Engagement) -> bool:
    """Whether the person may change the engagement and what belongs to it."""
    if user.is_administrator:
        return True
    return user.is_advisor and (
        engagement.lead_id == user.pk or Engagement.objects.writable_by(user).filter(pk=engagement.pk).exists()
    )


def require_writer(user: User, engagement: Engagement) -> None:
    """Raise `NotOnTheTeam` unless the person may write on the engagement."""
    if not may_write(user, engagement):
        raise NotOnTheTeam(reference=engagement.reference, lead=str(engagement.lead))


def require_own(user: User, advisor: User) -> None:
    """Raise `NotYourHours` unless the hours are the person's own or he is an administrator."""
    if user.pk != advisor.pk and not user.is_administrator:
        raise NotYourHours(advisor=str(advisor))


def require_staff(*people: User) -> None:
    """Raise `NotStaff` for the first who is not an active member of staff."""
    for person in people:
        if not person.is_staff_member:
            raise NotStaff(person=str(person))


def may_change(user: User, entry: TimeEntry) -> bool:
    """Whether the person may try to change the entry (its lock is another matter)."""
    if user.is_administrator:
        return True
    return entry.advisor_id == user.pk and (entry.engagement is None or may_write(user, entry.engagement))
