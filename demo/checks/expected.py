"""What should have come of one department's play: hours, prices, shares, from what was asked and punched."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from demo.checks.prices import Bill, CannotRecompute, Plan, ShiftAsked, Work, bill, cancelled, quote

KNOWN_IN_A_ROW = {"text", "cancelled_by", "notice_less_than_minutes", "charge_minutes_per_officer", "apply_fees"}


@dataclass(frozen=True)
class Expected:
    """`works`: assignment → its counted time. Bills are in cents."""

    asked: dict[str, Any]
    prepaid: Bill
    billed: Bill
    works: dict[str, Work]

    @property
    def name(self) -> str:
        about = f", {self.turn}" if self.is_cancelled or self.is_supplied else ""
        return f"{self.asked['department']}{about}"

    @property
    def is_cancelled(self) -> bool:
        return "cancelled" in self.asked

    @property
    def is_supplied(self) -> bool:
        """By an agency."""
        return "agency" in self.asked

    @property
    def paid_ahead(self) -> int:
        """Nothing where the client has credit."""
        return 0 if "credit" in self.asked else self.prepaid.total

    @property
    def turn(self) -> str:
        return str(self.asked["turn"])

    @property
    def job_id(self) -> str:
        return str(self.asked["job"]["id"])

    @property
    def currency(self) -> str:
        return str(self.asked["currency"])

    @property
    def department_id(self) -> str:
        return str(self.asked["department_id"])

    @property
    def refund(self) -> int:
        return max(self.paid_ahead - self.billed.total, 0)

    @property
    def extra(self) -> int:
        return max(self.billed.total - self.paid_ahead, 0)

    def officer_of(self, assignment_id: str) -> str:
        return str(self.asked["assignments"][assignment_id]["officer_id"])

    def shares(self) -> dict[tuple[str, str], int]:
        """(owner kind, owner) → what leaves the platform to them."""
        found: dict[tuple[str, str], int] = {}
        for assignment_id, cents in self.billed.officer_cents().items():
            key = ("officer", self.officer_of(assignment_id))
            found[key] = found.get(key, 0) + cents
        rest = self.billed.department_cents()
        if self.is_supplied:
            agency = sum(line.gross for line in self.billed.lines if line.kind == "labour")
            found["agency", str(self.asked["agency"]["id"])] = agency
            rest -= agency
        if rest:
            found["department", self.department_id] = rest
        return found


def expect(asked: dict[str, Any]) -> Expected:
    """Raises CannotRecompute for a rate card that the checker does not know how to read."""
    plan = plan_of(asked)
    shift = shift_of(asked["contract"]["terms"])
    works = {
        assignment_id: counted(assignment_id, facts, shift) for assignment_id, facts in asked["assignments"].items()
    }
    return Expected(
        asked=asked,
        prepaid=quote(asked["policy"], plan, shift),
        billed=bill(asked["policy"], plan, shift, list(works.values())),
        works=works,
    )


def expect_cancelled(asked: dict[str, Any]) -> Expected:
    """A job that was cancelled: the first row of its policy that fits says what is charged. Raises CannotRecompute."""
    plan, shift, row = plan_of(asked), shift_of(asked["contract"]["terms"]), _row_of(asked)
    charged = cancelled(
        asked["policy"],
        plan,
        shift,
        minutes=row.get("charge_minutes_per_officer", 0),
        with_fees=row.get("apply_fees", False),
    )
    return Expected(asked, quote(asked["policy"], plan, shift), charged, {})


def _row_of(asked: dict[str, Any]) -> dict[str, Any]:
    done = asked["cancelled"]
    notice = moment(done["starts_at"]) - moment(done["at"])
    for row in asked["policy"]["cancellation"]:
        unknown = {name for name, value in row.items() if value} - KNOWN_IN_A_ROW
        if unknown:
            raise CannotRecompute(f"cancellation row with {sorted(unknown)}")
        limit = row.get("notice_less_than_minutes")
        if done["by"] in row["cancelled_by"] and (limit is None or notice < timedelta(minutes=limit)):
            return dict(row)
    return {}


def plan_of(asked: dict[str, Any]) -> Plan:
    return Plan(asked["service_fee_basis_points"], asked["service_fee_tax_basis_points"])


def shift_of(terms: dict[str, Any]) -> ShiftAsked:
    (shift,) = terms["shifts"]
    return ShiftAsked(
        starts_at=moment(shift["starts_at"]),
        ends_at=moment(shift["ends_at"]),
        positions=tuple((position["rank_code"], position["headcount"]) for position in shift["positions"]),
        event_type=terms["event_type"],
        vehicle_code=shift.get("vehicle_code", ""),
        vehicle_count=shift.get("vehicle_count", 0),
        alcohol=terms.get("alcohol_served", False),
        crowd=terms.get("expected_attendance"),
    )


def counted(assignment_id: str, facts: dict[str, Any], shift: ShiftAsked) -> Work:
    """From the later of start and clock-in to the earlier of clock-out and authorised end, in whole minutes."""
    if facts["in_at"] is None or facts["out_at"] is None:
        return Work(assignment_id, facts["rank_code"], 0, shift.starts_at)
    starts_at = max(shift.starts_at, moment(facts["in_at"]))
    ends_at = min(moment(facts["authorised_ends_at"]), moment(facts["out_at"]))
    minutes = max(ends_at - starts_at, timedelta(0)) // timedelta(minutes=1)
    if facts["resolved_minutes"] is not None:
        minutes = facts["resolved_minutes"]
    return Work(assignment_id, facts["rank_code"], minutes, starts_at)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
