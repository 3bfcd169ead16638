"""Erasing an organisation: its people go in any case; the organisation itself stays as long as its books need it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from functools import reduce
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from advisory.kernel import audit, staff
from advisory.kernel.errors import DomainError, OnlyAdministrators, ReasonMissing
from advisory.kernel.personal_data import erasure
from advisory.kernel.personal_data.erasure import Line, Verdict, newest_until
from advisory.kernel.personal_data.mentions import mentions, words_of
from advisory.kernel.personal_data.mentions import replace as write_pseudonym
from advisory.kernel.personal_data.sources import BOOKS, Pseudonym, Source, Subject, sources
from advisory.kernel.users import StaffRole, User
from clients.contacts.models import Contact
from clients.erasing.people import CONTACT, USER, organisation_subject
from clients.erasing.person import ErasedAlready, facts_of
from clients.memberships.models import Membership
from clients.organisations.models import Organisation, Status
from clients.personal_data import next_pseudonym, take_contact_away

#: What an organisation is known by.
_KNOWN_BY = (
    "organisation_number", "address", "postal_code", "city", "municipality", "county", "email", "phone",
    "invoice_email", "invoice_address", "invoice_postal_code", "invoice_city", "invoice_reference",
)  # fmt: skip


class NotSettled(DomainError):
    """The organisation has work that is not finished or not billed."""

    template = _(
        "%(name)s has engagements that are not closed, hours that are not invoiced, or an invoice proposal. "
        "Settle them first."
    )


class HasBranches(DomainError):
    """Others are judged by it or part of it."""

    template = _("%(name)s has other organisations that are part of it. Change them first.")


def kept_for_books(organisation: Organisation) -> date | None:
    """The last day that the organisation's books need it; None where there are no books."""
    subject = organisation_subject(organisation)
    days = [
        newest_until(source, source.rows.filter(source.scope(subject), source.books))
        for source in sources()
        if source.books is not None and source.has_scope
    ]
    return max((day for day in days if day is not None), default=None)


def plan_organisation(organisation: Organisation) -> list[Line]:
    """What becomes of every record of the organisation, and of the people who are only known from it."""
    subject = organisation_subject(organisation)
    people = [line for line in erasure.plan(_merged(_people(organisation))) if line.verdict is not Verdict.KEPT]
    until = kept_for_books(organisation)
    told = {line.table for line in people}
    lines = list(people)
    for source in sources():
        rows = source.belonging_to(subject)
        if source.table not in told and (count := rows.count()):
            lines.append(_line(source, rows, count, until))
    return erasure.in_order(lines)


def _line(source: Source, rows: models.QuerySet[Any], count: int, until: date | None) -> Line:
    if _goes(source, until):
        return Line(source.table, source.label, Verdict.ERASED, count, _("is deleted"))
    if source.is_frozen:
        return Line(
            source.table, source.label, Verdict.KEPT, count, "", newest_until(source, rows) or until, source.law
        )
    if until is not None and (source.supports_books or source.books is not None):
        return Line(source.table, source.label, Verdict.KEPT, count, "", until, BOOKS)
    if until is not None:
        law = _("not touched: the night takes it when its own time is out")
        return Line(source.table, source.label, Verdict.KEPT, count, "", None, law)
    if source.model is Organisation:
        how = _("name, addresses, numbers and telephone are taken out; our number stays")
    elif source.emptied:
        how = _("the texts are taken out; figures and codes stay")
    else:
        how = _("stays, tied to an organisation without a name")
    return Line(source.table, source.label, Verdict.ANONYMOUS, count, how)


def _goes(source: Source, until: date | None) -> bool:
    return source.goes_in_any_case or (source.goes_with_organisation and until is None)


@transaction.atomic
def erase_organisation(*, organisation: Organisation, reason: str, by: User, now: datetime) -> date | None:
    """Take away the organisation's people, and what it is known by where no book needs it.

    Gives the day until which the organisation itself is kept, None where it is anonymous now. Raises
    `OnlyAdministrators`, `ReasonMissing`, `NotSettled`, `HasBranches` and `ErasedAlready`.
    """
    staff.hold()
    if not User.objects.get(pk=by.pk).is_administrator:
        raise OnlyAdministrators()
    if not reason.strip():
        raise ReasonMissing()
    organisation = Organisation.objects.select_for_update().get(pk=organisation.pk)
    if is_erased(organisation):
        raise ErasedAlready()
    check_settled(organisation)
    lines = plan_organisation(organisation)
    until = kept_for_books(organisation)
    known = words_of(_itself(organisation))
    _erase_people(organisation, now)
    _erase_records(organisation, until)
    organisation.refresh_from_db()
    organisation.status = Status.INACTIVE
    if until is None:
        _take_away(organisation)
    organisation.save()
    pseudonym = Pseudonym.organisation(organisation.number)
    reason = known.replaced(reason.strip(), pseudonym.name, with_names=True) if until is None else reason.strip()
    audit.record(
        "organisation.erase", organisation, by=by, now=now, after=facts_of(lines), reason=reason,
        organisation=organisation.number, label=pseudonym.name,
    )  # fmt: skip
    return until


def is_erased(organisation: Organisation) -> bool:
    """Whether the organisation's name was taken away."""
    return organisation.name == Pseudonym.organisation(organisation.number).name


