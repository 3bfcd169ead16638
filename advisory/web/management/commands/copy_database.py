"""`manage.py copy_database postgres://…`: move an installation to PostgreSQL."""

from __future__ import annotations

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections
from environs import Env, EnvError

from advisory.web import copying

ALIAS = "target"


class Command(BaseCommand):
    help = "Copy everything into an empty PostgreSQL database. Stop both processes first."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("url", help="postgres://user:password@host:port/name of an empty database")

    def handle(self, *args: Any, url: str, **options: Any) -> None:
        target = connect(url)
        if target.vendor != "postgresql":
            raise CommandError("The target must be PostgreSQL.")
        call_command("migrate", database=ALIAS, verbosity=0)
        try:
            copied = copying.copy(connections["default"], target)
        except copying.NotEmpty as error:
            raise CommandError(f"The target holds rows of {error} already. Give an empty database.") from None
        except copying.Mismatch as error:
            raise CommandError(f"Not all rows of {error} came over. Nothing was copied.") from None
        self.stdout.write(f"{sum(copied.values())} rows of {len(copied)} tables are copied.")


def connect(url: str) -> Any:
    """The database at `url` as the connection «target» of this process."""
    try:
        address = Env().dj_db_url("NOT_SET", url)
    except (EnvError, ValueError):
        raise CommandError("This is not the URL of a database.") from None
    filled = connections.configure_settings({"default": connections.settings["default"], ALIAS: address})
    connections.settings[ALIAS] = filled[ALIAS]
    return connections[ALIAS]
