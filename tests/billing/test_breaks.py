"""What was broken off is not billed, and a place that was handed over is billed once; the books agree."""

from datetime import timedelta

from marketplace.models import Relief, Timesheet
from tests.billing.test_settling import assert_books_agree, shift_of
from tests.billing.world import World, texan_terms


def test_an_unpaid_break_is_on_nobodys_bill(texas: World) -> None:
    contract = texas.paid(texan_terms(ranks={"officer": 1}))
    texas.onboard_department()
    shift = shift_of(contract.job)
    (assignment,) = texas.work(shift, 180, rank_code="officer")
    sheet = Timesheet.objects.get(assignment=assignment)
    sheet.worked_ends_at = sheet.worked_starts_at + timedelta(minutes=225)
    sheet.break_minutes = sheet.unpaid_break_minutes = 45
    sheet.save()
    settlement = texas.settle(shift)
    (labour,) = [line for line in settlement.price["lines"] if line["kind"] == "labour"]
    assert (labour["billable_minutes"], labour["payable_minutes"]) == (180, 180)
    assert labour["explanation"].startswith("3 h 45; an unpaid break of 45 min is taken off")
    assert_books_agree(texas, contract.job)


def test_two_officers_of_one_place_have_one_minimum(texas: World) -> None:
    """Half an hour each: one place, so the two hours' minimum is billed once, and paid to whoever finished."""
    contract = texas.paid(texan_terms(ranks={"officer": 1}))
    texas.onboard_department()
    shift = shift_of(contract.job)
    first, second = texas.work(shift, 30, 30, rank_code="officer")
    handed_over_at = shift.starts_at + timedelta(minutes=30)
    Timesheet.objects.filter(assignment=second).update(
        worked_starts_at=handed_over_at, worked_ends_at=handed_over_at + timedelta(minutes=30)
    )
    Relief.objects.create(
        outgoing=first, incoming=second, reason="Court.", arranged_at=shift.starts_at, handed_over_at=handed_over_at,
        handed_over_by="incoming",
    )  # fmt: skip
    settlement = texas.settle(shift)
    labour = {line["assignment_id"]: line for line in settlement.price["lines"] if line["kind"] == "labour"}
    assert labour[str(first.id)]["billable_minutes"] == 30
    assert labour[str(second.id)]["billable_minutes"] == 90
    assert labour[str(first.id)]["net_cents"] > 0
    assert_books_agree(texas, contract.job)


def test_a_place_is_one_across_an_officer_who_worked_nothing(texas: World) -> None:
    """Half an hour each around a relief who was called away at once: still one place, and one minimum."""
    contract = texas.paid(texan_terms(ranks={"officer": 1}))
    texas.onboard_department()
    shift = shift_of(contract.job)
    first, called_away, last = texas.work(shift, 30, 0, 30, rank_code="officer")
    handed_over_at = shift.starts_at + timedelta(minutes=30)
    Timesheet.objects.filter(assignment=last).update(
        worked_starts_at=handed_over_at, worked_ends_at=handed_over_at + timedelta(minutes=30)
    )
    for outgoing, incoming in ((first, called_away), (called_away, last)):
        Relief.objects.create(
            outgoing=outgoing, incoming=incoming, reason="Court.", arranged_at=shift.starts_at,
            handed_over_at=handed_over_at, handed_over_by="incoming",
        )  # fmt: skip
    settlement = texas.settle(shift)
    labour = {line["assignment_id"]: line for line in settlement.price["lines"] if line["kind"] == "labour"}
    assert {who: line["billable_minutes"] for who, line in labour.items()} == {str(first.id): 30, str(last.id): 90}
    assert_books_agree(texas, contract.job)
