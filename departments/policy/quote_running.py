"""One job through the engine: judged, staffed, quoted, and charged as worked or cancelled. JSON-ready."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from departments.policy.documents import Policy
from departments.policy.payment_terms import late_charge, payment_terms
from departments.policy.prices import Line, ShiftPrice, ShiftRequest, WorkedVehicle
from departments.policy.pricing import price_cancellation, price_shift, price_worked
from departments.policy.requests import judge_request
from departments.policy.scenes import request_scene
from departments.policy.settlement import refuse_overpaid
from departments.policy.supervisors import with_supervisors
from departments.policy.verdicts import SEVERITY, reason_to_json
from kernel.errors import Refusal

if TYPE_CHECKING:
    from departments.policy.quote_cases import Job, JobShift


@dataclass(frozen=True, slots=True)
class JobResult:
    """`told` is everything that is printed; `problem` says why nothing could be computed."""

    name: str
    policy: Policy | None
    told: Mapping[str, Any]
    differences: tuple[str, ...] = ()
    problem: str = ""

    @property
    def as_expected(self) -> bool:
        return not self.differences and not self.problem

    def to_json(self) -> dict[str, Any]:
        said: dict[str, Any] = {"job": self.name}
        if self.policy is not None:
            said["policy"] = self.policy.reference()
        said |= self.told
        if self.problem:
            said["problem"] = self.problem
        said["differences"] = list(self.differences)
        return said


def run_job(*, policy: Policy, job: Job) -> JobResult:
    """A refusal of the engine (an unknown rank, no notice known) is a problem, unless the job expects it."""
    try:
        told = _told(policy, job)
    except Refusal as refusal:
        expected = job.expect.values.get("refused") if job.expect is not None else None
        if expected == refusal.code:
            return JobResult(job.name, policy, {"refused": refusal.code, "sentence": refusal.message})
        return JobResult(job.name, policy, {"refused": refusal.code}, (), refusal.message)
    differences = tuple(_differences(job.expect.values, told)) if job.expect is not None else ()
    return JobResult(job.name, policy, told, differences)


def _told(policy: Policy, job: Job) -> dict[str, Any]:
    staffed = [
        with_supervisors(policy=policy, shift=shift.request) if job.ladder else shift.request for shift in job.shifts
    ]
    quoted = [price_shift(policy=policy, shift=request, service_fee=job.service_fee) for request in staffed]
    for price in quoted:
        refuse_overpaid(price=price, payee_mode=policy.payee_mode)
    total = sum(price.gross_cents for price in quoted)
    told: dict[str, Any] = {
        "currency": policy.currency,
        "request": _judged(policy, job),
        "shifts": [],
        **_sums(quoted),
        "payment": _payment(policy, staffed[0], total),
    }
    worked: list[ShiftPrice] = []
    cancelled: list[ShiftPrice] = []
    for shift, request, price in zip(job.shifts, staffed, quoted, strict=True):
        said = _shift(policy, shift, request, price)
        if shift.was_worked:
            worked.append(_worked(policy, job, shift, request))
            said["worked"] = {**_sums([worked[-1]]), "lines": _lines(worked[-1])}
        if shift.cancelled_by is not None and shift.cancelled_at is not None:
            cancelled.append(
                price_cancellation(
                    policy=policy,
                    shift=request,
                    cancelled_by=shift.cancelled_by,
                    cancelled_at=shift.cancelled_at,
                    service_fee=job.service_fee,
                )
            )
            said["cancellation"] = {**_sums([cancelled[-1]]), "lines": _lines(cancelled[-1])}
        told["shifts"].append(said)
    if worked:
        told["worked"] = _sums(worked)
    if cancelled:
        told["cancellation"] = _sums(cancelled)
    if job.paid_days_late is not None:
        positions = sum(position.headcount for request in staffed for position in request.positions)
        owed = sum(price.gross_cents for price in worked) if worked else total
        charge = late_charge(policy=policy, days_past_due=job.paid_days_late, unpaid_cents=owed, positions=positions)
        told["late"] = charge.to_json()
    return told


def _judged(policy: Policy, job: Job) -> dict[str, Any]:
    """The gravest answer over the job's shifts; a rule that speaks of several shifts is listed once."""
    verdicts = [judge_request(policy=policy, shift=shift.request) for shift in job.shifts]
    reasons = {reason.rule_id: reason for verdict in verdicts for reason in verdict.reasons}
    dry_run = {reason.rule_id: reason for verdict in verdicts for reason in verdict.dry_run_reasons}
    return {
        "outcome": max((verdict.outcome for verdict in verdicts), key=lambda outcome: SEVERITY[outcome]),
        "reasons": [reason_to_json(reason) for reason in reasons.values()],
        "dry_run_reasons": [reason_to_json(reason) for reason in dry_run.values()],
    }


def _shift(policy: Policy, shift: JobShift, request: ShiftRequest, price: ShiftPrice) -> dict[str, Any]:
    zone = ZoneInfo(policy.time_zone)
    return {
        "starts_at": request.starts_at.astimezone(zone).isoformat(),
        "ends_at": request.ends_at.astimezone(zone).isoformat(),
        "officers": _headcount(request, billed=True),
        "unbilled_officers": _headcount(request, billed=False),
        "added_by_ladder": _added(shift.request, request),
        **_sums([price]),
        "lines": _lines(price),
    }


