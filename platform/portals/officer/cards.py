"""A shift near the officer as its card shows it: money first, then the way, the rules and when the award falls."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from departments.policy.evaluation import OVERLAP_RULE
from departments.policy.journeys import TRAVEL_RULE
from departments.policy.pay_dates import pay_date
from departments.policy.verdicts import SEVERITY, Measure, Reason, Verdict
from marketplace.feed import NearbyShift
from marketplace.models import EventType
from messaging.spoken import spoken
from portals import wording
from portals.officer.travel import distance_text, minutes_by_car
from portals.officer.words import event_name
from portals.pay_days import before_the_bid

EVENT_ICONS = {
    EventType.FESTIVAL: "party-popper",
    EventType.FILM_SHOOT: "film",
    EventType.WIDE_LOAD_ESCORT: "truck",
    EventType.TRAFFIC_CONTROL: "construction",
    EventType.BUSINESS_SECURITY: "store",
    EventType.FUNERAL: "heart-handshake",
    EventType.SPORTING_EVENT: "trophy",
}
_BUCKETS = {
    "duty": _("a duty shift"),
    "overtime": _("overtime"),
    "court": _("a court appearance"),
    "leave": _("leave"),
    "extra_duty": _("another off-duty shift"),
    "other_employer": _("other work"),
}
SORTS = {
    "distance": _("Nearest first"),
    "pay": _("Best paid first"),
    "start": _("Soonest first"),
    "closing": _("Award soonest"),
}


@dataclass(frozen=True)
class VerdictLine:
    """One sentence about the rules, with its tone and icon. `lifts` is "" unless the rule says when it ends."""

    tone: str
    icon: str
    sentence: str
    lifts: str = ""


@dataclass(frozen=True)
class Card:
    line: NearbyShift
    distance: str
    minutes: int
    verdict: VerdictLine
    blocked: bool
    paid_when: str
    event_icon: str

    @property
    def event_name(self) -> str:
        return event_name(self.line.shift.job.event_type)


def card_of(line: NearbyShift, *, at: datetime) -> Card:
    job = line.shift.job
    metres = line.distance_metres
    return Card(
        line=line,
        distance="" if metres is None else distance_text(metres, job.venue.country),
        minutes=0 if metres is None else minutes_by_car(metres),
        verdict=verdict_line(line.verdict, zone=line.shift.time_zone, country=job.venue.country),
        blocked=not line.verdict.allowed,
        paid_when=before_the_bid(pay_date(policy=line.policy, ends_at=line.shift.ends_at)),
        event_icon=EVENT_ICONS.get(EventType(job.event_type), "briefcase"),
    )


def verdict_line(verdict: Verdict, *, zone: str, country: str = "") -> VerdictLine:
    """The sentence that the officer also gets at the bid, the award and the clock-in."""
    if not verdict.reasons:
        allowed = gettext("You may work this shift.")
        return VerdictLine("success", "shield-check", " ".join([allowed, _nearest_limit(verdict)]))
    reason = max(verdict.reasons, key=lambda one: SEVERITY[one.outcome])
    own_words = _overlap_in_words(reason, zone) or (not reason.text and _way_in_words(reason, zone, country))
    sentence = own_words or spoken(reason.text or reason.sentence)
    lifts = ""
    if reason.lifts_at:
        lifts = gettext("Lifts %(moment)s.") % {"moment": wording.moment_text(reason.lifts_at, zone)}
    if reason.outcome == "deny":
        return VerdictLine("error", "ban", sentence, lifts)
    if reason.outcome == "needs_approval":
        return VerdictLine("warning", "shield-alert", sentence, lifts)
    return VerdictLine("warning", "triangle-alert", sentence, lifts)


def _overlap_in_words(reason: Reason, zone: str) -> str:
    """The officer's own commitment in the shift's time zone; "" for other rules."""
    if reason.rule_id != OVERLAP_RULE:
        return ""
    starts_at, ends_at = (datetime.fromisoformat(str(reason.numbers[name])) for name in ("starts_at", "ends_at"))
    what = _BUCKETS.get(str(reason.numbers["bucket"]), gettext("a commitment"))
    return gettext("You have %(commitment)s that overlaps this shift: %(period)s.") % {
        "commitment": what,
        "period": wording.period_text(starts_at, ends_at, zone),
    }


def _way_in_words(reason: Reason, zone: str, country: str) -> str:
    """The way from or to the officer's own other shift; "" for other rules."""
    if reason.rule_id != TRAVEL_RULE:
        return ""
    facts = {
        "distance": distance_text(int(reason.numbers["kilometres"]) * 1000, country),
        "minutes": wording.duration_text(int(reason.numbers["minutes"])),
        "moment": wording.moment_text(datetime.fromisoformat(str(reason.numbers["neighbour_at"])), zone),
    }
    if reason.numbers["side"] == "before":
        words = gettext("%(distance)s and %(minutes)s after your shift that ends %(moment)s: check the way.")
    else:
        words = gettext("%(distance)s and %(minutes)s before your shift that begins %(moment)s: check the way.")
    return words % facts


def _nearest_limit(verdict: Verdict) -> str:
    """How near the tightest hour limit this shift would bring the officer; "" when there is none."""
    if not verdict.measures:
        return ""
    tightest: Measure = min(verdict.measures, key=lambda measure: measure.remaining_minutes)
    window = round((tightest.window_ends_at - tightest.window_starts_at).total_seconds() / 3600)
    days = round(window / 24)
    if window <= 72:
        within = ngettext("%(count)s hour", "%(count)s hours", window) % {"count": window}
    else:
        within = ngettext("%(count)s day", "%(count)s days", days) % {"count": days}
    return gettext("With it you have %(used)s of %(limit)s in %(window)s.") % {
        "used": wording.duration_text(tightest.total_minutes),
        "limit": wording.duration_text(tightest.limit_minutes),
        "window": within,
    }


def markers(cards: Iterable[Card], *, url_of: dict[UUID, str]) -> list[dict[str, object]]:
    """For the map: places of work only, never the officer's own."""
    return [
        {
            "latitude": card.line.shift.latitude,
            "longitude": card.line.shift.longitude,
            "title": f"{wording.money_text(card.line.pay_cents)} · {card.line.shift.job.title}",
            "detail": wording.period_text(card.line.shift.starts_at, card.line.shift.ends_at, card.line.shift.time_zone)
            + (f". {card.verdict.sentence}" if card.blocked else ""),
            "url": url_of[card.line.shift.id],
            "link_text": gettext("See the shift"),
            "tone": "neutral" if card.blocked else "success" if card.line.bid_state else "primary",
        }
        for card in cards
    ]
