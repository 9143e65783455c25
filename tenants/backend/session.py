"""What a database session is told besides its search path: for whom it works, and why."""

from dataclasses import dataclass

PUBLIC_ROLE = "muster_public"
MATCHING_ROLE = "muster_matching"
TENANT_GROUP_ROLE = "muster_tenant"

PURPOSES = frozenset({"request", "worker", "matching", "webhook", "messaging"})


@dataclass(frozen=True)
class RowContext:
    """The settings that row-level security reads. Empty text means unset, and unset sees no protected row."""

    purpose: str = ""
    person_id: str = ""
    tenant_id: str = ""


NOBODY = RowContext()
