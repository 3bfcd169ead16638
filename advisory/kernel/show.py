"""How figures, dates and numbers are written for people, in bokmål, nynorsk and English.

Pure text functions with the language as an argument, so that pages, mails and documents write the same. Norwegian
groups thousands and joins number and unit with a no-break space (U+00A0) and writes the minus as U+2212, as
Språkrådet's rules for numbers and the format data of Django and Babel do. English writes `NOK 5,625.00`.
Nothing is computed here: a figure with more decimals than are shown is rounded half up for the eye only.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Protocol, runtime_checkable

from advisory.kernel.bank_account import display
from advisory.kernel.money import half_up_quotient, split

NBSP = "\u00a0"
MINUS = "\u2212"
EN_DASH = "\u2013"
UNKNOWN = EN_DASH

_MONTHS = {
    "nb": [
        "januar",
        "februar",
        "mars",
        "april",
        "mai",
        "juni",
        "juli",
        "august",
        "september",
        "oktober",
        "november",
        "desember",
    ],
    "en": [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
}
_WEEKDAYS = {
    "nb": ["mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag"],
    "nn": ["måndag", "tysdag", "onsdag", "torsdag", "fredag", "laurdag", "søndag"],
    "en": ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
}


@runtime_checkable
class _HasAmount(Protocol):
    """Money values carry their Decimal here."""

    @property
    def amount(self) -> Decimal: ...


Figure = Decimal | int | _HasAmount


def _decimal(value: Figure) -> Decimal:
    if isinstance(value, Decimal):
        return value
    if isinstance(value, bool) or not isinstance(value, int | _HasAmount):
        raise TypeError(f"A figure is a Decimal, a whole number or money, not {type(value).__name__}.")
    return Decimal(value) if isinstance(value, int) else Decimal(value.amount)


def _is_english(language: str) -> bool:
    return language.startswith("en")


def number(value: Figure, *, decimals: int, language: str = "nb") -> str:
    """The figure with a fixed count of decimals: `11 250,00`, in English `11,250.00`."""
    rounded = _decimal(value).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    sign = MINUS if rounded < 0 else ""
    text = f"{abs(rounded):,.{decimals}f}"
    if not _is_english(language):
        text = text.translate({ord(","): NBSP, ord("."): ","})
    return sign + text


def amount(value: Figure, language: str = "nb") -> str:
    """Kroner and øre without the unit, for columns: `11 250,00`."""
    return number(value, decimals=2, language=language)


def money(value: Figure, language: str = "nb") -> str:
    """Kroner and øre with the unit: `11 250,00 kr`, in English `NOK 11,250.00`."""
    return _with_unit(amount(value, language), language)


def kroner(value: Figure, language: str = "nb") -> str:
    """Whole kroner with the unit, for tiles and prose: `11 250 kr`, in English `NOK 11,250`."""
    return _with_unit(number(value, decimals=0, language=language), language)


def whole(value: Figure, language: str = "nb") -> str:
    """Whole kroner without the unit, for columns of budgets: `1 860 000`."""
    return number(value, decimals=0, language=language)


def typed(value: Figure, language: str = "nb") -> str:
    """Kroner as they stand in a field, so that they are read as they are meant: `500 000`, `959,76`.

    In English whole kroner keep their øre: `500,000` alone could be five hundred.
    """
    is_whole = _decimal(value) == _decimal(value).to_integral_value()
    return whole(value, language) if is_whole and not _is_english(language) else amount(value, language)


def plain(value: Figure, language: str = "nb") -> str:
    """A number with the decimals it has, at most four: `3 256`, `2 279,8`, `959,7666`."""
    figure = _decimal(value)
    decimals = next((d for d in range(4) if figure == figure.quantize(Decimal(1).scaleb(-d), ROUND_HALF_UP)), 4)
    return number(figure, decimals=decimals, language=language)


def exact(value: Figure, language: str = "nb") -> str:
    """Kroner with the decimals there are, for what comes before rounding: `959,7666 kr`, `NOK 959.7666`."""
    return _with_unit(plain(value, language), language)


def _with_unit(text: str, language: str) -> str:
    if not _is_english(language):
        return f"{text}{NBSP}kr"
    unsigned = text.removeprefix(MINUS)
    return f"{MINUS if unsigned != text else ''}NOK{NBSP}{unsigned}"


def file_size(count: int, language: str = "nb") -> str:
    """Bytes as people read them, in thousands: `31 kB`, from a million on `1,2 MB`."""
    if count < 1_000_000:
        return f"{max((count + 500) // 1000, 1)}{NBSP}kB"
    return f"{number(Decimal(count) / 1_000_000, decimals=1, language=language)}{NBSP}MB"


def hours(minutes: int, language: str = "nb") -> str:
    """Whole minutes as hours with one decimal, or two where they say more: `21,5`, `6,25`, `0,33`."""
    return _hundredths(half_up_quotient(minutes * 100, 60), language)


def hours_that_sum(minutes: Sequence[int], language: str = "nb") -> list[str]:
    """Parts of a sum as hours, none below zero, so that what is written adds up to `hours` of the whole.

    Each is at most a hundredth of an hour from its own rounding (largest remainder).
    """
    whole = sum(minutes)
    parts = split(half_up_quotient(whole * 100, 60), minutes) if whole else [0] * len(minutes)
    return [_hundredths(part, language) for part in parts]


def _hundredths(value: int, language: str) -> str:
    return number(Decimal(value).scaleb(-2), decimals=2 if value % 10 else 1, language=language)


def percent(value: Figure, language: str = "nb") -> str:
    """A percentage (50 means 50 %) without needless zeros: `50 %`, `12,5 %`, in English `12.5%`."""
    figure = _decimal(value)
    decimals = next((d for d in (0, 1, 2) if figure == figure.quantize(Decimal(1).scaleb(-d), ROUND_HALF_UP)), 2)
    text = number(figure, decimals=decimals, language=language)
    return f"{text}%" if _is_english(language) else f"{text}{NBSP}%"


def signed(text: str) -> str:
    """A formatted difference with its plus sign: `+72 000`; a minus stays, and zero has no sign."""
    has_value = any(digit in text for digit in "123456789")
    return text if text.startswith(MINUS) or not has_value else f"+{text}"


def day(value: dt.date) -> str:
    """The date as tables write it, in every language: `22.11.2026`."""
    return f"{value.day:02d}.{value.month:02d}.{value.year:04d}"


def short_day(value: dt.date) -> str:
    """The date without its year, for lists of this year: `22.11.`."""
    return f"{value.day:02d}.{value.month:02d}."


def long_day(value: dt.date, language: str = "nb") -> str:
    """The date as prose writes it: `22. november 2026`, in English `22 November 2026`."""
    return f"{_day_of_month(value, language)}{NBSP}{_month(value, language)}{NBSP}{value.year}"


def short_month(value: dt.date, language: str = "nb") -> str:
    """The month's first three letters, for the foot of a chart: `jan`, `mai`."""
    return _month(value, language)[:3]


