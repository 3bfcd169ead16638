"""The tables of the clients storey, gathered from their rooms."""

from clients.contacts import Contact
from clients.income import EvidenceFile, IncomeDeclaration
from clients.invitations.models import Invitation
from clients.memberships import Membership
from clients.notes import Note
from clients.organisations import Organisation
from clients.register.models import RegisterAnswer

__all__ = [
    "Contact",
    "EvidenceFile",
    "IncomeDeclaration",
    "Invitation",
    "Membership",
    "Note",
    "Organisation",
    "RegisterAnswer",
]
