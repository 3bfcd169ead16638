"""Columns as people call them, where the table itself has no words for them; technical ones are not for paper."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise
from moneyed import Money

from advisory.kernel import show
from advisory.kernel.personal_data.export import Fact
from advisory.web.audit import words as audit

WORDS: dict[str, StrOrPromise] = {
    "accepted_at": gettext_lazy("accepted"),
    "action": gettext_lazy("what was done"),
    "advisor": gettext_lazy("advisor"),
    "after": gettext_lazy("after"),
    "amount": gettext_lazy("amount"),
    "asked_at": gettext_lazy("asked"),
    "at": gettext_lazy("when"),
    "before": gettext_lazy("before"),
    "body": gettext_lazy("text"),
    "created_at": gettext_lazy("registered"),
    "day": gettext_lazy("day"),
    "decided_at": gettext_lazy("decided"),
    "delivered_from": gettext_lazy("delivered from"),
    "delivered_to": gettext_lazy("delivered to"),
    "discount": gettext_lazy("discount"),
    "due_on": gettext_lazy("due"),
    "ended_at": gettext_lazy("ended"),
    "engagement": gettext_lazy("engagement"),
    "erased_at": gettext_lazy("erased"),
    "expire_date": gettext_lazy("ends"),
    "expires_at": gettext_lazy("works until"),
    "failed_at": gettext_lazy("failed"),
    "fetched_at": gettext_lazy("fetched"),
    "gross": gettext_lazy("full price"),
    "income_year": gettext_lazy("accounting year"),
    "invited_at": gettext_lazy("invited"),
    "invoice": gettext_lazy("invoice"),
    "issued_on": gettext_lazy("issued"),
    "last_used_at": gettext_lazy("last used"),
    "made_at": gettext_lazy("made"),
    "minutes": gettext_lazy("minutes"),
    "name": gettext_lazy("name"),
    "net": gettext_lazy("net"),
    "note": gettext_lazy("note"),
    "number": gettext_lazy("number"),
    "organisation": gettext_lazy("organisation"),
    "organisation_number": gettext_lazy("organisation number"),
    "payment_reference": gettext_lazy("payment reference"),
    "percent": gettext_lazy("percent"),
    "place": gettext_lazy("place"),
    "reason": gettext_lazy("reason"),
    "recipient": gettext_lazy("recipient"),
    "reference": gettext_lazy("reference"),
    "refused_at": gettext_lazy("refused"),
    "register": gettext_lazy("register"),
    "registered_at": gettext_lazy("registered"),
    "revoked_at": gettext_lazy("withdrawn"),
    "sent_at": gettext_lazy("sent"),
    "subject": gettext_lazy("subject"),
    "submitted_at": gettext_lazy("sent in"),
    "text": gettext_lazy("text"),
    "total": gettext_lazy("to pay"),
    "type": gettext_lazy("kind"),
    "uploaded_at": gettext_lazy("sent in"),
    "user": gettext_lazy("user"),
    "vat": gettext_lazy("VAT"),
    "withdrawn_at": gettext_lazy("withdrawn"),
    "written_at": gettext_lazy("written"),
    "written_by": gettext_lazy("written by"),
}
#: As what somebody acted.
ROLES: dict[str, StrOrPromise] = {
    "actor": gettext_lazy("did something"),
    "adopted_by": gettext_lazy("adopted"),
    "advisor": gettext_lazy("worked"),
    "asked_by": gettext_lazy("asked"),
    "by": gettext_lazy("moved money"),
    "changed_by": gettext_lazy("changed"),
    "closed_by": gettext_lazy("closed"),
    "created_by": gettext_lazy("registered"),
    "decided_by": gettext_lazy("decided"),
    "invited_by": gettext_lazy("invited"),
    "issued_by": gettext_lazy("issued"),
    "lead": gettext_lazy("led"),
    "made_by": gettext_lazy("made"),
    "recommended_by": gettext_lazy("recommended"),
    "refused_by": gettext_lazy("refused"),
    "registered_by": gettext_lazy("registered"),
    "set_by": gettext_lazy("set"),
    "submitted_by": gettext_lazy("sent in"),
    "uploaded_by": gettext_lazy("uploaded"),
    "user": gettext_lazy("took part"),
    "written_by": gettext_lazy("wrote"),
}
#: Stored in minutes, said in hours.
MINUTES = ("minutes", "minutes_agreed")
LONGEST = 700


def label_of(fact: Fact) -> str:
    """What the column is called; empty where it has no words and is not for paper."""
    if isinstance(fact.label, Promise):
        return str(fact.label)
    return str(WORDS.get(fact.name, ""))


def value_of(fact: Fact, language: str) -> str:
    """The value as a person reads it; empty for nothing."""
    value = fact.value
    if fact.word:
        return fact.word
    if value is None or value in ("", [], {}):
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if fact.name in MINUTES:
        return show.hours(value, language)
    if isinstance(value, Money):
        return show.money(value.amount, language)
    if isinstance(value, datetime):
        return show.moment(timezone.localtime(value), language)
    if isinstance(value, date):
        return show.day(value)
    text = value if isinstance(value, str) else _flat(value)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def event_words(facts: dict[str, Fact], language: str) -> Iterator[tuple[str, str]]:
    """Label and value of what an event of the audit log tells, as its own page says it."""
    object_type = facts["object_type"].value
    yield label_of(facts["at"]), value_of(facts["at"], language)
    yield label_of(facts["action"]), audit.action_words(facts["action"].value)
    for name in ("before", "after"):
        changes = facts[name].value.items()
        said = (
            f"{audit.fact_words(object_type, key)}: {audit.value_words(object_type, key, to)}" for key, to in changes
        )
        yield label_of(facts[name]), "; ".join(said)
    yield label_of(facts["reason"]), facts["reason"].value


def _flat(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_flat(one)}" for key, one in value.items())
    if isinstance(value, list):
        return ", ".join(_flat(one) for one in value)
    return value if isinstance(value, str) else json.dumps(value, default=str)
