"""Controls for tests, demos and the index page's buttons: clock, faults, books, phones, mailbox, what fails."""

from typing import Any

from flask import Blueprint, Response, jsonify, redirect, request

from sandbox import mailbox
from sandbox.faults import InvalidFault
from sandbox.stripe_api import accounts, disputes, objects, passing_time, payouts
from sandbox.stripe_api.customers import BEHAVIOURS
from sandbox.stripe_api.errors import StripeError
from sandbox.twilio_api import messages
from sandbox.world import World

_LONGEST_ADVANCE_SECONDS = 366 * 86_400


def blueprint(world: World) -> Blueprint:
    """Routes under /control. Bodies are JSON or a form; answers JSON, or a redirect for a form with `return_to`."""
    routes = Blueprint("control", __name__, url_prefix="/control")

    @routes.errorhandler(StripeError)
    def refused(error: StripeError) -> tuple[Response, int]:
        return jsonify(error.body), error.status

    @routes.errorhandler(InvalidFault)
    @routes.errorhandler(ValueError)
    def malformed(error: ValueError) -> tuple[Response, int]:
        return jsonify(error=str(error)), 400

    @routes.get("/health")
    def health() -> Response:
        return jsonify(status="ok", now=world.clock.now())

    @routes.post("/reset")
    def reset() -> Any:
        """Forgets everything: objects, books, mails, messages, faults, the recording, the clock's offset."""
        with world.store.transaction():
            world.store.forget_everything()
            world.recording.forget()
        world.clock.set_offset(0)
        return _done({"reset": True}, _given())

    @routes.get("/clock")
    def read_clock() -> Response:
        return jsonify(now=world.clock.now(), offset_seconds=world.clock.offset_seconds())

    @routes.post("/clock")
    def set_clock() -> Any:
        given = _given()
        if "offset_seconds" in given:
            offset = int(given["offset_seconds"])
        else:
            offset = world.clock.offset_seconds() + int(given["advance_seconds"])
        if abs(offset) > _LONGEST_ADVANCE_SECONDS * 5:
            raise ValueError("The test clock moves five years at most.")
        world.clock.set_offset(offset)
        passing_time.catch_up(world)
        return _done({"now": world.clock.now(), "offset_seconds": offset}, given)

    @routes.post("/catch-up")
    def catch_up() -> Any:
        passing_time.catch_up(world)
        return _done({"now": world.clock.now()}, _given())

    @routes.get("/faults")
    def list_faults() -> Response:
        return jsonify(faults=world.faults.planned())

    @routes.post("/faults")
    def plan_fault() -> Any:
        given = _given()
        rule = {name: value for name, value in given.items() if name != "return_to"}
        for name in ("nth", "times"):
            if name in rule:
                rule[name] = int(rule[name])
        return _done(world.faults.plan(rule), given)

    @routes.delete("/faults")
    def clear_faults() -> Response:
        return jsonify(cleared=world.faults.clear())

    @routes.get("/calls")
    def open_calls() -> Response:
        """What is open now, and the calls that came while another living caller was sending under the same key."""
        met = [dict(row) for row in world.store.rows("SELECT path, key FROM meetings ORDER BY sequence")]
        return jsonify(open=world.calls.listed(), met=met)

    @routes.get("/books")
    def read_books() -> Response:
        with world.store.transaction():
            return jsonify(world.books.summary())

    @routes.get("/messages.json")
    def list_messages() -> Response:
        to = request.args.get("to")
        found = world.store.find("message", account=to, newest_first=True, limit=int(request.args.get("limit", 200)))
        names = (
            "sid",
            "to",
            "from",
            "body",
            "direction",
            "status",
            "error_code",
            "num_segments",
            "messaging_service_sid",
        )
        return jsonify(messages=[{**{name: item[name] for name in names}, "at": item["_at"]} for item in found])

    @routes.post("/messages")
    def reply() -> Any:
        given = _given()
        sender = given.get("to") or messages.SERVICE_NUMBER
        message = messages.reply(world, number=given["from"], sender=sender, body=given["body"])
        return _done({"sid": message["sid"]}, given)

    @routes.post("/phones")
    def break_phone() -> Any:
        """{number, error_code}: texts to it fail with that code (30003 … 30008); without a code they arrive again."""
        given = _given()
        with world.store.transaction():
            messages.break_phone(world, number=given["number"], error_code=int(given.get("error_code") or 0) or None)
        return _done({"number": given["number"]}, given)

    @routes.get("/mailbox.json")
    def list_mail() -> Response:
        found = mailbox.mails(world, to=request.args.get("to"), limit=int(request.args.get("limit", 200)))
        return jsonify(mails=objects.visible(found))

    @routes.get("/deliveries.json")
    def list_deliveries() -> Response:
        rows = world.store.rows(
            "SELECT sequence, service, kind, reference, url, state, mangle, attempts, last_answer FROM deliveries "
            "ORDER BY sequence DESC LIMIT ?",
            int(request.args.get("limit", 200)),
        )
        return jsonify(deliveries=[dict(row) for row in rows])

    @routes.post("/accounts/<identifier>")
    def set_account(identifier: str) -> Any:
        given = _given()
        if given.get("state") not in accounts.STATES:
            raise ValueError(f"state must be one of {', '.join(accounts.STATES)}.")
        with world.store.transaction():
            now = world.clock.now()
            account = accounts.set_state(
                world,
                identifier,
                given["state"],
                at=now,
                bank_last4=given.get("bank_last4"),
                asked=given.get("asked"),
                asked_by=now + int(given["within_days"]) * 86_400 if given.get("within_days") else None,
            )
        world.something_to_deliver.set()
        return _done(objects.visible(account), given)

    @routes.post("/payment_methods/<identifier>")
    def set_behaviour(identifier: str) -> Any:
        given = _given()
        if given.get("behaviour") not in BEHAVIOURS:
            raise ValueError(f"behaviour must be one of {', '.join(BEHAVIOURS)}.")
        with world.store.transaction():
            method = world.store.get(identifier, kind="payment_method")
            if method is None:
                return jsonify(error=f"No such payment method: {identifier}"), 404
            world.store.save({**method, "_behaviour": given["behaviour"]})
        return _done({"id": identifier, "behaviour": given["behaviour"]}, given)

    @routes.post("/payouts")
    def pay_out() -> Any:
        given = _given()
        settles = given.get("settle") in (True, "true")
        made = passing_time.pay_out_now(world, given.get("account"), settle_first=settles)
        return _done({"payouts": objects.visible(made)}, given)

    @routes.post("/payouts/<identifier>/fail")
    def fail_payout(identifier: str) -> Any:
        with world.store.transaction():
            payout, account = world.store.get(identifier, kind="payout"), world.store.account_of(identifier)
            if payout is None or account is None:
                return jsonify(error=f"No such payout: {identifier}"), 404
            if payout["status"] not in ("pending", "paid"):
                raise ValueError(f"A payout that is {payout['status']} cannot fail.")
            payouts.fail(world, payout, account=account, at=world.clock.now())
        world.something_to_deliver.set()
        return _done(objects.visible(payout), _given())

    @routes.post("/disputes")
    def open_dispute() -> Any:
        given = _given()
        with world.store.transaction():
            dispute = disputes.open_dispute(
                world, given["charge"], reason=given.get("reason", "fraudulent"), at=world.clock.now(),
                amount=int(given["amount"]) if given.get("amount") else None,
            )  # fmt: skip
        world.something_to_deliver.set()
        return _done(objects.visible(dispute), given)

    @routes.post("/disputes/<identifier>")
    def decide_dispute(identifier: str) -> Any:
        given = _given()
        if given.get("outcome") not in ("won", "lost"):
            raise ValueError("outcome must be won or lost.")
        with world.store.transaction():
            dispute = disputes.decide(world, identifier, won=given["outcome"] == "won", at=world.clock.now())
        world.something_to_deliver.set()
        return _done(objects.visible(dispute), given)

    return routes


def _given() -> dict[str, Any]:
    if request.is_json and request.content_length:
        body = request.get_json(silent=True)
        if not isinstance(body, dict):
            raise ValueError("The body must be a JSON object.")
        return body
    return request.form.to_dict()


def _done(answer: dict[str, Any], given: dict[str, Any]) -> Any:
    return_to = str(given.get("return_to", ""))
    if return_to.startswith("/") and not return_to.startswith("//"):
        return redirect(return_to, 303)
    return jsonify(answer)
