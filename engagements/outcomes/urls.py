"""Paths of goals and results."""

from django.urls import path

import engagements.references  # noqa: F401 - the converter of references
from engagements.outcomes import views

urlpatterns = [
    path("engagements/<reference:reference>/outcomes/", views.engagement_outcomes, name="engagement_outcomes"),
    path(
        "engagements/<reference:reference>/outcomes/<int:outcome>/",
        views.engagement_outcome,
        name="engagement_outcome",
    ),
    path(
        "engagements/<reference:reference>/outcomes/<int:outcome>/remove/",
        views.engagement_outcome_remove,
        name="engagement_outcome_remove",
    ),
]
