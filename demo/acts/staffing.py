"""C3 and C4: those near and allowed are told; they look, and bid; at closing time the award says why to everybody."""

from __future__ import annotations

from datetime import datetime, timedelta

from demo.acts import working
from demo.agenda import Agenda
from demo.calls import DemoFailed
from demo.stage import Stage, Troupe, rows

WORDS = {"won": "You have the shift", "backup": "You are a backup", "lost": "went to somebody else"}


def look_and_bid(stage: Stage, troupe: Troupe) -> None:
    stage.story.step = "C3"
    title = troupe.asked["job"]["terms"]["title"]
    bidders = 0
    for officer in troupe.officers:
        stage.text(officer.drawn.phone, about=title[:40])
        near = officer.caller.get("officer/shifts")
        distances = [found["distance_metres"] for found in rows(near)]
        if distances != sorted(distances):
            raise DemoFailed(f"{officer.name} sees shifts that are not sorted by distance: {distances}")
        own = [found for found in rows(near) if found["shift"]["id"] == troupe.shift_id]
        if not own or not any(found["verdict"]["allowed"] for found in own):
            raise DemoFailed(f"{officer.name} was told of a shift that is not near or not allowed.")
        if not officer.drawn.bids:
            continue
        bid = officer.caller.post(f"officer/shifts/{troupe.shift_id}/bid", {"rank_code": officer.drawn.rank_code})
        officer.bid_state = bid["state"]
        bidders += 1
        if bidders == 1:
            officer.caller.exchange(
                "POST",
                f"/api/v1/officer/shifts/{troupe.shift_id}/bid",
                {"rank_code": officer.drawn.rank_code},
                expect=(409,),
            )
        stage.story.tell(
            f"{officer.name} is told by text, sees it {own[0]['distance_metres'] / 1000:.1f} km away, and bids",
            ids=bid["id"],
            cents=own[0]["pay_cents"],
            currency=troupe.currency,
        )
    troupe.asked["bidders"] = [officer.officer_id for officer in troupe.officers if officer.bid_state]


def put_closing(stage: Stage, agenda: Agenda, troupe: Troupe) -> None:
    closes_at = datetime.fromisoformat(troupe.asked["shift"]["closes_at"])
    agenda.put(closes_at + timedelta(seconds=30), troupe, award)


def award(stage: Stage, agenda: Agenda, troupe: Troupe) -> None:
    """The scan finds the closing; every bidder reads a sentence; anybody can replay the decision."""
    stage.story.step = "C4"
    desk = troupe.coordinator
    shift = desk.wait_for(
        f"desk/shifts/{troupe.shift_id}", lambda shift: shift if shift["awarded_at"] else None, what="the award"
    )
    decided = rows(desk.get(f"desk/shifts/{troupe.shift_id}/awards"))
    for row in decided:
        if not desk.get(f"desk/awards/{row['id']}")["replays"]:
            raise DemoFailed(f"The award {row['id']} cannot be replayed.")
    troupe.asked["awards"] = [row["id"] for row in decided]
    won = 0
    for officer in troupe.officers:
        if not officer.bid_state:
            continue
        bid = next(bid for bid in rows(officer.caller.get("officer/bids")) if bid["shift_id"] == troupe.shift_id)
        officer.bid_state = bid["state"]
        if bid["state"] not in ("won", "backup", "lost") or not bid["explanation"]:
            raise DemoFailed(
                f"{officer.name}'s bid is {bid['state']!r} after the award, explained by {bid['explanation']!r}"
            )
        troupe.expect_mail(officer.drawn.work_email, bid["explanation"])
        troupe.expect_text(officer.drawn.phone, WORDS[bid["state"]])
        if bid["state"] == "won":
            mine = rows(officer.caller.get("officer/assignments"))
            officer.assignment_id = next(found["id"] for found in mine if found["shift"]["id"] == troupe.shift_id)
            won += 1
        stage.story.tell(f"{officer.name}: {bid['state']}. {bid['explanation']}"[:110], ids=officer.assignment_id)
    wanted = sum(count for _, count in troupe.script.headcount)
    about = "your job is staffed" if won == wanted else f"{won} of {wanted} officers"
    troupe.expect_mail(troupe.asked["client"]["email"], about)
    troupe.asked["staffed"] = {"wanted": wanted, "won": won}
    stage.story.tell(
        f"{troupe.short}: {won} of {wanted} places are filled, {len(decided)} decisions replay, the client is told",
        ids=shift["id"],
        ms=desk.seen_ms,
    )
    working.put_shift(stage, agenda, troupe)
