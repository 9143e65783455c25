"""C5: clocking in and out by position; hours; the client approves, disputes, or says nothing."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from demo.acts import settling
from demo.agenda import Agenda
from demo.calls import DemoFailed
from demo.drawing import moved
from demo.stage import OfficerOnStage, Stage, Troupe, rows

# Well inside a minute, so that a slow machine draws no other minute than the seed did.
SECONDS_IN, SECONDS_OUT = 10, 35


def put_shift(stage: Stage, agenda: Agenda, troupe: Troupe) -> None:
    script = troupe.script
    workers = troupe.workers
    note_workers(troupe)
    if script.turn == "no-show" and len(workers) > 1:
        workers[0].drawn.attendance = None
    for officer in workers:
        plan = officer.drawn.attendance
        if plan is None:
            continue
        arrives = script.starts_at.astimezone(UTC) + timedelta(minutes=plan.arrives, seconds=SECONDS_IN)
        leaves = script.ends_at + timedelta(minutes=plan.leaves, seconds=SECONDS_OUT)
        agenda.put(arrives, troupe, partial(punch, officer=officer, kind="in"))
        agenda.put(leaves, troupe, partial(punch, officer=officer, kind="out"))
    if script.overrun_minutes:
        agenda.put(script.ends_at - timedelta(minutes=15), troupe, _authorise_overrun)
    check_at = script.ends_at + timedelta(minutes=max(script.overrun_minutes, 15) + 10)
    if any(officer.drawn.attendance is None for officer in workers):
        check_at = script.ends_at + timedelta(hours=2, minutes=5)
    agenda.put(check_at, troupe, _check_hours)


def note_workers(troupe: Troupe) -> None:
    """Whoever has a place; their times are written down as they clock in and out."""
    troupe.asked["assignments"] = {
        officer.assignment_id: {
            "officer_id": officer.officer_id,
            "rank_code": officer.drawn.rank_code,
            "authorised_ends_at": troupe.script.ends_at.isoformat(),
            "in_at": None,
            "out_at": None,
            "resolved_minutes": None,
        }
        for officer in troupe.workers
    }


def punch(stage: Stage, agenda: Agenda, troupe: Troupe, *, officer: OfficerOnStage, kind: str) -> None:
    stage.story.step = "C5"
    plan = officer.drawn.attendance
    assert plan is not None
    path = f"officer/assignments/{officer.assignment_id}/punches"
    if kind == "in" and officer is troupe.workers[0]:
        _refused_first(stage, officer, path)
    body = _body(
        stage, troupe, kind=kind, metres=plan.metres_in if kind == "in" else plan.metres_out, bearing=plan.bearing
    )
    body["device_id"] = f"phone-{officer.drawn.badge_number}"
    answer = officer.caller.post(path, body)
    again = officer.caller.exchange("POST", f"/api/v1/{path}", body)
    if again.status != 200 or again.body["id"] != answer["id"]:
        raise DemoFailed(f"{officer.name}'s phone sent a punch twice, and it was taken for two.")
    happened = answer["happened_at"]
    troupe.asked["assignments"][officer.assignment_id][f"{kind}_at"] = happened
    stage.story.tell(
        f"{officer.name} clocks {kind} at {happened[11:19]} UTC: {answer['verdict']}, {answer['explanation']}"[:105],
        ids=answer["id"],
    )


def _refused_first(stage: Stage, officer: OfficerOnStage, path: str) -> None:
    """A position that is hours old proves nothing: it is refused until a reason is given."""
    old = {
        "latitude": officer.drawn.home[0],
        "longitude": officer.drawn.home[1],
        "accuracy_metres": 20.0,
        "fixed_at": (stage.now() - timedelta(hours=5)).isoformat(),
    }
    body = {"punch_id": str(uuid.uuid4()), "kind": "in", "fixes": [old]}
    answer = officer.caller.exchange("POST", f"/api/v1/{path}", body, expect=(400, 409))
    stage.story.tell(f"{officer.name}'s first position is five hours old: {answer.body['code']}")


def _body(stage: Stage, troupe: Troupe, *, kind: str, metres: float, bearing: float) -> dict[str, Any]:
    """Two fixes, as a phone that settles: the second is nearer to the truth."""
    now = stage.now()
    pin = troupe.script.department.venue.point
    first, second = moved(pin, metres=metres + 14, bearing=bearing + 0.3), moved(pin, metres=metres, bearing=bearing)
    fixes = [
        {
            "latitude": first[0],
            "longitude": first[1],
            "accuracy_metres": 41.0,
            "fixed_at": (now - timedelta(seconds=6)).isoformat(),
        },
        {
            "latitude": second[0],
            "longitude": second[1],
            "accuracy_metres": 9.5,
            "altitude_metres": 121.4,
            "fixed_at": (now - timedelta(seconds=1)).isoformat(),
        },
    ]
    return {"punch_id": str(uuid.uuid4()), "kind": kind, "fixes": fixes, "client_at": now.isoformat()}


def _authorise_overrun(stage: Stage, agenda: Agenda, troupe: Troupe) -> None:
    stage.story.step = "C5"
    until = troupe.script.ends_at + timedelta(minutes=troupe.script.overrun_minutes)
    for officer in troupe.workers:
        troupe.coordinator.post(f"desk/assignments/{officer.assignment_id}/overrun", {"until": until.isoformat()})
        troupe.asked["assignments"][officer.assignment_id]["authorised_ends_at"] = until.isoformat()
    stage.story.tell(f"The desk of {troupe.short} lets the work go on for {troupe.script.overrun_minutes} minutes")


def _check_hours(stage: Stage, agenda: Agenda, troupe: Troupe) -> None:
    """The client reads the mail: the first approved, one disputed where it was drawn, the last left to silence."""
    stage.story.step = "C5"
    client = troupe.client
    came = [officer for officer in troupe.workers if officer.drawn.attendance is not None]
    found = client.wait_for(
        "timesheets",
        lambda answer: rows(answer) if len(rows(answer)) == len(came) else None,
        what=f"{len(came)} timesheets",
        job=troupe.job_id,
    )
    by_assignment = {timesheet["assignment_id"]: timesheet for timesheet in found}
    for place, officer in enumerate(came):
        timesheet = by_assignment[officer.assignment_id]
        troupe.timesheets[officer.assignment_id] = timesheet["id"]
        minutes = timesheet["worked_minutes"]
        if place == len(came) - 1 and place > 0:
            silent_at = datetime.fromisoformat(timesheet["approves_at"]) + timedelta(seconds=30)
            agenda.put(silent_at, troupe, partial(_approved_by_silence, officer=officer))
            stage.story.tell(
                f"{client.name} says nothing about {officer.name}'s {minutes} minutes", ids=timesheet["id"]
            )
        elif place == 0 and troupe.script.disputes:
            _dispute(stage, troupe, officer, timesheet)
        else:
            client.post(f"timesheets/{timesheet['id']}/approve")
            stage.story.tell(f"{client.name} approves {officer.name}'s {minutes} minutes", ids=timesheet["id"])
    if len(came) <= 1:
        agenda.put(stage.now(), troupe, settling.settle)


def _dispute(stage: Stage, troupe: Troupe, officer: OfficerOnStage, timesheet: dict[str, Any]) -> None:
    troupe.client.post(f"timesheets/{timesheet['id']}/dispute", {"reason": "They took a break of ten minutes."})
    minutes = max(timesheet["worked_minutes"] - 10, 1)
    troupe.coordinator.post(
        f"desk/timesheets/{timesheet['id']}/resolve",
        {"worked_minutes": minutes, "reason": "Confirmed by the sergeant."},
    )
    troupe.asked["assignments"][officer.assignment_id]["resolved_minutes"] = minutes
    stage.story.tell(
        f"{troupe.client.name} disputes {officer.name}'s hours; the desk settles on {minutes}", ids=timesheet["id"]
    )


def _approved_by_silence(stage: Stage, agenda: Agenda, troupe: Troupe, *, officer: OfficerOnStage) -> None:
    stage.story.step = "C5"
    timesheet = troupe.client.wait_for(
        f"timesheets/{troupe.timesheets[officer.assignment_id]}",
        lambda found: found if found["state"] == "approved" else None,
        what="approval by silence",
    )
    stage.story.tell(
        f"48 hours of silence approve {officer.name}'s hours", ids=timesheet["id"], ms=troupe.client.seen_ms
    )
    settling.settle(stage, agenda, troupe)
