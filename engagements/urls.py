"""Paths of the engagements storey, gathered from its rooms."""

from django.urls import URLPattern, URLResolver, include, path

import engagements.references  # noqa: F401 - the converter of references
from engagements import portal

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("engagements.work.urls")),
    path("", include("engagements.outcomes.urls")),
    path("", include("engagements.catalogue.urls")),
    path("", include("engagements.report.urls")),
    path("portal/<int:number>/engagements/", portal.engagements, name="portal_engagements"),
    path(
        "portal/<int:number>/engagements/<reference:reference>/",
        portal.engagement,
        name="portal_engagement",
    ),
    path(
        "portal/<int:number>/engagements/<reference:reference>/report/",
        portal.engagement_report,
        name="portal_engagement_report",
    ),
    path(
        "portal/<int:number>/engagements/<reference:reference>/report/pdf/",
        portal.engagement_report_pdf,
        name="portal_engagement_report_pdf",
    ),
]
