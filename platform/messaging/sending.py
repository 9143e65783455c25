"""Queued messages leave, each once, whatever dies.

A sender leases a batch. Right before each call it reserves its moment in the shared pace, marks that one row `sending`
and commits; after the call it commits the outcome. A sender that is killed leaves at most ONE row of which nobody knows
whether it went out; the others of its batch were never marked and are sent as if nothing had been. SMS sends carry no
idempotency key, so for a marked row the next sender asks the provider, by number and time, before it sends again.
"""

import logging
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from messaging import pace
from messaging.adapters import PermanentFailure, TemporaryFailure, adapter_for
from messaging.consents import opt_out
from messaging.delivery import ASK_AFTER, note_step, record_delivery_status
from messaging.dropping import drop_expired
from messaging.models import Channel, MessageStep, OptOut, OutboundMessage
from messaging.queueing import PHONE_VERIFICATION, queue_email, queue_sms
from tenants.context import app_connection

__all__ = [
    "LEASE",
    "PHONE_VERIFICATION",
    "queue_email",
    "queue_sms",
    "record_delivery_status",
    "send_due",
    "take_turn",
]

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=settings.MESSAGE_LEASE_SECONDS)
MAXIMUM_ATTEMPTS = 8
# Advisory locks of the senders: this number, and one for each channel and place beside it.
_SENDERS_LOCK = 5_204
_CHANNELS = {Channel.EMAIL: 0, Channel.SMS: 1_000}


def take_turn(*, channel: str, at: datetime, seconds: float, places: int | None = None) -> int:
    """Send what is due on the channel for at most so many seconds, when one of the first `places` places of senders is
    free; MESSAGE_SENDERS when it is not said.

    Returns how many were tried. A worker does other things between its turns.
    """
    started, tried = time.monotonic(), 0
    with _place(channel, places or settings.MESSAGE_SENDERS) as is_free:
        while is_free and (spent := time.monotonic() - started) < seconds:
            sent = send_due(at=at + timedelta(seconds=spent), channel=channel, seconds=seconds - spent)
            if not sent:
                break
            tried += sent
    return tried


def send_due(*, at: datetime, limit: int = 50, channel: str | None = None, seconds: float = 45) -> int:
    """Send up to `limit` of what is due; returns how many were tried. Never call it inside a transaction.

    It stops leasing after `seconds`, which must be less than LEASE.
    """
    started = time.monotonic()
    drop_expired(at=at)
    claimed = _claim(at=at, limit=limit, channel=channel)
    try:
        return _send_each(claimed, at=at, started=started, seconds=seconds)
    finally:
        for used in {message.channel for message in claimed}:
            adapter_for(used).rest()


def _send_each(claimed: list[OutboundMessage], *, at: datetime, started: float, seconds: float) -> int:
    tried = 0
    for index, message in enumerate(claimed):
        spent = time.monotonic() - started
        wait_seconds = pace.reserve(channel=message.channel) if spent < seconds else None
        if wait_seconds is None:
            _give_back(claimed[index:])
            break
        time.sleep(wait_seconds)
        was_tried_before = message.state == OutboundMessage.State.SENDING
        now = at + timedelta(seconds=time.monotonic() - started)
        if _mark(message, at=now):
            tried += 1
            if not _send(message=message, was_tried_before=was_tried_before, at=now):
                _give_back(claimed[index + 1 :])
                break
    return tried


@contextmanager
def _place(channel: str, places: int) -> Iterator[bool]:
    """One of the channel's places among all senders, held by the connection: a killed sender's is free at once."""
    numbers = [_CHANNELS[Channel(channel)] + number for number in range(places)]
    with app_connection().cursor() as cursor:
        for number in numbers:
            cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [_SENDERS_LOCK, number])
            if cursor.fetchone()[0]:
                break
        else:
            yield False
            return
    try:
        yield True
    finally:
        with app_connection().cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_SENDERS_LOCK, number])


def _claim(*, at: datetime, limit: int, channel: str | None = None) -> list[OutboundMessage]:
    """Lease what is due. The rows keep their state: only `_mark` says that one is being sent."""
    due = OutboundMessage.objects.filter(
        state__in=[OutboundMessage.State.QUEUED, OutboundMessage.State.SENDING], due_at__lte=at
    ).filter(Q(leased_until__isnull=True) | Q(leased_until__lte=at))
    if channel:
        due = due.filter(channel=channel)
    with transaction.atomic():
        messages = list(due.select_for_update(skip_locked=True).order_by("due_at", "id")[:limit])
        stopped = _stopped([one for one in messages if one.state == OutboundMessage.State.QUEUED])
        OutboundMessage.objects.filter(id__in=[message.id for message in stopped]).update(
            state=OutboundMessage.State.SUPPRESSED, leased_until=None, segments=0
        )
        claimed = [message for message in messages if message not in stopped]
        OutboundMessage.objects.filter(id__in=[message.id for message in claimed]).update(leased_until=at + LEASE)
    for message in claimed:
        message.leased_until = at + LEASE
    return claimed


