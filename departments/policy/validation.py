"""Every mistake of a policy document, each with its path. First its shape (JSON Schema), then its sense."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from importlib import resources
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from jsonschema import Draft202012Validator, FormatChecker

from departments.policy.award_mistakes import award_order_mistakes
from departments.policy.refusals import Mistake
from departments.policy.secondary_employment import mistakes_of_secondary_employment
from departments.policy.sense_conditions import mistakes_in_conditions
from departments.policy.sense_money import mistakes_in_money
from departments.policy.sense_rules import mistakes_in_rules
from departments.policy.service_levels import mistakes_of_service_levels
from departments.policy.shape_mistakes import mistakes_of_shape
from departments.policy.validation_papers import mistakes_in_papers
from geo.areas import AreaInvalid, area_from_geojson
from kernel.money import divide_half_up, millionths


@cache
def schema() -> dict[str, Any]:
    """The published JSON Schema (draft 2020-12)."""
    text = resources.files("departments.policy").joinpath("schema.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(schema(), format_checker=FormatChecker())


def find_mistakes(document: Any) -> list[Mistake]:
    """All mistakes, in document order of their paths; empty when the document can be used."""
    if not isinstance(document, Mapping):
        return [Mistake("", "a policy is a mapping of sections, and this is not one")]
    errors = sorted(_validator().iter_errors(document), key=lambda error: list(map(str, error.absolute_path)))
    shape = [mistake for error in errors for mistake in mistakes_of_shape(error)]
    return shape or list(_mistakes_of_sense(document))


def _mistakes_of_sense(document: Mapping[str, Any]) -> Iterator[Mistake]:
    yield from _dates_and_zone(document)
    yield from _rate_card(document["rate_card"], document.get("payee_mode", "payroll"))
    yield from _duplicates(document.get("hour_limits", []), "id", "hour_limits")
    yield from _duplicates(document.get("rests", []), "id", "rests")
    yield from _duplicates(document.get("notice", {}).get("rules", []), "id", "notice.rules")
    yield from _hour_limits(document.get("hour_limits", []))
    yield from _ladder(document.get("supervisor_ladder", []), document["rate_card"])
    yield from award_order_mistakes(document.get("award_order", {}), document)
    yield from _approvals(document)
    yield from mistakes_in_conditions(document)
    yield from mistakes_in_papers(document)
    yield from mistakes_of_secondary_employment(document)
    yield from mistakes_in_rules(document)
    yield from mistakes_in_money(document)
    yield from _duty_conflicts(document.get("duty_conflicts", {}))
    yield from mistakes_of_service_levels(document.get("service_levels", {}))
    yield from _messages(document.get("messages", {}))
    for index, polygon in enumerate(document.get("jurisdiction", {}).get("polygons", [])):
        try:
            area_from_geojson(polygon)
        except AreaInvalid as refusal:
            yield Mistake(f"jurisdiction.polygons[{index}]", refusal.message)


def _messages(section: Mapping[str, Any]) -> Iterator[Mistake]:
    opens, closes = section.get("offers_from_time", "08:00"), section.get("offers_until_time", "20:00")
    if opens >= closes:
        yield Mistake("messages.offers_until_time", "must be later on the same day than offers_from_time")


def _dates_and_zone(document: Mapping[str, Any]) -> Iterator[Mistake]:
    try:
        ZoneInfo(document["time_zone"])
    except (ZoneInfoNotFoundError, ValueError, OSError):
        yield Mistake("time_zone", f"“{document['time_zone']}” is not a time zone; write one like America/Toronto")
    until = document.get("effective_until_date")
    if until and date.fromisoformat(until) <= date.fromisoformat(document["effective_from_date"]):
        yield Mistake("effective_until_date", "must be after effective_from_date (the end day itself is not included)")


def _rate_card(card: Mapping[str, Any], payee_mode: str) -> Iterator[Mistake]:
    for section, key in (
        ("ranks", "code"),
        ("vehicles", "code"),
        ("taxes", "code"),
        ("fees", "code"),
        ("premiums", "id"),
    ):
        yield from _duplicates(card.get(section, []), key, f"rate_card.{section}")
    steps = card.get("minimum_steps_minutes", [])
    if steps != sorted(set(steps)):
        yield Mistake("rate_card.minimum_steps_minutes", "steps must grow from one to the next")
    rounding = card.get("rounding", {})
    if rounding.get("grace_minutes", 0) >= rounding.get("unit_minutes", 1) and rounding.get("grace_minutes", 0):
        yield Mistake("rate_card.rounding.grace_minutes", "must be shorter than unit_minutes")
    if rounding.get("grace_minutes", 0) and rounding.get("mode", "up") != "up":
        yield Mistake("rate_card.rounding.grace_minutes", "only has a meaning with mode: up")
    included = 0
    if card.get("rates_include_tax", False):
        included = sum(
            tax["rate_basis_points"] for tax in card.get("taxes", []) if "labour" in tax.get("applies_to", ["labour"])
        )
        if not included:
            yield Mistake("rate_card.rates_include_tax", "is true, but no tax applies to labour")
    for index, rank in enumerate(card["ranks"]):
        net = divide_half_up(rank["bill_rate_cents_per_hour"] * 1_000_000, 1_000_000 + millionths(included))
        if rank["pay_rate_cents_per_hour"] > net and payee_mode == "direct":
            yield Mistake(
                f"rate_card.ranks[{index}].pay_rate_cents_per_hour",
                f"is more than the bill rate before tax ({net} cents), so the department would pay to work",
            )
    for section in ("taxes", "fees"):
        for index, one in enumerate(card.get(section, [])):
            rate = one.get("rate_basis_points", 0)
            if millionths(rate) / 100 != rate:
                yield Mistake(
                    f"rate_card.{section}[{index}].rate_basis_points", "has at most two decimals: 9.975 % is 997.5"
                )
    yield from _fees_and_premiums(card)


def _fees_and_premiums(card: Mapping[str, Any]) -> Iterator[Mistake]:
    ranks = {rank["code"] for rank in card["ranks"]}
    for index, fee in enumerate(card.get("fees", [])):
        path = f"rate_card.fees[{index}]"
        needed = "rate_basis_points" if fee["kind"] in ("percent", "discount") else "amount_cents"
        if not fee.get(needed):
            yield Mistake(f"{path}.{needed}", f"is needed by a fee of kind {fee['kind']}")
        if "fee" in fee.get("applies_to", []):
            yield Mistake(f"{path}.applies_to", "a fee cannot be charged on fees")
    for index, premium in enumerate(card.get("premiums", [])):
        path = f"rate_card.premiums[{index}]"
        field = {
            "percent": "rate_basis_points",
            "multiply": "rate_basis_points",
            "cents_per_hour": "amount_cents_per_hour",
            "replace": "replace_cents_per_hour",
        }[premium["effect"]]
        if not premium.get(field):
            yield Mistake(f"{path}.{field}", f"is needed by a premium with effect {premium['effect']}")
        if premium["effect"] == "multiply" and premium.get("rate_basis_points", 10_000) < 10_000:
            yield Mistake(f"{path}.rate_basis_points", "a factor below 10000 would lower the rate")
        named = set(premium.get("replace_cents_per_hour", {})) | set(premium["when"].get("rank_codes", []))
        for unknown in sorted(named - ranks):
            yield Mistake(path, f"names the rank “{unknown}”, which the rate card does not have")
        when = premium["when"]
        if (when.get("from_time") is None) != (when.get("until_time") is None):
            yield Mistake(f"{path}.when", "from_time and until_time belong together")


def _hour_limits(limits: list[Mapping[str, Any]]) -> Iterator[Mistake]:
    for index, limit in enumerate(limits):
        if limit["window"] in ("two_weeks", "roster_28_days") and not limit.get("anchor_date"):
            yield Mistake(f"hour_limits[{index}].anchor_date", f"is needed by the window {limit['window']}")


def _ladder(ladder: list[Mapping[str, Any]], card: Mapping[str, Any]) -> Iterator[Mistake]:
    ranks = {rank["code"] for rank in card["ranks"]}
    for index, rung in enumerate(ladder):
        if rung["rank_code"] not in ranks:
            yield Mistake(
                f"supervisor_ladder[{index}].rank_code", f"“{rung['rank_code']}” is not a rank of the rate card"
            )
        per = rung.get("per_officers")
        if per is not None and rung.get("count", 1) >= per and rung.get("meaning", "additional") == "additional":
            yield Mistake(
                f"supervisor_ladder[{index}]", "demands as many supervisors as officers: the ladder never ends"
            )


def _approvals(document: Mapping[str, Any]) -> Iterator[Mistake]:
    for section in ("hour_limits", "rests"):
        for index, rule in enumerate(document.get(section, [])):
            if rule.get("outcome") == "needs_approval" and not rule.get("approval_role"):
                yield Mistake(f"{section}[{index}].approval_role", "say which role may approve")


def _duplicates(items: list[Mapping[str, Any]], key: str, path: str) -> Iterator[Mistake]:
    seen: dict[str, int] = {}
    for index, item in enumerate(items):
        if item[key] in seen:
            yield Mistake(f"{path}[{index}].{key}", f"“{item[key]}” is already used by {path}[{seen[item[key]]}]")
        seen.setdefault(item[key], index)


def _duty_conflicts(section: Mapping[str, Any]) -> Iterator[Mistake]:
    if "release_hours_before_start" in section and section.get("action", "notify") != "release":
        yield Mistake(
            "duty_conflicts.release_hours_before_start", "means nothing unless action is release; leave it out"
        )
