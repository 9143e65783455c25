"""A document that contradicts itself is refused, with the path of what is wrong and the reason."""

from __future__ import annotations

import pytest

from departments.policy.validation import find_mistakes
from tests.policy.building import document, rank

LIMIT = {"id": "a", "window": "week", "buckets": ["extra_duty"], "limit_minutes": 60}
CANCEL = {"cancelled_by": ["client"], "notice_less_than_minutes": 60}
PREMIUM = {"id": "p", "name": "P", "effect": "percent", "rate_basis_points": 100}
FEE = {"code": "f", "name": "F", "kind": "flat", "amount_cents": 100}
WHEN = {"fact": "job.alcohol", "is": True}


def limit(**more):
    return {"hour_limits": [{**LIMIT, **more}]}


def when(condition):
    return {"conditions": [{"id": "c", "when": condition}]}


RANKS = [rank("officer"), rank("sergeant", level=2)]


@pytest.mark.parametrize(
    ("sections", "card", "path", "reason"),
    [
        # minimum over maximum, and limits that cannot be passed
        (
            limit(window="calendar_day"),
            {"minimum_steps_minutes": [61]},
            "hour_limits[0].limit_minutes",
            "minimum of 61",
        ),
        (limit(window="rolling_24_hours", limit_minutes=1440), {}, "hour_limits[0].limit_minutes", "never be passed"),
        (limit(window="rolling", window_minutes=60), {}, "hour_limits[0].limit_minutes", "never be passed"),
        (
            limit(window="rolling_24_hours", unless_break_minutes=1440),
            {},
            "hour_limits[0].unless_break_minutes",
            "window",
        ),
        (limit(window="rolling"), {}, "hour_limits[0].window_minutes", "needed"),
        (limit(window_minutes=99), {}, "hour_limits[0].window_minutes", "only has a meaning"),
        (limit(window="period", period_days=9), {}, "hour_limits[0].anchor_date", "needed"),
        (limit(counts="shifts"), {}, "hour_limits[0].limit_count", "needed"),
        (limit(limit_count=3), {}, "hour_limits[0].limit_count", "no meaning"),
        (
            {"hour_limits": [{"id": "a", "window": "week", "buckets": ["duty"]}]},
            {},
            "hour_limits[0].limit_minutes",
            "needed",
        ),
        (limit(measure="paid", window="continuous"), {}, "hour_limits[0].measure", "paid"),
        (limit(buckets=["duty"], same="venue"), {}, "hour_limits[0].buckets", "extra_duty"),
        (
            {"rests": [{"id": "r", "side": "before", "minutes": 0, "buckets": ["duty"]}]},
            {},
            "rests[0].minutes",
            "nothing",
        ),
        (
            {
                "rests": [
                    {
                        "id": "r",
                        "side": "before",
                        "minutes": 60,
                        "buckets": ["duty"],
                        "after_worked_minutes": 961,
                        "after_worked_within_minutes": 960,
                    }
                ]
            },
            {},
            "rests[0].after_worked_minutes",
            "can hold",
        ),
        # one id for two rules, ids of the engine's own, approvals by nobody
        (
            {**limit(), **when(WHEN), "conditions": [{"id": "a", "when": WHEN}]},
            {},
            "conditions[0].id",
            "hour_limits[0]",
        ),
        (limit(id="overlap"), {}, "hour_limits[0].id", "engine gives itself"),
        (limit(id="status-sick"), {}, "hour_limits[0].id", "engine gives itself"),
        (
            {"conditions": [{"id": "c", "when": WHEN, "when_unknown": "needs_approval"}]},
            {},
            "conditions[0].approval_role",
            "role",
        ),
        (
            {"eligibility": {"status_rules": [{"status": "sick", "outcome": "needs_approval"}]}},
            {},
            "eligibility.status_rules[0].approval_role",
            "role",
        ),
        ({"jurisdiction": {"officers_outside": "needs_approval"}}, {}, "jurisdiction.approval_role", "role"),
        (
            {"notice": {"rules": [{"id": "n", "less_than_minutes": 5, "outcome": "needs_approval"}]}},
            {},
            "notice.rules[0].approval_role",
            "role",
        ),
        # rules that never speak
        (
            {"eligibility": {"status_rules": [{"status": "active", "outcome": "deny"}]}},
            {},
            "eligibility.status_rules[0].status",
            "allowed status",
        ),
        (
            {
                "eligibility": {
                    "status_rules": [{"status": "sick", "outcome": "deny"}, {"status": "sick", "outcome": "warn"}]
                }
            },
            {},
            "eligibility.status_rules[1]",
            "never speaks",
        ),
        ({"cancellation": [CANCEL, CANCEL]}, {}, "cancellation[1]", "cancellation[0]"),
        (
            {"cancellation": [{"cancelled_by": ["client"]}, CANCEL]},
            {},
            "cancellation[1]",
            "never reached",
        ),
        ({"barred": [{"text": "x"}]}, {}, "barred[0]", "bars nothing"),
        ({"notice": {"rules": [{"id": "n"}]}}, {}, "notice.rules[0]", "exactly one"),
        ({"notice": {"office_opens_time": "08:00"}}, {}, "notice.office_opens_time", "together"),
        (
            {"notice": {"office_opens_time": "18:00", "office_closes_time": "08:00"}},
            {},
            "notice.office_closes_time",
            "after",
        ),
        (
            {
                "notice": {
                    "weekend_days": ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
                }
            },
            {},
            "notice.weekend_days",
            "no business day",
        ),
        ({"payment": {"rules": [{"id": "a"}, {"id": "b"}]}}, {}, "payment.rules[1]", "never reached"),
        ({"payment": {"late_terms": [{"more_than_days": 3}]}}, {}, "payment.late_terms[0]", "no sum"),
        ({"holiday_dates": ["02-30"]}, {}, "holiday_dates[0]", "no day"),
        # conditions
        (when({"fact": "venue.colour", "is": "red"}), {}, "conditions[0].when.fact", "venue.kind"),
        (when({"fact": "venue.kind", "above": 3}), {}, "conditions[0].when.above", "does not fit"),
        (when({"fact": "job.crowd", "above": "many"}), {}, "conditions[0].when.above", "a number"),
        (when({"fact": "shift.start_time", "above": "25:00"}), {}, "conditions[0].when.above", "a time"),
        (when({"fact": "shift.weekday", "is": "someday"}), {}, "conditions[0].when.is", "day of the week"),
        (when({"fact": "job.alcohol"}), {}, "conditions[0].when", "exactly one operator"),
        (when({"fact": "job.crowd", "above": 1, "below": 3}), {}, "conditions[0].when", "exactly one operator"),
        (when({"all": [WHEN], "any": [WHEN]}), {}, "conditions[0].when", "exactly one of"),
        (
            when({"all": [{"any": [{"fact": "job.rain", "is": True}]}]}),
            {},
            "conditions[0].when.all[0].any[0].fact",
            "fact",
        ),
        (
            {"cancellation": [{**CANCEL, "applies_when": {"fact": "officer.unit", "is": "x"}}]},
            {},
            "cancellation[0].applies_when",
            "no officer yet",
        ),
        # money
        ({}, {"fees": [{**FEE, "also_on": ["later"]}]}, "rate_card.fees[0].also_on", "before this one"),
        ({}, {"fees": [{**FEE, "cap_cents": 5, "floor_cents": 6}]}, "rate_card.fees[0].floor_cents", "cap_cents"),
        (
            {},
            {"fees": [{"code": "d", "name": "D", "kind": "discount"}]},
            "rate_card.fees[0].rate_basis_points",
            "needed",
        ),
        (
            {},
            {"fees": [{"code": "d", "name": "D", "kind": "percent", "rate_basis_points": 10001}]},
            "rate_card.fees[0].rate_basis_points",
            "maximum",
        ),
        (
            {},
            {"premiums": [{**PREMIUM, "when": {"after_minutes": 60, "until_minutes": 60}}]},
            "rate_card.premiums[0].when.until_minutes",
            "more than",
        ),
        (
            {},
            {
                "premiums": [
                    {
                        **PREMIUM,
                        "when": {"periods": [{"from_text": "2026-12-25T00:00", "until_text": "2026-12-24T00:00"}]},
                    }
                ]
            },
            "rate_card.premiums[0].when.periods[0]",
            "end after",
        ),
        (
            {},
            {"premiums": [{**PREMIUM, "when": {"rank_codes": ["general"]}}]},
            "rate_card.premiums[0]",
            "general",
        ),
        ({}, {"overrun": {"from_minutes": 61, "unit_minutes": 60}}, "rate_card.overrun.from_minutes", "unit_minutes"),
        (
            {},
            {"minimum_rules": [{"steps_minutes": [60]}, {"steps_minutes": [90]}]},
            "rate_card.minimum_rules[1]",
            "never reached",
        ),
        (
            {"supervisor_ladder": [{"rank_code": "officer", "at_officers": 3, "meaning": "inside"}]},
            {},
            "supervisor_ladder[0].rank_code",
            "below",
        ),
        (
            {"supervisor_ladder": [{"rank_code": "sergeant", "at_officers": 2, "count": 3, "meaning": "inside"}]},
            {},
            "supervisor_ladder[0].count",
            "more than the officers",
        ),
    ],
)
def test_what_contradicts_itself_is_refused_with_path_and_reason(sections, card, path, reason):
    found = find_mistakes(document(card={"ranks": RANKS, **card}, **sections))
    assert any(mistake.path == path and reason in mistake.message for mistake in found), [str(one) for one in found]


