"""Money never loses or makes a cent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.money import divide_half_up, format_cents, per_hour_half_up, percent_half_up, split_largest_remainder

cents = st.integers(min_value=-(10**12), max_value=10**12)
weights = st.lists(st.integers(min_value=0, max_value=10**9), min_size=1, max_size=40)


@given(total=cents, shares=weights.filter(any))
def test_parts_always_sum_to_the_whole(total: int, shares: list[int]) -> None:
    parts = split_largest_remainder(total, shares)
    assert sum(parts) == total
    assert all(part == 0 for part, share in zip(parts, shares, strict=True) if share == 0)


@given(total=cents, shares=weights.filter(any))
def test_no_part_is_a_cent_or_more_from_its_exact_share(total: int, shares: list[int]) -> None:
    whole = sum(shares)
    for part, share in zip(split_largest_remainder(total, shares), shares, strict=True):
        assert abs(part * whole - total * share) < whole


@given(total=cents)
def test_nothing_to_split_by_is_an_error_unless_there_is_nothing_to_split(total: int) -> None:
    if total == 0:
        assert split_largest_remainder(0, [0, 0]) == [0, 0]
    else:
        with pytest.raises(ValueError, match="Nothing to split by"):
            split_largest_remainder(total, [0, 0])


def test_left_over_cents_go_to_the_largest_remainders_first() -> None:
    assert split_largest_remainder(100, [1, 1, 1]) == [34, 33, 33]
    assert split_largest_remainder(10, [5, 3, 3]) == [4, 3, 3]
    assert split_largest_remainder(-100, [1, 1, 1]) == [-34, -33, -33]


@pytest.mark.parametrize(
    ("numerator", "denominator", "expected"), [(5, 2, 3), (-5, 2, -3), (4, 2, 2), (1, 3, 0), (2, 3, 1), (0, 7, 0)]
)
def test_halves_round_away_from_zero(numerator: int, denominator: int, expected: int) -> None:
    assert divide_half_up(numerator, denominator) == expected


def test_rates_and_percentages_round_at_the_half_cent() -> None:
    assert per_hour_half_up(10_975, 180) == 32_925
    assert per_hour_half_up(1, 30) == 1
    assert per_hour_half_up(1, 29) == 0
    assert percent_half_up(21_300, 1_500) == 3_195
    assert percent_half_up(50, 100) == 1
    assert percent_half_up(49, 100) == 0


def test_amounts_read_with_their_currency() -> None:
    assert format_cents(123_456_789, "CAD") == "CA$1,234,567.89"
    assert format_cents(-5, "USD") == "-$0.05"
