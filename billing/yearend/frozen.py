"""Frozen values as JSON and back: what a closed year keeps of its figures.

Amounts are strings (never a JSON number), days ISO, tuples lists, values of a dataclass objects by field name. Only
what the figures are made of is known; anything else raises. Pure.
"""

from __future__ import annotations

from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

T = TypeVar("T")


class UnreadableFigures(ValueError):
    """Stored data that is not figures of a kind this program knows."""


def to_json(value: Any) -> Any:
    """Give a frozen dataclass as JSON values."""
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: to_json(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, tuple):
        return [to_json(each) for each in value]
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, date):
        return value.isoformat()
    if value is None or isinstance(value, (str, int)):
        return value
    raise TypeError(f"{type(value).__name__} has no form as JSON figures.")


def from_json(kind: type[T], data: Any) -> T:
    """Give the value that `to_json` wrote, equal to the original. Raises `UnreadableFigures`.

    A field that the stored form does not have gets its default, so that a new field can be read from old figures.
    """
    try:
        found: T = _read(kind, data)
    except (KeyError, TypeError, ValueError, InvalidOperation) as error:
        raise UnreadableFigures(f"Not {kind.__name__}: {error!r}.") from error
    return found


@cache
def _hints(kind: type[Any]) -> dict[str, Any]:
    return get_type_hints(kind)


def _read(kind: Any, data: Any) -> Any:
    origin = get_origin(kind)
    if origin is UnionType:
        if data is None:
            return None
        [kind] = [each for each in get_args(kind) if each is not NoneType]
        return _read(kind, data)
    if origin is tuple:
        [item, _ellipsis] = get_args(kind)
        if not isinstance(data, list):
            raise TypeError(f"{data!r} is not a list")
        return tuple(_read(item, each) for each in data)
    if is_dataclass(kind):
        return _read_fields(kind, data)
    if kind in (Decimal, date):
        if not isinstance(data, str):
            raise TypeError(f"{data!r} is not a text")
        return Decimal(data) if kind is Decimal else date.fromisoformat(data)
    if type(data) is not kind:
        raise TypeError(f"{data!r} is not {kind}")
    return data


def _read_fields(kind: Any, data: Any) -> Any:
    if not isinstance(data, dict):
        raise TypeError(f"{data!r} is not an object")
    hints, found = _hints(kind), {}
    for each in fields(kind):
        if each.name in data:
            found[each.name] = _read(hints[each.name], data[each.name])
        elif each.default is MISSING and each.default_factory is MISSING:
            raise KeyError(each.name)
    return kind(**found)
