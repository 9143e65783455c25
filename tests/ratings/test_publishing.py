"""Figures move in batches, equal what their ratings come to, and tell nobody who gave what."""

import io
import json
import random
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from threading import Barrier

import pytest
from django.core.management import CommandError, call_command
from django.test import Client as Browser
from django.urls import reverse

from marketplace.models import Assignment, Client, Officer
from ratings import nightly
from ratings.models import Rating, RatingSummary, SiteSummary
from ratings.publishing import scan_batches
from ratings.summaries import NO_RATINGS, site_figures_of, summary_of
from ratings.verifying import differences
from tenants.models import Tenant
from tests.factories.clients import govern
from tests.factories.departments import make_officer
from tests.factories.people import make_person
from tests.factories.threads import run_together
from tests.factories.venues import STARTS_AT
from tests.ratings.stage import RELEASED_AT, by_client, by_department, by_officer, make_client, worked

DAY = timedelta(days=1)
LATER = RELEASED_AT + 20 * DAY


@pytest.fixture
def officer(department: Tenant) -> Officer:
    govern(department)
    return make_officer(department)


@pytest.fixture
def rated(department: Tenant, officer: Officer) -> Callable[..., Rating]:
    """A shift on the day given, rated by its client a few hours later."""

    def rate(mark: int, *, day: int, client: Client | None = None) -> Rating:
        starts_at = STARTS_AT + day * DAY
        assignment = worked(department, officer, client=client, starts_at=starts_at)
        return by_client(assignment, mark, at=starts_at + timedelta(hours=6))

    return rate


def shown(officer: Officer) -> tuple[int, Decimal | None]:
    summary = summary_of([officer.id])[officer.id]
    return summary.count, summary.average


def test_nothing_shows_before_a_batch_of_three_is_released(officer: Officer, rated: Callable[..., Rating]) -> None:
    assert summary_of([officer.id]) == {officer.id: NO_RATINGS}
    for day, mark in enumerate((5, 4, 5)):
        rated(mark, day=day)
    # The third shift's seven days end two days after the first's.
    assert scan_batches(at=RELEASED_AT + 2 * DAY - timedelta(microseconds=1)) == 0
    assert shown(officer) == (0, None)
    assert scan_batches(at=RELEASED_AT + 2 * DAY) == 1
    # (5 x 4.00 + 14) / (5 + 3)
    assert shown(officer) == (3, Decimal("4.3"))
    assert scan_batches(at=LATER) == 0


def test_one_more_rating_moves_nothing_until_two_others_join_it(officer: Officer, rated: Callable[..., Rating]) -> None:
    for day in range(3):
        rated(5, day=day)
    scan_batches(at=LATER)
    before = RatingSummary.objects.values().get()
    for day in (3, 4):
        rated(1, day=day)
        assert scan_batches(at=LATER) == 0
        assert RatingSummary.objects.values().get() == before
    rated(1, day=5)
    assert scan_batches(at=LATER) == 1
    assert shown(officer)[0] == 6


def test_no_change_of_a_figure_ever_tells_a_single_rating(officer: Officer, rated: Callable[..., Rating]) -> None:
    """Whatever comes in whatever order: between two figures that differ lie three ratings or more, of two raters."""
    draw, clients = random.Random(7), [make_client(f"Client {number}") for number in range(3)]
    held: set[object] = set()
    for day in range(15):
        rated(draw.randint(1, 5), day=day, client=draw.choice(clients))
        scan_batches(at=STARTS_AT + day * DAY + timedelta(days=8))
        counted = Rating.objects.exclude(counted_at=None)
        fresh = [one for one in counted if one.id not in held]
        assert not fresh or (len(fresh) >= 3 and len({one.client_id for one in fresh}) >= 2)
        held |= {one.id for one in fresh}
    assert held


def test_three_ratings_of_one_client_alone_are_no_batch(officer: Officer, rated: Callable[..., Rating]) -> None:
    client = make_client()
    for day in range(4):
        rated(2, day=day, client=client)
    assert scan_batches(at=LATER) == 0
    rated(5, day=4)
    assert scan_batches(at=LATER) == 1
    assert shown(officer)[0] == 5


def test_what_both_have_said_counts_at_once(department: Tenant, officer: Officer) -> None:
    for day in range(2):
        starts_at = STARTS_AT + day * DAY
        assignment = worked(department, officer, starts_at=starts_at)
        at = starts_at + timedelta(hours=6)
        by_client(assignment, at=at)
        by_department(assignment, at=at)
        by_officer(assignment, at=at)
    assert scan_batches(at=STARTS_AT + DAY + timedelta(hours=7)) == 1
    assert shown(officer) == (4, Decimal("4.0"))


