"""Offers of work to officers: one by one or as a summary, each in the officer's own language."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext, ngettext

from departments.policies import policy_at
from kernel.languages import speaking
from kernel.subscriptions import Event
from marketplace import short_codes
from marketplace.inviting import is_over, takes_bids_until, whom_to_tell
from marketplace.models import Officer, Shift
from messaging.gsm import in_one_segment
from messaging.mass import ROOM_FOR_ANSWER, Recipient, Words, queue_offers
from messaging.models import SmsBudget
from notifications import wording
from notifications.department import tell_coordinators
from notifications.letters import Letter
from notifications.links import marketplace_link, short_link, tenant_link
from tenants.context import acting_as

_SHOWN_IN_SUMMARY = 10


def tell_wave(*, event: Event, at: datetime) -> None:
    """marketplace.officers_invited: one statement queues the whole wave, whatever its size."""
    invitations = whom_to_tell(round_id=UUID(event.payload["round_id"]), wave=event.payload["wave"], at=at)
    if not invitations:
        return
    opened, shift = invitations[0].round, invitations[0].shift
    rules = policy_at(department_id=shift.governing_department_id, at=shift.starts_at).messages
    queue_offers(
        key=str(opened.event_id),
        about_id=shift.id,
        payer_id=shift.governing_department_id,
        allowed_segments=rules.monthly_segments,
        words=_in_languages([one.officer for one in invitations], lambda: _invitation(shift, at=at)),
        recipients=_with_answers(_recipients([(one.officer, one.due_at or at) for one in invitations]), shift, at=at),
        expires_at=takes_bids_until(shift),
        at=at,
    )


def tell_summary(*, event: Event, at: datetime) -> None:
    """marketplace.offer_summary_due: several shifts in one message, on the home department's account."""
    officer = Officer.objects.select_related("person").get(id=event.payload["officer_id"])
    shifts = [
        shift
        for shift in Shift.objects.filter(id__in=event.payload["shift_ids"])
        .select_related("job__venue")
        .prefetch_related("positions")
        .order_by("starts_at", "id")
        if not is_over(shift, at=at)
    ]
    if not shifts:
        return
    rules = policy_at(department_id=officer.home_department_id, at=at).messages
    queue_offers(
        key=str(event.id),
        about_id=None,
        payer_id=officer.home_department_id,
        allowed_segments=rules.monthly_segments,
        words=_in_languages([officer], lambda: _summary(shifts, at=at)),
        recipients=_recipients([(officer, at)]),
        expires_at=max(takes_bids_until(shift) for shift in shifts),
        at=at,
    )


def announce_budget(*, event: Event, at: datetime) -> None:
    """messaging.sms_budget_reached: at 80 % there is time to act; at the end officers still get e-mails."""
    with acting_as(purpose="messaging"):
        budget = SmsBudget.objects.get(id=event.payload["budget_id"])
    is_used_up = event.payload["percent"] >= 100
    heading = (
        "This month's text messages are used up"
        if is_used_up
        else f"{event.payload['percent']} % of this month's text messages are used"
    )
    consequence = (
        "Officers hear of new shifts by e-mail alone until the month ends. Texts about their own shifts still go out."
        if is_used_up
        else "When they are used up, officers hear of new shifts by e-mail alone until the month ends."
    )
    letter = Letter(
        subject=heading,
        heading=heading,
        paragraphs=(consequence, "The limit stands in your policy, under “Offers by message”."),
        facts=(
            ("Allowed", f"{budget.allowed_segments:,} segments of 160 characters"),
            ("Offers so far", f"{budget.offer_segments:,}"),
        ),
        action=("Open the policy", tenant_link(budget.tenant_id, "department:policy")),
    )
    tell_coordinators(letter, department_id=budget.tenant_id, event=event, at=at)


def _in_languages(officers: Iterable[Officer], write: Callable[[], tuple[Letter, str]]) -> dict[str, Words]:
    """The same offer written once in each language that these officers read."""
    words = {}
    for language in sorted({officer.person.language for officer in officers}):
        with speaking(language):
            letter, sms = write()
            words[language] = Words(subject=letter.subject, text=letter.text(), html=letter.html(), sms=sms)
    return words


