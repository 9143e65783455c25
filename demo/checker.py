"""Does every cent agree? `python -m demo.checker var/demo` recomputes all of it and says what does not.

It imports nothing of Muster. What people asked for and did comes from asked.json; the prices are computed again from
the department's own document; what happened to money comes from the stand-in's recording; what was promised on paper
from the text of the PDFs; what was booked from the exported ledger and outbox. All must say the same.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from demo.checks import books, called_off, money, news, reconciled, supplied
from demo.checks.expected import Expected, expect, expect_cancelled
from demo.checks.papers import Paper, read_paper
from demo.checks.prices import CannotRecompute
from demo.checks.recordings import Recording, read_recording
from demo.checks.report import Report


def check(folder: Path, *, say: Callable[[str], None]) -> list[str]:
    """Everything that does not agree, in sentences; an empty list when all does."""
    report = Report()
    try:
        _check(folder, report)
    except (CannotRecompute, ValueError, KeyError, StopIteration, FileNotFoundError) as problem:
        report.wrong(f"The checker cannot go on: {type(problem).__name__}: {problem}")
    say(f"\nChecked again from outside, {report.compared} comparisons:")
    for line in report.lines:
        say(f"  {line}")
    return report.problems


def _check(folder: Path, report: Report) -> None:
    asked = json.loads((folder / "asked.json").read_text())
    recording = read_recording(folder / "requests.jsonl")
    ledger = _lines(folder / "ledger.jsonl")
    outbox = _lines(folder / "outbox.jsonl")
    papers = {file.name: read_paper(file) for file in sorted((folder / "documents").glob("*.pdf"))}
    plays = [expect(troupe) for troupe in asked["troupes"]]
    bookings = [
        supplied.expect_supplied(booking) if "agency" in booking else expect_cancelled(booking)
        for booking in asked["bookings"]
    ]
    for play in plays:
        _check_play(folder, play, recording, papers, report)
    for booking in bookings:
        check_booking = supplied.check_supplied if booking.is_supplied else called_off.check_booking
        check_booking(booking, recording, report)
    books.check_ledger(ledger, [*plays, *bookings], recording, report)
    books.check_outbox(outbox, plays, bookings, report)
    money.check_books_of_provider(asked, plays, bookings, recording, report)
    reconciled.check_reconciled(asked, ledger, recording, report)
    news.check_news(folder, plays, bookings, recording, report)
    _totals([*plays, *bookings], report)


def _check_play(folder: Path, play: Expected, recording: Recording, papers: dict[str, Paper], report: Report) -> None:
    money.check_prices(play, recording, report)
    money.check_moves(play, recording, report)
    money.check_identity(play, recording, report)
    money.check_papers(folder, play, papers, report)


def _totals(plays: list[Expected], report: Report) -> None:
    for play in plays:
        fee = f"{play.billed.service_fee:>7,} + {play.billed.service_fee_tax:>6,}"
        report.lines.append(
            f"{play.asked['department']:<12} prepaid {play.paid_ahead:>9,}  billed {play.billed.total:>9,}  "
            f"refund {play.refund:>8,}  extra {play.extra:>8,}  fee {fee}  cents  ({play.turn})"
        )


def _lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text().splitlines()]


def main() -> int:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "var/demo")

    def say(text: str) -> None:
        sys.stdout.write(text + "\n")

    problems = check(folder, say=say)
    for problem in problems:
        say(f"  WRONG  {problem}")
    say("Everything agrees to the cent." if not problems else f"{len(problems)} things do not agree.")
    return 1 if problems else 0


if __name__ == "__main__":
    raise SystemExit(main())
