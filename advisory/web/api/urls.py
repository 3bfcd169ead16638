"""Addresses of the API. Each room brings its own below `/api/v1/`."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("v1/", include("clients.api_urls")),
    path("v1/", include("engagements.api_urls")),
    path("v1/", include("billing.api_urls")),
]
