"""The tables of a test database: laid from the models, which takes a twentieth of running every migration.

That both ways give the same tables is proved where all migrations run: tests/concurrency/test_migrations.py.
"""

from __future__ import annotations

import re

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

OURS = re.compile(r"\b(kernel|clients|engagements|billing)_")


class WithoutMigrations(dict[str, str | None]):
    """What settings.MIGRATION_MODULES says when no app has migrations: Django lays its tables from the models."""

    def __contains__(self, app: object) -> bool:
        return True

    def __getitem__(self, app: str) -> None:
        return None


def lay() -> None:
    """Lay the tables with their guards in an empty database, as if it had been migrated."""
    settings.MIGRATION_MODULES = WithoutMigrations()
    call_command("migrate", run_syncdb=True, verbosity=0)
    note_migrations()


def note_migrations() -> None:
    """Note every migration as applied, and let Django see them again."""
    settings.MIGRATION_MODULES = {}
    recorder = MigrationRecorder(connection)
    recorder.ensure_schema()
    for app, name in MigrationLoader(connection).disk_migrations:
        recorder.record_applied(app, name)


def described() -> list[str]:
    """Every column, constraint, index and trigger of our tables, in an order that does not depend on their age.

    Django's own are left out: on PostgreSQL it lays the keys of two of them wider by migrations than from models.
    """
    return sorted(line for line in _all() if OURS.search(line))


def _all() -> list[str]:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_POSTGRESQL)
            return [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL")
        found = []
        for kind, name, sql in cursor.fetchall():
            parts = _parts(sql) if kind == "table" else [sql]
            found += [f"{kind} {name}: {part}" for part in parts]
        return found


_POSTGRESQL = """
    SELECT concat_ws(' ', 'column', table_name, column_name, data_type, is_nullable, column_default, is_identity,
                     character_maximum_length, numeric_precision, numeric_scale)
      FROM information_schema.columns WHERE table_schema = 'public'
    UNION ALL SELECT concat_ws(' ', 'constraint', conrelid::regclass, conname, pg_get_constraintdef(oid))
      FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT concat_ws(' ', 'index', indexdef) FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL SELECT concat_ws(' ', 'trigger', pg_get_triggerdef(oid)) FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT concat_ws(' ', 'function', proname, prosrc) FROM pg_proc
     WHERE pronamespace = 'public'::regnamespace
"""


def _parts(create_table: str) -> list[str]:
    """What stands between the outermost commas of a CREATE TABLE, blanks made one."""
    inside = create_table[create_table.index("(") + 1 : create_table.rindex(")")]
    parts, depth, quoted = [""], 0, False
    for sign in inside:
        quoted ^= sign == "'"
        depth += 0 if quoted else {"(": 1, ")": -1}.get(sign, 0)
        if sign == "," and not depth and not quoted:
            parts.append("")
        else:
            parts[-1] += sign
    return [re.sub(r"\s+", " ", part).strip() for part in parts]
