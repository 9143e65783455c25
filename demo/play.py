"""One play from the empty roster to the bank: both departments on one stack, one clock, by HTTP only."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from demo.acts import asking, joining, settling, staffing
from demo.agenda import Agenda
from demo.calls import DemoFailed
from demo.drawing import draw
from demo.stage import Stage, Troupe
from demo.story import Story
from embedded.logs import last_lines
from embedded.stack import Stack, stack

# Rows are found by scans; a demo has less patience than a server.
SCAN_EVERY_SECONDS = "0.5"


@contextlib.contextmanager
def stack_of_its_own(*, seed: int) -> Iterator[Stack]:
    """Own ports and data, removed afterwards; departments and their staff, and nobody else yet."""
    with stack(demo_data=False, environment={"SCAN_EVERY_SECONDS": SCAN_EVERY_SECONDS}) as running:
        fees = [
            argument
            for script in draw(seed=seed, today=datetime.now(UTC).date())
            for argument in ("--service-fee", f"{script.department.slug}={script.service_fee_basis_points}")
        ]
        running.manage("load_demo", "--staff-only", *fees)
        yield running


@dataclass
class Played:
    """What remains of a play: its story, and the people, who can still look at pages."""

    stage: Stage
    troupes: list[Troupe]

    @property
    def story(self) -> Story:
        return self.stage.story


def play(
    running: Stack,
    *,
    seed: int,
    folder: Path,
    before_award: Callable[[Stack], None] | None = None,
    say: bool = True,
) -> Played:
    """Play everything and write story.jsonl and asked.json. Raises DemoFailed where it cannot go on.

    `before_award` is for sabotage: it is called when all have bid and nothing is awarded.
    """
    story = Story(folder / "story.jsonl", quiet=not say)
    stage = Stage(story, running.installation.port, running.installation.sandbox_port)
    try:
        troupes = _play(stage, running, seed=seed, before_award=before_award)
    except DemoFailed as problem:
        raise DemoFailed(f"{problem}\n{_ends_of_logs(running)}") from problem
    finally:
        story.close()
        (folder / "asked.json").write_text(json.dumps(story.asked, indent=1))
    return Played(stage, troupes)


def _play(stage: Stage, running: Stack, *, seed: int, before_award: Callable[[Stack], None] | None) -> list[Troupe]:
    scripts = draw(seed=seed, today=stage.now().date())
    troupes = [joining.open_desk(stage, script) for script in scripts]
    stage.story.asked = {"seed": seed, "troupes": [troupe.asked for troupe in troupes]}
    _each(stage, troupes, joining.fill_roster)
    _each(stage, troupes, joining.join)
    _each(stage, troupes, joining.prove_phones)
    _each(stage, troupes, joining.open_accounts)
    _each(stage, troupes, asking.sign_up)
    _each(stage, troupes, asking.ask)
    _each(stage, troupes, asking.decide)
    _each(stage, troupes, asking.accept_and_pay)
    _each(stage, troupes, staffing.look_and_bid)
    if before_award is not None:
        before_award(running)
    agenda = Agenda()
    for troupe in troupes:
        staffing.put_closing(stage, agenda, troupe)
    agenda.play(stage)
    stage.move_clock(stage.now() + timedelta(days=4))
    stage.story.asked["books"] = settling.pay_out(stage, troupes)
    _each(stage, troupes, joining.leave_roster)
    return troupes


def _ends_of_logs(running: Stack) -> str:
    return "\n".join(f"── {name}\n{last_lines(running.log_file(name))}" for name in ("web", "worker"))


def _each(stage: Stage, troupes: list[Troupe], act: Callable[[Stage, Troupe], Any]) -> None:
    for troupe in troupes:
        act(stage, troupe)
