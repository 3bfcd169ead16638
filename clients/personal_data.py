"""What the clients storey holds about people and organisations, and how long."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from advisory.kernel import retention
from advisory.kernel.counters import next_number
from advisory.kernel.own_personal_data import MINIMAL, delete, take_name_away
from advisory.kernel.personal_data.sources import Pseudonym, Source, Subject, register
from advisory.kernel.retention import Kind, moment_before
from advisory.kernel.users import StaffRole, User
from clients.contacts.models import Contact
from clients.income.models import EvidenceFile, IncomeDeclaration
from clients.invitations.models import Invitation
from clients.memberships.models import Membership
from clients.notes.models import Note
from clients.organisations.models import Organisation
from clients.register.models import RegisterAnswer

#: The counter that pseudonyms are numbered by.
COUNTER = "erased person"
#: Free text about how it went is kept so long (house rule).
TEXT_MONTHS = 36


def next_pseudonym() -> Pseudonym:
    """A number nobody has; moved in the caller's transaction."""
    return Pseudonym.person(next_number(COUNTER))


def take_contact_away(contact: Contact, pseudonym: Pseudonym, now: datetime) -> None:
    """The contact as a pseudonym: that there was one, and in which role, stays."""
    contact.name, contact.email, contact.phone = pseudonym.name, "", ""
    contact.active, contact.ended_at, contact.erased_at = False, contact.ended_at or now, now
    contact.save()


def _erase_contacts(source: Source, subject: Subject, pseudonym: Pseudonym, now: datetime) -> None:
    for contact in source.of(subject):
        take_contact_away(contact, pseudonym, now)


def _erase_memberships(source: Source, subject: Subject, pseudonym: Pseudonym, now: datetime) -> None:
    source.of(subject).order_by().update(name=pseudonym.name)


def register_sources() -> None:
    """Fill in this storey's part of the register."""
    register(
        Source(
            Contact,
            _("Contacts"),
            about={"clients.contact": ("pk",)},
            addresses=("email",),
            organisation="organisation",
            called=("name",),
            day="created_at",
            becomes=_("name, e-mail address and telephone number give way to a pseudonym; the role stays"),
            erase=_erase_contacts,
        ),
        Source(
            Membership,
            _("Access for organisations"),
            about={"kernel.user": ("user",)},
            organisation="organisation",
            called=("name",),
            day="created_at",
            becomes=_("ended, with a pseudonym; that somebody had access stays"),
            erase=_erase_memberships,
        ),
        Source(
            Invitation,
            _("Invitations"),
            about={"kernel.user": ("accepted_by",)},
            addresses=("email",),
            organisation="organisation",
            secret=("digest",),
            called=("name",),
            closed=("digest",),
            day="invited_at",
            goes_with_organisation=True,
            goes_in_any_case=True,
            becomes=_("is deleted"),
            is_deleted=True,
            erase=delete,
        ),
        Source(
            Organisation,
            _("Organisations"),
            about={"clients.organisation": ("pk",)},
            supports_books=True,
            organisation="pk",
            # What an organisation is called and where it is are its own facts, though it be named after somebody.
            closed=("name", "search_name", "organisation_number", "form", "postal_code", "city", "municipality",
                    "county", "invoice_postal_code", "invoice_city"),
            day="created_at",
        ),
        Source(
            Note,
            _("Notes"),
            organisation="organisation",
            day="written_at",
            goes_with_organisation=True,
            goes_in_any_case=True,
        ),
        Source(
            IncomeDeclaration,
            _("Income declarations"),
            organisation="organisation",
            day="arrived_on",
            emptied={"comment": ""},
            supports_books=True,
        ),
        Source(
            EvidenceFile,
            _("Evidence of income"),
            organisation="declaration__organisation",
            supports_books=True,
            closed=("media_type", "sha256"),
            day="uploaded_at",
            goes_with_organisation=True,
        ),
        Source(
            RegisterAnswer,
            _("Answers of registers"),
            also=_answers_about,
            closed=("organisation_number", "data"),
            day="fetched_at",
            goes_with_organisation=True,
        ),
    )  # fmt: skip


