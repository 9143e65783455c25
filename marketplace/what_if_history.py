"""The past of a department as values for the simulation, read from what its awards kept and from the assignments.

The number of queries does not depend on how many awards there are; snapshots are read in portions and let go of.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from departments.policy.documents import Policy
from departments.policy.facts import Commitment, Waiver
from departments.policy.loading import load_policy
from departments.policy.past_awards import History, PastAward, PastBidder, PastWork
from departments.policy.snapshots import commitment_from, officer_from, shift_from
from marketplace.models import Assignment, Award, Job, Officer, Shift
from marketplace.refusals_what_if import TooManyAwards

# Three months of a large department. More would keep a page waiting and a worker's memory full.
MAXIMUM_AWARDS = 1_500
_PORTION = 50
# The longest window that an order counts is a year, and a year may have begun before the period.
_REACH = timedelta(days=366)
_LOST_STATES = (Assignment.State.CALLED_OFF, Assignment.State.NO_SHOW, Assignment.State.RELIEVED)


def read_history(*, department_id: UUID, from_at: datetime, until_at: datetime) -> History:
    """Awards of shifts that start in the half-open period, in the order they were made; not of cancelled ones.

    Raises TooManyAwards.
    """
    found = Award.objects.filter(
        shift__governing_department_id=department_id, shift__starts_at__gte=from_at, shift__starts_at__lt=until_at
    ).exclude(shift__state=Shift.State.CANCELLED)
    # An agency's choices follow no order of the department's, so no draft of one would change them.
    found = found.exclude(shift__job__route=Job.Route.AGENCY)
    count = found.count()
    if count > MAXIMUM_AWARDS:
        raise TooManyAwards(count, MAXIMUM_AWARDS)
    homes = _homes(found)
    reader = _Reader(department_id, homes)
    ordered = found.select_related("shift", "position").order_by("decided_at", "id")
    awards = tuple(reader.read(award) for award in ordered.iterator(chunk_size=_PORTION))
    return History(awards, tuple(_work(homes, from_at - _REACH, until_at + _REACH)))


def _homes(awards: Any) -> dict[str, UUID]:
    """Home departments of everybody who bid on, or got a place by, these awards."""
    shifts = awards.values("shift_id")
    officers = Officer.objects.filter(bids__shift_id__in=shifts) | Officer.objects.filter(
        assignments__shift_id__in=shifts
    )
    return {str(one): home for one, home in officers.distinct().values_list("id", "home_department_id")}


def _work(officer_ids: Iterable[str], from_at: datetime, until_at: datetime) -> Iterable[PastWork]:
    rows = Assignment.objects.filter(
        officer_id__in=list(officer_ids), shift__starts_at__gte=from_at, shift__starts_at__lt=until_at
    ).values_list(
        "officer_id", "shift_id", "shift__starts_at", "shift__ends_at", "created_at", "award_id", "state", "ended_at",
        "timesheet__worked_minutes",
    )  # fmt: skip
    for officer_id, shift_id, starts_at, ends_at, given_at, award_id, state, ended_at, worked in rows:
        lost = state in _LOST_STATES and worked is None
        yield PastWork(
            str(officer_id), str(shift_id), starts_at, ends_at, given_at, str(award_id), worked,
            (ended_at or ends_at) if lost else None,
        )  # fmt: skip


class _Reader:
    """Policies are long and few: each is read once, by its hash. The same duty comes again with every award near it."""

    def __init__(self, department_id: UUID, homes: Mapping[str, UUID]) -> None:
        self.department_id = department_id
        self.homes = homes
        self.policies: dict[str, Policy] = {}
        self.commitments: dict[tuple[Any, ...], Commitment] = {}

    def read(self, award: Award) -> PastAward:
        stored, shift = award.snapshot, award.shift
        ranking = stored.get("ranking") or {"entries": []}
        values = {entry["officer_id"]: entry["key_values"] for entry in ranking["entries"]}
        bids = {bid["officer_id"]: bid for bid in stored["bids"]}
        judged = {
            officer_id: judgement
            for officer_id, judgement in stored["judgements"].items()
            if officer_id not in stored.get("refused", {})
        }
        kind = str(stored["kind"])
        return PastAward(
            award_id=str(award.id),
            kind=kind if stored.get("ranking") or kind in ("backup", "manual") else "first_come",
            decided_at=award.decided_at,
            shift_id=str(shift.id),
            position_id=str(award.position_id),
            starts_at=shift.starts_at,
            ends_at=shift.ends_at,
            headcount=award.position.headcount,
            seed=str(stored["draw"]["seed"]),
            rules=self._policy(award.policy_sha256, stored, award.policy_version),
            bidders=tuple(
                self._bidder(officer_id, judgement, stored, bids.get(officer_id), values.get(officer_id, {}), award)
                for officer_id, judgement in judged.items()
            ),
            won=frozenset(officer_id for officer_id, bid in bids.items() if bid["outcome"] == "won"),
        )

    def _bidder(
        self,
        officer_id: str,
        judgement: Mapping[str, Any],
        stored: Mapping[str, Any],
        bid: Mapping[str, Any] | None,
        values: Mapping[str, Any],
        award: Award,
    ) -> PastBidder:
        return PastBidder(
            officer_id=officer_id,
            bid_at=datetime.fromisoformat(bid["placed_at"]) if bid else award.decided_at.astimezone(UTC),
            officer=officer_from(judgement["officer"]),
            shift=shift_from(judgement["shift"]),
            commitments=tuple(self._commitment(one) for one in judgement["commitments"]),
            waivers=tuple(
                Waiver(one["rule_id"], datetime.fromisoformat(one["expires_at"]), one["approved_by"])
                for one in judgement.get("waivers", ())
            ),
            rules=self._policy(judgement["policy"]["sha256"], stored, judgement["policy"]["version"]),
            is_own=self.homes.get(officer_id) == self.department_id,
            key_values={key: value for key, value in values.items() if key not in ("draw", "bid_at")},
        )

    def _commitment(self, stored: Mapping[str, Any]) -> Commitment:
        key = tuple(sorted((name, str(value)) for name, value in stored.items()))
        if key not in self.commitments:
            self.commitments[key] = commitment_from(stored)
        return self.commitments[key]

    def _policy(self, sha256: str, stored: Mapping[str, Any], version: int) -> Policy:
        if sha256 not in self.policies:
            self.policies[sha256] = load_policy(stored["policies"][sha256], version=version)
        return self.policies[sha256]
