"""The tables of the engagements storey, gathered from their rooms."""

from engagements.catalogue.models import Recommendation
from engagements.outcomes.models import NextStep, Outcome
from engagements.work.models import (
    Activity,
    Engagement,
    HourHold,
    JointHour,
    JointOrder,
    JointShare,
    ReadyWeek,
    ServiceType,
    TimeEntry,
    VatTreatment,
)

__all__ = [
    "Activity",
    "Engagement",
    "HourHold",
    "JointHour",
    "JointOrder",
    "JointShare",
    "NextStep",
    "Outcome",
    "ReadyWeek",
    "Recommendation",
    "ServiceType",
    "TimeEntry",
    "VatTreatment",
]
