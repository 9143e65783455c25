"""Answers one Stripe request: key, contract, idempotency, work, answer."""

import base64
import binascii
import hashlib
import json
import threading
from typing import Any

from sandbox import encoding
from sandbox.contract import check_parameters, find_operation
from sandbox.exchange import RawAnswer, RawRequest, exchange
from sandbox.stripe_api import events, objects
from sandbox.stripe_api.errors import StripeError
from sandbox.stripe_api.routing import Call, find_handler
from sandbox.world import World

KEY_LIFETIME_SECONDS = 24 * 3600
_in_flight: dict[tuple[str, str], RawRequest] = {}
_in_flight_lock = threading.Lock()


def answer(world: World, request: RawRequest) -> RawAnswer:
    """The answer to one request; raises exchange.ConnectionDropped for a planned fault."""
    scope_and_key = _scope(request), request.headers.get("idempotency-key") or ""
    if not scope_and_key[1]:
        return _exchange(world, request)
    with _in_flight_lock:
        earlier = _in_flight.get(scope_and_key)
        if earlier is not None:
            if earlier.is_waited_for():
                # Not a caller who gave up and tries again: two send the same thing at once.
                world.store.execute("INSERT INTO meetings (path, key) VALUES (?, ?)", request.path, scope_and_key[1])
            return _error_answer(
                request,
                StripeError(
                    409,
                    "There is currently another in-progress request using this Idempotent Key. Please try again later.",
                    code="idempotency_key_in_use",
                ),
            )
        _in_flight[scope_and_key] = request
    try:
        return _exchange(world, request)
    finally:
        with _in_flight_lock:
            _in_flight.pop(scope_and_key, None)


def _exchange(world: World, request: RawRequest) -> RawAnswer:
    return exchange(
        world,
        request,
        execute=lambda request, failure: _execute(world, request, failure),
        refuse=lambda request, status: _error_answer(request, _failure(status)),
        keep_failure=lambda request, failed: _remember(world, request, failed),
    )


def _failure(status: int) -> StripeError:
    if status == 429:
        return StripeError(429, "Too many requests. Slow down and try again.", code="rate_limit")
    return StripeError(500, "An unknown error occurred. Look the object up before trying again.", type="api_error")


def _execute(world: World, request: RawRequest, failure: RawAnswer | None) -> RawAnswer:
    """The work of one request, inside the transaction. `failure` replaces the answer after the work."""
    try:
        _authenticate(world, request)
        parameters = _parameters(request)
        remembered = _remembered(world, request)
        if remembered is not None:
            return remembered
        given = RawAnswer(200, _dispatch(world, request, parameters), _headers(request))
    except StripeError as error:
        refused = _error_answer(request, error)
        if error.keeps_changes:
            _remember(world, request, failure or refused)
        return refused
    _remember(world, request, failure or given)
    return failure or given


def _dispatch(world: World, request: RawRequest, parameters: dict[str, Any]) -> dict[str, Any]:
    found = find_handler(request.method, request.path)
    operation = find_operation(request.method, request.path)
    if operation is None:
        raise StripeError(404, f"Unrecognized request URL ({request.method}: {request.path}).")
    if found is None:
        raise StripeError(
            501, f"The stand-in does not answer {request.method} {operation.template} yet.", type="api_error"
        )
    for violation in check_parameters(operation, parameters):
        raise StripeError(400, violation.message, code=violation.code, param=violation.parameter)
    handler, identifiers = found
    call = Call(
        world=world,
        method=request.method,
        path=request.path,
        parameters=parameters,
        account=request.headers.get("stripe-account") or request.headers.get("stripe-context") or objects.PLATFORM,
        request_id=request.id,
        idempotency_key=request.headers.get("idempotency-key"),
        at=world.clock.now(),
    )
    kept: StripeError | None = None
    body: dict[str, Any] = {}
    with world.store.savepoint():
        try:
            body = handler(call, *identifiers)
        except StripeError as error:
            if not error.keeps_changes:
                raise
            kept = error
    if kept is not None:
        raise kept
    body = objects.visible(body)
    expand = parameters.get("expand")
    return objects.expand(world, body, expand) if isinstance(expand, list) else body


