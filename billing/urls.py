"""Paths of the billing storey, gathered from its rooms."""

from django.urls import URLPattern, URLResolver

from billing import portal
from billing.books import urls as books
from billing.discounts import urls as discounts
from billing.invoicing import urls as invoicing
from billing.official_rates import urls as official_rates
from billing.ringfence import urls as ringfence
from billing.selfcost import urls as selfcost
from billing.whatif import urls as whatif
from billing.yearend import account_urls as accounts
from billing.yearend import after_urls as after

urlpatterns: list[URLPattern | URLResolver] = [
    # Before the cost base, whose paths take any word for a service.
    *after.urlpatterns,
    *accounts.urlpatterns,
    *selfcost.urlpatterns,
    *discounts.urlpatterns,
    *invoicing.urlpatterns,
    *ringfence.urlpatterns,
    *official_rates.urlpatterns,
    *books.urlpatterns,
    *whatif.urlpatterns,
    *portal.urlpatterns,
]
