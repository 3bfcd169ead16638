"""Paths of the report on staff's side."""

from django.urls import path

import engagements.references  # noqa: F401 - the converter of references
from engagements.report import views

urlpatterns = [
    path("engagements/<reference:reference>/report/", views.engagement_report, name="engagement_report"),
    path("engagements/<reference:reference>/report/pdf/", views.engagement_report_pdf, name="engagement_report_pdf"),
    path("engagements/<reference:reference>/report/text/", views.engagement_report_text, name="engagement_report_text"),
]
