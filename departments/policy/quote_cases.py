"""Jobs beside a policy: what a client asks for, works or cancels, and what it should cost. Format in `docs/policy.md`.

`read_jobs` turns a text or plain data into jobs, `run_jobs` prices each by the version in force when it was requested,
or on its first shift's date when nobody says when it was requested. Money is integer cents.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, get_args
from zoneinfo import ZoneInfo

from departments.policy.case_facts import PLACE
from departments.policy.case_reading import CasesInvalid, Reader, policy_for, read_source, refuse_mistakes
from departments.policy.documents import CancelledBy, Policy
from departments.policy.prices import PositionRequest, ServiceFee, ShiftRequest, VehicleRequest, WorkedPosition
from departments.policy.quote_running import JobResult, run_job

__all__ = ["CasesInvalid", "Job", "JobExpectation", "JobResult", "JobShift", "read_jobs", "run_jobs"]

# What all shifts of a job share is read once; the times follow with each shift.
_EARLIEST = datetime.min.replace(tzinfo=UTC)
_CANCELLERS: tuple[str, ...] = get_args(CancelledBy)
_SECTIONS = ("time_zone", "defaults", "jobs")
_SHIFT = ("from", "until", "hours", "minutes", "officers", "vehicles", "worked", "cancelled")
_JOB = (
    *_SHIFT,
    "name",
    "requested",
    "event_type",
    "duties",
    "venue",
    "client",
    "job",
    "attributes",
    "crowd",
    "alcohol",
    "shifts",
    "ladder",
    "service_fee_basis_points",
    "service_fee_tax_basis_points",
    "paid_days_late",
    "expect",
)
_WORKED = (
    "rank",
    "officers",
    "from",
    *("until", "hours", "minutes"),
    "meal_minutes",
    "released_early",
    "unrelated_overrun",
)
_EXPECT = (
    "request",
    "rules",
    "net_cents",
    "tax_cents",
    "total_cents",
    "pay_cents",
    "lines",
    "minutes",
    "officers",
    "unbilled_officers",
    "worked_total_cents",
    "worked_lines",
    "worked_minutes",
    "cancellation_total_cents",
    "cancellation_lines",
    "payment_rule",
    "payment_deadline",
    "deposit_cents",
    "late_cents",
    "suspends",
    "refused",
)
_EXPECT_BY_CODE = (
    *("lines", "minutes", "worked_lines", "worked_minutes", "cancellation_lines"),
    *("officers", "unbilled_officers"),
)


@dataclass(frozen=True, slots=True)
class JobExpectation:
    """By the names in the file; what is not said is not compared."""

    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class JobShift:
    """One shift: as asked, as worked when that is known, and who cancelled it when."""

    request: ShiftRequest
    worked: tuple[WorkedPosition, ...] = ()
    was_worked: bool = False
    cancelled_by: CancelledBy | None = None
    cancelled_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """`ladder`: supervisors and staffing minimums are added, as they are for a client."""

    name: str
    shifts: tuple[JobShift, ...]
    ladder: bool = True
    service_fee: ServiceFee = field(default_factory=lambda: ServiceFee(0))
    paid_days_late: int | None = None
    expect: JobExpectation | None = None


def read_jobs(source: str | Mapping[str, Any], *, time_zone: str = "UTC") -> list[Job]:
    """Jobs of a YAML or JSON text, or of the plain data that it reads as. Raises CasesInvalid with every mistake."""
    data, reader = read_source(source, time_zone=time_zone)
    reader.mapping(data, "", _SECTIONS)
    defaults = reader.mapping(data.get("defaults") or {}, "defaults", [one for one in _JOB if one != "expect"])
    items = reader.items(data.get("jobs"), "jobs")
    if not items and not reader.mistakes:
        reader.wrong("jobs", "there are none; write at least one")
    found = []
    for index, item in enumerate(items):
        job = _job(reader, item, f"jobs[{index}]", index, defaults)
        if job is not None:
            found.append(job)
    refuse_mistakes(reader, source)
    return found


def run_jobs(*, policies: Sequence[Policy], jobs: Iterable[Job]) -> list[JobResult]:
    """In the order given."""
    results = []
    for job in jobs:
        first = job.shifts[0].request
        zone = ZoneInfo(policies[0].time_zone)
        on_date = (first.requested_at or first.starts_at).astimezone(zone).date()
        policy = policy_for(policies, on_date=on_date)
        if policy is None:
            problem = f"No version of the policy is in force on {on_date.isoformat()}."
            results.append(JobResult(job.name, None, {}, (), problem))
        else:
            results.append(run_job(policy=policy, job=job))
    return results


def _job(reader: Reader, item: Any, path: str, index: int, defaults: Mapping[str, Any]) -> Job | None:
    said = reader.mapping(item, path, _JOB)
    data = {**defaults, **said}
    for group in ("venue", "client", "job", "attributes"):
        if isinstance(defaults.get(group), Mapping) and isinstance(said.get(group), Mapping):
            data[group] = {**defaults[group], **said[group]}
    facts = reader.facts(data.get("venue") or {}, f"{path}.venue", "venue", beside=PLACE)
    facts |= reader.facts(data.get("client") or {}, f"{path}.client", "client", beside=("id",))
    facts |= reader.facts(data.get("job") or {}, f"{path}.job", "job")
    facts |= reader.facts({"attributes": data.get("attributes") or {}}, path, "shift")
    venue: Mapping[str, Any] = data["venue"] if isinstance(data.get("venue"), Mapping) else {}
    request = ShiftRequest(
        starts_at=_EARLIEST,
        ends_at=_EARLIEST,
        positions=(),
        event_type=reader.text(data, "event_type", path),
        requested_at=reader.instant(data["requested"], f"{path}.requested") if data.get("requested") else None,
        crowd=reader.whole(data, "crowd", path) if "crowd" in data else facts.get("job.crowd"),
        alcohol=reader.yes_no(data, "alcohol", path, bool(facts.get("job.alcohol"))),
        non_profit=bool(facts.get("client.non_profit")),
        duties=reader.texts(data, "duties", path),
        latitude=reader.number(venue, "latitude", f"{path}.venue"),
        longitude=reader.number(venue, "longitude", f"{path}.venue"),
        postal_code=reader.text(venue, "postal_code", f"{path}.venue"),
        place_name=reader.text(venue, "place", f"{path}.venue"),
        facts=facts,
    )
    shifts = []
    if data.get("shifts") is None:
        shifts.append(_shift(reader, data, path, request, 1))
    for number, one in enumerate(reader.items(data.get("shifts"), f"{path}.shifts")):
        own = f"{path}.shifts[{number}]"
        shift: dict[str, Any] = {key: data[key] for key in ("officers", "vehicles") if key in data}
        shifts.append(_shift(reader, {**shift, **reader.mapping(one, own, _SHIFT)}, own, request, number + 1))
    expect = _expected(reader, said["expect"], f"{path}.expect") if said.get("expect") is not None else None
    usable = [shift for shift in shifts if shift is not None]
    if len(usable) != len(shifts) or not usable:
        return None
    return Job(
        name=reader.text(data, "name", path, f"job {index + 1}"),
        shifts=tuple(usable),
        ladder=reader.yes_no(data, "ladder", path, True),
        service_fee=ServiceFee(
            rate_basis_points=reader.whole(data, "service_fee_basis_points", path) or 0,
            tax_code="tax",
            tax_name="Tax",
            tax_rate_basis_points=reader.whole(data, "service_fee_tax_basis_points", path) or 0,
        ),
        paid_days_late=reader.whole(data, "paid_days_late", path),
        expect=JobExpectation(expect) if expect is not None else None,
    )


def _expected(reader: Reader, value: Any, path: str) -> dict[str, Any]:
    """A deadline as an instant, however it is written; groups of amounts as mappings."""
    found = dict(reader.mapping(value, path, _EXPECT))
    if found.get("payment_deadline") is not None:
        found["payment_deadline"] = reader.instant(found["payment_deadline"], f"{path}.payment_deadline")
    for group in _EXPECT_BY_CODE:
        if found.get(group) is not None and not isinstance(found[group], Mapping):
            reader.wrong(f"{path}.{group}", "must be whole numbers by code, e.g. {constable: 2}")
    return found


def _shift(reader: Reader, data: Mapping[str, Any], path: str, request: ShiftRequest, number: int) -> JobShift | None:
    span = reader.span(data, path)
    officers = _counted(reader, data.get("officers"), f"{path}.officers")
    if not officers:
        reader.wrong(f"{path}.officers", "say how many of each rank, e.g. {constable: 2}")
    vehicles = _counted(reader, data.get("vehicles"), f"{path}.vehicles")
    if span is None or not officers:
        return None
    asked = replace(
        request,
        starts_at=span[0],
        ends_at=span[1],
        positions=tuple(PositionRequest(code, count) for code, count in officers.items()),
        vehicles=tuple(VehicleRequest(code, count) for code, count in vehicles.items()),
        number=number,
    )
    cancelled_by, cancelled_at = _cancelled(reader, data.get("cancelled"), f"{path}.cancelled", span[0])
    return JobShift(
        asked,
        tuple(_worked(reader, data.get("worked"), f"{path}.worked", asked)),
        data.get("worked") is not None,
        cancelled_by,
        cancelled_at,
    )


def _worked(reader: Reader, value: Any, path: str, asked: ShiftRequest) -> Iterable[WorkedPosition]:
    """Each item is one officer, or as many as `officers` says, with the same hours."""
    scheduled = (asked.ends_at - asked.starts_at) // timedelta(minutes=1)
    for index, item in enumerate(reader.items(value, path)):
        own = f"{path}[{index}]"
        data = reader.mapping(item, own, _WORKED)
        local = asked.starts_at.astimezone(reader.zone)
        span = reader.span({"from": f"{local:%Y-%m-%d %H:%M}", **data}, own)
        if span is None:
            continue
        for copy in range(reader.whole(data, "officers", own, lowest=1) or 1):
            yield WorkedPosition(
                assignment_id=f"{index + 1}-{copy + 1}",
                rank_code=reader.text(data, "rank", own, asked.positions[0].rank_code),
                worked_minutes=(span[1] - span[0]) // timedelta(minutes=1),
                scheduled_minutes=scheduled,
                released_early=reader.yes_no(data, "released_early", own),
                starts_at=span[0],
                meal_minutes=reader.whole(data, "meal_minutes", own) or 0,
                overrun_unrelated=reader.yes_no(data, "unrelated_overrun", own),
            )


def _cancelled(
    reader: Reader, value: Any, path: str, starts_at: datetime
) -> tuple[CancelledBy | None, datetime | None]:
    """`by`, and one of `at`, `hours_before`, `minutes_before` (negative after the start)."""
    if value is None:
        return None, None
    data = reader.mapping(value, path, ("by", "at", "hours_before", "minutes_before"))
    by: Any = data.get("by", "client")
    if by not in _CANCELLERS:
        reader.wrong(f"{path}.by", f"{by!r} cannot cancel; choose from {', '.join(_CANCELLERS)}")
        return None, None
    ways = [key for key in ("at", "hours_before", "minutes_before") if data.get(key) is not None]
    if len(ways) != 1:
        reader.wrong(path, "needs exactly one of at, hours_before, minutes_before")
        return None, None
    if ways[0] == "at":
        return by, reader.instant(data["at"], f"{path}.at")
    amount = reader.number(data, ways[0], path)
    if amount is None:
        return None, None
    return by, starts_at - timedelta(minutes=amount * (60 if ways[0] == "hours_before" else 1))


def _counted(reader: Reader, value: Any, path: str) -> dict[str, int]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        reader.wrong(path, "must be counts by code, e.g. {constable: 2}")
        return {}
    found = {str(code): reader.whole(value, code, path, lowest=1) for code in value}
    return {code: count for code, count in found.items() if count is not None}