def _answers_about(subject: Subject) -> Q:
    numbers = Organisation.objects.filter(pk__in=subject.ids("clients.organisation")).exclude(organisation_number="")
    return Q(organisation_number__in=list(numbers.values_list("organisation_number", flat=True)))


def _old_contacts(day: date) -> models.QuerySet[Contact]:
    return Contact.objects.filter(erased_at=None, ended_at__lt=moment_before(day, 12))


def _take_contacts_away(keys: Sequence[Any], now: datetime) -> int:
    for contact in Contact.objects.filter(pk__in=keys):
        take_contact_away(contact, next_pseudonym(), now)
    return len(keys)


def _old_members(day: date) -> models.QuerySet[User]:
    """People who had access for organisations, and none in the last twelve months."""
    before = moment_before(day, 12)
    memberships = Membership.objects.filter(user=OuterRef("pk"))
    return User.objects.filter(
        Exists(memberships), ~Exists(memberships.filter(Q(ended_at=None) | Q(ended_at__gte=before))),
        erased_at=None, staff_role=StaffRole.NONE, created_at__lt=before,
    )  # fmt: skip


def _take_members_away(keys: Sequence[Any], now: datetime) -> int:
    # The same as an erasure that is asked for, but for free text, which has its own time.
    for user in User.objects.filter(pk__in=keys):
        pseudonym = next_pseudonym()
        Membership.objects.filter(user=user).update(name=pseudonym.name)
        take_name_away(user, pseudonym, now)
    return len(keys)


def _old_names(day: date) -> models.QuerySet[Membership]:
    """What an organisation called somebody who is still there for others, or who works here."""
    ended = Membership.objects.filter(ended_at__lt=moment_before(day, 12), user__erased_at=None).exclude(name="")
    return ended.exclude(user__in=_old_members(day))


def _empty_names(keys: Sequence[Any], now: datetime) -> int:
    return Membership.objects.filter(pk__in=keys).update(name="")


def _old_invitations(day: date) -> models.QuerySet[Invitation]:
    return Invitation.objects.filter(expires_at__lt=moment_before(day, 12))


def _delete_invitations(keys: Sequence[Any], now: datetime) -> int:
    Invitation.objects.filter(pk__in=keys).delete()
    return len(keys)


def _old_notes(day: date) -> models.QuerySet[Note]:
    return Note.objects.filter(written_at__lt=moment_before(day, TEXT_MONTHS))


def _delete_notes(keys: Sequence[Any], now: datetime) -> int:
    Note.objects.filter(pk__in=keys).delete()
    return len(keys)


def register_kinds() -> None:
    """Say how long this storey keeps its own."""
    pseudonym = _("name, e-mail address and telephone number give way to a pseudonym")
    retention.register(
        Kind(
            "contacts", _("Contacts no longer in use"), pseudonym, _("12 months after they were put away"), MINIMAL,
            _old_contacts, _take_contacts_away,
        ),
        Kind(
            "ended_access", _("People whose access has ended"), pseudonym, _("12 months after the last access ended"),
            MINIMAL, _old_members, _take_members_away,
        ),
        Kind(
            "member_names", _("Names in ended access, of people who are still here for others"),
            _("the name is emptied"), _("12 months after the access ended"), MINIMAL, _old_names, _empty_names,
        ),
        Kind(
            "invitations", _("Invitations"), _("is deleted"), _("12 months after they were used or ran out"), MINIMAL,
            _old_invitations, _delete_invitations,
        ),
        Kind("notes", _("Notes on organisations"), _("is deleted"), _("3 years"), MINIMAL, _old_notes, _delete_notes),
    )  # fmt: skip


__all__ = ["COUNTER", "next_pseudonym", "register_kinds", "register_sources"]
