"""Addresses of this storey below `/api/v1/`, gathered from its rooms."""

from engagements.catalogue import api as catalogue
from engagements.outcomes import api as outcomes
from engagements.work.api import engagements, settings, time

urlpatterns = [
    *engagements.urlpatterns,
    *time.urlpatterns,
    *outcomes.urlpatterns,
    *catalogue.urlpatterns,
    *settings.urlpatterns,
]
