"""Planned faults: which call or webhook goes wrong, when, and how. They survive a restart."""

import fnmatch
import json
from typing import Any

from sandbox.store import Store

REQUEST_KINDS = (
    "timeout_after_commit",
    "timeout_before_commit",
    "500_after_commit",
    "500_before_commit",
    "drop_after_commit",
    "drop_before_commit",
    "429",
    "slow",
)
WEBHOOK_KINDS = (
    "webhook_duplicate",
    "webhook_shuffle",
    "webhook_delay",
    "webhook_lost",
    "webhook_bad_signature",
    "webhook_stale",
)
_FIELDS = {"kind", "path", "method", "service", "event", "nth", "times", "seconds", "stored"}


class InvalidFault(ValueError):
    """The fault asked for does not exist; the message lists what does."""


class Faults:
    """A fault fires on the nth matching call since it was planned, and on the following `times - 1` ones."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def plan(self, rule: dict[str, Any]) -> dict[str, Any]:
        """`kind` and, for requests, `path` (may hold `*`), `method`; for webhooks `event` (may hold `*`), `service`;
        `nth` (1), `times` (1, 0 = for ever), `seconds` (how long slow, delayed or timed out)."""
        unknown = set(rule) - _FIELDS
        if unknown:
            raise InvalidFault(f"Unknown fields: {', '.join(sorted(unknown))}. Known: {', '.join(sorted(_FIELDS))}.")
        if rule.get("kind") not in REQUEST_KINDS + WEBHOOK_KINDS:
            raise InvalidFault(f"kind must be one of {', '.join(REQUEST_KINDS + WEBHOOK_KINDS)}.")
        rule = {"nth": 1, "times": 1, **rule}
        number = self._store.execute("INSERT INTO faults (rule) VALUES (?)", json.dumps(rule))
        return {"number": number, **rule, "seen": 0, "fired": 0}

    def planned(self) -> list[dict[str, Any]]:
        return [
            {"number": row["number"], **json.loads(row["rule"]), "seen": row["seen"], "fired": row["fired"]}
            for row in self._store.rows("SELECT * FROM faults ORDER BY number")
        ]

    def clear(self) -> int:
        return self._store.execute("DELETE FROM faults")

    def take_for_request(self, *, service: str, method: str, path: str) -> dict[str, Any] | None:
        """The fault that this call meets, counted; the first planned one wins."""
        return self._take(
            REQUEST_KINDS,
            lambda rule: (
                fnmatch.fnmatchcase(path, rule.get("path", "*"))
                and rule.get("method", method).upper() == method
                and rule.get("service", service) == service
            ),
        )

    def take_for_webhook(self, *, service: str, event: str) -> dict[str, Any] | None:
        """The fault that this webhook meets. Without `service`, a rule means Stripe's webhooks."""
        return self._take(
            WEBHOOK_KINDS,
            # An event name may hold brackets, which fnmatch would read as a set of characters.
            lambda rule: (
                rule.get("service", "stripe") == service
                and (rule.get("event", "*") == event or fnmatch.fnmatchcase(event, rule.get("event", "*")))
            ),
        )

    def _take(self, kinds: tuple[str, ...], matches: Any) -> dict[str, Any] | None:
        with self._store.transaction():
            for planned in self.planned():
                if planned["kind"] not in kinds or not matches(planned):
                    continue
                seen = planned["seen"] + 1
                fires = seen >= planned["nth"] and (planned["times"] == 0 or seen < planned["nth"] + planned["times"])
                self._store.execute(
                    "UPDATE faults SET seen = ?, fired = fired + ? WHERE number = ?",
                    seen,
                    int(fires),
                    planned["number"],
                )
                if fires:
                    return {**planned, "seen": seen}
            return None
