"""What if: the same rules change nothing; other rules change places, hours, denials, unfilled places and money."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from departments.policy.examples import example
from departments.policy.refusals import PolicyInvalid
from marketplace.awarding import award_shift
from marketplace.models import Assignment, Officer, Shift
from marketplace.refusals_what_if import PeriodBackwards, TooManyAwards
from marketplace.short_notice import promote_backups
from marketplace.what_if import WhatIf, compare
from tenants.models import Tenant
from tests.factories.clients import govern
from tests.factories.departments import SETTING_UP, make_officer, publish_example
from tests.factories.jobs import make_job, make_shift
from tests.marketplace.awarded import NOW, bid_on

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("as_worker")]


@pytest.fixture
def officers(department: Tenant) -> list[Officer]:
    """The longest-serving first."""
    govern(department)
    return [
        make_officer(department, family_name=name, seniority_date=date(year, 1, 1))
        for name, year in (("Alder", 2001), ("Birch", 2002), ("Cedar", 2003))
    ]


def held(department: Tenant, day: int, bidders: list[Officer], *, places: int = 1, month: int = 3) -> Shift:
    """A shift of four hours that the bidders, in this order, asked for; awarded the day before."""
    starts_at = datetime(2026, month, day, 15, tzinfo=UTC)
    shift = make_shift(make_job(department, at=NOW), starts_at=starts_at, at=NOW, ranks={"constable": places})
    for minute, officer in enumerate(bidders):
        bid_on(shift, officer, at=NOW + timedelta(minutes=minute))
    award_shift(shift_id=shift.id, actor=SETTING_UP, at=starts_at - timedelta(hours=24))
    return shift


def what_if(department: Tenant, **changes: Any) -> WhatIf:
    return compare(
        department_id=department.id,
        from_date=date(2026, 3, 1),
        until_date=date(2026, 4, 1),
        document={**example("ontario"), **changes},
    )


def minutes(found: WhatIf) -> dict[str, tuple[int, int]]:
    return {one.name.split()[-1]: (one.before_minutes, one.after_minutes) for one in found.officers}


def test_the_same_rules_make_no_difference_and_the_past_is_made_again_as_it_was(
    department: Tenant, other_department: Tenant, officers: list[Officer]
) -> None:
    alder, birch, cedar = officers
    for day, bidders, places in ((5, [alder, birch], 1), (6, officers, 2), (9, [cedar, alder], 1), (9, [birch], 2)):
        held(department, day, bidders, places=places)
    # The place of somebody who gave it up goes to the next, in the simulation too.
    given_up = held(department, 20, officers)
    lost = given_up.assignments.get()
    lost.state, lost.ended_at = Assignment.State.CALLED_OFF, given_up.starts_at - timedelta(hours=20)
    lost.save(update_fields=["state", "ended_at"])
    promote_backups(
        shift=Shift.objects.select_for_update().get(id=given_up.id), position=given_up.positions.get(),
        actor=SETTING_UP, at=lost.ended_at,
    )  # fmt: skip
    held(department, 24, officers)
    publish_example(other_department, name="us")
    found = what_if(department)
    assert found.makes_no_difference
    assert (found.awards, found.reproduced, found.shifts, found.people) == (7, 7, 6, 3)
    assert found.before.unfilled == 1
    assert found.unknown_keys == ()
    real = dict.fromkeys(officers, 0)
    for one in Assignment.objects.filter(state=Assignment.State.CONFIRMED):
        real[one.officer] += 240
    assert minutes(found) == {one.person.family_name: (real[one],) * 2 for one in officers}
    nothing = compare(
        department_id=other_department.id, from_date=date(2026, 3, 1), until_date=date(2026, 4, 1),
        document=example("us"),
    )  # fmt: skip
    assert (nothing.awards, nothing.shifts, nothing.people) == (0, 0, 0)


def test_hours_accumulate_as_they_would_have(department: Tenant, officers: list[Officer]) -> None:
    """By hours each has one; by seniority alone the longest-serving has all three."""
    for day in (5, 12, 19):
        held(department, day, officers)
    found = what_if(department, award_order={"keys": ["seniority_date", "draw"]})
    assert minutes(found) == {"Alder": (240, 720), "Birch": (240, 0), "Cedar": (240, 0)}
    assert (found.before.coefficient, float(found.after.coefficient)) == (0, pytest.approx(2 / 3))
    assert [one.shift.starts_at.day for one in found.changed] == [12, 19]
    [gained], [lost] = found.changed[0].gained, found.changed[0].lost
    assert (gained.name, lost.name) == (officers[0].display_name, officers[1].display_name)
    assert gained.sentence.startswith("1st of 3")
    assert lost.sentence.startswith("2nd of 3")
    # And the way back: from what was really decided by seniority, hours would have spread it.
    assert found.before.bill == found.after.bill


def test_a_stricter_rule_denies_and_leaves_places_unfilled(department: Tenant, officers: list[Officer]) -> None:
    for day in (5, 6):
        held(department, day, officers, places=2)
    limit = {
        "id": "one-a-week", "window": "week", "buckets": ["extra_duty"], "limit_minutes": 240,
        "outcome": "deny",
    }  # fmt: skip
    found = what_if(department, hour_limits=[limit])
    # On the 6th the two who worked on the 5th are denied; one place finds nobody.
    assert (found.before.denials, found.after.denials) == (0, 2)
    assert [(one.rule_id, one.before, one.after) for one in found.rules] == [("one-a-week", 0, 2)]
    assert (found.before.unfilled, found.after.unfilled) == (0, 1)
    assert found.after.bill.cents < found.before.bill.cents
    [change] = found.changed
    assert "one-a-week" in change.lost[0].sentence


def test_the_draft_prices_what_it_fills(department: Tenant, officers: list[Officer]) -> None:
    held(department, 5, officers)
    card = example("ontario")["rate_card"]
    ranks = [{**rank, "bill_rate_cents_per_hour": rank["bill_rate_cents_per_hour"] * 2} for rank in card["ranks"]]
    found = what_if(department, rate_card={**card, "ranks": ranks})
    assert found.after.bill.cents > found.before.bill.cents > 0
    assert not found.changed


def test_a_draft_with_mistakes_a_backward_period_and_too_much_are_refused(
    department: Tenant, officers: list[Officer], monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(PolicyInvalid):
        what_if(department, currency="shells")
    with pytest.raises(PeriodBackwards):
        compare(
            department_id=department.id, from_date=date(2026, 4, 1), until_date=date(2026, 4, 1),
            document=example("ontario"),
        )  # fmt: skip
    for day in (5, 6):
        held(department, day, officers)
    monkeypatch.setattr("marketplace.what_if_history.MAXIMUM_AWARDS", 1)
    with pytest.raises(TooManyAwards, match="has 2 awards; 1 can be made again"):
        what_if(department)


def test_queries_do_not_grow_with_the_past(
    department: Tenant, officers: list[Officer], django_assert_max_num_queries: Any
) -> None:
    for day in (5, 6, 7, 8):
        held(department, day, officers)
    with django_assert_max_num_queries(12):
        what_if(department)
