"""Hostile text in every text field of every model: what a page, a mail or a file shows of it must lie there dead.

While `hostile()` lasts, every row that is saved gets such a text in each of its text fields, what is empty among
them. The text names its field, so that a canary that sings tells where it came from.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from django.apps import apps
from django.db import models

OURS = ("kernel", "clients", "engagements", "billing")
OPENERS = ("=", "+", "-", "@", "\t=", "\r=", "\uff1d")
#: Every canary has it; no word of ours does.
MARK = "kx7"


def text_fields() -> dict[str, models.Field[Any, Any]]:
    """«app.Model.field» → every field of ours that holds text, choices aside."""
    return {
        f"{model._meta.label}.{field.name}": field
        for model in apps.get_models()
        if model._meta.app_label in OURS
        for field in model._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField | models.JSONField) and not field.choices
    }


#: What holds no text that people write: keys, digests, figures that a rule has read, the program's own words.
NO_TEXT = (
    "kernel.ApiToken.prefix", "kernel.ApiToken.digest", "kernel.User.password", "kernel.User.language",
    "kernel.AuditEvent.action", "kernel.AuditEvent.object_type", "kernel.AuditEvent.object_id",
    "kernel.Counter.key", "kernel.Counter.head", "kernel.Heartbeat.name",
    "kernel.IdempotentAnswer.key", "kernel.IdempotentAnswer.request",
    "kernel.OutboundMessage.kind", "kernel.OutboundMessage.reference", "kernel.OutboundMessage.language",
    "kernel.MessageText.key", "clients.Organisation.form", "billing.YearClosing.figures",
    "billing.Invoice.subject", "billing.InvoiceLine.note", "kernel.RetentionRun.findings",
    "kernel.SellerParticulars.postal_code", "kernel.SellerParticulars.organisation_number",
    "kernel.SellerParticulars.account", "kernel.SellerParticulars.accent",
    "clients.Organisation.organisation_number", "clients.Organisation.postal_code",
    "clients.Organisation.invoice_postal_code", "clients.Invitation.role", "clients.Invitation.digest",
    "clients.RegisterAnswer.organisation_number",
    "engagements.ServiceType.code", "engagements.Engagement.reference", "engagements.JointOrder.reference",
    "engagements.JointHour.key",
    "billing.Tier.code", "billing.TierDecision.evidence", "billing.Pot.areas", "billing.Pot.tiers",
    "billing.Invoice.language", "billing.Invoice.payment_reference", "billing.Invoice.previous_hash",
    "billing.Invoice.hash", "billing.InvoiceLine.vat_category", "billing.InvoiceVat.category",
    "billing.ActualLine.account", "billing.AccountMapping.account", "billing.BooksCheck.findings",
)  # fmt: skip


#: What must differ from row to row, or is looked for by its beginning.
KEPT_APART = ("engagements.Activity.name", "engagements.Recommendation.catalogue_id",
              "clients.Organisation.search_name")  # fmt: skip


#: What a verb is given, or makes of other texts: the canaries must come by themselves.
BY_A_VERB = (
    "billing.HardshipRequest.refusal", "billing.Invoice.", "billing.InvoiceLine.", "billing.InvoiceVat.",
    "billing.InvoicedHour.", "kernel.AuditEvent.", "kernel.OutboundMessage.", "billing.LevyZone.code",
)  # fmt: skip


def holds_no_text(label: str) -> bool:
    return label in NO_TEXT or label.endswith((".sha256", ".media_type"))


def name_of(label: str) -> str:
    """What the canary of a field is called."""
    return f"{MARK}n{sorted(text_fields()).index(label):03}"


def canary(label: str) -> str:
    """The text for a field, as long as the field lets it be."""
    field = text_fields()[label]
    name = name_of(label)
    opener = OPENERS[int(name[-3:]) % len(OPENERS)]
    if isinstance(field, models.EmailField):
        return f'"<{name}/on=1>"@{MARK}.example'
    if isinstance(field, models.URLField):
        return f'https://{MARK}.example/{name}?"\'><{name} on=">{{{{7*7}}}}'
    short = f"{opener}<{name} '\""
    middle = f'{opener}"\'><{name} {MARK}=">{MARK}{{{{7*7}}}}{MARK}'
    long = (
        f'{opener}HYPERLINK("http://{MARK}.example/","{name}")\r\nX-{MARK}: 1\r\n\'"><{name} {MARK}=">'
        f"<script>{name}()</script>"
        f"{MARK}{{{{7*7}}}}{MARK}{{% now %}}%({MARK})s{{0.__class__}}"
        f'<img src="file:///etc/hostname" onerror={MARK}><a href="javascript:{name}">'
    )
    room = field.max_length or 10_000
    return next((text for text in (long, middle, short) if len(text) + 12 <= room), "")


def labelled(data: Any, text: str) -> Any:
    """The data with every `label` in it replaced by the text."""
    if isinstance(data, dict):
        return {key: text if key == "label" else labelled(value, text) for key, value in data.items()}
    return [labelled(value, text) for value in data] if isinstance(data, list) else data


#: What no page, file or mail shows: it is looked for, or used by programs.
SHOWN_NOWHERE = {
    "kernel.ApiToken.name", "kernel.IdempotentAnswer.body", "clients.Organisation.search_name",
    "kernel.MessageText.subject", "kernel.MessageText.body",
}  # fmt: skip


def is_made_of_others(label: str) -> bool:
    """Whether the field holds what stood in other fields, whose canaries it shows."""
    return label.startswith((*BY_A_VERB, "billing.DocumentFile.", "billing.ServiceResult.", "billing.ClosingFile.",
                             "billing.FundingReport"))  # fmt: skip


@contextmanager
def hostile() -> Iterator[None]:
    """While it lasts, every text field of a new row holds its canary, also by bulk_create."""
    plain = models.Field.pre_save
    known = {field: label for label, field in text_fields().items() if not holds_no_text(label)}

    def with_canary(self: models.Field[Any, Any], instance: models.Model, add: bool) -> Any:
        value = plain(self, instance, add)
        label = known.get(self)
        # What was made from other fields has their canaries; JSON is what the program made of them.
        if not add or label is None or label.startswith(BY_A_VERB) or MARK in str(value):
            return value
        if isinstance(self, models.JSONField):
            return labelled(value, canary(label))
        said = canary(label)
        if label in KEPT_APART:
            said = f"{value} {said}"
        if isinstance(self, models.EmailField):
            said = said.replace("@", f"{value.partition('@')[0]}@") if value else said
        setattr(instance, self.attname, said)
        return said

    with patch.object(models.Field, "pre_save", with_canary):
        yield
