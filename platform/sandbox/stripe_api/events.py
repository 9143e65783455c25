"""Events: stored, listed, and queued for delivery in the transaction of the change that they tell about."""

import datetime
import json
from typing import Any

from sandbox.deliveries import queue_delivery
from sandbox.stripe_api import objects
from sandbox.stripe_api.errors import resource_missing
from sandbox.stripe_api.routing import Call, route
from sandbox.world import World

API_VERSION = "2026-10-28.endive"


def emit(
    world: World,
    name: str,
    subject: dict[str, Any],
    *,
    account: str = objects.PLATFORM,
    at: int,
    previous: dict[str, Any] | None = None,
    call: Call | None = None,
) -> dict[str, Any]:
    """A snapshot event about `subject` as it is now; `account`: the connected account that it happened on."""
    data: dict[str, Any] = {"object": objects.visible(subject)}
    if previous is not None:
        data["previous_attributes"] = previous
    fields: dict[str, Any] = {
        "api_version": API_VERSION,
        "data": data,
        "pending_webhooks": 1,
        "request": {
            "id": call.request_id if call else None,
            "idempotency_key": call.idempotency_key if call else None,
        },
        "type": name,
    }
    if account != objects.PLATFORM:
        fields["account"] = account
    event = objects.create(world, "event", "evt", fields, account=account, at=at)
    queue_delivery(
        world,
        service="stripe",
        kind=name,
        reference=event["id"],
        url=world.configuration.stripe_webhook_url,
        body=json.dumps(event, ensure_ascii=False),
    )
    return event


def emit_thin(
    world: World, name: str, *, subject_id: str, at: int, data: dict[str, Any] | None = None
) -> dict[str, Any]:
    """A v2 event: it names the account and carries no snapshot."""
    event: dict[str, Any] = {
        "id": objects.identifiers.stripe_id("evt_test", 40),
        "object": "v2.core.event",
        "created": iso(at),
        "livemode": False,
        "type": name,
        "context": None,
        "changes": None,
        "reason": None,
        "related_object": {
            "id": subject_id,
            "type": "v2.core.account",
            "url": f"/v2/core/accounts/{subject_id}",
        },
        "data": data or {},
    }
    world.store.add(event, kind="v2.core.event", account=objects.PLATFORM, created=at)
    queue_delivery(
        world,
        service="stripe",
        kind=name,
        reference=event["id"],
        url=world.configuration.stripe_thin_webhook_url,
        body=json.dumps({field: value for field, value in event.items() if field not in ("data", "changes")}),
    )
    return event


def iso(at: int) -> str:
    """Seconds since the epoch as v2 writes times."""
    return datetime.datetime.fromtimestamp(at, datetime.UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


@route("GET", "/v1/events")
def list_events(call: Call) -> dict[str, Any]:
    also: list[tuple[str, list[Any]]] = []
    names = call.parameters.get("types") or ([call.text("type")] if call.text("type") else [])
    if names:
        # A name may end in "*"; brackets, which GLOB would read as a set, occur in v2 names only.
        either = " OR ".join("json_extract(body, '$.type') GLOB ?" for _ in names)
        also.append((f"({either})", [str(name) for name in names]))
    if "delivery_success" in call.parameters:
        negation = "" if call.truth("delivery_success") else "NOT "
        delivered = f"id {negation}IN (SELECT reference FROM deliveries WHERE state = 'delivered')"
        also.append((delivered, []))
    return objects.page(call, "event", also=also)


@route("GET", "/v1/events/{id}")
def get_event(call: Call, identifier: str) -> dict[str, Any]:
    return objects.load(call, "event", identifier)


@route("GET", "/v2/core/events/{id}")
def get_thin_event(call: Call, identifier: str) -> dict[str, Any]:
    found = call.world.store.get(identifier, kind="v2.core.event")
    if found is None:
        raise resource_missing("event", identifier)
    return found


@route("GET", "/v2/core/events")
def list_thin_events(call: Call) -> dict[str, Any]:
    events = call.world.store.find("v2.core.event", newest_first=True, limit=call.integer("limit") or 20)
    subject = call.text("object_id")
    if subject:
        events = [event for event in events if event["related_object"]["id"] == subject]
    return {"data": events, "next_page_url": None, "previous_page_url": None}
