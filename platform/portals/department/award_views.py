"""How an award was made: everybody who bid, the values that ordered them, the draw, and the same decision again."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from departments.policy.draws import commitment_of
from departments.policy.ordering_keys import KEYS
from kernel.errors import NotFound
from marketplace.award_records import replay_award
from marketplace.models import Award, Officer
from portals.department.desk import department_of, desk_page, show_page
from portals.department.words import order_words
from portals.wording import date_text, duration_text


@dataclass(frozen=True)
class BidderRow:
    """`values` in the order's own order; `deciding` names the key that set this bidder behind the one before."""

    place: int | None
    name: str
    outcome: str
    values: list[tuple[str, str]]
    deciding: str
    sentence: str
    bid_at: datetime | None


@require_safe
@desk_page()
def award_page(request: HttpRequest, award_id: UUID) -> HttpResponse:
    award = _award(request, award_id)
    stored = award.snapshot
    ranking = stored["ranking"]
    names = _names(stored)
    keys = ranking["keys"] if ranking else []
    verified = None
    if "verify" in request.GET:
        verified = replay_award(award=award) and _seed_fits(stored)
    return show_page(
        request,
        "award",
        {
            "award": award,
            "job": award.shift.job,
            "shift": award.shift,
            "kind": stored["kind"],
            "keys": [order_words(key) for key in keys],
            "places": ranking["positions_to_fill"] if ranking else award.position.headcount,
            "rows": _ranked(stored, names),
            "left_out": _left_out(stored, names),
            "draw": stored["draw"],
            "verified": verified,
        },
    )


@require_safe
@desk_page()
def award_inputs(request: HttpRequest, award_id: UUID) -> HttpResponse:
    """Order, values and draw as they were stored, for anyone who wants to compute it again."""
    award = _award(request, award_id)
    answer = JsonResponse(
        {
            "award_id": str(award.id),
            "engine_version": award.engine_version,
            "policy_version": award.policy_version,
            "policy_sha256": award.policy_sha256,
            "draw": award.snapshot["draw"],
            "ranking": award.snapshot["ranking"],
            "left_out": award.snapshot["refused"],
        },
        json_dumps_params={"indent": 2},
    )
    answer["Content-Disposition"] = (
        f'attachment; filename="award-{award.shift.job.reference}-{award.shift.number}.json"'
    )
    return answer


def _award(request: HttpRequest, award_id: UUID) -> Award:
    award = (
        Award.objects.select_related("shift__job__client", "position")
        .filter(id=award_id, shift__governing_department_id=department_of(request).id)
        .first()
    )
    if award is None:
        raise NotFound("There is no such award.")
    return award


def _names(stored: dict[str, Any]) -> dict[str, str]:
    officers = Officer.objects.filter(id__in=[bid["officer_id"] for bid in stored["bids"]])
    return {str(officer.id): officer.display_name for officer in officers}


def _ranked(stored: dict[str, Any], names: dict[str, str]) -> list[BidderRow]:
    ranking = stored["ranking"]
    if ranking is None:
        return [
            BidderRow(bid["place"], _name(names, bid), bid["outcome"], [], "", bid["explanation"], _moment(bid))
            for bid in stored["bids"]
            if bid["outcome"] in ("won", "backup")
        ]
    return [
        BidderRow(
            place=entry["place"],
            name=_name(names, entry),
            outcome=entry["outcome"],
            values=[(order_words(key), _value(key, entry["key_values"].get(key))) for key in ranking["keys"]],
            deciding=order_words(entry["decided_by"]) if entry["decided_by"] else "",
            sentence=entry["sentence"],
            bid_at=datetime.fromisoformat(entry["bid_at"]),
        )
        for entry in ranking["entries"]
    ]


def _left_out(stored: dict[str, Any], names: dict[str, str]) -> list[BidderRow]:
    ranked = {entry["officer_id"] for entry in (stored["ranking"] or {}).get("entries", [])}
    return [
        BidderRow(None, _name(names, bid), bid["outcome"], [], "", bid["explanation"], _moment(bid))
        for bid in stored["bids"]
        if bid["officer_id"] not in ranked and bid["outcome"] not in ("won", "backup")
    ]


def _value(key: str, value: Any) -> str:
    """A key's value as people say it; the draw's long number is cut, the whole one is in the file."""
    if value is None:
        return "—"
    known = KEYS.get(key)
    unit = known.unit if known else ""
    if unit == "minutes":
        return duration_text(int(value))
    if unit == "date":
        return date_text(datetime.fromisoformat(str(value)))
    if key == "draw":
        return f"{str(value)[:8]}…"
    return str(value)


def _seed_fits(stored: dict[str, Any]) -> bool:
    draw = stored["draw"]
    return not draw["seed"] or commitment_of(draw["seed"]) == draw["commitment"]


def _name(names: dict[str, str], row: dict[str, Any]) -> str:
    return names.get(row["officer_id"], "A former officer")


def _moment(bid: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(bid["placed_at"])
