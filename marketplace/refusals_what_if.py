"""Why a what-if is refused."""

from datetime import date

from kernel.errors import InvalidInput


class TooManyAwards(InvalidInput):
    code = "too_many_awards"

    def __init__(self, count: int, maximum: int) -> None:
        super().__init__(
            f"This period has {count:,} awards; {maximum:,} can be made again at once. Choose a shorter period.",
            field="from_date",
            count=count,
            maximum=maximum,
        )


class PeriodBackwards(InvalidInput):
    code = "period_backwards"

    def __init__(self, from_date: date, until_date: date) -> None:
        super().__init__(
            "The last day is before the first. Swap them.",
            field="until_date",
            from_date=from_date.isoformat(),
            until_date=until_date.isoformat(),
        )
