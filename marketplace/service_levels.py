"""What each department's policy says of late officers and silent ones, for the shift's own date."""

from datetime import date, datetime
from uuid import UUID

from departments.policies import policy_at
from departments.policy.service_levels import ServiceLevels
from departments.refusals import NoPolicyInForce
from geo.timezones import zone_named
from tenants.queries import get_tenant


def levels_at(*, department_id: UUID, at: datetime) -> ServiceLevels:
    """In force on the department's own calendar day of `at`; the product's own without a policy."""
    try:
        return policy_at(department_id=department_id, at=at).service_levels
    except NoPolicyInForce:
        return ServiceLevels()


class LevelsByDay:
    """The levels of many shifts: each department's policy of each date is read once."""

    def __init__(self) -> None:
        self._known: dict[tuple[UUID, date], ServiceLevels] = {}

    def of(self, *, department_id: UUID, starts_at: datetime) -> ServiceLevels:
        zone = zone_named(get_tenant(tenant_id=department_id).time_zone)
        key = (department_id, starts_at.astimezone(zone).date())
        if key not in self._known:
            self._known[key] = levels_at(department_id=department_id, at=starts_at)
        return self._known[key]
