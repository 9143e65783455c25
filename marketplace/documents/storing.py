"""Where brought files lie: under a random key that no address leads to. Views that know who may read open them."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage

from kernel.errors import NotFound


@dataclass
class StoredFile:
    key: str
    is_kept: bool = False

    def keep(self) -> None:
        """Once the row that names it is committed."""
        self.is_kept = True


@contextmanager
def stored(content: bytes) -> Iterator[StoredFile]:
    """Write before the transaction and delete again unless the block kept it, so that nothing is half-stored."""
    file = StoredFile(default_storage.save(f"job-documents/{secrets.token_hex(32)}", ContentFile(content)))
    try:
        yield file
    finally:
        if not file.is_kept:
            default_storage.delete(file.key)


def open_stored(key: str) -> File:  # type: ignore[type-arg]
    """Raises NotFound."""
    try:
        return default_storage.open(key, "rb")
    except FileNotFoundError:
        raise NotFound("The file of this document is not here any more.") from None
