"""The URL map: every storey brings its own; pages that span storeys are the roof's."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("allauth.urls")),
    path("", include("clients.urls")),
    path("", include("engagements.urls")),
    path("", include("billing.urls")),
]
