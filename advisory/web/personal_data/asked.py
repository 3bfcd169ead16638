"""Whom a request about personal data is about, and what the pages need to know of him, her or it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from advisory.kernel import audit, show
from advisory.kernel.audit import AuditEvent
from advisory.kernel.errors import DomainError
from advisory.kernel.pdf.sender import sender_on
from advisory.kernel.personal_data import export
from advisory.kernel.personal_data.erasure import Line
from advisory.kernel.personal_data.export import Export
from advisory.kernel.personal_data.sources import Subject
from advisory.kernel.users import User
from advisory.web.personal_data import pdf
from clients.contacts.models import Contact
from clients.erasing.organisation import check_settled, erase_organisation, is_erased, kept_for_books, plan_organisation
from clients.erasing.people import Person, organisation_subject, person_of_contact, person_of_user
from clients.erasing.person import check_can_go, erase_person, kept_by, plan_person
from clients.organisations.models import Organisation

ERASURES = ("person.erase", "organisation.erase")
KINDS = ("json", "pdf")
TYPES = {"json": "application/json", "pdf": "application/pdf"}


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody asked about: the record the request began at, and the person behind it unless it is an organisation."""

    record: User | Contact | Organisation
    person: Person | None
    subject: Subject

    @property
    def organisation(self) -> Organisation | None:
        return self.record if isinstance(self.record, Organisation) else None

    @property
    def name(self) -> str:
        return self.person.name if self.person else str(self.record)

    @property
    def is_erased(self) -> bool:
        if isinstance(self.record, Organisation):
            return is_erased(self.record)
        return self.person is not None and self.person.is_erased

    @property
    def _path(self) -> tuple[str, int]:
        if isinstance(self.record, Organisation):
            return "personal_data_organisation", self.record.number
        return ("personal_data_user" if isinstance(self.record, User) else "personal_data_contact"), self.record.pk

    @property
    def url(self) -> str:
        name, key = self._path
        return reverse(name, args=[key])

    @property
    def erase_url(self) -> str:
        name, key = self._path
        return reverse(f"{name}_erase", args=[key])

    @property
    def file_urls(self) -> dict[str, str]:
        name, key = self._path
        return {kind: reverse(f"{name}_file", args=[key, kind]) for kind in KINDS}

    def plan(self) -> list[Line]:
        """What becomes of every record."""
        if isinstance(self.record, Organisation):
            return plan_organisation(self.record)
        assert self.person is not None
        return plan_person(self.person)

    def kept_until(self) -> str:
        """The last day that the books need an organisation, in words; empty where they do not."""
        until = kept_for_books(self.record) if isinstance(self.record, Organisation) else None
        return show.day(until) if until else ""

    def hindrance(self, by: User) -> str:
        """What stands in the way of an erasure, in words; empty where nothing does."""
        try:
            if isinstance(self.record, Organisation):
                check_settled(self.record)
            elif self.person is not None:
                check_can_go(self.person, by)
        except DomainError as error:
            return error.message
        return ""

    def kept(self) -> list[Line]:
        """Of what was erased: what was kept, as it was told then."""
        event = AuditEvent.objects.filter(action__in=ERASURES, object_label=self.name).order_by("-at").first()
        return kept_by(event) if event else []

    def export(self) -> Export:
        if isinstance(self.record, Organisation):
            return export.of_organisation(self.subject)
        return export.of_person(self.subject)

    def erase(self, *, reason: str, by: User, now: datetime) -> None:
        """Raises what the verbs raise."""
        if isinstance(self.record, Organisation):
            erase_organisation(organisation=self.record, reason=reason, by=by, now=now)
        else:
            assert self.person is not None
            erase_person(person=self.person, reason=reason, by=by, now=now)


def about_user(user: User) -> Asked:
    person = person_of_user(user)
    return Asked(user, person, person.subject)


def about_contact(contact: Contact) -> Asked:
    person = person_of_contact(contact)
    return Asked(contact, person, person.subject)


def about_organisation(organisation: Organisation) -> Asked:
    return Asked(organisation, None, organisation_subject(organisation))


@dataclass(frozen=True, slots=True)
class Handed:
    """A file that is handed out."""

    name: str
    media_type: str
    content: bytes


def hand_out(asked: Asked, kind: str, *, by: User, now: datetime) -> Handed:
    """All about somebody as a file (`json` or `pdf`), and its event in the audit log; the caller has checked `by`."""
    language = get_language() or "nb"
    made = asked.export()
    number = asked.organisation.number if asked.organisation else asked.record.pk
    if kind == "pdf":
        title = _("All about the organisation") if asked.organisation else _("All about the person")
        sender = sender_on(timezone.localdate(now))
        content = pdf.render(made, sender, title=title, about=asked.name, made_at=now, language=language)
    else:
        facts = export.as_json(made, about=asked.name, taken_out=export.plain(now), by=_seller(now))
        content = json.dumps(facts, ensure_ascii=False, indent=1, default=str).encode()
    _record(asked, kind, by, now)
    name = _("personal-data-%(number)s") % {"number": number}
    return Handed(f"{name}.{kind}", TYPES[kind], content)


def _seller(now: datetime) -> str:
    return sender_on(timezone.localdate(now)).name


def _record(asked: Asked, kind: str, by: User, now: datetime) -> None:
    record: models.Model = asked.record
    facts: dict[str, Any] = {"after": {"format": kind.upper()}}
    if asked.organisation:
        facts |= {"organisation": asked.organisation.number}
        audit.record("organisation.export", record, by=by, now=now, **facts)
        return
    # By number and not by name: the log outlives the name.
    audit.record("person.export", record, by=by, now=now, label=f"#{record.pk}", **facts)
