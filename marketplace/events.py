"""The facts that the marketplace announces. Identifiers in payloads are text; handlers read the rest from the rows."""

CLIENT_INVITED = "marketplace.client_invited"
"""A coordinator entered a request for a caller: {client_id, person_id, department_id}. They get a mail to claim it."""

CLIENT_BLOCKED = "marketplace.client_blocked"
"""{client_id, department_id}"""

JOB_SUBMITTED = "marketplace.job_submitted"
"""{job_id}"""

JOB_CHANGED = "marketplace.job_changed"
"""A request that nobody had approved yet was changed at once: {job_id, revision_number}"""

JOB_CHANGE_PROPOSED = "marketplace.job_change_proposed"
"""A change of an approved job, which a new contract version must carry: {job_id, revision_number}"""

JOB_REVISION_APPLIED = "marketplace.job_revision_applied"
"""The accepted change is what the job is now: {job_id, revision_number}"""

JOB_APPROVED = "marketplace.job_approved"
"""{job_id}"""

JOB_REJECTED = "marketplace.job_rejected"
"""{job_id}; the reason is on the job."""

JOB_WITHDRAWN = "marketplace.job_withdrawn"
"""{job_id}: the client took it back before paying."""

JOB_LAPSED = "marketplace.job_lapsed"
"""{job_id}: its dates passed before it was approved, accepted or paid."""

JOB_FUNDED = "marketplace.job_funded"
"""{job_id}: the accepted contract is paid in full."""

JOB_CLOSED = "marketplace.job_closed"
"""{job_id}: every shift is finished."""

SHIFT_OPENED = "marketplace.shift_opened"
"""{shift_id}: officers may bid."""

SHIFT_CANCELLED = "marketplace.shift_cancelled"
"""{shift_id, bid_ids}: those bids on it have ended, and say why."""

SHIFT_EXPIRED = "marketplace.shift_expired"
"""{shift_id}: it began without anybody."""

SHIFT_FINISHED = "marketplace.shift_finished"
"""{shift_id}: every hour of it is final, nobody came, or nobody was found. Money may be settled."""

SHIFT_AWARDED = "marketplace.shift_awarded"
"""{shift_id}"""

SHIFT_STAFFED = "marketplace.shift_staffed"
"""{shift_id}: every place is filled, by the award, by the first who came, or by a backup."""

BID_PLACED = "marketplace.bid_placed"
"""{bid_id}"""

BID_WITHDRAWN = "marketplace.bid_withdrawn"
"""{bid_id}"""

BID_DECIDED = "marketplace.bid_decided"
"""{bid_id}: won, backup or lost, with its explanation."""

ASSIGNMENT_CONFIRMED = "marketplace.assignment_confirmed"
"""{assignment_id}"""

ASSIGNMENT_RELEASED = "marketplace.assignment_released"
"""{assignment_id, shift_id}: called off by the coordinator, or relieved on leaving the roster; the row says why."""

ASSIGNMENT_NO_SHOW = "marketplace.assignment_no_show"
"""{assignment_id}"""

CLOCKED_IN = "marketplace.clocked_in"
"""{assignment_id, clock_event_id, verdict}"""

CLOCKED_OUT = "marketplace.clocked_out"
"""{assignment_id, clock_event_id, verdict}"""

BREAK_STARTED = "marketplace.break_started"
"""{duty_event_id, assignment_id}"""

BREAK_ENDED = "marketplace.break_ended"
"""{duty_event_id, assignment_id}"""

WENT_ON_DUTY = "marketplace.went_on_duty"
"""{duty_event_id, assignment_id}: called to police duty; the hours stop, or a policy bills the arrest."""

BACK_FROM_DUTY = "marketplace.back_from_duty"
"""{duty_event_id, assignment_id}"""

INCIDENT_FLAGGED = "marketplace.incident_flagged"
"""{duty_event_id, assignment_id}: for the department alone; the row has category and report number."""

RELIEF_ARRANGED = "marketplace.relief_arranged"
"""{relief_id, shift_id}: a second officer comes for a place whose first still holds it."""

PLACE_HANDED_OVER = "marketplace.place_handed_over"
"""{relief_id, shift_id}; `handed_over_by` of the row says on whose word."""

CLOCK_REVIEW_OPENED = "marketplace.clock_review_opened"
"""{clock_event_id, assignment_id}: a coordinator must look at it."""

OVERRUN_AUTHORISED = "marketplace.overrun_authorised"
"""{assignment_id, authorised_ends_at}"""

