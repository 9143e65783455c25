"""From the roster to the first look at work: a coordinator invites, an officer joins on a phone."""

import re
from dataclasses import dataclass

from playwright.sync_api import expect

from tests.journeys.acts.signing_in import OWN_PASSWORD
from tests.journeys.visitors import Visitor


@dataclass(frozen=True)
class Recruit:
    given_name: str
    family_name: str
    badge_number: str
    rank: str
    email: str
    phone: str
    postal_code: str


def put_on_roster(coordinator: Visitor, desk: str, recruit: Recruit) -> None:
    coordinator.visit(f"{desk}/desk/roster/")
    coordinator.look_at("roster")
    coordinator.press("Add a member")
    for label, text in (
        ("Given name", recruit.given_name),
        ("Family name", recruit.family_name),
        ("Badge number", recruit.badge_number),
        ("Work e-mail", recruit.email),
        ("Serves since", "2019-03-04"),
    ):
        coordinator.fill(label, text)
    coordinator.page.get_by_label("Rank").select_option(label=recruit.rank)
    coordinator.page.get_by_label("Send the invitation now").check()
    coordinator.look_at("roster-add")
    coordinator.press("Add to the roster")
    expect(coordinator.heading(f"{recruit.given_name} {recruit.family_name}")).to_be_visible()
    coordinator.look_at("roster-member")


def accept_invitation(officer: Visitor, recruit: Recruit) -> None:
    mail = officer.surroundings.mail(recruit.email, about="invites you")
    code = re.search(r"\b[A-Z0-9]{8}\b", mail["text"].split("enter this code:")[1])
    assert code is not None
    officer.visit(next(link for link in mail["links"] if "/join/" in link))
    expect(officer.heading(f"Welcome, {recruit.given_name}")).to_be_visible()
    officer.look_at("invitation")
    officer.fill("Code from the e-mail", code.group())
    officer.fill("Choose a password", OWN_PASSWORD)
    officer.page.get_by_label("I accept the").check()
    officer.press("Join")
    officer.must_see("You have joined")
    officer.look_at("joined")
    officer.press("Go on")


def prove_phone(officer: Visitor, recruit: Recruit) -> None:
    expect(officer.heading("What is your mobile number?")).to_be_visible()
    officer.look_at("welcome-phone")
    officer.fill("Mobile number", recruit.phone)
    officer.press("Text me a code")
    expect(officer.heading("Enter the code")).to_be_visible()
    officer.fill("Code", officer.surroundings.texted_code(recruit.phone))
    officer.page.get_by_role("checkbox").check()
    officer.look_at("welcome-phone-code")
    officer.press("Verify the phone")


def say_where_home_is(officer: Visitor, recruit: Recruit) -> None:
    expect(officer.heading("Where do you set out from?")).to_be_visible()
    officer.page.get_by_label(re.compile("^Postal code")).fill(recruit.postal_code)
    officer.press("Show it on the map")
    officer.look_at("welcome-home")
    officer.press("That is right, go on")


def open_bank_account(officer: Visitor) -> None:
    """On the payment service's own page, and back."""
    expect(officer.heading("How you are paid")).to_be_visible()
    officer.look_at("welcome-payments")
    officer.press("Set up payments")
    expect(officer.heading("Where should your money go?")).to_be_visible()
    officer.press("Save and finish")
    expect(officer.heading(re.compile("You are ready"))).to_be_visible()
    officer.must_see("Ready to be paid")
    officer.look_at("welcome-done")
