"""The day of a shift as it passes: minutes after its start, with all that the timers do on the way."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from marketplace import watching
from tenants.context import acting_as
from tests.factories.outbox import drain
from tests.factories.venues import STARTS_AT

LEVELS = {"presence_interval_minutes": 60, "presence_answer_minutes": 10}


def minute(number: float) -> datetime:
    return STARTS_AT + timedelta(minutes=number)


def passing(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], datetime]:
    """Lets time pass until so many minutes after the start, and says when that is."""

    def until(number: float) -> datetime:
        now = minute(number)
        monkeypatch.setattr("kernel.clock.now", lambda: now)
        # A request has ended whatever purpose was entered before it.
        with acting_as(purpose="worker"):
            watching.scan_service_levels(at=now)
            drain(at=now)
        return now

    return until
