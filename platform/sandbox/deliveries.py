"""Webhooks and status callbacks: queued in the transaction of the change, delivered by one background thread.

Signatures carry the real time, since the receiver's library compares them with the real time; everything else in the
stand-in follows the test clock.
"""

import http.client
import logging
import random
import threading
import time
import urllib.parse
from typing import TYPE_CHECKING, Any

from sandbox import signatures

if TYPE_CHECKING:
    import sqlite3

    from sandbox.world import World

_BACKOFF_SECONDS = (0.2, 1.0, 5.0, 15.0, 30.0, 60.0)
_GIVES_UP_AFTER_ATTEMPTS = 500
_ANSWER_TIMEOUT_SECONDS = 10.0
_SHUFFLE_WINDOW_SECONDS = 1.5
_log = logging.getLogger("sandbox.deliveries")


def queue_delivery(
    world: "World", *, service: str, kind: str, reference: str, url: str, body: str, after_seconds: float = 0.0
) -> None:
    """Queues one delivery; call it inside the transaction of the change. The planned webhook fault applies here."""
    due_at = time.time() + after_seconds
    fault = world.faults.take_for_webhook(service=service, event=kind)
    copies, state, mangle = 1, "waiting", ""
    match (fault or {}).get("kind"):
        case "webhook_duplicate":
            copies = 2
        case "webhook_lost":
            state = "lost"
        case "webhook_delay":
            due_at += float((fault or {}).get("seconds", 5))
        case "webhook_shuffle":
            due_at += _shuffled(fault or {})
        case "webhook_bad_signature":
            mangle = "bad_signature"
        case "webhook_stale":
            mangle = "stale"
    for _ in range(copies):
        world.store.execute(
            "INSERT INTO deliveries (service, kind, reference, url, body, mangle, state, due_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            service, kind, reference, url, body, mangle, state, due_at,
        )  # fmt: skip


def _shuffled(fault: dict[str, Any]) -> float:
    """Seconds to wait: the first ones arrive in reverse, the rest anyhow."""
    window = float(fault.get("seconds", _SHUFFLE_WINDOW_SECONDS))
    position = fault["seen"] - fault["nth"]
    reversed_wait = window - position * window / 8
    return reversed_wait if reversed_wait > 0 else random.uniform(0, window)


class DeliveryThread(threading.Thread):
    """Delivers what is due until the world stops."""

    def __init__(self, world: "World") -> None:
        super().__init__(name="deliveries", daemon=True)
        self._world = world

    def run(self) -> None:
        while not self._world.stopping.is_set():
            self._world.something_to_deliver.clear()
            try:
                waited_for = self._deliver_due()
            except Exception:
                _log.exception("A delivery round failed")
                waited_for = 1.0
            self._world.something_to_deliver.wait(waited_for)

    def _deliver_due(self) -> float:
        """Delivers everything that is due; answers the seconds until the next one."""
        while not self._world.stopping.is_set():
            rows = self._world.store.rows(
                "SELECT * FROM deliveries WHERE state = 'waiting' ORDER BY due_at, sequence LIMIT 1"
            )
            if not rows:
                return 1.0
            remaining = rows[0]["due_at"] - time.time()
            if remaining > 0:
                return min(remaining, 1.0)
            self._deliver(rows[0])
        return 0.0

    def _deliver(self, row: "sqlite3.Row") -> None:
        if row["service"] == "twilio" and row["kind"].startswith("status:"):
            from sandbox.twilio_api.messages import advance  # the messages queue deliveries themselves

            advance(self._world, row["reference"], row["kind"].removeprefix("status:"))
        answer = post(self._world, row) if row["url"] else "200 (no address asked for)"
        attempts = row["attempts"] + 1
        if answer.startswith("2"):
            state, due_at = "delivered", row["due_at"]
        else:
            state = "waiting" if attempts < _GIVES_UP_AFTER_ATTEMPTS else "given up"
            due_at = time.time() + _BACKOFF_SECONDS[min(attempts, len(_BACKOFF_SECONDS)) - 1]
        self._world.store.execute(
            "UPDATE deliveries SET state = ?, attempts = ?, due_at = ?, last_answer = ? WHERE sequence = ?",
            state, attempts, due_at, answer[:300], row["sequence"],
        )  # fmt: skip


def post(world: "World", row: "sqlite3.Row") -> str:
    """Sends one signed delivery; answers "200 ..." or what went wrong."""
    target = urllib.parse.urlsplit(row["url"])
    body = row["body"].encode()
    if row["service"] == "stripe":
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
            "Stripe-Signature": signatures.stripe_signature(
                row["body"], world.configuration.stripe_webhook_secret, row["mangle"]
            ),
        }
    else:
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "User-Agent": "TwilioProxy/1.1",
            "X-Twilio-Signature": signatures.twilio_signature(
                row["url"], row["body"], world.configuration.twilio_auth_token, row["mangle"]
            ),
        }
    name = target.hostname or "localhost"
    # Browsers know that every name under localhost is this machine; name servers often do not.
    reached = "localhost" if name.endswith(".localhost") else name
    connection = http.client.HTTPConnection(reached, target.port or 80, timeout=_ANSWER_TIMEOUT_SECONDS)
    headers["Host"] = target.netloc
    try:
        path = (target.path or "/") + (f"?{target.query}" if target.query else "")
        connection.request("POST", path, body=body, headers=headers)
        response = connection.getresponse()
        text = response.read(200).decode("utf-8", "replace")
        return f"{response.status} {text}"
    except (OSError, http.client.HTTPException) as error:
        return f"no answer: {error}"
    finally:
        connection.close()
