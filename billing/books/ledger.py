"""The books: double entry, append-only. PostgreSQL itself refuses what does not balance (migration 0002)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Case, F, Q, QuerySet, Sum, When

from billing.books import balances
from billing.books.chart import CHART
from billing.models import LedgerAccount, LedgerEntry, LedgerTransaction
from billing.refusals import LedgerConflict, LedgerUnbalanced
from kernel.identifiers import uuid7

DEBIT = LedgerEntry.Direction.DEBIT
CREDIT = LedgerEntry.Direction.CREDIT


# One entry as it counts in an account that credits raise.
CREDIT_LESS_DEBIT = Case(When(direction=CREDIT, then=F("amount_cents")), default=-F("amount_cents"))


@dataclass(frozen=True, slots=True)
class Leg:
    account_kind: str
    owner_id: UUID | None
    direction: str
    amount_cents: int


def debit(account_kind: str, amount_cents: int, owner_id: UUID | None = None) -> Leg:
    return Leg(account_kind, owner_id, DEBIT, amount_cents)


def credit(account_kind: str, amount_cents: int, owner_id: UUID | None = None) -> Leg:
    return Leg(account_kind, owner_id, CREDIT, amount_cents)


def post(
    *,
    business_key: str,
    kind: str,
    description: str,
    legs: Sequence[Leg],
    currency: str,
    at: datetime,
    job_id: UUID | None = None,
    reverses: LedgerTransaction | None = None,
    source: str = "",
) -> LedgerTransaction:
    """Post a balanced transaction, once: the same key with the same legs answers with the row that is there.

    `source`: Stripe's own object that moved the money (ch_…, re_…, tr_…, trr_…, du_…, po_…), for every posting with a
    leg on `stripe_balance`: the nightly match goes by it. Legs of 0 are left out. Call it inside the business
    transaction, last: it locks the accounts until that ends.
    Raises LedgerUnbalanced, LedgerConflict; at commit PostgreSQL raises IntegrityError when an account would fall below
    its floor.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError(f"{business_key} was posted outside of a transaction.")
    legs = _checked(legs=legs, business_key=business_key)
    stored = LedgerTransaction(
        id=uuid7(),
        business_key=business_key,
        kind=kind,
        description=description[:200],
        job_id=job_id,
        leg_count=len(legs),
        reverses=reverses,
        source=source,
        happened_at=at,
    )
    if not _insert(stored):
        return _posted(business_key=business_key, legs=legs, currency=currency)
    accounts = _accounts(legs=legs, currency=currency, at=at)
    # Always in the same order: each row that is inserted locks its account, and two orders would be a deadlock.
    LedgerEntry.objects.bulk_create(
        LedgerEntry(
            transaction=stored,
            account=accounts[leg.account_kind, leg.owner_id],
            direction=leg.direction,
            amount_cents=leg.amount_cents,
            currency=currency,
        )
        for leg in sorted(legs, key=lambda leg: accounts[leg.account_kind, leg.owner_id].id)
    )
    return stored


def reverse(*, business_key: str, original: LedgerTransaction, description: str, at: datetime) -> LedgerTransaction:
    """The correction of a posting: the same legs the other way round. A transaction can be reversed once."""
    entries = list(original.entries.select_related("account"))
    return post(
        business_key=business_key,
        kind=f"{original.kind}_reversal"[:40],
        description=description,
        legs=[
            Leg(
                entry.account.kind,
                entry.account.owner_id,
                CREDIT if entry.direction == DEBIT else DEBIT,
                entry.amount_cents,
            )
            for entry in entries
        ],
        currency=entries[0].currency,
        at=at,
        job_id=original.job_id,
        reverses=original,
        source=original.source,
    )


def balance(*, kind: str, owner_id: UUID | None, currency: str, at: datetime | None = None) -> int:
    """Cents, in the account's normal direction; 0 for an account that nobody has used.

    `at`: of everything that happened until then, inclusive, however late it was posted.
    """
    account = LedgerAccount.objects.filter(kind=kind, owner_id=owner_id, currency=currency)
    return next(iter(balances.with_balance(account, at=at).values_list("cents", flat=True)), 0)  # type: ignore[misc]


