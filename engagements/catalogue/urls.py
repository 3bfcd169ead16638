"""Paths of recommendations."""

from django.urls import path

import engagements.references  # noqa: F401 - the converter of references
from engagements.catalogue import views

urlpatterns = [
    path(
        "engagements/<reference:reference>/recommendations/",
        views.engagement_recommendations,
        name="engagement_recommendations",
    ),
    path(
        "engagements/<reference:reference>/recommendations/<int:recommendation>/",
        views.engagement_recommendation,
        name="engagement_recommendation",
    ),
    path(
        "engagements/<reference:reference>/recommendations/<int:recommendation>/remove/",
        views.engagement_recommendation_remove,
        name="engagement_recommendation_remove",
    ),
]
