"""Why something that an officer asked for is refused, and what to do next."""

from django.utils.translation import gettext_noop as _

SHAPES = (
    # Bids
    _("There is no such shift, or it is not open to you."),
    _("You have no bid on this shift."),
    _("There is no such bid of yours."),
    _("Your department no longer lists you for off-duty work. Ask your coordinator."),
    _("This shift does not take bids: it is %(state)s. Look for another near you."),
    _("The one place is taken. Look for another shift near you."),
    _("All %(places)s places are taken. Look for another shift near you."),
    _("Bidding on this shift closed on %(moment)s. Look for another near you."),
    _("Bidding runs until %(moment)s; the shift is awarded then."),
    _("This shift was awarded on %(moment)s. Its award is on the shift's page."),
    _("You bid on this shift on %(moment)s; that bid counts. It is listed under your bids."),
    _("This bid can no longer be withdrawn: it is %(state)s. If you cannot work the shift, tell your coordinator."),
    _("This officer cannot be taken off: they are %(state)s. Correct the hours instead."),
    _("This shift has no place for that rank. It asks for: %(ranks)s."),
    _(
        "You are assigned to another shift from %(first)s to %(last)s, which overlaps this one. "
        "Choose a shift at another time."
    ),
    _("The rules of the officer's own department do not allow this shift. The officer can read why."),
    _("Bidding on this shift is not open to you yet. For you it opens on %(moment)s."),
    _(
        "Bidding on this shift is not open to you yet. "
        "It opens at a moment that nobody is told beforehand; look again later."
    ),
    _("This department's award order has no place for officers of your kind on this shift."),
    _("This department offers its shifts itself, without bids. Say on your profile when you are available."),
    # Offers and giving up
    _("There is no such offer to you."),
    _("This offer is no longer open: the time to answer has passed."),
    _("This offer is %(state)s."),
    _("The time to answer ended on %(moment)s. The place goes to the next officer."),
    _("%(said)s Ask your coordinator, who can take you off this shift."),
    _("Officers may give this shift up until %(moment)s, %(count)s h before its start. Call your coordinator."),
    _("Give a reason: your coordinator will read it."),
    # The clock
    _("There is no such shift of yours. Open it again from “My shifts”."),
    _("You are clocked in already. Clock out when you leave."),
    _("You have not clocked in to this shift. Clock in first, or call the coordinator."),
    _("You have clocked out of this shift already. Call the coordinator to correct the hours."),
    _("You are no longer assigned to this shift. Call the coordinator if that is wrong."),
    _("Clock-in opens %(minutes)s minutes before the shift starts. Try again then."),
    _("The shift is over. Call the coordinator, who can settle the hours."),
    _("This punch was sent before for something else. Reload the page and clock again."),
    _("The position could not be read: %(why)s. Try again."),
    _("Your department has ended your off-duty work. Ask its coordinator."),
    # Breaks, police duty, incidents, presence, relief
    _("You are on a break already. End it when you are back at your post."),
    _("You are not on a break. Reload the page to see what is counted."),
    _("You are on police duty already. Say when you are back at your post, or clock out."),
    _("You are not on police duty. Reload the page to see what is counted."),
    _("Choose one of the list."),
    _(
        "Give only your department's report number: up to %(count)s letters, digits, dots, slashes and hyphens, "
        "with a digit among them. What happened belongs into the report itself."
    ),
    _("There is no such question to you. Open the shift again from “My shifts”."),
    _("You are not clocked in on this shift, so nobody asks any more. There is nothing to do."),
    _("The place is not free any more: the officer came, or somebody else took it. Thank you for being ready."),
    _("Choose one of the reasons of the list."),
    _("There is nothing of that kind to explain on this shift."),
    _("There is nothing of that kind to explain."),
    _("That could not be read. Reload the page and try again."),
    _("%(said)s It is kept as evidence; your coordinator decides about the hours."),
    _("Only an officer who is on site now can be relieved. Reload the page."),
    _("Somebody is to relieve this officer already. Reload the page."),
    _("This place was handed over already. Reload the page."),
    _("Nobody is to relieve this officer."),
    # Contests
    _("There is no such contest."),
    _("There is no such award that you took part in."),
    _("This award could be contested for %(days)s days, until %(moment)s. Speak to your coordinator."),
    _("You contested this award on %(moment)s. It waits for its decision."),
    _("You contested this award on %(moment)s. It was %(state)s, and that stands."),
    _("You have this shift, so there is nothing to contest."),
    _("You withdrew your bid before the award, so there is nothing to contest."),
    _("This contest is %(state)s already. A decision stands."),
    _("Say what was wrong with this award."),
    _("Use at most %(count)s characters, not %(number)s."),
    # Availability, exceptions, other work
    _("At most %(count)s times a week and %(number)s blocked dates."),
    _("%(start)s to %(end)s: the end must be later than the start."),
    _("“%(text)s” is not a time. Write one like 18:00."),
    _("At most %(count)s stretches a week and %(number)s days that differ."),
    _("Each stretch ends after it begins, on the same day."),
    _("A day is either free or not."),
    _("The rules allow this shift as it is: no approval is needed. You can bid now."),
    _("Nobody can be excepted from the rule %(rule)s. It stands for everybody."),
    _("An exception to the rule %(rule)s is asked for already and waits for a decision."),
    _("Say why: whoever decides reads it."),
    _("Give a reason: it stays on file."),
    _("Write at most %(count)s characters, without control characters."),
    _("There is no such employment."),
    _("There are no such hours."),
    _("These hours are declared already."),
    _("Say who the employer is."),
    _("Say what the work is."),
    _("A week has 168 hours. Enter what a usual week comes to."),
    _("The last day is not before the first."),
    _("The last day lies in the past."),
    _("Enter at most 24 hours at once, day by day."),
    _("Enter hours of the last 60 and the next 90 days."),
    _("The employment with %(employer)s was not declared for that day."),
    _("The end must be after the start."),
    # The messages of a job, ratings
    _("The messages of this job are closed: its last shift is more than 30 days ago."),
    _("The messages of this job are closed to you: you are off it, or it has been over for 30 days."),
    _(
        "Leave telephone numbers, e-mail addresses and links to them out: everybody on this job can write here, and "
        "numbers stay private. Change it and send it again."
    ),
    _("You have written %(count)s messages within ten minutes. Wait a little, then send this one."),
    _("You have rated the site for this shift already. A rating stays as it was given. Thank you."),
    _("You have rated this site for this shift already. A rating stays as it was given. Thank you."),
    _("A shift can be rated once it is worked: clocked in and out on site, or with hours that are final."),
    _(
        "Ratings of this shift closed on %(day)s, %(days)s days after it ended. Tell the department's "
        "coordinator instead."
    ),
    _(
        "What the other side said of this shift has been open to you since %(days)s days after it: a rating given now "
        "would be an answer to it. You can reply to the comment instead."
    ),
    _("Choose between 1 and 5 stars."),
    _("There is no comment to reply to: it was hidden, or the rating has none."),
    _("You have replied to this comment already; both are shown together."),
    _("This rating was reported already. Its decision is final; you can still reply to the comment."),
    # Agencies
    _("There is no such engagement."),
    _("This engagement is %(state)s: nothing is left to answer."),
    _("1 coming shift is held with this agency. Give them up, or have them taken off, first."),
    _("%(count)s coming shifts are held with this agency. Give them up, or have them taken off, first."),
    _("The payment service does not answer just now. Nothing was charged; try again in a minute."),
    # Joining, phone, home
    _("You are on the roster of another department here. Ask it to end your service before you join this one."),
    _("You have joined from another roster entry already. Ask your coordinator which one is right."),
    _("This member has joined already: there is nothing left to accept. They can sign in."),
    _("This invitation does not exist or was withdrawn. Ask your coordinator for a new one."),
    _("This invitation ended on %(date_in_words)s. Ask your coordinator for a new one."),
    _("That is not the code in the e-mail. %(count)s attempts are left."),
    _("That is not the code in the e-mail. One attempt is left."),
    _("That is not the code in the e-mail. No attempts are left: ask your coordinator for a new invitation."),
    _("Accept the terms of service to open an account."),
    _("%(address)s already has an account. Sign in with it instead."),
    _("We sent you %(count)s codes within the hour. Look for the last text, or try again in an hour."),
    _("Write the whole number with its area code, like 905 555 0134."),
    _("Choose a travel distance between %(number)s and %(count)s km."),
    _("We could not place “%(text)s”. Add the postal code or ZIP code, or the city with its province or state."),
    _("The address service did not answer. Try again in a minute, or place the pin by hand."),
)