def trial_balance(*, currency: str, at: datetime | None = None) -> int:
    """All debits less all credits, now or as of then: anything but 0 is a broken ledger. Believes no stored balance."""
    entries = LedgerEntry.objects.filter(currency=currency)
    return _signed_sum(entries if at is None else entries.filter(happened_at__lte=at))


def _signed_sum(entries: QuerySet[LedgerEntry]) -> int:
    return -int(entries.aggregate(total=Sum(CREDIT_LESS_DEBIT))["total"] or 0)


def _checked(*, legs: Sequence[Leg], business_key: str) -> list[Leg]:
    if any(leg.amount_cents < 0 for leg in legs):
        raise LedgerUnbalanced(f"{business_key}: a leg is negative. Turn its direction round.")
    kept = [leg for leg in legs if leg.amount_cents]
    debits = sum(leg.amount_cents for leg in kept if leg.direction == DEBIT)
    credits = sum(leg.amount_cents for leg in kept if leg.direction == CREDIT)
    if debits != credits or len(kept) < 2:
        raise LedgerUnbalanced(
            f"{business_key}: debits of {debits} and credits of {credits} do not balance.",
            debits=debits,
            credits=credits,
        )
    return kept


def _insert(stored: LedgerTransaction) -> bool:
    """False when the key was used before. One statement: it waits for whoever is just using the same key."""
    values = {
        str(field.column): field.get_db_prep_save(field.value_from_object(stored), transaction.get_connection())
        for field in LedgerTransaction._meta.concrete_fields
    }
    columns, places = ", ".join(str(name) for name in values), ", ".join(["%s"] * len(values))
    with transaction.get_connection().cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {LedgerTransaction._meta.db_table} ({columns}) VALUES ({places}) "
            "ON CONFLICT (business_key) DO NOTHING",
            list(values.values()),
        )
        return bool(cursor.rowcount)


def _posted(*, business_key: str, legs: Sequence[Leg], currency: str) -> LedgerTransaction:
    """What was posted under this key. Raises LedgerConflict when it was something else."""
    stored = LedgerTransaction.objects.get(business_key=business_key)
    there = sorted(
        (entry.account.kind, str(entry.account.owner_id), entry.direction, entry.amount_cents, entry.currency)
        for entry in stored.entries.select_related("account")
    )
    wanted = sorted(
        (str(leg.account_kind), str(leg.owner_id), str(leg.direction), leg.amount_cents, currency) for leg in legs
    )
    if there != wanted:
        raise LedgerConflict(f"{business_key} was posted before with other legs. Corrections are reversals.")
    return stored


def _accounts(*, legs: Sequence[Leg], currency: str, at: datetime) -> dict[tuple[str, UUID | None], LedgerAccount]:
    wanted = {(str(leg.account_kind), leg.owner_id) for leg in legs}
    found = _existing_accounts(wanted, currency)
    missing = wanted - found.keys()
    if missing:
        LedgerAccount.objects.bulk_create(
            [
                LedgerAccount(
                    kind=kind,
                    owner_id=owner_id,
                    currency=currency,
                    is_debit_normal=CHART[kind].is_debit_normal,
                    may_be_negative=CHART[kind].may_be_negative,
                    opened_at=at,
                )
                for kind, owner_id in sorted(missing, key=str)
            ],
            ignore_conflicts=True,
        )
        found = _existing_accounts(wanted, currency)
    return found


def _existing_accounts(
    wanted: set[tuple[str, UUID | None]], currency: str
) -> dict[tuple[str, UUID | None], LedgerAccount]:
    condition = Q()
    for kind, owner_id in wanted:
        condition |= Q(kind=kind, owner_id=owner_id)
    accounts = LedgerAccount.objects.filter(condition, currency=currency)
    return {(account.kind, account.owner_id): account for account in accounts}
