"""The mailbox: an SMTP server that keeps every mail it is given and delivers none."""

import email
import email.policy
import re
from email.message import EmailMessage
from html.parser import HTMLParser
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from sandbox import identifiers
from sandbox.world import World

_LARGEST_MAIL_BYTES = 32 * 1024 * 1024
_ADDRESS_IN_TEXT = re.compile(r"https?://[^\s<>\"')\]]+")


class _LinkFinder(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.links += [value for name, value in attrs if name == "href" and value]


class _Keeper:
    def __init__(self, world: World) -> None:
        self._world = world

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content if isinstance(envelope.content, bytes) else (envelope.content or "").encode()
        keep(self._world, content, recipients=list(envelope.rcpt_tos))
        return "250 Message accepted for delivery"


def start_smtp(world: World) -> Controller:
    controller = Controller(
        _Keeper(world),
        hostname=world.configuration.host,
        port=world.configuration.smtp_port,
        data_size_limit=_LARGEST_MAIL_BYTES,
        enable_SMTPUTF8=True,
    )
    controller.start()
    return controller


def keep(world: World, content: bytes, *, recipients: list[str]) -> dict[str, Any]:
    """Stores one mail, readable: subject, text, html, links, attachments (name, type, size)."""
    message = email.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    text, html = _part(message, "plain"), _part(message, "html")
    finder = _LinkFinder()
    finder.feed(html)
    mail: dict[str, Any] = {
        "id": identifiers.stripe_id("mail", 16),
        "from": str(message.get("From", "")),
        "to": recipients,
        # A folded header keeps the blank of its fold.
        "subject": str(message.get("Subject", "")).strip(),
        "headers": {name: str(value) for name, value in message.items()},
        "text": text,
        "html": html,
        "links": list(dict.fromkeys([*finder.links, *_ADDRESS_IN_TEXT.findall(text)])),
        "attachments": [
            {
                "name": part.get_filename() or "",
                "type": part.get_content_type(),
                "bytes": len(part.get_payload(decode=True) or b""),
            }
            for part in message.iter_attachments()
        ],
        "at": world.clock.now(),
        "_raw": content.decode("latin-1"),  # byte for byte
    }
    return world.store.add(mail, kind="mail", account=",".join(recipients).lower(), created=mail["at"])


def _part(message: EmailMessage, subtype: str) -> str:
    body = message.get_body(preferencelist=(subtype,))
    return str(body.get_content()) if body is not None else ""


def attachment(mail: dict[str, Any], index: int) -> tuple[str, str, bytes] | None:
    """(name, type, content) of an attachment, or None."""
    message = email.message_from_bytes(mail["_raw"].encode("latin-1"), policy=email.policy.default)
    parts = list(message.iter_attachments()) if isinstance(message, EmailMessage) else []
    if not 0 <= index < len(parts):
        return None
    part = parts[index]
    content = part.get_payload(decode=True)
    return part.get_filename() or "attachment", part.get_content_type(), content if isinstance(content, bytes) else b""


def mails(world: World, *, to: str | None = None, limit: int = 200) -> list[dict[str, Any]]:
    """Newest first; `to` matches one recipient, whatever the case."""
    found = world.store.find("mail", newest_first=True, limit=-1 if to else limit)
    if to:
        found = [mail for mail in found if to.lower() in (address.lower() for address in mail["to"])]
    return found[:limit]
