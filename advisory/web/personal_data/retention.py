"""How long things are kept: each kind with its time and its rule, what is due, a rehearsal, and the runs so far."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from advisory.kernel import retention as kernel
from advisory.kernel.access import administrators, user_of
from advisory.kernel.retention import Finding, Kind, RetentionRun

#: Earlier runs on the page.
SHOWN = 20


@dataclass(frozen=True, slots=True)
class Row:
    """A kind with what is due now (None for what is never removed), and what the last run took of it."""

    kind: Kind
    now: Finding | None
    last: Finding | None


@dataclass(frozen=True, slots=True)
class Past:
    """A run: when, whether it only counted, how many it took (or would have), and what failed."""

    at: datetime
    is_rehearsal: bool
    count: int
    failed: tuple[str, ...]


@administrators("GET")
def retention(request: HttpRequest) -> HttpResponse:
    """The list of kinds and the runs."""
    found = {finding.key: finding for finding in kernel.look(timezone.localdate())}
    runs = list(RetentionRun.objects.all()[:SHOWN])
    newest = RetentionRun.objects.filter(is_rehearsal=False).first()
    last = {finding.key: finding for finding in kernel.findings_of(newest)} if newest else {}
    context = {
        "rows": [Row(kind, found.get(kind.key), last.get(kind.key)) for kind in kernel.kinds()],
        "due": sum(finding.due for finding in found.values()),
        "newest": newest,
        "runs": [_past(run) for run in runs],
    }
    return render(request, "settings/retention.html", context)


def _past(run: RetentionRun) -> Past:
    findings = kernel.findings_of(run)
    labels = {kind.key: str(kind.label) for kind in kernel.kinds()}
    count = sum(one.due if run.is_rehearsal else one.erased for one in findings)
    return Past(run.at, run.is_rehearsal, count, tuple(labels.get(one.key, one.key) for one in findings if one.failed))


@administrators("POST")
def rehearse(request: HttpRequest) -> HttpResponse:
    """Count what the next night would take; nothing is changed."""
    run = kernel.rehearse(now=timezone.now(), by=user_of(request))
    due = sum(finding.due for finding in kernel.findings_of(run))
    said = ngettext(
        "The night would take %(count)s record. Nothing is changed.",
        "The night would take %(count)s records. Nothing is changed.",
        due,
    )
    messages.success(request, said % {"count": due} if due else _("The night would take nothing."))
    return redirect("retention")
