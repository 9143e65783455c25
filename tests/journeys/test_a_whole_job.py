"""One job by everybody who has a part in it: asked, approved, paid, bid for, worked, billed, rated."""

import contextlib
import re
from collections.abc import Iterator
from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import expect

from embedded.installation import WEB
from embedded.stack import Stack
from tests.journeys.acts import on_duty
from tests.journeys.acts.asking import Wish, afternoon, answer_until_price, send
from tests.journeys.acts.paying import accept_contract, pay
from tests.journeys.acts.reading import cents, rows_of_workbook, text_of_pdf
from tests.journeys.acts.signing_in import sign_in
from tests.journeys.conftest import Arrive
from tests.journeys.surroundings import Surroundings
from tests.journeys.visitors import Visitor

BIDDERS = ("amara.osei", "liam.tremblay", "priya.nair")
DECIDED = re.compile("^\\s*(Awarded|Backup|Not awarded)")


def test_a_job_from_request_to_statement(arrive: Arrive, surroundings: Surroundings, running: Stack | None) -> None:
    wish = _a_festival(surroundings)
    client, coordinator = arrive("client"), arrive("coordinator")
    reference = _client_asks(client, wish)
    _coordinator_finds_exports_approves(coordinator, wish, reference)
    _department_can_be_paid(coordinator)
    paid_cents = _client_accepts_and_pays(client)
    officers = [arrive(f"officer-{name.split('.')[0]}", on_phone=True) for name in BIDDERS]
    for officer, name in zip(officers, BIDDERS, strict=True):
        sign_in(officer, f"{name}@lakeshore.example")
    _officers_bid(officers, wish)
    surroundings.move_clock_to(wish.starts_at_utc.astimezone(UTC) - timedelta(hours=24) + timedelta(seconds=5))
    verified, denied = _award_is_explained(officers, wish)
    surroundings.move_clock_to(wish.starts_at_utc.astimezone(UTC) - timedelta(minutes=10))
    _one_clocks_in_on_the_pin(verified, wish)
    _the_other_without_a_position(denied, wish)
    surroundings.move_clock_to(wish.starts_at_utc.astimezone(UTC) + timedelta(hours=3, minutes=40))
    _clock_out(verified, wish)
    _clock_out_without_connection(denied, wish, running)
    _coordinator_reviews(coordinator, wish)
    billed_cents = _client_approves_and_rates(client, wish, paid_cents)
    _documents_agree(client, verified, billed_cents)
    _department_has_its_share(coordinator, wish)
    _payroll_matches_the_month_by_keys(arrive("payroll"), wish)


def _a_festival(surroundings: Surroundings) -> Wish:
    zone = "America/Toronto"
    return Wish(
        title=f"Harbour Days {surroundings.now():%H%M%S}",
        event="Festival or street event",
        address="2 Navy Street, Oakville ON L6J 2Y7",
        place="Lakeside Park",
        latitude="43.4412",
        longitude="-79.6672",
        zone=zone,
        starts_at=afternoon(surroundings.now(), days_ahead=4, zone=zone),
        hours=5,
        headcounts={"Constables": 2},
    )


def _client_asks(client: Visitor, wish: Wish) -> str:
    sign_in(client, "claire@harbourfestival.example")
    client.visit("/request/")
    answer_until_price(client, wish)
    client.press("Continue")
    expect(client.heading("Check your answers")).to_be_visible()
    reference = send(client)
    client.press("Follow your request")
    return reference


def _coordinator_finds_exports_approves(coordinator: Visitor, wish: Wish, reference: str) -> None:
    desk = coordinator.surroundings.portal("lakeshore")
    sign_in(coordinator, "dana.whitfield@lakeshore.example", host=desk)
    coordinator.visit(f"{desk}/desk/requests/")
    coordinator.page.get_by_role("search").locator("input[name=text]").fill(wish.title)
    coordinator.press("Search")
    expect(coordinator.page).to_have_url(re.compile("text=Harbour"))
    expect(coordinator.page.get_by_role("row").filter(has_text=wish.title)).to_have_count(1)
    coordinator.look_at("requests")
    (row,) = rows_of_workbook(coordinator.download("Excel"))
    assert (row["Reference"], row["Title"], row["Officers"]) == (reference, wish.title, 2)
    coordinator.press(wish.title)
    coordinator.look_at("request")
    coordinator.press("Approve")
    coordinator.must_see(f"{reference} is approved.")


