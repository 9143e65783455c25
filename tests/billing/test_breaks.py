"""What was broken off is not billed: the bill says so in words, and the books agree."""

from datetime import timedelta

from marketplace.models import Timesheet
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
