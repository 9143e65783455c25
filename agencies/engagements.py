"""Officers whom an agency may staff. Opens the agency's schema itself and answers with plain values."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from agencies.models import Engagement
from kernel.errors import NotFound
from marketplace.models import Officer
from tenants.context import tenant_context
from tenants.models import Tenant


@dataclass(frozen=True, slots=True)
class EngagedOfficer:
    """`state` is invited, active or ended; `home_department_id` still decides whether they may work."""

    engagement_id: UUID
    officer_id: UUID
    display_name: str
    home_department_id: UUID | None
    state: str
    invited_at: datetime
    started_at: datetime | None


def list_engaged(*, agency_id: UUID, text: str = "") -> list[EngagedOfficer]:
    """Live engagements, sorted by name. Raises NotFound for what is no agency."""
    agency = Tenant.objects.filter(id=agency_id, kind=Tenant.Kind.AGENCY).first()
    if agency is None:
        raise NotFound("There is no such agency.")
    with tenant_context(agency):
        live = list(Engagement.objects.exclude(state=Engagement.State.ENDED))
    officers = Officer.objects.in_bulk([engagement.officer_id for engagement in live])
    engaged = [_describe(engagement, officers.get(engagement.officer_id)) for engagement in live]
    words = text.lower().split()
    return sorted(
        (one for one in engaged if all(word in one.display_name.lower() for word in words)),
        key=lambda one: (one.display_name, one.engagement_id),
    )


def _describe(engagement: Engagement, officer: Officer | None) -> EngagedOfficer:
    return EngagedOfficer(
        engagement_id=engagement.id,
        officer_id=engagement.officer_id,
        display_name=officer.display_name if officer else "An officer who left",
        home_department_id=officer.home_department_id if officer else None,
        state=str(engagement.state),
        invited_at=engagement.invited_at,
        started_at=engagement.started_at,
    )
