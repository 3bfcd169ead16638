"""The organisations: who they are, and the pages about them. What other rooms use of its tables is named here."""

from clients.organisations.models import FIRST_NUMBER, Kind, Organisation, OrganisationQuerySet, Status

__all__ = ["FIRST_NUMBER", "Kind", "Organisation", "OrganisationQuerySet", "Status"]
