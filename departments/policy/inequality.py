"""How evenly work is spread: the Gini coefficient and the Lorenz curve of whole minutes. 0 is equal for all.

With values x₁ ≤ … ≤ xₙ the coefficient is Σ (2i − n − 1)·xᵢ / (n · Σ xᵢ): between 0 and (n − 1)/n, where one person has
everything. Whoever had nothing counts too; leaving them out would hide the very thing that is measured.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction


def gini(minutes: Iterable[int]) -> Fraction:
    """Exact, so that equal figures give equal coefficients. 0 for nobody, and when there was no work at all.

    Raises ValueError for a negative value.
    """
    ordered = _ordered(minutes)
    total = sum(ordered)
    if total == 0:
        return Fraction(0)
    count = len(ordered)
    weighted = sum((2 * position - count - 1) * value for position, value in enumerate(ordered, start=1))
    return Fraction(weighted, count * total)


def lorenz(minutes: Iterable[int], *, points: int = 20) -> tuple[tuple[Fraction, Fraction], ...]:
    """Share of the people (those with the least first) and the share of the work that they have, at most `points` + 1
    pairs from (0, 0) to (1, 1). Without any work the curve is the line of equality."""
    ordered = _ordered(minutes)
    count, total = len(ordered), sum(ordered)
    if total == 0:
        return (Fraction(0), Fraction(0)), (Fraction(1), Fraction(1))
    running = [0]
    for value in ordered:
        running.append(running[-1] + value)
    steps = min(points, count)
    wanted = sorted({count * step // steps for step in range(steps + 1)})
    return tuple((Fraction(people, count), Fraction(running[people], total)) for people in wanted)


def _ordered(minutes: Iterable[int]) -> list[int]:
    ordered = sorted(minutes)
    if ordered and ordered[0] < 0:
        raise ValueError(f"Nobody works less than nothing: {ordered[0]} minutes.")
    return ordered
