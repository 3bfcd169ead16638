"""The URL map: every storey brings its own; pages that span storeys are the roof's."""

from django.urls import URLPattern, URLResolver, include, path

from advisory.web import language

urlpatterns: list[URLPattern | URLResolver] = [
    path("language/", language.switch, name="set_language"),
    path("", include("allauth.urls")),
    path("", include("clients.urls")),
    path("", include("engagements.urls")),
    path("", include("billing.urls")),
]
