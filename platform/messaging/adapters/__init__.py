"""Ports to the outside: one adapter per channel, with the same promises."""

from dataclasses import dataclass
from functools import cache
from typing import Protocol

from messaging.models import Channel, OutboundMessage


class TemporaryFailure(Exception):
    """It may work later: a timeout, a 5xx, a full queue. Its words are stored and logged: they name no recipient.

    `pause_seconds` above 0: it was surely not taken, because we are too fast; nobody should send for so long.
    """

    def __init__(self, message: str, *, pause_seconds: float = 0) -> None:
        super().__init__(message)
        self.pause_seconds = pause_seconds


class PermanentFailure(Exception):
    """It will not work for this message: a wrong number, an opt-out. Its words name no recipient."""

    def __init__(self, message: str, *, opted_out: bool = False, error_code: str = "") -> None:
        super().__init__(message)
        self.opted_out = opted_out
        self.error_code = error_code


@dataclass(frozen=True, slots=True)
class Report:
    """What the provider says of a message by now. `price_micros` None: not known yet; 7900 is 0.0079."""

    status: str
    error_code: str = ""
    segments: int = 0
    price_micros: int | None = None
    price_currency: str = ""


class Adapter(Protocol):
    def send(self, message: OutboundMessage) -> str:
        """Send it and return the provider's reference."""

    def find_sent(self, message: OutboundMessage) -> str:
        """The reference of this very message if an earlier attempt got through, else an empty text."""

    def report(self, message: OutboundMessage) -> Report | None:
        """What became of it; None where the channel never tells. Raises TemporaryFailure, PermanentFailure."""

    def rest(self) -> None:
        """The turn is over: connections that were kept for the next message may be closed."""


@cache
def adapter_for(channel: str) -> Adapter:
    if channel == Channel.SMS:
        from messaging.adapters.twilio import TwilioAdapter

        return TwilioAdapter()
    from messaging.adapters.smtp import SmtpAdapter

    return SmtpAdapter()
