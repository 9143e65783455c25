"""What became of a message after it left: the provider's reports, and its price, which it says late.

Reports come late, doubled, out of order, or never: a message whose report stays away is asked about. PostgreSQL says
when; nothing is locked while the provider is asked.
"""

import logging
import time
from datetime import datetime, timedelta

from django.db import transaction

from messaging.adapters import PermanentFailure, Report, TemporaryFailure, adapter_for
from messaging.models import MessageStep, OutboundMessage

logger = logging.getLogger(__name__)

# The report of a text is there within seconds; later than that it was lost, or came before we had the reference.
ASK_AFTER = timedelta(minutes=10)
# The price follows the report by some seconds.
PRICE_AFTER = timedelta(seconds=10)
_LEASE = timedelta(minutes=5)
_BATCH = 50
_GIVES_UP_AFTER = timedelta(days=3)
_STATES = {
    "delivered": OutboundMessage.State.DELIVERED,
    "undelivered": OutboundMessage.State.FAILED,
    "failed": OutboundMessage.State.FAILED,
}


def record_delivery_status(*, provider_reference: str, status: str, error_code: str, at: datetime) -> None:
    """A delivery report from the provider. A final state stays."""
    if status not in _STATES:
        return
    with transaction.atomic():
        message = (
            OutboundMessage.objects.select_for_update()
            .filter(provider_reference=provider_reference, state=OutboundMessage.State.SENT)
            .first()
        )
        if message is not None:
            _end(message, status=status, error_code=error_code, at=at)
            message.report_due_at = at + PRICE_AFTER
            message.save(update_fields=["report_due_at"])


def scan_reports(*, at: datetime, seconds: float = 20) -> int:
    """Ask about what is due; returns how many were asked about. Never call it inside a transaction.

    A provider that does not answer, or a turn of so many seconds, ends it: the others are due again after their lease.
    """
    started, asked = time.monotonic(), 0
    with transaction.atomic():
        due = list(
            OutboundMessage.objects.select_for_update(skip_locked=True)
            .filter(report_due_at__lte=at)
            .order_by("report_due_at")[:_BATCH]
        )
        OutboundMessage.objects.filter(id__in=[message.id for message in due]).update(report_due_at=at + _LEASE)
    for message in due:
        asked += 1
        if not _ask(message, at=at) or time.monotonic() - started > seconds:
            break
    return asked


def note_step(
    message: OutboundMessage, *, kind: MessageStep.Kind, words: str, at: datetime, error_code: str = ""
) -> None:
    MessageStep.objects.create(
        message_id=message.id,
        tenant_id=message.tenant_id,
        person_id=message.person_id,
        kind=kind,
        words=words,
        error_code=error_code[:10],
        happened_at=at,
    )


def _ask(message: OutboundMessage, *, at: datetime) -> bool:
    """False when the provider did not answer."""
    try:
        report = adapter_for(message.channel).report(message)
    except TemporaryFailure as failure:
        logger.warning("The report of message %s could not be had: %s", message.id, failure)
        return False
    except PermanentFailure:
        report = None
    with transaction.atomic():
        locked = OutboundMessage.objects.select_for_update().get(id=message.id)
        if report is not None:
            _take_in(locked, report, at=at)
        locked.report_due_at = None if report is None else _next_question(locked, at=at)
        locked.save(update_fields=["report_due_at", "billed_segments", "price_micros", "price_currency"])
    return True


def _take_in(message: OutboundMessage, report: Report, *, at: datetime) -> None:
    if message.state == OutboundMessage.State.SENT and report.status in _STATES:
        _end(message, status=report.status, error_code=report.error_code, at=at)
    if report.segments:
        message.billed_segments = report.segments
    if report.price_micros is not None and message.price_micros is None:
        message.price_micros, message.price_currency = report.price_micros, report.price_currency
        note_step(message, kind=MessageStep.Kind.PRICED, words="", at=at)


def _end(message: OutboundMessage, *, status: str, error_code: str, at: datetime) -> None:
    message.state = _STATES[status]
    message.error_code = error_code[:10]
    if message.state == OutboundMessage.State.DELIVERED:
        message.delivered_at = at
    else:
        message.last_error = f"The carrier reported {status} ({error_code})."
    message.save(update_fields=["state", "delivered_at", "last_error", "error_code"])
    note_step(message, kind=MessageStep.Kind.REPORTED, words=status, error_code=error_code, at=at)


def _next_question(message: OutboundMessage, *, at: datetime) -> datetime | None:
    """Sooner while it is young. None when everything is known, or after three days, when nothing more will come."""
    ended = message.state in (OutboundMessage.State.DELIVERED, OutboundMessage.State.FAILED)
    age = at - (message.sent_at or message.created_at)
    if (ended and message.price_micros is not None) or age > _GIVES_UP_AFTER:
        return None
    return at + max(timedelta(seconds=30), age / 2)
