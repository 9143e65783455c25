"""The statements of `ledger_verification`: each looks at one batch and answers with a few rows."""

_SIGNED = "CASE WHEN e.direction = 'debit' THEN e.amount_cents ELSE -e.amount_cents END"

UNBALANCED = "transactions whose debits and credits differ"
INCOMPLETE = "transactions with another number of entries than they declare"
CURRENCY = "entries in another currency than their account"
BALANCE = "entries whose stored balance or version is not what the entries before make it"
TIME = "entries whose stored times are not those of their transactions"
FLOOR = "accounts below their floor"
REVERSAL = "reversals that are not their original turned round"

# Identifiers grow with time, so what is posted meanwhile comes after the end.
END_OF_TRANSACTIONS = """
SELECT count(*), (array_agg(id ORDER BY id DESC))[1]::text FROM (
    SELECT id FROM billing_ledgertransaction WHERE id > %(after)s::uuid ORDER BY id LIMIT %(batch)s
) batch
"""

BROKEN_TRANSACTIONS = f"""
WITH batch AS MATERIALIZED (
    SELECT id, business_key, leg_count, reverses_id FROM billing_ledgertransaction
    WHERE id > %(after)s::uuid AND id <= %(last)s::uuid
), legs AS MATERIALIZED (
    SELECT b.id, b.business_key, b.leg_count, e.currency, a.currency AS account_currency,
        count(e.id) AS counted, sum({_SIGNED}) AS difference, min(e.id::text) AS example
    FROM batch b
    LEFT JOIN billing_ledgerentry e ON e.transaction_id = b.id
    LEFT JOIN billing_ledgeraccount a ON a.id = e.account_id
    GROUP BY b.id, b.business_key, b.leg_count, e.currency, a.currency
), broken AS (
    SELECT '{UNBALANCED}' AS rule, business_key AS example FROM legs
        GROUP BY id, business_key, currency HAVING sum(difference) <> 0
    UNION ALL
    SELECT '{INCOMPLETE}', business_key FROM legs
        GROUP BY id, business_key, leg_count HAVING sum(counted) <> leg_count
    UNION ALL
    SELECT '{CURRENCY}', example FROM legs WHERE currency <> account_currency
    UNION ALL
    SELECT '{REVERSAL}', b.business_key FROM batch b WHERE b.reverses_id IS NOT NULL AND (
        EXISTS (
            (SELECT account_id, amount_cents, CASE direction WHEN 'debit' THEN 'credit' ELSE 'debit' END
                FROM billing_ledgerentry WHERE transaction_id = b.reverses_id)
            EXCEPT ALL
            (SELECT account_id, amount_cents, direction FROM billing_ledgerentry WHERE transaction_id = b.id)
        ) OR (SELECT count(*) FROM billing_ledgerentry WHERE transaction_id = b.reverses_id)
            <> (SELECT count(*) FROM billing_ledgerentry WHERE transaction_id = b.id)
    )
)
SELECT rule, count(*), (array_agg(example ORDER BY example))[1:%(few)s] FROM broken GROUP BY rule ORDER BY rule
"""

# One row: how many entries, the account of the first, the state of the last one's account, how many accounts ended
# inside the batch, and what is broken. An account that goes on in the next batch is judged there.
REBUILT_ENTRIES = """
WITH batch AS MATERIALIZED (
    SELECT * FROM billing_ledgerentry WHERE (account_id, account_version) > (%(account)s::uuid, %(version)s)
    ORDER BY account_id, account_version LIMIT %(batch)s
), told AS (
    SELECT b.account_id, b.account_version, b.balance_after_cents, b.happened_at, b.latest_happened_at,
        a.may_be_negative, a.kind || ' ' || coalesce(a.owner_id::text, 'platform') || ' ' || a.currency AS name,
        CASE WHEN (b.direction = 'debit') = a.is_debit_normal THEN b.amount_cents ELSE -b.amount_cents END AS cents,
        b.account_id = %(account)s::uuid AS goes_on,
        t.happened_at AS told_at
    FROM batch b
    JOIN billing_ledgeraccount a ON a.id = b.account_id
    JOIN billing_ledgertransaction t ON t.id = b.transaction_id
), rebuilt AS MATERIALIZED (
    SELECT *,
        sum(cents) OVER account + CASE WHEN goes_on THEN %(sum)s ELSE 0 END AS balance,
        row_number() OVER account + CASE WHEN goes_on THEN %(version)s ELSE 0 END AS place,
        greatest(max(told_at) OVER account, CASE WHEN goes_on THEN %(latest)s::timestamptz END) AS latest,
        lead(account_id) OVER (ORDER BY account_id, account_version) AS following
    FROM told WINDOW account AS (PARTITION BY account_id ORDER BY account_version)
), judged AS (
    SELECT *,
        balance <> balance_after_cents OR place <> account_version AS wrong_balance,
        told_at <> happened_at OR latest <> latest_happened_at AS wrong_time,
        following IS NOT NULL AND following <> account_id AS ends,
        name || ', entry ' || account_version AS example
    FROM rebuilt
), counted AS (
    SELECT count(*) AS entries, count(*) FILTER (WHERE ends) AS ended,
        count(*) FILTER (WHERE wrong_balance) AS balances,
        (array_agg(example || ': stored ' || balance_after_cents || ', rebuilt ' || balance ORDER BY account_id, place)
            FILTER (WHERE wrong_balance))[1:%(few)s] AS wrong_balances,
        count(*) FILTER (WHERE wrong_time) AS times,
        (array_agg(example ORDER BY account_id, place) FILTER (WHERE wrong_time))[1:%(few)s] AS wrong_times,
        count(*) FILTER (WHERE ends AND balance < 0 AND NOT may_be_negative) AS floors,
        (array_agg(name ORDER BY name) FILTER (WHERE ends AND balance < 0 AND NOT may_be_negative))[1:%(few)s]
            AS wrong_floors
    FROM judged
), tail AS (
    SELECT account_id, account_version, balance, latest, may_be_negative, name FROM rebuilt
    ORDER BY account_id DESC, account_version DESC LIMIT 1
)
SELECT entries, (SELECT account_id::text FROM batch ORDER BY account_id, account_version LIMIT 1),
    (SELECT json_build_object('account', account_id, 'version', account_version, 'sum', balance, 'latest', latest,
        'may_be_negative', may_be_negative, 'name', name) FROM tail),
    ended, balances, wrong_balances, times, wrong_times, floors, wrong_floors
FROM counted
"""
