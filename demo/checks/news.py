"""Did everybody hear what they must? Mails and texts against what the players did."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from demo.checks.expected import Expected
from demo.checks.recordings import Recording
from demo.checks.report import Report


def check_news(
    folder: Path, plays: list[Expected], bookings: list[Expected], recording: Recording, report: Report
) -> None:
    mails = json.loads((folder / "mails.json").read_text())
    texts = [message for message in _read(folder / "messages.json") if message["direction"] != "inbound"]
    for play in (*plays, *bookings):
        for to, about in play.asked["expected_mails"]:
            report.holds(f"{play.name}: no mail to {to} about {about!r}", _mailed(mails, to, about))
    for play in plays:
        for to, about in play.asked["expected_texts"]:
            report.holds(
                f"{play.name}: no text to {to} about {about!r}",
                any(text["to"] == to and about in text["body"] for text in texts),
            )
        for officer_id, officer in play.asked["officers"].items():
            heard = [text["body"] for text in texts if text["to"] == officer["phone"]]
            report.same(f"{officer['name']}: the same text twice", len(set(heard)), len(heard))
            again = sum("First come." in body for body in heard)
            report.same(f"{officer['name']}: reminders of places left", _reminders(play, officer_id), again)
    report.same("texts asked for and texts on phones", recording.texts_sent, len(texts))


def _reminders(play: Expected, officer_id: str) -> int:
    """Where places are left at closing time, those who did not bid are asked once more."""
    staffed = play.asked["staffed"]
    return int(staffed["won"] < staffed["wanted"] and officer_id not in play.asked["bidders"])


def _mailed(mails: list[dict[str, Any]], to: str, about: str) -> bool:
    words = " ".join(about.split())
    return any(to in mail["to"] and words in " ".join(f"{mail['subject']} {mail['text']}".split()) for mail in mails)


def _read(file: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(file.read_text())
    return found
