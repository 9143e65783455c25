"""The way from one shift to the next: is there time for it?"""

from __future__ import annotations

from dataclasses import dataclass

from departments.policy.rule_kinds import Outcome


@dataclass(frozen=True, slots=True)
class TravelRules:
    """`kilometres_per_hour` is as the crow flies: roads are a third longer, so 70 is about 90 on the road.

    `spare_minutes` are added to every way: parking, changing, signing in.
    """

    kilometres_per_hour: int = 70
    spare_minutes: int = 0
    outcome: Outcome = "warn"
    approval_role: str = ""
    text: str = ""
