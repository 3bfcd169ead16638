"""`manage.py export_documents DIR`: every issued document as NUMBER.pdf, and index.csv."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from billing.invoicing.export import export_documents


class Command(BaseCommand):
    help = "Write NUMBER.pdf for each issued document and index.csv into DIR."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", metavar="DIR", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            count = export_documents(options["folder"])
        except OSError as error:
            raise CommandError(f"{options['folder']}: {error.strerror or error}") from error
        self.stdout.write(f"{count} documents in {options['folder']}")
