"""Rows that the database itself refuses to change, as constraints of a model's `Meta`.

`Frozen` refuses update, delete, truncate and replace; `FrozenFor` does so until the row is old enough to go; `Sealed`
refuses them while a row of another table points here (a line of an issued invoice, a held hour). All emit triggers
for SQLite and PostgreSQL, so migrations carry them, and a table remake on SQLite carries them over. `installed` and
`expected` let `check --database` and `/healthz` compare. Source of the rule: bokføringsloven § 10.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.core import checks
from django.db import NotSupportedError, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.backends.ddl_references import Statement, Table
from django.db.models.constraints import BaseConstraint

Operation = str  # "INSERT", "UPDATE" or "DELETE"


class Guard(BaseConstraint):
    """A constraint made of triggers, one per refused operation."""

    operations: tuple[Operation, ...] = ("UPDATE", "DELETE")

    def trigger_names(self, vendor: str) -> list[str]:
        """The triggers that must exist on `vendor` for this guard to hold."""
        operations = list(self.operations)
        if vendor == "postgresql" and "DELETE" in operations:
            operations.append("TRUNCATE")
        return [f"{self.name}_{operation.lower()}" for operation in operations]

    def condition(self, row: str, quote: Any) -> str:
        """SQL that is true for a row (OLD or NEW) that must not be touched; empty = always."""
        return ""

    def statements(self, model: type[models.Model], editor: BaseDatabaseSchemaEditor) -> list[Statement]:
        vendor, quote = editor.connection.vendor, editor.quote_name
        if vendor == "sqlite":
            return list(self._sqlite(model, quote))
        if vendor == "postgresql":
            return list(self._postgresql(model, quote))
        raise NotSupportedError(f"Guards know SQLite and PostgreSQL, not {vendor}.")

    def _rows(self, operation: Operation) -> tuple[str, ...]:
        return {"INSERT": ("NEW",), "DELETE": ("OLD",), "UPDATE": ("OLD", "NEW")}[operation]

    def _when(self, operation: Operation, quote: Any, vendor: str) -> str:
        parts = [c for c in (self.condition(row, quote) for row in self._rows(operation)) if c]
        return " OR ".join(parts)

    def _sqlite(self, model: type[models.Model], quote: Any) -> Iterator[Statement]:
        for operation in self.operations:
            when = self._when(operation, quote, "sqlite")
            yield Statement(
                f"CREATE TRIGGER {quote(f'{self.name}_{operation.lower()}')} BEFORE {operation} ON %(table)s "
                + (f"WHEN {when} ".replace("%", "%%") if when else "")
                + f"BEGIN SELECT RAISE(ABORT, '{self.name}: this row is kept as it is'); END",
                table=Table(model._meta.db_table, quote),
            )

    def _postgresql(self, model: type[models.Model], quote: Any) -> Iterator[Statement]:
        raises = f"RAISE EXCEPTION '{self.name}: this row is kept as it is' USING ERRCODE = 'restrict_violation'; "
        for operation in (*self.operations, *(["TRUNCATE"] if "DELETE" in self.operations else [])):
            trigger = f"{self.name}_{operation.lower()}"
            when = self._when(operation, quote, "postgresql") if operation != "TRUNCATE" else ""
            body = f"IF {when} THEN {raises}END IF; " if when else raises
            if operation == "TRUNCATE" and self.condition("OLD", quote):
                body = f"IF EXISTS (SELECT 1 FROM %(table)s) THEN {raises}END IF; "
            back = "OLD" if operation == "DELETE" else "NULL" if operation == "TRUNCATE" else "NEW"
            each = "STATEMENT" if operation == "TRUNCATE" else "ROW"
            yield Statement(
                f"CREATE OR REPLACE FUNCTION {quote(trigger)}() RETURNS trigger AS $$ BEGIN {body}RETURN {back}; "
                f"END $$ LANGUAGE plpgsql; CREATE TRIGGER {quote(trigger)} BEFORE {operation} ON %(table)s "
                f"FOR EACH {each} EXECUTE FUNCTION {quote(trigger)}()",
                table=Table(model._meta.db_table, quote),
            )

    # What Django's schema editor asks of a constraint. It always brings both arguments; the stubs allow None.
    def constraint_sql(  # type: ignore[override]  # never None, see above
        self, model: type[models.Model], schema_editor: BaseDatabaseSchemaEditor
    ) -> str:
        """Nothing inside CREATE TABLE: the triggers follow it."""
        schema_editor.deferred_sql.extend(self.statements(model, schema_editor))
        return ""

    def create_sql(  # type: ignore[override]  # never None, see above
        self, model: type[models.Model], schema_editor: BaseDatabaseSchemaEditor
    ) -> str:
        return "; ".join(str(statement) for statement in self.statements(model, schema_editor))

    def remove_sql(  # type: ignore[override]  # never None, see above
        self, model: type[models.Model], schema_editor: BaseDatabaseSchemaEditor
    ) -> str:
        quote, table = schema_editor.quote_name, schema_editor.quote_name(model._meta.db_table)
        return "; ".join(
            f"DROP TRIGGER IF EXISTS {quote(name)} ON {table}; DROP FUNCTION IF EXISTS {quote(name)}()"
            for name in self.trigger_names(schema_editor.connection.vendor)
        )

    def validate(self, *args: Any, **kwargs: Any) -> None:
        """A guard has nothing to say of a value, only of a change."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Guard) and self.deconstruct() == other.deconstruct()

    def __hash__(self) -> int:
        return hash(self.name)


