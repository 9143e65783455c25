"""A document is read whole or refused whole, each mistake with its path and line."""

from __future__ import annotations

import json

import pytest
from jsonschema import Draft202012Validator

from departments.policy.canonical import canonical_json, sha256_of
from departments.policy.examples import NAMES, example, example_text
from departments.policy.loading import load_policy, load_policy_yaml
from departments.policy.refusals import PolicyInvalid
from departments.policy.validation import find_mistakes, schema
from tests.policy.building import document, rank


def test_the_schema_is_a_schema():
    Draft202012Validator.check_schema(schema())


@pytest.mark.parametrize("name", NAMES)
def test_the_examples_load_and_round_trip_through_json(name):
    policy = load_policy_yaml(example_text(name), version=3)
    again = load_policy(json.loads(json.dumps(policy.data)), version=3)
    assert again == policy
    assert policy.sha256 == sha256_of(example(name))
    assert find_mistakes(example(name)) == []


def test_the_hash_is_of_the_meaning_not_of_the_order():
    shuffled = dict(reversed(document().items()))
    assert canonical_json(shuffled) == canonical_json(document())
    assert sha256_of(document(name="Other")) != sha256_of(document())


@pytest.mark.parametrize(
    ("card", "sections", "path"),
    [
        ({}, {"currency": "EUR"}, "currency"),
        ({}, {"time_zone": "Mars/Olympus"}, "time_zone"),
        ({}, {"time_zone": "../etc/passwd"}, "time_zone"),
        ({}, {"effective_from_date": "2026-02-30"}, "effective_from_date"),
        ({}, {"effective_until_date": "2026-01-01"}, "effective_until_date"),
        ({}, {"surprise": 1}, "surprise"),
        ({"ranks": []}, {}, "rate_card.ranks"),
        ({"ranks": [rank(bill=-1)]}, {}, "rate_card.ranks[0].bill_rate_cents_per_hour"),
        ({"ranks": [rank(bill=1.5)]}, {}, "rate_card.ranks[0].bill_rate_cents_per_hour"),
        ({"ranks": [rank(), rank()]}, {}, "rate_card.ranks[1].code"),
        (
            {"ranks": [rank(bill=5000, pay=5001)]},
            {"payee_mode": "direct"},
            "rate_card.ranks[0].pay_rate_cents_per_hour",
        ),
        ({"minimum_steps_minutes": [480, 240]}, {}, "rate_card.minimum_steps_minutes"),
        ({"rounding": {"unit_minutes": 15, "grace_minutes": 15}}, {}, "rate_card.rounding.grace_minutes"),
        ({"rates_include_tax": True}, {}, "rate_card.rates_include_tax"),
        ({"fees": [{"code": "a", "name": "A", "kind": "percent"}]}, {}, "rate_card.fees[0].rate_basis_points"),
        (
            {
                "premiums": [
                    {"id": "p", "name": "P", "effect": "replace", "when": {}, "replace_cents_per_hour": {"x": 1}}
                ]
            },
            {},
            "rate_card.premiums[0]",
        ),
        (
            {},
            {"hour_limits": [{"id": "a", "window": "two_weeks", "buckets": ["duty"], "limit_minutes": 1}]},
            "hour_limits[0].anchor_date",
        ),
        (
            {},
            {
                "hour_limits": [
                    {
                        "id": "a",
                        "window": "week",
                        "buckets": ["duty"],
                        "limit_minutes": 1,
                        "outcome": "needs_approval",
                    }
                ]
            },
            "hour_limits[0].approval_role",
        ),
        (
            {},
            {"hour_limits": [{"id": "a", "window": "fortnight", "buckets": ["duty"], "limit_minutes": 1}]},
            "hour_limits[0].window",
        ),
        ({}, {"supervisor_ladder": [{"rank_code": "general", "at_officers": 3}]}, "supervisor_ladder[0].rank_code"),
        (
            {},
            {"supervisor_ladder": [{"rank_code": "officer", "at_officers": 1, "per_officers": 1}]},
            "supervisor_ladder[0]",
        ),
        ({}, {"award_order": {"keys": ["shoe_size", "draw"]}}, "award_order.keys[0]"),
        ({}, {"award_order": {"keys": ["seniority_date"]}}, "award_order.keys"),
        (
            {},
            {"jurisdiction": {"polygons": [{"type": "Polygon", "coordinates": [[[0, 0], [1, 1]]]}]}},
            "jurisdiction.polygons[0]",
        ),
        ({}, {"geofence": {"radius_metres": 74}}, "geofence.radius_metres"),
        ({}, {"geofence": {"radius_metres": 1001}}, "geofence.radius_metres"),
        ({}, {"messages": {"offers_from_time": "20:00"}}, "messages.offers_until_time"),
        ({}, {"messages": {"wave_sizes": [0]}}, "messages.wave_sizes[0]"),
    ],
)
def test_mistakes_carry_their_path(card, sections, path):
    with pytest.raises(PolicyInvalid) as refused:
        load_policy(document(card=card, **sections))
    assert path in [mistake.path for mistake in refused.value.mistakes]


def test_a_mistake_in_yaml_carries_its_line():
    text = example_text("us").replace("bill_rate_cents_per_hour: 6780", "bill_rate_cents_per_hour: lots")
    line = 1 + text[: text.index("lots")].count("\n")
    with pytest.raises(PolicyInvalid) as refused:
        load_policy_yaml(text)
    (mistake,) = refused.value.mistakes
    assert (mistake.path, mistake.line) == ("rate_card.ranks[1].bill_rate_cents_per_hour", line)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "a: [",
        "just words",
        "a: &a [*a]",
        "a: &a 1\nb: *a",
        "a: 1\na: 2",
        "\x00",
        "a: 2026-13-45",
        "[" * 5000,
        "!!python/object:os.system {}",
    ],
)
def test_what_is_not_a_policy_is_refused_kindly(text):
    with pytest.raises(PolicyInvalid):
        load_policy_yaml(text)
