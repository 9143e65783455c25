"""Contesting an award: an officer objects within the department's days, somebody else decides on the frozen snapshot.

A remedy is a line in the department's fairness ledger, written in the transaction of the decision and only once.
"""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from departments import fairness_ledger
from departments.fairness_ledger import LedgerLine
from kernel import audit, outbox
from kernel.actors import Actor
from marketplace import events
from marketplace.award_reading import took_part
from marketplace.contest_terms import contest_closes_at, contest_days, frozen_hash
from marketplace.models import Award, AwardContest, Bid, Officer
from marketplace.refusals_contests import (
    LONGEST_TEXT,
    AlreadyContested,
    AwardNotYours,
    ContestClosed,
    ContestNotFound,
    ContestTooLate,
    DecidesOwnAward,
    GroundsMissing,
    NothingToContest,
    RemedyUnfit,
    TextTooLong,
)

# A credit is for hours missed on one award; a week of them is beyond any shift.
MAXIMUM_CREDIT_MINUTES = 7 * 24 * 60


def file_contest(*, officer: Officer, award_id: UUID, grounds: str, actor: Actor, at: datetime) -> AwardContest:
    """Raises AwardNotYours, NothingToContest, ContestTooLate, AlreadyContested, GroundsMissing, TextTooLong."""
    grounds = _text(grounds, "grounds", "Say what was wrong with this award.")
    with transaction.atomic():
        award = contestable_award(officer=officer, award_id=award_id)
        closes_at = contest_closes_at(award=award)
        _refuse_second(award, officer)
        if at >= closes_at:
            raise ContestTooLate(closes_at, award.shift.time_zone, contest_days(award=award))
        try:
            with transaction.atomic():
                contest = AwardContest.objects.create(
                    award=award,
                    officer=officer,
                    governing_department_id=award.shift.governing_department_id,
                    grounds=grounds,
                    snapshot_sha256=frozen_hash(award=award),
                    filed_at=at,
                )
        except IntegrityError:
            # The second of two at once: PostgreSQL let one in, and it has committed by now.
            _refuse_second(award, officer)
            raise
        _record(contest, actor=actor, action="contest.filed", event=events.AWARD_CONTESTED, at=at)
        return contest


def contestable_award(*, officer: Officer, award_id: UUID) -> Award:
    """An award of a shift that the officer bid on or was considered for. Raises AwardNotYours, NothingToContest."""
    award = Award.objects.select_related("shift__job", "position").filter(id=award_id).first()
    if award is None:
        raise AwardNotYours()
    states = set(Bid.objects.filter(shift_id=award.shift_id, officer=officer).values_list("state", flat=True))
    was_considered = took_part(award=award, officer_id=officer.id)
    if not states and not was_considered:
        raise AwardNotYours()
    if Bid.State.WON in states:
        raise NothingToContest("won")
    if states == {Bid.State.WITHDRAWN} and not was_considered:
        raise NothingToContest("withdrawn")
    return award


def withdraw_contest(*, officer: Officer, shift_id: UUID, actor: Actor, at: datetime) -> AwardContest:
    """Take the latest one on this shift back while nobody has decided. Raises ContestNotFound, ContestClosed."""
    with transaction.atomic():
        contest = (
            AwardContest.objects.select_for_update(of=("self",))
            .select_related("award__shift")
            .filter(award__shift_id=shift_id, officer=officer)
            .order_by("-filed_at")
            .first()
        )
        if contest is None:
            raise ContestNotFound()
        if contest.state != AwardContest.State.FILED:
            raise ContestClosed(str(contest.state))
        contest.state = AwardContest.State.WITHDRAWN
        contest.closed_at = at
        contest.save(update_fields=["state", "closed_at"])
        _record(contest, actor=actor, action="contest.withdrawn", event=events.CONTEST_WITHDRAWN, at=at)
        return contest


