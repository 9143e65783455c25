"""Who looks after an alert, as the reading desk may know: its own people by name, the other organisation as one."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from accounts.models import Membership
from marketplace.models import Alert
from tenants.models import Tenant
from tenants.queries import get_tenant


def looked_after_by(found: Iterable[Alert], *, reader: Tenant) -> dict[UUID, str]:
    """By alert, of those that somebody looks after. A person without a name is a colleague, never an address.

    One query, and one for each other organisation.
    """
    taken = [one for one in found if one.acknowledged_at is not None]
    people = {one.acknowledged_by_person_id for one in taken if one.acknowledged_by_person_id}
    own: set[UUID] = set()
    if people:
        # Whoever has left the staff since was of it all the same.
        members = Membership.objects.filter(tenant_id=reader.id, person_id__in=people)
        own = set(members.values_list("person_id", flat=True))
    return {one.id: _words(one, is_own=one.acknowledged_by_person_id in own, reader=reader) for one in taken}


def with_who_looks_after(found: Sequence[Alert], *, reader: Tenant) -> Sequence[Alert]:
    """The same alerts, each with `looked_after_by` for this desk; "" while nobody does."""
    names = looked_after_by(found, reader=reader)
    for one in found:
        one.looked_after_by = names.get(one.id, "")  # type: ignore[attr-defined]
    return found


def _words(alert: Alert, *, is_own: bool, reader: Tenant) -> str:
    if is_own or alert.agency_id is None:
        return "A colleague" if "@" in alert.acknowledged_by else alert.acknowledged_by
    other = get_tenant(tenant_id=alert.department_id if reader.id == alert.agency_id else alert.agency_id)
    return other.short_name or other.name
