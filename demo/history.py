"""`python -m demo.history`: a past for a fresh installation, played by its demo people through API and stand-ins.

The clock goes back some days, a job per department is asked for, paid, worked, settled and rated, and the clock comes
forward to now; then shifts are left open, awarded, offered and waiting, so that whoever looks around finds all of it.
Nothing is written past the application: the same calls as anybody's. Does nothing where a job was closed already.
"""

from __future__ import annotations

import argparse
import math
import random
import re
import signal
import sys
import time
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from demo import pages
from demo.acts import asking, joining, staffing, working
from demo.agenda import Agenda
from demo.calls import Caller, DemoFailed
from demo.drawing import Attendance, OfficerDrawn, Script
from demo.places import CEDAR_BASIN, LAKESHORE, PASSWORD_OF_STAFF, Department
from demo.stage import OfficerOnStage, Stage, Troupe, rows
from demo.story import Story

DAYS_BACK = 8
OFFICERS = 4
EVENING = 17
WAKING_HOURS = range(8, 21)
# Longer than Lakeshore's interval between two questions whether an officer is on site.
RUNS_FOR = timedelta(minutes=75)
_QUESTION = re.compile(r'action="([^"]*/presence/[^"]+)"')


@dataclass(frozen=True)
class Setting:
    """Whose history it is: the department, and the client among the demo's sign-ins."""

    department: Department
    client_email: str
    past_event: str
    open_event: str


SETTINGS = (
    Setting(LAKESHORE, "claire@harbourfestival.example", "sporting-event", "festival"),
    Setting(CEDAR_BASIN, "nolan@brazosroad.example", "traffic-control", "business-security"),
)


def make_history(*, port: int, sandbox_port: int, file: Path) -> bool:
    """False when there is one already. Raises DemoFailed where it cannot go on; the clock is set right in any case."""
    stage = Stage(Story(file, quiet=True), port, sandbox_port)
    if stage.control("GET", "/control/clock")["offset_seconds"] < 0:
        # Only an earlier attempt that was stopped leaves the clock in the past.
        stage.control("POST", "/control/clock", {"offset_seconds": 0})
    desks = {setting.department.slug: _signed_in(stage, setting.department, "coordinator") for setting in SETTINGS}
    if any(rows(desk.get("desk/jobs", state="closed")) for desk in desks.values()):
        return False
    try:
        stage.offset_seconds = -DAYS_BACK * 86_400
        stage.control("POST", "/control/clock", {"offset_seconds": stage.offset_seconds})
        people = {
            setting.department.slug: _people(stage, setting, desks[setting.department.slug]) for setting in SETTINGS
        }
        _tell_at_any_hour(people, True)
        agenda = Agenda()
        for setting in SETTINGS:
            troupe = _troupe(stage, setting, people, event=setting.past_event, starts_in=timedelta(days=2), bids=3)
            joining.open_accounts(stage, troupe)
            _to_the_bids(stage, troupe)
            staffing.put_closing(stage, agenda, troupe)
        agenda.play(stage, before=lambda _: None)
        answering = _begin_now(stage, SETTINGS[0], people)
    finally:
        stage.offset_seconds = 0
        stage.control("POST", "/control/clock", {"offset_seconds": 0})
    _confirm_on_site(answering)
    for setting in SETTINGS:
        _present(stage, setting, people)
    _tell_at_any_hour(people, False)
    stage.story.close()
    return True


def _tell_at_any_hour(people: dict[str, Troupe], wished: bool) -> None:
    """While it is played, which may be at night or on a Sunday morning, when the law would have offers wait."""
    for troupe in people.values():
        for officer in troupe.officers:
            officer.caller.put("officer/offer-wishes", {"at_night": wished})


def _begin_now(stage: Stage, setting: Setting, people: dict[str, Troupe]) -> OfficerOnStage:
    """A shift that runs while somebody looks around, one officer on site and one place of it empty."""
    zone = ZoneInfo(setting.department.time_zone)
    starts_at = (datetime.now(UTC) - RUNS_FOR).astimezone(zone).replace(minute=0, second=0, microsecond=0)
    stage.move_clock(starts_at - timedelta(hours=2))
    troupe = _troupe(stage, setting, people, event="business-security", starts_in=timedelta(days=1), bids=OFFICERS)
    troupe.script.starts_at, troupe.script.ends_at = starts_at, starts_at.astimezone(UTC) + timedelta(hours=6)
    # Not one of those who bid on tomorrow's.
    troupe.officers = [officer] = troupe.officers[-1:]
    _to_the_bids(stage, troupe)
    mine = rows(officer.caller.get("officer/assignments"))
    officer.assignment_id = next(found["id"] for found in mine if found["shift"]["id"] == troupe.shift_id)
    working.note_workers(troupe)
    stage.move_clock(starts_at - timedelta(minutes=4))
    working.punch(stage, Agenda(), troupe, officer=officer, kind="in")
    return officer


def _confirm_on_site(officer: OfficerOnStage) -> None:
    """The question of the department's policy, as soon as the next scan has put it, answered on the officer's page."""
    page = f"/officer/shifts/{officer.assignment_id}/"
    path = pages.wait_for(officer.caller, page, _QUESTION, what="the question whether they are on site")
    pages.fill_in(officer.caller, path, {})


