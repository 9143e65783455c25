from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from requests import RequestException
from twilio.base.exceptions import TwilioException
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from messaging.adapters import PermanentFailure, Report, TemporaryFailure
from messaging.models import OutboundMessage

UNREACHABLE_NUMBER_CODES = frozenset({21211, 21408, 21606, 21612, 21614, 21617, 21602, 21603})
OPTED_OUT_CODE = 21610
TOO_MANY_REQUESTS = 429
NOT_FOUND = 404
# The service says no figure; its limit is on requests at the same time.
PAUSE_SECONDS = 2
CLOCKS_DIFFER_BY = timedelta(minutes=1)
# The SDK raises its base class itself, for pages that it cannot read.
FAILURES = (TwilioException, RequestException)


def micros(price: str) -> int:
    """ "-0.00790" → 7900: the service writes what it takes as a negative amount."""
    return -int((Decimal(price) * 1_000_000).to_integral_value())


class RedirectedHttpClient(TwilioHttpClient):
    """Edge and region cannot leave twilio.com, so a stand-in is reached by rewriting the address here."""

    def __init__(self, *, base: str, timeout: float) -> None:
        super().__init__(timeout=timeout)
        self._base = urlsplit(base)

    def request(self, method: str, url: str, *arguments: object, **keywords: object) -> Response:
        parts = urlsplit(url)
        moved = urlunsplit((self._base.scheme, self._base.netloc, parts.path, parts.query, ""))
        return super().request(method, moved, *arguments, **keywords)  # type: ignore[arg-type]


def make_client() -> Client:
    """The real SDK. Its default is no timeout at all, so it is always given one."""
    timeout = settings.TWILIO_TIMEOUT_SECONDS
    http_client = (
        RedirectedHttpClient(base=settings.TWILIO_API_BASE, timeout=timeout)
        if settings.TWILIO_API_BASE
        else TwilioHttpClient(timeout=timeout)
    )
    return Client(settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN, http_client=http_client)


@dataclass(frozen=True, slots=True)
class Refusal:
    """What may be kept of a failure: its kind and its figures. Its text names the number that was texted."""

    kind: str
    status: int | None = None
    code: int | None = None

    @property
    def words(self) -> str:
        if self.status is None:
            return f"The provider could not be reached ({self.kind})."
        return f"Twilio answered {self.status}, code {self.code}." if self.code else f"Twilio answered {self.status}."

    @property
    def temporary(self) -> TemporaryFailure:
        return TemporaryFailure(self.words, pause_seconds=PAUSE_SECONDS if self.status == TOO_MANY_REQUESTS else 0)


def refusal_of(error: Exception) -> Refusal:
    """A page that was refused carries the answer itself where the other errors carry figures."""
    answer = next((one for one in error.args if isinstance(one, Response)), None)
    status = getattr(error, "status", None) if answer is None else answer.status_code
    return Refusal(kind=type(error).__name__, status=status, code=getattr(error, "code", None))


class TwilioAdapter:
    def __init__(self) -> None:
        self._client = make_client()

    def send(self, message: OutboundMessage) -> str:
        try:
            sent = self._client.messages.create(
                to=message.recipient,
                body=message.text,
                messaging_service_sid=settings.TWILIO_MESSAGING_SERVICE_SID,
                status_callback=f"{settings.PUBLIC_BASE_URL}/webhooks/twilio/status",
            )
        except FAILURES as error:
            refusal = refusal_of(error)
            if refusal.code == OPTED_OUT_CODE:
                raise PermanentFailure(
                    "The number has opted out.", opted_out=True, error_code=str(OPTED_OUT_CODE)
                ) from error
            if refusal.code in UNREACHABLE_NUMBER_CODES:
                raise PermanentFailure(refusal.words, error_code=str(refusal.code)) from error
            raise refusal.temporary from error
        return str(sent.sid)

    def find_sent(self, message: OutboundMessage) -> str:
        """Sends carry no idempotency key: look by number and time for the very same words.

        What belongs to another row already is not this one, whatever it says.
        """
        assert message.first_attempt_at is not None
        try:
            candidates = self._client.messages.list(
                to=message.recipient, date_sent_after=message.first_attempt_at - CLOCKS_DIFFER_BY, limit=50
            )
        except FAILURES as error:
            raise refusal_of(error).temporary from error
        same = [str(found.sid) for found in candidates if found.body == message.text]
        taken = set(
            OutboundMessage.objects.filter(provider_reference__in=same).values_list("provider_reference", flat=True)
        )
        return next((sid for sid in same if sid not in taken), "")

    def report(self, message: OutboundMessage) -> Report | None:
        try:
            found = self._client.messages(message.provider_reference).fetch()
        except FAILURES as error:
            refusal = refusal_of(error)
            if refusal.status == NOT_FOUND:
                raise PermanentFailure(refusal.words) from error
            raise refusal.temporary from error
        return Report(
            status=str(found.status),
            error_code=str(found.error_code or ""),
            segments=int(found.num_segments or 0),
            price_micros=None if found.price is None else micros(str(found.price)),
            price_currency=str(found.price_unit or "").upper()[:3],
        )

    def rest(self) -> None:
        """The SDK's session keeps its connection to the service open."""
