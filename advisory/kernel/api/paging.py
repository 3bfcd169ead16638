"""Lists a page at a time, by a cursor that says where the last page ended: stable while rows come and go.

The order is one column and the row id. The next page starts after the last row that was seen (keyset), so a row is
never given twice and none that was there is left out, and the thousandth page costs what the first does.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.utils.urls import replace_query_param

from advisory.kernel.api.refusals import BadParameters
from advisory.kernel.safe_text import storable

USUAL, MOST = 50, 200
#: What every list understands.
PARAMETERS = ("cursor", "limit", "ordering")


class CursorPages(BasePagination):
    """`?ordering=` over the view's `orderings` (a minus for the other way), `?limit=` up to 200, `?cursor=`."""

    def page(self, found: models.QuerySet[Any], request: Request, view: Any) -> tuple[models.QuerySet[Any], int]:
        """The rows of the page asked for and one more, and how many the page has."""
        limit = _limit(request)
        ordering, column = self._order(request, view)
        sign, after = ("-", "lt") if ordering.startswith("-") else ("", "gt")
        if cursor := request.query_params.get("cursor"):
            value, last = _read(cursor, ordering, found.model._meta.get_field(column))
            beyond = Q(**{f"{column}__{after}": value}) | Q(**{f"pk__{after}": last})
            # The first condition says the same once more, in a way that an index can start from.
            found = found.filter(Q(**{f"{column}__{after}e": value}) & beyond)
        return found.order_by(f"{sign}{column}", f"{sign}pk")[: limit + 1], limit

    def after(self, last: int, request: Request, view: Any) -> str:
        """The address of the page that starts after the row `last`."""
        ordering, column = self._order(request, view)
        value = view.model._default_manager.values_list(column, flat=True).get(pk=last)
        # A moment to its last microsecond: cut off, the page after would begin with the same row again.
        written = value.isoformat() if isinstance(value, date) else value
        cursor = urlsafe_b64encode(json.dumps([ordering, written, last]).encode())
        return str(replace_query_param(request.build_absolute_uri(), "cursor", cursor.decode().rstrip("=")))

    @staticmethod
    def _order(request: Request, view: Any) -> tuple[str, str]:
        ordering = request.query_params.get("ordering") or view.ordering
        column = view.orderings.get(ordering.removeprefix("-"))
        if column is None:
            allowed = ", ".join(view.orderings)
            raise BadParameters({"ordering": _("Order by one of these: %(allowed)s.") % {"allowed": allowed}})
        return ordering, column

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        return {
            "type": "object",
            "required": ["next", "results"],
            "properties": {
                "next": {"type": "string", "format": "uri", "nullable": True},
                "results": schema,
            },
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        orderings = [sign + name for name in view.orderings for sign in ("", "-")]
        return [
            _parameter("cursor", _("Where the page before ended: what its next address carries."), {"type": "string"}),
            _parameter(
                "limit",
                _("How many rows a page has."),
                {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL},
            ),
            _parameter(
                "ordering",
                _("What the rows are ordered by; a minus turns the order round."),
                {"type": "string", "enum": orderings, "default": view.ordering},
            ),
        ]


def _parameter(name: str, description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "description": description, "schema": schema}


def _limit(request: Request) -> int:
    text = request.query_params.get("limit", "") or str(USUAL)
    if not (text.isascii() and text.isdigit() and len(text) < 5 and 1 <= int(text) <= MOST):
        raise BadParameters({"limit": _("Write a number from 1 to %(most)s.") % {"most": MOST}})
    return int(text)


def _read(cursor: str, ordering: str, field: Any) -> tuple[Any, int]:
    """The value and row id that the cursor holds. A cursor of another order is none."""
    try:
        ordered, value, pk = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        readable = isinstance(value, (str, int)) and isinstance(pk, int) and ordered == ordering and 0 < pk < 2**63
        if readable and (not isinstance(value, str) or storable(value)):
            if isinstance(field, models.DateTimeField):
                # In UTC: PostgreSQL takes no offset of sixteen hours or more.
                return datetime.fromisoformat(str(value)).astimezone(UTC), pk
            return field.to_python(value), pk
    except (ValueError, TypeError, RecursionError, OverflowError, ValidationError):
        pass
    raise BadParameters({"cursor": _("This is no cursor of this list. Start again without it.")})
