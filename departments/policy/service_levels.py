"""After how many minutes who is told that a detail does not go as agreed, and what is done about it by itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from departments.policy.refusals import Mistake

EscalationRole = Literal["coordinator", "supervisor", "commander"]


@dataclass(frozen=True, slots=True)
class EscalationStep:
    """`after_minutes` since the step before, while nobody has said that they look after it."""

    role: EscalationRole
    after_minutes: int


@dataclass(frozen=True, slots=True)
class ServiceLevels:
    """Minutes. Where it says so, 0 means never; what it is counted from stands beside it."""

    # Before the start: an officer who has not clocked in is reminded. 0: never.
    reminder_minutes: int = 30
    # After the start, of an officer who has not clocked in. 0 for relief and the client: never.
    late_minutes: int = 5
    relief_minutes: int = 15
    client_minutes: int = 15
    no_show_minutes: int = 30
    # Before the scheduled end, and after the authorised one.
    early_exit_minutes: int = 5
    overrun_minutes: int = 15
    # Between two questions whether the officer is still there, and how long an answer may take. 0: never asked.
    presence_interval_minutes: int = 0
    presence_answer_minutes: int = 15
    # A place given up with less time left than this is offered to one backup after the other, not assigned.
    relief_notice_minutes: int = 120
    relief_answer_minutes: int = 10
    relief_attempts: int = 5
    escalation: tuple[EscalationStep, ...] = (EscalationStep("supervisor", 10), EscalationStep("commander", 15))


def mistakes_of_service_levels(section: Mapping[str, Any]) -> Iterator[Mistake]:
    """Numbers that are right each for itself and make no sense together. `section` has the schema's shape."""
    levels = {**_DEFAULTS, **{key: value for key, value in section.items() if key != "escalation"}}
    if levels["no_show_minutes"] < levels["late_minutes"]:
        yield Mistake(
            "service_levels.no_show_minutes",
            f"{levels['no_show_minutes']} is before late_minutes ({levels['late_minutes']}): nobody is absent who is "
            "not late",
        )
    for name in ("relief_minutes", "client_minutes"):
        if 0 < levels[name] < levels["late_minutes"]:
            yield Mistake(f"service_levels.{name}", f"{levels[name]} is before late_minutes ({levels['late_minutes']})")
    if 0 < levels["presence_interval_minutes"] <= levels["presence_answer_minutes"]:
        yield Mistake(
            "service_levels.presence_answer_minutes",
            "must be shorter than presence_interval_minutes: the next question would come before the answer is due",
        )


_DEFAULTS = {
    "late_minutes": ServiceLevels().late_minutes,
    "relief_minutes": ServiceLevels().relief_minutes,
    "client_minutes": ServiceLevels().client_minutes,
    "no_show_minutes": ServiceLevels().no_show_minutes,
    "presence_interval_minutes": ServiceLevels().presence_interval_minutes,
    "presence_answer_minutes": ServiceLevels().presence_answer_minutes,
}