def test_sites_are_rated_by_client_over_all_its_venues(department: Tenant) -> None:
    govern(department)
    client, bystander = make_client(), make_client("Bystander")
    for mark in (1, 1, 2):
        by_officer(worked(department, make_officer(department), client=client), mark)
    by_officer(worked(department, make_officer(department), client=bystander), 1)
    assert scan_batches(at=LATER) == 1
    # (5 x 4.00 + 4) / 8
    figures = site_figures_of(client_id=client.id)
    assert (figures.count, figures.average, figures.briefing) == (3, Decimal("3.0"), Decimal("3.0"))
    assert site_figures_of(client_id=bystander.id).average is None
    assert list(differences()) == []


def test_the_platforms_mean_is_the_prior_once_it_is_known(department: Tenant, officer: Officer) -> None:
    other = make_officer(department)
    RatingSummary.objects.create(officer=other, count=100, punctuality_sum=300, appearance_sum=200, conduct_sum=100)
    for day in range(3):
        by_client(worked(department, officer, starts_at=STARTS_AT + day * DAY), 5, at=STARTS_AT + (day + 1) * DAY)
    scan_batches(at=LATER)
    row = RatingSummary.objects.get(officer=officer)
    assert row.prior == {"punctuality": 300, "appearance": 200, "conduct": 100}
    # (5 x 3 + 15) / 8, (5 x 2 + 15) / 8, (5 x 1 + 15) / 8, and the mean of the three
    assert (row.punctuality_tenths, row.appearance_tenths, row.conduct_tenths, row.average_tenths) == (38, 31, 25, 31)


@pytest.mark.parametrize("seed", [1, 2])
def test_the_order_of_ratings_changes_nothing(department: Tenant, officer: Officer, seed: int) -> None:
    marks = [(day, 1 + day % 5) for day in range(6)]
    random.Random(seed).shuffle(marks)
    for day, mark in marks:
        by_client(worked(department, officer, starts_at=STARTS_AT + day * DAY), mark, at=STARTS_AT + 10 * DAY)
    scan_batches(at=LATER)
    assert shown(officer) == (6, Decimal("3.3"))


@pytest.mark.parametrize(
    ("spoilt", "said"),
    [({"conduct_sum": 15}, "conduct sum 15"), ({"average_tenths": 50}, "average"), ({"count": 4}, "count 4")],
)
def test_a_figure_that_is_not_what_was_rated_is_found(
    officer: Officer, rated: Callable[..., Rating], spoilt: dict[str, int], said: str
) -> None:
    for day in range(3):
        rated(4, day=day)
    scan_batches(at=LATER)
    output = io.StringIO()
    call_command("verify_ratings", stdout=output)
    assert json.loads(output.getvalue()) == {"in_order": True, "differences": []}
    RatingSummary.objects.update(**spoilt)
    with pytest.raises(CommandError):
        call_command("verify_ratings", stdout=(output := io.StringIO()))
    assert said in output.getvalue()
    RatingSummary.objects.all().delete()
    assert "is missing: 3 ratings" in next(iter(differences()))


def test_every_night_once_every_figure_is_computed_again(
    officer: Officer, rated: Callable[..., Rating], caplog: pytest.LogCaptureFixture
) -> None:
    for day in range(3):
        rated(4, day=day)
    scan_batches(at=LATER)
    two = LATER.replace(hour=2, minute=0)
    assert nightly.run_due(at=two).differences == 0  # type: ignore[union-attr]
    assert (nightly.is_due(at=two + timedelta(hours=23)), nightly.run_due(at=two + timedelta(hours=23))) == (
        False,
        None,
    )
    RatingSummary.objects.update(conduct_sum=15)
    found = nightly.run_due(at=two + timedelta(days=1))
    assert found is not None
    assert found.differences >= 1
    assert "conduct sum 15" in str(found.examples)
    assert "A shown rating differs from what was rated" in caplog.text
    person = make_person()
    person.is_staff = True
    person.save(update_fields=["is_staff"])
    operator = Browser()
    operator.force_login(person)
    page = operator.get(reverse("operator:rating_reports", urlconf="config.urls_public"))
    assert "conduct sum 15" in page.content.decode()


def test_two_scans_at_once_count_a_batch_once(committed_database: None, department: Tenant, officer: Officer) -> None:
    for day in range(3):
        by_client(worked(department, officer, starts_at=STARTS_AT + day * DAY), 5, at=STARTS_AT + (day + 1) * DAY)
    start = Barrier(2)

    def scan() -> int:
        start.wait()
        return scan_batches(at=LATER)

    assert sorted(run_together(scan, scan)) == [0, 1]
    assert RatingSummary.objects.get().count == 3
    assert list(differences()) == []
    assert not SiteSummary.objects.exists()


def test_an_assignment_of_another_officer_is_a_bystander(
    department: Tenant, officer: Officer, rated: Callable[..., Rating]
) -> None:
    bystander: Assignment = worked(department, make_officer(department))
    by_client(bystander)
    for day in range(3):
        rated(4, day=day)
    scan_batches(at=LATER)
    assert not RatingSummary.objects.filter(officer=bystander.officer).exists()
