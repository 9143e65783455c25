"""Every line of a quote says how it came about, and prices from before they did still read."""

from __future__ import annotations

import json

from departments.policy.examples import example
from departments.policy.loading import load_policy
from departments.policy.pricing import (
    PositionRequest,
    ServiceFee,
    ShiftPrice,
    ShiftRequest,
    VehicleRequest,
    price_shift,
)
from tests.policy.building import utc


def price() -> ShiftPrice:
    shift = ShiftRequest(
        utc("2026-07-04T01:00"),
        utc("2026-07-04T08:10"),
        (PositionRequest("officer", 2),),
        (VehicleRequest("cruiser", 1),),
        event_type="traffic-control",
    )
    return price_shift(policy=load_policy(example("us")), shift=shift, service_fee=ServiceFee(500))


def test_every_line_is_explained():
    said = {line.code: line.explanation for line in price().lines}
    assert said["labour:officer"] == "7 h 10; rounded up by 15 min to 7 h 15, at $56.50 an hour"
    assert said["premium:holiday"] == "3 h 15 of it, 30 % more: $16.95 an hour on top"
    assert said["fee:admin"].startswith("10 % of $")
    assert all(said.values())


def test_a_price_stored_before_lines_were_explained_still_reads():
    stored = json.loads(json.dumps(price().to_json()))
    for line in stored["lines"]:
        del line["explanation"]
    read = ShiftPrice.from_json(stored)
    assert read.gross_cents == price().gross_cents
    assert {line.explanation for line in read.lines} == {""}
