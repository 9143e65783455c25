"""Accepting a contract and paying it on the provider's page."""

import re

from playwright.sync_api import expect

from tests.journeys.visitors import Visitor


def accept_contract(visitor: Visitor, *, photograph: bool = False) -> None:
    """From the job's page, as soon as the contract is there."""
    read_and_accept = visitor.page.get_by_role("link", name="Read and accept")
    visitor.reload_until(read_and_accept)
    read_and_accept.click()
    expect(visitor.heading(re.compile("Contract, version"))).to_be_visible()
    if photograph:
        visitor.look_at("contract")
    visitor.page.get_by_label(re.compile("I accept version")).check()
    visitor.press("Accept the contract")


def pay(visitor: Visitor) -> None:
    """From the accepted contract to the page that says that the money has arrived."""
    visitor.press("Continue to payment")
    expect(visitor.page).to_have_url(re.compile(re.escape(visitor.surroundings.sandbox_url)))
    visitor.press(re.compile("^Pay "))
    expect(visitor.heading("Payment received")).to_be_visible(timeout=30_000)
