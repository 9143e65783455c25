"""A row as the list of its month shows it: every figure in words already, so that the template only places it.

A page has fifty rows of sixty values each. Asked for in the template, with its filters and one translation after the
other, they cost several times as much as the rest of the page.
"""

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from billing.models import WorkspaceRow
from portals.wording import EN_DASH, duration_text, moment_text, money_text

State, Decision = WorkspaceRow.State, WorkspaceRow.Decision
_NOTE_LENGTH = 120
_REASON_LENGTH = 200


def listed(rows: Iterable[WorkspaceRow], *, here: str, may_decide: bool) -> list[dict[str, Any]]:
    """Of each row what `reconciliation/_row.html` says. `here` is the list as it is filtered, to come back to.

    `figures` are columns of `label` and `lines`, each line a text and what stands small below it. `action` is what can
    be done about the row at once: "take_back", "accept", "explain" or nothing.
    """
    words = {
        "scheduled": _("Scheduled"), "clock": _("GPS"), "approved": _("Approved"), "billed": _("Billed"),
        "paid": _("Paid out"), "theirs": _("Their invoice"), "of": _("of"), "accepted": _("Accepted by"),
    }  # fmt: skip
    back = quote(here)
    return [
        {
            "id": str(row.id),
            "officer": row.officer_name,
            "starts": moment_text(row.starts_at, row.time_zone),
            "work": f"{row.client_name} · {row.reference}",
            "is_correction": bool(row.sequence),
            "figures": _figures(row, words),
            "state": "row_open" if row.state == State.OPEN else row.state,
            "decision": _decision(row, words["accepted"]),
            "reason": _shortened(row.reason, _REASON_LENGTH),
            "action": _action(row) if may_decide else "",
            "may_split": row.automatic_state == State.DIFFERS,
            "back": back,
        }
        for row in rows
    ]


def _figures(row: WorkspaceRow, words: dict[str, str]) -> list[dict[str, Any]]:
    billed = [] if row.invoice_cents is None else [(money_text(row.invoice_cents), _time(row.billed_minutes, ""))]
    paid = [] if row.due_cents is None else [(_money(row.paid_cents), f"{words['of']} {money_text(row.due_cents)}")]
    theirs = [
        (money_text(cents), numbers)
        for cents, numbers in ((row.own_cents, row.own_numbers), (row.claimed_cents, row.claimed_numbers))
        if cents is not None
    ]
    nothing = [(EN_DASH, "")]
    return [
        {"label": words["scheduled"], "lines": [(_time(row.scheduled_minutes), "")]},
        {"label": words["clock"], "lines": [(_time(row.clock_minutes), "")]},
        {"label": words["approved"], "lines": [(_time(row.worked_minutes), "")]},
        {"label": words["billed"], "lines": billed or nothing},
        {"label": words["paid"], "lines": paid or nothing},
        {"label": words["theirs"], "lines": theirs or nothing},
    ]


def _time(minutes: int | None, otherwise: str = EN_DASH) -> str:
    return otherwise if minutes is None else duration_text(minutes)


def _money(cents: int | None) -> str:
    return "" if cents is None else money_text(cents)


def _decision(row: WorkspaceRow, accepted_by: str) -> str:
    if not row.decision:
        return ""
    who = f"{accepted_by} {row.decided_by}" if row.decision == Decision.ACCEPTED else row.decided_by
    return f"{who}: {_shortened(row.decision_note, _NOTE_LENGTH)}" if row.decision_note else who


def _action(row: WorkspaceRow) -> str:
    if row.decision:
        return "take_back"
    return "accept" if row.automatic_state == State.MATCHED else "explain"


def _shortened(text: str, length: int) -> str:
    return text if len(text) <= length else Truncator(text).chars(length)
