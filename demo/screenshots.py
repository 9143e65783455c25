"""Pictures of each main page, when there is a Chromium: as a stranger, client, officer (phone), desk, stand-ins."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from demo.stage import Stage, Troupe
from embedded.browser import find_chromium

DESK = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}


@dataclass(frozen=True)
class Look:
    """Somebody's pages: (name of the picture, path). `token` is their session, empty for a stranger."""

    host: str
    token: str
    size: dict[str, int]
    pages: tuple[tuple[str, str], ...]
    port: int


def take(stage: Stage, troupes: list[Troupe], folder: Path) -> list[Path]:
    """The pictures made; none without a browser. A page that fails is left out: the tests look at pages, not this."""
    chromium = find_chromium()
    if chromium is None:
        return []
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return []
    target = folder / "screenshots"
    target.mkdir(exist_ok=True)
    made: list[Path] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(chromium), args=["--no-sandbox", "--host-resolver-rules=MAP *.localhost 127.0.0.1"]
        )
        for look in _looks(stage, troupes):
            context = browser.new_context(viewport=look.size, reduced_motion="reduce", locale="en-CA")  # type: ignore[arg-type]
            base = f"http://{look.host}:{look.port}"
            if look.token:
                # The sign-in endpoints' token is the key of an ordinary session.
                context.add_cookies([{"name": "session", "value": look.token, "url": base}])
            page = context.new_page()
            page.set_default_timeout(8000)
            for name, path in look.pages:
                answer = page.goto(f"{base}{path}", wait_until="load")
                if answer is not None and answer.ok:
                    file = target / f"{name}.png"
                    page.screenshot(path=str(file), full_page=look.size is DESK)
                    made.append(file)
            context.close()
        browser.close()
    return made


def _looks(stage: Stage, troupes: list[Troupe]) -> Iterable[Look]:
    troupe = troupes[0]
    worker = troupe.workers[0]
    slug = troupe.script.department.slug
    port, job = stage.port, troupe.job_id
    yield Look("localhost", "", DESK, (("home", "/"), ("request", "/request/"), ("sign-in", "/accounts/login/")), port)
    yield Look(f"{slug}.localhost", "", DESK, (("department", "/"),), port)
    yield Look(
        "localhost",
        troupe.client.token,
        DESK,
        (
            ("client-jobs", "/client/jobs/"),
            ("client-job", f"/client/jobs/{job}/"),
            ("client-contract", f"/client/contracts/{troupe.contract_id}/"),
            ("client-invoices", "/client/invoices/"),
        ),
        port,
    )
    yield Look(
        "localhost",
        worker.caller.token,
        PHONE,
        (
            ("officer-near-me", "/officer/near-me/"),
            ("officer-shifts", "/officer/shifts/"),
            ("officer-shift", f"/officer/shifts/{worker.assignment_id}/"),
            ("officer-earnings", "/officer/earnings/"),
            ("officer-profile", "/officer/profile/"),
        ),
        port,
    )
    yield Look(
        f"{slug}.localhost",
        troupe.coordinator.token,
        DESK,
        (
            ("desk-today", "/desk/"),
            ("desk-requests", "/desk/requests/"),
            ("desk-request", f"/desk/requests/{job}/"),
            ("desk-award", f"/desk/awards/{troupe.asked['awards'][0]}/"),
            ("desk-hours", "/desk/hours/"),
            ("desk-roster", "/desk/roster/"),
            ("desk-policy", "/desk/policy/"),
            ("desk-money", "/desk/money/"),
            ("desk-job-money", f"/desk/money/{job}/"),
        ),
        port,
    )
    yield Look(
        "localhost",
        "",
        DESK,
        (("stand-ins", "/"), ("stand-ins-mailbox", "/mailbox"), ("stand-ins-phones", "/phones")),
        stage.sandbox_port,
    )
