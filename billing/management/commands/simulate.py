"""`python manage.py simulate FILE`: what the system would charge and carry over, as JSON on standard output.

Reads and writes no database. A bad file gets one line on standard error, and exit status 2.
"""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from billing.selfcost.scenario import ScenarioError, simulate


class Command(BaseCommand):
    help = "Price a what-if scenario: rates, invoices, after-calculation and fund. Touches no database."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", help="the scenario, a JSON file in UTF-8")

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(options["file"])
        try:
            answer = simulate(path.read_bytes().decode("utf-8-sig"))
        except OSError as error:
            raise _bad(f"{path}: {error.strerror or 'cannot be read'}") from error
        except UnicodeDecodeError as error:
            raise _bad(f"{path}: not UTF-8 (byte {error.start + 1})") from error
        except ScenarioError as error:
            raise _bad(f"{path}: {error}") from error
        self.stdout.write(json.dumps(answer, indent=1))


def _bad(line: str) -> CommandError:
    return CommandError(line, returncode=2)
