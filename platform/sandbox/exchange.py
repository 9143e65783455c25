"""One request and its answer: the planned fault, the transaction, the recording."""

import json
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sandbox.world import World

_DEFAULT_SECONDS = {"slow": 3.0, "timeout_after_commit": 120.0, "timeout_before_commit": 120.0}
_SECRET_HEADERS = frozenset({"authorization", "cookie", "x-stripe-client-user-agent", "x-stripe-client-telemetry"})


@dataclass(frozen=True)
class RawRequest:
    """A request as it came; `headers` by lower-case name; `path` without the query; whether its caller still waits."""

    service: str
    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: str
    id: str = field(default_factory=lambda: f"req_{secrets.token_hex(8)}")
    is_waited_for: Callable[[], bool] = field(default=lambda: True, compare=False)


@dataclass
class RawAnswer:
    """An answer before it is sent. `replayed`: taken from an idempotency key."""

    status: int
    body: dict[str, Any]
    headers: dict[str, str] = field(default_factory=dict)
    replayed: bool = False


class ConnectionDropped(Exception):
    """The caller gets no answer: its connection stays silent for `after_seconds` and ends."""

    def __init__(self, after_seconds: float) -> None:
        super().__init__(f"dropped after {after_seconds} s")
        self.after_seconds = after_seconds


# A failure the answer is replaced with, after the work was committed.
Execute = Callable[[RawRequest, RawAnswer | None], RawAnswer]


def exchange(
    world: World,
    request: RawRequest,
    *,
    execute: Execute,
    refuse: Callable[[RawRequest, int], RawAnswer],
    keep_failure: Callable[[RawRequest, RawAnswer], None],
) -> RawAnswer:
    """Answers one request; raises ConnectionDropped where the planned fault says so.

    `refuse(request, 429 or 500)` shapes a failure as the service would; `keep_failure` stores one under the request's
    idempotency key.
    """
    started = time.monotonic()
    fault = world.faults.take_for_request(service=request.service, method=request.method, path=request.path)
    kind = fault["kind"] if fault else ""
    seconds = float((fault or {}).get("seconds", _DEFAULT_SECONDS.get(kind, 0)))
    if seconds and kind.startswith(("slow", "timeout")):
        world.calls.meets(request.id, fault=kind, seconds=seconds)
    if kind == "slow":
        world.stopping.wait(seconds)
    answer: RawAnswer | None = None
    with world.store.transaction():
        if kind == "429":
            answer = refuse(request, 429)
        elif kind == "500_before_commit":
            answer = refuse(request, 500)
            if (fault or {}).get("stored", True):
                keep_failure(request, answer)
        elif not kind.endswith("_before_commit"):
            answer = execute(request, refuse(request, 500) if kind == "500_after_commit" else None)
        world.recording.note(_line(world, request, answer, kind, started))
    world.recording.flush()
    world.something_to_deliver.set()
    if answer is None or kind.startswith(("timeout", "drop")):
        # The silence is kept by the caller of this function: the work is over, its idempotency key is free again.
        raise ConnectionDropped(seconds)
    return answer


def _line(world: World, request: RawRequest, answer: RawAnswer | None, fault: str, started: float) -> dict[str, Any]:
    return {
        "id": request.id,
        "at": world.clock.now(),
        "service": request.service,
        "method": request.method,
        "path": request.path,
        "query": request.query,
        "headers": {name: value for name, value in request.headers.items() if name not in _SECRET_HEADERS},
        "body": request.body,
        "status": answer.status if answer else None,
        "response": answer.body if answer else None,
        "replayed": bool(answer and answer.replayed),
        "fault": fault or None,
        "ms": round((time.monotonic() - started) * 1000, 1),
    }


def encode(body: dict[str, Any]) -> bytes:
    return json.dumps(body, ensure_ascii=False, indent=2).encode()
