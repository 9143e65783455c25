"""Does the ledger hold what its rules say? Recomputed from the entries alone, believing no stored balance."""

from dataclasses import dataclass

from django.db import connection

_CHECKS = {
    "transactions whose debits and credits differ": """
        SELECT t.business_key FROM billing_ledgertransaction t JOIN billing_ledgerentry e ON e.transaction_id = t.id
        GROUP BY t.id, e.currency
        HAVING sum(CASE WHEN e.direction = 'debit' THEN e.amount_cents ELSE -e.amount_cents END) <> 0
    """,
    "transactions with another number of entries than they declare": """
        SELECT t.business_key
        FROM billing_ledgertransaction t LEFT JOIN billing_ledgerentry e ON e.transaction_id = t.id
        GROUP BY t.id HAVING count(e.id) <> t.leg_count
    """,
    "entries in another currency than their account": """
        SELECT e.id::text FROM billing_ledgerentry e JOIN billing_ledgeraccount a ON a.id = e.account_id
        WHERE e.currency <> a.currency
    """,
    "entries whose stored balance is not the sum of those before": """
        SELECT id::text FROM (
            SELECT e.id, e.balance_after_cents, e.account_version,
                sum(CASE WHEN (e.direction = 'debit') = a.is_debit_normal THEN e.amount_cents ELSE -e.amount_cents END)
                    OVER (PARTITION BY e.account_id ORDER BY e.account_version) AS rebuilt,
                row_number() OVER (PARTITION BY e.account_id ORDER BY e.account_version) AS place
            FROM billing_ledgerentry e JOIN billing_ledgeraccount a ON a.id = e.account_id
        ) rebuilt_entries WHERE rebuilt <> balance_after_cents OR place <> account_version
    """,
    "accounts below their floor": """
        SELECT a.kind || ' ' || coalesce(a.owner_id::text, 'platform') || ' ' || a.currency
        FROM billing_ledgeraccount a JOIN billing_ledgerentry e ON e.account_id = a.id
        WHERE NOT a.may_be_negative GROUP BY a.id
        HAVING sum(
            CASE WHEN (e.direction = 'debit') = a.is_debit_normal THEN e.amount_cents ELSE -e.amount_cents END
        ) < 0
    """,
    "reversals that are not their original turned round": """
        SELECT r.business_key FROM billing_ledgertransaction r WHERE r.reverses_id IS NOT NULL AND EXISTS (
            (SELECT account_id, amount_cents, direction FROM billing_ledgerentry WHERE transaction_id = r.reverses_id)
            EXCEPT ALL
            (SELECT account_id, amount_cents, CASE direction WHEN 'debit' THEN 'credit' ELSE 'debit' END
             FROM billing_ledgerentry WHERE transaction_id = r.id)
        )
    """,
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One broken rule, how many rows break it, and the first few of them."""

    rule: str
    count: int
    examples: tuple[str, ...]


def verify() -> list[Problem]:
    """Every rule that does not hold; an empty list is a ledger in order."""
    problems = []
    with connection.cursor() as cursor:
        for rule, statement in _CHECKS.items():
            cursor.execute(statement)
            found = [row[0] for row in cursor.fetchall()]
            if found:
                problems.append(Problem(rule, len(found), tuple(found[:5])))
    return problems
