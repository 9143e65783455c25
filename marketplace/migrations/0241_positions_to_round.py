"""Positions of presence answers and of punches that count nothing are made rough in time, too, and only that."""

from django.db import migrations, models

_ALLOW_ROUNDING = """
CREATE FUNCTION marketplace_allow_rounding_of_fixes() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    rough text[] := ARRAY['fixes', 'fixes_rounded_at'];
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.fixes_rounded_at IS NULL
        AND NEW.fixes_rounded_at >= OLD.received_at + interval '90 days'
        AND to_jsonb(NEW) - rough = to_jsonb(OLD) - rough
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'Punches are never changed or removed (% on %).', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'punches_are_for_ever';
END $$;
DROP TRIGGER refuse_change ON marketplace_uncountedpunch;
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON marketplace_uncountedpunch
    FOR EACH ROW EXECUTE FUNCTION marketplace_allow_rounding_of_fixes();
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON marketplace_presenceanswer
    FOR EACH ROW EXECUTE FUNCTION marketplace_allow_rounding_alone();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON marketplace_presenceanswer
    FOR EACH STATEMENT EXECUTE FUNCTION marketplace_refuse_punch_change();
"""
_REFUSE_ALL = """
DROP TRIGGER refuse_truncate ON marketplace_presenceanswer;
DROP TRIGGER refuse_change ON marketplace_presenceanswer;
DROP TRIGGER refuse_change ON marketplace_uncountedpunch;
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON marketplace_uncountedpunch
    FOR EACH ROW EXECUTE FUNCTION marketplace_refuse_punch_change();
DROP FUNCTION marketplace_allow_rounding_of_fixes();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("marketplace", "0240_calendar_feeds"),
    ]

    operations = [
        migrations.AddField(
            model_name="presenceanswer",
            name="fixes_rounded_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="uncountedpunch",
            name="fixes_rounded_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddIndex(
            model_name="presenceanswer",
            index=models.Index(
                condition=models.Q(("fixes_rounded_at", None)), fields=["received_at"], name="presence_to_round"
            ),
        ),
        migrations.AddIndex(
            model_name="uncountedpunch",
            index=models.Index(
                condition=models.Q(("fixes_rounded_at", None)), fields=["received_at"], name="uncounted_to_round"
            ),
        ),
        migrations.RunSQL(_ALLOW_ROUNDING, _REFUSE_ALL),
    ]