def _authenticate(world: World, request: RawRequest) -> None:
    key = _secret_key(request)
    if not key:
        raise StripeError(
            401,
            "You did not provide an API key. You need to provide your API key in the Authorization header, using "
            "Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').",
        )
    if not key.startswith(("sk_test_", "rk_test_")):
        raise StripeError(401, f"Invalid API Key provided: {key[:7]}****. The stand-in takes sk_test_ keys only.")
    account = request.headers.get("stripe-account")
    if account and world.store.get(account, kind="account") is None:
        raise StripeError(
            403,
            f"The provided key does not have access to account '{account}' (or that account does not exist).",
            code="account_invalid",
        )


def _secret_key(request: RawRequest) -> str:
    scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(credentials).decode().partition(":")[0]
        except (binascii.Error, UnicodeDecodeError):
            return ""
    return credentials.strip() if scheme.lower() == "bearer" else ""


def _parameters(request: RawRequest) -> dict[str, Any]:
    try:
        if request.method in ("GET", "DELETE"):
            return encoding.parse_form(request.query) | encoding.parse_form(request.body)
        if request.path.startswith("/v2/"):
            return encoding.parse_json(request.body)
        return encoding.parse_form(request.body) | encoding.parse_form(request.query)
    except encoding.MalformedBody as error:
        raise StripeError(400, str(error)) from error


def _scope(request: RawRequest) -> str:
    return request.headers.get("stripe-account") or objects.PLATFORM


def _fingerprint(request: RawRequest) -> str:
    normal = json.dumps([request.method, request.path, _parameters(request)], sort_keys=True)
    return hashlib.sha256(normal.encode()).hexdigest()


def _remembered(world: World, request: RawRequest) -> RawAnswer | None:
    key = request.headers.get("idempotency-key")
    if not key or request.method == "GET":
        return None
    oldest = world.clock.now() - KEY_LIFETIME_SECONDS
    world.store.execute("DELETE FROM answers WHERE scope = ? AND key = ? AND created < ?", _scope(request), key, oldest)
    rows = world.store.rows("SELECT * FROM answers WHERE scope = ? AND key = ?", _scope(request), key)
    if not rows:
        return None
    if rows[0]["fingerprint"] != _fingerprint(request):
        raise StripeError(
            400,
            "Keys for idempotent requests can only be used with the same parameters they were first used with. Try "
            f"using a key other than '{key}' if you meant to execute a different request.",
            type="idempotency_error",
        )
    headers = {
        **_headers(request),
        "Idempotent-Replayed": "true",
        "Original-Request": rows[0]["request_id"],
        "Request-Id": rows[0]["request_id"],
    }
    return RawAnswer(rows[0]["status"], json.loads(rows[0]["body"]), headers, replayed=True)


def _remember(world: World, request: RawRequest, given: RawAnswer) -> None:
    key = request.headers.get("idempotency-key")
    if not key or request.method == "GET":
        return
    world.store.execute(
        "INSERT OR IGNORE INTO answers VALUES (?, ?, ?, ?, ?, ?, ?)",
        _scope(request), key, _fingerprint(request), given.status, json.dumps(given.body), request.id,
        world.clock.now(),
    )  # fmt: skip


def _headers(request: RawRequest) -> dict[str, str]:
    headers = {"Request-Id": request.id, "Stripe-Version": events.API_VERSION}
    if request.headers.get("idempotency-key"):
        headers["Idempotency-Key"] = request.headers["idempotency-key"]
    return headers


def _error_answer(request: RawRequest, error: StripeError) -> RawAnswer:
    return RawAnswer(error.status, error.body, _headers(request))
