"""Why an agency may not give a place, one exception per reason."""

from datetime import datetime
from zoneinfo import ZoneInfo

from kernel.errors import IllegalTransition, InvalidInput, NotPermitted


class NobodyChosen(InvalidInput):
    code = "nobody_chosen"

    def __init__(self) -> None:
        super().__init__("Choose at least one officer.", field="officers")


class TooManyChosen(InvalidInput):
    code = "too_many_chosen"

    def __init__(self, chosen: int, free: int) -> None:
        places = "place is" if free == 1 else "places are"
        super().__init__(
            f"You chose {chosen} officers, and {free} {places} free.", field="officers", chosen=chosen, free=free
        )


class AnswerTimeOutOfRange(InvalidInput):
    code = "answer_time_out_of_range"

    def __init__(self, answer_by: datetime, starts_at: datetime, time_zone: str) -> None:
        latest = f"{starts_at.astimezone(ZoneInfo(time_zone)):%a %d %b %H:%M}"
        super().__init__(
            f"Let officers answer until at least 15 minutes from now, and until the start of the shift, {latest}.",
            field="answer_by",
            answer_by=answer_by.isoformat(),
            starts_at=starts_at.isoformat(),
        )


class NotAllowedToWork(NotPermitted):
    """The home department's rules; the sentence says hours and rests, and keeps everything else to itself."""

    code = "not_allowed_to_work"

    def __init__(self, name: str, sentence: str) -> None:
        super().__init__(f"{name}: {sentence}", field="officers")


class EveryPlaceHeld(IllegalTransition):
    """Of a shift that has begun, when the agency named nobody in whose place somebody is to come."""

    code = "every_place_held"

    def __init__(self) -> None:
        super().__init__(
            "Every place of that rank is held. Say in whose place the officer comes: that of somebody who is late, or "
            "of somebody on site whom they relieve.",
            field="in_place_of",
        )


class NotReplaceable(IllegalTransition):
    code = "not_replaceable"

    def __init__(self, state: str) -> None:
        super().__init__(
            "That officer's place is not to be given like that: meanwhile they came, went, or are not late. Choose "
            "again.",
            field="in_place_of",
            state=state,
        )


class StaffedByAgency(IllegalTransition):
    """The department's desk gives no places on a job that an agency supplies."""

    code = "staffed_by_agency"

    def __init__(self) -> None:
        super().__init__("An agency supplies the officers of this job. Its own desk gives the places.")