def _stopped(messages: list[OutboundMessage]) -> list[OutboundMessage]:
    """Text messages for a number that has said STOP since they were queued."""
    texts = [one for one in messages if one.channel == Channel.SMS]
    if not texts:
        return []
    stopped_at = dict(
        OptOut.objects.filter(phone__in={one.recipient for one in texts}).values_list("phone", "opted_out_at")
    )
    # What was queued afterwards knows of the STOP, like the one text that confirms it.
    return [one for one in texts if one.recipient in stopped_at and one.created_at < stopped_at[one.recipient]]


def _mark(message: OutboundMessage, *, at: datetime) -> bool:
    """From here to the outcome nobody knows whether the message went out. False when it is not ours to send any more:
    dropped meanwhile, or leased to another because we took too long."""
    marked = (
        OutboundMessage.objects.filter(id=message.id, state=message.state, leased_until=message.leased_until)
        .filter(Q(expires_at__isnull=True) | Q(expires_at__gt=at) | Q(state=OutboundMessage.State.SENDING))
        .update(
            state=OutboundMessage.State.SENDING,
            leased_until=at + LEASE,
            first_attempt_at=Coalesce("first_attempt_at", at),
            attempts=F("attempts") + 1,
        )
    )
    message.attempts += 1
    message.first_attempt_at = message.first_attempt_at or at
    return bool(marked)


def _give_back(messages: list[OutboundMessage]) -> None:
    """What was leased and not marked is anybody's again."""
    for message in messages:
        OutboundMessage.objects.filter(id=message.id, state=message.state, leased_until=message.leased_until).update(
            leased_until=None
        )


def _send(*, message: OutboundMessage, was_tried_before: bool, at: datetime) -> bool:
    """One call. False when the turn is over: the provider asked for a pause, or nobody knows what happened."""
    adapter = adapter_for(message.channel)
    try:
        reference = was_tried_before and adapter.find_sent(message)
        if not reference:
            if _is_unwanted(message, at=at):
                return True
            reference = adapter.send(message)
    except PermanentFailure as failure:
        if failure.opted_out:
            opt_out(phone=message.recipient, source="provider", at=at)
        _finish(
            message, state=OutboundMessage.State.FAILED, last_error=str(failure), error_code=failure.error_code[:10]
        )
    except TemporaryFailure as failure:
        logger.warning("Message %s could not be sent: %s", message.id, failure)
        if failure.pause_seconds:
            # Refused for the pace alone: it was never taken, and it was not the message's fault.
            pace.pause(channel=message.channel, seconds=failure.pause_seconds)
            was = OutboundMessage.State.SENDING if was_tried_before else OutboundMessage.State.QUEUED
            _finish(message, state=was, last_error=str(failure), attempts=message.attempts - 1)
            return False
        _note_failed_try(message, words=str(failure), at=at)
    except Exception as error:  # One message that nobody foresaw must not hold up all the others.
        # Frames and kind alone: the error's own text may name the recipient.
        frames = "".join(traceback.format_tb(error.__traceback__))
        logger.error("Message %s met an unexpected %s:\n%s", message.id, type(error).__name__, frames)
        _note_failed_try(message, words=f"It could not be sent ({type(error).__name__}).", at=at)
        return False
    else:
        ask_at = at + ASK_AFTER if message.channel == Channel.SMS else None
        _finish(
            message, state=OutboundMessage.State.SENT, provider_reference=reference, sent_at=at, report_due_at=ask_at
        )
    return True


def _is_unwanted(message: OutboundMessage, *, at: datetime) -> bool:
    """Surely not sent yet, and not to be sent any more: the number has said STOP, or it is too late to be of use."""
    if _stopped([message]):
        _finish(message, state=OutboundMessage.State.SUPPRESSED, segments=0)
        return True
    if message.state == OutboundMessage.State.SENDING:
        # Its offer may have been withdrawn since it was leased.
        message.refresh_from_db(fields=["expires_at"])
    if message.expires_at is not None and message.expires_at <= at:
        # As if it still waited, so that what it would have cost is free again.
        _finish(message, state=OutboundMessage.State.QUEUED)
        drop_expired(at=at)
        return True
    return False


def _note_failed_try(message: OutboundMessage, *, words: str, at: datetime) -> None:
    note_step(message, kind=MessageStep.Kind.TRY_FAILED, words=words, at=at)
    if message.attempts >= MAXIMUM_ATTEMPTS:
        _finish(message, state=OutboundMessage.State.FAILED, last_error=words)
    else:
        delay = timedelta(seconds=min(5 * 2**message.attempts, 1800))
        _finish(message, state=OutboundMessage.State.SENDING, last_error=words, due_at=at + delay)


def _finish(message: OutboundMessage, **changes: object) -> None:
    """Record the outcome, unless a delivery report was faster than we."""
    unfinished = OutboundMessage.objects.filter(id=message.id, state=OutboundMessage.State.SENDING)
    unfinished.update(leased_until=None, **changes)
