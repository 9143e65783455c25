"""Sends refunds, transfers and extra charges: each at most once, whatever dies on the way.

A row becomes UNKNOWN, in a transaction of its own, before Stripe is called. So whoever finds it UNKNOWN, after a crash,
a timeout or a 500, first looks the object up by the identifier in its metadata, and sends again only when it is not
there: under the same key for less than 23 hours, under the next one after that or after a stored 500, which the old key
would only replay. The next key follows from the saved one, so that even a sender who froze for longer than its lease,
and whom another has overtaken meanwhile, goes out under the key that Stripe knows already.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import stripe
from django.db import transaction
from django.db.models import Q, QuerySet

from billing.models import Refund
from billing.sending import stripe_port
from billing.sending.idempotency import next_key
from billing.sending.move_kinds import ALL_KINDS, MoveKind

logger = logging.getLogger(__name__)

# Above the client's timeout times its attempts: a lease that ends earlier only costs a look-up.
LEASE = timedelta(minutes=2)
KEY_LIFE = timedelta(hours=23)
HELD_PAUSE = timedelta(minutes=10)
LONGEST_PAUSE_SECONDS = 900
# Below the worker's time limit, with room for one slow call.
LONGEST_ROUND_SECONDS = 50


@dataclass(frozen=True, slots=True)
class _Claim:
    kind: MoveKind
    row: Any
    must_look_up: bool
    age: timedelta


def send_due_moves(*, at: datetime, limit: int = 50) -> int:
    """Send what is due, one after the other, and return how many were tried. Call it outside of a transaction."""
    if transaction.get_connection().in_atomic_block:
        raise RuntimeError("Money was to be sent inside of a transaction, which would be held across calls to Stripe.")
    tried, started = 0, time.monotonic()
    if not _anything_due(at):
        return 0
    for kind in ALL_KINDS:
        while tried < limit and time.monotonic() - started < LONGEST_ROUND_SECONDS:
            claim = _claim(kind, at)
            if claim is None:
                break
            if claim.row is not None:
                tried += 1
                _send(claim, at)
    return tried


def _anything_due(at: datetime) -> bool:
    """One question for all kinds: the scan asks it every few seconds, and nearly always the answer is no."""
    first, *others = [_due(kind, at).order_by().values("id") for kind in ALL_KINDS]
    return first.union(*others, all=True).exists()


def _due(kind: MoveKind, at: datetime) -> QuerySet[Any]:
    due: QuerySet[Any] = kind.due().filter(due_at__lte=at)
    return due.filter(Q(leased_until__isnull=True) | Q(leased_until__lte=at))


def _claim(kind: MoveKind, at: datetime) -> _Claim | None:
    """The next due row, marked and leased; without a row it was one that had to be held. None when nothing is due."""
    with transaction.atomic():
        row = (
            _due(kind, at)
            .select_for_update(skip_locked=True, of=("self",))
            .select_related(*kind.related)
            .order_by("due_at", "id")
            .first()
        )
        if row is None:
            return None
        if why_held := kind.is_held(row):
            row.state = "held"
            row.due_at = at + HELD_PAUSE
            row.last_error = why_held
            row.save(update_fields=["state", "due_at", "last_error"])
            return _Claim(kind, None, False, timedelta(0))
        was_sent = row.state in ("unknown", Refund.State.SENT)
        row.first_attempt_at = row.first_attempt_at or at
        row.state = "unknown"
        row.request_body = kind.body(row)
        row.attempts += 1
        row.leased_until = at + LEASE
        row.due_at = at + _pause(row.attempts)
        row.save(update_fields=["state", "request_body", "attempts", "first_attempt_at", "leased_until", "due_at"])
        return _Claim(kind, row, was_sent, at - row.first_attempt_at)


def _send(claim: _Claim, at: datetime) -> None:
    kind, row = claim.kind, claim.row
    client = stripe_port.client()
    answer = None
    if claim.must_look_up:
        try:
            answer = kind.look_up(client, row)
        except stripe.StripeError as error:
            _stays_unknown(row, error, row.last_status)
            return
        if answer is None and (claim.age >= KEY_LIFE or (row.last_status or 0) >= 500):
            _renew_key(row, at)
    try:
        answer = answer or kind.create(client, row)
    except (stripe.CardError, stripe.InvalidRequestError) as error:
        if kind.holds(error):
            _put_back(row, state="held", error=error, status=None, due_at=at + HELD_PAUSE)
        else:
            kind.refuse(row.id, error, at)
        return
    except stripe.StripeError as error:
        _stays_unknown(row, error, error.http_status)
        return
    kind.conclude(row.id, answer, at)


def _renew_key(row: Any, at: datetime) -> None:
    """Saved before it is used: the next crash must find the key under which this attempt went out, and since when."""
    row.idempotency_key = next_key(row.idempotency_key)
    row.first_attempt_at = at
    row.last_status = None
    row.save(update_fields=["idempotency_key", "first_attempt_at", "last_status"])


def _stays_unknown(row: Any, error: stripe.StripeError, status: int | None) -> None:
    """Whoever comes next looks it up."""
    logger.warning("%s %s: %s", type(row).__name__, row.id, error)
    _put_back(row, state="unknown", error=error, status=status, due_at=row.due_at)


def _put_back(row: Any, *, state: str, error: stripe.StripeError, status: int | None, due_at: datetime) -> None:
    # Only while it is ours: a webhook may have concluded it meanwhile.
    type(row).objects.filter(id=row.id, state="unknown").update(
        state=state,
        last_error=f"{type(error).__name__}: {error}"[:2000],
        last_status=status,
        leased_until=None,
        due_at=due_at,
    )


def _pause(attempts: int) -> timedelta:
    return timedelta(seconds=min(2**attempts, LONGEST_PAUSE_SECONDS))
