"""The seam that goes up: what billing tells on pages about hours. Providers only read, for many ids at a time.

Billing registers when the program starts: why an hour would not be priced as people expect («no valid tier
decision»), and where a document with a number is found.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from advisory.kernel.users import User
from engagements.work.models import Engagement


@dataclass(frozen=True, slots=True)
class HourWarning:
    """A sentence shown before hours are logged, with a link to where it is settled (or none)."""

    text: str
    url: str = ""
    url_label: str = ""


HourWarnings = Callable[[Sequence[int], date], Mapping[int, Sequence[HourWarning]]]

DocumentUrl = Callable[[int, User], str]

_hour_warnings: list[HourWarnings] = []
_document_urls: list[DocumentUrl] = []


def register_hour_warnings(provider: HourWarnings) -> None:
    """`provider(row ids of engagements, day)` gives the warnings for work on that day by engagement id."""
    _hour_warnings.append(provider)


def hour_warnings(engagements: Sequence[int], day: date) -> dict[int, list[HourWarning]]:
    """All warnings for work on the day, by engagement id."""
    found: dict[int, list[HourWarning]] = defaultdict(list)
    if engagements:
        for provider in _hour_warnings:
            for engagement, warnings in provider(engagements, day).items():
                found[engagement].extend(warnings)
    return found


def register_document_url(provider: DocumentUrl) -> None:
    """`provider(number, user)` gives the path of the page about an issued document, empty where he may not open it."""
    _document_urls.append(provider)


def document_url(number: int, user: User) -> str:
    """The path of the page about an issued document; empty where there is none for this person."""
    return next((url for provider in _document_urls if (url := provider(number, user))), "")


@dataclass(frozen=True, slots=True)
class EngagementCard:
    """A sheet in the rail of the engagement's page («the price that the organisation approved»)."""

    title: str
    template: str
    context: Mapping[str, Any]
    order: int = 50


@dataclass(frozen=True, slots=True)
class EngagementTask:
    """A line of the course of an engagement («Invoice»): `done` is a grey word, or `tag` with its colour."""

    label: str
    detail: str = ""
    url: str = ""
    done: str = ""
    tag: str = ""
    tag_color: str = "neutral"


CardProvider = Callable[[Engagement, date], EngagementCard | None]
TaskProvider = Callable[[Engagement, date], EngagementTask | None]

_cards: list[CardProvider] = []
_tasks: list[TaskProvider] = []


def register_engagement_card(provider: CardProvider) -> None:
    """Add a sheet to the rail of the engagement's page; None where there is nothing to show."""
    _cards.append(provider)


def engagement_cards(engagement: Engagement, on: date) -> list[EngagementCard]:
    """The sheets of the rail, from the top."""
    found = [card for provider in _cards if (card := provider(engagement, on))]
    return sorted(found, key=lambda card: card.order)


def register_engagement_task(provider: TaskProvider) -> None:
    """Add a line at the end of the engagement's course."""
    _tasks.append(provider)


def engagement_tasks(engagement: Engagement, on: date) -> list[EngagementTask]:
    """The lines that upper storeys add to the course of the engagement."""
    return [task for provider in _tasks if (task := provider(engagement, on))]
