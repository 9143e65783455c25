"""The shown figure as mathematics: bounds, order, monotony, and the worked table of docs/ratings.md."""

import re
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ratings.mean import NEUTRAL_HUNDREDTHS, PLATFORM_KNOWN_FROM, figures, prior_of, tenths, weighed

MARKS = st.lists(st.integers(1, 5), min_size=1, max_size=200)
PRIORS = st.integers(100, 500)
NAMES = ("punctuality", "appearance", "conduct")


@given(MARKS, PRIORS)
def test_between_the_prior_and_the_plain_mean(marks: list[int], prior: int) -> None:
    plain, usual = Fraction(sum(marks), len(marks)), Fraction(prior, 100)
    shown = weighed(total=sum(marks), count=len(marks), prior_hundredths=prior)
    assert min(plain, usual) <= shown <= max(plain, usual)
    assert 10 <= tenths(shown) <= 50


@given(MARKS, PRIORS, st.data())
def test_a_better_mark_never_lowers_it(marks: list[int], prior: int, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(marks) - 1))
    better = [*marks[:place], min(5, marks[place] + 1), *marks[place + 1 :]]
    before, after = (tenths(weighed(total=sum(m), count=len(m), prior_hundredths=prior)) for m in (marks, better))
    assert after >= before


@given(MARKS, PRIORS)
def test_many_ratings_drown_the_prior(marks: list[int], prior: int) -> None:
    often = marks * 2_000
    shown = weighed(total=sum(often), count=len(often), prior_hundredths=prior)
    assert abs(shown - Fraction(sum(marks), len(marks))) < Fraction(2, 100)


@given(st.lists(st.tuples(*[st.integers(1, 5)] * 3), min_size=3, max_size=30), PRIORS)
def test_the_average_is_that_of_the_categories_before_rounding(ratings: list[tuple[int, ...]], prior: int) -> None:
    sums = {name: sum(one[index] for one in ratings) for index, name in enumerate(NAMES)}
    shown = figures(sums=sums, count=len(ratings), prior=dict.fromkeys(NAMES, prior), categories=NAMES)
    exact = Fraction(sum(sums.values()) + 15 * Fraction(prior, 100), 3 * (5 + len(ratings)))
    assert shown["average"] == tenths(exact)
    assert min(shown[name] for name in NAMES) <= shown["average"] <= max(shown[name] for name in NAMES)


def test_the_prior_is_neutral_until_the_platform_is_known() -> None:
    few, enough = PLATFORM_KNOWN_FROM - 1, PLATFORM_KNOWN_FROM
    assert prior_of(sums=dict.fromkeys(NAMES, few * 5), count=few, categories=NAMES)["conduct"] == NEUTRAL_HUNDREDTHS
    assert prior_of(sums=dict.fromkeys(NAMES, 137), count=enough, categories=NAMES)["conduct"] == 457


ROWS = re.findall(
    r"^\| (\d+) \| ([\d.]+) \| (\d\.\d\d) \| (\d\.\d) \|$",
    (Path(__file__).parents[2] / "docs/ratings.md").read_text(),
    re.M,
)


def test_the_documents_table_has_rows() -> None:
    assert len(ROWS) >= 6


@pytest.mark.parametrize(("count", "plain", "prior", "shown"), ROWS)
def test_the_documents_table_is_true(count: str, plain: str, prior: str, shown: str) -> None:
    total = Fraction(plain) * int(count)
    assert total.denominator == 1
    found = weighed(total=int(total), count=int(count), prior_hundredths=int(Fraction(prior) * 100))
    assert tenths(found) == Fraction(shown) * 10