def _present(stage: Stage, setting: Setting, people: dict[str, Troupe]) -> None:
    """What is going on now: an open shift with a bid, one awarded, a contract on offer, a request that waits."""
    open_one = _troupe(stage, setting, people, event=setting.open_event, starts_in=timedelta(days=6), bids=1)
    _to_the_bids(stage, open_one)
    # Short notice: whoever bids first has it.
    awarded = _troupe(stage, setting, people, event="film-shoot", starts_in=timedelta(hours=23), bids=2)
    awarded.officers = awarded.officers[:2]
    _to_the_bids(stage, awarded)
    offered = _troupe(stage, setting, people, event="wide-load-escort", starts_in=timedelta(days=4), bids=0)
    asking.ask(stage, offered)
    offered.coordinator.post(f"desk/jobs/{offered.job_id}/approve")
    waiting = _troupe(stage, setting, people, event="funeral", starts_in=timedelta(days=9), bids=0)
    asking.ask(stage, waiting)


def _to_the_bids(stage: Stage, troupe: Troupe) -> None:
    for act in (asking.ask, asking.approve, asking.accept_and_pay, staffing.look_and_bid):
        act(stage, troupe)


def _signed_in(stage: Stage, department: Department, name: str) -> Caller:
    caller = stage.caller(f"{department.slug}.localhost", name)
    caller.sign_in(department.coordinator, PASSWORD_OF_STAFF)
    return caller


def _people(stage: Stage, setting: Setting, desk: Caller) -> Troupe:
    """The department's joined officers and the client, signed in."""
    department = setting.department
    client = stage.caller("localhost", setting.client_email)
    client.sign_in(setting.client_email, PASSWORD_OF_STAFF)
    own = rows(client.get("clients"))[0]
    client.name = own["name"]
    script = _script(department, event=setting.past_event, starts_at=stage.now(), officers=[])
    troupe = Troupe(script, desk, desk, client)
    troupe.asked = {"client": {"id": own["id"], "email": setting.client_email, "name": own["name"]}}
    troupe.department_id = next(row["id"] for row in rows(desk.get("departments")) if row["slug"] == department.slug)
    members = [
        row for row in rows(desk.get("desk/roster")) if row["officer_id"] and row["rank_code"] == department.rank
    ]
    # The first by badge are those whose sign-ins are printed.
    for member in sorted(members, key=lambda member: int(member["badge_number"]))[:OFFICERS]:
        caller = stage.caller("localhost", f"{member['given_name']} {member['family_name']}")
        caller.sign_in(member["work_email"], PASSWORD_OF_STAFF)
        drawn = _officer(member, phone=caller.get("officer")["phone"])
        troupe.officers.append(OfficerOnStage(drawn, caller, member["entry_id"], member["officer_id"]))
    return troupe


def _officer(member: dict[str, Any], *, phone: str) -> OfficerDrawn:
    chance = random.Random(member["badge_number"])
    return OfficerDrawn(
        given_name=member["given_name"],
        family_name=member["family_name"],
        badge_number=member["badge_number"],
        rank_code=member["rank_code"],
        seniority_date=date.fromisoformat(member["seniority_date"]),
        phone=phone,
        work_email=member["work_email"],
        home=(0.0, 0.0),
        bids=True,
        attendance=Attendance(
            arrives=chance.randint(-20, 6),
            leaves=chance.randint(-25, 10),
            metres_in=chance.randint(3, 60),
            metres_out=chance.randint(3, 60),
            bearing=chance.random() * 2 * math.pi,
        ),
    )


def _troupe(
    stage: Stage, setting: Setting, people: dict[str, Troupe], *, event: str, starts_in: timedelta, bids: int
) -> Troupe:
    """The same people for another job; the first `bids` of them bid."""
    base = people[setting.department.slug]
    zone = ZoneInfo(setting.department.time_zone)
    starts_at = (stage.now() + starts_in).astimezone(zone).replace(minute=0, second=0, microsecond=0)
    if starts_in >= timedelta(days=2):
        starts_at = starts_at.replace(hour=EVENING)
    else:
        # Within a day, so that it is first come, and not at night: some hour before that is always by day.
        starts_at = next(
            moment
            for moment in (starts_at - timedelta(hours=hours) for hours in range(14))
            if moment.hour in WAKING_HOURS
        )
    officers = [
        OfficerOnStage(replace(officer.drawn, bids=place < bids), officer.caller, officer.entry_id, officer.officer_id)
        for place, officer in enumerate(base.officers)
    ]
    script = _script(setting.department, event=event, starts_at=starts_at, officers=[])
    troupe = Troupe(script, base.coordinator, base.second_coordinator, base.client, officers)
    troupe.department_id = base.department_id
    troupe.asked = {
        "client": base.asked["client"],
        "payees": {},
        "officers": {officer.officer_id: {"name": officer.name} for officer in officers},
    }
    return troupe


def _script(department: Department, *, event: str, starts_at: datetime, officers: list[OfficerDrawn]) -> Script:
    return Script(
        department=department,
        turn="as planned",
        service_fee_basis_points=0,
        event_type=event,
        headcount=((department.rank, 2),),
        starts_at=starts_at,
        ends_at=starts_at.astimezone(UTC) + timedelta(hours=4),
        overrun_minutes=0,
        vehicle_count=1,
        changes_its_mind=False,
        disputes=False,
        officers=officers,
        ratings=random.Random(event),
    )


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m demo.history", description=__doc__)
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--sandbox-port", type=int, default=8100)
    parser.add_argument("--file", type=Path, default=Path("var/history.jsonl"), help="Gets a line per call.")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    started = time.monotonic()
    try:
        partial = options.file.with_suffix(".partial")
        made = make_history(port=options.port, sandbox_port=options.sandbox_port, file=partial)
        # Only a past that is complete keeps the next start from looking for one.
        partial.replace(options.file)
    except DemoFailed as problem:
        sys.stderr.write(f"The history could not be played to its end: {problem}\n")
        return 1
    if made:
        sys.stdout.write(f"A past was played in {time.monotonic() - started:.0f} s.\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