def check_settled(organisation: Organisation) -> None:
    """Raises `NotSettled` and `HasBranches`."""
    subject = organisation_subject(organisation)
    for source in sources():
        if source.unsettled is not None and source.rows.filter(source.scope(subject), source.unsettled).exists():
            raise NotSettled(name=organisation.name)
    if organisation.branches.exists():
        raise HasBranches(name=organisation.name)


def _itself(organisation: Organisation) -> Subject:
    """The organisation as words: its name, addresses and telephone."""
    return replace(
        organisation_subject(organisation),
        names=frozenset({organisation.name}),
        emails=frozenset(filter(None, (organisation.email, organisation.invoice_email))),
        phones=frozenset(filter(None, (organisation.phone,))),
    )


def _erase_people(organisation: Organisation, now: datetime) -> None:
    for person in _people(organisation):
        pseudonym = next_pseudonym()
        if person.emails or person.ids(USER):
            erasure.erase(person, pseudonym, now)
        else:
            # Somebody who is known from elsewhere too: only what is here goes.
            for contact in Contact.objects.filter(pk__in=person.ids(CONTACT)):
                take_contact_away(contact, pseudonym, now)
    Membership.objects.current().filter(organisation=organisation).update(ended_at=now)
    Membership.objects.filter(organisation=organisation, user__erased_at=None).update(name="")


def _erase_records(organisation: Organisation, until: date | None) -> None:
    subject = organisation_subject(organisation)
    itself, pseudonym = _itself(organisation), Pseudonym.organisation(organisation.number)
    words = words_of(itself)
    for source in reversed(sources()):
        rows = source.rows.filter(source.belonging(subject))
        if _goes(source, until):
            rows.delete()
        elif until is None and source.emptied:
            rows.exclude(source.sealed or models.Q(pk__in=[])).update(**source.emptied)
    if until is None:
        for source in sources():
            if source.has_scope and source.model is not Organisation:
                for mention in list(mentions(source, itself, words)):
                    if not mention.is_kept:
                        write_pseudonym(source, mention, words, pseudonym)


def _take_away(organisation: Organisation) -> None:
    organisation.name = Pseudonym.organisation(organisation.number).name
    organisation.search_name = organisation.name.casefold()
    for column in _KNOWN_BY:
        setattr(organisation, column, "")
    organisation.members = organisation.icnpo = organisation.customer_since = None


def _people(organisation: Organisation) -> list[Subject]:
    """Each person known here; those who are known elsewhere too without the address that would find them there."""
    memberships = list(
        Membership.objects.filter(organisation=organisation, user__erased_at=None).select_related("user")
    )
    contacts = list(Contact.objects.filter(organisation=organisation, erased_at=None))
    busy = _busy_elsewhere(organisation, memberships, contacts)
    found: dict[str, list[User | Contact | Membership]] = {}
    for membership in memberships:
        found.setdefault(membership.user.email, []).extend((membership.user, membership))
    for contact in contacts:
        found.setdefault(contact.email.lower() or f"contact {contact.pk}", []).append(contact)
    return [_subject(organisation, records, is_elsewhere=email in busy) for email, records in sorted(found.items())]


def _busy_elsewhere(organisation: Organisation, memberships: list[Membership], contacts: list[Contact]) -> set[str]:
    emails = {one.user.email for one in memberships} | {one.email.lower() for one in contacts if one.email}
    users = User.objects.filter(email__in=emails)
    others = Membership.objects.current().exclude(organisation=organisation).filter(user__in=users)
    busy = set(users.exclude(staff_role=StaffRole.NONE).values_list("email", flat=True))
    busy |= set(others.values_list("user__email", flat=True))
    elsewhere = Contact.objects.exclude(organisation=organisation).filter(erased_at=None).exclude(email="")
    return busy | {email.lower() for email in elsewhere.values_list("email", flat=True) if email.lower() in emails}


def _subject(organisation: Organisation, records: list[User | Contact | Membership], *, is_elsewhere: bool) -> Subject:
    users = [one for one in records if isinstance(one, User)]
    contacts = [one for one in records if isinstance(one, Contact)]
    names = [one.name for one in records if not (is_elsewhere and isinstance(one, User))]
    emails = {user.email for user in users} | {contact.email for contact in contacts if contact.email}
    return Subject(
        rows={
            USER: frozenset() if is_elsewhere else frozenset(user.pk for user in users),
            CONTACT: frozenset(contact.pk for contact in contacts),
        },
        names=frozenset(filter(None, names)),
        emails=frozenset() if is_elsewhere else frozenset(emails),
        phones=frozenset() if is_elsewhere else frozenset(one.phone for one in contacts if one.phone),
        organisations=frozenset({organisation.pk}),
        numbers=frozenset({organisation.number}),
    )


def _merged(people: list[Subject]) -> Subject:
    def joined(one: Subject, other: Subject) -> Subject:
        return Subject(
            rows={key: one.ids(key) | other.ids(key) for key in (USER, CONTACT)},
            names=one.names | other.names,
            emails=one.emails | other.emails,
            phones=one.phones | other.phones,
            organisations=one.organisations | other.organisations,
            numbers=one.numbers | other.numbers,
        )

    return reduce(joined, people, Subject(rows={}))


__all__ = [
    "HasBranches",
    "NotSettled",
    "check_settled",
    "erase_organisation",
    "is_erased",
    "kept_for_books",
    "plan_organisation",
]
