"""What an XLSX file may ask of the machine, judged by its bytes before anything reads it as a workbook.

Packed a thousand to one, twenty kilobytes can hold sixty megabytes of styles or of cells in one row, which cost half a
minute and two gigabytes to read. So the parts are unpacked one at a time, and what they hold is counted.
"""

from __future__ import annotations

import io
import re
import zipfile

#: Files in the archive, and what they may unpack to together.
MOST_PARTS = 2_000
MOST_UNPACKED = 60 * 1024 * 1024
#: Beginnings and ends of elements, and attributes: half a million cells with their place, style and type.
MOST_TAGS = 2_500_000
MOST_ATTRIBUTES = 2_500_000
#: Elements that are neither rows nor cells nor texts: each style costs as much as ten cells.
MOST_OTHERS = 100_000
LONGEST_TAG = 20_000
#: Sheets that the workbook names, and how many tags are read where each of them is the largest part.
MOST_NAMED = 50
MOST_READ = 5_000_000

_CELLS = tuple(
    f"<{prefix}{name}{end}".encode()
    for prefix in ("", "x:")
    for name in ("row", "c", "v", "f", "is", "t", "si", "r")
    for end in (" ", ">", "/>")
)
_NAMES_A_SHEET = re.compile(rb"<(?:[^\s<>/:]+:)?sheet[\s/>]")
_LONG_TAG = re.compile(rb"<[^<>]{%d}" % LONGEST_TAG)


class TooMuch(ValueError):
    """More than a table of ours ever holds."""


class DeclaresType(ValueError):
    """A part declares a document type: no spreadsheet does, and entities come from nowhere else."""


def check(content: bytes) -> None:
    """Raises `TooMuch` and `DeclaresType`; what is no archive raises what `zipfile` raises."""
    tags = attributes = others = sheets = largest = 0
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
        if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
            raise TooMuch
        for part in parts:
            # Without zero bytes, so that UTF-16 hides nothing.
            said = archive.read(part).replace(b"\0", b"")
            if b"<!DOCTYPE" in said:
                raise DeclaresType
            here = said.count(b"<")
            tags, attributes, largest = tags + here, attributes + said.count(b"="), max(largest, here)
            if tags > MOST_TAGS or attributes > MOST_ATTRIBUTES or _LONG_TAG.search(said):
                raise TooMuch
            others += here - said.count(b"</") - sum(said.count(cell) for cell in _CELLS)
            sheets += len(_NAMES_A_SHEET.findall(said))
    if others > MOST_OTHERS or sheets > MOST_NAMED or sheets * largest > MOST_READ:
        raise TooMuch
