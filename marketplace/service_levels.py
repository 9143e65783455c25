"""What each department's policy says of late officers and silent ones, for the shift's own date."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from departments.policies import policies_in_force, policy_at
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

    def read_ahead(self, *, department_id: UUID, starts: Iterable[datetime]) -> None:
        """For one department's shifts of a few dates: all of them in one query."""
        dates = {_local_date(department_id, one) for one in starts}
        try:
            found = policies_in_force(department_id=department_id, on_dates=dates)
        except NoPolicyInForce:
            # Then each is asked by itself, and one without a policy has the product's own.
            return
        self._known |= {(department_id, on_date): policy.service_levels for on_date, policy in found.items()}

    def of(self, *, department_id: UUID, starts_at: datetime) -> ServiceLevels:
        key = (department_id, _local_date(department_id, starts_at))
        if key not in self._known:
            self._known[key] = levels_at(department_id=department_id, at=starts_at)
        return self._known[key]


def _local_date(department_id: UUID, at: datetime) -> date:
    return at.astimezone(zone_named(get_tenant(tenant_id=department_id).time_zone)).date()
