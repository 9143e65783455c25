"""What every Stripe object has in common: creation, answering, lists, expansion."""

from collections.abc import Mapping, Sequence
from typing import Any

from sandbox import identifiers
from sandbox.stripe_api.errors import StripeError, resource_missing
from sandbox.stripe_api.routing import Call
from sandbox.world import World

PLATFORM = "platform"
_MAXIMUM_PAGE = 100
_WITHOUT_CREATED = ("invoiceitem",)
_WITHOUT_LIVEMODE = ("account", "balance_transaction", "refund", "transfer_reversal")


def create(
    world: World,
    kind: str,
    prefix: str,
    fields: dict[str, Any],
    *,
    account: str,
    at: int,
    identifier: str | None = None,
) -> dict[str, Any]:
    """A new stored object: id, object, created, livemode, then the fields."""
    body = {
        "id": identifier or identifiers.stripe_id(prefix),
        "object": kind,
        **({} if kind in _WITHOUT_CREATED else {"created": at}),
        **({} if kind in _WITHOUT_LIVEMODE else {"livemode": False}),
        **fields,
    }
    return world.store.add(body, kind=kind, account=account, created=at)


def load(call: Call, kind: str, identifier: str, *, param: str = "id", account: str | None = None) -> dict[str, Any]:
    found = call.world.store.get(identifier, kind=kind, account=account or call.account)
    if found is None:
        raise resource_missing(kind, identifier, param)
    return found


def metadata(value: Any, existing: dict[str, str] | None = None) -> dict[str, str]:
    """Merged metadata: an empty value removes a key, an empty string for all removes everything."""
    if value == "":
        return {}
    merged = dict(existing or {})
    for name, item in (value or {}).items() if isinstance(value, dict) else []:
        if item in ("", None):
            merged.pop(name, None)
        else:
            merged[name] = str(item)
    if len(merged) > 50:
        raise StripeError(400, "Metadata can hold at most 50 keys.", param="metadata")
    for name, item in merged.items():
        if len(name) > 40 or len(item) > 500:
            raise StripeError(
                400, "Metadata keys can have up to 40 characters, values up to 500.", param=f"metadata[{name}]"
            )
    return merged


def visible(value: Any) -> Any:
    """The value without the stand-in's private names."""
    if isinstance(value, dict):
        return {name: visible(item) for name, item in value.items() if not name.startswith("_")}
    if isinstance(value, list):
        return [visible(item) for item in value]
    return value


def page(
    call: Call,
    kind: str,
    *,
    where: Mapping[str, Any] | None = None,
    account: str | None = None,
    also: Sequence[tuple[str, list[Any]]] = (),
) -> dict[str, Any]:
    """A list answer, newest first: fields that equal, created, cursors, limit, further conditions."""
    limit = call.integer("limit") or 10
    if not 1 <= limit <= _MAXIMUM_PAGE:
        raise StripeError(400, f"Invalid limit: must be between 1 and {_MAXIMUM_PAGE}", param="limit")
    account = account or call.account
    conditions = [*also, *_created_conditions(call.parameters.get("created"))]
    after, before = call.text("starting_after"), call.text("ending_before")
    for param, cursor, sign in (("starting_after", after, "<"), ("ending_before", before, ">")):
        if cursor:
            load(call, kind, cursor, param=param, account=account)
            conditions.append((f"sequence {sign} (SELECT sequence FROM objects WHERE id = ?)", [cursor]))
    found = call.world.store.find(
        kind, account=account, newest_first=not before, limit=limit + 1, where=where, conditions=conditions
    )
    chosen = found[:limit]
    return {
        "object": "list",
        "url": call.path,
        "has_more": len(found) > limit,
        "data": chosen[::-1] if before else chosen,
    }


def _created_conditions(wanted: Any) -> list[tuple[str, list[Any]]]:
    if wanted in (None, ""):
        return []
    if not isinstance(wanted, dict):
        return [("created = ?", [int(wanted)])]
    signs = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
    return [(f"created {signs[name]} ?", [int(value)]) for name, value in wanted.items()]


def expand(world: World, answer: dict[str, Any], paths: list[str]) -> dict[str, Any]:
    """Replaces identifiers along dotted paths by their objects."""
    for path in paths:
        _expand(world, answer, path.split("."), path)
    return answer


def _expand(world: World, node: Any, segments: list[str], path: str) -> None:
    if isinstance(node, list):
        for item in node:
            _expand(world, item, segments, path)
        return
    if not isinstance(node, dict) or not segments:
        return
    name, rest = segments[0], segments[1:]
    if name not in node:
        raise StripeError(400, f"This property cannot be expanded ({path}).", param="expand")
    if isinstance(node[name], str):
        found = world.store.get(node[name])
        if found is not None:
            node[name] = visible(found)
    _expand(world, node[name], rest, path)
