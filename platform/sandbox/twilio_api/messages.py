"""Messages: their shape, their way to the phone, and what the phone answers."""

import datetime
import email.utils
from typing import Any
from urllib.parse import urlencode

from sandbox import identifiers
from sandbox.deliveries import queue_delivery
from sandbox.world import World

SERVICE_NUMBER = "+15005550006"
STOP_WORDS = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"})
START_WORDS = frozenset({"START", "YES", "UNSTOP"})
HELP_WORDS = frozenset({"HELP", "INFO"})
_STOPPED = (
    "You have successfully been unsubscribed. You will not receive any more messages from this number. "
    "Reply START to resubscribe."
)
_STARTED = (
    "You have successfully been re-subscribed to messages from this number. Reply HELP for help. "
    "Reply STOP to unsubscribe."
)
_HELP = "Reply STOP to unsubscribe. Msg&Data Rates May Apply."
# What a part of a text costs, in millionths of a dollar.
PRICE_MICROS = 7_900
_SENT_AFTER_SECONDS = 0.1
_DELIVERED_AFTER_SECONDS = 0.4
_GSM_7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà^{}\\[~]|€"
)


def new_message(
    world: World,
    *,
    to: str,
    sender: str | None,
    service: str | None,
    body: str,
    direction: str,
    status: str,
    status_callback: str | None = None,
) -> dict[str, Any]:
    """A stored message in the exact shape of the service's resource."""
    now = world.clock.now()
    sid = identifiers.twilio_sid("SM")
    path = f"/2010-04-01/Accounts/{world.configuration.twilio_account_sid}/Messages/{sid}"
    stamp = rfc2822(now)
    message = {
        "id": sid,
        "account_sid": world.configuration.twilio_account_sid,
        "api_version": "2010-04-01",
        "body": body,
        "date_created": stamp,
        "date_sent": stamp if direction == "inbound" else None,
        "date_updated": stamp,
        "direction": direction,
        "error_code": None,
        "error_message": None,
        "from": sender,
        "messaging_service_sid": service,
        "num_media": "0",
        "num_segments": str(segments(body)) if sender else "0",
        "price": None,
        "price_unit": "USD",
        "sid": sid,
        "status": status,
        "subresource_uris": {"media": f"{path}/Media.json"},
        "to": to,
        "uri": f"{path}.json",
        "_at": now,
        "_status_callback": status_callback,
    }
    return world.store.add(message, kind="message", account=to if direction != "inbound" else str(sender), created=now)


def send(
    world: World, *, to: str, sender: str | None, service: str | None, body: str, status_callback: str | None
) -> dict[str, Any]:
    """Accepts a message and queues its way: sent, then delivered, each told to the callback."""
    message = new_message(
        world, to=to, sender=sender, service=service, body=body, direction="outbound-api",
        status="accepted" if service and not sender else "queued", status_callback=status_callback,
    )  # fmt: skip
    code = error_of_phone(world, to)
    last = "undelivered" if code else "delivered"
    for status, after_seconds in (("sent", _SENT_AFTER_SECONDS), (last, _DELIVERED_AFTER_SECONDS)):
        _queue_status(world, message, status, after_seconds, error_code=code if status == last else None)
    return message


def break_phone(world: World, *, number: str, error_code: int | None) -> None:
    """Texts to the number are not delivered from now on, with that code; None mends it."""
    world.store.execute("DELETE FROM broken_phones WHERE number = ?", number)
    if error_code:
        world.store.execute("INSERT INTO broken_phones VALUES (?, ?)", number, error_code)


def error_of_phone(world: World, number: str) -> int | None:
    rows = world.store.rows("SELECT error_code FROM broken_phones WHERE number = ?", number)
    return int(rows[0]["error_code"]) if rows else None


def _queue_status(
    world: World, message: dict[str, Any], status: str, after_seconds: float, *, error_code: int | None
) -> None:
    form = {
        "ApiVersion": "2010-04-01",
        "AccountSid": message["account_sid"],
        "From": message["from"] or SERVICE_NUMBER,
        "MessageSid": message["sid"],
        "MessageStatus": status,
        "SmsSid": message["sid"],
        "SmsStatus": status,
        "To": message["to"],
    }
    if error_code:
        form["ErrorCode"] = str(error_code)
    if message["messaging_service_sid"]:
        form["MessagingServiceSid"] = message["messaging_service_sid"]
    queue_delivery(
        world,
        service="twilio",
        kind=f"status:{status}",
        reference=message["sid"],
        url=message["_status_callback"] or "",
        body=urlencode(form),
        after_seconds=after_seconds,
    )


