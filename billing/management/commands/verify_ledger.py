"""`manage.py verify_ledger`: exit 0 when every issued document is what it was, 1 naming the first that is not."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from billing.invoicing.ledger import verify


class Command(BaseCommand):
    help = "Walk the chain of issued documents. Exit 0 when it holds, 1 naming the first bad number."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--against", default="", metavar="HASH", help="a head that was kept outside the database")

    def handle(self, *args: Any, **options: Any) -> None:
        verdict = verify(against=options["against"])
        if verdict.broken:
            self.stderr.write(f"{verdict.broken.number}: {verdict.broken.what}")
            sys.exit(1)
        self.stdout.write(f"{verdict.documents} documents, head {verdict.head}")
