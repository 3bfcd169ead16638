"""Days as people write them in Norwegian (and English). Pure.

The order is always day, month, year, but for the ISO form. A day without a year is in the year of `today`; a
year of two digits is in this century; a weekday is the most recent one, and today counts.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta

FIRST_YEAR, LAST_YEAR = 1900, 2199


class DayError(ValueError):
    """A text that is not a day. `code` says which mistake, for the form that words it."""

    code = "not_a_day"

    def __init__(self, text: str) -> None:
        super().__init__(f"{self.code}: {text!r}")
        self.text = text


class NotADay(DayError):
    """Not one of the known ways of writing a day."""


class NoSuchDay(DayError):
    """Written as a day, but the calendar has none such: 31.11.2026."""

    code = "no_such_day"


_NAMED = {
    "i dag": 0, "idag": 0, "today": 0,
    "i går": -1, "igår": -1, "i gar": -1, "yesterday": -1,
    "i morgen": 1, "imorgen": 1, "i morgon": 1, "imorgon": 1, "tomorrow": 1,
}  # fmt: skip
# Monday is 0, as in `date.weekday()`. Bokmål, nynorsk, English; short forms, and for a keyboard without æøå.
_WEEKDAYS = {
    word: number
    for number, words in enumerate(
        (
            "man mandag mån måndag mon monday",
            "tir tirsdag tys tysdag tirs tue tues tuesday",
            "ons onsdag wed wednesday",
            "tor torsdag tors thu thur thurs thursday",
            "fre fredag fri friday",
            "lør lørdag lau laurdag lor lordag sat saturday",
            "søn søndag sun sundag son sondag sunday",
        )
    )
    for word in words.split()
}
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
_DAY_FIRST = re.compile(r"(\d{1,2})\s?[./-]\s?(\d{1,2})(?:\s?[./-]\s?(\d{4}|\d{2}))?\.?", re.ASCII)
_SIX_DIGITS = re.compile(r"(\d{2})(\d{2})(\d{2})", re.ASCII)


def parse_day(text: str, today: date) -> date:
    """Give the day a person wrote, seen from `today`.

    Takes `22.11.2026` `22.11.26` `22.11` `22/11` `2026-11-22` `221126`, «i dag», «i går», «i morgen» and
    weekdays in bokmål, nynorsk and English, short or long. Raises `NoSuchDay` for a day the calendar lacks or
    a year outside 1900-2199, `NotADay` for all else.
    """
    # A Mac may send "å" as two signs.
    written = " ".join(unicodedata.normalize("NFC", text).casefold().split())
    if written in _NAMED:
        return today + timedelta(days=_NAMED[written])
    weekday = _WEEKDAYS.get(written.removesuffix("."))
    if weekday is not None:
        return today - timedelta(days=(today.weekday() - weekday) % 7)
    if found := _ISO.fullmatch(written):
        year, month, day = (int(part) for part in found.groups())
    elif found := _DAY_FIRST.fullmatch(written) or _SIX_DIGITS.fullmatch(written):
        day, month = int(found[1]), int(found[2])
        year = _full_year(found[3]) if found[3] else today.year
    else:
        raise NotADay(text)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise NoSuchDay(text)
    try:
        return date(year, month, day)
    except ValueError:
        raise NoSuchDay(text) from None


def _full_year(digits: str) -> int:
    return int(digits) + (2000 if len(digits) == 2 else 0)
