"""The chain over issued documents: SHA-256 of a canonical text of all that is frozen, linked to the one before.

Version 1: JSON with sorted keys and no spaces; amounts in whole øre, dates ISO, moments in UTC, text in NFC as
stored. Every concrete field of the frozen rows is in it but the hash itself and row ids, so a new column
changes the text and must come with a new version.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.db import models
from moneyed import Money

from advisory.kernel.money import ore
from billing.invoicing.models import Invoice, InvoicedHour, InvoiceLine, InvoiceVat

VERSION = 1
KEY = "documents"
START = "0" * 64

#: Row ids depend on the database that gave them; the hash is what is computed.
LEFT_OUT: dict[type[models.Model], set[str]] = {
    Invoice: {"hash"},
    InvoiceLine: {"id", "invoice"},
    InvoiceVat: {"id", "invoice"},
    InvoicedHour: {"id", "invoice", "line"},
}


def canonical(
    invoice: Invoice, lines: Sequence[InvoiceLine], vat_groups: Iterable[InvoiceVat], hours: Iterable[InvoicedHour]
) -> str:
    """The text that is hashed. `lines` carry their ids already; hours name their line by position."""
    positions = {line.pk: line.position for line in lines}
    return json.dumps(
        {
            "document": _fields(invoice),
            "lines": [_fields(line) for line in sorted(lines, key=lambda line: line.position)],
            "vat": sorted((_fields(group) for group in vat_groups), key=lambda g: (g["category"], g["percent"])),
            "hours": sorted(
                ({"line": positions[hour.line_id], **_fields(hour)} for hour in hours), key=lambda h: h["entry"]
            ),
        },
        sort_keys=True,
        ensure_ascii=False,
        separators=(",", ":"),
    )


def digest(text: str) -> str:
    """SHA-256 of a canonical text, as 64 hexadecimal digits."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _fields(row: models.Model) -> dict[str, Any]:
    left_out = LEFT_OUT[type(row)]
    return {f.name: _plain(getattr(row, f.attname)) for f in row._meta.concrete_fields if f.name not in left_out}


def _plain(value: Any) -> Any:
    if isinstance(value, Money):
        return ore(value.amount)
    if isinstance(value, Decimal):
        return f"{value.quantize(Decimal('0.01')):f}"
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    return value
