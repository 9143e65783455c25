"""Every call that the stand-in answers, made once by the real SDK, and its answer held against the SDK's types."""

import re
from typing import Any

import sandbox.application  # noqa: F401  registers the calls
from sandbox import contract
from sandbox.stripe_api.routing import answered_calls
from tests.sandbox.running import Sandbox, make_account, make_session, pay

PAGE = "http://localhost/back"


class Everything:
    """Makes the calls; `objects` of one world are enough for all of them."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox, self.client = sandbox, sandbox.stripe()

    def call(self, method: str, path: str, **parameters: Any) -> Any:
        return self.client.deserialize(
            self.client.raw_request(method, path, **parameters), api_mode="V2" if path.startswith("/v2/") else "V1"
        )

    def read(self, path: str, identifier: str | None = None) -> None:
        self.call("get", path, **({} if path.startswith("/v2/core/events") else {"limit": 3}))
        if identifier is not None:
            self.call("get", f"{path}/{identifier}")

    def customers(self) -> str:
        customer = self.call("post", "/v1/customers", email="client@example.com").id
        self.call("post", f"/v1/customers/{customer}", name="A client")
        self.read("/v1/customers", customer)
        saved = self.call("post", "/v1/payment_methods/pm_card_visa/attach", customer=customer).id
        self.read("/v1/payment_methods", saved)
        self.call("get", f"/v1/customers/{customer}/payment_methods")
        self.call("post", f"/v1/payment_methods/{saved}/detach")
        return str(customer)

    def sessions(self) -> None:
        paid = pay(self.sandbox)
        open_one = make_session(self.sandbox)
        self.read("/v1/checkout/sessions", open_one.id)
        self.call("get", f"/v1/checkout/sessions/{open_one.id}/line_items")
        self.call("post", f"/v1/checkout/sessions/{open_one.id}", metadata={"a": "b"})
        self.call("post", f"/v1/checkout/sessions/{open_one.id}/expire")
        self.read("/v1/payment_intents", paid.id)
        self.read("/v1/charges", paid.latest_charge)
        self.call("post", f"/v1/charges/{paid.latest_charge}", description="Said later")
        refund = self.call("post", "/v1/refunds", charge=paid.latest_charge, amount=100).id
        self.call("post", f"/v1/refunds/{refund}", metadata={"a": "b"})
        self.read("/v1/refunds", refund)

    def intents(self) -> None:
        def intent(**more: Any) -> Any:
            return self.call(
                "post", "/v1/payment_intents", amount=900, currency="usd", payment_method="pm_card_visa", **more
            )

        waiting = intent()
        self.call("post", f"/v1/payment_intents/{waiting.id}", description="Changed")
        self.call("post", f"/v1/payment_intents/{waiting.id}/confirm", return_url=PAGE)
        self.call("post", f"/v1/payment_intents/{intent().id}/cancel")
        for capture in ("payment_intents", "charges"):
            held = intent(confirm=True, capture_method="manual", return_url=PAGE)
            what = held.id if capture == "payment_intents" else held.latest_charge
            self.call("post", f"/v1/{capture}/{what}/capture")
        for ending in ("confirm", "cancel"):
            setup = self.call("post", "/v1/setup_intents", payment_method="pm_card_visa").id
            self.call("post", f"/v1/setup_intents/{setup}/{ending}")
        self.read("/v1/setup_intents", setup)

    def invoices(self, customer: str) -> None:
        for ending in ("pay", "void", "mark_uncollectible"):
            draft = self.call(
                "post", "/v1/invoices", customer=customer, collection_method="send_invoice", days_until_due=30
            ).id
            item = self.call("post", "/v1/invoiceitems", customer=customer, invoice=draft, amount=700, currency="usd")
            self.call("post", f"/v1/invoices/{draft}", description="May")
            self.call("post", f"/v1/invoices/{draft}/{'send' if ending == 'pay' else 'finalize'}")
            self.call("get", f"/v1/invoices/{draft}/lines")
            body = {"payment_method": "pm_card_visa"} if ending == "pay" else {}
            self.call("post", f"/v1/invoices/{draft}/{ending}", **body)
        self.read("/v1/invoiceitems", item.id)
        self.read("/v1/invoices", draft)
        self.read("/v1/invoice_payments")

    def accounts(self) -> str:
        officer = make_account(self.sandbox)
        self.read("/v2/core/accounts", officer)
        self.call("post", f"/v2/core/accounts/{officer}", display_name="Officer Two")
        first = self.call("post", "/v1/accounts", country="CA", email="officer@example.com").id
        self.call("post", f"/v1/accounts/{first}", capabilities={"transfers": {"requested": True}})
        self.read("/v1/accounts", first)
        self.call("get", "/v1/account", stripe_account=officer)
        self.call(
            "post", "/v1/account_links", account=first, type="account_onboarding", refresh_url=PAGE, return_url=PAGE
        )
        self.call("post", f"/v1/accounts/{officer}/login_links")
        return officer

    def movements(self, officer: str) -> None:
        charged = pay(self.sandbox)
        transfer = self.call(
            "post", "/v1/transfers", amount=9_000, currency="usd", destination=officer,
            source_transaction=charged.latest_charge,
        ).id  # fmt: skip
        self.call("post", f"/v1/transfers/{transfer}", description="Said later")
        reversal = self.call("post", f"/v1/transfers/{transfer}/reversals", amount=100).id
        self.read("/v1/transfers", transfer)
        self.read(f"/v1/transfers/{transfer}/reversals", reversal)
        self.sandbox.advance(days=4)
        self.call("get", "/v1/balance")
        manual = {"payments": {"payouts": {"schedule": {"interval": "manual"}}}}
        self.call("post", "/v1/balance_settings", stripe_account=officer, **manual)
        self.call("get", "/v1/balance_settings", stripe_account=officer)
        payout = self.call("post", "/v1/payouts", amount=500, currency="usd").id
        self.call("post", f"/v1/payouts/{payout}/cancel")
        self.read("/v1/payouts", payout)
        listed = self.call("get", "/v1/balance_transactions", type="payout")
        self.read("/v1/balance_transactions", listed.data[0].id)

    def disputes(self) -> None:
        for ending in ("", "/close"):
            opened = self.sandbox.control("disputes", {"charge": pay(self.sandbox, 900).latest_charge})["id"]
            evidence = {} if ending else {"evidence": {"uncategorized_text": "They were there."}}
            self.call("post", f"/v1/disputes/{opened}{ending}", **evidence)
        self.read("/v1/disputes", opened)

    def events(self) -> None:
        for version in ("/v1/events", "/v2/core/events"):
            first = self.call("get", version).data[0].id
            self.call("get", f"{version}/{first}")


def test_every_call_is_answered_in_the_shape_that_the_sdk_promises(sandbox: Sandbox) -> None:
    everything = Everything(sandbox)
    everything.sessions()
    everything.intents()
    everything.invoices(everything.customers())
    everything.movements(everything.accounts())
    everything.disputes()
    everything.events()
    answered = [line for line in sandbox.requests() if line["status"] == 200]
    asked = {(line["method"], line["path"]) for line in answered}
    patterns = {call: re.compile(re.sub(r"\{[^}]*\}", "[^/]+", call[1]) + "$") for call in answered_calls()}
    missed = {
        call
        for call, pattern in patterns.items()
        if not any(method == call[0] and pattern.match(path) for method, path in asked)
    }
    assert missed == set()
    problems = {
        f"{line['method']} {line['path']}: {problem}"
        for line in answered
        if "object" in line["response"]
        for problem in contract.check_answer(line["response"])
    }
    assert problems == set()
    assert sandbox.control("books")["balanced"] is True


def test_what_is_asked_for_again_restricts_an_account_that_does_not_answer(sandbox: Sandbox) -> None:
    client, officer = sandbox.stripe(), make_account(sandbox)
    asked = {"state": "active", "asked": ["identity.individual.address"], "within_days": 7}
    sandbox.control(f"accounts/{officer}", asked)

    def state() -> tuple[str, list[str]]:
        account = client.v2.core.accounts.retrieve(officer, {"include": ["configuration.recipient", "requirements"]})
        entries = [entry.minimum_deadline.status for entry in account.requirements.entries]
        return account.configuration.recipient.capabilities.stripe_balance.stripe_transfers.status, entries

    assert state() == ("active", ["currently_due"])
    assert client.v1.accounts.retrieve(officer).requirements.current_deadline
    sandbox.advance(days=8)
    assert state()[0] == "restricted"
    assert set(state()[1]) == {"past_due"}
    sandbox.control(f"accounts/{officer}", {"state": "active"})
    assert state() == ("active", [])


def test_a_dispute_that_nobody_answers_is_lost(sandbox: Sandbox) -> None:
    opened = sandbox.control("disputes", {"charge": pay(sandbox, 900).latest_charge})["id"]
    sandbox.advance(days=10)
    dispute = sandbox.stripe().v1.disputes.retrieve(opened)
    assert (dispute.status, dispute.evidence_details.past_due) == ("lost", True)
