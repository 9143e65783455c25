"""Positions of a job whose payment a bank still looks at are evidence: they stay exact until it has decided."""

from datetime import datetime

from billing.models import Dispute
from marketplace import fix_retention


def round_old_positions(*, at: datetime) -> int:
    """What `fix_retention` rounds, but of jobs in a bank's dispute. Answers with how many punches."""
    contested = Dispute.objects.filter(closed_at=None).values("job_id")
    return fix_retention.scan_old_fixes(at=at, but_of_jobs=contested)
