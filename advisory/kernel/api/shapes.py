"""What goes in and out: a `Row` is what reading gives, a `Body` what a write takes.

A row is written straight from the columns it names, without model instances: one query for a page, whatever its
length. What no column holds is `computed` for the whole page at once (`fill`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from advisory.kernel.api.fields import WRITTEN, YesNo
from advisory.kernel.users import User

Facts = dict[str, Any]


class Row(serializers.Serializer[Any]):
    """One thing as it is read. Fields name their column by `source`: `organisation.number`."""

    #: Fields that `fill` gives.
    computed: ClassVar[tuple[str, ...]] = ()
    #: Fields that are None for members of organisations.
    staff_only: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def fill(cls, rows: Mapping[int, Facts], *, user: User) -> None:
        """Add the computed fields to rows by their id, in a number of queries that does not follow the rows."""

    @classmethod
    def of(cls, found: models.QuerySet[Any], *, user: User) -> dict[int, Facts]:
        """The rows of a queryset in its order, by id."""
        names, columns, written = _plan(cls)
        rows: dict[int, Facts] = {}
        for pk, *values in found.values_list("pk", *columns):
            row = rows[pk] = dict(zip(names, values, strict=True))
            for name, write in written:
                if (value := row[name]) is not None:
                    row[name] = write(value)
        cls.fill(rows, user=user)
        if cls.staff_only and not user.is_staff_member:
            hidden = dict.fromkeys(cls.staff_only)
            for row in rows.values():
                row.update(hidden)
        return rows


@cache
def _plan(row: type[Row]) -> tuple[list[str], list[str], list[tuple[str, Callable[[Any], Any]]]]:
    """Names, columns, and which columns are written otherwise than JSON would."""
    fields = {name: field for name, field in row().fields.items() if name not in row.computed}
    columns = [str(field.source).replace(".", "__") for field in fields.values()]
    written = [(name, WRITTEN[type(field)]) for name, field in fields.items() if type(field) in WRITTEN]
    return list(fields), columns, written


class Body(serializers.Serializer[Any]):
    """What a write takes. A field that is not known is refused, so that nothing is believed written that was not."""

    default_error_messages = {"unknown": _("There is no such field here.")}

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            writable = {name for name, field in self.fields.items() if not field.read_only}
            if unknown := [str(name) for name in data if name not in writable]:
                said = serializers.ErrorDetail(str(self.error_messages["unknown"]), "unknown")
                raise serializers.ValidationError({name: [said] for name in unknown})
        return super().to_internal_value(data)


class NotesBody(Body):
    """A write with free text in it."""

    no_identity_number = YesNo(
        required=False, write_only=True, help_text=_("Digits in the text are no national identity number.")
    )

    def get_fields(self) -> dict[str, Any]:
        """The fields as they were named, the exception last."""
        fields = super().get_fields()
        fields["no_identity_number"] = fields.pop("no_identity_number")
        return fields


class Nothing(Body):
    """A verb that needs no facts."""
