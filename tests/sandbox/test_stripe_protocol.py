"""Keys, errors, idempotency, faults and webhooks, as the real SDK meets them."""

import contextlib
import json
import pathlib
import signal
import subprocess
import sys
import threading
import time
import urllib.request

import pytest
import stripe

from sandbox import contract
from tests.sandbox.running import WEBHOOK_SECRET, Sandbox, make_account, pay

MONEY = {"amount": 100, "currency": "usd"}


def test_keys_are_needed_and_must_be_test_keys(sandbox: Sandbox) -> None:
    with pytest.raises(stripe.AuthenticationError):
        sandbox.stripe("pk_wrong").v1.customers.list()
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{sandbox.base}/v1/customers")
    assert refused.value.code == 401
    assert json.load(refused.value)["error"]["type"] == "invalid_request_error"


@pytest.mark.parametrize("how", ["live key", "open bind"])
def test_it_refuses_to_start_where_it_would_be_dangerous(tmp_path: pathlib.Path, how: str) -> None:
    root = pathlib.Path(__file__).resolve().parents[2]
    arguments = [sys.executable, "-m", "sandbox", "--data", str(tmp_path)]
    environment = {"PYTHONPATH": str(root / "platform"), "PATH": ""}
    if how == "live key":
        environment["STRIPE_SECRET_KEY"] = "sk_" + "live_abc"
    else:
        arguments += ["--host", "0.0.0.0"]
    ended = subprocess.run(arguments, env=environment, capture_output=True, text=True, timeout=20)
    assert ended.returncode == 2
    assert ("live Stripe key" if how == "live key" else "127.0.0.1") in ended.stderr


@pytest.mark.parametrize(
    ("parameters", "code", "name"),
    [
        ({**MONEY, "payment_method_types": ["card"]}, "parameter_unknown", "payment_method_types"),
        ({**MONEY, "transfer_data": {"destinaton": "x"}}, "parameter_unknown", "transfer_data[destinaton]"),
        ({"amount": 100}, "parameter_missing", "currency"),
        ({"amount": 100, "currency": "usd", "capture_method": "later"}, "parameter_invalid", "capture_method"),
        ({"amount": "ten", "currency": "usd"}, "parameter_invalid", "amount"),
        ({"amount": 0, "currency": "usd"}, "parameter_invalid_integer", "amount"),
        ({"amount": 1_000_000_000, "currency": "usd"}, "amount_too_large", "amount"),
    ],
)  # fmt: skip
def test_requests_outside_the_contract_are_refused(
    sandbox: Sandbox, parameters: dict[str, object], code: str, name: str
) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        sandbox.stripe().v1.payment_intents.create(parameters)  # type: ignore[arg-type]
    assert (refused.value.code, refused.value.param) == (code, name)
    assert sandbox.stripe().v1.payment_intents.list().data == []


def test_a_missing_object_is_missing(sandbox: Sandbox) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        sandbox.stripe().v1.charges.retrieve("ch_nothing")
    assert (refused.value.code, refused.value.http_status) == ("resource_missing", 404)


def test_one_key_one_effect(sandbox: Sandbox) -> None:
    client = sandbox.stripe()
    first = client.v1.customers.create({"name": "A"}, {"idempotency_key": "key-1"})
    again = client.v1.customers.create({"name": "A"}, {"idempotency_key": "key-1"})
    assert first.id == again.id
    assert again.last_response.headers["Idempotent-Replayed"] == "true"
    with pytest.raises(stripe.IdempotencyError):
        client.v1.customers.create({"name": "B"}, {"idempotency_key": "key-1"})
    assert len(client.v1.customers.list().data) == 1
    sandbox.advance(hours=25)
    assert client.v1.customers.create({"name": "B"}, {"idempotency_key": "key-1"}).id != first.id


def test_a_stored_500_is_replayed_although_the_transfer_exists(sandbox: Sandbox) -> None:
    officer, intent = make_account(sandbox), pay(sandbox)
    client = sandbox.stripe(retries=2)
    sandbox.control("faults", {"path": "/v1/transfers", "method": "POST", "kind": "500_after_commit"})

    def transfer() -> None:
        client.v1.transfers.create(
            {
                "amount": 100,
                "currency": "usd",
                "destination": officer,
                "source_transaction": intent.latest_charge,
                "transfer_group": "job_9",
            },
            {"idempotency_key": "transfer-9"},
        )

    for _ in range(2):
        with pytest.raises(stripe.APIError) as failed:
            transfer()
        assert failed.value.http_status == 500
    assert len(client.v1.transfers.list({"transfer_group": "job_9"}).data) == 1
    assert sandbox.control("faults")["faults"][0]["fired"] == 1


