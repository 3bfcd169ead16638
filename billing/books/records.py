"""Checks of the records themselves: the chain of documents holds, and the database still guards its rows."""

from __future__ import annotations

from django.db import connection

from advisory.kernel import guards
from billing.books.finding import Disagreement, Finding, finding
from billing.invoicing.ledger import verify


def chain() -> Finding:
    """Every issued document is what was issued, follows the one before, and none is missing."""
    verdict = verify()
    rows = [Disagreement("chain", {"document": str(verdict.broken.number)})] if verdict.broken else []
    return finding("chain", {"documents": str(verdict.documents)}, rows)


def guarded() -> Finding:
    """Every rule by which the database refuses a change is there and switched on."""
    missing = sorted(guards.missing(connection))
    rows = [Disagreement("guard", {"guard": name}) for name in missing]
    return finding("guards", {"guards": str(len(guards.expected(connection)))}, rows)
