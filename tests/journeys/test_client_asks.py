"""From the front page to a request that is sent, and what a visitor is told when it cannot be."""

from playwright.sync_api import expect

from tests.journeys.acts.asking import Wish, afternoon, answer_until_price, say_who_pays, send
from tests.journeys.acts.signing_in import sign_up
from tests.journeys.conftest import Arrive
from tests.journeys.surroundings import Surroundings


def test_a_price_before_any_account_then_sign_up_and_send(arrive: Arrive, surroundings: Surroundings) -> None:
    email = "robin@castleeventsgroup.example"
    client = arrive("client")
    client.visit("/")
    client.look_at("landing")
    client.page.get_by_label("Where do you need officers?").fill("1340 Lakeshore Road, Burlington ON L7S 1B1")
    client.press("Get a price")
    wish = Wish(
        title="Pier concert, opening night",
        event="Festival or street event",
        address="1340 Lakeshore Road, Burlington ON L7S 1B1",
        place="Spencer Pier",
        latitude="43.3228",
        longitude="-79.7987",
        zone="America/Toronto",
        starts_at=afternoon(surroundings.now(), days_ahead=12, zone="America/Toronto"),
        hours=5,
        headcounts={"Constables": 2},
    )
    answer_until_price(client, wish, photograph=True)
    # 2 × 5 h × 109.75 with 13 % in it is 971.24 without; 6 % service fee are 58.27; 13 % of both are 133.84.
    for amount in ("$971.24", "$58.27", "$133.84", "$1,163.35"):
        client.must_see(amount)
    client.press("Continue")
    expect(client.heading("Who asks?")).to_be_visible()
    client.press("Open an account")
    client.look_at("sign-up")
    sign_up(client, given_name="Robin", family_name="Castle", email=email)
    say_who_pays(client, name="Castle Events Group", address="9 Brant Street, Burlington ON", phone="+19055550119")
    client.look_at("request-you")
    client.press("Continue")
    expect(client.heading("Check your answers")).to_be_visible()
    client.must_see("$1,163.35")
    client.look_at("request-check")
    reference = send(client)
    client.look_at("request-sent")
    client.press("Follow your request")
    client.must_see(reference)
    client.look_at("job-submitted")
    assert reference in surroundings.mail(email, about=reference)["text"]
