"""Who hears what, from the request to the award, and what no letter may ever say."""

from datetime import timedelta

import pytest

from marketplace.approving import approve_job, reject_job
from marketplace.bidding import place_bid
from marketplace.models import OfficerPrivate
from marketplace.officers import set_phone_verified
from messaging.consents import CONSENT_WORDING, opt_out, record_consent
from messaging.models import OutboundMessage
from tenants.context import acting_as
from tenants.models import Tenant
from tests.factories.clients import fund, govern, make_requester, submit
from tests.factories.departments import OAKVILLE, make_officer
from tests.factories.outbox import drain
from tests.factories.people import actor_for
from tests.factories.venues import NOW, STARTS_AT, job_terms, shift_terms

pytestmark = pytest.mark.usefixtures("as_worker")
PHONE = "+19055550177"
SHORT_NOTICE = STARTS_AT - timedelta(hours=5)


@pytest.fixture
def governed(department: Tenant) -> Tenant:
    govern(department)
    drain(at=NOW)
    return department


def messages(**where: object) -> list[OutboundMessage]:
    return list(OutboundMessage.objects.filter(**where).order_by("created_at", "id"))


def reachable_officer(department: Tenant, *, consent: bool = True):
    officer = make_officer(department)
    actor = actor_for(officer.person)
    set_phone_verified(officer=officer, phone=PHONE, actor=actor, at=NOW)
    if consent:
        record_consent(person_id=officer.person_id, phone=PHONE, wording=CONSENT_WORDING, address="192.0.2.7", at=NOW)
    return officer


def test_a_request_is_confirmed_to_the_client_once(governed: Tenant) -> None:
    requester = make_requester()
    job = submit(requester)
    drain(at=NOW)
    drain(at=NOW + timedelta(hours=1))
    letters = messages(channel="email", subject__contains="we have your request")
    assert {letter.recipient for letter in letters} == {requester.person.email, requester.client.billing_email}
    assert len(letters) == 2
    assert all(job.reference in letter.text for letter in letters)
    assert all(f"/client/jobs/{job.id}" in letter.text for letter in letters)


def test_a_rejection_says_why(governed: Tenant) -> None:
    requester = make_requester()
    job = submit(requester)
    reject_job(
        job_id=job.id,
        department_id=governed.id,
        reason="Every officer is at the marathon that day.",
        actor=actor_for(requester.person),
        at=NOW,
    )
    drain(at=NOW)
    [letter, *_] = messages(subject__contains="not approved")
    assert "Every officer is at the marathon that day." in letter.text


def test_approval_brings_the_contract_with_its_total(governed: Tenant) -> None:
    requester = make_requester()
    job = submit(requester)
    approve_job(job_id=job.id, department_id=governed.id, actor=actor_for(requester.person), at=NOW)
    drain(at=NOW)
    [letter, *_] = messages(subject__contains="your contract is ready")
    contract = job.contracts.get()
    whole, cents = divmod(contract.total_cents, 100)
    assert f"CA${whole:,}.{cents:02d}" in letter.text
    assert f"/client/contracts/{contract.id}" in letter.text


def test_only_officers_whom_the_rules_allow_are_invited(governed: Tenant) -> None:
    near = reachable_officer(governed)
    sergeant_on_probation = make_officer(governed, status="probation")
    far = make_officer(governed, home=None)
    drain(at=NOW)
    fund(submit(make_requester()))
    drain(at=NOW)
    invited = {message.person_id for message in messages(channel="email", subject__startswith="Harbour fair")}
    assert invited == {near.person_id}
    assert {sergeant_on_probation.person_id, far.person_id}.isdisjoint(invited)
    [text] = messages(channel="sms")
    assert text.recipient == PHONE
    assert text.state == "queued"
    assert text.text.isascii()
    assert len(text.text) <= 160


@pytest.mark.parametrize("reason", ["no consent", "said stop"])
def test_nobody_is_texted_without_consent_or_after_stop(governed: Tenant, reason: str) -> None:
    reachable_officer(governed, consent=reason != "no consent")
    if reason == "said stop":
        opt_out(phone=PHONE, source="reply", at=NOW)
    fund(submit(make_requester()))
    drain(at=NOW)
    assert [text.state for text in messages(channel="sms")] == ["suppressed"]


def test_the_award_is_explained_to_the_bidder_and_the_client_learns_a_name_only(governed: Tenant) -> None:
    officer = reachable_officer(governed)
    requester = make_requester()
    job = fund(
        submit(requester, terms=job_terms(shifts=(shift_terms(ranks={"constable": 1}),)), at=SHORT_NOTICE),
        at=SHORT_NOTICE,
    )
    place_bid(officer=officer, shift_id=job.shifts.get().id, actor=actor_for(officer.person), at=SHORT_NOTICE)
    drain(at=SHORT_NOTICE)
    [to_officer] = messages(channel="email", person_id=officer.person_id, subject__startswith="You have the shift")
    assert "North gate" in to_officer.text
    [to_client, *_] = messages(subject__contains="your job is staffed")
    assert officer.display_name in to_client.text


def test_no_letter_to_a_client_or_department_holds_private_data(governed: Tenant) -> None:
    officer = reachable_officer(governed)
    with acting_as(purpose="request", person_id=officer.person_id):
        OfficerPrivate.objects.filter(officer=officer).update(home_label="77 Canary Lane", birth_date="1980-02-03")
    requester = make_requester()
    job = fund(submit(requester, at=SHORT_NOTICE), at=SHORT_NOTICE)
    place_bid(officer=officer, shift_id=job.shifts.get().id, actor=actor_for(officer.person), at=SHORT_NOTICE)
    drain(at=SHORT_NOTICE)
    others = [message for message in messages() if message.person_id != officer.person_id]
    assert others
    for message in others:
        whole = message.text + message.html
        for secret in (PHONE, "555 0177", "77 Canary Lane", "1980", str(OAKVILLE.latitude)):
            assert secret not in whole


def test_what_people_type_is_text_in_the_mail(governed: Tenant) -> None:
    requester = make_requester(name="<script>alert(1)</script> & Sons")
    submit(requester, terms=job_terms(title="Fair <img src=x onerror=alert(1)>"))
    drain(at=NOW)
    for message in messages(channel="email"):
        assert "<script>" not in message.html
        assert "<img src=x" not in message.html
