"""What lists are narrowed by: fields of django-filter that say when they cannot read what was written.

A filter compares columns of what the person may see anyway. So the number of a foreign organisation gives the same
empty list as one that does not exist, and no choice is looked up where it could be told apart.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django_filters.fields import IsoDateTimeField
from django_filters.rest_framework import DjangoFilterBackend, FilterSet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework.request import Request

from advisory.kernel.api.paging import PARAMETERS
from advisory.kernel.api.refusals import BadParameters


class WholeFilter(django_filters.Filter):
    """A whole number from 0 to what a column holds."""

    field_class = forms.IntegerField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        bounds = {"min_value": 0, "max_value": 2**31 - 1} | kwargs
        super().__init__(*args, **bounds)
        extend_schema_field({"type": "integer", "minimum": bounds["min_value"], "maximum": bounds["max_value"]})(self)


class YearFilter(WholeFilter):
    """A year that something here may have happened in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, min_value=1900, max_value=2100, **kwargs)


@extend_schema_field(OpenApiTypes.DATE)
class DayFilter(django_filters.DateFilter):
    """A day as `2026-11-20`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, input_formats=["%Y-%m-%d"], localize=False, **kwargs)


class _MomentField(IsoDateTimeField):
    """In UTC: PostgreSQL takes no offset of sixteen hours or more, though Python reads one."""

    def clean(self, value: Any) -> datetime | None:
        try:
            found: datetime | None = super().clean(value)
            return found.astimezone(UTC) if found else None
        except OverflowError:
            raise ValidationError(self.error_messages["invalid"], "invalid") from None


@extend_schema_field(OpenApiTypes.DATETIME)
class MomentFilter(django_filters.IsoDateTimeFilter):
    """A moment with its zone, `2026-11-20T09:00:00Z`."""

    field_class = _MomentField


@extend_schema_field(OpenApiTypes.BOOL)
class YesNoFilter(django_filters.TypedChoiceFilter):
    """`true` or `false`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        choices = [("true", "true"), ("false", "false")]
        super().__init__(*args, choices=choices, coerce=lambda text: text == "true", **kwargs)


class OneOfFilter(django_filters.ChoiceFilter):
    """One word of a fixed list."""

    def __init__(self, choices: type[models.TextChoices], **kwargs: Any) -> None:
        super().__init__(choices=choices.choices, empty_label=None, **kwargs)
        # Written by hand: the labels belong to the pages.
        extend_schema_field({"type": "string", "enum": list(choices.values)})(self)


class Filters(FilterSet):
    """The mother of all filter sets here."""


class NamedFilters(DjangoFilterBackend):
    """The view's `filterset_class`; a parameter that is unknown or cannot be read is a 400 that names it."""

    def filter_queryset(self, request: Request, queryset: models.QuerySet[Any], view: Any) -> models.QuerySet[Any]:
        filterset = self.get_filterset(request, queryset, view)
        known = {*PARAMETERS, *(filterset.filters if filterset is not None else ())}
        require_known(request, known)
        if filterset is None:
            return queryset
        if not filterset.is_valid():
            raise BadParameters({name: next(iter(errors)) for name, errors in filterset.errors.items()})
        found: models.QuerySet[Any] = filterset.qs
        return found


def require_known(request: Request, known: set[str]) -> None:
    """Raise `BadParameters` for what nobody here understands."""
    if unknown := sorted(set(request.query_params) - known):
        raise BadParameters({name: _("There is no such parameter here.") for name in unknown})
