"""The agency's desk fills its jobs from its engaged officers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from agencies.availability import Week, weeks_of_active, zone_of
from agencies.engagements import active_officer_ids
from agencies.refusals import NotEngaged
from kernel.actors import Actor
from marketplace import agency_candidates, agency_sending, agency_staffing
from marketplace.agency_candidates import Candidate
from marketplace.agency_jobs import shift_of_agency
from marketplace.models import Assignment, Offer


@dataclass(frozen=True, slots=True)
class RosterCandidate:
    """`is_available` None: the officer has not told the agency when they may be asked."""

    candidate: Candidate
    is_available: bool | None


def candidates(*, agency_id: UUID, shift_id: UUID, rank_code: str, at: datetime) -> list[RosterCandidate]:
    """Every engaged officer for one place of one shift: who may, who said they are free, and why not.

    Those who may and are free come first. Raises NotFound, RankNotWanted, NoPolicyInForce.
    """
    shift = shift_of_agency(agency_id=agency_id, shift_id=shift_id)
    weeks, zone = weeks_of_active(agency_id=agency_id), zone_of(agency_id=agency_id)
    found = agency_candidates.assess(
        agency_id=agency_id, shift_id=shift_id, rank_code=rank_code, officer_ids=weeks.keys(), at=at
    )
    rows = [
        RosterCandidate(one, _available(weeks[one.officer_id], max(shift.starts_at, at), shift.ends_at, zone))
        for one in found
    ]
    return sorted(rows, key=lambda row: (not row.candidate.allowed, row.is_available is False, row.candidate.name))


def offer(
    *,
    agency_id: UUID,
    shift_id: UUID,
    rank_code: str,
    officer_ids: Sequence[UUID],
    answer_by: datetime,
    actor: Actor,
    at: datetime,
) -> list[Offer]:
    """Raises NotEngaged and what `marketplace.agency_staffing.offer_places` raises."""
    with transaction.atomic():
        offers = agency_staffing.offer_places(
            agency_id=agency_id,
            shift_id=shift_id,
            rank_code=rank_code,
            officer_ids=officer_ids,
            answer_by=answer_by,
            actor=actor,
            at=at,
        )
        # Asked with the officers locked: an engagement that ends waits for them, and then finds the shift.
        _refuse_strangers(agency_id, officer_ids)
    return offers


def assign(
    *, agency_id: UUID, shift_id: UUID, rank_code: str, officer_ids: Sequence[UUID], actor: Actor, at: datetime
) -> list[Assignment]:
    """Raises NotEngaged and what `marketplace.agency_staffing.assign_officers` raises."""
    with transaction.atomic():
        assigned = agency_staffing.assign_officers(
            agency_id=agency_id, shift_id=shift_id, rank_code=rank_code, officer_ids=officer_ids, actor=actor, at=at
        )
        _refuse_strangers(agency_id, officer_ids)
    return assigned


def send(
    *,
    agency_id: UUID,
    shift_id: UUID,
    rank_code: str,
    officer_id: UUID,
    in_place_of: UUID | None = None,
    relieves: UUID | None = None,
    reason: str = "",
    actor: Actor,
    at: datetime,
) -> Assignment:
    """Once the shift has begun. Raises NotEngaged and what `marketplace.agency_sending.send_officer` raises."""
    with transaction.atomic():
        sent = agency_sending.send_officer(
            agency_id=agency_id,
            shift_id=shift_id,
            rank_code=rank_code,
            officer_id=officer_id,
            in_place_of=in_place_of,
            relieves=relieves,
            reason=reason,
            actor=actor,
            at=at,
        )
        _refuse_strangers(agency_id, [officer_id])
    return sent


def _refuse_strangers(agency_id: UUID, officer_ids: Sequence[UUID]) -> None:
    strangers = set(officer_ids) - active_officer_ids(agency_id=agency_id)
    if strangers:
        raise NotEngaged(len(strangers))


def _available(week: Week | None, starts_at: datetime, ends_at: datetime, zone: str) -> bool | None:
    return None if week is None else week.covers(starts_at=starts_at, ends_at=ends_at, time_zone=zone)
