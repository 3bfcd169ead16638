"""The county of a municipality, by the first two digits of its number. Pure.

Numbers of 1 January 2024 (Statistisk sentralbyrå, Standard for fylkesinndeling); 21 is Svalbard.
"""

from __future__ import annotations

_COUNTIES = {
    "03": "Oslo", "11": "Rogaland", "15": "Møre og Romsdal", "18": "Nordland", "21": "Svalbard", "31": "Østfold",
    "32": "Akershus", "33": "Buskerud", "34": "Innlandet", "39": "Vestfold", "40": "Telemark", "42": "Agder",
    "46": "Vestland", "50": "Trøndelag", "55": "Troms", "56": "Finnmark",
}  # fmt: skip


def county_of(municipality_number: str) -> str:
    """«4601» is in Vestland; empty for what is no number of a municipality today."""
    is_number = len(municipality_number) == 4 and municipality_number.isascii() and municipality_number.isdigit()
    return _COUNTIES.get(municipality_number[:2], "") if is_number else ""
