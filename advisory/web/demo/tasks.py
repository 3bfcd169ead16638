"""Something that is done at a moment: the office's year is a list of these, done in their order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Task:
    """What is done, given the moment it is done at."""

    at: datetime
    do: Callable[[datetime], object]
