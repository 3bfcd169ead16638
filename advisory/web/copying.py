"""Copying a whole installation into an empty PostgreSQL database, row by row and exactly.

Serialised copies (`dumpdata`) lose the microseconds that the hash chain counts, and the guards turn an issued
invoice's lines away. Here rows go over as values, and the guards are put up last.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from django.apps import apps
from django.core.management.color import no_style
from django.db import models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from advisory.kernel import guards

#: Made anew by migrations, or meaningless elsewhere: queued jobs (the sweep finds what they left).
LEFT_OUT = {"contenttypes", "auth", "django_q"}
ROWS = 500


class NotEmpty(Exception):
    """The target holds rows already; nothing was copied."""


class Mismatch(Exception):
    """The counts differ after copying; everything was taken back."""


def tables() -> list[type[models.Model]]:
    """All models whose rows go over, also those between two tables."""
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label not in LEFT_OUT and model._meta.managed and not model._meta.proxy
    ]


def copy(source: BaseDatabaseWrapper, target: BaseDatabaseWrapper) -> dict[str, int]:
    """Copy every row; how many of each model. All of it or nothing.

    `target` is migrated and empty. Raises NotEmpty or Mismatch.
    """
    copied: dict[str, int] = {}
    with transaction.atomic(using=target.alias):
        for model in tables():
            if model._base_manager.using(target.alias).exists():
                raise NotEmpty(model._meta.label)
        guards.lift(target)
        for model in tables():
            copied[model._meta.label] = _copy_table(model, source, target)
        with target.cursor() as cursor:
            # Foreign keys are checked now: a table with checks outstanding takes no trigger.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for statement in target.ops.sequence_reset_sql(no_style(), tables()):
                cursor.execute(statement)
        guards.install(target)
        for model in tables():
            if model._base_manager.using(target.alias).count() != copied[model._meta.label]:
                raise Mismatch(model._meta.label)
    return copied


def _copy_table(model: type[models.Model], source: BaseDatabaseWrapper, target: BaseDatabaseWrapper) -> int:
    fields = model._meta.local_concrete_fields
    quote = target.ops.quote_name
    columns = ", ".join(quote(field.column or field.attname) for field in fields)
    places = ", ".join(["%s"] * len(fields))
    insert = f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({places})"  # noqa: S608 - names of models
    count = 0
    rows = model._base_manager.using(source.alias).order_by("pk").values_list(*(field.attname for field in fields))
    for some in _batches(rows.iterator(chunk_size=ROWS)):
        values = [
            [field.get_db_prep_save(value, target) for field, value in zip(fields, row, strict=True)] for row in some
        ]
        with target.cursor() as cursor:
            cursor.executemany(insert, values)
        count += len(values)
    return count


def _batches(rows: Iterator[tuple[object, ...]]) -> Iterator[list[tuple[object, ...]]]:
    while some := list(islice(rows, ROWS)):
        yield some
