"""Is this a PNG picture that can be drawn: judged by its content alone. Pure.

Every chunk's checksum is taken, and the picture's bytes are unpacked up to what its size allows, so that neither a
renamed file nor a bomb reaches the documents. Source: W3C Portable Network Graphics (third edition), 5 and 9.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator

SIGNATURE = b"\x89PNG\r\n\x1a\n"
#: Bits per point by colour type.
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
#: A picture larger than this is not unpacked at all: the widest mark is a square of 2 000.
MOST_POINTS = 4_000_000


class NotPng(ValueError):
    """The bytes are no sound PNG picture."""


def size_of(content: bytes) -> tuple[int, int]:
    """Give width and height in points. Raises `NotPng`."""
    chunks = list(_chunks(content))
    if not chunks or chunks[0][0] != b"IHDR" or len(chunks[0][1]) != 13 or chunks[-1][0] != b"IEND":
        raise NotPng("The picture has no head or no end.")
    head = chunks[0][1]
    width, height = int.from_bytes(head[:4], "big"), int.from_bytes(head[4:8], "big")
    depth, colour, interlaced = head[8], head[9], head[12]
    if not width or not height or colour not in _CHANNELS or depth not in (1, 2, 4, 8, 16):
        raise NotPng("The picture has no size or unknown colours.")
    if width * height > MOST_POINTS:
        raise NotPng("The picture is too large.")
    _unpack(
        b"".join(data for name, data in chunks if name == b"IDAT"),
        least=0 if interlaced else height * (1 + (width * _CHANNELS[colour] * depth + 7) // 8),
        most=2 * height * (1 + (width * _CHANNELS[colour] * depth + 7) // 8) + 1024,
    )
    return width, height


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    if not content.startswith(SIGNATURE):
        raise NotPng("The file does not begin as a PNG.")
    at = len(SIGNATURE)
    while at < len(content):
        length = int.from_bytes(content[at : at + 4], "big")
        name, data = content[at + 4 : at + 8], content[at + 8 : at + 8 + length]
        checksum = content[at + 8 + length : at + 12 + length]
        if len(checksum) != 4 or zlib.crc32(name + data) != int.from_bytes(checksum, "big"):
            raise NotPng("A part of the picture is broken.")
        yield name, data
        at += 12 + length
        if name == b"IEND":
            if at != len(content):
                raise NotPng("Something follows the end of the picture.")
            return


def _unpack(packed: bytes, *, least: int, most: int) -> None:
    unpacker = zlib.decompressobj()
    try:
        points = unpacker.decompress(packed, most)
    except zlib.error as error:
        raise NotPng(str(error)) from None
    if unpacker.unconsumed_tail or not unpacker.eof or len(points) < least:
        raise NotPng("The points of the picture are broken.")
