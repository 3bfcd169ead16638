"""What is done with notes: `write` one. A note is not edited; a wrong one is followed by a right one."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from advisory.kernel import audit
from advisory.kernel.users import User
from clients.notes.models import Note
from clients.organisations.models import Organisation


@transaction.atomic
def write(*, organisation: Organisation, text: str, visible: bool = False, by: User, now: datetime) -> Note:
    """A note in the organisation's timeline, internal unless `visible`."""
    note = Note.objects.create(organisation=organisation, text=text, visible=visible, written_at=now, written_by=by)
    audit.record("note.write", note, by=by, now=now, after={"visible": visible}, organisation=organisation.number)
    return note
