"""An officer's committed time as merged stretches, with sums in logarithmic time. All instants are UTC."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

Stretch = tuple[datetime, datetime]
ZERO = timedelta(0)


class Timeline:
    """Overlapping commitments count once: an hour can only be worked once."""

    __slots__ = ("_before", "ends", "starts")

    def __init__(self, stretches: Iterable[Stretch]) -> None:
        self.starts: list[datetime] = []
        self.ends: list[datetime] = []
        for start, end in sorted((start.astimezone(UTC), end.astimezone(UTC)) for start, end in stretches):
            if end <= start:
                continue
            if self.ends and start <= self.ends[-1]:
                self.ends[-1] = max(self.ends[-1], end)
            else:
                self.starts.append(start)
                self.ends.append(end)
        self._before: list[timedelta] = [ZERO]
        for start, end in zip(self.starts, self.ends, strict=True):
            self._before.append(self._before[-1] + (end - start))

    def time_until(self, at: datetime) -> timedelta:
        """Committed time before `at`."""
        index = bisect_right(self.starts, at)
        total = self._before[index]
        if index and self.ends[index - 1] > at:
            total -= self.ends[index - 1] - at
        return total

    def time_within(self, start: datetime, end: datetime) -> timedelta:
        return self.time_until(end) - self.time_until(start) if end > start else ZERO

    def overlapping(self, start: datetime, end: datetime) -> list[Stretch]:
        low, high = bisect_right(self.ends, start), bisect_left(self.starts, end)
        return list(zip(self.starts[low:high], self.ends[low:high], strict=True))

    def last_before(self, at: datetime) -> int | None:
        """Index of the last stretch that ends at or before `at`."""
        index = bisect_right(self.ends, at) - 1
        return index if index >= 0 else None

    def first_after(self, at: datetime) -> int | None:
        """Index of the first stretch that starts at or after `at`."""
        index = bisect_left(self.starts, at)
        return index if index < len(self.starts) else None

    def block_around(self, start: datetime, end: datetime, shortest_break: timedelta) -> Stretch:
        """Grow [start, end) over neighbours until a break of at least `shortest_break` on both sides."""
        index = bisect_left(self.starts, end) - 1
        # Backwards over everything that starts before our end.
        while index >= 0:
            if start - self.ends[index] >= shortest_break and self.ends[index] <= start:
                break
            start, end = min(start, self.starts[index]), max(end, self.ends[index])
            index -= 1
        index = bisect_left(self.starts, end)
        while index < len(self.starts) and self.starts[index] - end < shortest_break:
            end = max(end, self.ends[index])
            index += 1
        return start, end
