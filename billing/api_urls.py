"""Addresses of this storey below `/api/v1/`, gathered from its rooms."""

from billing.discounts import api as discounts
from billing.invoicing.api import documents, proposals, statements
from billing.selfcost import api as selfcost

urlpatterns = [
    *discounts.urlpatterns,
    *selfcost.urlpatterns,
    *proposals.urlpatterns,
    *documents.urlpatterns,
    *statements.urlpatterns,
]
