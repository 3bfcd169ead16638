"""Private files: bytes in the database beside their facts, handed out only by a view that has checked.

In the database a file commits and rolls back with its row, is backed up with it, and is never mapped to a URL.
"""

from __future__ import annotations

import hashlib
from typing import Any

from django.db import models
from django.http import HttpResponse
from django.utils.http import content_disposition_header


class FileContent(models.Model):
    """Abstract: name, media type, size in bytes, SHA-256 and the bytes themselves."""

    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


def facts_of(name: str, media_type: str, content: bytes) -> dict[str, Any]:
    """Keyword arguments for a `FileContent` row."""
    return {
        "name": name,
        "media_type": media_type,
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "content": content,
    }


def download(file: FileContent, *, inline: bool = False) -> HttpResponse:
    """The file as an answer the browser will not interpret (`nosniff`; attachment unless `inline`)."""
    response = HttpResponse(bytes(file.content), content_type=file.media_type)
    disposition = content_disposition_header(as_attachment=not inline, filename=file.name)
    response["Content-Disposition"] = disposition or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
