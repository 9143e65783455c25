"""What is done to the stack in use: kills, stops of the database, failing calls and webhooks, clock jumps."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass, field

from simulation import targets
from simulation.stage import Stage

_WAITS_FOR_A_CALL_SECONDS = 8.0
# So long an answer is kept back for the killer; the client's own patience is longer.
_KEPT_BACK_SECONDS = 1.4
_MOMENT_SECONDS = 0.2
_SENT_BY_WORKER = ("/v1/transfers", "/v1/refunds", "/v1/payment_intents")
# In turn: half of the kills are meant to land inside of a call. "caller": whoever has one open.
_INSIDE = ("caller", "provider")
KILLS = ("caller", "relay", "caller", "worker", "provider", "web", "caller", "sandbox")
_CALL_KINDS = (
    *("500_after_commit", "drop_after_commit", "slow", "timeout_after_commit"),
    *("500_before_commit", "drop_before_commit", "timeout_before_commit", "429"),
)
_CALL_PATHS = (*_SENT_BY_WORKER, "/v1/checkout/sessions")
# The client gives up after two seconds: one kind of silence is longer than that, the other is not.
_SILENCE_SECONDS = {"slow": 1.7}
_WEBHOOK_KINDS = (
    "webhook_duplicate", "webhook_duplicate", "webhook_shuffle", "webhook_delay", "webhook_lost",
    "webhook_bad_signature", "webhook_stale",
)  # fmt: skip
_JUMPS_SECONDS = (35, 130, 130, 130, 700, 3 * 3600)
_DAY_SECONDS = 25 * 3600
# Between two sweeps fewer days pass than a sweep looks back.
_LONGEST_SECONDS = 2 * 86_400


@dataclass
class Harm:
    stage: Stage
    draw: random.Random
    kills: int = 0
    inside: int = 0
    # Meant for the inside of a call that nobody made in time: one of the others is meant for it instead.
    missed: int = 0
    database_stops: int = 0
    passed_seconds: int = 0
    failures: list[tuple[str, str]] = field(default_factory=list)

    def kill(self) -> str:
        """Returns which process is dead now."""
        aim = KILLS[self.kills % len(KILLS)]
        if self.missed and aim not in _INSIDE:
            self.missed -= 1
            aim = "caller"
        self.kills += 1
        victim = aim
        if aim in _INSIDE:
            caller = self._whoever_calls()
            self.inside += caller is not None
            self.missed += caller is None
            victim = (caller or targets.WORKER) if aim == "caller" else targets.SANDBOX
        self.stage.kill(victim)
        return victim

    def _whoever_calls(self) -> str | None:
        """Keeps the next call's answer back and tells whose call is open now, for a moment more; None if none came."""
        kind = self.draw.choice(("slow", "timeout_after_commit"))
        self.stage.provider.control(
            "POST",
            "faults",
            {"kind": kind, "path": "/v1/*", "method": "POST", "seconds": _KEPT_BACK_SECONDS, "times": 2},
        )
        return self._whose_call_is_open(kind)

    def _whose_call_is_open(self, kind: str, *, paths: tuple[str, ...] = ()) -> str | None:
        """Waits for a call that met such a fault; `paths`: for one of these alone."""
        deadline = time.monotonic() + _WAITS_FOR_A_CALL_SECONDS
        while time.monotonic() < deadline:
            for call in self.stage.provider.open_calls():
                if call["fault"] != kind or call["seconds_left"] <= _MOMENT_SECONDS:
                    continue
                if not paths or call["path"] in paths:
                    return targets.WORKER if call["path"] in _SENT_BY_WORKER else targets.WEB
            time.sleep(0.02)
        return None

    def crowd(self) -> bool:
        """While one sends, several others look for something to send. False when nobody sent anything."""
        for path in _SENT_BY_WORKER:
            self.stage.provider.control(
                "POST",
                "faults",
                {"kind": "slow", "path": path, "method": "POST", "seconds": _KEPT_BACK_SECONDS, "times": 1},
            )
        return self._whose_call_is_open("slow", paths=_SENT_BY_WORKER) is not None

    def stop_database(self) -> None:
        self.database_stops += 1
        self.stage.stop_database()

    def plan_failures(self) -> None:
        """One call that will go wrong, and some webhooks. Every kind meets every path in turn."""
        if not self.failures:
            self.failures = [(kind, path) for kind in _CALL_KINDS for path in _CALL_PATHS]
            self.draw.shuffle(self.failures)
        kind, path = self.failures.pop()
        self.stage.provider.control(
            "POST",
            "faults",
            {
                "kind": kind, "path": path, "method": "POST", "times": self.draw.randrange(1, 3),
                "seconds": _SILENCE_SECONDS.get(kind, 2.3),
            },
        )  # fmt: skip
        self.stage.provider.control(
            "POST",
            "faults",
            {
                "kind": self.draw.choice(_WEBHOOK_KINDS), "event": "*", "nth": self.draw.randrange(1, 8),
                "times": self.draw.randrange(1, 5), "seconds": 1.5,
            },
        )  # fmt: skip

    def jump(self) -> None:
        """The caller has closed the gate: nobody is inside of an operation."""
        chosen = self.draw.choice((*_JUMPS_SECONDS, _DAY_SECONDS))
        if self.passed_seconds + chosen > _LONGEST_SECONDS:
            chosen = min(_JUMPS_SECONDS)
        self.passed_seconds += chosen
        self.stage.jump(chosen)

    def swept(self) -> None:
        self.passed_seconds = 0
