"""The Gini coefficient and the Lorenz curve: known values and the properties that define them."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from departments.policy.inequality import gini, lorenz

MINUTES = st.lists(st.integers(0, 100_000), max_size=60)


@pytest.mark.parametrize(
    ("minutes", "coefficient"),
    [
        ([], 0),
        ([0, 0, 0], 0),
        ([480], 0),
        ([240, 240, 240], 0),
        ([0, 1], Fraction(1, 2)),
        ([0, 0, 0, 600], Fraction(3, 4)),
        ([1, 2, 3, 4], Fraction(1, 4)),
        # Somebody without work counts: leaving them out would give 0.
        ([0, 240, 240], Fraction(1, 3)),
    ],
)
def test_known_coefficients(minutes: list[int], coefficient: Fraction | int) -> None:
    assert gini(minutes) == coefficient


def test_less_than_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="-1 minutes"):
        gini([3, -1])


@given(MINUTES)
@settings(max_examples=40)
def test_it_lies_between_equality_and_one_who_has_everything(minutes: list[int]) -> None:
    assert 0 <= gini(minutes) <= Fraction(max(len(minutes) - 1, 0), max(len(minutes), 1))


@given(MINUTES, st.integers(2, 50), st.randoms())
@settings(max_examples=40)
def test_neither_the_unit_nor_the_order_nor_doubling_everybody_matters(
    minutes: list[int], factor: int, random: object
) -> None:
    shuffled = list(minutes)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert gini(shuffled) == gini([value * factor for value in minutes]) == gini(minutes)
    assert gini(minutes + minutes) == gini(minutes)


@given(st.lists(st.integers(0, 10_000), min_size=2, max_size=30), st.integers(1, 5_000))
@settings(max_examples=40)
def test_moving_work_from_one_who_has_more_to_one_who_has_less_never_raises_it(minutes: list[int], moved: int) -> None:
    ordered = sorted(minutes)
    step = min(moved, (ordered[-1] - ordered[0]) // 2)
    evened = [ordered[0] + step, *ordered[1:-1], ordered[-1] - step]
    assert gini(evened) <= gini(ordered)
    assert step == 0 or gini(evened) < gini(ordered)


@given(MINUTES, st.integers(1, 30))
@settings(max_examples=40)
def test_the_curve_rises_from_nothing_to_everything_below_the_line_of_equality(minutes: list[int], points: int) -> None:
    curve = lorenz(minutes, points=points)
    assert curve[0] == (0, 0)
    assert curve[-1] == (1, 1)
    assert len(curve) <= points + 1
    assert list(curve) == sorted(curve)
    assert all(share <= people for people, share in curve)
