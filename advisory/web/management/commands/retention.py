"""`manage.py retention`: erase what has been kept long enough; with `--dry-run` only count it."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from advisory.kernel import retention


class Command(BaseCommand):
    help = "Erase what has been kept long enough, kind by kind. Exit 1 when a kind failed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="count what is due and change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        run = retention.rehearse(now=now) if options["dry_run"] else retention.run(now=now)
        found = {finding.key: finding for finding in retention.findings_of(run)}
        for kind in retention.kinds():
            finding = found.get(kind.key)
            if finding is None:
                self.stdout.write(f"· {kind.label}: {kind.period}")
            elif finding.failed:
                self.stdout.write(f"✗ {kind.label}")
            else:
                self.stdout.write(f"✓ {kind.label}: {finding.due} → {finding.erased} ({kind.period})")
        if any(finding.failed for finding in found.values()):
            sys.exit(1)
