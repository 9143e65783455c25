"""What every Stripe object has in common: creation, answering, lists, expansion."""

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


def page(call: Call, items: list[dict[str, Any]]) -> dict[str, Any]:
    """A list answer from items given newest first: created filter, cursors, limit."""
    items = [item for item in items if _created_matches(item, call.parameters.get("created"))]
    limit = call.integer("limit") or 10
    if not 1 <= limit <= _MAXIMUM_PAGE:
        raise StripeError(400, f"Invalid limit: must be between 1 and {_MAXIMUM_PAGE}", param="limit")
    starting_after, ending_before = call.text("starting_after"), call.text("ending_before")
    if starting_after:
        items = items[_position(items, starting_after, "starting_after") + 1 :]
        chosen, more = items[:limit], len(items) > limit
    elif ending_before:
        items = items[: _position(items, ending_before, "ending_before")]
        chosen, more = items[-limit:], len(items) > limit
    else:
        chosen, more = items[:limit], len(items) > limit
    return {"object": "list", "url": call.path, "has_more": more, "data": chosen}


def _position(items: list[dict[str, Any]], identifier: str, param: str) -> int:
    for index, item in enumerate(items):
        if item["id"] == identifier:
            return index
    raise resource_missing("object", identifier, param)


def _created_matches(item: dict[str, Any], wanted: Any) -> bool:
    if wanted in (None, ""):
        return True
    created = item["created"] if "created" in item else item["date"]
    if not isinstance(wanted, dict):
        return bool(created == int(wanted))
    return (
        ("gt" not in wanted or created > int(wanted["gt"]))
        and ("gte" not in wanted or created >= int(wanted["gte"]))
        and ("lt" not in wanted or created < int(wanted["lt"]))
        and ("lte" not in wanted or created <= int(wanted["lte"]))
    )


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
