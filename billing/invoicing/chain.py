"""The chain over issued documents: SHA-256 of a canonical text of all that is frozen, linked to the one before.

JSON with sorted keys and no spaces; amounts in whole øre, dates ISO, moments in UTC, text in NFC as stored. Every
concrete field of the frozen rows is in it but the hash itself and row ids, so a new column changes the text and
must come with a new version. A document keeps the version it was issued with:

- 1: a line named the one pot that paid its discount. Told from the line's share, which must be all of the discount.
- 2: what each pot pays of each line stands beside the lines.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.db import models
from moneyed import Money

from advisory.kernel.money import ore
from billing.invoicing.models import Invoice, InvoicedHour, InvoiceLine, InvoiceVat, PotShare

VERSION = 2
VERSIONS = (1, 2)
KEY = "documents"
START = "0" * 64

#: Row ids depend on the database that gave them; the hash is what is computed.
LEFT_OUT: dict[type[models.Model], set[str]] = {
    Invoice: {"hash"},
    InvoiceLine: {"id", "invoice"},
    InvoiceVat: {"id", "invoice"},
    InvoicedHour: {"id", "invoice", "line"},
    PotShare: {"id", "invoice", "line"},
}


def canonical(
    invoice: Invoice,
    lines: Sequence[InvoiceLine],
    vat_groups: Iterable[InvoiceVat],
    hours: Iterable[InvoicedHour],
    shares: Iterable[PotShare],
) -> str:
    """The text that is hashed, of the document's version. Lines carry their ids; hours and shares go by position."""
    positions = {line.pk: line.position for line in lines}
    by_line: dict[int, list[PotShare]] = defaultdict(list)
    for share in shares:
        by_line[share.line_id].append(share)
    facts: dict[str, Any] = {
        "document": _fields(invoice),
        "lines": [_fields(line) for line in sorted(lines, key=lambda line: line.position)],
        "vat": sorted((_fields(group) for group in vat_groups), key=lambda g: (g["category"], g["percent"])),
        "hours": sorted(
            ({"line": positions[hour.line_id], **_fields(hour)} for hour in hours), key=lambda h: h["entry"]
        ),
    }
    if invoice.chain_version == 1:
        for line, written in zip(sorted(lines, key=lambda line: line.position), facts["lines"], strict=True):
            written["pot"] = _only_pot(line, by_line)
    else:
        facts["shares"] = sorted(
            ({"line": positions[pk], **_fields(share)} for pk, of_line in by_line.items() for share in of_line),
            key=lambda share: (share["line"], share["position"], share["pot"]),
        )
    return json.dumps(facts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def digest(text: str) -> str:
    """SHA-256 of a canonical text, as 64 hexadecimal digits."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _only_pot(line: InvoiceLine, shares: Mapping[int, Sequence[PotShare]]) -> int | str | None:
    """The pot that paid the line, as version 1 wrote it; words that fit no text where it is not exactly one."""
    own = shares.get(line.pk, ())
    if not own:
        return None
    return own[0].pot_id if len(own) == 1 and own[0].amount == line.discount else "not one pot"


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