def decide_contest(
    *,
    department_id: UUID,
    contest_id: UUID,
    upheld: bool,
    decision: str,
    remedy: str = "none",
    credit_minutes: int = 0,
    actor: Actor,
    at: datetime,
) -> AwardContest:
    """Decide once. A remedy goes with an upheld contest only; `credit_minutes` with a credit only.

    Raises ContestNotFound, ContestClosed, DecidesOwnAward, RemedyUnfit, GroundsMissing, TextTooLong.
    """
    decision = _text(decision, "decision", "Say why. The officer reads it.")
    _check_remedy(upheld, remedy, credit_minutes)
    with transaction.atomic():
        contest = (
            AwardContest.objects.select_for_update(of=("self",))
            .select_related("award__shift", "officer")
            .filter(id=contest_id, governing_department_id=department_id)
            .first()
        )
        if contest is None:
            raise ContestNotFound()
        if contest.state != AwardContest.State.FILED:
            raise ContestClosed(str(contest.state))
        if not may_decide(contest=contest, person_id=actor.person_id):
            raise DecidesOwnAward()
        contest.state = AwardContest.State.UPHELD if upheld else AwardContest.State.REJECTED
        contest.closed_at = at
        contest.decided_by_person_id = actor.person_id
        contest.decided_by = actor.label[:80]
        contest.decision = decision
        contest.remedy = remedy
        contest.credit_minutes = credit_minutes
        contest.save()
        _write_remedy(contest, actor=actor, at=at)
        _record(contest, actor=actor, action="contest.decided", event=events.CONTEST_DECIDED, at=at)
        return contest


def may_decide(*, contest: AwardContest, person_id: UUID | None) -> bool:
    """Neither whoever made the award, nor anybody who was considered for it, the objector among them."""
    if person_id is None or contest.award.decided_by_person_id == person_id:
        return False
    officer = Officer.objects.filter(person_id=person_id).first()
    if officer is None:
        return True
    return officer.id != contest.officer_id and not took_part(award=contest.award, officer_id=officer.id)


def _write_remedy(contest: AwardContest, *, actor: Actor, at: datetime) -> None:
    if contest.remedy == AwardContest.Remedy.NONE:
        return
    line = LedgerLine(
        business_key=f"contest:{contest.id}",
        kind=str(contest.remedy),
        officer_id=contest.officer_id,
        happened_at=at,
        minutes=contest.credit_minutes,
        shift_id=contest.award.shift_id,
        award_id=contest.award_id,
        reason=contest.decision,
    )
    fairness_ledger.record(department_id=contest.governing_department_id, lines=[line], actor=actor, at=at)


def _record(contest: AwardContest, *, actor: Actor, action: str, event: str, at: datetime) -> None:
    audit.record(
        actor=actor,
        action=action,
        subject_kind="award_contest",
        subject_id=contest.id,
        tenant_id=contest.governing_department_id,
        at=at,
        after={
            "award_id": str(contest.award_id),
            "officer_id": str(contest.officer_id),
            "state": str(contest.state),
            "snapshot_sha256": contest.snapshot_sha256,
            "remedy": str(contest.remedy),
            "credit_minutes": contest.credit_minutes,
        },
        reason=contest.decision,
    )
    outbox.announce(
        name=event, payload={"contest_id": str(contest.id)}, tenant_id=contest.governing_department_id, at=at
    )


def _refuse_second(award: Award, officer: Officer) -> None:
    earlier = (
        AwardContest.objects.filter(award=award, officer=officer).exclude(state=AwardContest.State.WITHDRAWN).first()
    )
    if earlier is not None:
        raise AlreadyContested(earlier.filed_at, award.shift.time_zone, str(earlier.state))


def _check_remedy(upheld: bool, remedy: str, credit_minutes: int) -> None:
    if remedy not in AwardContest.Remedy.values:
        raise RemedyUnfit("Choose a remedy from the list.", field="remedy", remedy=remedy)
    if not upheld and remedy != AwardContest.Remedy.NONE:
        raise RemedyUnfit("A rejected contest has no remedy.", field="remedy", remedy=remedy)
    if remedy == AwardContest.Remedy.CREDIT and not 1 <= credit_minutes <= MAXIMUM_CREDIT_MINUTES:
        raise RemedyUnfit(
            f"Give between 1 minute and {MAXIMUM_CREDIT_MINUTES // 60} hours of credit.",
            field="credit_hours",
            given=credit_minutes,
            maximum=MAXIMUM_CREDIT_MINUTES,
        )
    if remedy != AwardContest.Remedy.CREDIT and credit_minutes:
        raise RemedyUnfit("Hours go with a credit only.", field="credit_hours", given=credit_minutes)


def _text(text: str, field: str, sentence: str) -> str:
    cleaned = text.replace("\x00", "").strip()
    if not cleaned:
        raise GroundsMissing(field, sentence)
    if len(cleaned) > LONGEST_TEXT:
        raise TextTooLong(field, len(cleaned))
    return cleaned
