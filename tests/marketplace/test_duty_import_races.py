"""An award and a duty import at the same moment. The first test takes the import's lock away and shows the unnoticed
overlap; the second puts it back."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from departments.importing.duty_rows import DutyRow
from departments.roster import member_of_officer
from marketplace import awarding, duty_importing
from marketplace.awarding import award_shift
from marketplace.bidding import place_bid
from marketplace.models import Assignment, DutyConflict
from tenants.models import Tenant
from tests.factories.departments import SETTING_UP, make_officer, publish_example
from tests.factories.jobs import make_job, make_shift
from tests.factories.people import actor_for
from tests.factories.threads import run_together

pytestmark = pytest.mark.usefixtures("committed_database")
NOW = datetime(2026, 3, 2, 14, tzinfo=UTC)
STARTS_AT = datetime(2026, 3, 20, 15, tzinfo=UTC)
CLOSING = STARTS_AT - timedelta(hours=22)


def race(department: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    """The import comes between the award's verdict and its insert, or waits for the award when it has to."""
    publish_example(department)
    officer = make_officer(department)
    shift = make_shift(make_job(department, at=NOW), starts_at=STARTS_AT, at=NOW)
    place_bid(officer=officer, shift_id=shift.id, actor=actor_for(officer.person), at=NOW)
    badge = member_of_officer(department_id=department.id, officer_id=officer.id).badge_number
    judged, imported = threading.Event(), threading.Event()
    insert = awarding.assign

    def assign_after_import(**arguments: Any) -> Assignment:
        judged.set()
        imported.wait(timeout=1)
        return insert(**arguments)

    def import_between() -> None:
        assert judged.wait(timeout=20)
        duty_importing.import_duty(
            department_id=department.id,
            source="rota",
            rows=[DutyRow(1, badge, "court", STARTS_AT, STARTS_AT + timedelta(hours=2))],
            actor=SETTING_UP,
            at=CLOSING,
        )
        imported.set()

    monkeypatch.setattr(awarding, "assign", assign_after_import)
    results = run_together(lambda: award_shift(shift_id=shift.id, actor=SETTING_UP, at=CLOSING), import_between)
    assert not [result for result in results if isinstance(result, Exception)], results
    assert Assignment.objects.filter(officer=officer, state="confirmed").count() == 1


def test_without_the_lock_an_overlap_goes_unnoticed(department: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duty_importing, "locked_officers", lambda officer_ids: {})
    race(department, monkeypatch)
    assert DutyConflict.objects.count() == 0


def test_with_the_lock_the_import_sees_the_award(department: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    race(department, monkeypatch)
    assert DutyConflict.objects.filter(state="open").count() == 1
