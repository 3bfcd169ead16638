"""A4 as 66 lines of 4.5 mm: every y is a baseline number counted from the top, every x a millimetre from the left.

The same input gives the same bytes, in any process: fixed metadata, no clock, no random name. The true date is
on the page. Draw in reading order, so that the extracted text reads well.
"""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO

from reportlab.lib.colors import Color
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from advisory.kernel.pdf import fonts
from advisory.kernel.pdf.colours import DEFAULT_ACCENT, palette
from advisory.kernel.pdf.text import clean, shorten, wrap

# One millimetre in points.
mm: float = 72 / 25.4
# A4 is exactly 66 lines high.
HEIGHT: float = 297 * mm
LINE = 4.5
LEFT, RIGHT = 20.0, 190.0
WIDTH = RIGHT - LEFT
# The foot's rule; nothing of a page's body stands below it.
FOOT = 61.5

BODY, SMALL, NOTE, FINE = 9.5, 8.5, 8.0, 7.5
_LANGUAGES = {"nb": "nb-NO", "nn": "nn-NO", "en": "en-GB"}


def millimetres(text: str, size: float = BODY, *, bold: bool = False) -> float:
    """Give the width of a text on the page."""
    return fonts.width(clean(text), size, _font(bold)) / mm


def lines_of(text: str, width: float, size: float = BODY, *, bold: bool = False) -> list[str]:
    """Break a text into lines of `width` mm."""
    return wrap(text, width * mm, size, _font(bold))


def _font(bold: bool) -> str:
    return fonts.SEMIBOLD if bold else fonts.REGULAR


