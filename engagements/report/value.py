"""The engagement report as one frozen value: HTML and PDF render it and add nothing.

Only what an organisation may see is in it: roles instead of personal names, and no note marked internal.
Times are whole minutes; numbers of outcomes are `Decimal`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class HoursByKind:
    """Minutes of one kind of work (the service type's name)."""

    kind: str
    minutes: int


@dataclass(frozen=True, slots=True)
class OutcomeFact:
    """A goal and how it went. `status` and `evidence` are codes; labels come from the renderer's language.

    status: planned, achieved, partly, not_achieved, abandoned, unknown.
    evidence: E0 advisor's view, E1 the organisation says, E2 document seen, E3 verified elsewhere.
    `before`, `after` and `target` are None where nothing was measured; `unit` is printed as it stands.
    """

    goal: str
    result: str
    status: str
    evidence: str
    before: Decimal | None
    after: Decimal | None
    target: Decimal | None
    unit: str


@dataclass(frozen=True, slots=True)
class RecommendationFact:
    """A tool of the shared catalogue as it was when recommended; `advised` False = advised against."""

    title: str
    url: str
    version: str
    reason: str
    advised: bool


@dataclass(frozen=True, slots=True)
class TimeFact:
    """One entry of time as the organisation sees it."""

    day: date
    kind: str
    text: str
    minutes: int


@dataclass(frozen=True, slots=True)
class NextStep:
    """What the organisation does next, and by when (None = no date)."""

    text: str
    due: date | None


@dataclass(frozen=True, slots=True)
class EngagementReport:
    """All of one engagement that the organisation may read, on the day `made_on`."""

    reference: str
    title: str
    organisation: str
    seller: str
    phase: str
    goal: str
    done: str
    started_on: date | None
    ended_on: date | None
    minutes_agreed: int
    minutes_used: int
    hours: tuple[HoursByKind, ...]
    entries: tuple[TimeFact, ...]
    outcomes: tuple[OutcomeFact, ...]
    recommendations: tuple[RecommendationFact, ...]
    next_steps: tuple[NextStep, ...]
    made_on: date
    language: str