TIMESHEET_SUBMITTED = "marketplace.timesheet_submitted"
"""{timesheet_id}"""

TIMESHEET_APPROVED = "marketplace.timesheet_approved"
"""{timesheet_id}; `decided_by` of the row says whether by the client, a coordinator or silence."""

TIMESHEET_DISPUTED = "marketplace.timesheet_disputed"
"""{timesheet_id}"""

TIMESHEET_RESOLVED = "marketplace.timesheet_resolved"
"""{timesheet_id}"""

SHIFT_VACATED = "marketplace.shift_vacated"
"""{shift_id, position_id, assignment_id}: an officer was released before the start. The next backup is asked first."""

SHIFT_SHORT_STAFFED = "marketplace.shift_short_staffed"
"""{shift_id}: after the award, or a release, places are left that no bidder takes. They are first come from now on."""

OFFICERS_INVITED = "marketplace.officers_invited"
"""{round_id, wave}: these officers are told now."""

SUMMARY_DUE = "marketplace.offer_summary_due"
"""{officer_id, shift_ids}: one message tells of all of them."""

TIER_OPENED = "marketplace.tier_opened"
"""{shift_id, tier_id}: a further group of officers may come from now on."""

OFFER_MADE = "marketplace.offer_made"
"""{offer_id}: a place is held for the officer until the answer is due."""

OFFER_ANSWERED = "marketplace.offer_answered"
"""{offer_id}: accepted, refused or unreachable; the row says which, and who wrote it down."""

ASSIGNMENT_GIVEN_UP = "marketplace.assignment_given_up"
"""{assignment_id, shift_id}: by the officer's own decision; the row says why."""

ASSIGNMENT_BUMPED = "marketplace.assignment_bumped"
"""{assignment_id, shift_id, sentence}: a better-placed officer took the place; the bumped one is first in line."""

AWARD_AWAITED = "marketplace.award_awaited"
"""{shift_id}: bidding has closed, and a coordinator decides by hand."""

OFFICER_JOINED = "marketplace.officer_joined"
"""{officer_id}"""

OFFICER_LEFT = "marketplace.officer_left"
"""{officer_id}: bids are withdrawn, assignments that had not begun are released."""

AWARD_CONTESTED = "marketplace.award_contested"
"""{contest_id}: an officer objects to an award."""

CONTEST_WITHDRAWN = "marketplace.contest_withdrawn"
"""{contest_id}: the officer took the objection back."""

CONTEST_DECIDED = "marketplace.contest_decided"
"""{contest_id}: upheld or rejected; the row has the decision and the remedy."""
DOCUMENT_UPLOADED = "marketplace.document_uploaded"
"""{document_id, job_id}: a client brought a paper; the coordinator looks at it."""

DOCUMENT_REJECTED = "marketplace.document_rejected"
"""{document_id, job_id}; the reason is on the document."""

DOCUMENT_EXPIRED = "marketplace.document_expired"
"""{document_id, job_id}: after a change of the job it does not hold long enough, or covers too little."""

DOCUMENTS_DUE_SOON = "marketplace.documents_due_soon"
"""{job_id, codes}: these are still missing, seven or two days before they are due."""
DUTY_CONFLICT_OPENED = "marketplace.duty_conflict_opened"
"""{conflict_id}: the home department's schedule claims time that an officer has promised to a detail."""

AGENCIES_ASKED = "marketplace.agencies_asked"
"""{job_id}: the client wants prices of the department's admitted agencies."""

ALERT_OPENED = "marketplace.alert_opened"
"""{alert_id, level}: something on a detail wants a person; `kind` of the row says what."""

ALERT_ESCALATED = "marketplace.alert_escalated"
"""{alert_id, level}: nobody looked after it in time, so the next of the policy's escalation hears."""

CLIENT_ALERT_DUE = "marketplace.client_alert_due"
"""{alert_id, level}: the officer is late for so long that the client is told, once."""

PRESENCE_ASKED = "marketplace.presence_asked"
"""{prompt_id}: an officer on duty is asked whether they are still on site."""

RELIEF_ENDED = "marketplace.relief_ended"
"""{relief_search_id}: filled by a backup, stopped because the officer came, or nobody was left to ask."""

JOB_MESSAGE_WRITTEN = "marketplace.job_message_written"
"""{message_id}: in the thread of a job."""

JOB_MESSAGES_UNREAD = "marketplace.job_messages_unread"
"""{job_id, person_id, side, count}: somebody at the thread has not read for a while."""
