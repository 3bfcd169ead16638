"""Who may act for an organisation in the portal."""

from clients.memberships.models import RANK, Membership, MembershipQuerySet, Role

__all__ = ["RANK", "Membership", "MembershipQuerySet", "Role"]
