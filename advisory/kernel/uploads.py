"""How much may come in one request: a body that says it is larger is turned away before a byte of it is read."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

#: Five files of ten megabytes and what lies between them.
LARGEST_BODY = 52 * 1024 * 1024


class Ceiling(FileUploadHandler):
    """The first of `FILE_UPLOAD_HANDLERS`: 400 for a body above `LARGEST_BODY`; it stores nothing itself."""

    def handle_raw_input(
        self,
        input_data: Any,
        META: Any,  # noqa: N803 - the name is Django's
        content_length: int,
        boundary: Any,
        encoding: Any = None,
    ) -> None:
        if content_length > LARGEST_BODY:
            raise RequestDataTooBig("The request is larger than what is taken.")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None
