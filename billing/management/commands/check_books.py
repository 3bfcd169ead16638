"""`manage.py check_books`: every check of the books in words, exit 0 when all agree, 1 when one does not."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from billing.books.check import run
from billing.books.finding import from_json
from billing.books.words import say


class Command(BaseCommand):
    help = "Check the books and keep the verdict for /healthz. Exit 0 when all agrees, 1 naming what does not."

    def handle(self, *args: Any, **options: Any) -> None:
        check = run(timezone.now())
        for data in check.findings:
            said = say(from_json(data))
            self.stdout.write(f"{'✓' if said.agrees else '✗'} {said.title}. {said.sentence}")
            for row in said.rows:
                figures = f": {row.expected} ≠ {row.found}" if row.expected or row.found else ""
                self.stdout.write(f"    {row.name}{figures}")
            if said.more:
                self.stdout.write(f"    … {said.more}")
        if not check.agrees:
            sys.exit(1)
