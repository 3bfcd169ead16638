"""`manage.py seed`: fill an empty database with the demo, and say how to sign in."""

from __future__ import annotations

import argparse
from datetime import date
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from advisory.web.demo.build import NotEmpty, build
from advisory.web.demo.people import PASSWORD, SIGN_INS
from advisory.web.demo.wishes import DEFAULT_ENTRIES, Wishes
from clients.models import Organisation

FEWEST_ENTRIES = 20


class Command(BaseCommand):
    help = "Fill an empty database with an invented centre: organisations, engagements, a year of hours, invoices."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--organisations", type=_at_least(1), default=40, metavar="N")
        parser.add_argument("--engagements", type=_at_least(1), default=70, metavar="N")
        parser.add_argument("--entries", type=_at_least(FEWEST_ENTRIES), default=DEFAULT_ENTRIES, metavar="N")
        parser.add_argument("--seed", type=int, default=2026, metavar="N", help="other figures for another number")
        parser.add_argument(
            "--as-of", type=_day, metavar="DATE", help="the day the demo is looked at, YYYY-MM-DD; today where left out"
        )
        parser.add_argument("--if-empty", action="store_true", help="keep what is there, and only say how to sign in")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("A demo has passwords that everyone can read: it is never put into production.")
        if options["if_empty"] and Organisation.objects.exists():
            self.stdout.write(sign_ins())
            return
        wishes = Wishes(
            as_of=options["as_of"] or timezone.localdate(),
            organisations=options["organisations"],
            engagements=options["engagements"],
            entries=options["entries"],
            seed=options["seed"],
        )
        try:
            build(wishes)
        except NotEmpty:
            raise CommandError(
                "There are organisations in this database already. The demo is only put into an empty one."
            ) from None
        self.stdout.write(sign_ins())


def sign_ins() -> str:
    """Where to go and who can sign in there, as a table."""
    rows = [(one.email, PASSWORD, one.who) for one in SIGN_INS]
    widths = [max(len(row[column]) for row in rows) for column in range(2)]
    lines = [f"  {email:<{widths[0]}}  {password:<{widths[1]}}  {who}" for email, password, who in rows]
    return "\n".join(("", f"  {settings.SITE_URL}", "", *lines, ""))


def _at_least(fewest: int) -> Any:
    def count(text: str) -> int:
        number = int(text)
        if number < fewest:
            raise argparse.ArgumentTypeError(f"{text} is less than {fewest}")
        return number

    return count


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is not a day written as 2026-11-20") from None
