"""What officers tell, and what came too late, is evidence like a punch. Old positions may be made rough, and only that."""

from django.db import migrations

_REFUSE = """
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON marketplace_dutyevent
    FOR EACH ROW EXECUTE FUNCTION marketplace_refuse_punch_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON marketplace_dutyevent
    FOR EACH STATEMENT EXECUTE FUNCTION marketplace_refuse_punch_change();
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON marketplace_uncountedpunch
    FOR EACH ROW EXECUTE FUNCTION marketplace_refuse_punch_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON marketplace_uncountedpunch
    FOR EACH STATEMENT EXECUTE FUNCTION marketplace_refuse_punch_change();

CREATE FUNCTION marketplace_allow_rounding_alone() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    rough text[] := ARRAY['fixes', 'latitude', 'longitude', 'fixes_rounded_at'];
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.fixes_rounded_at IS NULL
        AND NEW.fixes_rounded_at >= OLD.received_at + interval '90 days'
        AND NEW.latitude IS NOT DISTINCT FROM round(OLD.latitude::numeric, 2)::double precision
        AND NEW.longitude IS NOT DISTINCT FROM round(OLD.longitude::numeric, 2)::double precision
        AND to_jsonb(NEW) - rough = to_jsonb(OLD) - rough
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'Punches are never changed or removed (% on %).', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'punches_are_for_ever';
END $$;
DROP TRIGGER refuse_change ON marketplace_clockevent;
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON marketplace_clockevent
    FOR EACH ROW EXECUTE FUNCTION marketplace_allow_rounding_alone();
"""

_ALLOW = """
DROP TRIGGER refuse_change ON marketplace_clockevent;
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON marketplace_clockevent
    FOR EACH ROW EXECUTE FUNCTION marketplace_refuse_punch_change();
DROP FUNCTION marketplace_allow_rounding_alone();
DROP TRIGGER refuse_truncate ON marketplace_uncountedpunch;
DROP TRIGGER refuse_change ON marketplace_uncountedpunch;
DROP TRIGGER refuse_truncate ON marketplace_dutyevent;
DROP TRIGGER refuse_change ON marketplace_dutyevent;
"""


class Migration(migrations.Migration):
    dependencies = [("marketplace", "0220_between_the_punches")]
    operations = [migrations.RunSQL(_REFUSE, _ALLOW)]
