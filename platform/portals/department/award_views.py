"""How an award was made: everybody who bid, the values that ordered them, the draw, and the same decision again."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from marketplace.access import award_for_department
from marketplace.award_reading import reading_for_desk, verified
from portals.award_words import bidder_rows, kind_words, left_out_rows
from portals.department.desk import desk_page, show_page
from portals.department.words import order_words
from portals.doors import tenant_of


@require_safe
@desk_page()
def award_page(request: HttpRequest, award_id: UUID) -> HttpResponse:
    award = award_for_department(department_id=tenant_of(request).id, award_id=award_id)
    reading = reading_for_desk(award=award)
    return show_page(
        request,
        "award",
        {
            "award": award,
            "reading": reading,
            "job": award.shift.job,
            "shift": award.shift,
            "kind": reading.kind,
            "kind_words": kind_words(reading.kind),
            "keys": [order_words(key) for key in reading.keys],
            "places": reading.places,
            "rows": bidder_rows(reading),
            "left_out": left_out_rows(reading),
            "contests": list(award.contests.select_related("officer").order_by("-filed_at")),
            "verified": verified(award=award) if "verify" in request.GET else None,
        },
    )


@require_safe
@desk_page()
def award_inputs(request: HttpRequest, award_id: UUID) -> HttpResponse:
    """Order, values and draw as they were stored, for anyone who wants to compute it again."""
    award = award_for_department(department_id=tenant_of(request).id, award_id=award_id)
    answer = JsonResponse(
        {
            "award_id": str(award.id),
            "engine_version": award.engine_version,
            "policy_version": award.policy_version,
            "policy_sha256": award.policy_sha256,
            "draw": award.snapshot["draw"],
            "ranking": award.snapshot["ranking"],
            "left_out": award.snapshot["refused"],
        },
        json_dumps_params={"indent": 2},
    )
    answer["Content-Disposition"] = (
        f'attachment; filename="award-{award.shift.job.reference}-{award.shift.number}.json"'
    )
    return answer
