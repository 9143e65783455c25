"""Lets the players play, harms them by plan, and stops everybody at checkpoints to count the money."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass

from simulation import targets
from simulation.calls import Web
from simulation.checking import check
from simulation.findings import Findings
from simulation.harm import Harm
from simulation.operations.disputing import decide
from simulation.operations.payees import onboard
from simulation.player import Gate, Player, Score
from simulation.quiet import come_to_rest, queued
from simulation.stage import Stage
from simulation.town import Town

PLAYERS = 4
SAYS_EVERY_SECONDS = 10.0
# Players do not run ahead of the plan by more than so many operations, nor for long of a worker with so much to do.
SLACK = 25
QUEUED_IS_ENOUGH = 80
LOOKS_EVERY_SECONDS = 0.4
LONGEST_PAUSE_SECONDS = 6.0
CROWD = 4


@dataclass(frozen=True)
class Plan:
    """How much of what; positions are numbers of operations."""

    operations: int
    seed: int
    kills: int

    @property
    def database_stops(self) -> int:
        return max(1, self.kills // 10)

    @property
    def checkpoint_every(self) -> int:
        return max(250, min(2000, self.operations // 10))


class Director:
    def __init__(self, stage: Stage, plan: Plan, say: Callable[[str], None]) -> None:
        self.stage, self.plan, self.say = stage, plan, say
        self.web = Web(stage.installation.port)
        self.town = Town.read(stage.installation.data_folder / "town.json")
        self.gate, self.score = Gate(), Score(plan.operations)
        self.harm = Harm(stage, random.Random(f"{plan.seed}:harm"))
        self.players = [
            Player(
                number=number, seed=plan.seed, town=self.town, web=self.web, provider=stage.provider, gate=self.gate,
                score=self.score,
            )
            for number in range(PLAYERS)
        ]  # fmt: skip
        self.findings = Findings()
        self._started = time.monotonic()
        self._said = self._looked = self._went_on = 0.0

    def direct(self) -> Findings:
        """Plays everything; ends at the first checkpoint that finds something."""
        agenda = self._agenda()
        for player in self.players:
            player.start()
        for position, act in agenda:
            self._play_until(position)
            if self.score.stopped:
                break
            act()
        self._play_until(self.plan.operations)
        if self.findings.is_clean:
            self._checkpoint(is_last=True)
        return self.findings

    def _agenda(self) -> list[tuple[int, Callable[[], object]]]:
        operations, draw = self.plan.operations, random.Random(f"{self.plan.seed}:plan")
        planned: list[tuple[int, Callable[[], object]]] = []

        def spread(times: int, act: Callable[[], object], *, first: float = 0.06, last: float = 0.94) -> None:
            for number in range(times):
                place = first + (last - first) * (number + draw.random()) / times
                planned.append((int(operations * place), act))

        spread(self.plan.kills, self._kill)
        spread(self.plan.database_stops, self._stop_database)
        spread(operations // 12, self.harm.plan_failures)
        spread(operations // 150, self._jump)
        spread(max(4, operations // 250), self._crowd)
        for position in range(self.plan.checkpoint_every, operations, self.plan.checkpoint_every):
            planned.append((position, self._checkpoint))
        return sorted(planned, key=lambda entry: entry[0])

    def _play_until(self, position: int) -> None:
        while self.score.done < position and not self.score.stopped:
            self._keep_pace(position)
            time.sleep(0.02)
            self.stage.revive()
            if time.monotonic() - self._said > SAYS_EVERY_SECONDS:
                self._say_progress()

    def _keep_pace(self, position: int) -> None:
        """Whatever is left behind by the dead is queued too: so nobody waits long for it."""
        now = time.monotonic()
        if now - self._looked < LOOKS_EVERY_SECONDS:
            return
        self._looked = now
        if now - self._went_on > LONGEST_PAUSE_SECONDS or queued(self.stage) < QUEUED_IS_ENOUGH:
            self._went_on = now
            self.score.horizon = min(position, self.score.done) + SLACK

    def _kill(self) -> None:
        """Time passes while a worker is dead: what it had leased is free for whoever comes next."""
        killed = self.harm.kill()
        if killed == targets.WORKER:
            self._jump()
        else:
            self.stage.start_again(killed)

    def _crowd(self) -> None:
        if self.harm.crowd():
            self.web.ask("wake", times=CROWD)

    def _stop_database(self) -> None:
        self.harm.stop_database()
        self.stage.revive()

    def _jump(self) -> None:
        self.gate.close()
        try:
            self.harm.jump()
        finally:
            self.gate.open()

    def _checkpoint(self, *, is_last: bool = False) -> None:
        self.gate.close()
        try:
            left = come_to_rest(self.stage, self.web)
            if is_last and not self.score.stopped:
                self._decide_everything()
                left = come_to_rest(self.stage, self.web)
            self.findings = check(self.stage, self.web)
            for sentence in (*left, *self.score.wrong):
                self.findings.broken(sentence)
            # What stopped half-way has reasons to wait.
            if is_last and not self.score.stopped:
                self._nothing_waits()
            self.harm.swept()
            self.stage.forget_recording()
            if not self.findings.is_clean:
                self.score.stopped = True
        finally:
            self.gate.open()

    def _decide_everything(self) -> None:
        """In the end banks have decided and every payee has an account that works: no money has a reason to wait."""
        for dispute in self.web.ask("disputes")["open"]:
            decide(self.stage.provider, dispute["reference"], "lost")
        come_to_rest(self.stage, self.web)
        for dispute in self.web.ask("disputes")["lost"]:
            # Who has got nothing yet cannot give back: that loss is the platform's.
            if "refused" in self.web.ask("bear", dispute_id=dispute["id"], borne_by="payees"):
                self.web.ask("bear", dispute_id=dispute["id"], borne_by="platform")
        for payee in self.town.payees_without_account():
            onboard(self.players[0], payee)
        for account in self.town.accounts():
            self.stage.provider.control("POST", f"accounts/{account}", {"state": "active"})

    def _nothing_waits(self) -> None:
        for row in self.stage.rows(
            "SELECT t.id, t.amount_cents, t.state, t.last_error FROM billing_transfer t "
            "WHERE t.state NOT IN ('done', 'failed', 'cancelled')"
        ):
            self.findings.lost(int(row[1]), f"transfer {row[0]} still waits: {row[2]} {row[3]}")

    def _say_progress(self) -> None:
        self._said = time.monotonic()
        rate = self.score.done / max(self._said - self._started, 1)
        left = (self.plan.operations - self.score.done) / max(rate, 0.01)
        self.say(
            f"{self.score.done:>7} of {self.plan.operations}  {rate:5.1f}/s  {left / 60:5.1f} min left  "
            f"{self.harm.kills} kills ({self.harm.inside} inside a call)"
        )
