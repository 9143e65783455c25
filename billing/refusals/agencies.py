"""What is refused of agencies' offers, one exception per reason."""

from datetime import datetime

from geo.timezones import zone_named
from kernel.errors import IllegalTransition, InvalidInput, NotPermitted


class AgencyNotAdmitted(NotPermitted):
    """The governing department has not admitted the agency, or has barred it."""

    code = "agency_not_admitted"

    def __init__(self) -> None:
        super().__init__("This department has not admitted your agency, or has barred it. Ask its coordinator.")


class RequestNotOpen(IllegalTransition):
    """The request takes no offers of agencies: decided, withdrawn, or the client no longer asks for any."""

    code = "request_not_open"

    def __init__(self, state: str) -> None:
        super().__init__("This request takes no more offers.", state=state)


class RequestHasBegun(IllegalTransition):
    code = "request_has_begun"

    def __init__(self) -> None:
        super().__init__("The first shift of this request has begun. No offer can be made or accepted any more.")


class RateMissing(InvalidInput):
    code = "rate_missing"

    def __init__(self, rank_code: str, rank_name: str) -> None:
        super().__init__(
            f"Enter the hourly bill rate and pay rate of a {rank_name.lower()}: the request needs one.",
            field=f"bill_{rank_code}",
            rank_code=rank_code,
        )


class RateOutOfRange(InvalidInput):
    code = "rate_out_of_range"

    def __init__(self, field: str, cents: int, maximum: int) -> None:
        super().__init__(
            f"An hourly rate is between 0.01 and {maximum / 100:,.2f}.", field=field, cents=cents, maximum=maximum
        )


class OfferTermsUnclear(InvalidInput):
    code = "offer_terms_unclear"


class ValidityTooShort(InvalidInput):
    code = "validity_too_short"

    def __init__(self, valid_until: datetime, latest: datetime, time_zone: str) -> None:
        super().__init__(
            f"An offer is valid until a moment from now on, and not past the start of the first shift on "
            f"{_local(latest, time_zone)}.",
            field="valid_until",
            valid_until=valid_until.isoformat(),
            latest=latest.isoformat(),
        )


class OfferNotOpen(IllegalTransition):
    """Withdrawn, accepted already, or another supplier was chosen."""

    code = "offer_not_open"
    _SENTENCES = {
        "withdrawn": "The agency has withdrawn this offer.",
        "accepted": "This offer is accepted already.",
        "not_chosen": "Another supplier was chosen for this request.",
    }

    def __init__(self, state: str) -> None:
        super().__init__(self._SENTENCES.get(state, "This offer is not open."), state=state)


class OfferExpired(IllegalTransition):
    code = "agency_offer_expired"

    def __init__(self, valid_until: datetime, time_zone: str) -> None:
        super().__init__(
            f"This offer was valid until {_local(valid_until, time_zone)}. The agency can renew it.",
            valid_until=valid_until.isoformat(),
        )


class OfferChanged(IllegalTransition):
    """The agency made a new version after the page was shown: another price must not be accepted unseen."""

    code = "agency_offer_changed"

    def __init__(self, seen: int, now: int, total_cents: int) -> None:
        super().__init__(
            f"The agency has changed this offer since you opened it: version {now} instead of {seen}, "
            f"{total_cents / 100:,.2f} in all. Read it again before you accept.",
            seen_version=seen,
            version=now,
            total_cents=total_cents,
        )


class OfferOutdated(IllegalTransition):
    """The request changed after it was priced."""

    code = "agency_offer_outdated"

    def __init__(self, priced: int, now: int) -> None:
        super().__init__(
            "The request has changed since this price was made. The agency must renew its offer first.",
            priced_revision=priced,
            revision=now,
        )


class RequestNotApproved(IllegalTransition):
    code = "request_not_approved"

    def __init__(self) -> None:
        super().__init__("The department has not approved the request yet. You can accept an offer once it has.")


def _local(moment: datetime, time_zone: str) -> str:
    return moment.astimezone(zone_named(time_zone)).strftime("%-d %B %Y, %H:%M")