def _worked(policy: Policy, job: Job, shift: JobShift, request: ShiftRequest) -> ShiftPrice:
    """A vehicle is billed as long as the officer who stayed longest."""
    longest = max(shift.worked, key=lambda one: one.worked_minutes, default=None)
    minutes = longest.worked_minutes if longest is not None else 0
    vehicles = [WorkedVehicle(one.vehicle_code, one.count, minutes, longest) for one in request.vehicles]
    unbilled = {position.rank_code for position in request.positions if not position.billed}
    unbilled -= {position.rank_code for position in request.positions if position.billed}
    return price_worked(
        policy=policy,
        shift=request,
        worked=[replace(one, billed=one.rank_code not in unbilled) for one in shift.worked],
        vehicles=vehicles,
        service_fee=job.service_fee,
    )


def _payment(policy: Policy, request: ShiftRequest, total_cents: int) -> dict[str, Any]:
    scene = request_scene(policy=policy, shift=request).with_facts({"job.estimate_cents": total_cents})
    terms = payment_terms(policy=policy, starts_at=request.starts_at, total_cents=total_cents, scene=scene)
    return {
        "rule_id": terms.rule_id,
        "due": terms.due,
        "deadline_at": terms.deadline_at.astimezone(ZoneInfo(policy.time_zone)).isoformat(),
        "deposit_cents": terms.deposit_cents,
        "text": terms.text,
    }


def _headcount(request: ShiftRequest, *, billed: bool) -> dict[str, int]:
    return {one.rank_code: one.headcount for one in request.positions if one.billed is billed}


def _added(asked: ShiftRequest, staffed: ShiftRequest) -> dict[str, int]:
    """Difference in heads by rank: a promoted officer is one fewer here and one more there."""
    before: dict[str, int] = {}
    after: dict[str, int] = {}
    for counts, request in ((before, asked), (after, staffed)):
        for position in request.positions:
            counts[position.rank_code] = counts.get(position.rank_code, 0) + position.headcount
    changed = {code: after.get(code, 0) - before.get(code, 0) for code in {**before, **after}}
    return {code: count for code, count in changed.items() if count}


def _sums(prices: Sequence[ShiftPrice]) -> dict[str, int]:
    return {
        "net_cents": sum(price.net_cents for price in prices),
        "tax_cents": sum(price.tax_cents for price in prices),
        "total_cents": sum(price.gross_cents for price in prices),
        "pay_cents": sum(price.pay_cents for price in prices),
    }


def _lines(price: ShiftPrice) -> list[dict[str, Any]]:
    return [_line(line) for line in price.lines]


def _line(line: Line) -> dict[str, Any]:
    return {
        "code": line.code,
        "description": line.description,
        "headcount": line.headcount,
        "billable_minutes": line.billable_minutes,
        "unit_rate_cents_per_hour": line.unit_rate_cents_per_hour,
        "net_cents": line.net_cents,
        "taxes": [{"code": tax.code, "cents": tax.cents} for tax in line.taxes],
        "gross_cents": line.gross_cents,
        "pay_cents": line.pay_cents,
        "explanation": line.explanation,
    }


def _differences(expect: Mapping[str, Any], told: Mapping[str, Any]) -> Iterable[str]:
    got: dict[str, Any] = {
        "request": told["request"]["outcome"],
        "rules": sorted(reason["rule_id"] for reason in told["request"]["reasons"]),
        **{key: told[key] for key in ("net_cents", "tax_cents", "total_cents", "pay_cents")},
        "officers": _summed(told, "officers"),
        "unbilled_officers": _summed(told, "unbilled_officers"),
        "payment_rule": told["payment"]["rule_id"],
        "payment_deadline": told["payment"]["deadline_at"],
        "deposit_cents": told["payment"]["deposit_cents"],
        "worked_total_cents": told.get("worked", {}).get("total_cents"),
        "cancellation_total_cents": told.get("cancellation", {}).get("total_cents"),
        "late_cents": told.get("late", {}).get("cents"),
        "suspends": told.get("late", {}).get("suspends"),
        "refused": None,
    }
    for name, wanted in expect.items():
        if name in _LINES:
            part, value = _LINES[name]
            found = _by_code(told, part, value)
            for code, amount in wanted.items():
                if found.get(code, 0) != amount:
                    yield f"{name} {code}: expected {amount}, got {found.get(code, 'no such line')}"
        elif name == "rules":
            if sorted(wanted) != got["rules"]:
                yield f"rules: expected {sorted(wanted)}, got {got['rules']}"
        elif name == "payment_deadline":
            if datetime.fromisoformat(got[name]) != wanted:
                yield f"{name}: expected {wanted.isoformat()}, got {got[name]}"
        elif name in ("officers", "unbilled_officers"):
            if {code: count for code, count in wanted.items() if count} != got[name]:
                yield f"{name}: expected {wanted}, got {got[name]}"
        elif got[name] != wanted:
            yield f"{name}: expected {wanted}, got {got[name]}"


# What an expectation by line code compares: which price, and which of its columns.
_LINES = {
    "lines": ("", "net_cents"),
    "minutes": ("", "billable_minutes"),
    "worked_lines": ("worked", "net_cents"),
    "worked_minutes": ("worked", "billable_minutes"),
    "cancellation_lines": ("cancellation", "net_cents"),
}


def _by_code(told: Mapping[str, Any], part: str, value: str) -> dict[str, int]:
    """Sums over the job's shifts; minutes are those of one officer."""
    found: dict[str, int] = {}
    for shift in told["shifts"]:
        lines = shift.get(part, {}).get("lines", []) if part else shift["lines"]
        for line in lines:
            if value == "billable_minutes":
                found[line["code"]] = max(found.get(line["code"], 0), line[value])
            else:
                found[line["code"]] = found.get(line["code"], 0) + line[value]
    return found


def _summed(told: Mapping[str, Any], name: str) -> dict[str, int]:
    """The first shift's staff: shifts of one job are staffed alike."""
    found: dict[str, int] = told["shifts"][0][name]
    return found
