"""Does a tenant's schema hold what the migrations describe, no more and no less?"""

from tenants.errors import SchemaNotAsExpected
from tenants.models import Tenant
from tenants.ownership import rows
from tenants.schema_migrations import tenant_models

# Each row becomes one line; the schema's and the role's own names are replaced, so that two schemas can be compared.
_STRUCTURE = """
SELECT format('column %%s.%%s %%s%%s default %%s generated %%s', relname, attname, format_type(atttypid, atttypmod),
       CASE WHEN attnotnull THEN ' not null' ELSE '' END, coalesce(pg_get_expr(adbin, adrelid), '-'), attgenerated)
FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
WHERE relnamespace = %(schema)s::regnamespace AND relkind IN ('r', 'p') AND attnum > 0 AND NOT attisdropped
UNION ALL
SELECT format('constraint %%s %%s %%s', conrelid::regclass, conname, pg_get_constraintdef(oid)) FROM pg_constraint
WHERE connamespace = %(schema)s::regnamespace AND contype <> 'n'
UNION ALL
SELECT 'index ' || pg_get_indexdef(indexrelid) FROM pg_index JOIN pg_class ON pg_class.oid = indrelid
WHERE relnamespace = %(schema)s::regnamespace
UNION ALL
SELECT 'trigger ' || pg_get_triggerdef(pg_trigger.oid) FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
WHERE relnamespace = %(schema)s::regnamespace AND NOT tgisinternal
UNION ALL
SELECT 'function ' || pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = %(schema)s::regnamespace
UNION ALL
SELECT format('rights %%s %%s', relname, (SELECT string_agg(acl::text, ',' ORDER BY acl::text) FROM unnest(relacl) acl))
FROM pg_class WHERE relnamespace = %(schema)s::regnamespace AND relkind IN ('r', 'p', 'S')
"""

_FOREIGN_KEYS_LEAVING = """
SELECT conname FROM pg_constraint JOIN pg_class ON pg_class.oid = confrelid
WHERE contype = 'f' AND connamespace = %(schema)s::regnamespace AND relnamespace <> connamespace
"""

_TABLES = "SELECT relname FROM pg_class WHERE relnamespace = %(schema)s::regnamespace AND relkind IN ('r', 'p')"
_SHADOWED = f"{_TABLES} AND relname IN (SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace)"


def describe_schema(tenant: Tenant) -> list[str]:
    """The schema's structure and rights as sorted lines that are equal for any two tenants of the same version."""
    lines = rows(_STRUCTURE, _schema(tenant))
    return sorted(
        line.replace(f"{tenant.schema_name}.", "")
        .replace(tenant.role_name, "ROLE")
        .replace(tenant.schema_name, "SCHEMA")
        for (line,) in lines
    )


def verify_schema(tenant: Tenant) -> None:
    """Raises SchemaNotAsExpected, with what is missing, strange or shared."""
    present = {name for (name,) in rows(_TABLES, _schema(tenant))}
    expected = {model._meta.db_table for model in tenant_models() if model._meta.managed and not model._meta.proxy}
    problems = [f"table {name} is missing" for name in sorted(expected - present)]
    problems += [f"table {name} is unknown" for name in sorted(present - expected)]
    problems += [f"table {name} is also in public" for (name,) in rows(_SHADOWED, _schema(tenant))]
    problems += [f"foreign key {name} leaves it" for (name,) in rows(_FOREIGN_KEYS_LEAVING, _schema(tenant))]
    if problems:
        raise SchemaNotAsExpected(
            f"Schema {tenant.schema_name} is not as the migrations describe: {'; '.join(problems)}. "
            "Put it right by hand, then run provisioning again.",
            problems=len(problems),
        )


def _schema(tenant: Tenant) -> dict[str, str]:
    return {"schema": f'"{tenant.schema_name}"'}
