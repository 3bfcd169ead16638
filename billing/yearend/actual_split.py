"""How a shared cost of the year is split between those who bear it, to the øre. Pure.

Five bear costs: areas 1 and 2, the two self-cost services of area 3, and area 4. A self-cost service's part is the
formula's own figure, HU(amount * part / whole), so that the after-calculation and the report say the same; what is
left goes to the three areas by largest remainder, ties to the first. The parts always sum to the whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from advisory.kernel.money import half_up, kroner, largest_remainder, ore


class NothingToShareBy(ValueError):
    """A cost is shared by a key that is zero for everyone."""


@dataclass(frozen=True, slots=True)
class Weights:
    """A key: how many minutes, or full-time equivalents, each of the five has."""

    catalogue: Decimal
    meeting_place: Decimal
    advice: Decimal
    courses: Decimal
    joint_projects: Decimal

    @property
    def whole(self) -> Decimal:
        return sum(self, Decimal(0))

    def __iter__(self) -> Iterator[Decimal]:
        return iter((self.catalogue, self.meeting_place, self.advice, self.courses, self.joint_projects))


@dataclass(frozen=True, slots=True)
class Parts:
    """What each of the five bears of one cost, in kroner; they sum to the cost."""

    catalogue: Decimal
    meeting_place: Decimal
    advice: Decimal
    courses: Decimal
    joint_projects: Decimal

    def __iter__(self) -> Iterator[Decimal]:
        return iter((self.catalogue, self.meeting_place, self.advice, self.courses, self.joint_projects))


def split(amount: Decimal, weights: Weights) -> Parts:
    """Give each its part of `amount` kroner, which may be negative. Raises `NothingToShareBy`.

    Each service has HU(amount * part / whole). Only where nobody but the two services shares can both have half an
    øre and round up together: then courses take what advice leaves.
    """
    whole = Fraction(weights.whole)
    if whole <= 0 or min(weights) < 0:
        raise NothingToShareBy(f"{amount} has nothing to be shared by.")
    advice = half_up(Fraction(amount) * Fraction(weights.advice) / whole)
    others = (weights.catalogue, weights.meeting_place, weights.joint_projects)
    if not any(others):
        left = ore(amount) - ore(advice)
        nothing = kroner(0)
        return Parts(nothing, nothing, advice, kroner(left), nothing)
    courses = half_up(Fraction(amount) * Fraction(weights.courses) / whole)
    rest = kroner(ore(amount) - ore(advice) - ore(courses))
    catalogue, meeting_place, joint_projects = largest_remainder(rest, others)
    return Parts(catalogue, meeting_place, advice, courses, joint_projects)
