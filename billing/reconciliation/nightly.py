"""The night's run, once a day (UTC): claimed by a lease, in steps that are committed, so that it can die anywhere.

Verify the books, mirror Stripe, book payouts, compare, check, close. Every step can be done again: what is fetched
twice is stored once, postings have keys, and the comparison is one transaction.
"""

from __future__ import annotations

import time as wall
from collections.abc import Callable
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q

from billing.books import ledger_verification
from billing.models import LedgerCheck, ReconciliationDay, WorkItem
from billing.reconciliation import checks, matching, mirroring, payouts, refused_moves, work_items
from billing.reconciliation.totals import totals_of
from kernel.outbox import retry_delay

# After midnight (UTC), so that what moved before it is known on both sides.
BEGINS_AFTER = timedelta(hours=2)
LEASE = timedelta(minutes=5)
# Below the worker's time limit, with room for one slow call; the next scan goes on.
LONGEST_ROUND_SECONDS = 60
Step = ReconciliationDay.Step


def is_due(*, at: datetime) -> bool:
    """Is there a night to begin or to go on with, that nobody is at?"""
    unfinished = ReconciliationDay.objects.filter(finished_at=None).first()
    if unfinished is not None:
        return unfinished.leased_until is None or unfinished.leased_until <= at
    return _next_date(at) is not None


def run_due(*, at: datetime, seconds: float = LONGEST_ROUND_SECONDS) -> ReconciliationDay | None:
    """Begin or go on with the night that is due, for `seconds`. None when there is none or somebody else is at it.

    Call it outside of a transaction: Stripe is asked. What fails is kept on the row with a time to try again, and
    raised.
    """
    if transaction.get_connection().in_atomic_block:
        raise RuntimeError("The nightly match was run inside of a transaction, which would be held across calls.")
    day = _claim(at)
    if day is None:
        return None
    ends = wall.monotonic() + seconds
    try:
        run_steps(day=day, at=at, may_go_on=lambda: wall.monotonic() < ends)
    except Exception as error:
        day.last_error = f"{type(error).__name__}: {error}"[:2000]
        day.leased_until = at + retry_delay(attempts=day.attempts)
        day.save(update_fields=["last_error", "leased_until"])
        raise
    day.leased_until = None
    day.attempts = 0
    day.save(update_fields=["leased_until", "attempts"])
    return day


def run_steps(*, day: ReconciliationDay, at: datetime, may_go_on: Callable[[], bool]) -> None:
    """From where the row stands, until it is done or the time is up."""
    if day.step == Step.VERIFY and _verify(day, at, may_go_on):
        _advance(day, Step.MIRROR)
    if day.step == Step.MIRROR and mirroring.mirror_movements(day=day, at=at, may_go_on=may_go_on):
        payouts.mirror_payouts(at=at)
        _advance(day, Step.MATCH)
    if day.step == Step.MATCH and may_go_on():
        reported = mirroring.reported_balances(day=day)
        while payouts.post_payouts():
            pass
        compare(day=day, reported=reported, at=at)


def compare(*, day: ReconciliationDay, reported: dict[str, int] | None, at: datetime) -> None:
    """One transaction: what agrees is marked, what differs becomes work, the day gets its totals and verdict."""
    assert day.mirrored_until is not None
    # What moved after that may not be mirrored yet, or not booked.
    young = day.mirrored_until - matching.GRACE
    with transaction.atomic():
        stored = ReconciliationDay.objects.select_for_update().get(id=day.id)
        if stored.step == Step.DONE:
            # Somebody whose lease had ended was faster after all.
            day.refresh_from_db()
            return
        comparison = matching.Comparison(at=at, young=young, entries_until=_compared_before(day))
        day.matched = comparison.mark_agreeing()
        day.opened = 0
        for chunk in comparison.differences():
            day.opened += work_items.keep_differences(differences=chunk, day=day, at=at)
        under_way, left_alone = comparison.left_alone()
        day.healed = work_items.heal_differences(left_alone=left_alone, at=at)
        totals = totals_of(on_date=day.date, under_way=under_way, left_alone=left_alone, reported=reported)
        day.opened += checks.check_payouts(day=day, at=at)
        day.opened += checks.check_mirror(day=day, reported=reported, at=at)
        day.opened += checks.check_rest(day=day, totals=totals, at=at)
        day.opened += refused_moves.check_refused(day=day, at=at)
        day.opened += checks.check_ledger(check=LedgerCheck.objects.get(day=day), at=at)
        day.open_items = WorkItem.objects.filter(state=WorkItem.State.OPEN).count()
        day.entries_until = matching.entries_older_than(young)
        day.totals = [one.to_json() for one in totals]
        day.state = ReconciliationDay.State.DIFFERENCES if day.open_items else ReconciliationDay.State.CLEAN
        day.step, day.finished_at, day.last_error = Step.DONE, at, ""
        day.save()


def _claim(at: datetime) -> ReconciliationDay | None:
    with transaction.atomic():
        due = _next_date(at)
        if due is not None and not ReconciliationDay.objects.filter(finished_at=None).exists():
            _begin(due, at)
        day = (
            ReconciliationDay.objects.select_for_update(skip_locked=True)
            .filter(finished_at=None)
            .filter(Q(leased_until__isnull=True) | Q(leased_until__lte=at))
            .order_by("date")
            .first()
        )
        if day is not None:
            day.leased_until = at + LEASE
            day.attempts += 1
            day.save(update_fields=["leased_until", "attempts"])
        return day


def _begin(on_date: date, at: datetime) -> None:
    before = ReconciliationDay.objects.order_by("-date").first()
    try:
        with transaction.atomic():
            ReconciliationDay.objects.create(
                date=on_date, started_at=at, mirrored_until=before.mirrored_until if before else None
            )
    except IntegrityError:
        pass  # Another worker was faster; whoever locks the row first runs it.


def _next_date(at: datetime) -> date | None:
    """Yesterday, or the day after the last one that has a row, when that is longer ago."""
    yesterday = (at - BEGINS_AFTER).date() - timedelta(days=1)
    last = ReconciliationDay.objects.order_by("-date").values_list("date", flat=True).first()
    if last is None:
        return yesterday
    return last + timedelta(days=1) if last < yesterday else None


def _compared_before(day: ReconciliationDay) -> dict[str, int]:
    before = ReconciliationDay.objects.filter(date__lt=day.date, finished_at__isnull=False).order_by("-date").first()
    return dict(before.entries_until) if before else {}


def _verify(day: ReconciliationDay, at: datetime, may_go_on: Callable[[], bool]) -> bool:
    """The rebuild, batch by batch, each kept: one that was killed goes on. False when the time was up first."""
    check, _ = LedgerCheck.objects.get_or_create(
        day=day, defaults={"progress": ledger_verification.start(), "started_at": at}
    )
    while not ledger_verification.is_done(check.progress):
        if not may_go_on():
            return False
        check.progress = ledger_verification.step(check.progress)
        check.save(update_fields=["progress"])
    verdict = ledger_verification.verdict(check.progress)
    check.accounts, check.transactions, check.entries = verdict.accounts, verdict.transactions, verdict.entries
    check.differences, check.finished_at = verdict.differences, at
    check.save()
    return True


def _advance(day: ReconciliationDay, step: str) -> None:
    day.step = step
    day.save(update_fields=["step"])