def weekday(value: dt.date, language: str = "nb") -> str:
    """The day's name with its date: `fredag 20. november`, in English `Friday 20 November`."""
    names = _WEEKDAYS[language[:2] if language[:2] in _WEEKDAYS else "nb"]
    return f"{names[value.weekday()]} {_day_of_month(value, language)}{NBSP}{_month(value, language)}"


def short_weekday(value: dt.date, language: str = "nb") -> str:
    """The day's name in three letters: `fre`, in English `Fri`."""
    return _WEEKDAYS[language[:2] if language[:2] in _WEEKDAYS else "nb"][value.weekday()][:3]


def clock(value: dt.datetime | dt.time, language: str = "nb") -> str:
    """The time of day with a full stop, as Norwegian writes it: `14.10`, in English `14:10`."""
    return f"{value.hour:02d}{':' if _is_english(language) else '.'}{value.minute:02d}"


def moment(value: dt.datetime, language: str = "nb") -> str:
    """Date and time: `20.11.2026 kl. 14.10`, in English `20.11.2026 at 14:10`. The caller brings local time."""
    at = "at" if _is_english(language) else "kl."
    return f"{day(value)} {at}{NBSP}{clock(value, language)}"


def period(first: dt.date, last: dt.date, language: str = "nb") -> str:
    """From and with the first day to and with the last: `1.–31. oktober 2026`.

    What both ends share is said once; across months `16. november–4. desember 2026`, across years both in full.
    """
    if first == last:
        return long_day(last, language)
    if first.year != last.year:
        return f"{long_day(first, language)}{EN_DASH}{long_day(last, language)}"
    if first.month != last.month:
        start = f"{_day_of_month(first, language)}{NBSP}{_month(first, language)}"
        return f"{start}{EN_DASH}{long_day(last, language)}"
    return f"{_day_of_month(first, language)}{EN_DASH}{long_day(last, language)}"


def day_period(first: dt.date, last: dt.date) -> str:
    """A period as tables write it: `01.01.–31.12.2026`, across years both dates in full; a single day alone."""
    if first == last:
        return day(last)
    start = short_day(first) if first.year == last.year else day(first)
    return f"{start}{EN_DASH}{day(last)}"


def _day_of_month(value: dt.date, language: str) -> str:
    return f"{value.day}" if _is_english(language) else f"{value.day}."


def _month(value: dt.date, language: str) -> str:
    return _MONTHS["en" if _is_english(language) else "nb"][value.month - 1]


def _groups(digits: str, *sizes: int) -> str:
    parts, at = [], 0
    for size in sizes:
        parts.append(digits[at : at + size])
        at += size
    return NBSP.join(part for part in [*parts, digits[at:]] if part)


def org_number(value: str) -> str:
    """An organisation number in threes: `999 014 201`; anything else comes back as it was."""
    return _groups(value, 3, 3, 3) if len(value) == 9 and value.isdigit() else value


def account(value: str) -> str:
    """A Norwegian bank account as banks print it without dots: `1234 56 78903`."""
    return display(value)


def kid(value: str) -> str:
    """A payment reference so that the invoice number can be seen in it: `2026 00123 6`.

    Ten digits are year, running number and check digit; any other length is set in fours.
    """
    if not value.isdigit():
        return value
    if len(value) == 10:
        return _groups(value, 4, 5, 1)
    return NBSP.join(value[at : at + 4] for at in range(0, len(value), 4))
