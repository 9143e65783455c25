"""An officer rates the site on a phone, with a thumb, and reads what was said: small, readable, no script errors."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from marketplace.models import Assignment, ClientMember
from ratings.models import Rating
from ratings.moderating import report
from tenants.models import Tenant
from tests.factories.clients import govern
from tests.factories.departments import make_officer
from tests.factories.people import actor_for, make_person
from tests.factories.venues import STARTS_AT
from tests.portals.phone import Phone, apart, must_be_fit, phone
from tests.ratings.stage import SOON, by_client, by_officer, worked

COMMENT = "Stood where the plan said, and was kind to the lost children."


@pytest.fixture
def assignment(
    committed_database: None, as_worker: None, department: Tenant, monkeypatch: pytest.MonkeyPatch
) -> Assignment:
    monkeypatch.setattr("kernel.clock.now", lambda: SOON)
    govern(department)
    assignment = worked(department, make_officer(department))
    by_client(assignment, comment=COMMENT)
    return assignment


@pytest.fixture
def hand(assignment: Assignment) -> Iterator[Phone]:
    with phone() as held:
        held.sign_in(assignment.officer.person)
        yield held


def picture(page: Page, name: str) -> None:
    """For looking at: MUSTER_PICTURES names a folder."""
    if folder := os.environ.get("MUSTER_PICTURES"):
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


def test_a_site_is_rated_with_a_thumb_and_the_other_side_read(hand: Phone, assignment: Assignment) -> None:
    faults: list[str] = []
    page = hand.open(reverse("officer:ratings"))
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    expect(page.get_by_text(COMMENT)).to_have_count(0)
    must_be_fit(page)
    picture(page, "before")
    page.get_by_role("link", name=assignment.shift.job.title).click()
    must_be_fit(page)
    for group, mark in (("Briefing", "4"), ("Safety", "5, very good"), ("Conduct of the client's people", "4")):
        page.get_by_role("group", name=group).get_by_label(mark, exact=True).check()
    picture(page, "rate")
    page.get_by_role("button", name="Send the rating").click()
    expect(page.get_by_text(COMMENT)).to_be_visible()
    must_be_fit(page)
    picture(page, "after")
    page.get_by_role("link", name="Reply").click()
    page.get_by_label("Your reply").fill("Thank you. The briefing helped.")
    must_be_fit(page)
    picture(page, "reply")
    page.get_by_role("button", name="Send the reply").click()
    expect(page.get_by_text("The briefing helped.")).to_be_visible()
    picture(page, "replied")
    assert apart(lambda: Rating.objects.get(rater_kind="officer").marks) == {"briefing": 4, "safety": 5, "conduct": 4}
    assert faults == []


def test_the_clients_and_the_operators_pages_are_fit_for_a_phone(hand: Phone, assignment: Assignment) -> None:
    def stage() -> list[object]:
        kim, ola = make_person(given_name="Kim"), make_person(given_name="Ola")
        ola.is_staff = True
        ola.save()
        ClientMember.objects.create(client=assignment.shift.job.client, person=kim, started_at=STARTS_AT)
        of_site = by_officer(assignment, 2, comment="The gate had no light and nobody knew whom to call.")
        report(rating=of_site, reason="There was a light.", actor=actor_for(kim), at=SOON)
        return [kim, ola]

    for person, name in zip(apart(stage), ("client:ratings", "operator:rating_reports"), strict=True):
        hand.sign_in(person)  # type: ignore[arg-type]
        page = hand.open(reverse(name))
        must_be_fit(page)
        picture(page, name.replace(":", "-"))
