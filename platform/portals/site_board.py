"""The board of one job around now in words, for its client and its agency. What each may know, `job_boards` says."""

from dataclasses import dataclass
from datetime import datetime

from marketplace.boards import ShiftOfTheDay
from marketplace.job_boards import OfficerSeen, ShiftSeen, seen_by_agency, seen_by_client
from marketplace.job_totals import AROUND_NOW, DatesOfJob
from marketplace.models import Job, Shift
from portals import site_words
from portals.site_words import SiteLook


@dataclass(frozen=True)
class BoardLine:
    name: str
    rank_name: str
    look: SiteLook
    detail: str


@dataclass(frozen=True)
class BoardShift:
    """`counts` are the words of each status that occurs, with how many places, the gravest first."""

    shift: Shift
    wanted: int
    missing: int
    lines: list[BoardLine]
    counts: list[tuple[int, SiteLook]]


def shows_board(job: Job, dates: DatesOfJob) -> bool:
    """Only around the time of a shift; nothing is read for it otherwise."""
    return job.funded_at is not None and dates.around_now > 0


def is_now(shift: Shift, *, at: datetime) -> bool:
    """What `dates.around_now` counts, of a shift that was read."""
    is_on = shift.state not in (Shift.State.PLANNED, Shift.State.CANCELLED, Shift.State.EXPIRED)
    return is_on and shift.starts_at - AROUND_NOW <= at < shift.ends_at + AROUND_NOW


def board(rows: list[ShiftOfTheDay], *, at: datetime, for_client: bool) -> list[BoardShift]:
    """Of rows of a job that the reader may see."""
    seen = seen_by_client(rows, at=at) if for_client else seen_by_agency(rows, at=at)
    return [_shift(one) for one in seen]


def _shift(one: ShiftSeen) -> BoardShift:
    lines = [_line(officer, one.shift.time_zone) for officer in one.officers]
    counts = [(number, site_words.look(status)) for status, number in one.counts.items()]
    return BoardShift(one.shift, one.wanted, one.missing, lines, counts)


def _line(officer: OfficerSeen, zone: str) -> BoardLine:
    details = (site_words.detail(officer.site, zone=zone), site_words.confirmed(officer.site, zone=zone))
    return BoardLine(
        name=officer.name,
        rank_name=officer.rank_name,
        look=site_words.look(officer.site.status),
        detail=" · ".join(filter(None, details)),
    )
