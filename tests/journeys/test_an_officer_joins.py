"""Joining by invitation, in a department whose officers are paid directly; and leaving the same minute."""

from playwright.sync_api import expect

from tests.journeys.acts.joining import (
    Recruit,
    accept_invitation,
    open_bank_account,
    prove_phone,
    put_on_roster,
    say_where_home_is,
)
from tests.journeys.acts.signing_in import sign_in
from tests.journeys.conftest import Arrive
from tests.journeys.surroundings import Surroundings


def test_from_the_roster_to_work_near_home_and_out_again(arrive: Arrive, surroundings: Surroundings) -> None:
    number = f"{surroundings.now():%H%M%S}"
    recruit = Recruit(
        given_name="Ines",
        family_name=f"Calder{number}",
        badge_number=f"7{number}",
        rank="Police officer",
        email=f"ines.calder{number}@cedarbasin.example",
        phone=f"+1817555{number[-4:]}",
        postal_code="76033",
    )
    desk = surroundings.portal("cedarbasin")
    coordinator, officer = arrive("desk-cedarbasin"), arrive("recruit", on_phone=True)
    sign_in(coordinator, "joanna.pierce@cedarbasin.example", host=desk)
    put_on_roster(coordinator, desk, recruit)
    accept_invitation(officer, recruit)
    prove_phone(officer, recruit)
    say_where_home_is(officer, recruit)
    open_bank_account(officer)
    officer.press("Find work near me")
    expect(officer.heading("Near me")).to_be_visible()
    officer.visit("/officer/profile/")
    officer.look_at("profile")

    coordinator.page.reload()
    coordinator.page.get_by_label("Take this member off the roster").check()
    coordinator.press("Take off the roster")
    coordinator.must_see("is off the roster")
    with officer.awaiting(403, 404):
        # The same minute: an event takes it from the department's own data to the marketplace.
        officer.visit("/officer/near-me/")
        officer.reload_until(officer.page.locator("main:not(:has(h1:text-is('Near me')))"), patience_seconds=60)
        officer.photograph("left")
