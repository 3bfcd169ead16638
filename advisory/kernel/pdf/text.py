"""Text on its way to paper: cleaned of signs that cannot be drawn, broken into lines, cut with a notice.

A sign without a glyph would draw an empty box without any error. So: NFC; every kind of white space becomes a
space (narrow and thin no-break ones U+00A0); control and format signs go; signs unknown to the typeface are
taken apart where their parts are known (half-width forms, ligatures), pictures (emoji) go, and any other becomes
a question mark. `unknown_signs` tells beforehand which those are.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from django.utils.translation import gettext as _

from advisory.kernel.pdf import fonts

NBSP = "\u00a0"
ELLIPSIS = "…"
REPLACEMENT = "?"
# No text of a document is longer; each field has a lower limit of its own.
LONGEST = 20_000

_PLAIN = re.compile("[\x20-\x7e\xa0-\xac\xae-\xff–…−×→]*")
_NO_BREAK = "\u2007\u2009\u202f"
_PICTURES = {"So", "Sk", "Mn", "Me", "Cs", "Co", "Cn"}
# A long word may be parted after one of these, so that addresses of the web read well.
_PARTS = re.compile(r"(?<=[/\-._@])")


class _Signs(dict[int, str]):
    def __missing__(self, code: int) -> str:
        kept = _drawable(chr(code))
        if fonts.has_glyph(code):
            self[code] = kept
        return kept


def _drawable(sign: str) -> str:
    category = unicodedata.category(sign)
    if sign in _NO_BREAK:
        return NBSP
    if sign == NBSP or category not in {"Cc", "Cf", "Zs", "Zl", "Zp"}:
        if fonts.has_glyph(ord(sign)):
            return sign
        # Put together again where that has a glyph too, as the whole text is: cleaning again changes nothing.
        for parts in (unicodedata.normalize("NFKC", sign), unicodedata.normalize("NFKD", sign)):
            if parts != sign and all(fonts.has_glyph(ord(part)) for part in parts):
                return parts
        return "" if category in _PICTURES else REPLACEMENT
    if category.startswith("Z") or sign in "\t\n\r\v\f\x85":
        return " "
    return ""


_SIGNS = _Signs()


def clean(text: str) -> str:
    """Give the text as one line that can be drawn: every sign in it has a glyph. At most `LONGEST` signs."""
    if len(text) > LONGEST:
        text = text[:LONGEST]
    if _PLAIN.fullmatch(text):
        return text
    return unicodedata.normalize("NFC", text).translate(_SIGNS)


def unknown_signs(text: str) -> str:
    """Give the signs that cannot be drawn as they stand, each once, in order: for a warning before issuing."""
    if _PLAIN.fullmatch(text):
        return ""
    seen = dict.fromkeys(unicodedata.normalize("NFC", text))
    unknown = (sign for sign in seen if unicodedata.category(sign)[0] not in "ZC" or unicodedata.category(sign) == "Co")
    return "".join(sign for sign in unknown if not fonts.has_glyph(ord(sign)))


def paragraphs(text: str) -> list[str]:
    """Give the cleaned lines of a text that its writer broke; empty ones go."""
    lines = (" ".join(clean(line).split(" ")).strip() for line in text[:LONGEST].splitlines())
    return [line for line in lines if line]


def cut(text: str, limit: int) -> str:
    """Give the text, or its first `limit` signs with a notice that it was shortened."""
    if len(text) <= limit:
        return text
    return f"{_whole_words(text[:limit])} {_notice()}"


def cut_lines(lines: list[str], most: int) -> list[str]:
    """Give the lines, or the first `most` with the notice in place of the last."""
    if len(lines) <= most:
        return lines
    return [*lines[: most - 1], _notice()]


def _notice() -> str:
    return ELLIPSIS + " " + _("(shortened)")


def _whole_words(text: str) -> str:
    head, _space, tail = text.rpartition(" ")
    return head if head and len(tail) <= 40 else text


def shorten(text: str, width: float, size: float, font: str = fonts.REGULAR) -> str:
    """Give the text as far as `width` points reach: whole words, then «…»."""
    text = clean(text[:1000])
    if fonts.width(text, size, font) <= width:
        return text
    room = width - fonts.width(" " + ELLIPSIS, size, font)
    lines = wrap(text, room, size, font)
    return f"{lines[0]} {ELLIPSIS}" if lines else ELLIPSIS


def wrap(text: str, width: float, size: float, font: str = fonts.REGULAR) -> list[str]:
    """Break a text into lines of `width` points, at plain spaces.

    A word wider than the column is parted after `/ - . _ @`, else anywhere. No-break spaces never break.
    """
    lines: list[str] = []
    space = fonts.width(" ", size, font)
    line, used = "", 0.0
    for word in clean(text).split(" "):
        if not word:
            continue
        length = fonts.width(word, size, font)
        if line and used + space + length <= width:
            line, used = f"{line} {word}", used + space + length
            continue
        if line:
            lines.append(line)
        line, used = word, length
        if length > width:
            *full, line = _part(word, width, size, font)
            lines += full
            used = fonts.width(line, size, font)
    return [*lines, line] if line else lines


def _part(word: str, width: float, size: float, font: str) -> list[str]:
    lines: list[str] = []
    line, used = "", 0.0
    for piece in _pieces(word, width, size, font):
        length = fonts.width(piece, size, font)
        if line and used + length > width:
            lines.append(line)
            line, used = "", 0.0
        line, used = line + piece, used + length
    return [*lines, line]


def _pieces(word: str, width: float, size: float, font: str) -> Iterable[str]:
    for piece in _PARTS.split(word):
        if fonts.width(piece, size, font) <= width:
            yield piece
        else:
            yield from piece
