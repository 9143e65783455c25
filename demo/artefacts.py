"""What a play leaves behind: the stand-in's recording, messages and mails, the exported books, pictures of pages."""

from __future__ import annotations

import json
import shutil
import time
from pathlib import Path
from typing import Any

from demo.calls import send
from embedded.stack import Stack

PATIENCE_SECONDS = 20.0


def empty(folder: Path) -> Path:
    """The folder, there and empty."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def collect(running: Stack, folder: Path) -> None:
    """Messages, mails, recording and books, once nothing is on its way any more."""
    export_books(running, folder)
    sandbox = running.installation.sandbox_port
    for name, path in (("messages", "/control/messages.json"), ("mails", "/control/mailbox.json")):
        answer = send(port=sandbox, host="localhost", method="GET", path=f"{path}?limit=5000")
        (folder / f"{name}.json").write_text(json.dumps(answer.body[name], indent=1))
    shutil.copy(running.installation.data_folder / "sandbox" / "requests.jsonl", folder / "requests.jsonl")


def export_books(running: Stack, folder: Path) -> None:
    """ledger.jsonl and outbox.jsonl; again for a while as long as something is still being delivered."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        running.manage("export_books", str(folder))
        if not _pending(folder / "outbox.jsonl") or time.monotonic() > deadline:
            return
        time.sleep(0.5)


def _pending(outbox: Path) -> int:
    events: list[dict[str, Any]] = [json.loads(line) for line in outbox.read_text().splitlines()]
    return sum(row["state"] == "pending" for event in events for row in event["deliveries"].values())
