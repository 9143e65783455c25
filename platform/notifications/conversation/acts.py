"""YES, NO and DROP: find the shift that is meant, do the one thing, say what came of it."""

from django.utils.translation import get_language, gettext

from kernel.errors import Refusal
from marketplace import short_codes, text_answers
from marketplace.models import Officer, Shift, ShortCode
from messaging.commands import Command, Verb, word_for
from messaging.gsm import segments_of
from notifications import wording
from notifications.conversation.refused import words_of_refusal
from notifications.conversation.reply import Reply, Sender, by_text, fitted


def act(command: Command, sender: Sender) -> Reply:
    held = [
        one
        for one in short_codes.shifts_of_phone(phone=sender.phone, at=sender.at)
        # A number that was given to somebody who had this telephone before is nobody's now.
        if one.officer_id in {officer.id for officer in sender.officers}
    ]
    if command.number is not None:
        found = next((one for one in held if one.number == command.number), None)
        return _act_on(command, found, sender) if found else _unknown_number(command, sender)
    choices = _droppable(sender) if command.verb == Verb.DROP else text_answers.waiting_for_answer(
        phone=sender.phone, at=sender.at
    )  # fmt: skip
    choices = [one for one in choices if one.officer_id in {officer.id for officer in sender.officers}]
    if not choices:
        return _nothing_waits(command)
    if len(choices) > 1:
        return Reply(_which(command, choices), "asked which")
    if command.verb == Verb.DROP and not command.confirmed:
        [only] = choices
        return Reply(
            fitted(
                gettext("Muster: give up {what}, {when}? Reply DROP {number}."),
                stretch="what",
                what=only.shift.job.title,
                when=wording.short_slot(only.shift),
                number=only.number,
            ),
            "asked whether to drop",
            _officer(only, sender),
        )
    return _act_on(command, choices[0], sender)


def _act_on(command: Command, code: ShortCode, sender: Sender) -> Reply:
    officer, shift = _officer(code, sender), code.shift
    try:
        match command.verb:
            case Verb.YES:
                return _yes(code, officer, sender)
            case Verb.NO:
                return _no(code, officer, sender)
            case _:
                return _drop(code, officer, command, sender)
    except Refusal as refusal:
        text = fitted(
            gettext("Muster, {number}: {why}"),
            stretch="why",
            number=code.number,
            why=words_of_refusal(refusal, zone=shift.time_zone),
        )
        return Reply(text, f"{command.verb} {code.number}: refused, {refusal.code}", officer)


def _yes(code: ShortCode, officer: Officer, sender: Sender) -> Reply:
    done = text_answers.say_yes(officer=officer, shift_id=code.shift_id, actor=by_text(officer), at=sender.at)
    if done.has_place:
        text = _about(
            code,
            gettext("Muster: the shift is yours: {what}, {when}. Meet: {meet}. DROP {number} gives it up."),
            meet=code.shift.job.meeting_point[:40],
        )
        return Reply(text, f"yes {code.number}: has the place", officer)
    closes_at = done.shift.closes_at
    until = wording.moment(closes_at, code.shift.time_zone) if closes_at else wording.short_slot(code.shift)
    text = _about(
        code,
        gettext("Muster: your bid is in: {what}, {when}. Decided {until}. DROP {number} takes it back."),
        until=until,
    )
    return Reply(text, f"yes {code.number}: bid placed", officer)


def _no(code: ShortCode, officer: Officer, sender: Sender) -> Reply:
    done = text_answers.say_no(officer=officer, shift_id=code.shift_id, actor=by_text(officer), at=sender.at)
    return Reply(_about(code, _done(done)), f"no {code.number}: {done}", officer)


def _drop(code: ShortCode, officer: Officer, command: Command, sender: Sender) -> Reply:
    dropped = text_answers.drop(
        officer=officer,
        shift_id=code.shift_id,
        is_confirmed=command.confirmed,
        reason=gettext("Given up by text message."),
        actor=by_text(officer),
        at=sender.at,
    )
    told = dropped.consequence
    if not dropped.gave_up and told is not None:
        cost = (
            gettext("%(hours)s count against you.") % {"hours": wording.hours(told.counts_minutes)}
            if told.counts_minutes
            else told.text
        )
        text = fitted(
            gettext("Muster: give up {what}, {when}? {cost} Reply DROP {number} OK to do it."),
            stretch="cost" if not told.counts_minutes else "what",
            what=code.shift.job.title[:40],
            when=wording.short_slot(code.shift),
            cost=cost,
            number=code.number,
        )
        return Reply(text, f"drop {code.number}: asked to confirm", officer)
    return Reply(_about(code, _done(dropped.gave_up)), f"drop {code.number}: {dropped.gave_up}", officer)


def _done(what: str) -> str:
    return {
        "given up": gettext("Muster: you are off {what}, {when}. It is noted as a call-off of yours."),
        "declined": gettext("Muster: declined: {what}, {when}. The place goes to the next officer."),
        "withdrawn": gettext("Muster: your bid is withdrawn: {what}, {when}."),
        "noted": gettext("Muster: noted. You get no more texts about {what}, {when}."),
    }[what]


def _about(code: ShortCode, template: str, **more: object) -> str:
    shift: Shift = code.shift
    return fitted(
        template, stretch="what", what=shift.job.title, when=wording.short_slot(shift), number=code.number, **more
    )


def _unknown_number(command: Command, sender: Sender) -> Reply:
    text = gettext("Muster: %(number)s is no shift of yours, or it is over. Nothing was done.") % {
        "number": command.number
    }
    mine = {officer.id for officer in sender.officers}
    waiting = [
        one for one in text_answers.waiting_for_answer(phone=sender.phone, at=sender.at) if one.officer_id in mine
    ]
    if waiting:
        text += " " + gettext("Waiting for your answer: %(numbers)s.") % {
            "numbers": ", ".join(str(one.number) for one in waiting[:6])
        }
    return Reply(text, f"{command.verb} {command.number}: no such number")


def _nothing_waits(command: Command) -> Reply:
    if command.verb == Verb.DROP:
        return Reply(gettext("Muster: you have no coming shift to give up."), "nothing to drop")
    text = gettext("Muster: nothing waits for your answer. NEXT tells your next shift, MENU every choice.")
    return Reply(text, "nothing waits")


def _which(command: Command, choices: list[ShortCode]) -> str:
    verb = word_for(command.verb, get_language() or "")
    text = gettext("Muster: which one?")
    for one in choices:
        further = f" {verb} {one.number}: {wording.short_slot(one.shift)}."
        if segments_of(text + further) > 1:
            break
        text += further
    return text


def _droppable(sender: Sender) -> list[ShortCode]:
    """The coming shifts as numbers; one that was taken on a page gets its number now."""
    coming = [
        assignment
        for officer in sender.officers
        for assignment in text_answers.commitments_of(officer=officer, at=sender.at)
        if assignment.shift.starts_at > sender.at
    ]
    places = [(one.officer_id, one.shift_id) for one in coming]
    short_codes.codes_for(places=places, at=sender.at)
    held = short_codes.shifts_of_phone(phone=sender.phone, at=sender.at)
    return [one for one in held if (one.officer_id, one.shift_id) in places]


def _officer(code: ShortCode, sender: Sender) -> Officer:
    return next(officer for officer in sender.officers if officer.id == code.officer_id)
