"""The overview, the phones, the mailbox, accounts, what was asked and delivered."""

import json
from typing import Any

from flask import Blueprint, Response, render_template

from sandbox import mailbox
from sandbox.pages import formatting
from sandbox.twilio_api import messages
from sandbox.world import World

_SHOWN_REQUESTS = 200
_TAIL_BYTES = 1_500_000


def blueprint(world: World) -> Blueprint:
    routes = Blueprint("browsing", __name__)

    @routes.app_context_processor
    def shared() -> dict[str, Any]:
        return {
            "money": formatting.money,
            "moment": formatting.moment,
            "now": world.clock.now(),
            "offset_seconds": world.clock.offset_seconds(),
            "app_base": world.configuration.app_base,
        }

    @routes.get("/")
    def index() -> Any:
        counts = {row["kind"]: row["number"] for row in world.store.rows(
            "SELECT kind, COUNT(*) AS number FROM objects GROUP BY kind")}  # fmt: skip
        return render_template(
            "index.html",
            counts=counts,
            books=world.books.summary(),
            faults=world.faults.planned(),
            waiting=world.store.rows("SELECT state, COUNT(*) AS number FROM deliveries GROUP BY state ORDER BY state"),
            sessions=world.store.find("checkout.session", newest_first=True, limit=8),
            accounts=world.store.find("account", newest_first=True, limit=50),
            smtp_port=world.configuration.smtp_port,
        )

    @routes.get("/phones")
    def phones() -> Any:
        latest = world.store.rows(
            "SELECT account AS number, COUNT(*) AS number_of_messages, MAX(sequence) AS last FROM objects "
            "WHERE kind = 'message' GROUP BY account ORDER BY last DESC"
        )
        threads = []
        for row in latest:
            newest = world.store.find("message", account=row["number"], newest_first=True, limit=1)[0]
            threads.append({"number": row["number"], "count": row["number_of_messages"], "newest": newest})
        return render_template("phones.html", threads=threads)

    @routes.get("/phones/<number>")
    def phone(number: str) -> Any:
        thread = world.store.find("message", account=number, newest_first=True, limit=200)[::-1]
        senders = [
            message["from"] or messages.SERVICE_NUMBER for message in thread if message["direction"] != "inbound"
        ]
        sender = senders[-1] if senders else messages.SERVICE_NUMBER
        return render_template(
            "phone.html",
            number=number,
            thread=thread,
            sender=sender,
            opted_out=messages.is_opted_out(world, number, sender),
        )

    @routes.get("/mailbox")
    def mail_list() -> Any:
        return render_template("mailbox.html", mails=mailbox.mails(world))

    @routes.get("/mailbox/<identifier>")
    def mail(identifier: str) -> Any:
        found = world.store.get(identifier, kind="mail")
        if found is None:
            return render_template("message.html", message="There is no such mail.", link="/mailbox"), 404
        return render_template("mail.html", mail=found)

    @routes.get("/mailbox/<identifier>/attachments/<int:index>")
    def attached(identifier: str, index: int) -> Any:
        found = world.store.get(identifier, kind="mail")
        part = mailbox.attachment(found, index) if found else None
        if part is None:
            return render_template("message.html", message="There is no such attachment.", link="/mailbox"), 404
        name, type, content = part
        response = Response(content, content_type=type)
        response.headers.set("Content-Disposition", "attachment", filename=name)
        return response

    @routes.get("/requests")
    def requests() -> Any:
        return render_template("requests.html", lines=_recent_requests(world))

    @routes.get("/deliveries")
    def deliveries() -> Any:
        rows = world.store.rows("SELECT * FROM deliveries ORDER BY sequence DESC LIMIT 200")
        return render_template("deliveries.html", rows=rows)

    @routes.get("/payments")
    def payments() -> Any:
        return render_template(
            "payments.html",
            intents=world.store.find("payment_intent", newest_first=True, limit=100),
            transfers=world.store.find("transfer", newest_first=True, limit=100),
            refunds=world.store.find("refund", newest_first=True, limit=100),
            payouts=world.store.find("payout", newest_first=True, limit=100),
        )

    return routes


def _recent_requests(world: World) -> list[dict[str, Any]]:
    file = world.configuration.data / "requests.jsonl"
    if not file.exists():
        return []
    with file.open("rb") as stream:
        size = stream.seek(0, 2)
        stream.seek(max(0, size - _TAIL_BYTES))
        lines = stream.read().splitlines()
    if size > _TAIL_BYTES:
        lines = lines[1:]
    return [json.loads(line) for line in lines[-_SHOWN_REQUESTS:]][::-1]
