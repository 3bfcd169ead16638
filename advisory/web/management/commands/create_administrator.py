"""`manage.py create_administrator EMAIL`: the first person of a new installation, or a way back in."""

from __future__ import annotations

import os
import sys
from getpass import getpass
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.utils import timezone

from advisory.kernel.staff import make_administrator

VARIABLE = "ADMINISTRATOR_PASSWORD"


class Command(BaseCommand):
    help = (
        "Make the person with this e-mail address an administrator. A new person's password is asked for, or read from "
        f"{VARIABLE}; without one the person signs in with a code by e-mail. Safe to run again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--name", default="", help="the name shown to others")

    def handle(self, *args: Any, email: str, name: str, **options: Any) -> None:
        try:
            validate_email(email)
            password = self._password()
            if password:
                validate_password(password)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        person = make_administrator(email=email, password=password or None, name=name, now=timezone.now())
        self.stdout.write(f"{person.email} is an administrator.")

    def _password(self) -> str:
        if VARIABLE in os.environ:
            return os.environ[VARIABLE]
        return getpass("Password (empty = sign in with a code): ") if sys.stdin.isatty() else ""
