"""Who a person is across the tables: one human being may be a user, a member of several and a contact of several.

Records are one person's when they share the e-mail address. Without an address a contact stands alone.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from advisory.kernel.personal_data.sources import Subject
from advisory.kernel.users import User
from clients.contacts.models import Contact
from clients.invitations.models import Invitation
from clients.memberships.models import Membership
from clients.organisations.models import Organisation

USER, CONTACT, ORGANISATION = "kernel.user", "clients.contact", "clients.organisation"


@dataclass(frozen=True, slots=True)
class Person:
    """A person: what he is called, the user if he is one, and where he is a contact."""

    name: str
    user: User | None
    contacts: tuple[Contact, ...]
    subject: Subject

    @property
    def is_erased(self) -> bool:
        """Whether nothing is left to take away."""
        return (self.user is None or self.user.erased_at is not None) and all(one.erased_at for one in self.contacts)


def person_of_user(user: User) -> Person:
    """The person behind a user, with all contacts that have his address."""
    contacts = Contact.objects.filter(email__iexact=user.email, erased_at=None).select_related("organisation")
    return _person(user, list(contacts))


def person_of_contact(contact: Contact) -> Person:
    """The person behind a contact: with the same address also as user and as contact of others."""
    if not contact.email:
        return _person(None, [contact])
    contacts = Contact.objects.filter(Q(pk=contact.pk) | Q(email__iexact=contact.email, erased_at=None))
    user = User.objects.filter(email__iexact=contact.email).first()
    return _person(user, list(contacts.select_related("organisation")))


def _person(user: User | None, contacts: list[Contact]) -> Person:
    users = [user] if user else []
    memberships = list(Membership.objects.filter(user__in=users).order_by("pk"))
    emails = {user.email for user in users} | {contact.email for contact in contacts if contact.email}
    invitations = Invitation.objects.filter(email__in=emails).order_by("pk")
    names = [user.name for user in users] + [one.name for one in (*contacts, *memberships, *invitations)]
    organisations = {one.organisation_id for one in contacts} | {one.organisation_id for one in memberships}
    numbers = Organisation.objects.filter(pk__in=organisations).values_list("number", flat=True)
    if (users or contacts) and all(user.erased_at for user in users) and all(contact.erased_at for contact in contacts):
        # A pseudonym is nobody's name: nothing is searched for.
        names, emails = [], set()
    subject = Subject(
        rows={
            USER: frozenset(user.pk for user in users),
            CONTACT: frozenset(contact.pk for contact in contacts),
            # By these the audit log is found, which tells of them under their own numbers.
            "clients.membership": frozenset(one.pk for one in memberships),
            "clients.invitation": frozenset(one.pk for one in invitations),
        },
        names=frozenset(filter(None, names)),
        emails=frozenset(emails),
        phones=frozenset(contact.phone for contact in contacts if contact.phone),
        organisations=frozenset(organisations),
        numbers=frozenset(numbers),
        everywhere=any(user.staff_role for user in users),
    )
    known = [*(str(user) for user in users), *(contact.name for contact in contacts)]
    return Person(known[0], user, tuple(contacts), subject)


def organisation_subject(organisation: Organisation) -> Subject:
    """An organisation as the subject of an export."""
    return Subject(
        rows={ORGANISATION: frozenset({organisation.pk})},
        organisations=frozenset({organisation.pk}),
        numbers=frozenset({organisation.number}),
    )
