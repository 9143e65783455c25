"""Opening an account, and signing in on any host."""

from config.demo_data import PASSWORD
from tests.journeys.visitors import Visitor

OWN_PASSWORD = "a-long-walk-by-the-lake-7"


def sign_up(visitor: Visitor, *, given_name: str, family_name: str, email: str) -> None:
    """From the sign-up page, already open, through the mailed code."""
    visitor.fill("Given name", given_name)
    visitor.fill("Family name", family_name)
    visitor.page.get_by_label("Email", exact=False).filter(visible=True).first.fill(email)
    visitor.page.get_by_label("Password", exact=False).filter(visible=True).first.fill(OWN_PASSWORD)
    visitor.page.get_by_label("I accept the terms of service").check()
    visitor.page.locator("main form button[type=submit]").first.click()
    code = visitor.surroundings.mailed_code(email)
    visitor.page.get_by_label("Code").fill(code)
    visitor.page.locator("main form button[type=submit]").first.click()


def sign_in(visitor: Visitor, email: str, *, host: str = "", password: str = PASSWORD) -> None:
    """On the marketplace's host, or on another `host` of the platform."""
    visitor.visit(f"{host or visitor.surroundings.base_url}/accounts/login/")
    visitor.page.get_by_label("Email", exact=False).filter(visible=True).first.fill(email)
    visitor.page.get_by_label("Password", exact=True).filter(visible=True).first.fill(password)
    visitor.page.locator("main form button[type=submit]").first.click()
    visitor.page.wait_for_url(lambda address: "/accounts/login" not in address)
