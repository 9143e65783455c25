"""Which version counts when, and which first days would make two versions claim the same time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from departments.policies import PolicySnapshot
from departments.policy_refusals import EffectiveDatesOverlap, NoRulesAfterwards


@dataclass(frozen=True, slots=True)
class Span:
    """A version and when it claims to count; half-open, `until` None: without end."""

    version: int
    starts: date
    until: date | None = None

    def holds(self, on_date: date) -> bool:
        return self.starts <= on_date and (self.until is None or on_date < self.until)


def spans_of(versions: Iterable[PolicySnapshot]) -> list[Span]:
    return [Span(one.version, one.effective_from_date, one.effective_until_date) for one in versions]


def stretches(spans: Sequence[Span]) -> list[Span]:
    """When each version really counts, in order of time. One that another replaced does not appear.

    Of those that claim a day the newest has it.
    """
    days = sorted({span.starts for span in spans} | {span.until for span in spans if span.until is not None})
    found: list[Span] = []
    for starts, until in [*pairwise(days), *([(days[-1], None)] if days else [])]:
        holder = max((span.version for span in spans if span.holds(starts)), default=None)
        if holder is None:
            continue
        last = found[-1] if found else None
        if last is not None and last.version == holder and last.until == starts:
            found[-1] = Span(holder, last.starts, until)
        else:
            found.append(Span(holder, starts, until))
    return found


def refuse_wrong_dates(*, published: Sequence[Span], starts: date, until: date | None, replaces_later: bool) -> None:
    """Raises EffectiveDatesOverlap when a version that is published already starts inside of the new one's time, unless
    the new one is meant to take its place; NoRulesAfterwards when the new one ends and nothing follows.
    """
    later = [span for span in published if span.starts >= starts and (until is None or span.starts < until)]
    still_counting = {span.version for span in stretches(published)}
    overlapping = [span for span in later if span.version in still_counting]
    if overlapping and not replaces_later:
        first = min(overlapping, key=lambda span: span.starts)
        raise EffectiveDatesOverlap(version=first.version, starts=first.starts, effective_from_date=starts)
    if until is not None and not any(span.holds(until) for span in published):
        raise NoRulesAfterwards(until)
