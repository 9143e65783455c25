"""The context is entered once, left always, and never seen by another thread. The bystander stays as it was."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import pytest
from django.db import ProgrammingError, connection, transaction

from departments.models import PolicyDraft, PolicyVersion
from kernel.models import AuditEvent, OutboxEvent
from tenants.context import acting_as, current_tenant, matching_context, tenant_context
from tenants.errors import TenantContextError
from tenants.models import Tenant

AT = datetime(2026, 3, 2, 12, tzinfo=UTC)


def _publish(note: str, number: int = 1) -> PolicyVersion:
    return PolicyVersion.objects.create(
        number=number,
        effective_from_date=date(2026, 3, 1),
        document={},
        sha256="0" * 64,
        note=note,
        published_at=AT,
    )


def _publish_and_fail() -> None:
    with transaction.atomic():
        _publish("undone")
        raise ZeroDivisionError


def _session() -> tuple[str, ...]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_schema(), current_user, current_setting('app.tenant', true), "
            "current_setting('app.person', true), current_setting('app.purpose', true)"
        )
        return tuple(cursor.fetchone())


PUBLIC = ("public", "muster_public", "", "", "")


@pytest.mark.django_db
def test_a_block_works_in_its_tenant_and_leaves_public_behind(department: Tenant, other_department: Tenant) -> None:
    with tenant_context(department):
        assert _session()[:3] == (department.schema_name, department.role_name, str(department.id))
        assert current_tenant() == department
        _publish("ours")
    assert _session() == PUBLIC
    assert current_tenant() is None
    with tenant_context(other_department):
        assert list(PolicyVersion.objects.all()) == []


@pytest.mark.django_db
def test_public_is_restored_after_an_error(department: Tenant) -> None:
    with pytest.raises(ZeroDivisionError), tenant_context(department):
        raise ZeroDivisionError
    assert _session() == PUBLIC


@pytest.mark.django_db
def test_public_is_restored_after_a_failed_statement_and_its_rollback(department: Tenant) -> None:
    with pytest.raises(ProgrammingError), transaction.atomic(), tenant_context(department):
        connection.cursor().execute("SELECT * FROM no_such_table")
    assert _session() == PUBLIC


@pytest.mark.django_db
def test_a_rolled_back_savepoint_takes_the_session_along_and_gets_it_told_again(department: Tenant) -> None:
    with tenant_context(department):
        with pytest.raises(ZeroDivisionError):
            _publish_and_fail()
        assert _session()[:2] == (department.schema_name, department.role_name)
        assert not PolicyVersion.objects.exists()


@pytest.mark.django_db
def test_a_second_tenant_inside_the_first_is_refused(department: Tenant, other_department: Tenant) -> None:
    with tenant_context(department):
        with pytest.raises(TenantContextError, match="Leave the first"), tenant_context(other_department):
            pass
        with tenant_context(department):
            assert current_tenant() == department
        assert _session()[0] == department.schema_name


@pytest.mark.django_db
def test_an_object_serves_once_and_is_no_decorator(department: Tenant) -> None:
    once = tenant_context(department)
    with once:
        pass
    with pytest.raises(TenantContextError, match="serve once"), once:
        pass
    with pytest.raises(TenantContextError, match="not a decorator"):
        tenant_context(department)(lambda: None)


@pytest.mark.django_db
def test_the_ways_of_the_library_are_closed(department: Tenant) -> None:
    with pytest.raises(TenantContextError), department:  # type: ignore[attr-defined]
        pass
    with pytest.raises(TenantContextError):
        department.activate()
    with pytest.raises(TenantContextError):
        department.create_schema()
    assert _session() == PUBLIC


@pytest.mark.django_db
def test_a_lazy_query_that_leaves_its_block_fails_instead_of_reading_elsewhere(department: Tenant) -> None:
    with tenant_context(department):
        _publish("ours")
        escaped = PolicyVersion.objects.all()
    with pytest.raises(ProgrammingError, match="does not exist"), transaction.atomic():
        list(escaped)


@pytest.mark.django_db
def test_a_bystander_with_the_same_id_and_number_is_untouched(department: Tenant, other_department: Tenant) -> None:
    with tenant_context(department):
        ours = PolicyDraft.objects.create(name="spring", note="ours", created_at=AT, updated_at=AT)
    with tenant_context(other_department):
        PolicyDraft.objects.create(id=ours.id, name=ours.name, note="theirs", created_at=AT, updated_at=AT)
    with tenant_context(department):
        assert PolicyDraft.objects.filter(id=ours.id).update(note="changed") == 1
        assert PolicyDraft.objects.filter(id=ours.id).delete()[0] == 1
    with tenant_context(other_department):
        assert PolicyDraft.objects.get(id=ours.id).note == "theirs"


@pytest.mark.django_db
def test_a_row_is_saved_to_the_schema_that_it_came_from(department: Tenant, other_department: Tenant) -> None:
    with tenant_context(department):
        _publish("ours")
        version = PolicyVersion.objects.get()
    with tenant_context(other_department):
        for attempt in (version.save, version.delete):
            with pytest.raises(TenantContextError, match=department.schema_name):
                attempt()
        assert not PolicyVersion.objects.exists()
    with pytest.raises(TenantContextError, match="outside of any tenant"):
        _publish("nobody's")


@pytest.mark.django_db
def test_a_tenants_change_is_announced_and_audited_in_the_same_transaction(department: Tenant) -> None:
    from kernel import audit, outbox
    from kernel.actors import SYSTEM

    with transaction.atomic(), tenant_context(department):
        version = _publish("ours")
        outbox.announce(name="departments.policy_published", payload={}, at=AT, tenant_id=department.id)
        audit.record(actor=SYSTEM, action="policy.published", subject_kind="policy", subject_id=version.id, at=AT)
    assert OutboxEvent.objects.filter(name="departments.policy_published", tenant_id=department.id).exists()
    assert AuditEvent.objects.filter(subject_id=version.id).exists()


@pytest.mark.django_db
def test_acting_as_sets_what_is_given_and_nothing_else(department: Tenant) -> None:
    with acting_as(purpose="request", tenant_id=department.id):
        assert _session()[2:] == (str(department.id), "", "request")
        with acting_as(purpose="worker"):
            assert _session()[2:] == ("", "", "worker")
        assert _session()[2:] == (str(department.id), "", "request")
    with pytest.raises(TenantContextError, match="not a purpose"):
        acting_as(purpose="curiosity")
    with matching_context():
        assert _session()[1] == "muster_matching"
    assert _session() == PUBLIC


@pytest.mark.django_db
def test_acting_for_another_tenant_inside_a_schema_is_refused(department: Tenant, other_department: Tenant) -> None:
    with tenant_context(department):
        with acting_as(purpose="worker"):
            assert _session()[2] == str(department.id)
        with pytest.raises(TenantContextError), acting_as(purpose="worker", tenant_id=other_department.id):
            pass


def test_commit_runs_in_public_even_when_a_tenant_was_read_last(committed_database: None, department: Tenant) -> None:
    with transaction.atomic():
        with tenant_context(department):
            _publish("ours")
        assert connection._told[0] != '"public"'
    assert connection._told[0] == '"public"'


def test_threads_each_stay_in_their_own_tenant(
    committed_database: None, department: Tenant, other_department: Tenant, agency: Tenant
) -> None:
    """Eight threads enter, nest, fail and roll back; none ever sees another's row."""
    tenants = [department, other_department, agency]
    for tenant in tenants:
        with tenant_context(tenant):
            _publish(tenant.slug)

    def visit(turn: int) -> list[str]:
        wrong = []
        try:
            for step in range(30):
                tenant = tenants[(turn + step) % 3]
                try:
                    with transaction.atomic(), tenant_context(tenant):
                        seen = [version.note for version in PolicyVersion.objects.all()]
                        if seen != [tenant.slug]:
                            wrong.append(f"{tenant.slug} saw {seen}")
                        if step % 4 == 0:
                            raise ZeroDivisionError
                except ZeroDivisionError:
                    pass
                if _session() != PUBLIC:
                    wrong.append(f"left in {_session()}")
        finally:
            connection.close()
        return wrong

    with ThreadPoolExecutor(max_workers=8) as pool:
        assert [wrong for found in pool.map(visit, range(8)) for wrong in found] == []


def test_a_context_cannot_be_left_in_another_thread(committed_database: None, department: Tenant) -> None:
    context = tenant_context(department)
    with context, ThreadPoolExecutor(max_workers=1) as pool, pytest.raises(TenantContextError, match="another thread"):
        pool.submit(context.__exit__, None, None, None).result()
