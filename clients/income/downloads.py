"""Handing out a file of evidence: who took it and when is kept, for it shows what an organisation earns."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpResponse

from advisory.kernel import audit
from advisory.kernel.files import download
from advisory.kernel.users import User
from clients.income.models import EvidenceFile


def hand_out(file: EvidenceFile, *, by: User, now: datetime) -> HttpResponse:
    """The file as an answer, and its event in the audit log; the caller has checked that `by` may see the income."""
    audit.record("evidence.download", file, by=by, now=now, organisation=file.declaration.organisation.number)
    return download(file)
