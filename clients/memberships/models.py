"""Who may act for an organisation in the portal. A membership that ended keeps its row."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from clients.organisations.models import Organisation


class Role(models.TextChoices):
    """reader: no money; finance: invoices and income too; owner: also who has access."""

    READER = "reader", _("reader")
    FINANCE = "finance", _("finance")
    OWNER = "owner", _("owner")


RANK = {Role.READER: 1, Role.FINANCE: 2, Role.OWNER: 3}


class MembershipQuerySet(models.QuerySet["Membership"]):
    def current(self) -> MembershipQuerySet:
        """Not ended."""
        return self.filter(ended_at=None)

    def by_rank(self) -> MembershipQuerySet:
        """Owners first, then by name."""
        rank = models.Case(*(models.When(role=role, then=place) for role, place in RANK.items()), default=0)
        return self.select_related("user").order_by(rank.desc(), "name", "user__email")


class Membership(models.Model):
    """`user` acts for `organisation` with `role` until `ended_at`."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(_("role"), max_length=10, choices=Role)
    # What this organisation calls him: the user's own name may come from another organisation.
    name = models.CharField(_("name"), max_length=120, blank=True, default="")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "user"],
                condition=models.Q(ended_at=None),
                name="membership_once_at_a_time",
            ),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="membership_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.organisation} ({self.role})"

    @property
    def shown_name(self) -> str:
        """The name this organisation knows, else the address; never what another organisation wrote."""
        return self.name or self.user.email

    @property
    def last_sign_in(self) -> datetime | None:
        """When the person last signed in, if that was while this membership stood."""
        seen = self.user.last_login
        return seen if seen is not None and seen >= self.created_at else None

    def may(self, role: Role) -> bool:
        """Whether this membership reaches at least `role`."""
        return RANK[Role(self.role)] >= RANK[role]
