"""A punch is evidence about somebody's work: PostgreSQL lets nobody change or remove one."""

from django.db import migrations

_REFUSE = """
CREATE FUNCTION marketplace_refuse_punch_change() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    RAISE EXCEPTION 'Punches are never changed or removed (% on %).', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'punches_are_for_ever';
END $$;
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON marketplace_clockevent
    FOR EACH ROW EXECUTE FUNCTION marketplace_refuse_punch_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON marketplace_clockevent
    FOR EACH STATEMENT EXECUTE FUNCTION marketplace_refuse_punch_change();
"""

_ALLOW = """
DROP TRIGGER refuse_truncate ON marketplace_clockevent;
DROP TRIGGER refuse_change ON marketplace_clockevent;
DROP FUNCTION marketplace_refuse_punch_change();
"""


class Migration(migrations.Migration):
    dependencies = [("marketplace", "0001_initial")]
    operations = [migrations.RunSQL(_REFUSE, _ALLOW)]