def _recipients(told: Sequence[tuple[Officer, datetime]]) -> list[Recipient]:
    """Those who want to be told by any way, in their order. Without a number they get the e-mail."""
    phones = short_codes.verified_phones(officer_ids=[officer.id for officer, _ in told if officer.wants_sms])
    return [
        Recipient(
            reference=officer.id,
            person_id=officer.person_id,
            tenant_id=officer.home_department_id,
            email=officer.person.email,
            wants_email=officer.wants_email,
            phone=phones.get(officer.id, ""),
            language=officer.person.language,
            due_at=due_at,
        )
        for officer, due_at in told
        if officer.wants_email or officer.wants_sms
    ]


def _with_answers(recipients: Sequence[Recipient], shift: Shift, *, at: datetime) -> list[Recipient]:
    """Each text ends with the number by which its reader can answer."""
    codes = short_codes.codes_for(places=[(one.reference, shift.id) for one in recipients if one.phone], at=at)
    answered = []
    for one in recipients:
        code = codes.get((one.reference, shift.id))
        with speaking(one.language):
            words = "" if code is None else gettext("Reply YES %(code)s.") % {"code": code}
        answered.append(replace(one, answer=words))
    return answered


def _invitation(shift: Shift, *, at: datetime) -> tuple[Letter, str]:
    job = shift.job
    pay = _pay(shift)
    closing = (
        gettext("First come, first served.")
        if shift.first_come or shift.closes_at is None
        else gettext("Bids close {moment}.").format(moment=wording.moment(shift.closes_at, shift.time_zone))
    )
    letter = Letter(
        subject=f"{job.title}, {wording.slot(shift)}",
        heading=gettext("Work near you: {title}").format(title=job.title),
        paragraphs=(gettext("Your department's rules allow you to work this shift.") + " " + closing,),
        facts=(
            (gettext("When"), wording.slot(shift)),
            (gettext("Where"), wording.place(job)),
            (gettext("Pay"), pay),
        ),
        action=(gettext("See it and bid"), marketplace_link("officer:shift", shift_id=shift.id)),
        footnote=gettext("How often and when you are told is yours to say: {link}").format(
            link=marketplace_link("officer:message_wishes")
        ),
    )
    sms = in_one_segment(
        "Muster: {title}, {slot}, {place}, {pay}.{first_come} {link}",
        ROOM_FOR_ANSWER,
        shortened={"title": job.title, "place": job.venue.place_name or job.venue.name},
        slot=wording.short_slot(shift),
        pay=pay,
        first_come=" " + gettext("First come.") if shift.first_come else "",
        link=short_link("officer:shift", at=at, shift_id=shift.id),
    )
    return letter, sms


def _summary(shifts: Sequence[Shift], *, at: datetime) -> tuple[Letter, str]:
    count = len(shifts)
    heading = ngettext("{count} shift near you", "{count} shifts near you", count).format(count=count)
    more = count - _SHOWN_IN_SUMMARY
    letter = Letter(
        subject=heading,
        heading=heading,
        paragraphs=(
            gettext("Your department's rules allow you to work these, as far as is known now."),
            *((ngettext("… and {count} more.", "… and {count} more.", more).format(count=more),) if more > 0 else ()),
        ),
        facts=tuple(
            (
                shift.job.title,
                f"{wording.slot(shift)} · {shift.job.venue.place_name or shift.job.venue.name} · {_pay(shift)}",
            )
            for shift in shifts[:_SHOWN_IN_SUMMARY]
        ),
        action=(gettext("See them and bid"), marketplace_link("officer:feed")),
        footnote=gettext("How often and when you are told is yours to say: {link}").format(
            link=marketplace_link("officer:message_wishes")
        ),
    )
    first = shifts[0]
    sms = in_one_segment(
        "Muster: {heading}. {first_label}: {title}, {slot}, {pay}. {link}",
        shortened={"title": first.job.title},
        heading=heading,
        first_label=gettext("First"),
        slot=wording.short_slot(first),
        pay=_pay(first),
        link=short_link("officer:feed", at=at),
    )
    return letter, sms


def _pay(shift: Shift) -> str:
    rates = sorted({position.pay_rate_cents_per_hour for position in shift.positions.all()})
    amounts = [wording.money(rate, shift.job.currency) for rate in dict.fromkeys([rates[0], rates[-1]])]
    return (
        gettext("{lowest} to {highest}/h").format(lowest=amounts[0], highest=amounts[-1])
        if len(amounts) > 1
        else f"{amounts[0]}/h"
    )
