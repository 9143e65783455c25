"""What gives somebody's number or address away, and what only looks like it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.contact_details import has_contact_details


@pytest.mark.parametrize(
    "text",
    [
        "Call me: 905 555 0134", "(905) 555-0134", "+1.905.555.0134", "9055550134", "555-0134", "905–555–0134",
        "９０５ ５５５ ０１３４", "nine zero five, five five five, zero one three four", "٩٠٥٥٥٥٠١٣٤",
        "9\u200b055\u200b550134", "write to sam.field@example.org", "sam (at) example (dot) org",
        "sam at gmail dot com", "wa.me/19055550134", "tel:911", "905 / 555 / 01 34",
    ],
)  # fmt: skip
def test_numbers_and_addresses_are_seen_through_their_disguises(text: str) -> None:
    assert has_contact_details(text)


@pytest.mark.parametrize(
    "text",
    [
        "Which gate?", "Meet at 14:00, leave at 18:30.", "On 2026-03-10 from 1400-1800, then 2026-03-11.",
        "It pays $1,200.50 for 8 h.", "12 officers at 3 gates, 40 barriers", "Shift 77, badge 1234, unit 5",
        "3/10/2026 at 14 h 30", "1200 Harbour Street, L6J 2Y9", "Meet me at the dot on the map", "Call 911.",
    ],
)  # fmt: skip
def test_times_dates_sums_and_house_numbers_pass(text: str) -> None:
    assert not has_contact_details(text)


@given(st.text(max_size=1000))
def test_nothing_that_is_typed_breaks_it(text: str) -> None:
    has_contact_details(text)


@given(st.from_regex(r"[2-9]\d\d[ .-]?[2-9]\d\d[ .-]?\d{4}", fullmatch=True))
def test_every_number_of_ten_digits_is_seen(number: str) -> None:
    assert has_contact_details(f"My number is {number}, thanks.")
