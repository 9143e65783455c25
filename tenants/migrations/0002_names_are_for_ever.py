from django.db import migrations

FORWARDS = """
CREATE SEQUENCE public.tenants_schema_number;

CREATE FUNCTION public.tenants_refuse_change() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'tenant % is never deleted, only retired', OLD.schema_name
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.id, NEW.kind, NEW.slug, NEW.schema_name, NEW.role_name)
       IS DISTINCT FROM (OLD.id, OLD.kind, OLD.slug, OLD.schema_name, OLD.role_name) THEN
        RAISE EXCEPTION 'tenant % keeps its kind, its slug and the names of its schema and role', OLD.schema_name
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state = 'retired' AND NEW.state <> 'retired' THEN
        RAISE EXCEPTION 'tenant % is retired for good', OLD.schema_name USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER tenant_names_are_for_ever BEFORE UPDATE OR DELETE ON public.tenants_tenant
    FOR EACH ROW EXECUTE FUNCTION public.tenants_refuse_change();
"""

BACKWARDS = """
DROP TRIGGER tenant_names_are_for_ever ON public.tenants_tenant;
DROP FUNCTION public.tenants_refuse_change();
DROP SEQUENCE public.tenants_schema_number;
"""


class Migration(migrations.Migration):
    """A name that was once given to a tenant belongs to it for ever; PostgreSQL sees to it."""

    dependencies = [("tenants", "0001_initial")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
