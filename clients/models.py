"""The tables of the clients storey, gathered from their rooms."""

from clients.contacts import Contact
from clients.income import EvidenceFile, IncomeDeclaration
from clients.memberships import Membership
from clients.notes import Note
from clients.organisations import Organisation

__all__ = ["Contact", "EvidenceFile", "IncomeDeclaration", "Membership", "Note", "Organisation"]
