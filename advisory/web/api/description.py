"""What the documentation page shows, made from the OpenAPI description: resources, operations, fields, an example.

The description is made once for each language while the process lives; nothing in it depends on who asks.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.text import slugify
from django.utils.translation import gettext as _
from drf_spectacular.generators import SchemaGenerator

Json = Mapping[str, Any]

#: Values for examples, by the name of the parameter or field; the rest follows from the type.
EXAMPLES: dict[str, Any] = {
    "number": 1042,
    "organisation": 1042,
    "reference": "2026-014",
    "engagement": "2026-014",
    "entry": 7,
    "code": "member-system",
    "service_type": "member-system",
    "invoice": 202600123,
    "service": "advice",
    "version": 1,
    "valid_from": "2026-01-01",
    "year": 2026,
    "minutes": 90,
    "name": "Bygdekor Vest",
    "kind": "voluntary",
    "title": "Medlemssystem",
    "url": "https://katalog.example/verktoy/7",
    "catalogue_id": "verktoy-7",
}


#: What an example of a change changes, where it may change anything.
TELLING = ("minutes", "title", "name", "result", "reason")


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter of an address, or a field that is sent or read. `name` of inner fields: `evidence[].size`."""

    name: str
    kind: str
    #: The values it can have, where they are few; words of the API, in no language of ours.
    values: str = ""
    about: str = ""
    is_required: bool = False


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one address."""

    key: str
    method: str
    path: str
    summary: str
    audience: str
    parameters: tuple[Field, ...]
    sent: tuple[Field, ...]
    read: tuple[Field, ...]
    answers: tuple[tuple[str, str], ...]
    example: str


@dataclass(frozen=True, slots=True)
class Group:
    """The operations of one resource."""

    key: str
    name: str
    operations: tuple[Operation, ...]


def first_request(token: str) -> str:
    """What to try a token with, for the shell."""
    return f'curl -H "Authorization: Bearer {token}" \\\n  {settings.SITE_URL}/api/v1/organisations/'


def schema() -> dict[str, Any]:
    """The OpenAPI description in the active language."""
    return _schema(translation.get_language() or settings.LANGUAGE_CODE)


@cache
def _schema(language: str) -> dict[str, Any]:
    with translation.override(language):
        generator = SchemaGenerator()  # type: ignore[no-untyped-call]
        found = generator.get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
        # Lazy words would be said in whatever language comes next.
        plain: dict[str, Any] = json.loads(json.dumps(found, default=str))
        return plain


def groups() -> tuple[Group, ...]:
    """All resources by name, for the page in the active language."""
    return _groups(translation.get_language() or settings.LANGUAGE_CODE)


@cache
def _groups(language: str) -> tuple[Group, ...]:
    with translation.override(language):
        whole = _schema(language)
        by_tag: dict[str, list[Operation]] = {}
        for path, methods in whole["paths"].items():
            for method, facts in methods.items():
                operation = _operation(whole, path, method, facts)
                by_tag.setdefault(facts["tags"][0], []).append(operation)
        return tuple(Group(slugify(tag), tag, tuple(by_tag[tag])) for tag in sorted(by_tag, key=str.casefold))


def _operation(whole: Json, path: str, method: str, facts: Json) -> Operation:
    parameters = [
        Field(one["name"], *_kind(whole, one["schema"]), one.get("description", ""), one.get("required", False))
        for one in facts.get("parameters", [])
        if one["in"] != "header"
    ]
    body = _content(facts.get("requestBody", {}))
    answer: Json = next((one for code, one in facts["responses"].items() if code in ("200", "201")), {})
    return Operation(
        key=facts["operationId"],
        method=method.upper(),
        path=path,
        summary=facts.get("summary", ""),
        audience=_audience(facts),
        parameters=tuple(parameters),
        sent=tuple(_fields(whole, body, requires=True)),
        read=tuple(_fields(whole, _one(whole, _content(answer)))),
        answers=tuple(
            (code, _deref(whole, one).get("description") or _("What was asked for."))
            for code, one in sorted(facts["responses"].items())
        ),
        example=_example(whole, path, method, body),
    )


def _audience(facts: Json) -> str:
    if facts["x-audience"] == "portal" and facts["x-staff"] == "administrators":
        return {
            "reader": _("Administrators, and all members"),
            "finance": _("Administrators, and members with the role finance or owner"),
            "owner": _("Administrators, and members with the role owner"),
        }[facts["x-role"]]
    if facts["x-audience"] == "portal":
        return {
            "reader": _("Staff, and all members"),
            "finance": _("Staff, and members with the role finance or owner"),
            "owner": _("Staff, and members with the role owner"),
        }[facts["x-role"]]
    return {"administrators": _("Administrators"), "signed in": _("Everyone who has access")}.get(
        facts["x-audience"], _("Staff")
    )


def _content(holder: Json) -> Json:
    for media_type, media in holder.get("content", {}).items():
        if media_type == "application/json":
            found: Json = media["schema"]
            return found
    return {}


def _deref(whole: Json, found: Json) -> Json:
    """What a `$ref` names, also behind the `allOf` and `oneOf` that carry a description or null."""
    while True:
        if "$ref" in found:
            _hash, _components, kind, name = found["$ref"].split("/")
            found = whole["components"][kind][name]
        elif len(found.get("allOf", ())) == 1:
            found = found["allOf"][0]
        else:
            return found


def _one(whole: Json, found: Json) -> Json:
    """Of a page of a list, one row."""
    found = _deref(whole, found)
    results = found.get("properties", {}).get("results")
    return _deref(whole, results["items"]) if results else found


def _fields(whole: Json, found: Json, *, requires: bool = False, before: str = "") -> Iterator[Field]:
    found = _deref(whole, found)
    required = set(found.get("required", ())) if requires else set()
    for name, inner in found.get("properties", {}).items():
        yield Field(f"{before}{name}", *_kind(whole, inner), inner.get("description", ""), name in required)
        inner = _deref(whole, inner)
        if inner.get("type") == "array":
            yield from _fields(whole, inner["items"], requires=requires, before=f"{before}{name}[].")
        elif inner.get("type") == "object":
            yield from _fields(whole, inner, requires=requires, before=f"{before}{name}.")


def _kind(whole: Json, found: Json) -> tuple[str, str]:
    """The type in words (`text, at most 120 signs`), and the values of a choice."""
    parts = [_deref(whole, one) for one in found.get("oneOf", [found])]
    given = [value for part in parts for value in part.get("enum", ())]
    is_nullable = bool(found.get("nullable")) or any(part.get("nullable") for part in parts) or None in given
    words = _("one of") if given else _words(whole, parts[0])
    values = ", ".join(str(value) for value in given if value not in (None, ""))
    return (_("%(kind)s, or null") % {"kind": words} if is_nullable else words), values


def _words(whole: Json, found: Json) -> str:
    kind, form = found.get("type"), found.get("format", "")
    if kind == "array":
        inner = _deref(whole, found["items"])
        return _("list of objects") if inner.get("type") == "object" else _("list of texts")
    if kind == "integer":
        return _("whole number")
    if kind == "boolean":
        return _("true or false")
    if kind == "object":
        return _("object")
    words = {
        "date": _("day, 2026-11-20"),
        "date-time": _("moment, 2026-11-20T09:00:00Z"),
        "decimal": _('figure as text, "959.76"'),
        "binary": _("file"),
    }.get(form, _("text"))
    longest = found.get("maxLength")
    return _("%(kind)s, at most %(longest)s signs") % {"kind": words, "longest": longest} if longest else words


def _example(whole: Json, path: str, method: str, body: Json) -> str:
    """The request as a line for the shell."""
    address = path
    for part in [part[1:-1] for part in path.split("/") if part.startswith("{")]:
        address = address.replace(f"{{{part}}}", str(EXAMPLES.get(part, 7)))
    curl = "curl" if method == "get" else f"curl -X {method.upper()}"
    lines = [f'{curl} -H "Authorization: Bearer $TOKEN"']
    if body:
        facts = _sample(whole, body)
        lines += ['-H "Content-Type: application/json"', f"-d '{json.dumps(facts, ensure_ascii=False)}'"]
    lines.append(f"{settings.SITE_URL}{address}")
    return " \\\n  ".join(lines)


def _sample(whole: Json, found: Json, name: str = "") -> Any:
    """A body with what is required, or a value that fits."""
    found = _deref(whole, found)
    if name in EXAMPLES and "enum" not in found:
        return EXAMPLES[name]
    if "enum" in found:
        return found["enum"][0]
    kind, form = found.get("type"), found.get("format", "")
    if kind == "object":
        names = list(found.get("properties", {}))
        wanted = found.get("required") or [name for name in TELLING if name in names][:1] or names[:1]
        return {key: _sample(whole, found["properties"][key], key) for key in wanted}
    if kind == "array":
        return [_sample(whole, found["items"])]
    if kind == "integer":
        return found.get("minimum", 7)
    if kind == "boolean":
        return True
    return {"date": "2026-11-20", "decimal": "959.76"}.get(form, "…")
