"""`manage.py guards`: whether the database refuses to change issued rows, and putting the refusal back."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from advisory.kernel import guards


class Command(BaseCommand):
    help = "Check that every guard of issued rows stands, or install those that are missing (after a restore)."

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--check", action="store_true", help="exit with 1 when a guard is missing (the default)")
        what.add_argument("--install", action="store_true", help="put back the guards that are missing")

    def handle(self, *args: Any, install: bool, **options: Any) -> None:
        absent = guards.missing(connection)
        if install and absent:
            guards.install(connection)
            self.stdout.write(f"Installed {len(absent)} guards.")
            absent = guards.missing(connection)
        if absent:
            raise CommandError(f"Missing: {', '.join(sorted(absent))}. Run manage.py guards --install.")
        self.stdout.write(f"{len(guards.expected(connection))} guards stand.")
