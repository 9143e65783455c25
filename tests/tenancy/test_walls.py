"""Walls 0 to 2: the app's login owns nothing, and a tenant's role reaches nobody else's schema."""

import pytest
from django.db import ProgrammingError, connection, transaction

from departments.models import PolicyVersion
from tenants.context import tenant_context
from tenants.models import Tenant

pytestmark = pytest.mark.django_db


def _ask(statement: str, *parameters: object) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall() if cursor.description else []


def _refused(statement: str) -> str:
    with pytest.raises(ProgrammingError) as refusal, transaction.atomic():
        _ask(statement)
    return str(refusal.value)


def test_app_login_is_no_superuser_and_bypasses_nothing() -> None:
    rights = _ask(
        "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolinherit "
        "FROM pg_roles WHERE rolname = session_user"
    )
    assert rights == [(False, False, False, False, False)]


def test_app_login_owns_nothing() -> None:
    assert _ask("SELECT relname FROM pg_class WHERE pg_get_userbyid(relowner) IN (session_user, current_user)") == []
    assert (
        _ask("SELECT nspname FROM pg_namespace WHERE pg_get_userbyid(nspowner) IN (session_user, current_user)") == []
    )


def test_public_role_reaches_no_tenant_schema(department: Tenant) -> None:
    assert "permission denied for schema" in _refused(
        f"SELECT * FROM {department.schema_name}.departments_policyversion"
    )


def test_tenant_role_reads_its_own_schema_only(department: Tenant, other_department: Tenant) -> None:
    theirs = f"{other_department.schema_name}.departments_policyversion"
    with tenant_context(department):
        assert list(PolicyVersion.objects.all()) == []
        assert "permission denied for schema" in _refused(f"SELECT * FROM {theirs}")
        assert "permission denied for schema" in _refused(f"DELETE FROM {theirs}")


def _refused_after(first: str, then: str) -> None:
    with transaction.atomic():
        _ask(first)
        _refused(then)
        transaction.set_rollback(True)


def test_a_hijacked_search_path_reaches_nothing(department: Tenant, other_department: Tenant) -> None:
    with tenant_context(department):
        _refused_after(
            f"SET LOCAL search_path TO {other_department.schema_name}", "SELECT * FROM departments_policyversion"
        )


def test_reset_role_reaches_nothing(department: Tenant) -> None:
    with tenant_context(department):
        _refused_after("RESET ROLE", f"SELECT * FROM {department.schema_name}.departments_policyversion")
        _refused_after("RESET ROLE", "SELECT * FROM public.accounts_person")


def test_tenant_role_reads_no_public_rows_of_people(department: Tenant) -> None:
    with tenant_context(department):
        assert "permission denied for table" in _refused("SELECT * FROM public.accounts_person")
        assert "permission denied for table" in _refused("SELECT * FROM public.kernel_outboxevent")


@pytest.mark.parametrize("statement", ["DROP SCHEMA public CASCADE", "CREATE TABLE public.mine (n int)"])
def test_public_role_changes_no_structure(statement: str) -> None:
    _refused(statement)


def test_nobody_changes_what_happened() -> None:
    for table in ("kernel_auditevent", "kernel_outboxevent"):
        assert "permission denied" in _refused(f"DELETE FROM {table}")
        assert "permission denied" in _refused(f"UPDATE {table} SET tenant_id = NULL")
