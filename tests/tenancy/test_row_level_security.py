"""Wall 3: a protected row is seen by its person, its tenant's staff, or a named purpose. Unset sees nothing."""

from uuid import UUID

import pytest
from django.apps import apps
from django.db import ProgrammingError, connection, transaction

from kernel.identifiers import uuid7
from messaging.models import OutboundMessage
from tenants import walls
from tenants.context import acting_as, matching_context
from tenants.models import Tenant
from tenants.routers import tenant_app_labels
from tests.tenancy.test_context import AT

pytestmark = pytest.mark.django_db
ANNA, BORIS = uuid7(), uuid7()


def _message(*, person_id: UUID, tenant: Tenant) -> OutboundMessage:
    return OutboundMessage.objects.create(
        business_key=str(uuid7()),
        channel="sms",
        tenant_id=tenant.id,
        person_id=person_id,
        recipient="+14165550100",
        text="Shift confirmed",
        due_at=AT,
        created_at=AT,
    )


@pytest.fixture
def messages(department: Tenant, other_department: Tenant) -> dict[str, OutboundMessage]:
    with acting_as(purpose="worker"):
        return {
            "anna": _message(person_id=ANNA, tenant=department),
            "boris": _message(person_id=BORIS, tenant=other_department),
        }


def _seen() -> set[UUID | None]:
    return {message.person_id for message in OutboundMessage.objects.all()}


def test_a_session_that_says_nothing_sees_nothing_and_writes_nothing(
    messages: dict[str, OutboundMessage], department: Tenant
) -> None:
    assert _seen() == set()
    assert OutboundMessage.objects.update(text="changed") == 0
    with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        _message(person_id=ANNA, tenant=department)


def test_a_person_sees_their_own(messages: dict[str, OutboundMessage]) -> None:
    with acting_as(purpose="request", person_id=ANNA):
        assert _seen() == {ANNA}
        assert OutboundMessage.objects.update(text="read") == 1
    with acting_as(purpose="worker"):
        assert set(OutboundMessage.objects.values_list("text", flat=True)) == {"read", "Shift confirmed"}


def test_staff_see_their_tenants(messages: dict[str, OutboundMessage], other_department: Tenant) -> None:
    with acting_as(purpose="request", tenant_id=other_department.id):
        assert _seen() == {BORIS}


def test_a_request_may_have_a_message_written_without_reading_it(department: Tenant) -> None:
    with acting_as(purpose="request"):
        _message(person_id=BORIS, tenant=department)
        assert _seen() == set()


def test_a_worker_sees_all(messages: dict[str, OutboundMessage]) -> None:
    with acting_as(purpose="worker"):
        assert _seen() == {ANNA, BORIS}


def test_nobody_gives_a_row_away(messages: dict[str, OutboundMessage]) -> None:
    refusal = pytest.raises(ProgrammingError, match="row-level security")
    with acting_as(purpose="request", person_id=ANNA), refusal, transaction.atomic():
        OutboundMessage.objects.filter(person_id=ANNA).update(person_id=BORIS, tenant_id=None)


def test_home_points_are_read_by_the_matching_role_alone() -> None:
    question = "SELECT count(*) FROM marketplace_officerreach"
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        connection.cursor().execute(question)
    with matching_context():
        connection.cursor().execute(question)
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            connection.cursor().execute("SELECT phone FROM marketplace_officerprivate")


def _public_tables() -> dict[str, tuple[bool, bool]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, relrowsecurity, relforcerowsecurity FROM pg_class "
            "WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
        )
        return {name: (enabled, forced) for name, enabled, forced in cursor.fetchall()}


def test_every_public_table_has_a_wall_and_every_wall_a_table() -> None:
    assert sorted(_public_tables()) == sorted(walls.TABLES)


def test_row_level_walls_stand_and_are_forced() -> None:
    wanted = {name: isinstance(wall, walls.RowLevel) for name, wall in walls.TABLES.items()}
    assert _public_tables() == {name: (standing, standing) for name, standing in wanted.items()}
    assert {"marketplace_officerprivate", "billing_payeeaccount", "messaging_outboundmessage"} <= {
        name for name, standing in wanted.items() if standing
    }


def test_no_table_name_is_in_public_and_in_a_tenants_schema(department: Tenant) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relnamespace = %s::regnamespace", [department.schema_name])
        assert not {name for (name,) in cursor.fetchall()} & set(_public_tables())


def test_every_model_stands_where_its_list_says(department: Tenant) -> None:
    labels, public = tenant_app_labels(), _public_tables()
    ours = [model for model in apps.get_models(include_auto_created=True) if not model.__module__.startswith("tests.")]
    for model in ours:
        assert (model._meta.db_table in public) == (model._meta.app_label not in labels), model
