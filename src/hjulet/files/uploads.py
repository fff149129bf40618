"""An upload that is far too big is not written to disk while it streams in."""

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler


class Capped(FileUploadHandler):
    """First in FILE_UPLOAD_HANDLERS. Hands on one piece too many, so that `store` sees that it is too big."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        return None if start > settings.UPLOAD_MAX_BYTES else raw_data

    def file_complete(self, file_size: int) -> Any:
        return None
