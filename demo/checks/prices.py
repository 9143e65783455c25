"""What a shift costs and who gets what, computed again from the department's document, in fractions.

Written from docs/pricing.md and not from the code that it checks. What it does not know it refuses, rather than guess.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

ALL_KINDS = ("labour", "premium", "vehicle", "fee")
KNOWN_CONDITIONS = {"periods", "event_types"}


class CannotRecompute(Exception):
    """The document says something that this second opinion does not understand."""


@dataclass(frozen=True)
class Work:
    """One officer's (or one planned officer's) time. `minutes` 0 is a no-show."""

    assignment_id: str
    rank_code: str
    minutes: int
    starts_at: datetime


@dataclass(frozen=True)
class Line:
    kind: str
    description: str
    assignment_id: str
    billed_minutes: int
    net: int
    tax: int
    pay: int = 0
    paid_minutes: int = 0

    @property
    def gross(self) -> int:
        return self.net + self.tax


@dataclass(frozen=True)
class Bill:
    """Lines of the supplier, and the platform's fee with its tax. All in cents."""

    lines: tuple[Line, ...]
    service_fee: int
    service_fee_tax: int
    payee_mode: str

    @property
    def supplier_gross(self) -> int:
        return sum(line.gross for line in self.lines)

    @property
    def net(self) -> int:
        return sum(line.net for line in self.lines) + self.service_fee

    @property
    def tax(self) -> int:
        return sum(line.tax for line in self.lines) + self.service_fee_tax

    @property
    def total(self) -> int:
        return self.net + self.tax

    def pay(self) -> dict[str, int]:
        """Assignment → what the officer earns, premiums included."""
        earned: dict[str, int] = {}
        for line in self.lines:
            if line.pay:
                earned[line.assignment_id] = earned.get(line.assignment_id, 0) + line.pay
        return earned

    def officer_cents(self) -> dict[str, int]:
        """Assignment → what is transferred to the officer: nothing where the department's payroll pays."""
        return self.pay() if self.payee_mode == "direct" else {}

    def department_cents(self) -> int:
        return self.supplier_gross - sum(self.officer_cents().values())


@dataclass(frozen=True)
class Plan:
    """The platform's fee for a department: hundredths of a percent, and the tax on it."""

    fee_basis_points: int
    tax_basis_points: int


