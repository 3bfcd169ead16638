"""Help for someone who lost both the device and the recovery codes."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from advisory.kernel.second_factor import remove_second_factor
from advisory.kernel.users import User, email_key


class Command(BaseCommand):
    help = "Remove the second factor of a person who lost it; he sets up a new one at the next sign-in."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--reason", required=True, help="why, and how you know who it is; kept in the audit log")

    def handle(self, *args: Any, **options: Any) -> None:
        person = User.objects.filter(email=email_key(options["email"])).first()
        if person is None:
            raise CommandError("Nobody has this address.")
        count = remove_second_factor(user=person, by=None, now=timezone.now(), reason=options["reason"])
        self.stdout.write(f"Removed {count}. All sessions of {person.email} end.")
