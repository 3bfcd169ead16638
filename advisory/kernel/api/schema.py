"""The description of the API, OpenAPI 3: what drf-spectacular finds, and the answers that every operation can give."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiResponse

from advisory.kernel.api.resource import SAFE
from advisory.kernel.problem import MEDIA_TYPE, titles

USUAL = {
    "list": gettext_lazy("List"),
    "retrieve": gettext_lazy("Read one"),
    "create": gettext_lazy("Make a new one"),
    "change": gettext_lazy("Change"),
    "remove": gettext_lazy("Remove"),
}
#: Methods whose answers differ; the rest follows from the path.
_READ = (400, 401, 403, 404, 406, 429)
_WRITE = (400, 401, 403, 404, 406, 409, 412, 413, 415, 422, 429)

PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "errors"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "message", "code"],
                "properties": {
                    "field": {"type": "string"},
                    "message": {"type": "string"},
                    "code": {"type": "string"},
                },
            },
        },
    },
}


class Schema(AutoSchema):
    """What a `Resource` declares, in the words of OpenAPI. The words for people are in the reader's language."""

    view: Any

    def get_tags(self) -> list[str]:
        return [str(self.view.tag)]

    def get_summary(self) -> str | None:
        said = self.view.says.get(self.view.action) or USUAL.get(self.view.action)
        return str(said) if said else None

    # drf-spectacular calls it without the path and method that the framework's own has.
    def get_description(self) -> str:  # type: ignore[override]  # see above
        return ""

    def get_operation_id(self) -> str:
        """The room's name and the action: `engagements_list`."""
        return f"{self.view.model._meta.verbose_name_plural.replace(' ', '_')}_{self.view.action}"

    def get_serializer_name(self, serializer: Any, direction: Any) -> str:
        return str(super().get_serializer_name(serializer, direction)).removesuffix("Row")

    def get_request_serializer(self) -> Any:
        return self.view.bodies.get(self.view.action)

    def get_response_serializers(self) -> Any:
        override = getattr(self.view, "answers", {}).get(self.view.action)
        if override is not None:
            return override
        if self.view.action == "list":
            return self.view.row(many=True)
        if self.view.action == "create":
            return {201: self.view.row}
        if self.view.action == "remove":
            return {204: OpenApiResponse(description=_("Removed; there is nothing to read."))}
        return self.view.row

    def get_filter_backends(self) -> Any:
        return super().get_filter_backends() if self.view.action == "list" else []

    def get_operation(self, *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        operation = super().get_operation(*args, **kwargs)
        if operation is None:
            return None
        reads = self.method in SAFE
        for status in (*_READ, *self.view.refuses_to_read) if reads else _WRITE:
            operation["responses"][str(status)] = {"$ref": f"#/components/responses/Problem{status}"}
        if reads:
            operation["responses"]["304"] = {"description": _("You have it already (If-None-Match).")}
        added = [_header("If-None-Match", _("An ETag you have: the answer is 304 if nothing changed."))]
        if not reads:
            added = [_header("Idempotency-Key", _("The same key and request again does nothing and answers the same."))]
            if "{" in self.path:
                added.append(_header("If-Match", _("The ETag you read: the answer is 412 if it changed meanwhile.")))
        operation["parameters"] = [*operation.get("parameters", []), *added]
        gate = self.view.gate_of(self.view.action, self.method)
        operation["x-audience"], operation["x-role"] = str(gate.audience), str(gate.role)
        operation["x-staff"] = str(gate.staff)
        return operation


def _header(name: str, description: str) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"}
    if name == "Idempotency-Key":
        schema |= {"minLength": 1, "maxLength": 100, "pattern": "^[!-~]+$"}
    return {"name": name, "in": "header", "required": False, "description": description, "schema": schema}


def with_problems(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Name the problems once for all operations, and say that bodies take no fields besides those they name."""
    components = result.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    schemas["ProblemDetails"] = PROBLEM
    said = titles()
    components["responses"] = {
        f"Problem{status}": {
            "description": said[status],
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDetails"}}},
        }
        for status in sorted({*_READ, *_WRITE})
    }
    for schema in schemas.values():
        if "enum" not in schema:
            # Docstrings are for those who read the code, in their language.
            schema.pop("description", None)
    for path in result.get("paths", {}).values():
        for operation in path.values():
            content = operation.get("requestBody", {}).get("content", {})
            for media in content.values():
                name = media.get("schema", {}).get("$ref", "").rpartition("/")[2]
                if name in schemas:
                    schemas[name]["additionalProperties"] = False
    return result


__all__ = ["Schema", "with_problems"]