class Sheet:
    """A file of pages that is drawn on from the top; `colours` are those of the accent."""

    def __init__(self, *, title: str, author: str, subject: str, language: str, accent: str = DEFAULT_ACCENT) -> None:
        fonts.register()
        self.language = language
        self.colours = palette(accent)
        self._file = BytesIO()
        self._canvas = Canvas(
            self._file,
            pagesize=A4,
            lang=_LANGUAGES.get(language, "nb-NO"),
            invariant=1,
            pageCompression=1,
            pdfVersion=(1, 7),
            # Without it an un-embedded Helvetica stays in the file.
            initialFontName=fonts.REGULAR,
        )
        self._canvas.setTitle(clean(title))
        self._canvas.setAuthor(clean(author))
        self._canvas.setSubject(clean(subject))
        self._canvas.setCreator("Selvkost")
        self._canvas.setViewerPreference("DisplayDocTitle", "true")
        self._fill: Color | None = None

    # --- text ---
    def text(
        self,
        x: float,
        line: float,
        text: str,
        size: float = BODY,
        *,
        bold: bool = False,
        colour: Color | None = None,
        tracking: float = 0,
        width: float | None = None,
    ) -> float:
        """Draw one line of text from `x` and give where it ends; it is set smaller where `width` does not hold it."""
        text, font = clean(text), _font(bold)
        size, length = self._fit(text, size, font, width)
        self._use(font, size, colour or self.colours.ink)
        self._canvas.drawString(x * mm, self._y(line), text, charSpace=tracking)
        return x + length

    def right(
        self,
        x: float,
        line: float,
        text: str,
        size: float = BODY,
        *,
        bold: bool = False,
        colour: Color | None = None,
        width: float | None = None,
    ) -> None:
        """Draw one line of text that ends at `x`."""
        text, font = clean(text), _font(bold)
        size, length = self._fit(text, size, font, width)
        self._use(font, size, colour or self.colours.ink)
        self._canvas.drawString((x - length) * mm, self._y(line), text)

    def block(
        self,
        x: float,
        line: float,
        lines: Iterable[str],
        size: float = BODY,
        *,
        step: float = 1.0,
        bold: bool = False,
        colour: Color | None = None,
        width: float | None = None,
    ) -> float:
        """Draw lines that are already broken, from the baseline `line`, and give the baseline after them."""
        for text in lines:
            self.text(x, line, text, size, bold=bold, colour=colour, width=width)
            line += step
        return line

    def short(
        self, x: float, line: float, text: str, width: float, size: float = BODY, *, bold: bool = False,
        colour: Color | None = None,
    ) -> float:  # fmt: skip
        """Draw as many whole words as `width` mm hold, then «…»; give where they end."""
        return self.text(x, line, shorten(text, width * mm, size, _font(bold)), size, bold=bold, colour=colour)

    def right_short(
        self, x: float, line: float, text: str, width: float, size: float = BODY, *, colour: Color | None = None
    ) -> None:
        """Draw as many whole words as `width` mm hold, then «…», so that they end at `x`."""
        self.right(x, line, shorten(text, width * mm, size), size, colour=colour)

    def _fit(self, text: str, size: float, font: str, width: float | None) -> tuple[float, float]:
        length = fonts.width(text, size, font) / mm
        if width is None or length <= width:
            return size, length
        return size * width / length, width

    def _use(self, font: str, size: float, colour: Color) -> None:
        canvas = self._canvas
        if (canvas._fontname, canvas._fontsize) != (font, size):
            canvas.setFont(font, size)
        self._colour(colour)

    def _colour(self, colour: Color) -> None:
        if self._fill is not colour:
            self._canvas.setFillColor(colour)
            self._fill = colour

    # --- lines and areas ---
    def rule(
        self,
        line: float,
        left: float = LEFT,
        right: float = RIGHT,
        *,
        weight: float = 0.4,
        colour: Color | None = None,
    ) -> None:
        """Draw a horizontal line; `weight` in points. The plain one is the hairline between rows."""
        self._stroke(weight, colour or self.colours.hairline)
        y = self._y(line)
        self._canvas.line(left * mm, y, right * mm, y)

    def tick(self, x: float, top: float, bottom: float, *, weight: float = 0.8, colour: Color | None = None) -> None:
        """Draw a vertical line between two baselines."""
        self._stroke(weight, colour or self.colours.ink)
        self._canvas.line(x * mm, self._y(top), x * mm, self._y(bottom))

    def bar(self, x: float, top: float, bottom: float, width: float, colour: Color) -> None:
        """Fill an area between two baselines."""
        self._colour(colour)
        self._canvas.rect(x * mm, self._y(bottom), width * mm, (bottom - top) * LINE * mm, stroke=0, fill=1)

    def hatch(self, x: float, top: float, bottom: float, width: float, *, gap: float = 1.9) -> None:
        """Fill an area with slanted lines, which print in grey as they are."""
        canvas, height = self._canvas, (bottom - top) * LINE
        canvas.saveState()
        area = canvas.beginPath()
        area.rect(x * mm, self._y(bottom), width * mm, height * mm)
        canvas.clipPath(area, stroke=0, fill=0)
        self._stroke(0.4, self.colours.accent)
        at, end = x - height, x + width
        while at < end:
            canvas.line(at * mm, self._y(bottom), (at + height) * mm, self._y(top))
            at += gap
        canvas.restoreState()
        self._fill = None

    def frame(self, x: float, top: float, bottom: float, width: float, *, weight: float = 0.6) -> None:
        """Draw the outline of an area in the accent."""
        self._stroke(weight, self.colours.accent)
        self._canvas.rect(x * mm, self._y(bottom), width * mm, (bottom - top) * LINE * mm, stroke=1, fill=0)

    def dot(self, x: float, line: float, *, filled: bool, radius: float = 1.1) -> None:
        """Draw a dot, filled with the accent or open."""
        self._stroke(1.1, self.colours.accent if filled else self.colours.ink)
        self._colour(self.colours.accent if filled else self.colours.white)
        self._canvas.circle(x * mm, self._y(line), radius * mm, stroke=1, fill=1)

    def image(self, image: ImageReader, x: float, bottom: float, width: float, height: float) -> None:
        """Draw a picture with its lower edge on a baseline; sizes in mm."""
        self._canvas.drawImage(image, x * mm, self._y(bottom), width * mm, height * mm, mask="auto")

    def _stroke(self, weight: float, colour: Color) -> None:
        self._canvas.setLineWidth(weight)
        self._canvas.setStrokeColor(colour)

    # --- the file ---
    def entry(self, title: str, key: str) -> None:
        """Open a part here: an entry in the outline, which `link` can lead to."""
        self._canvas.bookmarkPage(key)
        self._canvas.addOutlineEntry(clean(title), key, level=0)

    def link(self, key: str, left: float, right: float, line: float, lines: int = 1) -> None:
        """Make the text on `lines` baselines from `line` on lead to the part `key`."""
        area = (left * mm, self._y(line + lines - 1) - 2, right * mm, self._y(line) + 8)
        self._canvas.linkRect("", key, area, relative=0, thickness=0)

    def new_page(self) -> None:
        """Go on with the next page."""
        self._canvas.showPage()
        self._fill = None

    def finish(self) -> bytes:
        """Give the file."""
        self._canvas.showPage()
        self._canvas.save()
        return self._file.getvalue()

    def _y(self, line: float) -> float:
        return HEIGHT - line * LINE * mm
