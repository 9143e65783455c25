"""Every page of every menu, by everybody who has that menu: clean, reachable for all, and fitting a phone."""

import pytest
from playwright.sync_api import expect

from tests.journeys.acts.signing_in import sign_in
from tests.journeys.conftest import Arrive
from tests.journeys.surroundings import Surroundings
from tests.journeys.visitors import DESK, PHONE

# Who sees some of the coordinator's pages, with fewer buttons: their first page and their menu are looked at. That each
# role reads what it may is asked without a browser, by the crawler.
SAME_PAGES = {"payroll", "supervisor"}
PEOPLE = [
    pytest.param("claire@harbourfestival.example", "", id="client"),
    pytest.param("owen.campbell@lakeshore.example", "", id="officer"),
    pytest.param("dana.whitfield@lakeshore.example", "lakeshore", id="coordinator"),
    pytest.param("paul.gauthier@lakeshore.example", "lakeshore", id="payroll"),
    pytest.param("luis.navarro@cedarbasin.example", "cedarbasin", id="supervisor"),
    pytest.param("iris.calloway@northgate.example", "northgate", id="agency"),
    pytest.param("operator@muster.example", "", id="operator"),
]


@pytest.mark.parametrize(("email", "slug"), PEOPLE)
def test_the_pages_of_a_menu(
    arrive: Arrive, surroundings: Surroundings, request: pytest.FixtureRequest, email: str, slug: str
) -> None:
    who = request.node.callspec.id
    somebody = arrive(f"menu-{who}")
    host = surroundings.portal(slug) if slug else surroundings.base_url
    sign_in(somebody, email, host=host)
    entries = somebody.page.locator("nav:is([aria-label=Main], [aria-label=Sections]) a").all()
    addresses = {entry.get_attribute("href") or "": (entry.text_content() or "").strip() for entry in entries}
    assert addresses
    for address, label in list(addresses.items())[: 1 if who in SAME_PAGES else None]:
        somebody.visit(host + address)
        expect(somebody.page.get_by_role("heading", level=1)).to_be_visible()
        somebody.look_at(label.lower().replace(" ", "-"))
        somebody.page.set_viewport_size(PHONE)
        somebody.must_fit()
        somebody.page.set_viewport_size(DESK)


@pytest.mark.parametrize("slug", ["lakeshore", "northgate"])
def test_front_doors(arrive: Arrive, surroundings: Surroundings, slug: str) -> None:
    visitor = arrive(f"door-{slug}")
    visitor.visit(surroundings.portal(slug))
    visitor.look_at("front")
    visitor.visit("/terms/")
    visitor.look_at("terms")
