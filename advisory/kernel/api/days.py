"""Days in paths, `2026-01-01`. A day that is in no calendar is no path of ours: 404."""

from __future__ import annotations

from datetime import date

from django.urls import register_converter


class DayConverter:
    """An ISO day."""

    regex = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(value)

    def to_url(self, value: date | str) -> str:
        return value.isoformat() if isinstance(value, date) else value


register_converter(DayConverter, "day")
