"""Roster, policy and money at the desk."""

import io
from typing import Any

import pytest
import yaml
from python_calamine import CalamineWorkbook

from departments.policies import list_policies
from departments.policy.examples import example
from departments.roster import list_members, member
from marketplace.models import Officer
from messaging.models import OutboundMessage
from tenants.context import acting_as
from tenants.models import Tenant
from tests.factories.clients import govern
from tests.factories.departments import deliver_roster_changes, make_member, make_officer
from tests.factories.venues import NOW
from tests.portals.test_department_requests import address, staff

pytestmark = pytest.mark.django_db
NEWCOMER = {
    "given_name": "Wren", "family_name": "Alderly", "badge_number": "4711", "work_email": "Wren@police.example",
    "rank_code": "constable", "seniority_date": "2020-05-01", "status": "active", "invite": "on",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kernel.clock.now", lambda: NOW)


def sent_to(recipient: str) -> list[OutboundMessage]:
    with acting_as(purpose="messaging"):
        return list(OutboundMessage.objects.filter(recipient=recipient))


def test_a_member_is_added_and_invited_at_the_work_address(department: Tenant) -> None:
    govern(department)
    browser, _ = staff(department)
    assert browser.get(address("add_member")).status_code == 200
    answer = browser.post(address("add_member"), NEWCOMER)
    assert answer.status_code == 302, answer.content.decode()[:2000]
    [added] = list_members(department_id=department.id, text="Alderly")
    assert added.work_email == "wren@police.example"
    [letter] = sent_to("wren@police.example")
    assert "code" in letter.text
    page = browser.get(answer.url).content.decode()
    assert "Not joined" in page
    assert letter.text.split("code: ")[1][:8] not in page
    again = browser.post(address("add_member"), NEWCOMER)
    assert again.status_code == 422
    assert "Badge 4711" in again.content.decode()
    assert len(sent_to("wren@police.example")) == 1
    browser.post(address("invite_member", entry_id=added.entry_id))
    assert len(sent_to("wren@police.example")) == 2


def test_the_roster_is_searched(department: Tenant) -> None:
    govern(department)
    make_member(department, family_name="Birchall")
    make_member(department, family_name="Cedarlow", status="suspended")
    browser, _ = staff(department)
    assert "Cedarlow" not in browser.get(f"{address('roster')}?text=birch").content.decode()
    text = browser.get(f"{address('roster')}?status=suspended").content.decode()
    assert "Cedarlow" in text
    assert "Birchall" not in text


def test_standing_changes_and_leaving_ends_service(department: Tenant) -> None:
    govern(department)
    officer = make_officer(department)
    [entry] = list_members(department_id=department.id)
    browser, _ = staff(department)
    page = address("member", entry_id=entry.entry_id)
    assert "Extra duty this month" in browser.get(page).content.decode()
    browser.post(
        address("change_member", entry_id=entry.entry_id),
        {"rank_code": "sergeant", "status": "light_duty", "reason": "Knee."},
    )
    changed = member(department_id=department.id, entry_id=entry.entry_id)
    assert (changed.rank_code, changed.status) == ("sergeant", "light_duty")
    assert "Knee." in browser.get(page).content.decode()
    assert browser.post(address("remove_member", entry_id=entry.entry_id), {}).status_code == 422
    browser.post(address("remove_member", entry_id=entry.entry_id), {"confirmed": "on"})
    deliver_roster_changes(officer.id, at=NOW)
    assert Officer.objects.get(id=officer.id).left_at is not None
    assert browser.get(page).status_code == 200


def test_readers_and_strangers_change_no_roster(department: Tenant, other_department: Tenant) -> None:
    govern(department)
    entry = make_member(department)
    auditor, _ = staff(department, "auditor")
    stranger, _ = staff(other_department)
    for name in ("change_member", "invite_member", "remove_member"):
        page = address(name, entry_id=entry.entry_id)
        assert auditor.post(page, {"confirmed": "on"}).status_code == 403
        assert stranger.post(page, {"confirmed": "on"}).status_code == 404
    assert auditor.post(address("add_member"), NEWCOMER).status_code == 403
    assert stranger.get(address("member", entry_id=entry.entry_id)).status_code == 404
    assert member(department_id=department.id, entry_id=entry.entry_id).status == "active"


def test_a_policy_is_read_and_the_next_version_published(department: Tenant) -> None:
    govern(department)
    browser, _ = staff(department)
    text = browser.get(address("policy")).content.decode()
    assert "Constable" in text
    assert "fewest hours of extra-duty this month" in text
    form = browser.get(address("publish_policy"))
    assert form.status_code == 200
    document = {**example("ontario"), "name": "Rules of spring"}
    data = {"effective_from_date": "2026-03-02", "note": "Spring."}
    wrong = {**document, "rate_card": {**document["rate_card"], "ranks": [{"code": "x"}]}}
    refused = browser.post(address("publish_policy"), {**data, "document": yaml.safe_dump(wrong)})
    assert refused.status_code == 422
    assert "rate_card.ranks[0]" in refused.content.decode()
    for bad in ("a: [", "just a text", ""):
        assert browser.post(address("publish_policy"), {**data, "document": bad}).status_code == 422
    upload = io.BytesIO(yaml.safe_dump(document).encode())
    upload.name = "rules.yaml"
    assert browser.post(address("publish_policy"), {**data, "file": upload}).status_code == 302
    assert [one.version for one in list_policies(department_id=department.id)] == [2, 1]
    assert browser.get(f"{address('policy')}?version=1").status_code == 200
    assert browser.get(f"{address('policy')}?version=99").status_code == 404


def test_policies_are_published_by_coordinators(department: Tenant) -> None:
    govern(department)
    commander, _ = staff(department, "commander")
    assert commander.get(address("policy")).status_code == 200
    assert commander.get(address("publish_policy")).status_code == 403
    assert commander.post(address("publish_policy"), {}).status_code == 403


def test_money_opens_for_those_who_may_see_it(department: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    govern(department)
    asked: dict[str, Any] = {}

    def answer(**given: Any) -> str:
        asked.update(given)
        return "https://pay.example/onboarding"

    monkeypatch.setattr("billing.paying_out.payees.start_onboarding", answer)
    payroll, _ = staff(department, "payroll")
    auditor, _ = staff(department, "auditor")
    assert payroll.get(f"{address('money')}?from=2026-01-01&until=nonsense").status_code == 200
    assert payroll.get(address("documents")).status_code == 200
    rows = CalamineWorkbook.from_filelike(io.BytesIO(payroll.get(address("payroll_export")).content))
    assert rows.get_sheet_by_index(0).to_python()[0][0] == "Settled"
    assert payroll.get(address("onboarding")).url == "https://pay.example/onboarding"
    assert (asked["owner_kind"], asked["owner_id"]) == ("department", department.id)
    assert auditor.get(address("money")).status_code == 200
    assert auditor.get(address("onboarding")).status_code == 403
