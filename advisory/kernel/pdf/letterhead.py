"""What every page carries: the mark, the running head, the foot with the page's number, and the band of figures."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from functools import lru_cache
from io import BytesIO

from django.utils.translation import gettext as _
from PIL import Image
from reportlab.lib.utils import ImageReader

from advisory.kernel.pdf.sheet import FINE, FOOT, LEFT, NOTE, RIGHT, Sheet, lines_of, millimetres

# The mark's room in mm, and the most pixels it may have: a mark is small, a bomb is not.
MARK_WIDTH, MARK_HEIGHT = 40.0, 12.0
MOST_PIXELS = 4_000_000


def mark(sheet: Sheet, name: str, picture: bytes | None, room: float = 92.0) -> None:
    """Draw the organisation's mark: its own picture (PNG), else three rising bars and its name within `room` mm."""
    image = _readable(picture) if picture else None
    if image is not None:
        width, height = image.getSize()
        scale = min(MARK_WIDTH / width, MARK_HEIGHT / height)
        # Its top stands where the drawn one's does.
        bottom = 3.0 + height * scale / 4.5
        sheet.image(image, LEFT, bottom, width * scale, height * scale)
        return
    colours = sheet.colours
    for place, (height, colour) in enumerate(((0.45, colours.mid), (0.75, colours.mid), (1.1, colours.accent))):
        sheet.bar(LEFT + place * 2.0, 4 - height, 4, 1.45, colour)
    size = 15.0 if millimetres(name, 15, bold=True) <= room else 11.0
    sheet.short(LEFT + 8, 4, name, room, size, bold=True, colour=colours.heading)


@lru_cache(maxsize=4)
def _readable(picture: bytes) -> ImageReader | None:
    """Read a PNG, or give None: a broken or huge picture must not hold up an invoice."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            image = Image.open(BytesIO(picture), formats=["PNG"])
            if image.width * image.height > MOST_PIXELS or not image.width or not image.height:
                return None
            image.load()
            return ImageReader(image.convert("RGBA"))
    except Exception:
        return None


# Where a running head stands beside the mark, the mark's name has this room.
BESIDE_HEAD = 74.0


def running_head(sheet: Sheet, text: str) -> None:
    """Say on the right which document the page belongs to: whole words, then «…»."""
    sheet.right_short(RIGHT, 4, text, 84, 10, colour=sheet.colours.soft)


def foot(sheet: Sheet, texts: Sequence[str], page: int, pages: int) -> None:
    """Draw the foot: up to three lines on the left, «Side 1 av 2» on the right."""
    sheet.rule(FOOT)
    lines = [line for text in texts for line in lines_of(text, 146, FINE)][:3]
    sheet.block(LEFT, FOOT + 0.85, lines, FINE, step=0.8, colour=sheet.colours.soft)
    number = _("Page %(page)s of %(pages)s") % {"page": page, "pages": pages}
    sheet.right(RIGHT, FOOT + 0.85, number, FINE, colour=sheet.colours.soft)


def band(sheet: Sheet, top: float, cells: Sequence[tuple[float, str, str]]) -> None:
    """Draw the band of up to four figures, (x, label, value) each: a tint between two rules, the first one large."""
    colours = sheet.colours
    bottom = top + 3.25
    sheet.bar(LEFT, top, bottom, RIGHT - LEFT, colours.tint)
    sheet.rule(top, weight=1.4, colour=colours.accent)
    ends = [x for x, _label, _value in cells[1:]] + [RIGHT]
    for place, ((x, label, value), end) in enumerate(zip(cells, ends, strict=True)):
        room = end - x - 3
        sheet.text(x, top + 1.1, label, NOTE, colour=colours.soft, width=room)
        size, colour = (17.0, colours.heading) if place == 0 else (12.0, colours.ink)
        sheet.text(x, top + 2.45, value, size, bold=True, colour=colour, width=room)
    sheet.rule(bottom, weight=0.8, colour=colours.accent)
