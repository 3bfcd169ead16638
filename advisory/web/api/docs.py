"""The page that explains the API, and its description for programs."""

from __future__ import annotations

import json

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiYamlRenderer

from advisory.kernel.access import public
from advisory.kernel.api.paging import MOST, USUAL
from advisory.kernel.problem import FieldError, details
from advisory.web.api import description

#: What the page says where nothing is limited (the tests).
USUAL_LIMIT = 600


@public()
def page(request: HttpRequest) -> HttpResponse:
    """Every operation by resource, after what holds for all of them."""
    example = FieldError(field="minutes", message=_("Write more than 0 hours."), code="min_value")
    problem = details(422, kind="invalid", detail=example["message"], errors=[example])
    context = {
        "groups": description.groups(),
        "first": description.first_request("selvkost_…"),
        "usual": USUAL,
        "most": MOST,
        "person": settings.API_LIMITS.get("person", USUAL_LIMIT),
        "problem": json.dumps(problem, indent=2, ensure_ascii=False),
    }
    return render(request, "api.html", context)


@public()
def schema(request: HttpRequest) -> HttpResponse:
    """OpenAPI 3: YAML, or JSON with `?format=json` or where JSON is asked for."""
    wants_json = request.GET.get("format") == "json" or "json" in request.headers.get("Accept", "")
    renderer = OpenApiJsonRenderer() if wants_json else OpenApiYamlRenderer()
    content = renderer.render(description.schema(), renderer_context={})
    answer = HttpResponse(content, content_type=f"{renderer.media_type}; charset=utf-8")
    answer["Content-Disposition"] = f'inline; filename="selvkost.{renderer.format}"'
    return answer
