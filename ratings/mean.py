"""The figure that is shown of marks: weighed with what is usual, so that few ratings do not shout. Pure.

    figure = (PRIOR_WEIGHT x prior + sum of marks) / (PRIOR_WEIGHT + count)

Five ratings weigh as much as the prior. Worked table in docs/ratings.md.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction

PRIOR_WEIGHT = 5
# Until so many ratings are counted on the whole platform, what is usual is not known.
PLATFORM_KNOWN_FROM = 30
NEUTRAL_HUNDREDTHS = 400


def weighed(*, total: int, count: int, prior_hundredths: int) -> Fraction:
    """Of one category. Between 1 and 5 whenever the marks and the prior are."""
    return (Fraction(PRIOR_WEIGHT * prior_hundredths, 100) + total) / (PRIOR_WEIGHT + count)


def tenths(value: Fraction) -> int:
    """Half a tenth goes up."""
    return int((value * 10 + Fraction(1, 2)) // 1)


def figures(
    *, sums: Mapping[str, int], count: int, prior: Mapping[str, int], categories: Sequence[str]
) -> dict[str, int]:
    """Tenths by category, and "average" of the categories before they are rounded."""
    exact = {name: weighed(total=sums[name], count=count, prior_hundredths=prior[name]) for name in categories}
    average = sum(exact.values(), Fraction(0)) / len(categories)
    return {"average": tenths(average), **{name: tenths(value) for name, value in exact.items()}}


def average_of_prior(prior: Mapping[str, int]) -> int:
    """Tenths: the figure of somebody of whom nothing is counted."""
    return tenths(Fraction(sum(prior.values()), 100 * len(prior)))


def prior_of(*, sums: Mapping[str, int], count: int, categories: Sequence[str]) -> dict[str, int]:
    """The platform's mean in hundredths, by category, half a hundredth up; neutral until there are enough."""
    if count < PLATFORM_KNOWN_FROM:
        return dict.fromkeys(categories, NEUTRAL_HUNDREDTHS)
    return {name: int((Fraction(100 * sums[name], count) + Fraction(1, 2)) // 1) for name in categories}
