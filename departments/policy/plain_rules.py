"""Rules as sentences with their numbers. A teller says what it knows; what it did not use follows by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from departments.policy.plain_numbers import joined
from departments.policy.plain_values import is_default, object_words, value_words
from departments.policy.schema_reading import UNSAID, Part

BLANK = "…"


class Telling:
    """One rule on its way into words. It notes which properties were said; an unknown one stops the teller."""

    def __init__(self, part: Part, rule: Mapping[str, Any]) -> None:
        self.part, self.rule, self.said = part, rule, {"id", "text", "source"}

    def value(self, name: str) -> Any:
        child = self.part.child(name)
        if child is None:
            raise LookupError(name)
        self.said.add(name)
        return self.rule.get(name, None if child.default is UNSAID else child.default)

    def knows(self, name: str) -> bool:
        return self.part.child(name) is not None

    def words(self, name: str) -> str:
        value = self.value(name)
        return BLANK if value in (None, "") else value_words(self.part.child(name), value)

    def when(self, name: str, sentence: str) -> str:
        """The sentence with the value in it, when there is one."""
        value = self.value(name)
        if value is None or value is False or value in ("", []) or is_default(self.part.child(name), value):
            return ""
        return " " + sentence.format(self.words(name))

    def outcome(self) -> str:
        value = self.value("outcome")
        if value == "needs_approval":
            role = self.value("approval_role")
            return f"needs approval by the {role}" if role else "needs approval"
        return {"deny": "is denied", "warn": "is allowed with a warning", "allow": "is allowed"}.get(
            value if isinstance(value, str) else "", f"is {self.words('outcome').lower()}"
        )

    def rest(self) -> str:
        """Everything written that was not said yet."""
        more = object_words(self.part, self.rule, without=tuple(self.said))
        return f" {more}." if more else ""


def rule_words(part: Part, rule: Any) -> str:
    """The whole rule but the text that people read of it and its source, which stand by themselves."""
    if not isinstance(rule, Mapping):
        return f"{value_words(None, rule)}."
    telling = Telling(part, rule)
    teller = _TELLERS.get(part.definition)
    try:
        sentence = teller(telling) if teller else ""
    except (LookupError, TypeError, ValueError, AttributeError):
        # The schema has moved on, or the draft is half written: then every property speaks for itself.
        telling, sentence = Telling(part, rule), ""
    if not sentence:
        words = object_words(part, rule, without=("id", "text", "source"))
        return f"{words}." if words else f"{part.title} without any content."
    return sentence + telling.rest()


def _hour_limit(rule: Telling) -> str:
    window = rule.words("window")
    if rule.rule.get("window") == "week":
        window += f" from {rule.words('week_starts_on')}"
    anchor = rule.value("anchor_date")
    if anchor:
        window += f" counted from {rule.words('anchor_date')}"
    if rule.rule.get("window") == "rolling":
        window = f"any {rule.words('window_minutes')}"
    if rule.rule.get("window") == "period":
        window = f"a period of {rule.words('period_days')} counted from {rule.words('anchor_date')}"
    if rule.value("counts") in ("shifts", "days"):
        much = f"{rule.words('limit_count')} {rule.words('counts')} with {rule.words('buckets')}"
    else:
        much = f"{rule.words('limit_minutes')} of {rule.words('buckets')}"
    return (
        f"No more than {much} in {window}. More {rule.outcome()}."
        + rule.when("unless_break_minutes", "A break of {} starts the count again.")
        + rule.when("only_when_on_duty_that_day", "Only on days with a duty tour.")
        + rule.when("waived_while_on_leave", "Not while on leave.")
        + rule.when("event_types", "Only for {}.")
        + rule.when("dry_run", "Only tried out: nothing is stopped by it.")
    )


def _rest(rule: Telling) -> str:
    free = f"At least {rule.words('minutes')} without {_either(rule, 'buckets')} {rule.words('side')}."
    return (
        f"{free} Less {rule.outcome()}."
        + rule.when("after_worked_minutes", "Only after {} of work in one stretch.")
        + rule.when("dry_run", "Only tried out: nothing is stopped by it.")
    )


def _status_rule(rule: Telling) -> str:
    after = rule.when("cool_off_minutes", "and for {} after")
    status = rule.words("status").replace("_", " ").replace("-", " ")
    return f"While the status is {status}{after}, extra duty {rule.outcome()}."


def _supervisor_rung(rule: Telling) -> str:
    count, per = rule.value("count"), rule.value("per_officers")
    rank = f"{rule.words('count')} × {rule.words('rank_code')}" if count != 1 else f"one {rule.words('rank_code')}"
    who = f"{rank} for every {rule.words('per_officers')}" if per else rank
    alcohol, crowd = rule.value("when_alcohol"), rule.value("at_crowd")
    occasions = [f"from {rule.words('at_officers')}"]
    if alcohol:
        occasions.append("where alcohol is served")
    if crowd is not None:
        occasions.append(f"from {rule.words('at_crowd')}")
    unpaid = "" if rule.value("billed") else " The client does not pay for them."
    return f"A shift needs {who} {joined(occasions, 'or')}. The supervisor {rule.words('meaning')}.{unpaid}"


def _cancellation_row(rule: Telling) -> str:
    notice = rule.value("notice_less_than_minutes")
    exactly = rule.value("boundary_included")
    when = ""
    if notice is not None:
        when = (
            f" with {rule.words('notice_less_than_minutes')} of notice or less"
            if exactly
            else f" with less than {rule.words('notice_less_than_minutes')} of notice"
        )
    elif exactly:
        rule.said.discard("boundary_included")
    charges = []
    if rule.value("charge_minutes_per_officer"):
        charges.append(f"{rule.words('charge_minutes_per_officer')} for each officer")
    if rule.value("charge_whole_shift"):
        charges.append("the whole shift")
    if rule.value("charge_vehicles"):
        charges.append("the vehicles for the same time")
    if rule.value("flat_fee_cents"):
        charges.append(f"a fixed fee of {rule.words('flat_fee_cents')}")
    if rule.knows("flat_fee_per_officer_cents") and rule.value("flat_fee_per_officer_cents"):
        charges.append(f"{rule.words('flat_fee_per_officer_cents')} for each officer")
    if rule.value("percent_fee_basis_points"):
        charges.append(f"{rule.words('percent_fee_basis_points')} of the price")
    if rule.value("apply_fees"):
        charges.append("the fees")
    return f"Cancelled by {_either(rule, 'cancelled_by')}{when}: {joined(charges) or 'no charge'}."


def _notice_rule(rule: Telling) -> str:
    limits = ("less_than_minutes", "less_than_business_days", "less_than_days")
    times = [rule.words(name) for name in limits if rule.knows(name) and rule.value(name) is not None]
    only = rule.when("event_types", "Only for {}.")
    return f"A request with less than {joined(times, 'or') or BLANK} of notice {rule.outcome()}." + only


def _condition_rule(rule: Telling) -> str:
    return f"When {rule.words('when')}, the shift {rule.outcome()}." + rule.when(
        "dry_run", "Only tried out: nothing is stopped by it."
    )


def _barred(rule: Telling) -> str:
    work = [rule.words(name) for name in ("event_types", "duties") if rule.value(name)]
    if not work and rule.rule.get("applies_when"):
        return "Not taken: all work that meets the condition."
    return f"Not taken: {joined(work) or BLANK}."


def _rank(rule: Telling) -> str:
    bill, pay = rule.words("bill_rate_cents_per_hour"), rule.words("pay_rate_cents_per_hour")
    return f"{rule.words('name')}: the client pays {bill} an hour, the officer gets {pay}."


def _vehicle(rule: Telling) -> str:
    return f"{rule.words('name')}: {rule.words('rate_cents')} {rule.words('basis')}." + rule.when(
        "minimum_minutes", "At least {} is charged."
    )


def _tax(rule: Telling) -> str:
    return f"{rule.words('name')}: {rule.words('rate_basis_points')} of {rule.words('applies_to')}."


def _fee(rule: Telling) -> str:
    kind = rule.value("kind")
    if kind == "percent":
        amount = f"{rule.words('rate_basis_points')} of {rule.words('applies_to')}"
    else:
        amount = f"{rule.words('amount_cents')} {rule.words('kind')}"
    who = f", paid by {rule.words('paid_by')}"
    return (
        f"{rule.words('name')}: {amount}{who}."
        + rule.when("cap_cents", "At most {}.")
        + rule.when("notice_less_than_minutes", "Only with less than {} of notice.")
        + {True: " Only for non-profit clients.", False: " Not for non-profit clients."}.get(
            rule.value("non_profit"), ""
        )
    )


def _premium(rule: Telling) -> str:
    effect = rule.value("effect")
    amount = {
        "percent": lambda: f"{rule.words('rate_basis_points')} more",
        "multiply": lambda: f"{rule.words('rate_basis_points')} of the rate",
        "cents_per_hour": lambda: f"{rule.words('amount_cents_per_hour')} more an hour",
        "replace": lambda: f"rates of its own ({rule.words('replace_cents_per_hour')})",
    }[effect]()
    together = "Only the highest of its kind counts." if rule.value("stack") == "highest" else ""
    pay = "" if rule.value("raises_pay") else "The officer's pay stays as it is."
    return " ".join(one for one in (f"{rule.words('name')}: {amount}.", _conditions(rule), together, pay) if one)


def _conditions(rule: Telling) -> str:
    part, when = rule.part.child("when"), rule.value("when")
    if part is None or not isinstance(when, Mapping):
        return ""
    conditions = Telling(part, when)
    said = []
    if conditions.value("periods"):
        said.append(joined([f"from {one['from_text']} until {one['until_text']}" for one in when["periods"]]))
    if conditions.value("weekdays"):
        said.append(f"on {conditions.words('weekdays')}")
    if conditions.value("from_time") or conditions.value("until_time"):
        said.append(f"between {conditions.words('from_time')} and {conditions.words('until_time')}")
    if conditions.value("event_types"):
        said.append(f"for {conditions.words('event_types')}")
    if conditions.value("notice_less_than_minutes") is not None:
        said.append(f"with less than {conditions.words('notice_less_than_minutes')} of notice")
    if conditions.value("after_minutes") is not None:
        said.append(f"for the hours after {conditions.words('after_minutes')} of work")
    if conditions.value("rank_codes"):
        said.append(f"for the rank {conditions.words('rank_codes')}")
    first = f"It applies {', '.join(said)}." if said else "It always applies."
    return first + conditions.rest()


def _either(rule: Telling, name: str) -> str:
    value, child = rule.value(name), rule.part.child(name)
    return (
        joined([child.label_of(one) for one in value], "or")
        if child is not None and isinstance(value, list) and value
        else BLANK
    )


_TELLERS: dict[str, Callable[[Telling], str]] = {
    "hour_limit": _hour_limit,
    "rest": _rest,
    "status_rule": _status_rule,
    "supervisor_rung": _supervisor_rung,
    "cancellation_row": _cancellation_row,
    "notice_rule": _notice_rule,
    "barred": _barred,
    "condition_rule": _condition_rule,
    "rank": _rank,
    "vehicle": _vehicle,
    "tax": _tax,
    "fee": _fee,
    "premium": _premium,
}


def is_silent(part: Part | None, value: Any) -> bool:
    """What needs no words, since saying nothing means the same."""
    return value is None or value in ("", [], {}) or is_default(part, value)
