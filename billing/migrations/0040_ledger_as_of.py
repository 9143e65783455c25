"""Balances as of any time from one row, Stripe's object on each posting, and what PostgreSQL did not refuse yet."""

from django.db import migrations, models
from django.db.models import Q

# A schema of its own for temporary tables comes last: a session's own "billing_ledgeraccount" must not be believed.
_SEARCH_PATH = "SET search_path = public, pg_temp"

_NUMBER_ENTRIES = f"""
CREATE OR REPLACE FUNCTION billing_number_entry() RETURNS trigger LANGUAGE plpgsql {_SEARCH_PATH} AS $$
DECLARE
    account billing_ledgeraccount%ROWTYPE;
    before billing_ledgerentry%ROWTYPE;
BEGIN
    -- The account stays locked until this transaction ends: nobody else spends the same balance meanwhile.
    SELECT * INTO account FROM billing_ledgeraccount WHERE id = NEW.account_id FOR NO KEY UPDATE;
    IF account.currency <> NEW.currency THEN
        RAISE EXCEPTION 'An entry in % cannot go to an account in %.', NEW.currency, account.currency
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_entry_has_the_currency_of_its_account';
    END IF;
    SELECT * INTO before FROM billing_ledgerentry WHERE account_id = NEW.account_id
        ORDER BY account_version DESC LIMIT 1;
    NEW.account_version := coalesce(before.account_version, 0) + 1;
    NEW.balance_after_cents := coalesce(before.balance_after_cents, 0)
        + CASE WHEN (NEW.direction = 'debit') = account.is_debit_normal THEN NEW.amount_cents ELSE -NEW.amount_cents END;
    SELECT happened_at INTO NEW.happened_at FROM billing_ledgertransaction WHERE id = NEW.transaction_id;
    NEW.latest_happened_at := greatest(NEW.happened_at, before.latest_happened_at);
    RETURN NEW;
END $$;
"""

_CHECK_REVERSALS = f"""
CREATE FUNCTION billing_check_reversal(checked uuid) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER {_SEARCH_PATH} AS $$
DECLARE
    original uuid;
BEGIN
    SELECT reverses_id INTO original FROM billing_ledgertransaction WHERE id = checked;
    IF original IS NULL THEN
        RETURN;
    END IF;
    -- As many entries, and each of the original's turned round: EXCEPT ALL counts doubles.
    IF EXISTS (
        (SELECT account_id, amount_cents, CASE direction WHEN 'debit' THEN 'credit' ELSE 'debit' END
            FROM billing_ledgerentry WHERE transaction_id = original)
        EXCEPT ALL
        (SELECT account_id, amount_cents, direction FROM billing_ledgerentry WHERE transaction_id = checked)
    ) OR (SELECT count(*) FROM billing_ledgerentry WHERE transaction_id = original)
        <> (SELECT count(*) FROM billing_ledgerentry WHERE transaction_id = checked) THEN
        RAISE EXCEPTION 'Ledger transaction % is not % turned round.', checked, original
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_reversal_is_its_original_turned_round';
    END IF;
END $$;

CREATE OR REPLACE FUNCTION billing_check_new_transaction() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER {_SEARCH_PATH} AS $$
BEGIN
    PERFORM billing_check_transaction(NEW.id);
    PERFORM billing_check_reversal(NEW.id);
    RETURN NULL;
END $$;

ALTER FUNCTION billing_check_transaction(uuid) {_SEARCH_PATH};
ALTER FUNCTION billing_check_new_entry() {_SEARCH_PATH};
ALTER FUNCTION billing_refuse_change() {_SEARCH_PATH};
"""

# The owner may, for this once: both columns only repeat what other rows say.
_FILL_IN = """
ALTER TABLE billing_ledgerentry DISABLE TRIGGER only_grows;
ALTER TABLE billing_ledgertransaction DISABLE TRIGGER only_grows;
UPDATE billing_ledgerentry e SET happened_at = t.happened_at, latest_happened_at = t.latest
FROM (
    SELECT e.id, t.happened_at,
        max(t.happened_at) OVER (PARTITION BY e.account_id ORDER BY e.account_version) AS latest
    FROM billing_ledgerentry e JOIN billing_ledgertransaction t ON t.id = e.transaction_id
) t WHERE t.id = e.id;
UPDATE billing_ledgertransaction t SET source = c.charge_reference FROM billing_charge c
    WHERE t.business_key IN ('charge:' || c.id, 'charge:' || c.id || ':fee');
UPDATE billing_ledgertransaction t SET source = r.provider_reference FROM billing_refund r
    WHERE t.business_key = 'refund:' || r.id;
UPDATE billing_ledgertransaction t SET source = r.provider_reference FROM billing_transfer r
    WHERE t.business_key = 'transfer:' || r.id;
ALTER TABLE billing_ledgerentry ENABLE TRIGGER only_grows;
ALTER TABLE billing_ledgertransaction ENABLE TRIGGER only_grows;
"""

_LATE_ENTRIES = """
CREATE INDEX ledger_late_entries ON billing_ledgerentry
    USING gist (account_id, tstzrange(happened_at, latest_happened_at)) WHERE happened_at < latest_happened_at;
"""

_SIDES = (
    "stripe_balance",
    "client_receivable",
    "processing_expense",
    "receivable_officer",
    "receivable_department",
    "receivable_agency",
    "disputed_job",
    "dispute_loss",
    "bad_debt_expense",
    "platform_bank",
)


class Migration(migrations.Migration):
    dependencies = [("billing", "0032_year_filings")]
    operations = [
        migrations.AddField(
            "ledgertransaction",
            "source",
            models.CharField(
                blank=True,
                default="",
                help_text="Stripe's object that moved the money (ch_…, re_…, tr_…): nightly it is matched by this.",
                max_length=120,
            ),
        ),
        migrations.AddField("ledgerentry", "happened_at", models.DateTimeField(null=True)),
        migrations.AddField("ledgerentry", "latest_happened_at", models.DateTimeField(null=True)),
        migrations.RunSQL(_FILL_IN, migrations.RunSQL.noop),
        migrations.AlterField("ledgerentry", "happened_at", models.DateTimeField(help_text="The transaction's.")),
        migrations.AlterField(
            "ledgerentry",
            "latest_happened_at",
            models.DateTimeField(
                help_text="The latest of the account's entries up to this one: later than happened_at when it was posted late."
            ),
        ),
        migrations.AddIndex(
            "ledgertransaction",
            models.Index(condition=~Q(source=""), fields=["source"], name="ledger_by_source"),
        ),
        migrations.AddIndex(
            "ledgerentry",
            models.Index(fields=["account", "latest_happened_at", "account_version"], name="ledger_as_of"),
        ),
        migrations.AddConstraint(
            "ledgeraccount",
            models.CheckConstraint(
                condition=Q(is_debit_normal=True, kind__in=_SIDES) | Q(is_debit_normal=False) & ~Q(kind__in=_SIDES),
                name="ledger_account_grows_on_its_side",
            ),
        ),
        migrations.AddConstraint(
            "ledgeraccount",
            models.CheckConstraint(
                condition=Q(may_be_negative=False) | Q(kind__in=("stripe_balance", "platform_bank")),
                name="ledger_account_has_the_floor_of_its_kind",
            ),
        ),
        migrations.RunSQL(_LATE_ENTRIES, "DROP INDEX ledger_late_entries"),
        migrations.RunSQL(_NUMBER_ENTRIES + _CHECK_REVERSALS, migrations.RunSQL.noop),
    ]