def _department_can_be_paid(coordinator: Visitor) -> None:
    desk = coordinator.surroundings.portal("lakeshore")
    coordinator.visit(f"{desk}/desk/money/")
    able = coordinator.page.get_by_text("Can receive money", exact=True)
    if able.count():
        return
    coordinator.press("Set it up")
    expect(coordinator.heading("The department's account")).to_be_visible()
    coordinator.press("Set it up")
    expect(coordinator.heading("Where should your money go?")).to_be_visible()
    coordinator.press("Save and finish")
    expect(able).to_be_visible()


def _client_accepts_and_pays(client: Visitor) -> int:
    accept_contract(client, photograph=True)
    amount = cents(client.page.locator("p.text-3xl.figures").first.inner_text())
    pay(client)
    client.look_at("paid")
    client.press("Follow your job")
    return amount


def _officers_bid(officers: list[Visitor], wish: Wish) -> None:
    first = officers[0]
    on_duty.see_near_me(first, wish)
    # 5 h × 78.50, the largest thing on the card.
    first.must_see("$392.50")
    first.look_at("near-me")
    for officer in officers:
        on_duty.open_shift(officer, wish)
        on_duty.bid(officer)
    first.look_at("shift-bid-placed")
    first.press(re.compile("Undo the bid"))
    first.must_see("Your bid is withdrawn.")
    on_duty.bid(first)


def _award_is_explained(officers: list[Visitor], wish: Wish) -> tuple[Visitor, Visitor]:
    """Every bidder reads why. Returns the two who have the shift."""
    for officer in officers:
        officer.reload_until(officer.page.locator(".job-card .badge", has_text=DECIDED))
    winners = []
    for officer in officers:
        officer.look_at("award")
        if officer.page.get_by_role("link", name="Open your shift").is_visible():
            winners.append(officer)
    assert len(winners) == 2
    return winners[0], winners[1]


def _one_clocks_in_on_the_pin(officer: Visitor, wish: Wish) -> None:
    on_duty.stand_at(officer, wish)
    on_duty.open_own_shift(officer, wish)
    officer.look_at("clock-in")
    on_duty.clock(officer, "in")
    expect(officer.heading("You are on duty")).to_be_visible(timeout=20_000)
    officer.must_see("On site")
    officer.look_at("on-duty")


def _the_other_without_a_position(officer: Visitor, wish: Wish) -> None:
    officer.context.clear_permissions()
    on_duty.open_own_shift(officer, wish)
    on_duty.clock(officer, "in")
    officer.must_see("Write why, then tap again", patience_seconds=20)
    officer.look_at("clock-in-why")
    officer.page.locator("textarea").filter(visible=True).fill("The phone finds no position between the containers.")
    on_duty.clock(officer, "in")
    expect(officer.heading("You are on duty")).to_be_visible(timeout=20_000)
    officer.must_see("A coordinator will look")


def _clock_out(officer: Visitor, wish: Wish) -> None:
    on_duty.open_own_shift(officer, wish)
    on_duty.clock_out_early(officer)
    expect(officer.heading("Your hours")).to_be_visible(timeout=20_000)
    officer.must_see("The client is looking at these hours.")
    officer.look_at("clocked-out")


def _clock_out_without_connection(officer: Visitor, wish: Wish, running: Stack | None) -> None:
    """The server is stopped, the page comes from the phone, the punch outlives the page and arrives by itself."""
    on_duty.open_own_shift(officer, wish)
    shift = officer.page.url
    with officer.awaiting(502, 503, 504), _no_connection(officer, running):
        if running is not None:
            officer.page.reload()
            officer.must_see("No connection. You see this page as it was")
        on_duty.clock_out_early(officer)
        # The page says it at the clock, and then above it for as long as it waits.
        officer.must_see(re.compile("kept on this phone", re.IGNORECASE), patience_seconds=20)
        officer.photograph("offline")
        officer.page.close()
    officer.open_page()
    officer.visit("/officer/")
    officer.must_see(re.compile("Sent: Clocked out at"))
    officer.page.reload()
    officer.look_at("today")
    officer.visit(shift)
    expect(officer.heading("Your hours")).to_be_visible(timeout=20_000)


