"""Answers one Twilio request: account, numbers, messages."""

import base64
import binascii
import datetime
import re
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode

from sandbox.exchange import RawAnswer, RawRequest, exchange
from sandbox.twilio_api import messages
from sandbox.world import World

LONGEST_BODY = 1600
_PATH = re.compile(r"^/2010-04-01/Accounts/(AC\w+)/Messages(?:/((?:SM|MM)\w+))?\.json$")
_NUMBER = re.compile(r"^\+[1-9]\d{7,14}$")
_SENDER = re.compile(r"^(\+[1-9]\d{7,14}|\d{5,6})$")
# The service's own magic numbers for errors that depend on the phone.
_MAGIC = {
    "+15005550001": (21211, "Invalid 'To' Phone Number: +15005550001"),
    "+15005550004": (21610, "Attempt to send to unsubscribed recipient"),
    "+15005550009": (21614, "'To' number is not a valid mobile number"),
}


class TwilioError(Exception):
    def __init__(self, code: int, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status
        self.body = {
            "code": code,
            "message": message,
            "more_info": f"https://www.twilio.com/docs/errors/{code}",
            "status": status,
        }


def answer(world: World, request: RawRequest) -> RawAnswer:
    """The answer to one request; raises exchange.ConnectionDropped for a planned fault."""
    return exchange(
        world,
        request,
        execute=lambda request, failure: _execute(world, request, failure),
        refuse=lambda request, status: _failure(status),
        keep_failure=lambda request, failed: None,
    )


def _failure(status: int) -> RawAnswer:
    error = (
        TwilioError(20429, "Too Many Requests", 429)
        if status == 429
        else TwilioError(20500, "An internal server error has occurred", 500)
    )
    return RawAnswer(error.status, error.body)


def _execute(world: World, request: RawRequest, failure: RawAnswer | None) -> RawAnswer:
    try:
        status, body = _dispatch(world, request)
    except TwilioError as error:
        return RawAnswer(error.status, error.body)
    return failure or RawAnswer(status, body)


def _dispatch(world: World, request: RawRequest) -> tuple[int, dict[str, Any]]:
    found = _PATH.match(request.path)
    if found is None:
        raise TwilioError(20404, f"The requested resource {request.path} was not found", 404)
    account, sid = found.groups()
    _authenticate(world, request, account)
    if request.method == "POST" and sid is None:
        return 201, _visible(_create(world, dict(parse_qsl(request.body, keep_blank_values=True))))
    if request.method == "GET" and sid is None:
        return 200, _list(world, request)
    message = world.store.get(sid or "", kind="message")
    if message is None:
        raise TwilioError(20404, f"The requested resource {request.path} was not found", 404)
    if request.method == "GET":
        return 200, _visible(message)
    raise TwilioError(20004, "Method not allowed", 405)


def _authenticate(world: World, request: RawRequest, account: str) -> None:
    scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
    try:
        user, _, token = base64.b64decode(credentials).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        user, token = "", ""
    expected = world.configuration.twilio_account_sid, world.configuration.twilio_auth_token
    if scheme.lower() != "basic" or (user, token) != expected or account != expected[0]:
        raise TwilioError(20003, "Authenticate", 401)


def _create(world: World, form: dict[str, str]) -> dict[str, Any]:
    to, body = form.get("To", "").strip(), form.get("Body", "")
    sender, service = form.get("From") or None, form.get("MessagingServiceSid") or None
    if not to:
        raise TwilioError(21604, "A 'To' phone number is required.")
    if to in _MAGIC:
        raise TwilioError(*_MAGIC[to])
    if not _NUMBER.match(to):
        raise TwilioError(21211, f"Invalid 'To' Phone Number: {to}")
    if not sender and not service:
        raise TwilioError(21603, "A 'From' phone number is required.")
    if sender and not _SENDER.match(sender):
        raise TwilioError(21212, f"Invalid From Number (caller ID): {sender}")
    if service and not re.fullmatch(r"MG[0-9a-fA-F]{32}", service):
        raise TwilioError(21701, f"The Messaging Service does not exist: {service}")
    if not body.strip():
        raise TwilioError(21602, "Message body is required.")
    if len(body) > LONGEST_BODY:
        raise TwilioError(21617, f"The concatenated message body exceeds the {LONGEST_BODY} character limit.")
    if messages.is_opted_out(world, to, sender or messages.SERVICE_NUMBER):
        raise TwilioError(21610, "Attempt to send to unsubscribed recipient")
    return messages.send(
        world, to=to, sender=sender, service=service, body=body, status_callback=form.get("StatusCallback") or None
    )


def _list(world: World, request: RawRequest) -> dict[str, Any]:
    query = {name: values[-1] for name, values in parse_qs(request.query).items()}
    names = {"To": "to", "From": "from"}
    equal = {field: query[name] for name, field in names.items() if name in query}
    found = world.store.find("message", newest_first=True, where=equal)
    for name, keeps in _DATE_FILTERS.items():
        if name in query:
            limit = _seconds(query[name])
            found = [message for message in found if keeps(message["_at"], limit)]
    size, page = _number(query.get("PageSize", "50")), _number(query.get("Page", "0"))
    size = min(max(size, 1), 1000)
    chosen = found[page * size : (page + 1) * size]
    filters = {name: value for name, value in query.items() if name not in ("Page", "PageSize", "PageToken")}

    def uri(number: int) -> str:
        return f"{request.path}?{urlencode({**filters, 'PageSize': size, 'Page': number})}"

    return {
        "end": page * size + max(len(chosen) - 1, 0),
        "first_page_uri": uri(0),
        "messages": [_visible(message) for message in chosen],
        "next_page_uri": uri(page + 1) if len(found) > (page + 1) * size else None,
        "page": page,
        "page_size": size,
        "previous_page_uri": uri(page - 1) if page else None,
        "start": page * size,
        "uri": uri(page),
    }


_DATE_FILTERS = {
    "DateSent": lambda at, limit: limit <= at < limit + 86_400,
    "DateSent<": lambda at, limit: at <= limit,
    "DateSent>": lambda at, limit: at >= limit,
}


def _number(text: str) -> int:
    if not text.isdigit():
        raise TwilioError(20001, f"Invalid number: {text}")
    return int(text)


def _seconds(text: str) -> int:
    try:
        moment = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError as error:
        raise TwilioError(20001, f"Invalid date: {text}") from error
    return int((moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)).timestamp())


def _visible(message: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in message.items() if name != "id" and not name.startswith("_")}
