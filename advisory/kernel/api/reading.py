"""JSON as it comes in, made safe before anything looks at it; and answers as JSON, always the same bytes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import IO, Any, NoReturn

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.utils.translation import gettext as _
from rest_framework import parsers, renderers

from advisory.kernel.api.refusals import BadText
from advisory.kernel.safe_text import storable

#: Deeper than anything we take.
DEEPEST = 20


class JSONParser(parsers.BaseParser):
    """UTF-8 JSON of at most `DATA_UPLOAD_MAX_MEMORY_SIZE` bytes, without NaN, NUL, lone surrogates or depths.

    A number with a fraction becomes a `Decimal`, which no field here takes: nothing is ever a float.
    """

    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        content = stream.read(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
        if len(content) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise RequestDataTooBig
        try:
            found = json.loads(content.decode("utf-8"), parse_constant=_no_number, parse_float=Decimal)
        except (ValueError, ArithmeticError, RecursionError) as error:
            raise BadText(_("The body is not JSON that can be read.")) from error
        _require_storable(found, DEEPEST)
        return found


def _no_number(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number of JSON.")


def _require_storable(found: Any, deep: int) -> None:
    if deep == 0:
        raise BadText(_("The body is not JSON that can be read."))
    if isinstance(found, str) and not storable(found):
        raise BadText(_("The text holds signs that cannot be kept (NUL or half a character)."))
    if isinstance(found, dict):
        for name, inner in found.items():
            _require_storable(name, deep)
            _require_storable(inner, deep - 1)
    if isinstance(found, list):
        for inner in found:
            _require_storable(inner, deep - 1)


class JSONRenderer(renderers.JSONRenderer):
    """The same facts give the same bytes whatever the media type's parameters say, so that an ETag can be compared."""

    def get_indent(self, accepted_media_type: str, renderer_context: Mapping[str, Any]) -> int | None:
        return None


class FileRenderer(renderers.BaseRenderer):
    """For actions that hand out a file: whatever type is accepted; a refusal is JSON all the same."""

    media_type = "*/*"
    format = "file"

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Mapping[str, Any] | None = None
    ) -> Any:
        return as_json(data)


def as_json(facts: Any) -> bytes:
    """The bytes that the renderer would send."""
    return bytes(JSONRenderer().render(facts))
