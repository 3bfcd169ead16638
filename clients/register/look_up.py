"""Looking a number up: both registers are asked, and what they answered is kept with its day."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from advisory.kernel import audit
from advisory.kernel.users import User
from clients.organisations.models import Organisation
from clients.register import reading
from clients.register.client import RegisterClient, RegisterUnavailable, Reply
from clients.register.models import AnswerStatus, Register, RegisterAnswer


@dataclass(frozen=True, slots=True)
class Known:
    """The newest answers about one number. `voluntary` is None where only Enhetsregisteret could be asked."""

    entities: RegisterAnswer
    voluntary: RegisterAnswer | None

    @property
    def entity(self) -> reading.Entity:
        """What Enhetsregisteret says; nothing in it where it does not know the number."""
        return reading.entity(self.entities.data)

    @property
    def is_found(self) -> bool:
        """Whether Enhetsregisteret knows the number."""
        return self.entities.status == AnswerStatus.FOUND

    @property
    def in_voluntary_register(self) -> bool:
        """Frivillighetsregisteret's own word, else the mark that Enhetsregisteret puts on its members."""
        if self.voluntary is not None:
            return self.voluntary.status == AnswerStatus.FOUND
        return self.entity.in_voluntary_register

    @property
    def category(self) -> int | None:
        """The first category (ICNPO)."""
        return reading.category(self.voluntary.data) if self.voluntary is not None else None


def look_up(number: str, *, client: RegisterClient, by: User | None, now: datetime) -> Known:
    """Ask both registers about nine digits and keep what they answered.

    Raises `RegisterUnavailable` when Enhetsregisteret cannot be asked; where only Frivillighetsregisteret fails, its
    last answer stands.
    """
    said = {Register.ENTITIES: client.ask(Register.ENTITIES, number)}
    with suppress(RegisterUnavailable):
        said[Register.VOLUNTARY] = client.ask(Register.VOLUNTARY, number)
    for register, reply in said.items():
        keep(reply, number=number, register=register, is_recorded=client.is_recorded, by=by, now=now)
    known = known_of(number)
    assert known is not None
    return known


@transaction.atomic
def keep(
    reply: Reply, *, number: str, register: Register, is_recorded: bool, by: User | None, now: datetime
) -> RegisterAnswer:
    """The answer as a row. One that says what the last one said only moves its day, so that the history stays small."""
    last = RegisterAnswer.objects.select_for_update().filter(organisation_number=number, register=register).first()
    if last and (last.status, last.data, last.is_recorded) == (reply.status, reply.data, is_recorded):
        last.fetched_at = max(now, last.fetched_at)
        last.save(update_fields=["fetched_at"])
        return last
    answer = RegisterAnswer.objects.create(
        organisation_number=number,
        register=register,
        status=reply.status,
        data=reply.data,
        fetched_at=now,
        is_recorded=is_recorded,
    )
    audit.record(
        "register.answer",
        answer,
        by=by,
        now=now,
        after={"known": answer.status == AnswerStatus.FOUND, "is_recorded": is_recorded},
        label=f"{number} {register.label}",
        organisation=Organisation.objects.filter(organisation_number=number).values_list("number", flat=True).first(),
    )
    return answer


def known_of(number: str) -> Known | None:
    """The newest kept answers; None where nobody has asked."""
    if not number:
        return None
    about = RegisterAnswer.objects.filter(organisation_number=number)
    newest = {row.register: row for row in (about.newest(register).first() for register in Register) if row}
    entities = newest.get(Register.ENTITIES)
    return Known(entities, newest.get(Register.VOLUNTARY)) if entities else None
