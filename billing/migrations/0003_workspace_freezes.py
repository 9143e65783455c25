"""A closed month does not change: PostgreSQL refuses to add, change or remove its rows and their parts."""

from django.db import migrations

# FOR SHARE holds the month as it is until the writer's transaction ends, and waits for whoever is just closing it: a row
# can neither slip in behind a closing's figures nor be counted in them and then change.
_FREEZE = """
CREATE FUNCTION billing_workspace_month_is_open(asked uuid) RETURNS void
    LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    found text;
BEGIN
    SELECT state INTO found FROM billing_workspacemonth WHERE id = asked FOR SHARE;
    IF found IS DISTINCT FROM 'open' THEN
        RAISE EXCEPTION 'Workspace month % is %: its rows do not change.', asked, coalesce(found, 'not to be seen')
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'closed_months_do_not_change';
    END IF;
END $$;

CREATE FUNCTION billing_workspace_keep_rows() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM billing_workspace_month_is_open(OLD.month_id);
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    IF TG_OP = 'INSERT' OR NEW.month_id <> OLD.month_id THEN
        PERFORM billing_workspace_month_is_open(NEW.month_id);
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION billing_workspace_keep_parts() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM billing_workspace_month_is_open(
        (SELECT month_id FROM billing_workspacerow WHERE id = CASE WHEN TG_OP = 'DELETE' THEN OLD.row_id ELSE NEW.row_id END)
    );
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER closed_months_do_not_change BEFORE INSERT OR UPDATE OR DELETE ON billing_workspacerow
    FOR EACH ROW EXECUTE FUNCTION billing_workspace_keep_rows();
CREATE TRIGGER closed_months_do_not_change BEFORE INSERT OR UPDATE OR DELETE ON billing_workspacepart
    FOR EACH ROW EXECUTE FUNCTION billing_workspace_keep_parts();
CREATE TRIGGER only_grows BEFORE UPDATE OR DELETE ON billing_workspaceclosing
    FOR EACH ROW EXECUTE FUNCTION billing_refuse_change();
CREATE TRIGGER only_grows BEFORE UPDATE OR DELETE ON billing_workspacenote
    FOR EACH ROW EXECUTE FUNCTION billing_refuse_change();
"""

_UNDO = """
DROP TRIGGER only_grows ON billing_workspacenote;
DROP TRIGGER only_grows ON billing_workspaceclosing;
DROP TRIGGER closed_months_do_not_change ON billing_workspacepart;
DROP TRIGGER closed_months_do_not_change ON billing_workspacerow;
DROP FUNCTION billing_workspace_keep_parts();
DROP FUNCTION billing_workspace_keep_rows();
DROP FUNCTION billing_workspace_month_is_open(uuid);
"""


class Migration(migrations.Migration):
    dependencies = [("billing", "0002_ledger_refuses")]
    operations = [migrations.RunSQL(_FREEZE, _UNDO)]
