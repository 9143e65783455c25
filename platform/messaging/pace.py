"""How fast messages leave, shared by all senders: each reserves the next free moment before its call.

The row holds one moment per channel (a leaky bucket). A reservation moves it forward by one message's share of a
second, and says how long to wait until it is the caller's turn.
"""

from django.conf import settings
from django.db import transaction

from tenants.context import app_connection

# Longer than this nobody waits: the sender ends its turn and gives back what it leased.
PATIENCE_SECONDS = 5.0

_RESERVE = """
    INSERT INTO messaging_sendingpace AS pace (channel, free_at)
    VALUES (%(channel)s, clock_timestamp() + %(share)s * interval '1 second')
    ON CONFLICT (channel) DO UPDATE
    SET free_at = greatest(pace.free_at, clock_timestamp()) + %(share)s * interval '1 second'
    WHERE pace.free_at <= clock_timestamp() + %(patience)s * interval '1 second'
    RETURNING extract(epoch FROM free_at - clock_timestamp()) - %(share)s
"""
_PAUSE = """
    INSERT INTO messaging_sendingpace AS pace (channel, free_at)
    VALUES (%(channel)s, clock_timestamp() + %(seconds)s * interval '1 second')
    ON CONFLICT (channel) DO UPDATE SET free_at = greatest(pace.free_at, excluded.free_at)
"""


def reserve(*, channel: str) -> float | None:
    """Seconds until the caller's moment on the channel; None when it is too far away to wait for."""
    share = 1 / settings.MESSAGES_PER_SECOND[channel]
    with transaction.atomic(), app_connection().cursor() as cursor:
        # A reservation that a crash forgets costs nothing, so nobody waits for the disk.
        cursor.execute("SET LOCAL synchronous_commit TO off")
        cursor.execute(_RESERVE, {"channel": channel, "share": share, "patience": PATIENCE_SECONDS})
        row = cursor.fetchone()
    return None if row is None else max(0.0, float(row[0]))


def pause(*, channel: str, seconds: float) -> None:
    """The provider said that it is too much: nobody sends on the channel for so long."""
    with transaction.atomic(), app_connection().cursor() as cursor:
        cursor.execute(_PAUSE, {"channel": channel, "seconds": seconds})
