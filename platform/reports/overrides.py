"""Awards where a person chose instead of the order: when, who, why, for whom."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import TextField, Value
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Coalesce

from marketplace.award_reading import OVERRIDE_KINDS
from marketplace.models import Award

# More than this in one report is a department that does not use its order; the count says so.
_MOST = 200


@dataclass(frozen=True)
class Override:
    award_id: UUID
    decided_at: datetime
    job_reference: str
    job_title: str
    starts_at: datetime
    time_zone: str
    made_by: str
    reason: str


def overrides_of(*, department_id: UUID, from_at: datetime, until_at: datetime) -> tuple[Override, ...]:
    """Decided in the half-open period, the latest first. One query, which leaves the long snapshots where they are."""
    manual = KeyTransform("manual", "snapshot")
    rows = (
        Award.objects.filter(
            shift__governing_department_id=department_id,
            decided_at__gte=from_at,
            decided_at__lt=until_at,
            snapshot__kind__in=OVERRIDE_KINDS,
        )
        .annotate(
            kept_reason=Coalesce(
                KeyTextTransform("reason", "snapshot"),
                KeyTextTransform("reason", manual),
                Value("", output_field=TextField()),
            )
        )
        .order_by("-decided_at", "-id")
        .values_list(
            "id", "decided_at", "shift__job__reference", "shift__job__title", "shift__starts_at", "shift__time_zone",
            "decided_by", "kept_reason",
        )[:_MOST]
    )  # fmt: skip
    return tuple(Override(*row) for row in rows)
