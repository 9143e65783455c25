"""Pictures of each main page, when there is a Chromium: as a stranger, client, officer (phone), desk, stand-ins."""

from __future__ import annotations

from pathlib import Path

from demo.story import Story
from embedded.stack import Stack


def take(running: Stack, story: Story, folder: Path) -> list[Path]:
    return []
