"""The queue of differences: opened and healed by the night, explained by people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from billing.models import ReconciliationDay, WorkItem
from billing.reconciliation.causes import Suggestion, suggest
from billing.reconciliation.matching import Difference
from billing.refusals.reconciliation import WorkItemSettled
from kernel import audit
from kernel.actors import Actor, system
from kernel.audit import Change
from kernel.errors import InvalidInput, NotFound

State = WorkItem.State
_NIGHT = system("nightly match")
LONGEST_EXPLANATION = 2_000
_HEALED = "The other half arrived: both sides agree."


def keep_differences(*, differences: Sequence[Difference], day: ReconciliationDay, at: datetime) -> int:
    """Open an item for each that has none, bring the others up to date. Returns how many were opened."""
    known = {
        (item.source, item.currency): item
        for item in WorkItem.objects.filter(compares=True, source__in=[one.source for one in differences]).exclude(
            state=State.RESOLVED
        )
    }
    opened = []
    for difference in differences:
        item = known.get((difference.source, difference.currency))
        if item is None:
            item = WorkItem(
                source=difference.source,
                currency=difference.currency,
                compares=True,
                happened_at=difference.happened_at,
                opened_on=day,
                opened_at=at,
            )
            opened.append(item)
        before = item.amount_cents
        _describe(item, difference, suggest(difference), at)
        if item.state == State.EXPLAINED and before != item.amount_cents:
            # What was explained was another difference.
            item.state = State.OPEN
    WorkItem.objects.bulk_create(opened)
    WorkItem.objects.bulk_update(
        known.values(), ["kind", "state", "amount_cents", "stripe_cents", "books_cents", "cause", "remedy", "seen_at"]
    )
    _record(opened, "work_item.opened", at)
    return len(opened)


def heal_differences(*, left_alone: set[str], at: datetime) -> int:
    """Those that were not found any more by the comparison at `at`. `left_alone`: sources that it did not look at."""
    gone = WorkItem.objects.filter(compares=True, seen_at__lt=at).exclude(state=State.RESOLVED)
    return _resolve([item for item in gone if item.source not in left_alone], _HEALED, at)


def raise_item(
    *,
    source: str,
    currency: str,
    suggestion: Suggestion,
    amount_cents: int,
    day: ReconciliationDay,
    happened_at: datetime,
    at: datetime,
    stripe_cents: int = 0,
    books_cents: int = 0,
    once: bool = False,
) -> bool:
    """An item that no comparison by source finds. Open already: brought up to date. `once`: not again after it was
    resolved. True when it is new."""
    items = WorkItem.objects.filter(source=source, currency=currency)
    item = items.exclude(state=State.RESOLVED).first()
    if item is None and once and items.exists():
        return False
    is_new = item is None
    if item is None:
        item = WorkItem(source=source, currency=currency, opened_on=day, opened_at=at, happened_at=happened_at)
    item.kind, item.cause, item.remedy = suggestion.kind, suggestion.cause, suggestion.remedy
    item.amount_cents, item.stripe_cents, item.books_cents, item.seen_at = amount_cents, stripe_cents, books_cents, at
    item.save()
    if is_new:
        _record([item], "work_item.opened", at)
    return is_new


def settle_item(*, source: str, currency: str, resolution: str, at: datetime) -> int:
    """What an item told of is no more."""
    items = WorkItem.objects.filter(source=source, currency=currency).exclude(state=State.RESOLVED)
    return _resolve(list(items), resolution, at)


def settle_unseen(*, kind: str, resolution: str, at: datetime) -> int:
    """Of a kind that a check looks for anew each night: those that the check at `at` has not found any more."""
    gone = WorkItem.objects.filter(kind=kind, compares=False, seen_at__lt=at).exclude(state=State.RESOLVED)
    return _resolve(list(gone), resolution, at)


def explain(*, work_item_id: UUID, explanation: str, person_id: UUID, actor: Actor, at: datetime) -> WorkItem:
    """Say why it differs. A difference of amounts stays in the sums until both sides agree; another item is done.

    Raises NotFound, WorkItemSettled, InvalidInput.
    """
    explanation = explanation.strip()
    if not explanation:
        raise InvalidInput("Say why it differs, so that the next person need not ask.", field="explanation")
    if len(explanation) > LONGEST_EXPLANATION:
        raise InvalidInput(f"An explanation has {LONGEST_EXPLANATION} characters at most.", field="explanation")
    with transaction.atomic():
        item = lock(work_item_id=work_item_id)
        before = item.state
        item.explanation = explanation
        item.explained_by_person_id = person_id
        item.explained_at = at
        item.state = State.EXPLAINED if item.compares else State.RESOLVED
        if not item.compares:
            item.resolution, item.resolved_at = "Explained.", at
        item.save()
        audit.record(
            actor=actor,
            action="work_item.explained",
            subject_kind="work_item",
            subject_id=item.id,
            at=at,
            before={"state": before},
            after={"state": item.state, "amount_cents": item.amount_cents, "source": item.source},
            reason=explanation,
        )
    return item


def lock(*, work_item_id: UUID) -> WorkItem:
    """Raises NotFound, WorkItemSettled."""
    item = WorkItem.objects.select_for_update().filter(id=work_item_id).first()
    if item is None:
        raise NotFound("There is no such difference.")
    if item.state == State.RESOLVED:
        raise WorkItemSettled(f"This difference is resolved since {item.resolved_at:%Y-%m-%d %H:%M} UTC.")
    return item


def _describe(item: WorkItem, difference: Difference, suggestion: Suggestion, at: datetime) -> None:
    item.kind, item.cause, item.remedy = suggestion.kind, suggestion.cause[:400], suggestion.remedy[:400]
    item.amount_cents = difference.amount
    item.stripe_cents, item.books_cents = difference.stripe_net, difference.books_net
    item.job_id = difference.job_id
    item.seen_at = at


def _resolve(items: list[WorkItem], resolution: str, at: datetime) -> int:
    for item in items:
        item.state, item.resolution, item.resolved_at = State.RESOLVED, resolution, at
    WorkItem.objects.bulk_update(items, ["state", "resolution", "resolved_at"], batch_size=500)
    _record(items, "work_item.resolved", at)
    return len(items)


def _record(items: list[WorkItem], action: str, at: datetime) -> None:
    audit.record_many(
        actor=_NIGHT,
        action=action,
        subject_kind="work_item",
        changes=[
            Change(
                item.id,
                after={
                    "kind": item.kind,
                    "source": item.source,
                    "amount_cents": item.amount_cents,
                    "state": item.state,
                },
            )
            for item in items
        ],
        at=at,
    )
