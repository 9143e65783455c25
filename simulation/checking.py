"""At a checkpoint everything is quiet, and two parties who know nothing of each other must agree to the cent."""

from __future__ import annotations

import random
from collections import defaultdict

from simulation import provider_books
from simulation.calls import Web
from simulation.findings import Findings
from simulation.provider_books import PLATFORM, Made, ProviderBooks
from simulation.stage import Stage

# Kind of object at the provider → our table of those that were to be made, and the state of one that was.
_OURS = {
    "charge": ("billing_charge", "succeeded"),
    "refund": ("billing_refund", "done"),
    "transfer": ("billing_transfer", "done"),
    "transfer_reversal": ("billing_transferreversal", "done"),
}
_JOBS_ASKED = 40
_DEBIT_LESS_CREDIT = "sum(CASE e.direction WHEN 'debit' THEN e.amount_cents ELSE -e.amount_cents END)"
# The product may post these against the provider's balance without an object that names a job.
_WITHOUT_JOB = ("processing_fee", "payout", "platform_payout")


def check(stage: Stage, web: Web) -> Findings:
    """Everything that does not agree. Call it when nothing is under way."""
    findings, books = Findings(), provider_books.read(stage.provider_database)
    _check_rows(stage, books, findings)
    _check_accounts(stage, books, findings)
    _check_payees(stage, books, findings)
    _check_jobs(stage, books, findings)
    _check_nothing_is_left(stage, findings)
    _check_inside(stage, web, findings)
    return findings


def _check_rows(stage: Stage, books: ProviderBooks, findings: Findings) -> None:
    """Each charge, refund, transfer and reversal of ours against the objects made for it: one each, same amount."""
    for kind, (table, final) in _OURS.items():
        ours = {
            str(row_id): (int(amount), currency)
            for row_id, amount, currency in stage.rows(
                f"SELECT id, amount_cents, currency FROM {table} WHERE state = %s", final
            )
        }
        theirs: dict[str, list[Made]] = defaultdict(list)
        for made in books.made[kind]:
            theirs[made.row_id].append(made)
        for made in theirs.pop("", []):
            findings.lost(made.amount, f"{kind} {made.reference} was made for nobody")
        for row_id, several in theirs.items():
            if len(several) > 1:
                findings.double(
                    f"{kind} {row_id} was made {len(several)} times: {', '.join(one.reference for one in several)}",
                    times=len(several) - 1,
                )
        for row_id in ours.keys() | theirs.keys():
            at_provider = sum(made.amount for made in theirs.get(row_id, []))
            booked = ours.get(row_id, (0, ""))[0]
            findings.lost(at_provider - booked, f"{kind} {row_id}: provider {at_provider}, ours {booked}")


def _check_accounts(stage: Stage, books: ProviderBooks, findings: Findings) -> None:
    balances = {
        (kind, currency): int(cents)
        for kind, currency, cents in stage.rows(
            f"SELECT a.kind, a.currency, {_DEBIT_LESS_CREDIT} "
            "FROM billing_ledgerentry e JOIN billing_ledgeraccount a ON a.id = e.account_id GROUP BY 1, 2"
        )
    }
    for currency in ("CAD", "USD"):
        ours, theirs = balances.get(("stripe_balance", currency), 0), books.totals.get((PLATFORM, currency), 0)
        findings.lost(
            ours - theirs, f"our provider balance in {currency} is {ours}, the provider's own books say {theirs}"
        )
        fees = books.charge_fees.get(currency, 0)
        booked = int(
            stage.rows(
                "SELECT coalesce(sum(processing_fee_cents), 0) FROM billing_charge WHERE currency = %s", currency
            )[0][0]
        )
        findings.lost(booked - fees, f"fees booked in {currency}: {booked}, kept by the provider: {fees}")
        trial = sum(cents for (_, of), cents in balances.items() if of == currency)
        findings.lost(trial, f"the trial balance in {currency} is not zero")
        findings.lost(books.trial.get(currency, 0), f"the provider's trial balance in {currency} is not zero")


