from datetime import timedelta
from decimal import Decimal
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from requests import RequestException
from twilio.base.exceptions import TwilioRestException
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
        except TwilioRestException as error:
            if error.code == OPTED_OUT_CODE:
                raise PermanentFailure(
                    "The number has opted out.", opted_out=True, error_code=str(OPTED_OUT_CODE)
                ) from error
            if error.code in UNREACHABLE_NUMBER_CODES:
                raise PermanentFailure(f"{error.code}: {error.msg}", error_code=str(error.code)) from error
            pause_seconds = PAUSE_SECONDS if error.status == TOO_MANY_REQUESTS else 0
            raise TemporaryFailure(f"{error.status} {error.code}: {error.msg}", pause_seconds=pause_seconds) from error
        except RequestException as error:
            raise TemporaryFailure(f"{type(error).__name__}: {error}") from error
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
        except (TwilioRestException, RequestException) as error:
            raise TemporaryFailure(f"Looking up the message failed: {error}") from error
        same = [str(found.sid) for found in candidates if found.body == message.text]
        taken = set(
            OutboundMessage.objects.filter(provider_reference__in=same).values_list("provider_reference", flat=True)
        )
        return next((sid for sid in same if sid not in taken), "")

    def report(self, message: OutboundMessage) -> Report | None:
        try:
            found = self._client.messages(message.provider_reference).fetch()
        except TwilioRestException as error:
            if error.status == NOT_FOUND:
                raise PermanentFailure(f"{error.code}: {error.msg}") from error
            raise TemporaryFailure(f"{error.status} {error.code}: {error.msg}") from error
        except RequestException as error:
            raise TemporaryFailure(f"{type(error).__name__}: {error}") from error
        return Report(
            status=str(found.status),
            error_code=str(found.error_code or ""),
            segments=int(found.num_segments or 0),
            price_micros=None if found.price is None else micros(str(found.price)),
            price_currency=str(found.price_unit or "").upper()[:3],
        )

    def rest(self) -> None:
        """The SDK's session keeps its connection to the service open."""
