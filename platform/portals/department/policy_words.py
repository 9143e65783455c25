"""A policy in plain sentences and tables, for people who never read its document."""

from dataclasses import dataclass

from departments.policy.documents import HourLimit, NoticeRule, Policy, Rest
from departments.policy.notice import wanted
from departments.policy.rate_cards import Fee, Premium
from portals.department.words import event_label, order_words
from portals.wording import duration_text, money_text

_PAYEES = {
    "direct": "Each officer is paid into their own account.",
    "payroll": "Officers are paid by the department's payroll; the department's account gets the money.",
    "agency": "The agency that staffs a job is paid.",
}
_OUTCOMES = {
    "deny": "refused",
    "warn": "allowed with a warning",
    "needs_approval": "needs approval",
    "allow": "allowed",
}
_BUCKETS = {
    "duty": "duty",
    "overtime": "overtime",
    "court": "court",
    "leave": "leave",
    "extra_duty": "extra duty",
    "other_employer": "other work",
}
_PER = {
    "per_officer_hour": "per officer and hour",
    "flat": "per shift",
    "per_job": "once per request",
    "per_officer": "per officer",
    "per_vehicle": "per vehicle",
}


@dataclass(frozen=True)
class PolicyInWords:
    """`rates` rows are name, bill rate, pay rate, pay code; `sections` are a title and its sentences."""

    rates: list[tuple[str, str, str, str]]
    vehicles: list[tuple[str, str]]
    sections: list[tuple[str, list[str]]]
    order: list[str]


def in_words(policy: Policy) -> PolicyInWords:
    card, currency = policy.rate_card, policy.currency
    billing = [
        f"Part hours are billed in steps of {duration_text(card.rounding.unit_minutes)}"
        + (f", after {card.rounding.grace_minutes} minutes of grace." if card.rounding.grace_minutes else "."),
        "Rates include tax." if card.rates_include_tax else "Tax comes on top of the rates.",
        *(f"{tax.name}: {_percent(tax.rate_basis_points)}." for tax in card.taxes),
    ]
    if card.minimum_minutes:
        billing.insert(0, f"At least {duration_text(card.minimum_minutes)} per officer and shift.")
    sections = [
        ("Billing", billing),
        ("Fees", [_fee(fee, currency) for fee in card.fees]),
        ("Premiums", [_premium(premium, currency) for premium in card.premiums]),
        ("Hour limits", [_limit(limit) for limit in policy.hour_limits]),
        ("Rest", [_rest(rest) for rest in policy.rests]),
        ("Notice", [_notice(rule) for rule in policy.notice.rules]),
        ("What is not taken", [_barred(policy, index) for index in range(len(policy.barred))]),
        ("Payment", [_PAYEES[policy.payee_mode]]),
        (
            "Bidding and hours",
            [
                f"Bidding closes {policy.posting.closing_hours_before_start} hours before a shift; later, the first "
                "eligible officer gets the place.",
                f"Silence approves hours after {policy.timekeeping.approval_timer_hours} hours.",
                f"Clock-in within {policy.geofence.radius_metres} m of the pin; "
                + ("elsewhere it is refused." if policy.geofence.offsite == "block" else "elsewhere it is reviewed."),
            ],
        ),
        ("Area", _area(policy)),
    ]
    return PolicyInWords(
        rates=[
            (
                rank.name,
                money_text(rank.bill_rate_cents_per_hour, currency),
                money_text(rank.pay_rate_cents_per_hour, currency),
                rank.pay_code,
            )
            for rank in sorted(card.ranks, key=lambda rank: rank.level)
        ],
        vehicles=[
            (
                vehicle.name,
                f"{money_text(vehicle.rate_cents, currency)} {'an hour' if vehicle.basis == 'hourly' else 'a shift'}",
            )
            for vehicle in card.vehicles
        ],
        sections=[(title, sentences) for title, sentences in sections if sentences],
        order=[order_words(key) for key in policy.award_order.keys],
    )


def _percent(basis_points: int) -> str:
    whole, rest = divmod(basis_points, 100)
    return f"{whole}.{rest:02d}".rstrip("0") + " %" if rest else f"{whole} %"


def _fee(fee: Fee, currency: str) -> str:
    if fee.kind in ("percent", "discount"):
        amount = _percent(fee.rate_basis_points) + (" off" if fee.kind == "discount" else "")
    else:
        amount = f"{money_text(fee.amount_cents, currency)} {_PER[fee.kind]}"
    when = (
        f", with less than {duration_text(fee.notice_less_than_minutes)} of notice"
        if fee.notice_less_than_minutes is not None
        else ""
    )
    for_whom = {True: ", for non-profits", False: ", except for non-profits", None: ""}[fee.non_profit]
    return f"{fee.name}: {amount}{when}{for_whom}."


def _premium(premium: Premium, currency: str) -> str:
    if premium.effect == "cents_per_hour":
        amount = f"{money_text(premium.amount_cents_per_hour, currency)} more an hour"
    elif premium.effect == "percent":
        amount = f"{_percent(premium.rate_basis_points)} more"
    elif premium.effect == "multiply":
        amount = f"{_percent(premium.rate_basis_points)} of the rate"
    else:
        amount = "rates of its own"
    return f"{premium.name}: {amount}."


def _limit(limit: HourLimit) -> str:
    what = " and ".join(_BUCKETS[bucket] for bucket in limit.buckets)
    much = duration_text(limit.limit_minutes) if limit.counts == "minutes" else f"{limit.limit_count} {limit.counts}"
    return limit.text or (
        f"More than {much} of {what} per {limit.window.replace('_', ' ')}: {_OUTCOMES[limit.outcome]}."
    )


def _rest(rest: Rest) -> str:
    side = {"before": "before", "after": "after", "between": "before and after"}[rest.side]
    what = " or ".join(_BUCKETS[bucket] for bucket in rest.buckets)
    return rest.text or f"Less than {duration_text(rest.minutes)} of rest {side} {what}: {_OUTCOMES[rest.outcome]}."


def _notice(rule: NoticeRule) -> str:
    if rule.text:
        return rule.text
    much = duration_text(rule.less_than_minutes) if rule.less_than_minutes is not None else wanted(rule)
    return f"Less than {much} of notice: {_OUTCOMES[rule.outcome]}."


def _barred(policy: Policy, index: int) -> str:
    barred = policy.barred[index]
    if barred.text:
        return barred.text
    named = [*(event_label(code) for code in barred.event_types), *barred.duties]
    return ", ".join(named) + "." if named else "Requests that a condition of the policy describes."


def _area(policy: Policy) -> list[str]:
    area = policy.jurisdiction
    found = []
    if area.places:
        found.append(f"Places: {', '.join(area.places)}.")
    if area.postal_prefixes:
        found.append(f"Postal codes that begin with {', '.join(area.postal_prefixes)}.")
    if area.polygons:
        found.append(f"{len(area.polygons)} drawn area{'s' if len(area.polygons) != 1 else ''}.")
    return found
