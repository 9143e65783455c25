"""Who is told of a shift, and when: waves, nights, limits, summaries, languages."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.db import transaction

from departments.policy.examples import example
from geo.points import Point
from kernel.identifiers import uuid7
from kernel.models import OutboxEvent
from kernel.subscriptions import Event
from marketplace import inviting
from marketplace.bidding import place_bid
from marketplace.invitation_summaries import scan_summaries
from marketplace.inviting import scan_waves
from marketplace.models import Invitation, InvitationRound, Officer, Shift
from marketplace.officers import set_phone_verified
from messaging.consents import CONSENT_WORDING, opt_out, record_consent
from messaging.gsm import segments_of
from messaging.models import OutboundMessage
from messaging.wishes import set_offer_wishes
from notifications.invitations import tell_summary, tell_wave
from notifications.letters import Letter
from notifications.officer import invite_to_bid, tell_officer
from tenants.models import Tenant
from tests.factories.clients import fund, govern, make_requester, submit
from tests.factories.departments import make_officer
from tests.factories.outbox import drain
from tests.factories.people import actor_for
from tests.factories.venues import NOW, STARTS_AT, job_terms, shift_terms

pytestmark = pytest.mark.usefixtures("as_worker")
IN_WAVES = {"wave_sizes": [2, 1], "wave_minutes": 30}
# 22:00 in Toronto, and eight in the morning after it.
NIGHT = datetime(2026, 3, 3, 3, tzinfo=UTC)
MORNING = datetime(2026, 3, 3, 13, tzinfo=UTC)


def open_shift(*, at: datetime = NOW, starts_at: datetime = STARTS_AT, title: str = "Harbour fair", **more) -> Shift:
    terms = job_terms(title=title, shifts=(shift_terms(starts_at=starts_at, ranks={"constable": 1}),), **more)
    job = fund(submit(make_requester(), terms=terms, at=at), at=at)
    drain(at=at)
    return Shift.objects.select_related("job__venue").get(job=job)


def texted(officer: Officer, *, phone: str) -> Officer:
    set_phone_verified(officer=officer, phone=phone, actor=actor_for(officer.person), at=NOW)
    record_consent(person_id=officer.person_id, phone=phone, wording=CONSENT_WORDING, address="", at=NOW)
    return officer


def wish(officer: Officer, **wishes) -> None:
    given = {"quiet_from": None, "quiet_until": None, "at_night": False, "offers_a_day": None, "rhythm": "as_they_come"}
    set_offer_wishes(person_id=officer.person_id, at=NOW, **{**given, **wishes})


def told(shift: Shift) -> list[tuple[int, Officer]]:
    return [(one.wave, one.officer) for one in shift.invitations.select_related("officer").order_by("id")]


def offers_to(officer: Officer, **where) -> list[OutboundMessage]:
    found = OutboundMessage.objects.filter(person_id=officer.person_id, is_offer=True, channel="email", **where)
    return list(found.order_by("created_at", "id"))


def test_the_nearest_are_told_first_and_others_later_while_a_place_is_free(department: Tenant) -> None:
    govern(department, messages=IN_WAVES)
    away = [make_officer(department, home=Point(43.60, -79.40)) for _ in range(2)]
    near = [make_officer(department) for _ in range(3)]
    drain(at=NOW)
    shift = open_shift()
    opened = InvitationRound.objects.get()
    assert {officer for wave, officer in told(shift)} <= set(near)
    assert (opened.wave, opened.waves, opened.waiting) == (1, 3, 3)
    assert opened.next_wave_at == NOW + timedelta(minutes=30)
    assert scan_waves(at=NOW + timedelta(minutes=29)) == 0
    assert scan_waves(at=NOW + timedelta(minutes=30)) == 1
    assert {officer for wave, officer in told(shift)} == set(near)
    scan_waves(at=NOW + timedelta(minutes=60))
    drain(at=NOW + timedelta(minutes=60))
    assert [wave for wave, _ in told(shift)] == [1, 1, 2, 3, 3]
    assert {officer for wave, officer in told(shift) if wave == 3} == set(away)
    assert scan_waves(at=NOW + timedelta(hours=5)) == 0
    assert all(len(offers_to(officer)) == 1 for officer in [*near, *away])


def test_the_same_opening_heard_twice_tells_once(department: Tenant) -> None:
    govern(department, messages=IN_WAVES)
    officer = make_officer(department)
    drain(at=NOW)
    open_shift()
    stored = OutboxEvent.objects.get(name="marketplace.shift_opened")
    invite_to_bid(event=event_of(stored), at=NOW)
    drain(at=NOW)
    assert InvitationRound.objects.count() == 1
    assert len(offers_to(officer)) == 1


def test_a_tier_that_is_open_comes_before_one_that_follows_however_near(department: Tenant) -> None:
    tiers = [
        {"id": "sergeants", "who": {"ranks": ["sergeant"]}, "opens_after_minutes": 0},
        {"id": "all", "who": {}, "opens_after_minutes": 0},
    ]
    order = {**example("ontario").get("award_order", {}), "tiers": tiers}
    govern(department, messages={"wave_sizes": [1]}, award_order=order, eligibility={"may_fill": "any"})
    make_officer(department)
    sergeant = make_officer(department, rank_code="sergeant", home=Point(43.60, -79.40))
    drain(at=NOW)
    shift = open_shift()
    assert [officer for _, officer in told(shift)] == [sergeant]


def test_a_last_minute_job_tells_everybody_at_once_at_any_hour(department: Tenant) -> None:
    govern(department, messages=IN_WAVES)
    officers = [make_officer(department) for _ in range(4)]
    drain(at=NOW)
    shift = open_shift(at=NIGHT, starts_at=NIGHT + timedelta(hours=3))
    assert {officer for _, officer in told(shift)} == set(officers)
    assert InvitationRound.objects.get().all_at_once
    assert all(message.due_at == NIGHT for officer in officers for message in offers_to(officer))


def test_an_offer_by_night_waits_for_the_morning_where_the_officer_lives(department: Tenant) -> None:
    govern(department)
    officer = make_officer(department)
    awake = make_officer(department)
    wish(awake, at_night=True)
    drain(at=NOW)
    open_shift(at=NIGHT)
    assert [one.due_at for one in offers_to(officer)] == [MORNING]
    assert [one.due_at for one in offers_to(awake)] == [NIGHT]


def test_what_waits_for_the_morning_is_dropped_when_the_shift_is_staffed_meanwhile(department: Tenant) -> None:
    govern(department)
    sleeper, awake = make_officer(department), make_officer(department)
    wish(sleeper, quiet_from=time(20), quiet_until=time(12))
    drain(at=NOW)
    late = NOW + timedelta(hours=-1, minutes=30)
    shift = open_shift(at=late, starts_at=late + timedelta(hours=8))
    assert Shift.objects.get(id=shift.id).first_come
    [waiting] = offers_to(sleeper)
    assert waiting.due_at > late
    place_bid(officer=awake, shift_id=shift.id, actor=actor_for(awake.person), at=late)
    drain(at=late)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.last_error) == ("dropped", "The shift is staffed.")
    assert Invitation.objects.get(officer=sleeper).telling == "untold"
    own = OutboundMessage.objects.get(
        person_id=awake.person_id, subject__startswith="You have the shift", channel="email"
    )
    assert (own.state, own.due_at) == ("queued", late)


def test_no_wave_follows_a_cancelled_shift(department: Tenant) -> None:
    govern(department, messages=IN_WAVES)
    for _ in range(4):
        make_officer(department)
    drain(at=NOW)
    shift = open_shift()
    Shift.objects.filter(id=shift.id).update(state=Shift.State.CANCELLED)
    scan_waves(at=NOW + timedelta(hours=1))
    assert len(told(shift)) == 2
    opened = InvitationRound.objects.get()
    assert (opened.ended_reason, opened.next_wave_at) == ("The shift was cancelled.", None)


def test_waves_come_closer_together_where_bidding_closes_soon(department: Tenant) -> None:
    govern(department, messages={**IN_WAVES, "all_at_once_hours": 0, "wave_minutes": 1440})
    for _ in range(5):
        make_officer(department)
    drain(at=NOW)
    shift = open_shift()
    opened = InvitationRound.objects.get()
    assert opened.next_wave_at is not None
    assert opened.next_wave_at - NOW <= (shift.closes_at - NOW) / 3


def test_many_offers_become_one_summary(department: Tenant) -> None:
    govern(department, messages={"digest_over": 2, "digest_minutes": 60})
    officer = texted(make_officer(department), phone="+19055550177")
    drain(at=NOW)
    shifts = [
        open_shift(
            at=NOW + timedelta(minutes=5 * number), starts_at=STARTS_AT + timedelta(days=number), title=f"Fair {number}"
        )
        for number in range(5)
    ]
    assert len(offers_to(officer)) == 2
    Shift.objects.filter(id=shifts[4].id).update(state=Shift.State.CANCELLED)
    assert scan_summaries(at=NOW + timedelta(minutes=59)) == 0
    scan_summaries(at=NOW + timedelta(minutes=60))
    drain(at=NOW + timedelta(minutes=60))
    [*_, summary] = offers_to(officer)
    assert len(offers_to(officer)) == 3
    assert summary.subject == "2 shifts near you"
    assert "Fair 2" in summary.text
    assert "Fair 3" in summary.text
    assert "Fair 4" not in summary.text
    text = OutboundMessage.objects.filter(person_id=officer.person_id, channel="sms").latest("created_at", "id")
    assert text.text.startswith("Muster: 2 shifts near you.")
    assert text.segments == segments_of(text.text) == 1
    assert scan_summaries(at=NOW + timedelta(hours=3)) == 0


def test_a_day_holds_no_more_offers_than_the_officer_wants(department: Tenant) -> None:
    govern(department, messages={"digest_over": 100})
    officer, other = make_officer(department), make_officer(department)
    wish(officer, offers_a_day=2)
    drain(at=NOW)
    for number in range(4):
        open_shift(at=NOW + timedelta(minutes=5 * number), starts_at=STARTS_AT + timedelta(days=number))
    assert len(offers_to(officer)) == 2
    assert len(offers_to(other)) == 4
    waiting = Invitation.objects.filter(officer=officer, telling="summary")
    assert {one.due_at for one in waiting} == {MORNING}


def test_one_summary_a_day_for_who_wants_it_and_last_minute_work_at_once(department: Tenant) -> None:
    govern(department)
    officer = make_officer(department)
    wish(officer, rhythm="daily")
    drain(at=NOW)
    open_shift()
    assert offers_to(officer) == []
    open_shift(starts_at=NOW + timedelta(hours=4), title="Tonight")
    [message] = offers_to(officer)
    assert "Tonight" in message.subject
    scan_summaries(at=MORNING)
    drain(at=MORNING)
    assert [one.subject for one in offers_to(officer)][1:] == ["1 shift near you"]


def test_each_officer_reads_their_own_language(department: Tenant) -> None:
    govern(department)
    francophone, anglophone = make_officer(department), make_officer(department)
    type(francophone.person).objects.filter(id=francophone.person_id).update(language="fr-ca")
    drain(at=NOW)
    open_shift()
    assert "mar 10 Mar" not in offers_to(anglophone)[0].subject
    assert "Tue 10 Mar 2026" in offers_to(anglophone)[0].subject
    assert "Tue" not in offers_to(francophone)[0].subject


def test_texts_used_up_leave_the_email_and_tell_the_coordinators(department: Tenant) -> None:
    govern(department, messages={"monthly_segments": 1})
    first = texted(make_officer(department), phone="+19055550171")
    second = texted(make_officer(department), phone="+19055550172")
    Officer.objects.filter(id__in=[first.id, second.id]).update(wants_email=False)
    drain(at=NOW)
    open_shift()
    states = OutboundMessage.objects.filter(is_offer=True).values_list("channel", "state")
    assert sorted(states) == [("email", "queued"), ("sms", "queued"), ("sms", "suppressed")]
    assert OutboxEvent.objects.filter(name="messaging.sms_budget_reached").count() == 1


def test_whoever_wants_texts_alone_and_has_no_number_is_told_by_email(department: Tenant) -> None:
    govern(department)
    officer, silent = make_officer(department), make_officer(department)
    Officer.objects.filter(id=officer.id).update(wants_email=False, wants_sms=True)
    Officer.objects.filter(id=silent.id).update(wants_email=False, wants_sms=False)
    drain(at=NOW)
    open_shift()
    assert len(offers_to(officer)) == 1
    assert offers_to(silent) == []


@pytest.mark.parametrize(
    ("stopped", "wants_email", "told_by"),
    [
        (False, False, [("sms", "queued")]),
        (True, False, [("email", "queued"), ("sms", "suppressed")]),
        (False, True, [("email", "queued"), ("sms", "queued")]),
    ],
)
def test_an_award_is_heard_of_even_by_who_wants_texts_alone_and_said_stop(
    department: Tenant, stopped: bool, wants_email: bool, told_by: list[tuple[str, str]]
) -> None:
    officer = texted(make_officer(department), phone="+19055550177")
    Officer.objects.filter(id=officer.id).update(wants_email=wants_email, wants_sms=True)
    officer.refresh_from_db()
    if stopped:
        opt_out(phone="+19055550177", source="reply", at=NOW)
    letter = Letter(subject="You have the shift", heading="You have the shift", paragraphs=())
    tell_officer(officer, letter=letter, sms="Muster: you have it", business_key="award", at=NOW)
    found = OutboundMessage.objects.filter(business_key__endswith=":award").values_list("channel", "state")
    assert sorted(found) == told_by


def test_a_wave_whose_shift_is_over_when_its_turn_comes_tells_nobody(department: Tenant) -> None:
    govern(department)
    officer = make_officer(department)
    drain(at=NOW)
    for number, ends in enumerate(["shift", "round", "closing"]):
        fund(submit(make_requester(), terms=job_terms(title=f"Fair {number}"), at=NOW), at=NOW)
        shift = Shift.objects.get(job__title=f"Fair {number}")
        opened = inviting.begin_round(shift_id=shift.id, event_id=uuid7(), tier_id="", at=NOW)
        assert opened is not None
        if ends == "shift":
            Shift.objects.filter(id=shift.id).update(state=Shift.State.STAFFED)
        if ends == "round":
            InvitationRound.objects.filter(id=opened.id).update(ended_at=NOW, next_wave_at=None)
        late = inviting.takes_bids_until(shift) if ends == "closing" else NOW
        stored = OutboxEvent.objects.get(name="marketplace.officers_invited", payload__round_id=str(opened.id))
        with transaction.atomic():
            tell_wave(event=event_of(stored), at=late)
        assert offers_to(officer, about_id=shift.id) == []
        assert set(opened.invitations.values_list("telling", flat=True)) == {"untold"}


def test_a_summary_leaves_out_what_is_over_by_now(department: Tenant) -> None:
    govern(department)
    officer = make_officer(department)
    drain(at=NOW)
    over, still_open = open_shift(title="Over"), open_shift(title="Open", starts_at=STARTS_AT + timedelta(days=1))
    Shift.objects.filter(id=over.id).update(state=Shift.State.CANCELLED)
    for shifts, told_of in [([over], []), ([over, still_open], ["1 shift near you"])]:
        payload = {"officer_id": str(officer.id), "shift_ids": [str(shift.id) for shift in shifts]}
        tell_summary(event=Event(uuid7(), "marketplace.offer_summary_due", department.id, payload, NOW), at=NOW)
        assert [one.subject for one in offers_to(officer, about_id=None)] == told_of


def event_of(stored: OutboxEvent) -> Event:
    return Event(stored.id, stored.name, stored.tenant_id, stored.payload, stored.announced_at)


def test_a_text_is_one_segment_with_a_link_that_leads_to_the_shift(department: Tenant, client) -> None:
    govern(department)
    officer = texted(make_officer(department), phone="+19055550177")
    drain(at=NOW)
    shift = open_shift(title="The “Grand” harbour-front waterfall, lantern & firework festival – second evening")
    [text] = OutboundMessage.objects.filter(channel="sms", person_id=officer.person_id)
    assert segments_of(text.text) == text.segments == 1
    assert text.text.endswith(" Reply YES 10.")
    [link] = [word for word in text.text.split() if word.startswith("http")]
    answer = client.get("/s/" + link.rsplit("/", 1)[-1])
    assert answer.status_code == 302
    assert answer["Location"] == f"/officer/near-me/{shift.id}/"
    assert client.get("/s/zzzzzz").status_code == 404


def test_bystanders_are_not_told(department: Tenant, other_department: Tenant) -> None:
    govern(department)
    stranger = make_officer(other_department)
    drain(at=NOW)
    open_shift()
    assert offers_to(stranger) == []
