"""Every file that was brought and not taken leaves a line in the history: what it was, by whom, through which door.

One place for all doors, those that are still to be built included: a request with files, answered with a refusal.
The file itself is not kept; its hash says later whether it was this one.
"""

import hashlib
import logging
from collections.abc import Callable
from typing import Any, BinaryIO

from django.http import HttpRequest, HttpResponseBase

from accounts.actors import actor_of
from kernel import audit, clock
from kernel.file_kinds import HEAD_BYTES, detected_kind
from kernel.identifiers import uuid7

logger = logging.getLogger(__name__)
Response = Callable[[HttpRequest], HttpResponseBase]

ACTION = "upload.refused"
_REFUSALS = (400, 409, 413, 415, 422)
_AT_MOST = 10
_NAME_MAXIMUM = 200


class UploadEvidenceMiddleware:
    """Inside of authentication. Strangers leave a line in the log instead: they must not fill the history."""

    def __init__(self, get_response: Response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        # Only what a view has read: asking for the files here would read a body that nobody wanted.
        files = getattr(request, "_files", None)
        if files and response.status_code in _REFUSALS:
            for field, file in list(files.items())[:_AT_MOST]:
                self._note(request, field, file, response.status_code)
        return response

    def _note(self, request: HttpRequest, field: str, file: Any, status: int) -> None:
        facts = {"door": request.path, "field": field, "status": status, **facts_of(file)}
        if not request.user.is_authenticated:
            logger.warning("Upload refused: %s", facts)
            return
        tenant = getattr(request, "tenant", None)
        audit.record(
            actor=actor_of(request),
            action=ACTION,
            subject_kind="upload",
            subject_id=uuid7(),
            tenant_id=tenant.id if tenant is not None and getattr(request, "membership", None) else None,
            at=clock.now(),
            after=facts,
        )


def facts_of(file: Any) -> dict[str, Any]:
    """Name as sent, size in bytes, SHA-256, and the kind that is claimed beside the one that it is."""
    sha256, head = _read(file)
    name = "".join(character if character.isprintable() else "�" for character in str(file.name or ""))
    return {
        "name": name[-_NAME_MAXIMUM:],
        "bytes": file.size,
        "sha256": sha256,
        "claimed_kind": str(file.content_type or "")[:_NAME_MAXIMUM].replace("\x00", "�"),
        "detected_kind": detected_kind(head),
    }


def _read(file: BinaryIO) -> tuple[str, bytes]:
    file.seek(0)
    digest, head = hashlib.sha256(), b""
    while piece := file.read(65_536):
        head = head or piece[:HEAD_BYTES]
        digest.update(piece)
    return digest.hexdigest(), head
