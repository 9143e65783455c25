"""Are you on site? Asked at the policy's interval, answered once with a position that is judged and never refused."""

from datetime import timedelta
from typing import Any

import pytest

from geo.points import CoordinatesInvalid
from kernel.identifiers import uuid7
from marketplace import alerts, watching
from marketplace.models import Alert, Assignment, PresenceAnswer, PresencePrompt
from marketplace.presence import confirm_presence, open_prompt
from marketplace.refusals import FixesUnreadable, PunchConflict
from marketplace.refusals_service_levels import NotAskedAnyMore, PresencePromptNotFound
from marketplace.relieving import arrange_relief
from marketplace.service_levels import levels_at
from marketplace.site_status import facts_of, site_status, with_site_facts
from marketplace.telling import tell
from tenants.models import Tenant
from tests.factories.clients import govern
from tests.factories.departments import SETTING_UP, make_officer
from tests.factories.outbox import drain
from tests.factories.people import actor_for
from tests.factories.venues import STARTS_AT
from tests.factories.work import FIVE_KILOMETRES_OFF, Work, clock, fix, item, staff

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("as_worker")]
LEVELS = {"presence_interval_minutes": 60, "presence_answer_minutes": 10}


def minute(number: float) -> Any:
    return STARTS_AT + timedelta(minutes=number)


@pytest.fixture
def work(department: Tenant) -> Work:
    govern(department, service_levels=LEVELS)
    work = staff(department)
    clock(work, "in", at=STARTS_AT)
    drain(at=STARTS_AT)
    return work


def scan(number: float) -> None:
    watching.scan_service_levels(at=minute(number))
    drain(at=minute(number))


def answer(work: Work, number: float, **more: Any) -> PresenceAnswer:
    prompt = more.pop("prompt", None) or PresencePrompt.objects.latest("asked_at")
    at = minute(number)
    return confirm_presence(
        officer=more.pop("officer", work.officer),
        prompt_id=prompt.id,
        **{"punch_id": uuid7(), "fixes": [fix(at=at)], "actor": actor_for(work.officer.person), "at": at, **more},
    )


def status_at(number: float) -> Any:
    row = with_site_facts(Assignment.objects.select_related("shift")).get()
    levels = levels_at(department_id=row.shift.governing_department_id, at=row.shift.starts_at)
    return site_status(facts=facts_of(row), levels=levels, at=minute(number))


def asked_at() -> list[float]:
    rows = PresencePrompt.objects.order_by("asked_at").values_list("asked_at", flat=True)
    return [(one - STARTS_AT).total_seconds() / 60 for one in rows]


def test_asked_at_the_interval_and_never_when_the_end_comes_first(work: Work) -> None:
    for number in range(0, 240, 5):
        scan(number)
        if open_prompt(assignment=Assignment.objects.get()) is not None:
            answer(work, number + 1)
    # From the answer on again: the fourth would be due eleven minutes before the end and can be answered in time.
    assert asked_at() == [60, 125, 190]


def test_a_scan_that_comes_too_late_for_an_answer_asks_nothing(work: Work) -> None:
    scan(231)
    scan(250)
    assert asked_at() == []


def test_a_department_that_does_not_ask(department: Tenant) -> None:
    govern(department)
    clock(staff(department), "in", at=STARTS_AT)
    scan(200)
    assert not PresencePrompt.objects.exists()


def test_the_answer_is_judged_and_shown_and_stored_once(work: Work) -> None:
    scan(60)
    assert status_at(61).last_confirmed_at == minute(0)
    punch_id = uuid7()
    first = answer(work, 62, punch_id=punch_id)
    assert (first.verdict, first.happened_at) == ("VERIFIED", minute(62))
    assert answer(work, 63, punch_id=punch_id, prompt=first.prompt).id == first.id
    assert answer(work, 64, prompt=first.prompt).id == first.id
    assert PresenceAnswer.objects.count() == 1
    assert status_at(65).last_confirmed_at == minute(62)


@pytest.mark.parametrize(
    ("fixes", "verdict"),
    [([], "WEAK"), ([fix(at=minute(62), place=FIVE_KILOMETRES_OFF)], "OFFSITE"), ([fix(at=minute(0))], "WEAK")],
)
def test_no_position_is_refused(work: Work, fixes: list[dict[str, Any]], verdict: str) -> None:
    scan(60)
    assert answer(work, 62, fixes=fixes).verdict == verdict