@pytest.mark.parametrize(
    ("kind", "exists"),
    [
        ("timeout_after_commit", True),
        ("timeout_before_commit", False),
        ("drop_after_commit", True),
        ("500_before_commit", False),
        ("429", False),
    ],
)
def test_a_call_that_fails_on_the_way_and_what_it_left(sandbox: Sandbox, kind: str, exists: bool) -> None:
    sandbox.control("faults", {"path": "/v1/customers", "kind": kind, "method": "POST", "nth": 2})
    client = sandbox.stripe(seconds=1)
    client.v1.customers.create({"name": "first"})
    with pytest.raises(stripe.StripeError):
        client.v1.customers.create({"name": "second"}, {"idempotency_key": "second"})
    names = {customer.name for customer in client.v1.customers.list().data}
    assert ("second" in names) is exists
    if kind != "500_before_commit":
        client.v1.customers.create({"name": "second"}, {"idempotency_key": "second"})
    line = next(line for line in sandbox.requests() if line["fault"])
    assert line["fault"] == kind
    assert (line["status"] is None) == (kind == "timeout_before_commit")
    assert len([1 for customer in client.v1.customers.list().data if customer.name == "second"]) <= 1


def test_two_calls_at_once_with_one_key_conflict(sandbox: Sandbox) -> None:
    import threading

    sandbox.control("faults", {"path": "/v1/customers", "kind": "slow", "seconds": 1.5, "method": "POST"})
    made: list[str] = []
    slow = threading.Thread(
        target=lambda: made.append(sandbox.stripe().v1.customers.create({"name": "A"}, {"idempotency_key": "k"}).id)
    )
    slow.start()
    time.sleep(0.5)
    with pytest.raises(stripe.StripeError) as refused:
        sandbox.stripe().v1.customers.create({"name": "A"}, {"idempotency_key": "k"})
    assert refused.value.http_status == 409
    slow.join()
    assert len(made) == 1


def test_webhooks_are_signed_and_tried_again(sandbox: Sandbox) -> None:
    sandbox.receiver.answers_with = 500
    pay(sandbox)
    sandbox.receiver.wait_for(lambda receiver: len(receiver.received) >= 2)
    sandbox.receiver.answers_with = 200
    wanted = {"payment_intent.succeeded", "charge.succeeded", "checkout.session.completed"}
    sandbox.receiver.wait_for(lambda receiver: wanted <= set(receiver.event_types()))
    item = sandbox.receiver.received[-1]
    event = stripe.Webhook.construct_event(item.body, item.headers["stripe-signature"], WEBHOOK_SECRET)
    assert sandbox.stripe().v1.events.retrieve(event.id).type == event.type
    listed = {event.type for event in sandbox.stripe().v1.events.list({"limit": 100}).data}
    assert wanted <= listed


def test_thin_events_name_the_account(sandbox: Sandbox) -> None:
    account = make_account(sandbox)
    name = "v2.core.account[configuration.recipient].capability_status_updated"
    sandbox.receiver.wait_for(lambda receiver: name in receiver.event_types())
    (item,) = [item for item in sandbox.receiver.received if json.loads(item.body)["type"] == name]
    client = sandbox.stripe()
    notification = client.parse_event_notification(item.body, item.headers["stripe-signature"], WEBHOOK_SECRET)
    assert notification.related_object.id == account  # type: ignore[union-attr]
    assert notification.fetch_related_object().id == account  # type: ignore[union-attr]
    assert notification.fetch_event().type == name  # type: ignore[union-attr]
    snapshots = [event for event in sandbox.receiver.events() if event["type"] == "account.updated"]
    assert snapshots[-1]["account"] == account
    assert snapshots[-1]["data"]["object"]["payouts_enabled"] is True