class Frozen(Guard):
    """Written once: no update, delete, truncate or replace, ever."""

    def __init__(self, *, name: str) -> None:
        super().__init__(name=name)


class FrozenFor(Guard):
    """Written once, and kept: no update, truncate or replace ever, no delete before `years` have passed since `column`.

    Rows whose `by` is one of `sooner` may go after a year. The database's own clock decides, not the program's.
    """

    def __init__(self, *, name: str, column: str, years: int, by: str = "", sooner: tuple[str, ...] = ()) -> None:
        super().__init__(name=name)
        self.column, self.years, self.by, self.sooner = column, years, by, tuple(sooner)

    def _when(self, operation: Operation, quote: Any, vendor: str) -> str:
        if operation != "DELETE":
            return ""
        column, by = f"OLD.{quote(self.column)}", f"OLD.{quote(self.by)}"
        young = f"{column} >= {self._ago(vendor, self.years)}"
        if not self.sooner:
            return young
        named = ", ".join(f"'{word}'" for word in self.sooner)
        return f"{young} AND ({by} NOT IN ({named}) OR {column} >= {self._ago(vendor, 1)})"

    @staticmethod
    def _ago(vendor: str, years: int) -> str:
        if vendor == "sqlite":
            return f"datetime('now', '-{years} years')"
        return f"statement_timestamp() - interval '{years} years'"

    def deconstruct(self) -> Any:
        path, args, kwargs = super().deconstruct()
        kwargs |= {"column": self.column, "years": self.years, "by": self.by, "sooner": self.sooner}
        return path, args, kwargs


class Sealed(Guard):
    """Refused while `by_table.by_column` holds this row's `column` (for UPDATE: the old row's or the new's).

    `operations` may include INSERT: then rows must be written before their seal (lines before their header).
    """

    def __init__(
        self, *, name: str, column: str, by_table: str, by_column: str, operations: tuple[Operation, ...]
    ) -> None:
        super().__init__(name=name)
        self.column, self.by_table, self.by_column = column, by_table, by_column
        self.operations = tuple(operations)

    def condition(self, row: str, quote: Any) -> str:
        return (
            f"EXISTS (SELECT 1 FROM {quote(self.by_table)} WHERE {quote(self.by_table)}.{quote(self.by_column)} "
            f"= {row}.{quote(self.column)})"
        )

    def deconstruct(self) -> Any:
        path, args, kwargs = super().deconstruct()
        kwargs |= {
            "column": self.column,
            "by_table": self.by_table,
            "by_column": self.by_column,
            "operations": self.operations,
        }
        return path, args, kwargs


class RunningBalance(Guard):
    """A ledger whose each row states the balance after it: previous `balance` + `amount`, both columns of the row.

    Rows are numbered 1, 2, 3 … per `owner`; the database refuses a row whose balance does not follow, so two
    writers that read the same balance cannot both succeed. A balance below zero is refused too, unless
    `may_be_negative`. Amounts are compared in whole øre.
    """

    operations = ("INSERT",)

    def __init__(
        self,
        *,
        name: str,
        table: str,
        owner: str,
        amount: str = "amount",
        balance: str = "balance",
        may_be_negative: bool = False,
    ) -> None:
        super().__init__(name=name)
        self.table, self.owner = table, owner
        self.amount, self.balance, self.may_be_negative = amount, balance, may_be_negative

    def condition(self, row: str, quote: Any) -> str:
        table, owner = quote(self.table), quote(self.owner)

        def ore(column: str) -> str:
            return f"CAST(ROUND({column} * 100) AS BIGINT)"

        balance, amount = ore(f"{row}.{quote(self.balance)}"), ore(f"{row}.{quote(self.amount)}")
        previous = (
            f"(SELECT {ore('p.' + quote(self.balance))} FROM {table} p WHERE p.{owner} = {row}.{owner} "
            f"AND p.{quote('sequence')} = {row}.{quote('sequence')} - 1)"
        )
        # No row before and not the first: NULL, which is no refusal by itself, so it is asked for by name.
        start = f"COALESCE({previous}, CASE WHEN {row}.{quote('sequence')} = 1 THEN 0 END)"
        below = "" if self.may_be_negative else f"{balance} < 0 OR "
        return f"({below}{start} IS NULL OR {balance} <> {start} + {amount})"

    def deconstruct(self) -> Any:
        path, args, kwargs = super().deconstruct()
        kwargs |= {"table": self.table, "owner": self.owner}
        # Only what differs: a guard that was written before a choice existed stays equal to itself.
        if (self.amount, self.balance) != ("amount", "balance"):
            kwargs |= {"amount": self.amount, "balance": self.balance}
        if self.may_be_negative:
            kwargs |= {"may_be_negative": True}
        return path, args, kwargs


