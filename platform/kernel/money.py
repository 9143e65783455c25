"""Money is integer minor units with a currency beside it. No floats, and every leftover cent has an owner."""

from collections.abc import Sequence

CURRENCY_SYMBOLS = {"CAD": "CA$", "USD": "$"}
SUPPORTED_CURRENCIES = ("CAD", "USD")


def divide_half_up(numerator: int, denominator: int) -> int:
    """Integer division rounded half away from zero: 5/2 = 3, -5/2 = -3."""
    if denominator <= 0:
        raise ValueError("The denominator must be positive.")
    sign = -1 if numerator < 0 else 1
    return sign * ((2 * abs(numerator) + denominator) // (2 * denominator))


def percent_half_up(cents: int, basis_points: float) -> int:
    """`basis_points` hundredths of a percent of `cents`, rounded half up: 13 % is 1300, 9.975 % is 997.5."""
    return divide_half_up(cents * millionths(basis_points), 1_000_000)


def millionths(basis_points: float) -> int:
    """A rate as a whole number, so that money is computed in integers: 997.5 → 99,750. Two decimals are kept."""
    return round(basis_points * 100)


def percent_text(basis_points: float) -> str:
    """1300 → “13 %”, 195 → “1.95 %”, 997.5 → “9.975 %”."""
    whole, rest = divmod(abs(millionths(basis_points)), 10_000)
    sign = "-" if basis_points < 0 else ""
    return f"{sign}{whole}" + (f".{rest:04d}".rstrip("0") if rest else "") + " %"


def per_hour_half_up(cents_per_hour: int, minutes: int) -> int:
    """What `minutes` cost at an hourly rate, rounded half up to the cent."""
    return divide_half_up(cents_per_hour * minutes, 60)


def split_largest_remainder(total_cents: int, weights: Sequence[int]) -> list[int]:
    """Split a total by integer weights so that the parts always sum to it.

    Each part gets its floor; the cents left over go one each to the largest remainders, the earliest first on a tie.
    Raises ValueError for negative weights, or when all are zero while there is something to split.
    """
    if any(weight < 0 for weight in weights):
        raise ValueError("Weights must not be negative.")
    weight_sum = sum(weights)
    if weight_sum == 0:
        if total_cents:
            raise ValueError("Nothing to split by: all weights are zero.")
        return [0] * len(weights)
    sign = -1 if total_cents < 0 else 1
    magnitude = abs(total_cents)
    parts = [magnitude * weight // weight_sum for weight in weights]
    remainders = [magnitude * weight % weight_sum for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda index: (-remainders[index], index))
    for index in by_remainder[: magnitude - sum(parts)]:
        parts[index] += 1
    return [sign * part for part in parts]


def format_cents(cents: int, currency: str) -> str:
    """English text for logs, messages and documents: 32925 CAD → "CA$329.25"."""
    sign = "-" if cents < 0 else ""
    whole, fraction = divmod(abs(cents), 100)
    return f"{sign}{CURRENCY_SYMBOLS.get(currency, currency + ' ')}{whole:,}.{fraction:02d}"
