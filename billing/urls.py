"""Paths of the billing storey, gathered from its rooms."""

from django.urls import URLPattern, URLResolver

from billing import portal
from billing.invoicing import urls as invoicing

urlpatterns: list[URLPattern | URLResolver] = [*invoicing.urlpatterns, *portal.urlpatterns]
