"""Reading PDFs in tests: their text page by page, and where on the sheet each text was drawn."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from unittest.mock import patch

from pypdf import PdfReader
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

POINTS_PER_MM = 72 / 25.4
FOOT_RULE = 61.5


def pages(file: bytes) -> list[str]:
    """The text of each page, with common spaces."""
    return [page.extract_text().replace("\u00a0", " ") for page in PdfReader(BytesIO(file)).pages]


def text(file: bytes) -> str:
    return "\n".join(pages(file))


def objects(file: bytes) -> Any:
    """The file's objects (a `PdfReader`), whose shape only the test that looks knows."""
    return PdfReader(BytesIO(file))


def without_spaces(said: str) -> str:
    """For texts that the page breaks where it must."""
    return "".join(said.split())


@dataclass(frozen=True, slots=True)
class Drawn:
    """A text as drawn: page from 1, its baseline in lines from the top, its ends in mm from the left."""

    page: int
    line: float
    left: float
    right: float
    size: float
    text: str

    @property
    def is_foot(self) -> bool:
        return self.line > FOOT_RULE

    def meets(self, other: Drawn) -> bool:
        """Whether ink would meet ink: letters reach 0.72 of the size above the baseline and 0.2 below."""
        if self.page != other.page or self.right <= other.left + 0.2 or other.right <= self.left + 0.2:
            return False
        high, low = (self, other) if self.line <= other.line else (other, self)
        if high.line == low.line:
            return True
        per_line = 4.5 * POINTS_PER_MM
        return high.line + 0.2 * high.size / per_line > low.line - 0.72 * low.size / per_line


@contextmanager
def watched() -> Iterator[list[Drawn]]:
    """Collect every text that is drawn on a canvas meanwhile."""
    drawn: list[Drawn] = []
    draw = Canvas.drawString

    def watch(canvas: Any, x: float, y: float, said: str, *rest: Any, **named: Any) -> None:
        length = stringWidth(said, canvas._fontname, canvas._fontsize) / POINTS_PER_MM
        left = x / POINTS_PER_MM
        line = (297 - y / POINTS_PER_MM) / 4.5
        drawn.append(Drawn(canvas.getPageNumber(), round(line, 4), left, left + length, canvas._fontsize, said.strip()))
        draw(canvas, x, y, said, *rest, **named)

    with patch.object(Canvas, "drawString", watch):
        yield drawn


def faults(drawn: list[Drawn]) -> list[str]:
    """What no page may have: text past the margins or the foot, and text on text."""
    found = []
    for each in drawn:
        if each.left < 19.9 or each.right > 190.1:
            found.append(f"page {each.page}: past the margin: {each.text!r}")
        if not each.is_foot and each.line > FOOT_RULE - 0.9:
            found.append(f"page {each.page}: at line {each.line:.2f}, past the foot: {each.text!r}")
        if each.line > 66 - 1.5:
            found.append(f"page {each.page}: at line {each.line:.2f}, past the sheet: {each.text!r}")
    by_page: dict[int, list[Drawn]] = {}
    for each in drawn:
        if each.text:
            by_page.setdefault(each.page, []).append(each)
    for on_page in by_page.values():
        on_page.sort(key=lambda each: each.line)
        for place, each in enumerate(on_page):
            for other in on_page[place + 1 :]:
                if other.line > each.line + 2.5:
                    break
                if each.meets(other):
                    found.append(f"page {each.page}: {each.text!r} meets {other.text!r}")
    return found
