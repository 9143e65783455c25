"""Contests for the desk's lists and pages."""

from uuid import UUID

from django.db.models import QuerySet

from marketplace.models import AwardContest
from marketplace.refusals_contests import ContestNotFound


def contests_of_department(*, department_id: UUID, waiting: bool) -> QuerySet[AwardContest]:
    """Those that wait, the oldest first; or those that are closed, the latest first."""
    found = AwardContest.objects.select_related("officer", "award__shift__job", "award__position").filter(
        governing_department_id=department_id
    )
    if waiting:
        return found.filter(state=AwardContest.State.FILED).order_by("filed_at", "id")
    return found.exclude(state=AwardContest.State.FILED).order_by("-closed_at", "-id")


def open_count(*, department_id: UUID) -> int:
    return AwardContest.objects.filter(governing_department_id=department_id, state=AwardContest.State.FILED).count()


def contest_for_department(*, department_id: UUID, contest_id: UUID) -> AwardContest:
    """Raises ContestNotFound."""
    found = (
        AwardContest.objects.select_related("officer", "award__shift__job", "award__position")
        .filter(id=contest_id, governing_department_id=department_id)
        .first()
    )
    if found is None:
        raise ContestNotFound()
    return found
