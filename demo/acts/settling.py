"""C6 and C7: hours become money, papers and payouts; everybody rates."""

from __future__ import annotations

from typing import Any

from demo.agenda import Agenda
from demo.stage import OfficerOnStage, Stage, Troupe, rows

MONEY = (
    "captured_cents",
    "refunded_cents",
    "transferred_cents",
    "service_fee_cents",
    "service_fee_tax_cents",
    "prepaid_held_cents",
)


def settle(stage: Stage, agenda: Agenda, troupe: Troupe) -> None:
    """Wait until everything that was paid has gone where it belongs, then look at each side's papers."""
    stage.story.step = "C6"
    desk = troupe.coordinator
    money = desk.wait_for(
        f"desk/jobs/{troupe.job_id}/money",
        lambda found: found if has_gone(found) else None,
        what="refunds, extra charges and transfers",
    )
    troupe.asked["money"] = {name: money[name] for name in MONEY}
    stage.story.tell(
        f"{troupe.short}: paid {money['captured_cents']}, refunded {money['refunded_cents']}, transferred "
        f"{money['transferred_cents']}, fee {money['service_fee_cents']} + {money['service_fee_tax_cents']}",
        ids=troupe.job_id,
        cents=money["captured_cents"],
        currency=troupe.currency,
        ms=desk.seen_ms,
    )
    came = [officer for officer in troupe.workers if officer.drawn.attendance is not None]
    troupe.asked["documents"] = [_paper(stage, troupe.client, troupe, "invoice", troupe.asked["client"]["email"])]
    for officer in came:
        troupe.asked["documents"].append(_paper(stage, officer.caller, troupe, "statement", officer.drawn.work_email))
        earned = rows(officer.caller.get("officer/earnings"))
        troupe.asked["officers"][officer.officer_id]["earned"] = [
            {name: row[name] for name in ("assignment_id", "amount_cents", "state")} for row in earned
        ]
    _rate(stage, troupe, came)


def has_gone(money: dict[str, Any]) -> bool:
    return (
        # Read in several statements: a transfer that arrives in between shows on one side only, for a moment.
        money["identity_holds"]
        and money["service_fee_cents"] > 0
        and money["prepaid_held_cents"] == 0
        and money["unbilled_cents"] == 0
        and money["receivable_cents"] == 0
    )


def _paper(stage: Stage, caller: Any, troupe: Troupe, kind: str, email: str) -> dict[str, Any]:
    listed = caller.wait_for(
        "documents", lambda answer: [row for row in rows(answer) if row["kind"] == kind] or None, what=f"the {kind}"
    )
    document = listed[0]
    pdf = caller.exchange("GET", f"/api/v1/documents/{document['id']}/pdf")
    file = stage.story.file.parent / "documents" / f"{document['number']}.pdf"
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(pdf.raw)
    troupe.expect_mail(email, document["number"])
    stage.story.tell(
        f"{kind.title()} {document['number']} for {caller.name}, {len(pdf.raw) / 1024:.0f} KB",
        ids=document["id"],
        cents=document["total_cents"],
        currency=troupe.currency,
    )
    return {
        "id": document["id"],
        "kind": kind,
        "number": document["number"],
        "total_cents": document["total_cents"],
        "sha256": document["sha256"],
        "for": email,
        "file": f"documents/{file.name}",
    }


def _rate(stage: Stage, troupe: Troupe, came: list[OfficerOnStage]) -> None:
    stage.story.step = "C7"
    chance = troupe.script.ratings
    for officer in came:
        for rater, path in ((troupe.client, "assignments"), (troupe.coordinator, "desk/assignments")):
            stars = {name: chance.randint(3, 5) for name in ("punctuality", "appearance", "conduct")}
            rater.post(f"{path}/{officer.assignment_id}/rating", {**stars, "comment": "Thank you for a calm evening."})
        twice = troupe.client.exchange(
            "POST",
            f"/api/v1/assignments/{officer.assignment_id}/rating",
            {"punctuality": 1, "appearance": 1, "conduct": 1},
            expect=(409,),
        )
        found = {name: chance.randint(3, 5) for name in ("briefing", "safety", "conduct")}
        officer.caller.post(f"officer/assignments/{officer.assignment_id}/site-rating", found)
        comments = officer.caller.get("officer/ratings")["comments"]
        stage.story.tell(
            f"{officer.name} is rated by client and department, rates the site, and reads {len(comments)} comments; "
            f"twice: {twice.body['code']}"
        )


def pay_out(stage: Stage, troupes: list[Troupe]) -> dict[str, Any]:
    """The provider pays every account out to its bank each midnight; the rest now. Answers with its books."""
    stage.story.step = "C6"
    stage.control("POST", "/control/payouts", {"settle": True})
    books: dict[str, Any] = stage.control("GET", "/control/books")
    for troupe in troupes:
        currency = troupe.currency.lower()
        arrived = [
            totals[currency]
            for account, totals in books["accounts"].items()
            if account.startswith("outside:bank:") and totals.get(currency)
        ]
        stage.story.tell(
            f"Payouts of {troupe.currency} have arrived at {len(arrived)} bank accounts",
            cents=sum(arrived),
            currency=troupe.currency,
        )
    return books
