"""How each state looks: a tone, an icon and words. Colour never speaks alone."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class StateLook:
    """`tone` is neutral, info, success, warning, error or primary; `icon` a Lucide name; `label` what people read."""

    tone: str
    icon: str
    label: str | Promise


_LOOKS: dict[str, StateLook] = {
    # Jobs
    "draft": StateLook("neutral", "pencil", _("Draft")),
    "submitted": StateLook("info", "send", _("Submitted")),
    "approved": StateLook("success", "circle-check", _("Approved")),
    "rejected": StateLook("error", "circle-x", _("Not approved")),
    "contracted": StateLook("success", "file-check", _("Contracted")),
    "closed": StateLook("neutral", "lock", _("Closed")),
    "cancelled": StateLook("neutral", "ban", _("Cancelled")),
    # Shifts
    "planned": StateLook("neutral", "circle-dashed", _("Planned")),
    "open": StateLook("info", "radio", _("Open")),
    "part_staffed": StateLook("warning", "user-plus", _("Part-staffed")),
    "staffed": StateLook("success", "users", _("Staffed")),
    "in_progress": StateLook("info", "activity", _("In progress")),
    "worked": StateLook("success", "check", _("Worked")),
    "expired": StateLook("neutral", "hourglass", _("Expired")),
    # Bids
    "placed": StateLook("info", "hand-coins", _("Bid placed")),
    "won": StateLook("success", "trophy", _("Awarded")),
    "backup": StateLook("info", "list-ordered", _("Backup")),
    "lost": StateLook("neutral", "circle-minus", _("Not awarded")),
    "withdrawn": StateLook("neutral", "undo-2", _("Withdrawn")),
    # Assignments
    "offered": StateLook("info", "bell-ring", _("Offered")),
    "confirmed": StateLook("success", "user-check", _("Confirmed")),
    "checked_in": StateLook("info", "log-in", _("Checked in")),
    "checked_out": StateLook("success", "log-out", _("Checked out")),
    "called_off": StateLook("warning", "user-x", _("Called off")),
    "no_show": StateLook("error", "circle-alert", _("No-show")),
    "relieved": StateLook("neutral", "repeat", _("Relieved")),
    # Offers
    "refused": StateLook("neutral", "circle-minus", _("Refused")),
    "unreachable": StateLook("warning", "hourglass", _("Not reached")),
    # Relief
    "searching": StateLook("info", "search", _("Backups are asked")),
    "filled": StateLook("success", "user-check", _("Somebody took over")),
    "stopped": StateLook("neutral", "check", _("Not needed any more")),
    "exhausted": StateLook("warning", "user-x", _("Nobody left")),
    # Agencies
    "not_chosen": StateLook("neutral", "circle-minus", _("Not chosen")),
    "outdated": StateLook("warning", "history", _("The request changed since")),
    "admitted": StateLook("success", "shield-check", _("Admitted")),
    "barred": StateLook("error", "ban", _("Barred")),
    # Timesheets
    "disputed": StateLook("error", "gavel", _("Disputed")),
    "resolved": StateLook("success", "handshake", _("Resolved")),
    "awaiting_approval": StateLook("warning", "hourglass", _("Awaiting approval")),
    # Money
    "pending": StateLook("warning", "hourglass", _("Pending")),
    "processing": StateLook("info", "loader-circle", _("Processing")),
    "paid": StateLook("success", "badge-check", _("Paid")),
    "unpaid": StateLook("warning", "circle-alert", _("Unpaid")),
    "succeeded": StateLook("success", "badge-check", _("Succeeded")),
    "dropped": StateLook("neutral", "circle-minus", _("Not needed any more")),
    "failed": StateLook("error", "circle-x", _("Failed")),
    "refunded": StateLook("neutral", "corner-up-left", _("Refunded")),
    "part_refunded": StateLook("neutral", "corner-up-left", _("Part-refunded")),
    "intended": StateLook("neutral", "clock", _("About to be sent")),
    "unknown": StateLook("warning", "search", _("Being looked up")),
    "done": StateLook("success", "circle-check", _("Done")),
    "held": StateLook("warning", "pause", _("Held")),
    "authorised": StateLook("info", "pause", _("Held on the card")),
    "in_transit": StateLook("info", "send", _("Sent, not yet with the bank")),
    "reversed": StateLook("neutral", "undo-2", _("Reversed")),
    "accepted": StateLook("success", "file-signature", _("Accepted")),
    "superseded": StateLook("neutral", "history", _("Superseded")),
    "reserved": StateLook("neutral", "clock", _("Reserved")),
    # Reconciliation
    "clean": StateLook("success", "circle-check", _("Clean")),
    "differences": StateLook("warning", "triangle-alert", _("Not clean")),
    "proposed": StateLook("warning", "hourglass", _("Waits for another operator")),
    "posted": StateLook("success", "circle-check", _("Booked")),
    # Work in the background
    "running": StateLook("info", "loader-circle", _("Running")),
    # Contested awards
    "filed": StateLook("warning", "hourglass", _("Waits for a decision")),
    "upheld": StateLook("success", "circle-check", _("Upheld")),
    # Imports and duty conflicts
    "uploaded": StateLook("neutral", "upload", _("Columns to be chosen")),
    "previewed": StateLook("info", "eye", _("To be looked at")),
    "applying": StateLook("info", "loader-circle", _("Being imported")),
    "applied": StateLook("success", "circle-check", _("Imported")),
    "conflict_open": StateLook("warning", "triangle-alert", _("To be decided")),
    "conflict_kept": StateLook("success", "circle-check", _("Kept")),
    "conflict_released": StateLook("neutral", "user-x", _("Released")),
    "conflict_resolved": StateLook("neutral", "check", _("Resolved")),
    "sick": StateLook("warning", "hourglass", _("Off sick")),
    # Reconciliation
    "matched": StateLook("success", "circle-check", _("Matched")),
    "differs": StateLook("error", "triangle-alert", _("Differs")),
    "row_open": StateLook("warning", "hourglass", _("Open")),
    "explained": StateLook("info", "message-square-text", _("Explained")),
    "split": StateLook("info", "split", _("Split")),
    "month_open": StateLook("info", "unlock", _("Open")),
    "month_closed": StateLook("neutral", "lock", _("Closed")),
    # Clock verdicts
    "verified": StateLook("success", "map-pin-check", _("On site")),
    "near": StateLook("info", "map-pin", _("Near the site")),
    "weak": StateLook("warning", "locate", _("Position not sure")),
    "offsite": StateLook("error", "map-pin-off", _("Off site")),
    # Exceptions and other employers
    "requested": StateLook("warning", "hourglass", _("Waiting")),
    "declared": StateLook("info", "file-text", _("Declared")),
    "revoked": StateLook("neutral", "undo-2", _("Taken back")),
    "ended": StateLook("neutral", "check", _("Ended")),
    # Policy verdicts
    "allow": StateLook("success", "shield-check", _("Allowed")),
    "warn": StateLook("warning", "triangle-alert", _("Allowed with a reason")),
    "needs_approval": StateLook("warning", "shield-alert", _("Needs approval")),
    "deny": StateLook("error", "ban", _("Not allowed")),
    # People and organisations
    "active": StateLook("success", "circle-check", _("Active")),
    "inactive": StateLook("neutral", "circle-minus", _("Inactive")),
    "invited": StateLook("info", "mail", _("Invited")),
    "suspended": StateLook("error", "pause", _("Suspended")),
    "blocked": StateLook("error", "ban", _("Blocked")),
    "on_leave": StateLook("warning", "calendar-x", _("On leave")),
    "provisioning": StateLook("info", "loader-circle", _("Being set up")),
    # Messages
    "queued": StateLook("neutral", "clock", _("Queued")),
    "sent": StateLook("info", "send", _("Sent")),
    "delivered": StateLook("success", "mail-check", _("Delivered")),
    "undelivered": StateLook("error", "circle-alert", _("Not delivered")),
    "opted_out": StateLook("neutral", "ban", _("Opted out")),
}


def look_of(state: str) -> StateLook:
    """How the state looks; an unknown one is shown in its own words rather than hidden or refused."""
    key = str(state).strip().lower().replace("-", "_").replace(" ", "_")
    return _LOOKS.get(key) or StateLook("neutral", "circle", key.replace("_", " ").capitalize())


def alert_look(tone: str) -> StateLook:
    """How a message of this tone looks; Django's level names (`error`, `debug`) are understood."""
    return {
        "success": StateLook("success", "circle-check", ""),
        "warning": StateLook("warning", "triangle-alert", ""),
        "error": StateLook("error", "circle-alert", ""),
        "danger": StateLook("error", "circle-alert", ""),
        "neutral": StateLook("neutral", "info", ""),
        "debug": StateLook("neutral", "info", ""),
    }.get(tone.split()[-1] if tone.strip() else "", StateLook("info", "info", ""))


def known_states() -> dict[str, StateLook]:
    """Every state with its look, for the style guide and its test."""
    return dict(_LOOKS)