def _check_payees(stage: Stage, books: ProviderBooks, findings: Findings) -> None:
    """What our ledger says was sent to each payee, less what came back, is what their account and bank hold."""
    sent = {
        (str(owner_id), currency): int(cents)
        for owner_id, currency, cents in stage.rows(
            f"""
            SELECT a.owner_id, a.currency, {_DEBIT_LESS_CREDIT}
            FROM billing_ledgerentry e JOIN billing_ledgeraccount a ON a.id = e.account_id
            WHERE (a.kind LIKE 'payable_%' OR a.kind LIKE 'receivable_%') AND EXISTS (
                SELECT 1 FROM billing_ledgerentry o JOIN billing_ledgeraccount s ON s.id = o.account_id
                WHERE o.transaction_id = e.transaction_id AND s.kind = 'stripe_balance')
            GROUP BY 1, 2
            """
        )
    }
    accounts = stage.rows("SELECT owner_id, currency, account_reference FROM billing_payeeaccount")
    for owner_id, currency, reference in accounts:
        held = 0
        if reference:
            held = books.totals.get((reference, currency), 0) + books.totals.get(
                (f"outside:bank:{reference}", currency), 0
            )
        ours = sent.get((str(owner_id), currency), 0)
        findings.lost(ours - held, f"payee {owner_id} in {currency}: sent by our ledger {ours}, received {held}")


def _check_jobs(stage: Stage, books: ProviderBooks, findings: Findings) -> None:
    """What our ledger holds at the provider for each job is what came in less what went out there."""
    theirs: dict[tuple[str, str], int] = defaultdict(int)
    for kind, sign in (("charge", 1), ("refund", -1), ("transfer", -1), ("transfer_reversal", 1)):
        for made in books.made[kind]:
            theirs[made.job_id, made.currency] += sign * made.amount
    for key, cents in books.disputed_by_job.items():
        theirs[key] += cents
    ours = {
        (str(job_id), currency): int(cents)
        for job_id, currency, cents in stage.rows(
            f"SELECT t.job_id, e.currency, {_DEBIT_LESS_CREDIT} "
            "FROM billing_ledgerentry e JOIN billing_ledgeraccount a ON a.id = e.account_id "
            "JOIN billing_ledgertransaction t ON t.id = e.transaction_id "
            "WHERE a.kind = 'stripe_balance' AND t.job_id IS NOT NULL AND t.kind <> ALL(%s) "
            "GROUP BY 1, 2",
            list(_WITHOUT_JOB),
        )
    }
    for key in theirs.keys() | ours.keys():
        findings.lost(
            ours.get(key, 0) - theirs.get(key, 0),
            f"job {key[0]}: our ledger holds {ours.get(key, 0)} of it, the provider {theirs.get(key, 0)} ({key[1]})",
        )


def _check_nothing_is_left(stage: Stage, findings: Findings) -> None:
    for what, statement in _LEFT.items():
        for row in stage.rows(statement):
            findings.broken(f"{what}: {', '.join(str(value) for value in row)}")
    for event_id, times in stage.rows(
        "SELECT payload->>'id', count(*) FROM kernel_inboxevent GROUP BY 1 HAVING count(*) > 1"
    ):
        findings.double(f"event {event_id} was taken in {times} times", times=times - 1)
    for met in stage.provider.control("GET", "calls")["met"]:
        findings.double(f"two living senders at once: {met['path']} under {met['key']}")


_LEFT = {
    "a failed move": (
        "SELECT 'refund', id, amount_cents, last_error FROM billing_refund WHERE state = 'failed' UNION ALL "
        "SELECT 'transfer', id, amount_cents, last_error FROM billing_transfer WHERE state = 'failed'"
    ),
    "an event that nobody could process": (
        "SELECT name, external_id, last_error FROM kernel_inboxevent WHERE state = 'dead' UNION ALL "
        "SELECT handler, id::text, last_error FROM kernel_outboxdelivery WHERE state = 'dead'"
    ),
    "a finished shift that was never billed": (
        "SELECT s.id, s.job_id FROM marketplace_shift s WHERE s.finished_at IS NOT NULL "
        "AND EXISTS (SELECT 1 FROM billing_contract c WHERE c.job_id = s.job_id AND c.state = 'accepted') "
        "AND NOT EXISTS (SELECT 1 FROM billing_settlement b WHERE b.shift_id = s.id)"
    ),
    "a settled shift whose money is there and was never divided": (
        "SELECT b.id, b.job_id FROM billing_settlement b WHERE b.distributed_at IS NULL "
        "AND b.billed_cents = b.drawn_cents"
    ),
}


def _check_inside(stage: Stage, web: Web, findings: Findings) -> None:
    """What the product says of itself."""
    for problem in web.ask("verify")["problems"]:
        findings.broken(f"verify_ledger: {problem}")
    jobs = [str(job_id) for (job_id,) in stage.rows("SELECT DISTINCT job_id FROM billing_charge")]
    asked = jobs if len(jobs) <= _JOBS_ASKED else random.sample(jobs, _JOBS_ASKED)
    for broken in web.ask("identities", job_ids=asked)["broken"]:
        findings.broken(f"captured is not what it was spent on: {broken}")