def test_whoever_said_that_they_are_away_is_not_asked_and_their_silence_is_no_alert(work: Work) -> None:
    def said(kind: str, number: float) -> None:
        tell(item=item(work, at=minute(number)), kind=kind)

    said("break_started", 50)
    scan(60)
    assert not PresencePrompt.objects.exists()
    said("break_ended", 80)
    scan(82)
    assert asked_at() == [82]
    said("break_started", 85)
    scan(95)
    assert not Alert.objects.exists()
    # Asked just before the break: the question lapsed with it, and is put again when they are back.
    assert (status_at(95).status, status_at(95).lapse) == ("on_site", "break")
    said("break_ended", 99)
    scan(100)
    assert asked_at() == [82, 100]
    assert status_at(100).lapse == ""
    scan(110)
    assert list(Alert.objects.values_list("kind", flat=True)) == ["unconfirmed"]
    # A silence from before a break stays one.
    said("break_started", 112)
    assert status_at(113).status == "unconfirmed"


def test_a_break_that_a_phone_tells_later_lets_the_question_lapse_and_ends_its_alert(work: Work) -> None:
    scan(60)
    scan(70)
    assert Alert.objects.filter(kind="unconfirmed", resolved_at=None).count() == 1
    tell(item=item(work, at=minute(75), client_at=minute(64), sent_late=True), kind="break_started")
    assert PresencePrompt.objects.get().lapse == "break"
    assert not Alert.objects.filter(resolved_at=None).exists()
    assert open_prompt(assignment=Assignment.objects.get()) is None


@pytest.mark.parametrize(("leaves", "lapse"), [(65, "left"), (75, "")])
def test_who_clocks_out_in_time_need_not_answer(work: Work, leaves: float, lapse: str) -> None:
    scan(60)
    clock(work, "out", at=minute(leaves))
    assert PresencePrompt.objects.get().lapse == lapse


def test_who_is_relieved_need_not_answer(work: Work, department: Tenant) -> None:
    scan(60)
    relief = arrange_relief(
        assignment_id=work.assignment.id, department_id=department.id, officer_id=make_officer(department).id,
        reason="Called to court.", actor=SETTING_UP, at=minute(61),
    )  # fmt: skip
    clock(Work(work.requester, relief.incoming.officer, work.shift, relief.incoming), "in", at=minute(65))
    assert PresencePrompt.objects.get().lapse == "relieved"


def test_no_answer_is_an_alert_until_one_comes_late(work: Work) -> None:
    scan(60)
    scan(69)
    assert not Alert.objects.exists()
    scan(70)
    assert list(Alert.objects.values_list("kind", flat=True)) == ["unconfirmed"]
    assert (status_at(75).status, status_at(75).minutes) == ("unconfirmed", 5)
    answer(work, 76)
    assert alerts.open_alerts(department_id=work.shift.governing_department_id) == []
    assert status_at(77).status == "on_site"


def test_a_silence_stays_one_however_often_it_is_asked_and_the_next_is_another(work: Work) -> None:
    for number in (60, 70, 120):
        scan(number)
        assert PresencePrompt.objects.count() == 1 + (number == 120)
    # Asked again: that is no answer.
    assert status_at(121).status == "unconfirmed"
    scan(130)
    assert Alert.objects.filter(kind="unconfirmed").count() == 1
    answer(work, 131)
    assert not PresencePrompt.objects.filter(answered_at=None).exists()
    assert not Alert.objects.filter(resolved_at=None).exists()
    for number in (191, 201):
        scan(number)
    assert Alert.objects.filter(kind="unconfirmed", resolved_at=None).count() == 1


def test_what_waited_in_the_phone_counts_from_when_it_was_tapped(work: Work) -> None:
    scan(60)
    clock(work, "out", at=minute(230))
    stored = answer(work, 236, client_at=minute(64), sent_late=True, fixes=[fix(at=minute(64))])
    assert (stored.happened_at, stored.verdict) == (minute(64), "VERIFIED")
    early = PresencePrompt.objects.create(assignment=work.assignment, asked_at=minute(200), answer_by=minute(210))
    # A phone's clock that runs behind does not answer before the question.
    assert answer(work, 237, prompt=early, client_at=minute(10), sent_late=True).happened_at == minute(200)


def test_what_is_refused(work: Work, department: Tenant) -> None:
    scan(60)
    prompt = PresencePrompt.objects.get()
    with pytest.raises(PresencePromptNotFound):
        answer(work, 61, officer=make_officer(department, family_name="Stranger"))
    with pytest.raises(FixesUnreadable):
        answer(work, 61, fixes=["here"])
    with pytest.raises(CoordinatesInvalid):
        answer(work, 61, fixes=[{**fix(at=minute(61)), "latitude": 95}])
    assert not PresenceAnswer.objects.exists()
    taken = answer(work, 61)
    other = PresencePrompt.objects.create(assignment=work.assignment, asked_at=minute(62), answer_by=minute(72))
    with pytest.raises(PunchConflict):
        answer(work, 63, prompt=other, punch_id=taken.punch_id)
    clock(work, "out", at=minute(230))
    with pytest.raises(NotAskedAnyMore):
        answer(work, 231, prompt=other)
    assert prompt.answer.id == taken.id
