"""No rating is a factor in an award, unless the department's policy names it."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test.utils import override_settings

from marketplace.awarding import award_shift, replay_award
from marketplace.bidding import place_bid
from marketplace.models import Award, Officer, Shift
from ratings.awards import tenths_for_award
from ratings.models import RatingSummary
from tenants.models import Tenant
from tests.factories.clients import govern
from tests.factories.departments import SETTING_UP, make_officer
from tests.factories.jobs import make_job, make_shift
from tests.factories.people import actor_for
from tests.factories.venues import NOW, STARTS_AT

pytestmark = pytest.mark.django_db


@pytest.fixture
def officers(department: Tenant) -> list[Officer]:
    return [make_officer(department, seniority_date=date(2010 + year, 1, 1)) for year in range(3)]


def under(department: Tenant, keys: list[str]) -> None:
    govern(department, award_order={"keys": keys})


def bid_for(officers: list[Officer], shift: Shift) -> None:
    for officer in officers:
        place_bid(officer=officer, shift_id=shift.id, actor=actor_for(officer.person), at=NOW + timedelta(hours=1))


def next_shift(department: Tenant, number: int) -> Shift:
    starts_at = STARTS_AT + timedelta(days=number)
    return make_shift(make_job(department, at=NOW), starts_at=starts_at, at=NOW)


def awarded(shift: Shift) -> Award:
    award_shift(shift_id=shift.id, actor=SETTING_UP, at=shift.starts_at - timedelta(hours=24))
    return Award.objects.get(shift=shift)


def rate(officers: list[Officer], tenths: tuple[int | None, ...]) -> None:
    RatingSummary.objects.all().delete()
    for officer, figure in zip(officers, tenths, strict=True):
        RatingSummary.objects.create(officer=officer, count=9, average_tenths=figure)


def outcome(award: Award) -> list[Any]:
    entries = award.snapshot["ranking"]["entries"]
    return [(one["officer_id"], one["outcome"], one["decided_by"], one["sentence"]) for one in entries]


def test_without_the_key_every_permutation_of_ratings_gives_the_same_award(
    department: Tenant, officers: list[Officer]
) -> None:
    under(department, ["seniority_date", "draw"])
    found = []
    for number, figures in enumerate(((10, 30, 50), (50, 30, 10), (30, 50, 10), (None, None, None))):
        rate(officers, figures)
        shift = next_shift(department, number)
        bid_for(officers, shift)
        # Not so much as read.
        with override_settings(AWARD_RATINGS="nowhere.at_all"):
            award = awarded(shift)
        found.append(outcome(award))
        assert "rating" not in str(award.snapshot["ranking"])
    assert found[1:] == found[:1] * 3


def test_with_the_key_the_best_rated_goes_first_and_reads_why(department: Tenant, officers: list[Officer]) -> None:
    under(department, ["rating", "seniority_date", "draw"])
    rate(officers, (38, 47, None))
    shift = next_shift(department, 0)
    bid_for(officers, shift)
    award = awarded(shift)
    entries = award.snapshot["ranking"]["entries"]
    # Nothing is known of the third: the neutral 4.0 is neither a help nor a harm.
    assert [(one["officer_id"], one["key_values"]["rating"]) for one in entries] == [
        (str(officers[1].id), 47),
        (str(officers[2].id), 40),
        (str(officers[0].id), 38),
    ]
    assert [one["sentence"] for one in entries] == [
        "1st of 3: rating 4.7; the first who did not get it: rating 4.0.",
        "2nd of 3: rating 4.0; the award went to rating 4.7.",
        "3rd of 3: rating 3.8; the award went to rating 4.7.",
    ]
    assert entries[2]["change"] == "It would have been won with rating higher than 4.7."
    # The figure that was used is the snapshot's: what is rated later changes nothing.
    rate(officers, (50, 10, 10))
    award.refresh_from_db()
    assert replay_award(award=award)


def test_whoever_has_no_figure_counts_as_usual_on_the_platform(officers: list[Officer]) -> None:
    assert tenths_for_award([one.id for one in officers]) == {one.id: 40 for one in officers}
    prior = {"punctuality": 450, "appearance": 461, "conduct": 470}
    RatingSummary.objects.create(officer=officers[0], count=3, average_tenths=31, prior=prior, counted_at=NOW)
    assert tenths_for_award([officers[0].id, officers[1].id]) == {officers[0].id: 31, officers[1].id: 46}
