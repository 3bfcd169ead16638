"""The colours of a document, from one accent. Nothing is told by colour alone, so grey print says the same."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from reportlab.lib.colors import Color

DEFAULT_ACCENT = "0F4C5C"
# Body text has at least this contrast (WCAG 2.1, 1.4.3).
_ENOUGH = 4.5

Rgb = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Palette:
    """`heading` is the accent where it can be read on white, else the ink; `on_accent` is read on the accent."""

    ink: Color
    soft: Color
    hairline: Color
    white: Color
    accent: Color
    mid: Color
    tint: Color
    heading: Color
    on_accent: Color


@lru_cache(maxsize=16)
def palette(accent: str) -> Palette:
    """Give the palette of an accent like "0F4C5C"; the default one for anything that is no colour."""
    if not re.fullmatch(r"#?[0-9A-Fa-f]{6}", accent):
        accent = DEFAULT_ACCENT
    strong = _rgb(accent.removeprefix("#"))
    white, ink = (1.0, 1.0, 1.0), _rgb("15202B")
    return Palette(
        ink=Color(*ink),
        soft=Color(*_rgb("55606B")),
        hairline=Color(*_rgb("AEB7BF")),
        white=Color(*white),
        accent=Color(*strong),
        mid=Color(*_mixed(strong, 0.53)),
        tint=Color(*_mixed(strong, 0.10)),
        heading=Color(*(strong if _contrast(strong, white) >= _ENOUGH else ink)),
        on_accent=Color(*(white if _contrast(strong, white) >= _ENOUGH else ink)),
    )


def _rgb(text: str) -> Rgb:
    return int(text[:2], 16) / 255, int(text[2:4], 16) / 255, int(text[4:], 16) / 255


def _mixed(colour: Rgb, share: float) -> Rgb:
    red, green, blue = (1 - share * (1 - part) for part in colour)
    return red, green, blue


def _contrast(one: Rgb, other: Rgb) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: Rgb) -> float:
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
