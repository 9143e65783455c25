"""Celery carries the wake-up; the rows say what is to be done."""

import logging
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from celery import shared_task
from django.core.cache import caches

from billing.cards import card_saving, hold_scans
from billing.connect.keeping import remind_payees
from billing.contested import disputes, kept_positions
from billing.documents import remittance
from billing.due import deadlines
from billing.invoices import invoice_outcomes, late_charges
from billing.listening import inbox, sweeping
from billing.periods import issuing
from billing.promises import measuring
from billing.reconciliation import nightly
from billing.sending import senders
from billing.workspace.keeping import refresh_open_months
from kernel import clock
from tenants.tasks import PlatformTask

logger = logging.getLogger(__name__)

SWEEP_EVERY_SECONDS = 600
SWEPT_OFTEN = timedelta(hours=6)
NIGHTLY_SECONDS = 86_400
WORKSPACE_EVERY_SECONDS = 6 * 3_600
POSITIONS_EVERY_SECONDS = 3_600


@shared_task(base=PlatformTask, name="billing.tasks.scan_due")
def scan_due() -> None:
    """Everything whose time has come. Each step fails by itself: one broken object must not stop the others."""
    for inbox_event_id in inbox.due_events(at=clock.now()):
        process_inbox_event.delay(str(inbox_event_id))
    _try("sending", lambda: senders.send_due_moves(at=clock.now()))
    _try("ended sessions", lambda: sweeping.close_ended_sessions(at=clock.now()))
    _try("payment deadlines", lambda: deadlines.scan_deadlines(at=clock.now()))
    _try("payment reminders", lambda: deadlines.scan_reminders(at=clock.now()))
    _try("card holds", lambda: hold_scans.scan_holds(at=clock.now()))
    _try("holds not needed", lambda: hold_scans.scan_unneeded(at=clock.now()))
    _try("holds that lapse", lambda: hold_scans.scan_lapsing(at=clock.now()))
    _try("card pages", lambda: card_saving.scan_ended_pages(at=clock.now()))
    _try("bank debits", lambda: sweeping.refresh_debits(at=clock.now()))
    _try("open invoices", lambda: invoice_outcomes.scan_invoices(at=clock.now()))
    _try("overdue invoices", lambda: invoice_outcomes.scan_overdue(at=clock.now()))
    _try("missing fees", lambda: sweeping.fetch_missing_fees(at=clock.now()))
    _try("reminding payees", lambda: remind_payees(at=clock.now()))
    # Only a throttle: when the cache forgets, a sweep too many does no harm.
    if caches["shared"].add("billing:sweep", "1", timeout=SWEEP_EVERY_SECONDS):
        _try("sweep", lambda: sweeping.sweep_events(at=clock.now()))
        _try("disputes", lambda: disputes.sweep(at=clock.now()))
        _try("payees", lambda: sweeping.refresh_payees(at=clock.now()))
        _try("late terms", lambda: late_charges.scan_late(at=clock.now()))
        _try("remittances", lambda: remittance.issue_due_remittances(at=clock.now()))
        _try("statements", lambda: issuing.issue_ended_periods(at=clock.now()))
        _try("pay promises", lambda: measuring.measure_promises(at=clock.now()))
    if caches["shared"].add("billing:workspace", "1", timeout=WORKSPACE_EVERY_SECONDS):
        refresh_workspaces.delay()
    if caches["shared"].add("billing:positions", "1", timeout=POSITIONS_EVERY_SECONDS):
        _try("old positions", lambda: kept_positions.round_old_positions(at=clock.now()))
    if nightly.is_due(at=clock.now()):
        _try("waking the nightly match", reconcile.delay)


@shared_task(base=PlatformTask, name="billing.tasks.refresh_workspaces")
def refresh_workspaces() -> None:
    """What no event tells: shifts that ended without hours, and the first fill."""
    _try("workspaces", lambda: refresh_open_months(at=clock.now()))


@shared_task(base=PlatformTask, name="billing.tasks.reconcile")
def reconcile() -> None:
    """Begin or go on with the nightly match: a task of its own, because it may take its whole time limit."""
    _try("nightly match", lambda: nightly.run_due(at=clock.now()))


@shared_task(base=PlatformTask, name="billing.tasks.process_inbox_event")
def process_inbox_event(inbox_event_id: str) -> None:
    _try("inbox", lambda: inbox.process_inbox_event(inbox_event_id=UUID(inbox_event_id), at=clock.now()))


@shared_task(base=PlatformTask, name="billing.tasks.send_moves")
def send_moves() -> None:
    _try("sending", lambda: senders.send_due_moves(at=clock.now()))


def _try(what: str, step: Callable[[], object]) -> None:
    try:
        step()
    except Exception:
        # The row keeps the error and its next due time; raising would only repeat the wake-up at once.
        logger.exception("Billing, %s: failed, and will be tried again.", what)
