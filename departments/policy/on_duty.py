"""What happens to a detail's time when its officer is called to police duty in the middle of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class OnDuty:
    """`job_related_arrest`: an arrest that the job itself brought about ends the client's time, or is billed on.

    Every other call to duty ends the detail's time at that moment, whatever a policy says.
    """

    job_related_arrest: Literal["ends_work", "billed"] = "ends_work"

    @property
    def bills_arrests(self) -> bool:
        return self.job_related_arrest == "billed"
