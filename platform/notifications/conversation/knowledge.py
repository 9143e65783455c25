"""HOURS, NEXT and MENU: what an officer asks, answered from the same reads as their pages."""

from django.utils.translation import gettext

from marketplace import short_codes, text_answers
from marketplace.officer_hours import hours_whole
from messaging.gsm import plain, segments_of, shorten
from notifications import wording
from notifications.conversation.reply import Reply, Sender, fitted
from notifications.links import marketplace_link


def menu() -> str:
    return gettext(
        "Muster: YES 77 bids or accepts, NO 77 declines, DROP 77 gives up, HOURS left, NEXT shift. STOP ends texts."
    )


def hours(sender: Sender) -> Reply:
    """The hour limits that leave the least, as they stand now."""
    if len(sender.officers) > 1:
        return _shared("hours")
    [officer] = sender.officers
    whole = hours_whole(officer_id=officer.id, home_department_id=officer.home_department_id, at=sender.at)
    tightest = sorted(whole.standings, key=lambda one: (not one.is_hard, one.remaining_minutes))
    if not tightest:
        return Reply(gettext("Muster: your department's rules set no hour limit now."), "hours", officer)
    text = gettext("Muster: hours left now:")
    for one in tightest:
        further = " " + plain(f"{wording.hours(one.remaining_minutes)} ({shorten(one.words.rstrip('.'), 60)});")
        if segments_of(text + further) > 1:
            break
        text += further
    return Reply(text.rstrip(";") + ".", "hours", officer)


def next_shift(sender: Sender) -> Reply:
    """When, where, meeting point; and the number to give it up by."""
    if len(sender.officers) > 1:
        return _shared("next")
    [officer] = sender.officers
    coming = text_answers.commitments_of(officer=officer, at=sender.at)
    if not coming:
        link = marketplace_link("officer:feed")
        return Reply(gettext("Muster: you have no coming shift. Find one: %(link)s") % {"link": link}, "next", officer)
    shift, job = coming[0].shift, coming[0].shift.job
    code = short_codes.code_for(officer_id=officer.id, shift_id=shift.id, at=sender.at)
    template = gettext("Muster: next: {when}, {what}, {where}. Meet: {meet}.")
    if code is not None and shift.starts_at > sender.at:
        template += " " + gettext("DROP {number} gives it up.")
    text = fitted(
        template,
        stretch="what",
        what=job.title,
        when=wording.short_slot(shift),
        where=job.venue.name[:36],
        meet=job.meeting_point[:44],
        number=code,
    )
    return Reply(text, "next", officer)


def _shared(asked: str) -> Reply:
    """One person's week is not told to whoever shares their telephone."""
    return Reply(
        gettext("Muster: two officers use this number, so we say it on your own page only: %(link)s")
        % {"link": marketplace_link("officer:shifts")},
        f"{asked}: shared telephone",
    )