@dataclass(frozen=True)
class ShiftAsked:
    starts_at: datetime
    ends_at: datetime
    positions: tuple[tuple[str, int], ...]
    event_type: str
    vehicle_code: str = ""
    vehicle_count: int = 0
    alcohol: bool = False
    crowd: int | None = None

    @property
    def minutes(self) -> int:
        return int((self.ends_at - self.starts_at).total_seconds() // 60)


@dataclass
class _Card:
    document: Mapping[str, Any]
    card: Mapping[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        self.card = self.document["rate_card"]
        if self.card.get("released_early", "worked") != "worked":
            raise CannotRecompute("released_early")
        for fee in self.card.get("fees", ()):
            if fee.get("paid_by", "client") != "client" or fee["kind"] != "percent":
                raise CannotRecompute(f"fee {fee['code']}")
            if fee.get("notice_less_than_minutes") is not None or fee.get("non_profit") is not None:
                raise CannotRecompute(f"fee {fee['code']} with a condition")

    def rank(self, code: str) -> Mapping[str, Any]:
        return next(rank for rank in self.card["ranks"] if rank["code"] == code)

    def taxed(self, kind: str, amount: int) -> tuple[int, int]:
        """Net and tax of an amount of the card; fees are always before tax."""
        rates = [
            tax["rate_basis_points"] for tax in self.card.get("taxes", ()) if kind in tax.get("applies_to", ALL_KINDS)
        ]
        if self.card.get("rates_include_tax") and kind != "fee":
            net = half_up(Fraction(amount * 10_000, 10_000 + sum(rates)))
            return net, amount - net
        return amount, sum(percent(amount, rate) for rate in rates)

    def billed(self, worked: int, minimum: int | None = None) -> int:
        if worked == 0:
            return 0
        rounding = self.card.get("rounding", {})
        unit, grace = rounding.get("unit_minutes", 1), rounding.get("grace_minutes", 0)
        if rounding.get("mode", "up") != "up":
            raise CannotRecompute("rounding mode")
        rounded = (worked // unit + (1 if worked % unit > grace else 0)) * unit
        steps = self.card.get("minimum_steps_minutes", ()) if minimum is None else (minimum,)
        return next((step for step in steps if rounded <= step), rounded)


def quote(document: Mapping[str, Any], plan: Plan, shift: ShiftAsked) -> Bill:
    """What the client is asked to prepay: everybody works as planned."""
    planned = [
        Work("", rank_code, shift.minutes, shift.starts_at)
        for rank_code, headcount in staffed(document, shift)
        for _ in range(headcount)
    ]
    return _priced(document, plan, shift, planned, shift.vehicle_count, shift.minutes)


def staffed(document: Mapping[str, Any], shift: ShiftAsked) -> list[tuple[str, int]]:
    """The officers asked for with the ladder's supervisors: beside them, or in the place of the most junior."""
    ranks = {rank["code"]: rank["level"] for rank in document["rate_card"]["ranks"]}
    ladder = document.get("supervisor_ladder", ())
    people = [rank for rank, headcount in shift.positions for _ in range(headcount)]
    supervising = {rung["rank_code"] for rung in ladder}
    officers_asked = sum(rank not in supervising for rank in people)
    everybody_asked = len(people)
    for rung in ladder:
        is_beside = rung.get("meaning", "additional") == "additional"
        counted = officers_asked if is_beside else everybody_asked
        crowded = rung.get("at_crowd") is not None and shift.crowd is not None and shift.crowd >= rung["at_crowd"]
        if counted < rung["at_officers"] and not crowded and not (rung.get("when_alcohol") and shift.alcohol):
            continue
        wanted = rung.get("count", 1)
        if rung.get("per_officers"):
            wanted = max(wanted, counted // rung["per_officers"] * wanted)
        for _ in range(wanted - people.count(rung["rank_code"])):
            if not is_beside:
                juniors = [rank for rank in people if ranks[rank] < ranks[rung["rank_code"]]]
                if not juniors:
                    break
                people.remove(min(juniors, key=lambda rank: ranks[rank]))
            if not rung.get("billed", True):
                raise CannotRecompute("a supervisor without charge")
            people.append(rung["rank_code"])
    return [(rank, people.count(rank)) for rank in dict.fromkeys(people)]


def bill(document: Mapping[str, Any], plan: Plan, shift: ShiftAsked, worked: Sequence[Work]) -> Bill:
    """What was worked. A vehicle goes with the longest stay, and there are never more vehicles than officers."""
    present = [work for work in worked if work.minutes]
    vehicles = min(shift.vehicle_count, len(present))
    return _priced(document, plan, shift, present, vehicles, max((work.minutes for work in present), default=0))


def _priced(
    document: Mapping[str, Any],
    plan: Plan,
    shift: ShiftAsked,
    works: Iterable[Work],
    vehicles: int,
    vehicle_minutes: int,
) -> Bill:
    card = _Card(document)
    lines: list[Line] = []
    for work in works:
        lines += _labour(card, shift, work)
    if shift.vehicle_code and vehicles:
        lines += [_vehicle(card, shift.vehicle_code, vehicle_minutes)] * vehicles
    return _with_fees(card, plan, lines)


def cancelled(document: Mapping[str, Any], plan: Plan, shift: ShiftAsked, *, minutes: int, with_fees: bool) -> Bill:
    """So many minutes for every officer who was asked for: exact, without premiums, and nobody is paid by name."""
    card = _Card(document)
    lines: list[Line] = []
    for rank_code, headcount in staffed(document, shift):
        rank = card.rank(rank_code)
        taxed = card.taxed("labour", hourly(rank["bill_rate_cents_per_hour"], minutes))
        lines += [Line("labour", rank["name"], "", minutes, *taxed)] * headcount
    return _with_fees(card, plan, lines, supplier_fees=with_fees)


def _with_fees(card: _Card, plan: Plan, lines: list[Line], *, supplier_fees: bool = True) -> Bill:
    for fee in card.card.get("fees", ()) if supplier_fees else ():
        base = sum(line.net for line in lines if line.kind in fee.get("applies_to", ("labour", "premium", "vehicle")))
        amount = min(percent(base, fee["rate_basis_points"]), fee.get("cap_cents") or math.inf)
        if amount:
            lines.append(Line("fee", fee["name"], "", 0, *card.taxed("fee", int(amount))))
    service_fee = percent(sum(line.net for line in lines), plan.fee_basis_points)
    return Bill(tuple(lines), service_fee, percent(service_fee, plan.tax_basis_points), card.document["payee_mode"])


def _labour(card: _Card, shift: ShiftAsked, work: Work) -> list[Line]:
    rank = card.rank(work.rank_code)
    billed = card.billed(work.minutes)
    paid = billed if card.card.get("payable_basis", "billable") == "billable" else min(billed, work.minutes)
    bill_rate, pay_rate = rank["bill_rate_cents_per_hour"], rank["pay_rate_cents_per_hour"]
    lines = [
        Line(
            "labour",
            rank["name"],
            work.assignment_id,
            billed,
            *card.taxed("labour", hourly(bill_rate, billed)),
            pay=hourly(pay_rate, paid),
            paid_minutes=paid,
        )
    ]
    for premium, covered in _premiums(card, shift, work.starts_at, billed):
        rise = percent(bill_rate, premium["rate_basis_points"])
        minutes = len(covered)
        pay = 0
        if premium.get("raises_pay", True):
            pay_rise = half_up(Fraction(pay_rate * rise, bill_rate))
            pay = hourly(pay_rise, sum(1 for minute in covered if minute < paid))
        lines.append(
            Line(
                "premium",
                f"{premium['name']} ({rank['name']})",
                work.assignment_id,
                minutes,
                *card.taxed("premium", hourly(rise, minutes)),
                pay=pay,
            )
        )
    return lines


def _vehicle(card: _Card, code: str, worked: int) -> Line:
    vehicle = next(vehicle for vehicle in card.card["vehicles"] if vehicle["code"] == code)
    if vehicle.get("basis", "hourly") == "flat":
        return Line("vehicle", vehicle["name"], "", 0, *card.taxed("vehicle", vehicle["rate_cents"]))
    billed = card.billed(worked, vehicle.get("minimum_minutes"))
    return Line("vehicle", vehicle["name"], "", billed, *card.taxed("vehicle", hourly(vehicle["rate_cents"], billed)))


def _premiums(
    card: _Card, shift: ShiftAsked, starts_at: datetime, billed: int
) -> list[tuple[Mapping[str, Any], list[int]]]:
    """Each premium with the minutes (0 … billed) that it covers; minute by minute, the highest of a kind wins."""
    zone = ZoneInfo(card.document["time_zone"])
    covered: dict[str, list[int]] = {}
    premiums = {premium["id"]: premium for premium in card.card.get("premiums", ())}
    for premium in premiums.values():
        unknown = {name for name, value in premium.get("when", {}).items() if value} - KNOWN_CONDITIONS
        if premium["effect"] != "percent" or unknown:
            raise CannotRecompute(f"premium {premium['id']}: {premium['effect']} {sorted(unknown)}")
    for minute in range(billed):
        local = (starts_at + timedelta(minutes=minute)).astimezone(zone)
        active = [premium for premium in premiums.values() if _applies(premium, shift.event_type, local)]
        highest = [premium for premium in active if premium.get("stack", "add") == "highest"]
        best = max(highest, key=lambda premium: premium["rate_basis_points"], default=None)
        for premium in active:
            if premium is best or premium.get("stack", "add") == "add":
                covered.setdefault(premium["id"], []).append(minute)
    return [(premiums[identifier], covered[identifier]) for identifier in premiums if identifier in covered]


def _applies(premium: Mapping[str, Any], event_type: str, local: datetime) -> bool:
    when = premium.get("when", {})
    events = [name.replace("_", "-") for name in when.get("event_types", ())]
    if events and event_type.replace("_", "-") not in events:
        return False
    periods = when.get("periods", ())
    return not periods or any(_within(period, local) for period in periods)


def _within(period: Mapping[str, str], local: datetime) -> bool:
    """Periods of a year as text: `12-31T18:00` to `01-02T00:00` goes over New Year."""
    if period["from_text"][4:5] == "-":
        now = f"{local:%Y-%m-%dT%H:%M}"
        return period["from_text"] <= now < period["until_text"]
    now = f"{local:%m-%dT%H:%M}"
    start, until = period["from_text"], period["until_text"]
    return start <= now < until if start < until else now >= start or now < until


def half_up(value: Fraction) -> int:
    return math.floor(value + Fraction(1, 2))


def percent(cents: int, basis_points: int) -> int:
    return half_up(Fraction(cents * basis_points, 10_000))


def hourly(cents_per_hour: int, minutes: int) -> int:
    return half_up(Fraction(cents_per_hour * minutes, 60))