@pytest.mark.parametrize(
    "rows",
    [
        [CANCEL, {**CANCEL, "notice_less_than_minutes": 61}],
        [CANCEL, {**CANCEL, "boundary_included": True}],
        [{**CANCEL, "applies_when": WHEN}, CANCEL],
        [CANCEL, {"cancelled_by": ["officer", "weather"], "notice_less_than_minutes": 60}],
    ],
)
def test_rows_that_can_still_be_reached_are_fine(rows):
    assert find_mistakes(document(cancellation=rows)) == []


def test_a_condition_that_is_nested_without_end_is_refused():
    condition = WHEN
    for _ in range(20):
        condition = {"all": [condition]}
    assert any("nested deeper" in mistake.message for mistake in find_mistakes(document(**when(condition))))


def test_a_canceller_whom_an_earlier_row_covers_is_refused_beside_one_whom_it_does_not():
    rows = [CANCEL, {"cancelled_by": ["officer", "client"], "notice_less_than_minutes": 60}]
    (mistake,) = find_mistakes(document(cancellation=rows))
    assert mistake.path == "cancellation[1].cancelled_by[1]"
    assert "client is never reached here: cancellation[0]" in mistake.message


@pytest.mark.parametrize(
    ("tiers", "path"),
    [
        ([{"id": "all"}, {"id": "own", "who": {"home": "own"}}], "award_order.tiers[1]"),
        (
            [{"id": "a", "who": {"ranks": ["officer"]}}, {"id": "b", "who": {"ranks": ["officer"]}}],
            "award_order.tiers[1]",
        ),
        (
            [{"id": "a", "who": {"home": "own"}}, {"id": "b", "who": {"home": "others"}}, {"id": "c"}],
            "award_order.tiers[2]",
        ),
    ],
)
def test_a_tier_that_takes_nobody_new_is_refused(tiers, path):
    order = {"keys": ["tier", "draw"], "tiers": tiers}
    found = find_mistakes(document(card={"ranks": RANKS}, award_order=order))
    assert [(one.path, "never reached" in one.message) for one in found] == [(path, True)]


def test_tiers_that_widen_are_fine():
    tiers = [
        {"id": "a", "who": {"home": "own", "credentials": ["x"]}},
        {"id": "b", "who": {"home": "own", "ranks": ["officer"]}},
        {"id": "c", "who": {"home": "own"}},
        {"id": "d"},
    ]
    assert find_mistakes(document(card={"ranks": RANKS}, award_order={"keys": ["draw"], "tiers": tiers})) == []


def test_first_come_of_a_coordinator_is_refused_when_it_is_written():
    order = {"method": "manual", "keys": ["draw"]}
    assert find_mistakes(document(award_order=order)) == []
    (mistake,) = find_mistakes(document(award_order=order | {"short_notice": "first_come"}))
    assert mistake.path == "award_order.short_notice"
