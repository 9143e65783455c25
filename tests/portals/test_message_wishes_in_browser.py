"""The pages about messages on a phone and on a desk: nothing wider than the screen, nothing to complain of."""

import pytest

from kernel import clock
from marketplace.inviting import scan_waves
from marketplace.models import Shift
from tenants.models import Tenant
from tests.factories.clients import fund, govern, make_requester, submit
from tests.factories.departments import make_officer
from tests.factories.outbox import drain
from tests.factories.venues import NOW, job_terms, shift_terms
from tests.portals.in_browser import browsing, keep_picture
from tests.portals.test_department_requests import address, staff

pytestmark = [pytest.mark.usefixtures("committed_database", "as_worker")]
FITS = "document.documentElement.scrollWidth <= innerWidth"


def test_wishes_and_waves_fit_every_screen(department: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    govern(department, messages={"wave_sizes": [2, 1]})
    officers = [make_officer(department, family_name=name) for name in ("Zane", "Moss", "Abel", "Quill")]
    drain(at=NOW)
    job = fund(submit(make_requester(), terms=job_terms(shifts=(shift_terms(ranks={"constable": 1}),))))
    drain(at=NOW)
    shift = Shift.objects.get(job=job)
    _, coordinator = staff(department)
    monkeypatch.setattr(clock, "now", lambda: NOW)
    for width in (360, 1280):
        with browsing(officers[0].person, width=width) as (page, complaints):
            page.goto("/officer/profile/messages/")
            page.get_by_label("Quiet from").fill("22:00")
            keep_picture(page, f"message-wishes-{width}")
            page.get_by_role("button", name="Save").click()
            keep_picture(page, f"message-wishes-refused-{width}")
            page.get_by_text("Say when the quiet hours begin").first.wait_for()
            assert page.get_by_label("Quiet from").input_value() == "22:00"
            assert page.evaluate(FITS)
        assert [one for one in complaints if "422" not in one] == []
        with browsing(coordinator, host=f"{department.slug}.localhost", width=width) as (page, complaints):
            page.goto(address("staffing", shift_id=shift.id))
            page.get_by_text("By name").click()
            page.get_by_text("Wave 1 of 3: 2 officers told.").wait_for()
            keep_picture(page, f"who-was-told-{width}")
            assert page.evaluate(FITS)
        assert complaints == []
    assert scan_waves(at=NOW) == 0
