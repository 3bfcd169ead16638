"""The tables of the engagements storey, gathered from their rooms."""

from engagements.catalogue.models import Recommendation
from engagements.outcomes.models import NextStep, Outcome
from engagements.work.models import Activity, Engagement, HourHold, ServiceType, TimeEntry, VatTreatment

__all__ = [
    "Activity",
    "Engagement",
    "HourHold",
    "NextStep",
    "Outcome",
    "Recommendation",
    "ServiceType",
    "TimeEntry",
    "VatTreatment",
]
