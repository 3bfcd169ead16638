"""Is this file evidence: judged by its content, never by its name or what the browser says. Knows no database.

Taken are PDF, PNG, JPEG, and the spreadsheets XLSX and ODS without macros; at most ten megabytes each.
"""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from advisory.kernel.errors import DomainError

LARGEST = 10 * 1024 * 1024
MOST_FILES = 5
LONGEST_NAME = 100

_ODS = b"application/vnd.oasis.opendocument.spreadsheet"


class EvidenceRefused(DomainError):
    """A file we do not take; every subclass carries its cleaned `name`."""


class EmptyFile(EvidenceRefused):
    template = _("The file %(name)s is empty. Choose the file again.")


class FileTooLarge(EvidenceRefused):
    template = _("The file %(name)s is larger than 10 MB. Send a smaller one, for example a PDF.")


class UnknownContent(EvidenceRefused):
    template = _("The file %(name)s is not a PDF, a picture (PNG or JPEG) or a spreadsheet (XLSX or ODS).")


class TooManyFiles(EvidenceRefused):
    template = _("Choose at most five files.")


@dataclass(frozen=True, slots=True)
class Upload:
    """What a person sent: a name that is not to be trusted, the bytes, and what he says it shows."""

    name: str
    content: bytes
    kind: str = "accounts"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What may be stored: a harmless name with the right ending, the media type found in the bytes, the bytes."""

    name: str
    media_type: str
    content: bytes
    kind: str = "accounts"


def checked(uploads: Iterable[Upload]) -> list[Evidence]:
    """All files, ready to be stored, with names that differ. Raises a subclass of `EvidenceRefused`."""
    found = [check(upload) for upload in uploads]
    if len(found) > MOST_FILES:
        raise TooManyFiles
    names: set[str] = set()
    return [_with_own_name(evidence, names) for evidence in found]


def check(upload: Upload) -> Evidence:
    """One file, ready to be stored. Raises `EmptyFile`, `FileTooLarge` or `UnknownContent`."""
    refuse_size(upload.name, len(upload.content))
    for ending, media_type, fits in _KINDS:
        if fits(upload.content):
            return Evidence(clean_name(upload.name, ending), media_type, upload.content, upload.kind)
    raise UnknownContent(name=clean_name(upload.name))


def refuse_size(name: str, size: int) -> None:
    """Raise for a file that is empty or too large, before anybody reads it."""
    if size == 0:
        raise EmptyFile(name=clean_name(name))
    if size > LARGEST:
        raise FileTooLarge(name=clean_name(name))


def clean_name(name: str, ending: str = "") -> str:
    """The name without folders, control, formatting and reserved signs, at most a hundred long.

    With `ending`, the name's own ending gives way to it: «regnskap.pdf.html» with a PDF inside is «regnskap.pdf».
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    # Cc, Cf (with the signs that turn the reading direction), Cs, Co, Cn; Zl and Zp break lines.
    kept = "".join(" " if sign in "\t\n" else sign for sign in last if not _is_unseen(sign))
    kept = re.sub(r'[<>:"|?*%;]', "_", kept)
    stem = " ".join(kept.split()).strip(". ")
    if ending:
        while (
            found := re.fullmatch(r"(.+)\.(pdf|png|jpe?g|xlsx|ods|html?|svg|exe|js|zip)", stem, re.IGNORECASE)
        ) is not None:
            stem = found[1]
        stem = stem[: LONGEST_NAME - len(ending) - 1].strip(". ")
        return f"{stem or 'vedlegg'}.{ending}"
    return stem[:LONGEST_NAME] or "vedlegg"


def _is_unseen(sign: str) -> bool:
    category = unicodedata.category(sign)
    return (category.startswith("C") and sign not in "\t\n") or category in ("Zl", "Zp")


def _with_own_name(evidence: Evidence, taken: set[str]) -> Evidence:
    stem, _dot, ending = evidence.name.rpartition(".")
    name, number = evidence.name, 2
    while name.casefold() in taken:
        name, number = f"{stem} ({number}).{ending}", number + 1
    taken.add(name.casefold())
    return Evidence(name, evidence.media_type, evidence.content, evidence.kind)


def _is_pdf(content: bytes) -> bool:
    # Without its end mark a PDF was cut off on the way.
    return re.match(rb"(?:\xef\xbb\xbf)?\s{0,8}%PDF-[12]\.\d", content) is not None and b"%%EOF" in content


def _is_png(content: bytes) -> bool:
    return content.startswith(b"\x89PNG\r\n\x1a\n") and content[12:16] == b"IHDR"


def _is_jpeg(content: bytes) -> bool:
    # Telephones write more after the end mark.
    return content.startswith(b"\xff\xd8\xff") and b"\xff\xd9" in content


def _names_in_zip(content: bytes) -> list[str]:
    if not content.startswith(b"PK\x03\x04"):
        return []
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            # Only the list of names is read: nothing is unpacked, so nothing can swell.
            return archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return []


def _is_xlsx(content: bytes) -> bool:
    names = _names_in_zip(content)
    has_macros = any(name.lower().endswith("vbaproject.bin") for name in names)
    return "[Content_Types].xml" in names and "xl/workbook.xml" in names and not has_macros


def _is_ods(content: bytes) -> bool:
    # The type stands uncompressed at the start, so that it can be read without unpacking (OpenDocument 1.3, 2, 3.3).
    names = _names_in_zip(content)
    has_macros = any(name.startswith(("Basic/", "Scripts/")) for name in names)
    return content[30:38] == b"mimetype" and content[38 : 38 + len(_ODS)] == _ODS and bool(names) and not has_macros


_KINDS: tuple[tuple[str, str, Callable[[bytes], bool]], ...] = (
    ("pdf", "application/pdf", _is_pdf),
    ("png", "image/png", _is_png),
    ("jpg", "image/jpeg", _is_jpeg),
    ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _is_xlsx),
    ("ods", _ODS.decode(), _is_ods),
)
#: What evidence can be: nothing else is taken in, so nothing else is handed out.
MEDIA_TYPES = tuple(media_type for _ending, media_type, _is_one in _KINDS)
