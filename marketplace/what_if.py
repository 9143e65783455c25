"""What if: a department's past awards made again under a draft policy, beside the same under the rules of their time.

    compare(department_id=…, from_date=date(2026, 1, 1), until_date=date(2026, 4, 1), document=draft)

Nothing is written. `before` is simulated too, so that both sides leave out the same things; `reproduced` says how many
awards the simulation makes as they really were.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from fractions import Fraction
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from departments.access import department
from departments.policy.documents import Policy
from departments.policy.inequality import gini
from departments.policy.loading import load_policy
from departments.policy.simulated_values import unknown_keys
from departments.policy.simulation import Decision, Run, simulate
from marketplace.models import Officer
from marketplace.refusals_what_if import PeriodBackwards
from marketplace.what_if_history import read_history
from marketplace.what_if_money import Bill, PastShift, billed, past_shifts

FORMER = "A former officer"
MOST_CHANGES = 500


@dataclass(frozen=True)
class Side:
    """One run in figures. `minutes` are of places given and not given up; `coefficient` is over all `people`."""

    denials: int
    denials_by_rule: Mapping[str, int]
    minutes: int
    coefficient: Fraction
    unfilled: int
    bill: Bill

    def to_json(self) -> dict[str, Any]:
        return {
            "denials": self.denials,
            "minutes": self.minutes,
            "gini": round(float(self.coefficient), 4),
            "unfilled": self.unfilled,
            "billed_cents": self.bill.cents,
            "unpriced_shifts": self.bill.unpriced,
        }


@dataclass(frozen=True)
class RuleCount:
    rule_id: str
    before: int
    after: int


@dataclass(frozen=True)
class OfficerHours:
    officer_id: str
    name: str
    before_minutes: int
    after_minutes: int

    @property
    def change_minutes(self) -> int:
        return self.after_minutes - self.before_minutes


@dataclass(frozen=True)
class Turn:
    """An officer who would gain or lose a place, and why."""

    officer_id: str
    name: str
    sentence: str


@dataclass(frozen=True)
class ChangedAward:
    award_id: str
    shift: PastShift
    rank_name: str
    gained: tuple[Turn, ...]
    lost: tuple[Turn, ...]


@dataclass(frozen=True)
class WhatIf:
    """`until_date` is the first day after. `unknown_keys` are keys of the draft's order that the past does not tell:
    they count as equal for all."""

    from_date: date
    until_date: date
    currency: str
    shifts: int
    awards: int
    places: int
    people: int
    reproduced: int
    before: Side
    after: Side
    rules: tuple[RuleCount, ...]
    changed: tuple[ChangedAward, ...]
    officers: tuple[OfficerHours, ...]
    unknown_keys: tuple[str, ...]

    @property
    def makes_no_difference(self) -> bool:
        return not self.changed and self.before == self.after

    def to_json(self) -> dict[str, Any]:
        """To be kept: officers by their ids alone, and of the awards that change the first `MOST_CHANGES`."""
        return {
            "from_date": self.from_date.isoformat(),
            "until_date": self.until_date.isoformat(),
            "currency": self.currency,
            "shifts": self.shifts,
            "awards": self.awards,
            "places": self.places,
            "people": self.people,
            "reproduced": self.reproduced,
            "makes_no_difference": self.makes_no_difference,
            "before": self.before.to_json(),
            "after": self.after.to_json(),
            "rules": [{"rule_id": one.rule_id, "before": one.before, "after": one.after} for one in self.rules],
            "changed_awards": len(self.changed),
            "changed": [_change_json(one) for one in self.changed[:MOST_CHANGES]],
            "officers": [
                {"officer_id": one.officer_id, "before": one.before_minutes, "after": one.after_minutes}
                for one in self.officers
                if one.before_minutes or one.after_minutes
            ],
            "unknown_keys": list(self.unknown_keys),
        }


def compare(
    *,
    department_id: UUID,
    from_date: date,
    until_date: date,
    document: Mapping[str, Any],
    on_progress: Callable[[int, int], None] | None = None,
) -> WhatIf:
    """Shifts that start in the half-open period of local days. The draft is taken as in force for all of it, whatever
    its own dates. `on_progress` hears how many of how many steps are done.

    Raises PolicyInvalid with every mistake of the draft, PeriodBackwards, TooManyAwards, UnknownTenant.
    """
    if until_date <= from_date:
        raise PeriodBackwards(from_date, until_date)
    dated = {key: value for key, value in document.items() if key != "effective_until_date"}
    draft = load_policy({**dated, "effective_from_date": from_date.isoformat()})
    zone = ZoneInfo(department(department_id=department_id).time_zone)
    from_at, until_at = (datetime.combine(day, time(), zone).astimezone(UTC) for day in (from_date, until_date))
    history = read_history(department_id=department_id, from_at=from_at, until_at=until_at)
    step = _steps(2 * len(history.awards), on_progress)
    before, after = (
        simulate(history=history, on_step=step),
        simulate(history=history, draft=draft, on_step=step),
    )
    shifts = past_shifts(department_id=department_id, from_at=from_at, until_at=until_at)
    everybody = {
        str(one): name
        for one, name in Officer.objects.filter(home_department_id=department_id, joined_at__lt=until_at).values_list(
            "id", "display_name"
        )
    }
    visiting = {*before.minutes_by_officer, *after.minutes_by_officer} - set(everybody)
    names = everybody | {
        str(one): name for one, name in Officer.objects.filter(id__in=visiting).values_list("id", "display_name")
    }
    return WhatIf(
        from_date=from_date,
        until_date=until_date,
        currency=draft.currency,
        shifts=len(shifts),
        awards=len(history.awards),
        places=sum(shift.places for shift in shifts.values()),
        people=len(names),
        reproduced=sum(set(one.winners) == one.award.won for one in before.decisions),
        before=_side(before, shifts, names, None),
        after=_side(after, shifts, names, draft),
        rules=_rules(before, after),
        changed=tuple(_changed(before, after, shifts, names)),
        officers=_hours(before, after, names),
        unknown_keys=unknown_keys(rules=draft, awards=history.awards),
    )


def _side(run: Run, shifts: Mapping[str, PastShift], names: Mapping[str, str], draft: Policy | None) -> Side:
    minutes = [run.minutes_by_officer.get(officer_id, 0) for officer_id in names]
    return Side(
        denials=run.denials,
        denials_by_rule=dict(run.denials_by_rule),
        minutes=sum(minutes),
        coefficient=gini(minutes),
        unfilled=sum(shift.unfilled(run.filled_by_position) for shift in shifts.values()),
        bill=billed(shifts=shifts.values(), filled=run.filled_by_position, draft=draft),
    )


def _rules(before: Run, after: Run) -> tuple[RuleCount, ...]:
    ids = {*before.denials_by_rule, *after.denials_by_rule}
    return tuple(
        RuleCount(rule_id, before.denials_by_rule[rule_id], after.denials_by_rule[rule_id]) for rule_id in sorted(ids)
    )


def _hours(before: Run, after: Run, names: Mapping[str, str]) -> tuple[OfficerHours, ...]:
    """Those whose hours change the most first."""
    rows = [
        OfficerHours(officer_id, name, before.minutes_by_officer[officer_id], after.minutes_by_officer[officer_id])
        for officer_id, name in names.items()
    ]
    return tuple(sorted(rows, key=lambda one: (-abs(one.change_minutes), -one.before_minutes, one.name)))


def _changed(before: Run, after: Run, shifts: Mapping[str, PastShift], names: Mapping[str, str]) -> Any:
    for was, would in zip(before.decisions, after.decisions, strict=True):
        had, has = set(was.winners), set(would.winners)
        if had == has:
            continue
        shift = shifts[was.award.shift_id]
        yield ChangedAward(
            award_id=was.award.award_id,
            shift=shift,
            rank_name=shift.rank_names.get(was.award.position_id, ""),
            gained=tuple(_turn(one, would, names) for one in would.winners if one not in had),
            lost=tuple(_turn(one, would, names) for one in was.winners if one not in has),
        )


def _change_json(change: ChangedAward) -> dict[str, Any]:
    return {
        "award_id": change.award_id,
        "job_reference": change.shift.job_reference,
        "title": change.shift.title,
        "starts_at": change.shift.starts_at.isoformat(),
        "time_zone": change.shift.time_zone,
        "rank_name": change.rank_name,
        **{
            name: [{"officer_id": turn.officer_id, "sentence": turn.sentence} for turn in turns]
            for name, turns in (("gained", change.gained), ("lost", change.lost))
        },
    }


def _turn(officer_id: str, decision: Decision, names: Mapping[str, str]) -> Turn:
    return Turn(officer_id, names.get(officer_id, FORMER), decision.sentence_of(officer_id))


def _steps(total: int, on_progress: Callable[[int, int], None] | None) -> Callable[[], None] | None:
    if on_progress is None:
        return None
    done = 0

    def step() -> None:
        nonlocal done
        done += 1
        on_progress(done, total)

    return step
