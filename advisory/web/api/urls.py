"""Addresses of the API. Each room brings its own below `/api/v1/`; the storeys gather them."""

from django.urls import URLPattern, URLResolver, include, path

from advisory.web.api import docs

urlpatterns: list[URLPattern | URLResolver] = [
    path("", docs.page, name="api_page"),
    path("schema/", docs.schema, name="api_schema"),
    path("v1/", include("clients.api_urls")),
    path("v1/", include("engagements.api_urls")),
    path("v1/", include("billing.api_urls")),
]
