"""The demo, played once for all tests of this folder, while processes die in the middle of it."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from demo import artefacts, sabotage
from demo.play import play, stack_of_its_own
from tests.demo.killing import Killer

# Both departments' officers are paid or refunded in this one, and somebody bids in vain.
SEED = 6


@dataclass
class Outcome:
    """Folders as the demo leaves them: untouched, after an altered leg, after a deleted outbox row. Who was killed."""

    clean: Path
    altered_leg: Path
    lost_row: Path
    verified: list[str]
    verified_when_altered: list[str]
    killed: list[str]


@pytest.fixture(scope="session")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    folder = tmp_path_factory.mktemp("demo")
    clean, altered, lost = folder / "clean", folder / "altered", folder / "lost"
    clean.mkdir()
    killer = Killer()
    with stack_of_its_own(seed=SEED) as running:
        play(running, seed=SEED, folder=clean, before=killer, say=False)
        artefacts.collect(running, clean)
        verified = sabotage.verified_ledger(running)
        shutil.copytree(clean, altered)
        sabotage.alter_ledger_leg(running)
        artefacts.export_books(running, altered)
        verified_when_altered = sabotage.verified_ledger(running)
        sabotage.alter_ledger_leg(running, by_cents=+1)
        shutil.copytree(clean, lost)
        sabotage.delete_outbox_row(running)
        artefacts.export_books(running, lost)
    return Outcome(clean, altered, lost, verified, verified_when_altered, killer.killed)
