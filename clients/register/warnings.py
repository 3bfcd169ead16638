"""What a register tells that should be known before more work or money is agreed: bankruptcy, winding up, deletion."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from advisory.kernel import show
from clients.organisations.models import Organisation
from clients.register.models import AnswerStatus, Register, RegisterAnswer
from clients.register.reading import day

_WORDS: dict[str, StrOrPromise] = {
    "deleted": gettext_lazy("Deleted"),
    "bankrupt": gettext_lazy("Bankrupt"),
    "forced": gettext_lazy("Being dissolved by force"),
    "winding_up": gettext_lazy("Being wound up"),
}


@dataclass(frozen=True, slots=True)
class RegisterWarning:
    """`code` is deleted, bankrupt, forced or winding_up; `since` where that is said; `told`: day of the answer."""

    code: str
    since: date | None
    told: date
    is_recorded: bool = False

    @property
    def tag(self) -> str:
        """In one or a few words, for a tag."""
        return str(_WORDS[self.code])

    @property
    def sentence(self) -> str:
        """With its day and its source."""
        facts = {"what": self.tag, "since": show.day(self.since) if self.since else "", "told": show.day(self.told)}
        words = (
            _("%(what)s since %(since)s, says Enhetsregisteret (answer of %(told)s).")
            if self.since
            else _("%(what)s, says Enhetsregisteret (answer of %(told)s).")
        )
        return words % facts


def warning_in(answer: RegisterAnswer) -> RegisterWarning | None:
    """The gravest of what an answer of Enhetsregisteret warns of; None where all is well or the number is unknown."""
    told = timezone.localdate(answer.fetched_at)
    if answer.status == AnswerStatus.REMOVED:
        return RegisterWarning("deleted", None, told, answer.is_recorded)
    for code, since in _told(answer.data):
        return RegisterWarning(code, since, told, answer.is_recorded)
    return None


def _told(data: Mapping[str, Any]) -> Iterable[tuple[str, date | None]]:
    if data.get("slettedato"):
        yield "deleted", day(data["slettedato"])
    if data.get("konkurs") is True:
        yield "bankrupt", day(data.get("konkursdato"))
    if data.get("underTvangsavviklingEllerTvangsopplosning") is True:
        yield "forced", day(data.get("underTvangsavviklingEllerTvangsopplosningDato"))
    if data.get("underAvvikling") is True:
        yield "winding_up", day(data.get("underAvviklingDato"))


def warnings_of(organisations: Iterable[Organisation]) -> dict[int, RegisterWarning]:
    """The warning about each organisation that has one, by row id; one query however many there are."""
    by_number = {one.organisation_number: one.pk for one in organisations if one.organisation_number}
    if not by_number:
        return {}
    found = {}
    for answer in RegisterAnswer.objects.newest(Register.ENTITIES).filter(organisation_number__in=by_number):
        if warning := warning_in(answer):
            found[by_number[answer.organisation_number]] = warning
    return found


def warned() -> list[tuple[Organisation, RegisterWarning]]:
    """The active organisations with a warning, by name; two queries."""
    told = (
        Q(status=AnswerStatus.REMOVED)
        | Q(data__has_key="slettedato")
        | Q(data__konkurs=True)
        | Q(data__underAvvikling=True)
        | Q(data__underTvangsavviklingEllerTvangsopplosning=True)
    )
    warnings = {
        answer.organisation_number: warning
        for answer in RegisterAnswer.objects.newest(Register.ENTITIES).filter(told)
        if (warning := warning_in(answer))
    }
    found = Organisation.objects.active().filter(organisation_number__in=warnings) if warnings else []
    return [(one, warnings[one.organisation_number]) for one in found]