class CoveredByParts(Guard):
    """A header is refused while a line of it carries an amount that its parts do not sum to.

    Lines and parts are written before their header, so the header is where it is asked. `line` and `part` are
    (table, column) pairs of the amounts; lines name the header in `line_header`, parts their line in `part_line`.
    Compared in whole øre.
    """

    operations = ("INSERT",)

    def __init__(
        self, *, name: str, key: str, line: tuple[str, str], line_header: str, part: tuple[str, str], part_line: str
    ) -> None:
        super().__init__(name=name)
        self.key, self.line, self.line_header = key, tuple(line), line_header
        self.part, self.part_line = tuple(part), part_line

    def condition(self, row: str, quote: Any) -> str:
        (lines, amount), (parts, share) = self.line, self.part
        return (
            f"EXISTS (SELECT 1 FROM {quote(lines)} l WHERE l.{quote(self.line_header)} = {row}.{quote(self.key)} "
            f"AND CAST(ROUND(l.{quote(amount)} * 100) AS BIGINT) <> COALESCE((SELECT SUM(CAST(ROUND("
            f"p.{quote(share)} * 100) AS BIGINT)) FROM {quote(parts)} p WHERE p.{quote(self.part_line)} = l.id), 0))"
        )

    def deconstruct(self) -> Any:
        path, args, kwargs = super().deconstruct()
        kwargs |= {
            "key": self.key,
            "line": self.line,
            "line_header": self.line_header,
            "part": self.part,
            "part_line": self.part_line,
        }
        return path, args, kwargs


def guarded_models() -> Iterator[tuple[type[models.Model], Guard]]:
    """Every model with a guard, each with its guards."""
    for model in apps.get_models():
        for constraint in model._meta.constraints:
            if isinstance(constraint, Guard):
                yield model, constraint


def expected(connection: BaseDatabaseWrapper) -> set[str]:
    """Names of the triggers that the models ask for."""
    return {name for _model, guard in guarded_models() for name in guard.trigger_names(connection.vendor)}


def installed(connection: BaseDatabaseWrapper) -> set[str]:
    """Names of the triggers that the database has and that are switched on."""
    sql = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'",
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return {row[0] for row in cursor.fetchall()}


def missing(connection: BaseDatabaseWrapper) -> set[str]:
    """Guards that ought to stand and do not."""
    return expected(connection) - installed(connection)


def lift(connection: BaseDatabaseWrapper) -> None:
    """Take all guards away: only for tests that must empty tables, and for restoring a backup."""
    standing = installed(connection)
    with connection.schema_editor() as editor:
        for model, guard in guarded_models():
            for name in guard.trigger_names(connection.vendor):
                if name in standing:
                    on = f" ON {editor.quote_name(model._meta.db_table)}" if connection.vendor == "postgresql" else ""
                    editor.execute(f"DROP TRIGGER {editor.quote_name(name)}{on}")


def install(connection: BaseDatabaseWrapper) -> None:
    """Put back the guards that are missing."""
    standing = installed(connection)
    with connection.schema_editor() as editor:
        for model, guard in guarded_models():
            names = guard.trigger_names(connection.vendor)
            for name, statement in zip(names, guard.statements(model, editor), strict=True):
                if name not in standing:
                    editor.execute(statement)


@checks.register(checks.Tags.database)
def check_guards(app_configs: Any = None, databases: Any = None, **kwargs: Any) -> list[checks.CheckMessage]:
    """`manage.py check --database default` fails where a guard is missing."""
    found: list[checks.CheckMessage] = []
    for alias in databases or []:
        absent = missing(connections[alias])
        if absent:
            found.append(
                checks.Error(
                    f"The database does not guard its issued rows: {', '.join(sorted(absent))}.",
                    hint="Run migrate; after a restore, run manage.py guards --install.",
                    id="kernel.E001",
                )
            )
    return found
