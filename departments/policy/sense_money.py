"""What is wrong with the sense of prices, cancellations and payment: rows that nothing reaches, sums without a base."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from departments.policy.refusals import Mistake
from departments.policy.sense_rules import is_a_day

Document = Mapping[str, Any]


def mistakes_in_money(document: Document) -> Iterator[Mistake]:
    card = document["rate_card"]
    yield from _fees(card.get("fees", []))
    yield from _premiums(card)
    yield from _minutes(card)
    yield from _cancellations(document.get("cancellation", []))
    yield from _payment(document.get("payment", {}))
    yield from _ladder(document.get("supervisor_ladder", []), card["ranks"])
    for index, minimum in enumerate(document.get("staffing_minimums", [])):
        if any(one["id"] == minimum["id"] for one in document["staffing_minimums"][:index]):
            yield Mistake(f"staffing_minimums[{index}].id", f"“{minimum['id']}” is already used")


def _fees(fees: list[Document]) -> Iterator[Mistake]:
    before: list[str] = []
    for index, fee in enumerate(fees):
        path = f"rate_card.fees[{index}]"
        for code in fee.get("also_on", []):
            if code not in before:
                yield Mistake(f"{path}.also_on", f"“{code}” is no fee that stands before this one")
        if fee.get("cap_cents") is not None and fee.get("floor_cents", 0) > fee["cap_cents"]:
            yield Mistake(f"{path}.floor_cents", "is more than cap_cents")
        if fee["kind"] == "discount" and fee.get("paid_by") == "officer":
            yield Mistake(f"{path}.paid_by", "a discount is the client's")
        before.append(fee["code"])


def _premiums(card: Document) -> Iterator[Mistake]:
    for index, premium in enumerate(card.get("premiums", [])):
        path, when = f"rate_card.premiums[{index}].when", premium["when"]
        for number, day in enumerate(when.get("dates", [])):
            if not is_a_day(day):
                yield Mistake(f"{path}.dates[{number}]", f"there is no day {day}")
        for number, period in enumerate(when.get("periods", [])):
            yield from _period(period, f"{path}.periods[{number}]")
        after, until = when.get("after_minutes"), when.get("until_minutes")
        if after is not None and until is not None and until <= after:
            yield Mistake(f"{path}.until_minutes", "must be more than after_minutes")
        if until == 0:
            yield Mistake(f"{path}.until_minutes", "leaves no minute")
        if premium.get("stack_group") and premium.get("stack", "add") != "highest":
            yield Mistake(f"rate_card.premiums[{index}].stack_group", "only has a meaning with stack: highest")


def _period(period: Document, path: str) -> Iterator[Mistake]:
    start, until = period["from_text"], period["until_text"]
    for name, text in (("from_text", start), ("until_text", until)):
        day, clock = text.split("T")
        if not is_a_day(day) or clock[:2] > "23" or clock[3:] > "59":
            yield Mistake(f"{path}.{name}", f"there is no {text}")
    if (start[4:5] == "-") != (until[4:5] == "-"):
        yield Mistake(path, "write the year in both, or in neither")
    elif start == until or (start[4:5] == "-" and start > until):
        yield Mistake(path, "must end after it begins")


def _minutes(card: Document) -> Iterator[Mistake]:
    for index, rule in enumerate(card.get("minimum_rules", [])):
        path = f"rate_card.minimum_rules[{index}]"
        if rule["steps_minutes"] != sorted(set(rule["steps_minutes"])):
            yield Mistake(f"{path}.steps_minutes", "steps must grow from one to the next")
        if index and not card["minimum_rules"][index - 1].get("applies_when"):
            yield Mistake(path, "is never reached: the rule before it always applies")
    overrun = card.get("overrun") or {}
    if overrun.get("from_minutes", 1) > overrun.get("unit_minutes", 60):
        yield Mistake("rate_card.overrun.from_minutes", "must not be more than unit_minutes")
    for index, vehicle in enumerate(card.get("vehicles", [])):
        if vehicle.get("basis") == "flat" and vehicle.get("minimum_minutes"):
            yield Mistake(f"rate_card.vehicles[{index}].minimum_minutes", "has no meaning with basis: flat")


def _cancellations(rows: list[Document]) -> Iterator[Mistake]:
    for index, row in enumerate(rows):
        path = f"cancellation[{index}]"
        if row.get("notice_less_than_minutes") is not None and row.get("notice_less_than_business_days") is not None:
            yield Mistake(path, "name the notice in minutes or in business days, not both")
        if row.get("charge_whole_shift") and row.get("charge_minutes_per_officer"):
            yield Mistake(f"{path}.charge_minutes_per_officer", "has no meaning beside charge_whole_shift")
        shadows = [
            next((number for number, one in enumerate(rows[:index]) if _covers(one, row, who)), None)
            for who in row["cancelled_by"]
        ]
        if all(number is not None for number in shadows):
            yield Mistake(path, f"is never reached: cancellation[{shadows[0]}] takes every such case")
            continue
        for place, (who, number) in enumerate(zip(row["cancelled_by"], shadows, strict=True)):
            if number is not None:
                yield Mistake(
                    f"{path}.cancelled_by[{place}]",
                    f"{who} is never reached here: cancellation[{number}] takes every such case",
                )


def _covers(earlier: Document, later: Document, who: str) -> bool:
    """Does the earlier row fit whenever the later one does?"""
    if who not in earlier["cancelled_by"] or earlier.get("applies_when"):
        return False
    if bool(earlier.get("in_office_hours")) != bool(later.get("in_office_hours")):
        return _always(earlier)
    for way in ("notice_less_than_minutes", "notice_less_than_business_days"):
        if earlier.get(way) is not None:
            if later.get(way) is None:
                return False
            mine = (earlier[way], bool(earlier.get("boundary_included")))
            return mine >= (later[way], bool(later.get("boundary_included")))
    return True


def _always(row: Document) -> bool:
    return row.get("notice_less_than_minutes") is None and row.get("notice_less_than_business_days") is None


def _payment(payment: Document) -> Iterator[Mistake]:
    rules = payment.get("rules", [])
    for index, rule in enumerate(rules):
        path = f"payment.rules[{index}]"
        both = ("deadline_hours_before_start", "deadline_business_days_before_start")
        if all(rule.get(one) is not None for one in both):
            yield Mistake(path, f"name one of {' and '.join(both)}, not both")
        if index and not rules[index - 1].get("applies_when"):
            yield Mistake(path, "is never reached: the rule before it always applies")
        if any(one["id"] == rule["id"] for one in rules[:index]):
            yield Mistake(f"{path}.id", f"“{rule['id']}” is already used")
    for index, term in enumerate(payment.get("late_terms", [])):
        if not any(term.get(key) for key in ("flat_cents", "per_position_cents", "percent_basis_points", "suspends")):
            yield Mistake(f"payment.late_terms[{index}]", "says no sum and no suspension")


def _ladder(ladder: list[Document], ranks: list[Document]) -> Iterator[Mistake]:
    levels = {rank["code"]: rank.get("level", 1) for rank in ranks}
    for index, rung in enumerate(ladder):
        level = levels.get(rung["rank_code"])
        takes = rung.get("meaning", "additional") != "additional"
        if level is not None and takes and level <= min(levels.values()):
            yield Mistake(f"supervisor_ladder[{index}].rank_code", "no rank is below it that could be promoted to it")
        if takes and rung.get("count", 1) > rung["at_officers"]:
            yield Mistake(f"supervisor_ladder[{index}].count", "is more than the officers of whom they are to be")
