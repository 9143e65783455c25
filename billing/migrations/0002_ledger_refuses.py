"""PostgreSQL keeps the books: numbers entries, checks balance and floors at commit, and lets nothing be changed."""

from django.db import migrations

# A schema of its own for temporary tables comes last: a session's own "billing_ledgeraccount" must not be believed.
_SEARCH_PATH = "SET search_path = public, pg_temp"

_NUMBER_ENTRIES = f"""
CREATE FUNCTION billing_number_entry() RETURNS trigger LANGUAGE plpgsql {_SEARCH_PATH} AS $$
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
CREATE TRIGGER number_entry BEFORE INSERT ON billing_ledgerentry
    FOR EACH ROW EXECUTE FUNCTION billing_number_entry();
"""

# Deferred triggers run inside COMMIT: as their owner, so that no role that a session last had can be in their way.
_BALANCE = f"""
CREATE FUNCTION billing_check_transaction(checked uuid) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER {_SEARCH_PATH} AS $$
DECLARE
    declared integer;
    counted integer;
    difference bigint;
BEGIN
    SELECT leg_count INTO declared FROM billing_ledgertransaction WHERE id = checked;
    SELECT count(*) INTO counted FROM billing_ledgerentry WHERE transaction_id = checked;
    IF declared <> counted OR counted < 2 THEN
        RAISE EXCEPTION 'Ledger transaction % declares % entries and has %.', checked, declared, counted
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_transaction_is_whole';
    END IF;
    SELECT sum(CASE WHEN direction = 'debit' THEN amount_cents ELSE -amount_cents END) INTO difference
        FROM billing_ledgerentry WHERE transaction_id = checked
        GROUP BY currency ORDER BY 1 LIMIT 1;
    IF difference = 0 THEN
        SELECT sum(CASE WHEN direction = 'debit' THEN amount_cents ELSE -amount_cents END) INTO difference
            FROM billing_ledgerentry WHERE transaction_id = checked
            GROUP BY currency ORDER BY 1 DESC LIMIT 1;
    END IF;
    IF difference <> 0 THEN
        RAISE EXCEPTION 'Ledger transaction % does not balance: debits less credits are %.', checked, difference
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_transaction_balances';
    END IF;
END $$;

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

CREATE FUNCTION billing_check_new_transaction() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER {_SEARCH_PATH} AS $$
BEGIN
    PERFORM billing_check_transaction(NEW.id);
    PERFORM billing_check_reversal(NEW.id);
    RETURN NULL;
END $$;

CREATE FUNCTION billing_check_new_entry() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER {_SEARCH_PATH} AS $$
DECLARE
    account billing_ledgeraccount%ROWTYPE;
    balance bigint;
BEGIN
    PERFORM billing_check_transaction(NEW.transaction_id);
    SELECT * INTO account FROM billing_ledgeraccount WHERE id = NEW.account_id;
    IF NOT account.may_be_negative THEN
        SELECT balance_after_cents INTO balance FROM billing_ledgerentry WHERE account_id = NEW.account_id
            ORDER BY account_version DESC LIMIT 1;
        IF balance < 0 THEN
            RAISE EXCEPTION 'Account % of % would fall to % cents.', account.kind, account.owner_id, balance
                USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_account_keeps_its_floor';
        END IF;
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER transaction_is_whole AFTER INSERT ON billing_ledgertransaction
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION billing_check_new_transaction();
CREATE CONSTRAINT TRIGGER entry_keeps_the_rules AFTER INSERT ON billing_ledgerentry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION billing_check_new_entry();
"""

_APPEND_ONLY_TABLES = (
    "billing_ledgeraccount",
    "billing_ledgertransaction",
    "billing_ledgerentry",
    "billing_issueddocument",
)

_APPEND_ONLY = f"""
CREATE FUNCTION billing_refuse_change() RETURNS trigger LANGUAGE plpgsql {_SEARCH_PATH} AS $$
BEGIN
    RAISE EXCEPTION '% only grows: % is refused. Corrections are new rows.', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation';
END $$;
""" + "".join(
    f"""
CREATE TRIGGER only_grows BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION billing_refuse_change();
CREATE TRIGGER is_never_emptied BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION billing_refuse_change();
"""
    for table in _APPEND_ONLY_TABLES
)

_UNDO = "".join(
    f"DROP TRIGGER only_grows ON {table}; DROP TRIGGER is_never_emptied ON {table};" for table in _APPEND_ONLY_TABLES
) + (
    "DROP TRIGGER entry_keeps_the_rules ON billing_ledgerentry;"
    "DROP TRIGGER transaction_is_whole ON billing_ledgertransaction;"
    "DROP TRIGGER number_entry ON billing_ledgerentry;"
    "DROP FUNCTION billing_refuse_change(); DROP FUNCTION billing_check_new_entry();"
    "DROP FUNCTION billing_check_new_transaction(); DROP FUNCTION billing_check_reversal(uuid);"
    "DROP FUNCTION billing_check_transaction(uuid);"
    "DROP FUNCTION billing_number_entry();"
)


_LATE_ENTRIES = """
CREATE INDEX ledger_late_entries ON billing_ledgerentry
    USING gist (account_id, tstzrange(happened_at, latest_happened_at)) WHERE happened_at < latest_happened_at;
"""


class Migration(migrations.Migration):
    dependencies = [("billing", "0001_initial")]
    operations = [
        migrations.RunSQL(_LATE_ENTRIES, "DROP INDEX ledger_late_entries"),
        migrations.RunSQL(_NUMBER_ENTRIES + _BALANCE + _APPEND_ONLY, _UNDO),
    ]
