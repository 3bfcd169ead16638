"""Hours as people write and read them; inside the program they are whole minutes. Pure.

A comma or a point parts decimals, a colon parts minutes. `1.30` is refused, because in Norwegian it is as
often half past as three tenths: the error carries both readings, and the form asks.
"""

from __future__ import annotations

import re

MINUTES_OF_A_DAY = 24 * 60


class HoursError(ValueError):
    """A text that is not a length of work. `code` says which mistake, for the form that words it."""

    code = "not_hours"

    def __init__(self, text: str) -> None:
        super().__init__(f"{self.code}: {text!r}")
        self.text = text


class NotHours(HoursError):
    """Not one of the known ways of writing hours."""


class AmbiguousHours(HoursError):
    """`1.30`: one hour and thirty minutes, or 1.3 hours?

    `as_clock` and `as_decimal` are the readings to show ("1:30", "1,3"); `clock_minutes` and
    `decimal_minutes` the same in minutes. The clock reading is None where there is no such minute (1.80),
    the minutes of the decimal reading where they are not whole (1.33).
    """

    code = "ambiguous"

    def __init__(self, text: str, *, hours: int, decimals: int) -> None:
        super().__init__(text)
        self.as_clock = f"{hours}:{decimals:02}" if decimals < 60 else None
        self.as_decimal = f"{hours},{decimals:02}".rstrip("0")
        self.clock_minutes = hours * 60 + decimals if decimals < 60 else None
        whole, rest = divmod(decimals * 60, 100)
        self.decimal_minutes = hours * 60 + whole if not rest else None


class BareMinutes(HoursError):
    """A bare number above 24: minutes are surely meant. `suggestion` is what to write instead, "90m"."""

    code = "bare_minutes"

    def __init__(self, text: str, minutes: int) -> None:
        super().__init__(text)
        self.minutes = minutes
        self.suggestion = f"{minutes}m"


class NoHours(HoursError):
    """Zero: a row is removed by deleting it, not by writing 0."""

    code = "zero"


class NegativeHours(HoursError):
    """Below zero."""

    code = "negative"


class MoreThanADay(HoursError):
    """Above 24 hours."""

    code = "more_than_a_day"

    def __init__(self, text: str, minutes: int) -> None:
        super().__init__(text)
        self.minutes = minutes


_HOUR_WORD = r"(?:t|h|timer?|timar|hours?)\.?"
_MINUTE_WORD = r"(?:m|min|minutt(?:er)?|minutes?)\.?"
_CLOCK = re.compile(r"(\d{0,4}):([0-5]\d)", re.ASCII)
_MINUTES = re.compile(rf"(\d{{1,5}})\s*{_MINUTE_WORD}", re.ASCII | re.IGNORECASE)
_HOURS_AND_MINUTES = re.compile(
    rf"(\d{{1,4}})\s*{_HOUR_WORD}\s*([0-5]?\d)(?:\s*{_MINUTE_WORD})?", re.ASCII | re.IGNORECASE
)
_DECIMAL = re.compile(rf"(\d{{0,4}})(?:[.,](\d{{1,2}}))?(?:\s*({_HOUR_WORD}))?", re.ASCII | re.IGNORECASE)


def parse_hours(text: str) -> int:
    """Give the whole minutes a person wrote: 1 to 1440.

    Takes `1,5` `1.5` `1:30` `90m` `90 min` `1t30` `1t 30m` `1t` `,5` `2`, also with «timer», «h» and «min.».
    Raises a subclass of `HoursError`: `AmbiguousHours` for two decimals other than 00, 25, 50 and 75,
    `BareMinutes` for a bare number above 24, `NoHours`, `NegativeHours`, `MoreThanADay`, else `NotHours`.
    """
    written = text.replace("\u00a0", " ").strip()
    if written[:1] in {"-", "\u2212"}:
        raise NegativeHours(text) if _looks_like_hours(written[1:].strip()) else NotHours(text)
    minutes = _minutes_or_none(written)
    if minutes is None:
        raise NotHours(text)
    if written.isdigit() and MINUTES_OF_A_DAY >= int(written) > 24:
        raise BareMinutes(text, int(written))
    if minutes > MINUTES_OF_A_DAY:
        raise MoreThanADay(text, minutes)
    if minutes == 0:
        raise NoHours(text)
    return minutes


MOST_AGREED_MINUTES = 9_999 * 60


def parse_agreed_hours(text: str) -> int:
    """Give the whole minutes of a frame of hours: written as `parse_hours` reads them, from 1 minute to 9999 hours.

    A bare number is always hours here: an agreement of 48 hours is written `48`. Raises `AmbiguousHours`, `NoHours`,
    `NegativeHours`, else `NotHours`.
    """
    written = text.replace("\u00a0", " ").strip()
    if written[:1] in {"-", "\u2212"}:
        raise NegativeHours(text) if _looks_like_hours(written[1:].strip()) else NotHours(text)
    minutes = _minutes_or_none(written)
    if minutes is None or minutes > MOST_AGREED_MINUTES:
        raise NotHours(text)
    if minutes == 0:
        raise NoHours(text)
    return minutes


def _looks_like_hours(written: str) -> bool:
    try:
        return _minutes_or_none(written) is not None
    except AmbiguousHours:
        return True


def _minutes_or_none(written: str) -> int | None:
    if found := _CLOCK.fullmatch(written):
        return int(found[1] or 0) * 60 + int(found[2])
    if found := _MINUTES.fullmatch(written):
        return int(found[1])
    if found := _HOURS_AND_MINUTES.fullmatch(written):
        return int(found[1]) * 60 + int(found[2])
    if (found := _DECIMAL.fullmatch(written)) and (found[1] or found[2]):
        return _from_decimals(written, hours=int(found[1] or 0), decimals=found[2] or "0")
    return None


def _from_decimals(written: str, *, hours: int, decimals: str) -> int:
    if len(decimals) == 2 and decimals not in {"00", "25", "50", "75"}:
        raise AmbiguousHours(written, hours=hours, decimals=int(decimals))
    hundredths = int(decimals.ljust(2, "0"))
    return hours * 60 + hundredths * 60 // 100
