"""“Why not me” for every bid, contests from page to decision, and the draw that anybody checks."""

import hashlib
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from departments.roster import change_status, member_of_officer
from kernel.identifiers import uuid7
from marketplace.awarding import award_shift
from marketplace.bidding import withdraw_bid
from marketplace.models import Award, AwardContest, Officer, Shift
from marketplace.pseudonyms import pseudonym_of
from tenants.models import Tenant
from tests.factories.clients import govern
from tests.factories.departments import SETTING_UP, make_officer
from tests.factories.jobs import make_job, make_shift
from tests.factories.people import actor_for
from tests.marketplace.awarded import AWARDED_AT, NOW, STARTS_AT, Awarded, awarded_shift, bid_on
from tests.portals.test_department_requests import address, staff
from tests.portals.test_officer import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("as_worker")]
AFTER = AWARDED_AT + timedelta(hours=2)


@pytest.fixture(autouse=True)
def _after_the_award(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kernel.clock.now", lambda: AFTER)


@pytest.fixture
def case(department: Tenant) -> Iterator[Awarded]:
    govern(department)
    return awarded_shift(department)


def own_page(officer: Officer, shift: Shift, query: str = "") -> Any:
    return signed_in(officer).get(reverse("officer:own_award", args=[shift.id]) + query)


def test_winner_backup_and_the_rest_read_their_own_place_and_nobodys_name(
    case: Awarded, django_assert_max_num_queries: Any
) -> None:
    everybody = (case.winner, case.backup, case.last)
    titles = ("You have this shift", "You are a backup", "You are a backup")
    for place, (officer, title) in enumerate(zip(everybody, titles, strict=True), 1):
        client = signed_in(officer)
        with django_assert_max_num_queries(12):
            page = client.get(reverse("officer:own_award", args=[case.shift.id])).content.decode()
        assert title in page
        assert f"{place} of 3" in page
        assert "Cut-off: no place was left below this line" in page
        for other in everybody:
            name = pseudonym_of(department_id=case.shift.governing_department_id, officer_id=other.id)
            if other is officer:
                assert officer.display_name in page
                assert name not in page
            else:
                assert name in page
                for secret in (other.display_name, other.person.family_name, other.person.email, str(other.id)):
                    assert secret not in page
                member = member_of_officer(department_id=other.home_department_id, officer_id=other.id)
                assert member.badge_number not in page
    assert "instead of" in own_page(case.last, case.shift).content.decode()
    assert "this decided" in own_page(case.backup, case.shift).content.decode()
    assert "Verified" in own_page(case.backup, case.shift, "?verify=1").content.decode()


def test_the_same_colleague_has_the_same_pseudonym_here_and_another_elsewhere(
    department: Tenant, other_department: Tenant
) -> None:
    officer_id = uuid7()
    here = pseudonym_of(department_id=department.id, officer_id=officer_id)
    assert here == pseudonym_of(department_id=department.id, officer_id=str(officer_id))
    assert here != pseudonym_of(department_id=other_department.id, officer_id=officer_id)
    assert here != pseudonym_of(department_id=department.id, officer_id=uuid7())


def test_whoever_a_rule_kept_out_or_withdrew_reads_why_and_whoever_did_not_bid_finds_nothing(
    department: Tenant, other_department: Tenant
) -> None:
    govern(department)
    govern(other_department, name="us")
    kept, denied, gone, idle = (
        make_officer(department, family_name=name, seniority_date=date(2001, 1, 1))
        for name in ("Alder", "Birch", "Cedar", "Dogwood")
    )
    stranger = make_officer(other_department, family_name="Elm")
    shift = make_shift(make_job(department, at=NOW), starts_at=STARTS_AT, at=NOW)
    for officer in (kept, denied, gone):
        bid_on(shift, officer)
    assert "Not decided yet" in own_page(kept, shift).content.decode()
    withdraw_bid(officer=gone, shift_id=shift.id, actor=actor_for(gone.person), at=NOW)
    entry = member_of_officer(department_id=department.id, officer_id=denied.id)
    change_status(
        department_id=department.id, entry_id=entry.entry_id, status="suspended", actor=SETTING_UP, at=NOW, reason="x"
    )
    award_shift(shift_id=shift.id, actor=SETTING_UP, at=AWARDED_AT)
    page = own_page(denied, shift).content.decode()
    assert "A rule kept you out" in page
    assert "Denied" in page
    # Why a colleague was kept out is theirs alone.
    assert "Denied" not in own_page(kept, shift).content.decode()
    page = own_page(gone, shift).content.decode()
    assert "Your bid was withdrawn" in page
    assert "You withdrew this bid." in page
    assert "Contest this award" not in page
    missing = own_page(kept, Shift(id=uuid7()))
    for nobody in (idle, stranger):
        answer = own_page(nobody, shift)
        assert answer.status_code == missing.status_code == 404


def test_a_contest_goes_from_the_officers_page_to_the_desks_decision_and_back(
    case: Awarded, department: Tenant, other_department: Tenant, django_assert_max_num_queries: Any
) -> None:
    officer = signed_in(case.backup)
    form = reverse("officer:contest", args=[case.shift.id])
    assert form in own_page(case.backup, case.shift).content.decode()
    refused = officer.post(form, {"grounds": " "})
    assert refused.status_code == 422
    assert "Say what was wrong" in refused.content.decode()
    assert officer.post(form, {"grounds": "My <b>date</b> is older."}).status_code == 302
    found = AwardContest.objects.get()
    page = own_page(case.backup, case.shift).content.decode()
    assert "Waits for a decision" in page
    assert "My &lt;b&gt;date&lt;/b&gt; is older." in page
    again = officer.post(form, {"grounds": "And again."})
    assert again.status_code == 422
    assert "You contested this award" in again.content.decode()

    desk, _ = staff(department)
    for query in ("", "?view=decided"):
        with django_assert_max_num_queries(12):
            assert desk.get(address("contests") + query).status_code == 200
    with django_assert_max_num_queries(12):
        text = desk.get(address("contest", contest_id=found.id)).content.decode()
    assert "Unchanged since the filing" in text
    assert "the same outcome" in text
    assert case.winner.display_name in text
    answer = {"outcome": "rejected", "remedy": "credit", "credit_hours": "4", "decision": "No."}
    assert desk.post(address("contest", contest_id=found.id), answer).status_code == 422
    auditor, _ = staff(department, "auditor", "Ada")
    assert auditor.post(address("contest", contest_id=found.id), answer).status_code == 403
    stranger, _ = staff(other_department)
    assert stranger.get(address("contest", contest_id=found.id)).status_code == 404
    answer = {"outcome": "upheld", "remedy": "credit", "credit_hours": "4.5", "decision": "Right: <i>2001</i>."}
    assert desk.post(address("contest", contest_id=found.id), answer).status_code == 302
    found.refresh_from_db()
    assert (found.state, found.credit_minutes) == ("upheld", 270)
    page = own_page(case.backup, case.shift).content.decode()
    assert "Upheld" in page
    assert "Right: &lt;i&gt;2001&lt;/i&gt;." in page
    assert desk.post(address("contest", contest_id=found.id), answer).status_code == 422


def test_a_changed_snapshot_is_shown_to_whoever_decides(case: Awarded, department: Tenant) -> None:
    signed_in(case.backup).post(reverse("officer:contest", args=[case.shift.id]), {"grounds": "x"})
    award = Award.objects.get(id=case.award.id)
    award.snapshot["ranking"]["entries"][0]["key_values"]["seniority_date"] = "1990-01-01"
    award.save(update_fields=["snapshot"])
    desk, _ = staff(department)
    text = desk.get(address("contest", contest_id=AwardContest.objects.get().id)).content.decode()
    assert "The snapshot was changed" in text
    assert "another outcome" in text


def test_the_draw_shows_the_commitment_alone_until_the_award(
    department: Tenant, other_department: Tenant, django_assert_max_num_queries: Any
) -> None:
    govern(department)
    officer = make_officer(department)
    shift = make_shift(make_job(department, at=NOW), starts_at=STARTS_AT, at=NOW)
    bid_on(shift, officer)
    page, inputs = (f"/draws/{shift.id}{end}" for end in ("/", ".json"))
    anybody = Client(SERVER_NAME="localhost")
    for answer in (anybody.get(page), anybody.get(inputs)):
        assert shift.draw_commitment in answer.content.decode()
        assert shift.draw_seed not in answer.content.decode()
        assert str(officer.id) not in answer.content.decode()
    award_shift(shift_id=shift.id, actor=SETTING_UP, at=AWARDED_AT)
    with django_assert_max_num_queries(12):
        text = anybody.get(page).content.decode()
    assert "It fits" in text
    assert shift.draw_seed in text
    assert officer.display_name not in text + anybody.get(inputs).content.decode()
    [position] = anybody.get(inputs).json()["positions"]
    [ticket] = position["tickets"]
    drawn = hashlib.sha256(f"{shift.draw_seed}|{shift.id}|{officer.id}".encode()).hexdigest()
    assert ticket == {"officer_id": str(officer.id), "ticket": drawn}
    assert Client(SERVER_NAME=f"{department.slug}.localhost").get(page).status_code == 200
    assert Client(SERVER_NAME=f"{other_department.slug}.localhost").get(page).status_code == 404
    assert anybody.get(f"/draws/{uuid7()}/").status_code == 404


def test_an_altered_seed_or_ticket_fails_in_sight(case: Awarded) -> None:
    anybody = Client(SERVER_NAME="localhost")
    page = f"/draws/{case.shift.id}/"
    assert "It fits" in anybody.get(page).content.decode()
    award = Award.objects.get(id=case.award.id)
    right = award.snapshot["draw"]["seed"]
    award.snapshot["draw"]["seed"] = right[:-1] + ("0" if right[-1] != "0" else "1")
    award.save(update_fields=["snapshot"])
    assert "It does not fit" in anybody.get(page).content.decode()
    award.snapshot["draw"]["seed"] = right
    award.snapshot["ranking"]["entries"][0]["key_values"]["draw"] = "0" * 64
    award.save(update_fields=["snapshot"])
    assert "It does not fit" in anybody.get(page).content.decode()


def test_the_api_tells_the_same_without_names(case: Awarded, department: Tenant) -> None:
    answer = signed_in(case.last).get(f"/api/v1/officer/shifts/{case.shift.id}/award")
    told = answer.json()
    assert (answer.status_code, told["state"], told["place"], told["count"]) == (200, "backup", 3, 3)
    assert [one["name"] for one in told["considered"] if one["is_reader"]] == [case.last.display_name]
    # Nobody works less than the nothing that all three had: only seniority could have helped.
    assert {one["key"] for one in told["changes"]} == {"seniority_date"}
    assert told["contest_until"] == "2026-03-27T04:00:00Z"
    for other in (case.winner, case.backup):
        assert other.display_name not in answer.content.decode()
    bystander = make_officer(department)
    assert signed_in(bystander).get(f"/api/v1/officer/shifts/{case.shift.id}/award").status_code == 404