def test_webhook_faults(sandbox: Sandbox) -> None:
    for event, kind in (
        ("customer.created", "webhook_duplicate"),
        ("customer.updated", "webhook_bad_signature"),
        ("payment_intent.created", "webhook_lost"),
        ("setup_intent.created", "webhook_stale"),
    ):
        sandbox.control("faults", {"kind": kind, "event": event})
    client = sandbox.stripe()
    customer = client.v1.customers.create({"name": "A"})
    client.v1.customers.update(customer.id, {"name": "B"})
    client.v1.payment_intents.create({"amount": 100, "currency": "usd"})
    client.v1.setup_intents.create({"customer": customer.id})
    sandbox.receiver.wait_for(lambda receiver: "setup_intent.created" in receiver.event_types())
    assert sandbox.receiver.event_types() == [
        "customer.created",
        "customer.created",
        "customer.updated",
        "setup_intent.created",
    ]
    first, second, forged, stale = sandbox.receiver.received
    assert json.loads(first.body)["id"] == json.loads(second.body)["id"]
    for item in (forged, stale):
        with pytest.raises(stripe.SignatureVerificationError):
            stripe.Webhook.construct_event(item.body, item.headers["stripe-signature"], WEBHOOK_SECRET)
    assert "payment_intent.created" in {event.type for event in client.v1.events.list().data}
    assert sandbox.control("faults", method="DELETE") == {"cleared": 4}


def test_shuffled_webhooks_arrive_in_another_order(sandbox: Sandbox) -> None:
    sandbox.control("faults", {"kind": "webhook_shuffle", "times": 4, "event": "customer.*"})
    made = [sandbox.stripe().v1.customers.create({"name": str(number)}).id for number in range(4)]
    sandbox.receiver.wait_for(lambda receiver: len(receiver.received) == 4)
    arrived = [event["data"]["object"]["id"] for event in sandbox.receiver.events()]
    assert arrived != made
    assert sorted(arrived) == sorted(made)


def test_a_kill_loses_nothing_that_was_answered(sandbox: Sandbox) -> None:
    sandbox.receiver.answers_with = 503
    customer = sandbox.stripe().v1.customers.create({"name": "A"}, {"idempotency_key": "once"})
    sandbox.stop(signal.SIGKILL)
    sandbox.receiver.answers_with = 200
    sandbox.start()
    assert sandbox.stripe().v1.customers.create({"name": "A"}, {"idempotency_key": "once"}).id == customer.id
    sandbox.receiver.wait_for(lambda receiver: "customer.created" in receiver.event_types())
    assert [line["path"] for line in sandbox.requests()] == ["/v1/customers"] * 2
    assert sandbox.stop() == 0


def test_every_recorded_request_passes_the_contract_and_a_misspelt_one_does_not(
    sandbox: Sandbox, tmp_path: pathlib.Path
) -> None:
    make_account(sandbox)
    pay(sandbox, payment_intent_data={"transfer_group": "job_1"})
    sandbox.stripe().v1.transfers.list({"limit": 3, "created": {"gte": 5}})
    recorded = sandbox.data / "requests.jsonl"
    checked, problems = contract.check_recorded_file(recorded)
    assert checked >= 5
    assert problems == []
    assert "sk_test" not in recorded.read_text()
    line = next(line for line in sandbox.requests() if line["path"] == "/v1/checkout/sessions")
    line["body"] += "&payment_intent_data[transfer_grop]=x"
    planted = tmp_path / "planted.jsonl"
    planted.write_text(json.dumps(line) + "\n")
    ended = subprocess.run(
        [sys.executable, "-m", "sandbox.contract", str(planted)],
        capture_output=True,
        text=True,
        env=sandbox.environment,
    )
    assert ended.returncode == 1
    assert "payment_intent_data[transfer_grop]" in ended.stdout


def test_an_open_call_can_be_seen_and_two_senders_at_once_are_noticed(sandbox: Sandbox) -> None:
    sandbox.control("faults", {"kind": "slow", "path": "/v1/customers", "method": "POST", "seconds": 1.5})

    def create() -> None:
        with contextlib.suppress(stripe.StripeError):
            sandbox.stripe().v1.customers.create({"email": "a@example.com"}, {"idempotency_key": "one"})

    first = threading.Thread(target=create)
    first.start()
    deadline = time.monotonic() + 5
    while not any(call["fault"] == "slow" for call in sandbox.control("calls")["open"]):
        assert time.monotonic() < deadline
    create()
    first.join()
    calls = sandbox.control("calls")
    # A call that an earlier test let hang may still be open.
    assert not [call for call in calls["open"] if call["fault"] == "slow"]
    assert calls["met"] == [{"path": "/v1/customers", "key": "one"}]


def test_a_caller_who_gave_up_and_tries_again_is_no_second_sender(sandbox: Sandbox) -> None:
    sandbox.control("faults", {"kind": "slow", "path": "/v1/customers", "method": "POST", "seconds": 1.5})
    for _ in range(2):
        with contextlib.suppress(stripe.StripeError):
            sandbox.stripe(seconds=0.4).v1.customers.create({"email": "a@example.com"}, {"idempotency_key": "one"})
    assert sandbox.control("calls")["met"] == []
