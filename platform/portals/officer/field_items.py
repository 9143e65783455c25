"""What a phone's queue sends, read; and how it is answered, so that the phone knows whether to send it again."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _

from kernel.errors import InvalidInput, NotFound, Refusal
from messaging.spoken import spoken

LARGEST_BODY = 20_000


def read_body(request: HttpRequest) -> dict[str, Any]:
    """Raises InvalidInput."""
    if len(request.body) > LARGEST_BODY:
        raise InvalidInput(_("That is far too long to be read. Reload the page and try again."), maximum=LARGEST_BODY)
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise unreadable() from error
    if not isinstance(body, dict):
        raise unreadable()
    return body


def read_item(body: dict[str, Any]) -> dict[str, Any]:
    """What the queue adds to every item. A time without its offset from UTC is no time. Raises InvalidInput."""
    try:
        client_at = datetime.fromisoformat(body["client_at"]) if body.get("client_at") else None
        return {
            "punch_id": UUID(str(body.get("punch_id", ""))),
            "client_at": client_at.astimezone(UTC) if client_at and client_at.tzinfo else None,
            "device_id": str(body.get("device_id") or "").replace("\x00", ""),
            "sent_late": body.get("sent_late") is True,
        }
    except (ValueError, TypeError, OverflowError) as error:
        raise unreadable() from error


def unreadable() -> InvalidInput:
    return InvalidInput(_("That punch could not be read. Reload the page and clock again."))


def refused(code: str, message: str, *, at: datetime, status: int, **more: Any) -> JsonResponse:
    return JsonResponse({"server_at": at.isoformat(), "code": code, "message": message, **more}, status=status)


def refusal_answer(refusal: Refusal, *, at: datetime) -> JsonResponse:
    """404 or 422: for good."""
    said = spoken(refusal.message)
    if isinstance(refusal, NotFound):
        return refused(refusal.code, said, at=at, status=404)
    return refused(refusal.code, said, at=at, status=422, field=refusal.field, numbers=refusal.numbers)


def not_signed_in(*, at: datetime) -> JsonResponse:
    return refused("not_signed_in", _("Sign in again, then the punch is sent."), at=at, status=401)