@contextlib.contextmanager
def _no_connection(officer: Visitor, running: Stack | None) -> Iterator[None]:
    """The web processes are stopped, and run again afterwards whatever happens: other journeys need them."""
    if running is None:
        officer.context.set_offline(True)
    else:
        running.stop(WEB)
    try:
        yield
    finally:
        if running is None:
            officer.context.set_offline(False)
        else:
            running.restart(WEB)


def _coordinator_reviews(coordinator: Visitor, wish: Wish) -> None:
    desk = coordinator.surroundings.portal("lakeshore")
    while True:
        coordinator.visit(f"{desk}/desk/hours/")
        waiting = coordinator.page.get_by_role("link").filter(has_text=wish.title)
        if not waiting.count():
            return
        waiting.first.click()
        coordinator.look_at("review")
        coordinator.page.get_by_role("textbox", name=re.compile("reason", re.I)).first.fill("Seen by the supervisor.")
        coordinator.press(re.compile("^Accept"))


def _client_approves_and_rates(client: Visitor, wish: Wish, paid_cents: int) -> int:
    client.page.reload()
    client.look_at("job-hours")
    for _ in range(2):
        client.press(re.compile("^Approve the hours of"))
        client.page.wait_for_load_state()
    client.reload_until(client.page.get_by_role("link", name=re.compile(r"^Invoice .*PDF")))
    client.look_at("job-settled")
    facts = client.page.locator("dl", has_text="Refunded").inner_text()
    paid, refunded, billed = (cents(amount) for amount in re.findall(r"\$[\d,]+\.\d\d", facts))
    assert paid == paid_cents
    assert paid - refunded == billed
    # Two officers, 3 h 40 worked, billed as 4 h: 878.00 with tax in it, and the service fee with its tax.
    assert billed == 93068
    client.press(re.compile("^Rate"))
    for category in ("Punctuality", "Appearance", "Conduct"):
        client.page.get_by_role("group", name=category).get_by_label(re.compile("^5")).check()
    client.page.get_by_label("Comment").fill("Calm and friendly with the crowd.")
    client.look_at("rate")
    client.press("Send the rating")
    client.must_see("Rated, thank you")
    return billed


def _documents_agree(client: Visitor, officer: Visitor, billed_cents: int) -> None:
    link = client.page.get_by_role("link", name=re.compile(r"^Invoice .*PDF")).last.get_attribute("href")
    invoice = text_of_pdf(client.fetch(link or ""))
    assert f"{billed_cents // 100:,}.{billed_cents % 100:02d}" in invoice
    officer.visit("/officer/earnings/")
    officer.look_at("earnings")
    statement = text_of_pdf(
        officer.fetch(
            officer.page.get_by_role("link", name=re.compile("^Statement ")).first.get_attribute("href") or ""
        )
    )
    # 4 h × 78.50.
    assert "314.00" in statement
    officer.must_see("$314.00")


def _department_has_its_share(coordinator: Visitor, wish: Wish) -> None:
    """Everything but the service fee and its tax: 878.00, which the department's payroll pays its officers from."""
    coordinator.visit(f"{coordinator.surroundings.portal('lakeshore')}/desk/money/")
    coordinator.page.get_by_role("link", name=wish.title).click()
    transferred = coordinator.page.get_by_role("row").filter(has_text="Transferred to payees")
    coordinator.reload_until(transferred.filter(has_text="$878.00"))
    coordinator.must_see("Captured equals the sum of the others, to the cent")
    coordinator.look_at("job-money")


def _payroll_matches_the_month_by_keys(payroll: Visitor, wish: Wish) -> None:
    """A accepts and goes on to the next row; Z takes that back from there, as whoever pressed too fast expects."""
    desk = payroll.surroundings.portal("lakeshore")
    sign_in(payroll, "paul.gauthier@lakeshore.example", host=desk)
    payroll.visit(f"{desk}/desk/reconciliation/{wish.starts_at_utc.astimezone(ZoneInfo(wish.zone)):%Y-%m}/")
    waiting = payroll.page.get_by_role("row").filter(has=payroll.page.get_by_role("button", name="Accept"))
    payroll.reload_until(waiting)
    name = waiting.first.get_attribute("id")
    row = payroll.page.locator(f"#{name}")
    row.focus()
    payroll.page.keyboard.press("a")
    expect(row).to_contain_text("Accepted by Paul Gauthier")
    payroll.page.keyboard.press("z")
    expect(row.get_by_role("button", name="Accept")).to_be_visible()
    payroll.look_at("reconciliation-keys")