def advance(world: World, sid: str, status: str) -> None:
    """The message reached `status`. A late "sent" never undoes "delivered"."""
    with world.store.transaction():
        message = world.store.get(sid, kind="message")
        if message is None or message["status"] in ("delivered", "undelivered", "failed"):
            return
        stamp = rfc2822(world.clock.now())
        message.update(status=status, date_updated=stamp, date_sent=message["date_sent"] or stamp)
        message["from"] = message["from"] or SERVICE_NUMBER
        message["num_segments"] = str(segments(message["body"]))
        if status == "undelivered":
            message["error_code"] = error_of_phone(world, message["to"])
        if status != "sent":
            # Known only once the carrier has answered; what is taken is written as a negative amount.
            message["price"] = f"-{segments(message['body']) * PRICE_MICROS / 1_000_000:.5f}"
        world.store.save(message)


def reply(world: World, *, number: str, sender: str, body: str) -> dict[str, Any]:
    """The phone `number` answers what came from `sender`: opt-outs kept, the application told."""
    word = body.strip().upper()
    with world.store.transaction():
        service = _service_of(world, number, sender)
        message = new_message(
            world, to=sender, sender=number, service=service, body=body, direction="inbound", status="received"
        )
        opt_out_type = None
        if word in STOP_WORDS:
            opt_out_type, answer = "STOP", _STOPPED
            world.store.execute("INSERT OR IGNORE INTO opt_outs VALUES (?, ?)", number, sender)
        elif word in START_WORDS and is_opted_out(world, number, sender):
            opt_out_type, answer = "START", _STARTED
            world.store.execute("DELETE FROM opt_outs WHERE number = ? AND sender = ?", number, sender)
        elif word in HELP_WORDS:
            opt_out_type, answer = "HELP", _HELP
        if opt_out_type:
            new_message(
                world,
                to=number,
                sender=sender,
                service=service,
                body=answer,
                direction="outbound-reply",
                status="delivered",
            )
        form = {
            "ToCountry": "US",
            "SmsMessageSid": message["sid"],
            "NumMedia": "0",
            "SmsSid": message["sid"],
            "SmsStatus": "received",
            "Body": body,
            "FromCountry": "US",
            "To": sender,
            "NumSegments": str(segments(body)),
            "MessageSid": message["sid"],
            "AccountSid": message["account_sid"],
            "From": number,
            "ApiVersion": "2010-04-01",
        }
        if service:
            form["MessagingServiceSid"] = service
        if opt_out_type:
            form["OptOutType"] = opt_out_type
        queue_delivery(
            world, service="twilio", kind="inbound", reference=message["sid"],
            url=world.configuration.twilio_inbound_url, body=urlencode(form),
        )  # fmt: skip
    world.something_to_deliver.set()
    return message


def _service_of(world: World, number: str, sender: str) -> str | None:
    sent = world.store.find("message", account=number, newest_first=True, limit=20)
    for message in sent:
        if message["direction"] == "outbound-api" and (message["from"] or SERVICE_NUMBER) == sender:
            return message["messaging_service_sid"]
    return None


def is_opted_out(world: World, number: str, sender: str) -> bool:
    return bool(world.store.rows("SELECT 1 FROM opt_outs WHERE number = ? AND sender = ?", number, sender))


def segments(body: str) -> int:
    """Parts that the text is sent in: 160 or 153 characters each, 70 or 67 when a character is not GSM 7-bit."""
    if all(character in _GSM_7 for character in body):
        length = len(body) + sum(character in "^{}\\[~]|€" for character in body)
        single, part = 160, 153
    else:
        length = len(body.encode("utf-16-be")) // 2
        single, part = 70, 67
    return 1 if length <= single else -(-length // part)


def rfc2822(at: int) -> str:
    return email.utils.format_datetime(datetime.datetime.fromtimestamp(at, datetime.UTC))
