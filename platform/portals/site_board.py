"""The board of one job around now, as its client and its agency see it: words, no positions, reasons or telephones."""

from dataclasses import dataclass, replace
from datetime import datetime

from marketplace.boards import OnTheDay, ShiftOfTheDay
from marketplace.job_totals import AROUND_NOW, DatesOfJob
from marketplace.models import Job, Shift
from marketplace.site_status import SiteStatus
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
    return [_shift(one, for_client=for_client) for one in rows if one.shift.starts_at - AROUND_NOW <= at]


def _shift(one: ShiftOfTheDay, *, for_client: bool) -> BoardShift:
    every = [(person, _line(person, one.shift.time_zone, for_client=for_client)) for person in one.people]
    counted = [line.look for person, line in every if not person.shares_place]
    counts = [(counted.count(look), look) for look in dict.fromkeys(counted)]
    lines = [line for person, line in every if not (for_client and person.is_only_asked)]
    return BoardShift(one.shift, one.wanted, one.missing, lines, counts)


def _line(person: OnTheDay, zone: str, *, for_client: bool) -> BoardLine:
    """A question that an officer has not answered is their desk's matter: the client reads when they did last."""
    site = person.site
    if for_client and site.status == "unconfirmed":
        site = SiteStatus("on_site", 0, site.last_confirmed_at)
    if for_client:
        site = replace(site, lapse="")
    details = (site_words.detail(site, zone=zone), site_words.confirmed(site, zone=zone))
    return BoardLine(
        name=person.assignment.officer.display_name,
        rank_name=person.assignment.position.rank_name,
        look=site_words.look(site.status),
        detail=" · ".join(filter(None, details)),
    )
