"""An invitation: bound to an address and, for members, to an organisation; one use, with a last moment."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from advisory.kernel.users import StaffRole
from clients.memberships.models import Role
from clients.organisations.models import Organisation

STAFF_ROLES = [StaffRole.ADVISOR.value, StaffRole.ADMINISTRATOR.value]


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def pending(self) -> InvitationQuerySet:
        """Neither used nor withdrawn; it may have run out."""
        return self.filter(accepted_at=None, withdrawn_at=None)

    def open(self, now: datetime) -> InvitationQuerySet:
        """Neither used nor withdrawn nor run out."""
        return self.pending().filter(expires_at__gt=now)


class Invitation(models.Model):
    """`digest` is the SHA-256 of the token in the mail. Without an organisation it is an invitation to staff."""

    email = models.EmailField(_("e-mail"))
    name = models.CharField(_("name"), max_length=120, blank=True, default="")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="invitations"
    )
    role = models.CharField(_("role"), max_length=16)
    digest = models.CharField(max_length=64, unique=True)
    invited_at = models.DateTimeField()
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-invited_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(organisation=None, role__in=STAFF_ROLES)
                | Q(organisation__isnull=False, role__in=Role.values),
                name="invitation_role_fits",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None, accepted_by=None)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False, withdrawn_at=None),
                name="invitation_used_or_withdrawn",
            ),
            models.CheckConstraint(condition=Q(expires_at__gt=models.F("invited_at")), name="invitation_expires_later"),
        ]

    def __str__(self) -> str:
        return f"{self.email} ({self.role})"

    @property
    def shown_name(self) -> str:
        """The name the inviter wrote, else the address."""
        return self.name or self.email

    @property
    def is_pending(self) -> bool:
        """Neither used nor withdrawn."""
        return self.accepted_at is None and self.withdrawn_at is None

    @property
    def shown_role(self) -> StrOrPromise:
        """The role in words, of the organisation or of staff."""
        return StaffRole(self.role).label if self.organisation_id is None else Role(self.role).label
