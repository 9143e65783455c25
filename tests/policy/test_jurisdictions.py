"""Who covers a place: polygons first, names only without them."""

from __future__ import annotations

import pytest

from departments.policy.barred import barred_reason
from departments.policy.examples import example
from departments.policy.jurisdictions import covers
from departments.policy.loading import load_policy
from geo.offline_geocoding import OfflineGeocoder
from geo.points import Point
from tests.policy.building import policy


@pytest.mark.parametrize(
    ("name", "prefixes"),
    [
        ("ontario", ["L6J", "L6H", "L6M", "L7L", "L7T", "L9T", "L9E"]),
        ("us", ["76009", "76028", "76031", "76033", "76059"]),
    ],
)
def test_the_examples_cover_the_postal_codes_that_they_list(name, prefixes):
    rules = load_policy(example(name))
    for prefix in prefixes:
        assert covers(policy=rules, point=OfflineGeocoder().geocode(prefix).point), prefix


@pytest.mark.parametrize("text", ["Toronto, ON", "Mississauga, ON", "Hamilton, ON", "Dallas, TX", "Fort Worth, TX"])
def test_the_examples_do_not_cover_their_neighbours(text):
    place = OfflineGeocoder().geocode(text)
    for name in ("ontario", "us"):
        assert not covers(policy=load_policy(example(name)), point=place.point)


def test_names_and_postal_prefixes_decide_where_nothing_is_drawn():
    rules = policy(jurisdiction={"places": ["Cleburne"], "postal_prefixes": ["760"]})
    anywhere = Point(0, 0)
    assert covers(policy=rules, point=anywhere, place_name=" cleburne ")
    assert covers(policy=rules, point=anywhere, postal_code="76033")
    assert not covers(policy=rules, point=anywhere, postal_code="75033", place_name="Dallas")
    assert not covers(policy=policy(), point=anywhere)


def test_barred_jobs_have_a_sentence_for_the_client():
    rules = load_policy(example("us"))
    assert "gambling" in (barred_reason(policy=rules, event_type="gambling") or "")
    assert barred_reason(policy=rules, event_type="festival") is None
